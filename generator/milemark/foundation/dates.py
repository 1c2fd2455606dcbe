"""Dates as precise as they were written: a year, a quarter, a month, a week or a day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

# The forms of a date for JSON Schema, which reads ECMAScript's regular expressions.
JSON_PATTERN = r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?)?|-Q[1-4]|-W[0-9]{2})?"
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})([T ]\d{2}:\d{2}.*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_LONGEST_MONTH = 31  # days


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with its precision: `year`, `quarter`, `month`, `week` or `day`.

    `2025-02` is `PartialDate("2025-02", "month", date(2025, 2, 1), date(2025, 2, 28))`; both days are inclusive. A
    start counts from `first`, a due date until `last`, a finish on `latest_by(day)`.
    """

    text: str
    precision: str
    first: date
    last: date

    def __str__(self) -> str:
        """Return the date as it was written."""
        return self.text

    @classmethod
    def containing(cls, day: date, precision: str) -> PartialDate:
        """Return the period of a precision that holds a day: the `quarter` of 2025-02-14 is `2025-Q1`."""
        return _PERIODS[precision](day)

    @property
    def is_vague(self) -> bool:
        """Whether the date is less precise than a month."""
        return (self.last - self.first).days > _LONGEST_MONTH

    def latest_by(self, day: date) -> date:
        """Return the latest day of the period that is not after `day`, or `first` if the whole period is later.

        `2025-03` gives March 10 for that day, and March 31 for every day from March 31 on.
        """
        return max(self.first, min(self.last, day))


def quarter_of(day: date) -> int:
    """Return the quarter of a day, from 1 to 4."""
    return (day.month + 2) // 3


def days_late(due: date, day: date) -> int:
    """Return how many days `day` is after a due day, and 0 if it is not."""
    return max((day - due).days, 0)


def periods(first: date, last: date, precision: str) -> Iterator[PartialDate]:
    """Yield the periods of a precision from the one that holds `first` to the one that holds `last`, in order."""
    period = PartialDate.containing(first, precision)
    yield period
    while period.last < last:
        period = PartialDate.containing(period.last + timedelta(days=1), precision)
        yield period


def parse_date(text: str) -> PartialDate | None:
    """Read `2025`, `2025-Q1`, `2025-02`, `2025-W07` or `2025-02-14`; of a date with a time, its day as written."""
    try:
        return _parse(text.strip())
    except (ValueError, OverflowError):  # a date that no calendar has, such as 2025-02-30
        return None


def _parse(text: str) -> PartialDate | None:
    if found := _DAY.fullmatch(text):
        return _day(datetime.fromisoformat(text).date() if found[4] else date.fromisoformat(text))
    if found := _MONTH.fullmatch(text):
        return _month(date(int(found[1]), int(found[2]), 1))
    if found := _WEEK.fullmatch(text):
        return _week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(text):
        return _quarter(date(int(found[1]), 3 * int(found[2]) - 2, 1))
    if _YEAR.fullmatch(text):
        return _year(date(int(text), 1, 1))
    return None


def _day(day: date) -> PartialDate:
    return PartialDate(day.isoformat(), "day", day, day)


def _week(day: date) -> PartialDate:
    year, week, weekday = day.isocalendar()
    first = day - timedelta(days=weekday - 1)
    last = first + timedelta(days=min(6, (date.max - first).days))  # the last week of the calendar is cut
    return PartialDate(f"{year:04}-W{week:02}", "week", first, last)


def _month(day: date) -> PartialDate:
    last = monthrange(day.year, day.month)[1]
    return PartialDate(day.isoformat()[:7], "month", day.replace(day=1), day.replace(day=last))


def _quarter(day: date) -> PartialDate:
    quarter = quarter_of(day)
    first, last = date(day.year, 3 * quarter - 2, 1), _month(date(day.year, 3 * quarter, 1)).last
    return PartialDate(f"{day.year:04}-Q{quarter}", "quarter", first, last)


def _year(day: date) -> PartialDate:
    return PartialDate(f"{day.year:04}", "year", date(day.year, 1, 1), date(day.year, 12, 31))


_PERIODS = {"day": _day, "week": _week, "month": _month, "quarter": _quarter, "year": _year}
