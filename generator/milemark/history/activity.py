"""What happened on each day of the last year: a calendar of weeks, of which only the days with something are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milemark.foundation.dates import PartialDate, periods
from milemark.history.lifecycle import Lifecycle, Lifecycles

_WEEKS = 53  # a year, and the week that runs
_SIZES = 4


class Day(NamedTuple):
    """A day, and how many items and tasks were finished, started and added on it."""

    when: date
    finished: int
    started: int
    added: int

    @property
    def size(self) -> int:
        """How much was finished, from 0 to 4: one, two, four, and eight or more begin another size."""
        return min(self.finished.bit_length(), _SIZES)


class Label(NamedTuple):
    """The name of a month above the week in which its first day is."""

    week: int
    when: PartialDate


@dataclass(frozen=True, slots=True)
class Activity:
    """The days on which something happened, the first one first, and the weeks from a Monday on that they lie in."""

    days: tuple[Day, ...]
    monday: date
    last: date

    @property
    def weeks(self) -> int:
        """How many weeks there are; the last one may still run."""
        return self.week(self.last) + 1

    def week(self, day: date) -> int:
        """Return the number of a day's week, from 0."""
        return (day - self.monday).days // 7

    @property
    def labels(self) -> tuple[Label, ...]:
        """The names of the months, those left out that have no room at the right."""
        return tuple(label for label in self._labels() if label.week < self.weeks - 1 or self.weeks == 1)

    def _labels(self) -> Iterator[Label]:
        for month in periods(self.monday, self.last, "month"):
            if month.first >= self.monday:
                yield Label(self.week(month.first), month)


def activity(found: Lifecycles, first: date, today: date) -> Activity | None:
    """Return what happened in the year up to today of a history that begins on `first`; None where nothing did."""
    this = today.toordinal() - today.weekday()
    begin = first.toordinal() - first.weekday()
    monday = date.fromordinal(max(1, this - 7 * (_WEEKS - 1), min(begin, this)))
    journeys = (*found.items, *found.milestones, *(each for each in found.tasks if each.what.text))
    counts = [_counted(journeys, name, monday, today) for name in ("finished", "started", "added")]
    days = tuple(
        Day(day, *(count[day] for count in counts)) for day in sorted({day for each in counts for day in each})
    )
    return Activity(days, monday, today) if days else None


def _counted(found: Iterable[Lifecycle], name: str, first: date, last: date) -> Counter[date]:
    days = (getattr(each, name) for each in found)
    return Counter(day for day in days if day and first <= day <= last)
