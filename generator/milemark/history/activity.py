"""Activity on each day of the last year, as a calendar of weeks. Days without activity are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milemark.foundation.dates import PartialDate, periods
from milemark.history.lifecycle import Lifecycle, Lifecycles

_WEEKS = 53  # a year and the current week
_SIZES = 4


class Day(NamedTuple):
    """A day, and the number of items and tasks finished, started and added on it."""

    when: date
    finished: int
    started: int
    added: int

    @property
    def size(self) -> int:
        """The size of the mark, from 0 to 4: it grows at 1, 2, 4 and 8 finished items and tasks."""
        return min(self.finished.bit_length(), _SIZES)


class Label(NamedTuple):
    """A month, and the week of its first day, above which its name appears."""

    week: int
    when: PartialDate


@dataclass(frozen=True, slots=True)
class Activity:
    """The days with activity, the oldest first, in the weeks from `monday` to `last`."""

    days: tuple[Day, ...]
    monday: date
    last: date

    @property
    def weeks(self) -> int:
        """The number of weeks, including the current one."""
        return self.week(self.last) + 1

    def week(self, day: date) -> int:
        """Return the index of the week of a day, from 0."""
        return (day - self.monday).days // 7

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels of the months, without a last one that has no room."""
        return tuple(label for label in self._labels() if label.week < self.weeks - 1 or self.weeks == 1)

    def _labels(self) -> Iterator[Label]:
        for month in periods(self.monday, self.last, "month"):
            if month.first >= self.monday:
                yield Label(self.week(month.first), month)


def activity(found: Lifecycles, first: date, today: date) -> Activity | None:
    """Return the activity of the year up to today, or None without any. The history begins on `first`."""
    this = today.toordinal() - today.weekday()
    begin = first.toordinal() - first.weekday()
    monday = date.fromordinal(max(1, this - 7 * (_WEEKS - 1), min(begin, this)))
    lifecycles = (*found.items, *found.milestones, *(each for each in found.tasks if each.id.text))
    counts = [_counted(lifecycles, name, monday, today) for name in ("finished", "started", "added")]
    days = tuple(
        Day(day, *(count[day] for count in counts)) for day in sorted({day for each in counts for day in each})
    )
    return Activity(days, monday, today) if days else None


def _counted(found: Iterable[Lifecycle], name: str, first: date, last: date) -> Counter[date]:
    days = (getattr(each, name) for each in found)
    return Counter(day for day in days if day and first <= day <= last)
