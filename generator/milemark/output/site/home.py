"""What the home page tells: the featured work as stories, the quarter, the next milestones, what is finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from milemark.roadmap.metrics.timeline import Timeline, TimelinePeriod, TimelineQuarter
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Field, Role, Stage

_STORY = ("problem", "approach", "result")
_LONGEST_STORY = 4  # rows
_TELLING = {"string", "array"}
_ORDER = (Stage.ACTIVE, Stage.DONE, Stage.PAUSED, Stage.PLANNED, None, Stage.DROPPED)


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a story: the field `name` of an item or of a part of it."""

    item: Item
    name: str


@dataclass(frozen=True, slots=True)
class Story:
    """A featured item: problem, approach, result; where these are not written, what its collection declares."""

    item: Item
    rows: tuple[Told, ...]
    stack: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FinishedGroup:
    """The items of one collection that are done."""

    collection: Collection
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """All that the home page tells besides progress and skills.

    `active` is what the stories do not tell, `is_now` that `quarter` is not a later one.
    """

    stories: tuple[Story, ...]
    active: tuple[Item, ...]
    quarter: TimelineQuarter | None
    is_now: bool
    milestones: tuple[Item, ...]
    finished: tuple[FinishedGroup, ...]


def home(roadmap: Roadmap, timeline: Timeline) -> Home:
    """Return what the home page tells."""
    quarter, featured = _quarter(roadmap.as_of, timeline), _featured(roadmap)
    return Home(
        tuple(_story(roadmap, item) for item in featured),
        tuple(_active(roadmap, {item.id for item in featured})),
        quarter,
        quarter is not None and quarter.when.first <= roadmap.as_of,
        _milestones(roadmap),
        tuple(_finished(roadmap)),
    )


def _featured(roadmap: Roadmap) -> list[Item]:
    """Return the featured items: what is active first, then what is done."""
    found = [item for item in roadmap.of_role(Role.ITEM) if item.values.get("featured") is True]
    return sorted(found, key=lambda item: _ORDER.index(item.stage))


def _active(roadmap: Roadmap, featured: set[str]) -> Iterator[Item]:
    for item in roadmap.of_role(Role.ITEM):
        if item.stage is Stage.ACTIVE and not featured & {item.id, item.parent}:
            yield item


def _story(roadmap: Roadmap, item: Item) -> Story:
    family = (item, *roadmap.children(item))
    stack = dict.fromkeys(word for each in family for word in each.texts("stack"))
    rows: dict[str, Told] = {}
    for each, name in _told(family):
        rows.setdefault(name, Told(each, name))
    return Story(item, tuple(rows.values())[:_LONGEST_STORY], tuple(stack))


def _told(family: Iterable[Item]) -> Iterator[tuple[Item, str]]:
    """Yield the fields that tell of an item, the three of a story first; those of its parts follow."""
    items = tuple(family)
    yield from ((items[0], name) for name in _STORY if items[0].text(name))
    for item in items:
        names = ("goal", *(field.name for field in item.collection.fields.values() if _is_telling(field)))
        yield from ((item, name) for name in names if item.values.get(name))


def _is_telling(field: Field) -> bool:
    """Whether a collection declares a text or a list of its own that is not one of a few words."""
    return field.name not in CORE_FIELDS and field.type in _TELLING and not field.choices


def _quarter(as_of: date, timeline: Timeline) -> TimelineQuarter | None:
    """Return what is left of the quarter of a day, or of the next one in which something happens."""
    for quarter in timeline.quarters:
        periods = (
            TimelinePeriod(p.when, tuple(e for e in p.entries if e.kind != "milestone")) for p in quarter.periods
        )
        left = tuple(period for period in periods if period.when.last >= as_of and period.entries)
        if left:
            return TimelineQuarter(quarter.when, left)
    return None


def _milestones(roadmap: Roadmap) -> tuple[Item, ...]:
    """Return the milestones that are neither over nor done, the next one first; those without a date come last."""
    found = [item for item in roadmap.of_role(Role.MILESTONE) if not item.is_closed]
    left = [item for item in found if not item.days_late(roadmap.as_of)]
    return tuple(sorted(left, key=lambda item: item.due_day or date.max))


def _finished(roadmap: Roadmap) -> Iterator[FinishedGroup]:
    for collection in roadmap.settings.collections.values():
        items = roadmap.in_collection(collection.name) if collection.role is Role.ITEM else ()
        done = tuple(item for item in items if item.stage is Stage.DONE)
        if done:
            yield FinishedGroup(collection, done)
