"""Dates as precise as they were written: a year, a quarter, a month, a week or a day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})([T ]\d{2}:\d{2}.*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{1,2})\.?", re.ASCII)
_QUOTES = "“”‘’「」"
_LOOSE = re.compile(r"\D*(\d{4})\s*[-./년]\s*(\d{1,2})(?:\s*[-./월]\s*(\d{1,2}))?\s*[일월.]?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date with its precision. A start means `first`, a due means `last`; both are inclusive.

    `2025-02` is `PartialDate("2025-02", "month", date(2025, 2, 1), date(2025, 2, 28))`.
    """

    text: str
    precision: str
    first: date
    last: date

    def __str__(self) -> str:
        """Return the date as it was written."""
        return self.text


def parse_date(text: str) -> PartialDate | None:
    """Read `2025`, `2025-Q1`, `2025-02`, `2025-W07` or `2025-02-14`; of a date with a time, its day as written."""
    try:
        return _parse(text.strip())
    except (ValueError, OverflowError):  # a date that no calendar has, such as 2025-02-30
        return None


def _parse(text: str) -> PartialDate | None:
    if found := _DAY.fullmatch(text):
        day = datetime.fromisoformat(text).date() if found[4] else date.fromisoformat(text)
        return PartialDate(day.isoformat(), "day", day, day)
    if found := _MONTH.fullmatch(text):
        first = date(int(found[1]), int(found[2]), 1)
        return PartialDate(text, "month", first, _month_end(first))
    if found := _WEEK.fullmatch(text):
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return PartialDate(text, "week", first, first + timedelta(days=6))
    if found := _QUARTER.fullmatch(text):
        first = date(int(found[1]), 3 * int(found[2]) - 2, 1)
        return PartialDate(text, "quarter", first, _month_end(first.replace(month=first.month + 2)))
    if found := _YEAR.fullmatch(text):
        return PartialDate(text, "year", date(int(text), 1, 1), date(int(text), 12, 31))
    return None


def _month_end(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def suggest_date(text: str) -> str | None:
    """Return the accepted form of a date written another way: `2025년 3월 1일` is `2025-03-01`."""
    text = text.strip(_QUOTES)
    if short := _SHORT_YEAR.fullmatch(text):
        return _existing([2000 + int(short[1]), int(short[2]), int(short[3])])
    found = _LOOSE.fullmatch(text)
    if not found:
        return None
    parts = [int(part) for part in found.groups() if part]
    return _existing(parts) or _existing([parts[0], *reversed(parts[1:])])


def _existing(parts: list[int]) -> str | None:
    text = "-".join(f"{part:02d}" for part in parts)
    return text if parse_date(text) else None
