"""The axes of charts: round numbers up the side, and days along the bottom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import NamedTuple

from milemark.foundation.dates import PartialDate, periods

_NUMBERS = 4  # steps of an axis at most
_DATES = 7  # dates of an axis at most
_LAST = 92  # percent: a date behind it has no room
_ROUND = (1, 2, 5)


class NumberTick(NamedTuple):
    """A number, and its place from the bottom in percent."""

    number: int
    place: float


class DayTick(NamedTuple):
    """A week (its Monday), a month, a quarter or a year, and the place of its first day in percent."""

    when: PartialDate
    place: float


@dataclass(frozen=True, slots=True)
class NumberAxis:
    """Round numbers from 0 to `top`, which is at least the highest value."""

    top: int
    ticks: tuple[NumberTick, ...]

    def place(self, value: int) -> float:
        """Return the place of a value in percent."""
        return round(100 * value / self.top, 2)


def number_axis(most: int) -> NumberAxis:
    """Return the axis of values up to `most`, in at most four steps of 1, 2, 5, 10, 20 and so on."""
    step = next(each for each in _steps() if each * _NUMBERS >= most)
    top = max(-(-most // step), 1) * step
    return NumberAxis(top, tuple(NumberTick(each, round(100 * each / top, 2)) for each in range(0, top + 1, step)))


def _steps() -> Iterator[int]:
    return (digit * 10**power for power in count() for digit in _ROUND)


def day_axis(first: date, last: date) -> tuple[DayTick, ...]:
    """Return the first days of weeks, months, quarters or years between two days: the finest that has room."""
    span = max((last - first).days, 1)
    for precision in ("week", "month", "quarter", "year"):
        found = [each for each in periods(first, last, precision) if each.first >= first]
        if len(found) <= _DATES:
            break
    kept = found[:: -(-len(found) // _DATES) or 1]
    ticks = (DayTick(_named(each), round(100 * (each.first - first).days / span, 2)) for each in kept)
    return tuple(tick for tick in ticks if tick.place <= _LAST)


def _named(period: PartialDate) -> PartialDate:
    return PartialDate.containing(period.first, "day") if period.precision == "week" else period
