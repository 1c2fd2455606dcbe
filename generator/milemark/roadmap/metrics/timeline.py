"""The timeline: the starts and the ends of items and milestones by quarter and month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

from milemark.foundation.dates import PartialDate
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event of a period.

    `kind` is `start`, `due`, `finished`, `milestone`, or for a start and an end in the same period `span` (due) or
    `span-finished`.
    """

    item: Item
    kind: str


@dataclass(frozen=True, slots=True)
class TimelinePeriod:
    """A month with its entries, or the entries that are known only to a quarter or a year.

    Starts known only to a quarter stand before its months, ends after them: `is_after`.
    """

    when: PartialDate
    entries: tuple[TimelineEntry, ...]
    is_after: bool = False


@dataclass(frozen=True, slots=True)
class TimelineQuarter:
    """A quarter with its periods in order. A date known only to a year stands before or after its quarters."""

    when: PartialDate
    periods: tuple[TimelinePeriod, ...]
    is_after: bool = False


class DatedEntry(NamedTuple):
    """An event and the period it stands in."""

    period: TimelinePeriod
    entry: TimelineEntry


@dataclass(frozen=True, slots=True)
class Timeline:
    """Quarters in order, and the items without a date."""

    quarters: tuple[TimelineQuarter, ...]
    undated: tuple[Item, ...]

    @property
    def events(self) -> tuple[DatedEntry, ...]:
        """All events in order, each with its period."""
        found = (period for quarter in self.quarters for period in quarter.periods)
        return tuple(DatedEntry(period, entry) for period in found for entry in period.entries)


@dataclass(frozen=True, slots=True)
class _Event:
    """An entry with its period and day, by which it is sorted."""

    period: PartialDate
    day: date
    entry: TimelineEntry

    @property
    def is_vague(self) -> bool:
        return self.period.is_vague

    @property
    def is_end(self) -> bool:
        return self.is_vague and self.entry.kind in {"due", "finished", "milestone"}

    @property
    def place(self) -> tuple[date, int, date]:
        """The sort key. Of two vague periods that begin or end on the same day, the longer one is the outer one."""
        days = (self.period.last - self.period.first).days if self.is_vague else 0
        return (self.period.last, days, self.day) if self.is_end else (self.period.first, -days, self.day)


def timeline(roadmap: Roadmap) -> Timeline:
    """Place the work and the milestones of a roadmap in quarters and months."""
    items = (*roadmap.of_role(Role.ITEM), *roadmap.of_role(Role.MILESTONE))
    found = (event for item in items for event in _events(item, roadmap.as_of))
    events = sorted(found, key=lambda event: event.place)
    undated = tuple(item for item in items if not item.start and not item.end)
    return Timeline(tuple(_quarters(events)), undated)


def _events(item: Item, as_of: date) -> Iterator[_Event]:
    start = _event(item, "start", item.start, item.start.first) if item.start else None
    day = item.end_day(as_of)
    end = _event(item, item.end_field, item.end, day) if item.end and day else None
    if item.role is Role.MILESTONE:
        yield from (replace(event, entry=TimelineEntry(item, "milestone")) for event in (end or start,) if event)
    elif start and end and start.period.text == end.period.text:
        yield replace(start, entry=TimelineEntry(item, "span" if item.end_field == "due" else "span-finished"))
    else:
        yield from (event for event in (start, end) if event)


def _event(item: Item, kind: str, written: PartialDate, day: date) -> _Event:
    """Return the event of a date in its month, or in its quarter or year if it is no more precise."""
    period = written if written.is_vague else PartialDate.containing(day, "month")
    return _Event(period, day, TimelineEntry(item, kind))


def _quarters(events: Iterable[_Event]) -> Iterator[TimelineQuarter]:
    years: set[int] = set()
    for when, group in groupby(events, lambda event: _quarter_of(event.period)):
        year = when.first.year
        yield TimelineQuarter(when, tuple(_periods(group)), when.precision == "year" and year in years)
        years.add(year)


def _periods(events: Iterable[_Event]) -> Iterator[TimelinePeriod]:
    is_first = True
    for period, group in groupby(events, lambda event: event.period):
        found = tuple(group)
        yield TimelinePeriod(period, tuple(event.entry for event in found), found[0].is_vague and not is_first)
        is_first = False


def _quarter_of(period: PartialDate) -> PartialDate:
    return period if period.precision == "year" else PartialDate.containing(period.first, "quarter")
