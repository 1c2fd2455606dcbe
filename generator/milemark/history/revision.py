"""The files of a project at a revision or at the start of a day, for a comparison with the current ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.foundation.errors import UserError
from milemark.foundation.layout import MAX_FILE
from milemark.history.git import Folder, GitRepository, commit_of, files_at, merge_base, open_content, read_blobs
from milemark.history.git_log import Commit, commits
from milemark.history.model import History
from milemark.history.trees import readable


class Revision(NamedTuple):
    """The files of content/ at a commit, by path; without files and commit if the day is before the first commit.

    `day` is the first day of the report; `read_on` is the day to load the files for. `changed` is the last commit that
    changed content/ by then.
    """

    files: Mapping[str, bytes]
    read_on: date
    commit: str
    day: date
    changed: str = ""


def check_since(root: Path, since: str, today: date) -> None:
    """Raise UserError for an unknown revision or a day in the future, before a long history is read."""
    written = parse_date(since)
    if written and written.first > today:
        raise UserError(f"there is nothing to report since {since}: today is {today}")
    if not written and not commit_since(root, since):
        hint = "write a commit, a branch or a tag, or a day such as 2025-01-12"
        raise UserError(f'"{since}" is neither a revision that git knows nor a date: {hint}')


def commit_since(root: Path, since: str) -> str:
    """Return the commit that a text names now, or an empty text for a day: a branch goes on."""
    return "" if parse_date(since) else commit_of(open_content(root), since)


def read_revision(root: Path, since: str, history: History) -> Revision:
    """Read the files at the start of a day, or at the newest commit that a revision has in common with HEAD.

    Later commits of another branch do not count. `history` is that of the audience: private content changes nothing.
    """
    repository, written = open_content(root), parse_date(since)
    return _before(repository, history, written.first) if written else _at(repository, history, since)


def _before(repository: GitRepository, history: History, day: date) -> Revision:
    """Return the last point before a day, with the files of the newest commit that equals it."""
    point = next((each for each in reversed(history.line) if each.day < day), None)
    if point is None and repository.is_shallow:
        raise UserError(f"the history before {day} is missing (shallow clone): `git fetch --unshallow` fetches it")
    if point is None:
        return Revision({}, history.today, "", day)
    found = point.snapshot.commit
    same = [each for each in history.commits if found in {each.id, history.equals.get(each.id)}]
    newest = next((each for each in reversed(same) if each.when.date() < day), same[0])
    return Revision(_files(repository, newest.id, newest.folder), point.day, found, day, newest.id)


def _at(repository: GitRepository, history: History, since: str) -> Revision:
    commit = commit_of(repository, since)
    commit = merge_base(repository, commit, "HEAD") or commit
    changed = _newest(repository, history, commit)
    found = history.equals.get(changed.id, changed.id) if changed else ""
    day = next((point.day for point in history.line if point.snapshot.commit == found), None)
    day = day or min(changed.when.date() if changed else history.today, history.today)
    files = _files(repository, commit, changed.folder if changed else repository.content)
    return Revision(files, day, commit, day, changed.id if changed else "")


def _newest(repository: GitRepository, history: History, commit: str) -> Commit | None:
    """Return the newest commit of a history up to a commit; content/ may have been in another folder by then."""
    known = {each.id: each for each in history.commits}
    is_public = bool(history.equals)
    for folder in dict.fromkeys(each.folder for each in reversed(history.commits)):
        for each in commits(repository, commit, folder, has_all_sides=is_public)[-1:]:
            if each.id in known:
                return known[each.id]
    return (commits(repository, commit, has_all_sides=is_public) or (None,))[-1]


def _files(repository: GitRepository, commit: str, folder: Folder) -> Mapping[str, bytes]:
    blobs = readable(files_at(repository, commit, folder).blobs)
    read = dict(read_blobs(repository, dict.fromkeys(blobs.values()), MAX_FILE))
    return {path: read[blob] for path, blob in blobs.items()}
