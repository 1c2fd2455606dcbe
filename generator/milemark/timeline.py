"""Items and milestones on the calendar: what starts and what is due in which period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from milemark.dates import PartialDate, parse_date
from milemark.model import Item, Roadmap, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a period. `kind` is `start`, `due`, `span` (both in the same period) or `milestone`."""

    item: Item
    kind: str


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or what is known only to a quarter or a year, with its entries."""

    when: PartialDate
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter with its periods: what spans the whole quarter first, then the months."""

    when: PartialDate
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Quarters in order, and what has no date at all."""

    quarters: tuple[Quarter, ...]
    undated: tuple[Item, ...]


def timeline(roadmap: Roadmap) -> Timeline:
    """Place the work and the milestones of a roadmap in quarters and months."""
    items = (*roadmap.of_role(Role.ITEM), *roadmap.of_role(Role.MILESTONE))
    periods: dict[str, list[Entry]] = {}
    for item in items:
        for period, entry in _entries(item):
            periods.setdefault(period, []).append(entry)
    undated = tuple(item for item in items if not item.start and not item.due)
    return Timeline(_quarters(periods), undated)


def _entries(item: Item) -> Iterator[tuple[str, Entry]]:
    start = _period(item.start, item.start.first) if item.start else None
    due = _period(item.due, item.due.last) if item.due else None
    if item.role is Role.MILESTONE:
        yield from ((when, Entry(item, "milestone")) for when in (due or start,) if when)
    elif start and start == due:
        yield start, Entry(item, "span")
    else:
        yield from ((when, Entry(item, kind)) for when, kind in ((start, "start"), (due, "due")) if when)


def _period(written: PartialDate, day: date) -> str:
    """Return the month of a date, or its quarter or year where it is not known better."""
    return written.text if written.precision in {"quarter", "year"} else day.isoformat()[:7]


def _quarters(periods: dict[str, list[Entry]]) -> tuple[Quarter, ...]:
    grouped: dict[str, list[Period]] = {}
    for text in sorted(periods, key=_place):
        when = parse_date(text)
        if when:
            grouped.setdefault(_quarter_of(when), []).append(Period(when, tuple(periods[text])))
    dated = ((parse_date(text), tuple(found)) for text, found in grouped.items())
    return tuple(Quarter(when, found) for when, found in dated if when)


def _place(text: str) -> tuple[date, int]:
    """Sort by first day; of two periods that begin on the same day, the longer one first."""
    when = parse_date(text)
    return (when.first, -(when.last - when.first).days) if when else (date.max, 0)


def _quarter_of(when: PartialDate) -> str:
    if when.precision == "year":
        return when.text
    return f"{when.text[:4]}-Q{(when.first.month + 2) // 3}"
