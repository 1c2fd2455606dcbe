"""The data of the home page: featured work, this quarter, next milestones, and finished items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from milemark.roadmap.metrics.timeline import Timeline, TimelinePeriod, TimelineQuarter
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Field, Role, Stage

_SUMMARY = ("problem", "approach", "result")
_MOST_ROWS = 4  # rows
_DESCRIPTIVE = {"string", "array"}
_ORDER = (Stage.ACTIVE, Stage.DONE, Stage.PAUSED, Stage.PLANNED, None, Stage.DROPPED)


@dataclass(frozen=True, slots=True)
class FeaturedRow:
    """One row of a featured item: the field `name` of the item or of one of its parts."""

    item: Item
    name: str


@dataclass(frozen=True, slots=True)
class FeaturedItem:
    """A featured item with its problem, approach and result; without these, the fields of its collection."""

    item: Item
    rows: tuple[FeaturedRow, ...]
    stack: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FinishedGroup:
    """The items of one collection that are done."""

    collection: Collection
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """The data of the home page, except progress and skills.

    `active` holds the active items, featured ones too; `is_now` says whether `quarter` is the current one.
    """

    featured: tuple[FeaturedItem, ...]
    active: tuple[Item, ...]
    quarter: TimelineQuarter | None
    is_now: bool
    milestones: tuple[Item, ...]
    finished: tuple[FinishedGroup, ...]


def home(roadmap: Roadmap, timeline: Timeline) -> Home:
    """Return the data of the home page."""
    quarter = _quarter(roadmap.as_of, timeline)
    return Home(
        tuple(_featured_item(roadmap, item) for item in _featured(roadmap)),
        tuple(item for item in roadmap.of_role(Role.ITEM) if item.stage is Stage.ACTIVE),
        quarter,
        quarter is not None and quarter.when.first <= roadmap.as_of,
        _milestones(roadmap),
        tuple(_finished(roadmap)),
    )


def _featured(roadmap: Roadmap) -> list[Item]:
    """Return the featured items: active ones first, then done ones."""
    featured = [item for item in roadmap.of_role(Role.ITEM) if item.values.get("featured") is True]
    return sorted(featured, key=lambda item: _ORDER.index(item.stage))


def _featured_item(roadmap: Roadmap, item: Item) -> FeaturedItem:
    family = (item, *roadmap.children(item))
    stack = dict.fromkeys(word for each in family for word in each.texts("stack"))
    rows: dict[str, FeaturedRow] = {}
    for each, name in _rows_of(family):
        rows.setdefault(name, FeaturedRow(each, name))
    return FeaturedItem(item, tuple(rows.values())[:_MOST_ROWS], tuple(stack))


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


def _quarter(as_of: date, timeline: Timeline) -> TimelineQuarter | None:
    """Return the open events of the quarter of a day, or of the next quarter that has any."""
    for quarter in timeline.quarters:
        periods = (
            TimelinePeriod(p.when, tuple(e for e in p.entries if e.kind != "milestone")) for p in quarter.periods
        )
        left = tuple(period for period in periods if period.when.last >= as_of and period.entries)
        if left:
            return TimelineQuarter(quarter.when, left)
    return None


def _milestones(roadmap: Roadmap) -> tuple[Item, ...]:
    """Return the open milestones that are not past, the next one first and those without a date last."""
    unfinished = [item for item in roadmap.of_role(Role.MILESTONE) if not item.is_closed]
    left = [item for item in unfinished if not item.days_late(roadmap.as_of)]
    return tuple(sorted(left, key=lambda item: item.due_day or date.max))


def _finished(roadmap: Roadmap) -> Iterator[FinishedGroup]:
    for collection in roadmap.settings.collections.values():
        items = roadmap.in_collection(collection.name) if collection.role is Role.ITEM else ()
        done = tuple(item for item in items if item.stage is Stage.DONE)
        if done:
            yield FinishedGroup(collection, done)
