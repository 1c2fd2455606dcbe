"""The commits of the last year in each week, for measures of success that count them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from milemark.foundation.dates import parse_date
from milemark.history.git import NoHistoryError, open_repository, run

WEEKS = 52


def commit_days(folder: Path) -> tuple[date, ...]:
    """Return the days of the commits of a repository by their authors' clocks, merges left out; none without one."""
    try:
        repository = open_repository(folder)
        lines = run(repository.top, "log", "--no-merges", "--format=%as", "HEAD", "--").decode("ascii").split()
    except NoHistoryError:
        return ()
    found = (parse_date(line) for line in lines)
    return tuple(day.first for day in found if day)


def commit_weeks(days: Iterable[date], as_of: date) -> tuple[int, ...]:
    """Return the numbers of commits in each of the 52 weeks that end on a day."""
    counts = [0] * WEEKS
    first = as_of - timedelta(weeks=WEEKS) if as_of.toordinal() > 7 * WEEKS else date.min
    for day in days:
        if first < day <= as_of:
            counts[(day - first).days // 7 - ((day - first).days % 7 == 0)] += 1
    return tuple(counts)
