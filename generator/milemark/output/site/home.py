"""The data of the home page: its owner, featured work, the plan as now, next and later, and finished work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from milemark.foundation.dates import quarter_of
from milemark.markdown.document import Document, Scalar
from milemark.query.finder import WORD, find_blocks
from milemark.query.sql.block import part_of_page
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Field, Owner, Role, Stage

_SUMMARY = ("problem", "approach", "result")
_MOST_ROWS = 4  # rows
_DESCRIPTIVE = {"string", "array"}
_ORDER = (Stage.ACTIVE, Stage.DONE, Stage.PAUSED, Stage.PLANNED, None, Stage.DROPPED)
_HEADLINES = ("result", "summary", "goal")
_OWN = "own"  # `home: own` in content/index.md
_CODE = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "sr.ht")
_DOCUMENTS = (".pdf", ".docx", ".hwp", ".hwpx")


@dataclass(frozen=True, slots=True)
class FeaturedRow:
    """One row of a featured item: the field `name` of the item or of one of its parts."""

    item: Item
    name: str


@dataclass(frozen=True, slots=True)
class FeaturedItem:
    """A featured item with its problem, approach and result; without these, the fields of its collection.

    `headline` is its result, or what it is about.
    """

    item: Item
    headline: str
    rows: tuple[FeaturedRow, ...]
    stack: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Open work: active items, those that begin or are due by the end of the next quarter, and all others."""

    now: tuple[Item, ...]
    next: tuple[Item, ...]
    later: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """The data of the home page, except progress and skills. `done` are the finished items, the last one first."""

    owner: Owner | None
    featured: tuple[FeaturedItem, ...]
    plan: OpenWork
    done: tuple[Item, ...]


def home(roadmap: Roadmap) -> Home:
    """Return the data of the home page."""
    featured = tuple(featured_item(roadmap, item) for item in _featured(roadmap))
    return Home(roadmap.settings.owner, featured, _plan(roadmap), _done(roadmap))


def is_arranged(introduction: Document | None) -> bool:
    """Whether content/index.md is the whole home page: it has `home: own`, or names a part of the page."""
    if introduction is None:
        return False
    word = introduction.fields.get("home")
    if isinstance(word, Scalar) and word.text.strip().casefold() == _OWN:
        return True
    return any(each.word == WORD and part_of_page(each.text) for each in find_blocks(introduction.body).fences)


def link_kind(url: str) -> str:
    """Return the icon of a link: `mail`, `code`, `document` or `link`."""
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        return "mail"
    if (parts.hostname or "").removeprefix("www.") in _CODE:
        return "code"
    return "document" if parts.path.lower().endswith(_DOCUMENTS) else "link"


def _featured(roadmap: Roadmap) -> list[Item]:
    """Return the featured items: those with a result first, then by stage: active, done and others."""
    featured = [item for item in roadmap.of_role(Role.ITEM) if item.values.get("featured") is True]
    return sorted(featured, key=lambda item: (not item.text("result"), _ORDER.index(item.stage)))


def featured_item(roadmap: Roadmap, item: Item) -> FeaturedItem:
    """Return an item as featured work."""
    family = (item, *roadmap.children(item))
    stack = dict.fromkeys(word for each in family for word in each.texts("stack"))
    rows: dict[str, FeaturedRow] = {}
    for each, name in _rows_of(family):
        rows.setdefault(name, FeaturedRow(each, name))
    headline = next(filter(None, map(item.text, _HEADLINES)), "")
    shown = [row for row in rows.values() if row.item.text(row.name) != headline]
    return FeaturedItem(item, headline, tuple(shown)[:_MOST_ROWS], tuple(stack))


def _rows_of(family: Iterable[Item]) -> Iterator[tuple[Item, str]]:
    """Yield the descriptive fields of an item, problem, approach and result first; then those of its parts."""
    items = tuple(family)
    yield from ((items[0], name) for name in _SUMMARY if items[0].text(name))
    for item in items:
        names = ("goal", *(field.name for field in item.collection.fields.values() if _is_descriptive(field)))
        yield from ((item, name) for name in names if item.values.get(name))


def _is_descriptive(field: Field) -> bool:
    """Whether a field is a declared text or list without a fixed set of choices."""
    return field.name not in CORE_FIELDS and field.type in _DESCRIPTIVE and not field.choices


def _plan(roadmap: Roadmap) -> OpenWork:
    open_ = [each for role in (Role.ITEM, Role.MILESTONE) for each in roadmap.of_role(role) if not each.is_closed]
    active = [item for item in open_ if item.stage is Stage.ACTIVE]
    now = {item.id for item in active}
    waiting = sorted((each for each in open_ if each.id not in now and not _is_part(each, now)), key=_day)
    horizon = _end_of_next_quarter(roadmap.as_of)
    soon = [item for item in waiting if item.stage is not Stage.PAUSED and _day(item) <= horizon]
    near, all_ = {item.id for item in soon}, {item.id for item in waiting}
    later = (item for item in waiting if item.id not in near and not _is_part(item, all_))
    return OpenWork(tuple(item for item in active if not _is_part(item, now)), tuple(soon), tuple(later))


def _is_part(item: Item, ids: set[str]) -> bool:
    """Whether an item is a part of one of these items, which stands for it."""
    return item.parent in ids


def _day(item: Item) -> date:
    """Return the day on which an open item begins or is due; one without a date is the last."""
    return item.start.first if item.start else item.due_day or date.max


def _end_of_next_quarter(day: date) -> date:
    month = 3 * quarter_of(day) + 4  # the month after the next quarter, from that of its year
    return date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1) - timedelta(1)


def _done(roadmap: Roadmap) -> tuple[Item, ...]:
    done = [item for item in roadmap.of_role(Role.ITEM) if item.stage is Stage.DONE]
    return tuple(sorted(done, key=lambda item: item.end_day(roadmap.as_of) or date.min, reverse=True))
