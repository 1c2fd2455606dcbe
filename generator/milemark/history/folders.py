"""The folders in which content/ lay: its history goes on through a move, also into a part of a larger repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from milemark.foundation.layout import ROADMAP_FILE
from milemark.history.git import TOP, Folder, GitRepository, files_at
from milemark.history.git_log import Commit, commits, message_of, parents_of, renames
from milemark.history.trees import Walk, readable

_MOST = 20  # moves that are followed
_IMPORTED = "git-subtree-split:"  # `git subtree add --squash` leaves the commits out that it brings in


class Move(NamedTuple):
    """The folder in which most files of a commit lay at a parent. Without a parent, it cannot be followed."""

    parent: str
    folder: Folder


NOWHERE = Move("", TOP)


def follow(
    repository: GitRepository,
    moves: dict[str, Move],
    is_known: Callable[[Commit], bool],
    *,
    has_all_sides: bool = False,
) -> tuple[Commit, ...]:
    """Return every commit that changed content/, each after its parents, in the folders in which it lay.

    `moves` has the moves of known commits by id, and gets those of the others. `has_all_sides` is that of `commits`.
    """
    line: list[Commit] = []
    moved, move = "", Move("HEAD", repository.content)
    for _ in range(_MOST):
        part: Sequence[Commit] = commits(repository, move.parent, move.folder, has_all_sides=has_all_sides)
        older, last = {each.id for each in part}, part[-1:]
        line = [replace(each, parents=tuple(tip.id for tip in last)) if each.id == moved else each for each in line]
        moved = _moved_at(repository, part, moves, is_known)
        part = _from(part, moved) if moved else part
        line = [*part, *(each for each in line if each.id not in older)]
        if not moved:
            break
        move = moves[moved]
    folders = {each.id: each.folder for each in line}
    return tuple(replace(each, before=folders.get(each.first, each.folder)) for each in line)


def begins_elsewhere(line: Sequence[Commit], moves: Mapping[str, Move]) -> bool:
    """Whether a history begins with files that came from elsewhere, whose earlier commits cannot be followed."""
    return any(moves.get(each.id) == NOWHERE for each in line if not each.parents)


def _moved_at(
    repository: GitRepository, part: Sequence[Commit], moves: dict[str, Move], is_known: Callable[[Commit], bool]
) -> str:
    """Return the newest commit of a folder at which most of its files came from another one, or an empty text."""
    known = next((each.id for each in reversed(part) if moves.get(each.id, NOWHERE).parent), "")
    since = _from(part, known) if known else part
    unknown = [each for each in since if not is_known(each) and each.id not in moves]
    for commit, added, total in reversed([*_arrivals(Walk(repository, unknown))]):
        move = find_move(repository, commit, added, total)
        if move:
            moves[commit.id] = move
            if move.parent:
                return commit.id
    return known


def _from(part: Sequence[Commit], commit: str) -> list[Commit]:
    """Return the commits without the ancestors of one of them, which becomes a root."""
    parents = {each.id: each.parents for each in part}
    gone: set[str] = set()
    waiting = [*parents[commit]]
    while waiting:
        each = waiting.pop()
        if each in parents and each not in gone:
            gone.add(each)
            waiting += parents[each]
    return [replace(each, parents=()) if each.id == commit else each for each in part if each.id not in gone]


def _arrivals(walk: Walk) -> Iterator[tuple[Commit, frozenset[str], int]]:
    """Yield the commits that added most of their texts, with the paths of these and the number of all."""
    for step in walk:
        outer = step.commit.folder.elsewhere(step.tree)
        added = frozenset(path for path, blob in step.replaced.items() if not blob and step.after(path)) - outer
        total = len(step.tree.keys() - outer)
        if 2 * len(added) > total:
            yield step.commit, added, total


def find_move(repository: GitRepository, commit: Commit, added: frozenset[str], total: int) -> Move | None:
    """Return the folder from which a commit moved most of its `total` files, or None if it moved no part of them."""
    parents = parents_of(repository, commit.id)
    if not parents:
        return NOWHERE if _IMPORTED in message_of(repository, commit.id) else None
    is_part = False
    for parent in parents:
        sources: dict[str, set[str]] = {}
        for old, new in renames(repository, parent, commit.id):
            path = commit.folder.path(new)
            if path in added and not commit.folder.path(old) and f"/{old}".endswith(f"/{path}"):
                sources.setdefault(old.removesuffix(path), set()).add(path)
        prefix = max(sorted(sources), key=lambda each: len(sources[each]), default="")
        moved = sources.get(prefix, set())
        if 2 * len(moved) > total:
            moved_folder = _folder(repository, parent, commit.id, prefix, moved)
            roadmap, links = _roadmap_before(commit.folder, prefix), commit.folder.links
            return Move(parent, moved_folder._replace(roadmap=roadmap, links=links))
        is_part = is_part or 4 * len(moved) > total
    return NOWHERE if is_part else None


def _roadmap_before(folder: Folder, prefix: str) -> str:
    """Return the roadmap.yml outside a folder that belonged to it when it had another prefix."""
    if not folder.roadmap:
        return ""
    inner = folder.prefix.removeprefix(folder.roadmap.removesuffix(ROADMAP_FILE))
    return f"{prefix.removesuffix(inner)}{ROADMAP_FILE}" if prefix.endswith(inner) else folder.roadmap


def _folder(repository: GitRepository, parent: str, commit: str, prefix: str, moved: set[str]) -> Folder:
    """Return a folder that moved; if a part of it stayed, only the names in it that moved."""
    before, after = (readable(files_at(repository, each, Folder(prefix)).blobs) for each in (parent, commit))
    names = frozenset(path.partition("/")[0] for path in moved)
    return Folder(prefix, names if before.keys() & after.keys() else None)
