"""The days of all commits of a repository, for measures of success that count them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from milemark.foundation.dates import parse_date
from milemark.history.git import NoHistoryError, open_repository, run


def commit_days(folder: Path) -> tuple[date, ...]:
    """Return the days of the commits of a repository by their authors' clocks, merges left out; none without one."""
    try:
        repository = open_repository(folder)
        lines = run(repository.top, "log", "--no-merges", "--format=%as", "HEAD", "--").decode("ascii").split()
    except NoHistoryError:
        return ()
    found = (parse_date(line) for line in lines)
    return tuple(day.first for day in found if day)
