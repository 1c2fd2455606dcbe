"""The commits of a folder, each with its parents, its time and the files that it changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from milemark.history.ancestry import Ancestry
from milemark.history.git import FILES, TOP, Files, Folder, GitRepository, files_at, run

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the folder. `parents` are its nearest ancestors that changed it; `when` is the author's time.

    `folder` is the folder at this commit, and `before` at its first parent: they differ where it moved.
    """

    id: str
    parents: tuple[str, ...]
    when: datetime
    folder: Folder = TOP
    before: Folder = TOP

    @property
    def first(self) -> str:
        """The id of the first parent, or an empty text."""
        return self.parents[0] if self.parents else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One file that a commit wrote, by the id of its bytes; an empty id stands for a file that is gone."""

    path: str
    blob: str


def parents_of(repository: GitRepository, commit: str) -> tuple[str, ...]:
    """Return the parents of a commit."""
    return tuple(run(repository.top, "rev-list", "--parents", "-n", "1", commit, "--").decode("ascii").split()[1:])


def message_of(repository: GitRepository, commit: str) -> str:
    """Return the message of a commit."""
    return run(repository.top, "cat-file", "commit", commit).decode("utf-8", "replace").partition("\n\n")[2]


def renames(repository: GitRepository, one: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield the old and the new path, from the top, of each file that was renamed between two commits."""
    plain = ("--no-ext-diff", "--no-textconv", "-M", "-l1000", "--diff-filter=R")
    parts = iter(run(repository.top, "diff-tree", "-r", "-z", "--raw", *plain, one, other).split(b"\0"))
    for part in parts:
        if part.startswith(b":"):
            yield os.fsdecode(next(parts)), os.fsdecode(next(parts))


def commits(
    repository: GitRepository, last: str = "HEAD", folder: Folder | None = None, *, has_all_sides: bool = False
) -> tuple[Commit, ...]:
    """Return every commit up to the last one that changed a folder, or else content/, each after its parents.

    As in `git log`, a merge that took the folder from one side unchanged is followed along that side only, unless the
    result `has_all_sides`.
    """
    folder = folder or repository.content
    options = ("--topo-order", "--reverse", "--parents", "--date=raw", "--format=%ad")
    arguments = ("rev-list", *options, *(["--full-history"] if has_all_sides else []), last, "--")
    lines = run(repository.top, *arguments, *folder.paths).decode("ascii", "replace").split("\n")
    pairs = zip(lines[::2], lines[1::2], strict=False)
    found = ((head.split()[1:], when) for head, when in pairs if head.startswith("commit "))
    line = tuple(Commit(ids[0], tuple(ids[1:]), _time(when), folder, folder) for ids, when in found)
    return tuple(_without_idle_merges(repository, line)) if has_all_sides else line


def _without_idle_merges(repository: GitRepository, line: Iterable[Commit]) -> Iterator[Commit]:
    """Yield the commits without merges that only took the folder from their newest side, as most merges do."""
    found = [*line]
    merges = [each for each in found if len(each.parents) > 1]
    trees = _trees(repository, {id_ for each in merges for id_ in (each.id, *each.parents)}, merges)
    ancestry, stands_for = Ancestry(), dict[str, str]()
    for each in found:
        parents = tuple(dict.fromkeys(stands_for[parent] for parent in each.parents if parent in stands_for))
        newest = ancestry.newest({parent: parent for parent in parents}) if len(each.parents) > 1 and parents else ""
        is_idle = newest and trees[newest] == trees[each.id]
        if is_idle and all(ancestry.is_ancestor(parent, newest) for parent in parents):
            stands_for[each.id] = newest
            continue
        stands_for[each.id] = each.id
        ancestry.add(each.id, parents)
        yield replace(each, parents=parents)


def _trees(repository: GitRepository, ids: Collection[str], line: Sequence[Commit]) -> Mapping[str, tuple[str, ...]]:
    """Return the object ids of the folder, or of its parts, at some commits."""
    paths = [path.rstrip("/") for path in line[0].folder.paths] if line else []
    if any("\n" in path for path in paths):  # git reads a name on each line
        return {id_: (id_,) for id_ in ids}
    names = "".join(f"{id_}:{'' if path == '.' else path}\n" for id_ in ids for path in paths)
    out = run(repository.top, "cat-file", "--batch-check=%(objectname)", given=os.fsencode(names))
    found = iter(out.decode("utf-8", "replace").split("\n"))
    return {id_: tuple(_object_id(next(found)) for _path in paths) for id_ in ids}


def _object_id(line: str) -> str:
    return "" if line.endswith(" missing") else line


def _time(raw: str) -> datetime:
    """Return the time of `1720000000 +0900`; an invalid one gives the epoch, since clients write anything."""
    seconds, _, zone = raw.partition(" ")
    try:
        offset = timedelta(hours=int(zone[:3]), minutes=int(zone[0] + zone[3:5]))
        return (_EPOCH + timedelta(seconds=int(seconds))).astimezone(timezone(offset))
    except (ValueError, IndexError, OverflowError):
        return _EPOCH


def changes(repository: GitRepository, wanted: Iterable[Commit]) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Yield the id of each commit and its changes since its first parent; without a parent, all its files."""
    by_folder: dict[Folder, list[Commit]] = {}
    for each in wanted:
        if not each.first or each.before != each.folder:  # a merge may be the first commit of a folder
            before = files_at(repository, each.first, each.before) if each.first else Files({})
            yield each.id, _moved(before, files_at(repository, each.id, each.folder))
        else:
            by_folder.setdefault(each.folder, []).append(each)
    plain = ("--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    arguments = ("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--always", *plain, "--")
    for folder, found in by_folder.items():
        pairs = "".join(f"{each.id} {each.first}\n" for each in found)
        yield from _parsed(run(repository.top, *arguments, *folder.paths, given=pairs.encode()), folder)


def _moved(before: Files, after: Files) -> tuple[Change, ...]:
    old, new = before.blobs, after.blobs
    return tuple(Change(path, new.get(path, "")) for path in {**old, **new} if old.get(path) != new.get(path))


def _parsed(out: bytes, folder: Folder) -> Iterator[tuple[str, tuple[Change, ...]]]:
    """Parse the output of `diff-tree -z`: an id, then pairs of `:mode mode blob blob letter` and a path."""
    commit, found = "", list[Change]()
    parts = iter(out.split(b"\0"))
    for part in parts:
        if not part.startswith(b":"):
            if commit:
                yield commit, tuple(found)
            commit, found = part.strip().decode("ascii"), []
            continue
        _, mode, _, blob, _letter = part.split(b" ")
        if path := folder.path(os.fsdecode(next(parts))):
            found.append(Change(path, blob.decode("ascii") if mode in FILES else ""))
    if commit:
        yield commit, tuple(found)
