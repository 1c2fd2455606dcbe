"""The numbers of commits in each week of the last year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

WEEKS = 52


def commit_weeks(days: Iterable[date], as_of: date) -> tuple[int, ...]:
    """Return the numbers of commits in each of the 52 weeks that end on a day."""
    counts = [0] * WEEKS
    first = as_of - timedelta(weeks=WEEKS) if as_of.toordinal() > 7 * WEEKS else date.min
    for day in days:
        if first < day <= as_of:
            counts[(day - first).days // 7 - ((day - first).days % 7 == 0)] += 1
    return tuple(counts)
