"""The data of the home page: its owner, featured work, the plan as now, next and later, and finished work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlsplit

from milemark.foundation.dates import PartialDate, quarter_of
from milemark.history.commit_weeks import WEEKS, commit_weeks
from milemark.history.lifecycle import finish_days
from milemark.history.model import History
from milemark.markdown.document import Document, Scalar
from milemark.query.finder import WORD, find_blocks
from milemark.query.sql.block import part_of_page
from milemark.roadmap.metrics.health import has_number
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Field, Owner, Role, Stage
from milemark.roadmap.site_paths import OWN_HOME

_SUMMARY = ("problem", "approach", "result")
_MOST_ROWS = 4  # rows
_MOST_NUMBERS = 4  # the others are on the progress page
_DESCRIPTIVE = {"string", "array"}
_ORDER = (Stage.ACTIVE, Stage.DONE, Stage.PAUSED, Stage.PLANNED, None, Stage.DROPPED)
_HEADLINES = ("result", "summary", "goal")
_SHORTEST_LIFE = timedelta(weeks=3)  # a shorter one says nothing yet
_LEAST_LIFE = 4  # work in one week of so many: less is no proof
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
class Life:
    """The numbers of commits in each of the last 52 weeks, and how many of these weeks there is a history of."""

    commits: tuple[int, ...]
    weeks: int

    @property
    def worked(self) -> int:
        """The number of weeks with a commit."""
        return sum(map(bool, self.commits))


@dataclass(frozen=True, slots=True)
class Home:
    """The data of the home page, except progress and skills.

    `done` are the finished items, the last one first, and `finished` are their dates by id. `life` is the proof of life
    from git, if there is one. `numbers` are the measures of success with a number of their own.
    """

    owner: Owner | None
    featured: tuple[FeaturedItem, ...]
    plan: OpenWork
    done: tuple[Item, ...]
    finished: Mapping[str, PartialDate] = field(default_factory=dict)
    life: Life | None = None
    numbers: tuple[Item, ...] = ()


def home(roadmap: Roadmap, history: History | None = None) -> Home:
    """Return the data of the home page."""
    featured = tuple(featured_item(roadmap, item) for item in _featured(roadmap))
    history = history.until(roadmap.as_of) if history else None
    days = finish_days(history) if history else {}
    done = [item for item in roadmap.of_role(Role.ITEM) if item.stage is Stage.DONE]
    finished = {item.id: when for item in done if (when := _finished(item, days.get(item.id)))}
    latest = sorted(done, key=lambda item: _latest(roadmap, finished.get(item.id)), reverse=True)
    life = _life(roadmap, history)
    numbers = tuple(item for item in roadmap.items if has_number(item) and item.number("current") is not None)
    return Home(
        roadmap.settings.owner, featured, _plan(roadmap), tuple(latest), finished, life, numbers[:_MOST_NUMBERS]
    )


def _finished(item: Item, day: date | None) -> PartialDate | None:
    """Return the date at which an item was finished: its own, else that of git, else the one for which it was due."""
    by_git = PartialDate.containing(day, "day") if day else None
    return item.date("finished") or by_git or item.end


def _latest(roadmap: Roadmap, when: PartialDate | None) -> date:
    return when.latest_by(roadmap.as_of) if when else date.min


def _life(roadmap: Roadmap, history: History | None) -> Life | None:
    """Return the weeks with commits: of all repositories that a measure counts, else those that changed the roadmap."""
    days = [point.day for point in history.line] if history else []
    life = Life(roadmap.commits, WEEKS)
    if not roadmap.commits:
        if not days or roadmap.as_of - days[0] < _SHORTEST_LIFE:
            return None
        life = Life(commit_weeks(days, roadmap.as_of), min((roadmap.as_of - days[0]).days // 7 + 1, WEEKS))
    return life if life.worked * _LEAST_LIFE >= life.weeks else None


def is_arranged(introduction: Document | None) -> bool:
    """Whether content/index.md is the whole home page: it has `home: own`, or names a part of the page."""
    if introduction is None:
        return False
    word = introduction.fields.get("home")
    if isinstance(word, Scalar) and word.text.strip().casefold() == OWN_HOME:
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
