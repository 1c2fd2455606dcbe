"""The files of a project at a revision or at the start of a day, for a comparison with the current ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.foundation.errors import UserError
from milemark.foundation.layout import CONTENT, MAX_FILE
from milemark.history.git import (
    Commit,
    GitRepository,
    commit_of,
    commits,
    files_at,
    merge_base,
    open_repository,
    read_blobs,
)
from milemark.history.model import History, ordered_days
from milemark.history.trees import readable


class Revision(NamedTuple):
    """The files of content/ at a commit, by path; without files and commit if the day is before the first commit.

    `day` is the first day of the report; `read_on` is the day to load the files for.
    """

    files: Mapping[str, bytes]
    read_on: date
    commit: str
    day: date


def read_revision(root: Path, since: str, today: date) -> Revision:
    """Read the files at the start of a day, or at the newest commit that a revision has in common with HEAD.

    Later commits of another branch do not count. Raises UserError for an unknown revision or a day in the future.
    """
    repository = open_repository(root / CONTENT)
    line = _line(commits(repository))
    days = dict(zip((each.id for each in line), ordered_days([each.when.date() for each in line], today), strict=True))
    written = parse_date(since)
    if written and written.first > today:
        raise UserError(f"there is nothing to report since {since}: today is {today}")
    found = _before(repository, days, written.first) if written else _revision(repository, since)
    if not found:
        return Revision({}, today, "", written.first if written else today)
    day = days.get(found) or _day(repository, found, today)
    return Revision(_files(repository, found), day, found, written.first if written else day)


def _files(repository: GitRepository, commit: str) -> Mapping[str, bytes]:
    blobs = readable(files_at(repository, commit).blobs)
    read = dict(read_blobs(repository, dict.fromkeys(blobs.values()), MAX_FILE))
    return {path: read[blob] for path, blob in blobs.items()}


# The newest commit before a day may be one of private content only, and its day and id would say so.
def public_revision(root: Path, revision: Revision, since: str, history: History) -> Revision:
    """Return the revision that a public history gives for the same day: one that private content does not change."""
    written = parse_date(since)
    commit = history.equals.get(revision.commit) if revision.commit else None
    points = [point for point in history.line if written is None or point.day < written.first]
    point = next((each for each in reversed(points) if written or each.snapshot.commit == commit), None)
    if written is None:
        return revision._replace(read_on=point.day, day=point.day) if point else revision
    if point is None:
        return Revision({}, history.today, "", revision.day)
    repository, found = open_repository(root / CONTENT), point.snapshot.commit
    same = [each for each in commits(repository) if history.equals.get(each.id) == found]
    newest = [each.id for each in same if each.when.date() < written.first]
    return Revision(_files(repository, newest[-1] if newest else found), point.day, found, revision.day)


def _line(found: tuple[Commit, ...]) -> list[Commit]:
    """Return the commits along first parents, the oldest first."""
    known = {each.id: each for each in found}
    line = [found[-1]] if found else []
    while line and line[-1].first in known:
        line.append(known[line[-1].first])
    return line[::-1]


def _before(repository: GitRepository, days: dict[str, date], day: date) -> str:
    """Return the last commit before a day."""
    earlier = [commit for commit, when in days.items() if when < day]
    if not earlier and repository.is_shallow:
        raise UserError(f"the history before {day} is missing (shallow clone): `git fetch --unshallow` fetches it")
    return earlier[-1] if earlier else ""


def _revision(repository: GitRepository, since: str) -> str:
    commit = commit_of(repository, since)
    if not commit:
        hint = "write a commit, a branch or a tag, or a day such as 2025-01-12"
        raise UserError(f'"{since}" is neither a revision that git knows nor a date: {hint}')
    return merge_base(repository, commit, "HEAD") or commit


def _day(repository: GitRepository, commit: str, today: date) -> date:
    """Return the day of a commit that did not change the folder."""
    found = commits(repository, commit)
    return min(found[-1].when.date(), today) if found else today
