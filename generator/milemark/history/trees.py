"""The files of content/ at each commit, as blob ids by path, replayed from the changes of the commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from milemark.foundation.disk import is_temporary
from milemark.foundation.layout import ROADMAP_FILE
from milemark.history.git import Folder, GitRepository, files_at
from milemark.history.git_log import Change, Commit, changes

T = TypeVar("T")
Tree = dict[str, str]


class Step(NamedTuple):
    """One commit with its files. `replaced` has the blobs of its first parent for the paths it changed, or ""."""

    commit: Commit
    tree: Tree
    replaced: Tree

    def after(self, path: str) -> str:
        """Return the blob of a path, or an empty text."""
        return self.tree.get(path, "")

    def before(self, path: str) -> str:
        """Return the blob of a path in the first parent, or an empty text."""
        return self.replaced.get(path, self.tree.get(path, ""))


class Carried(Generic[T]):
    """The value of each commit of a walk, made from that of its first parent, and kept while a commit needs it."""

    def __init__(self, firsts: Iterable[str], starts: Mapping[str, T] | None = None) -> None:
        self._uses = Counter(firsts)
        self._values = dict(starts or {})

    def before(self, first: str, nothing: T) -> T:
        """Return the value of the first parent of a commit, or `nothing` for a commit without one."""
        self._uses[first] -= 1
        return self._values.get(first, nothing) if self._uses[first] else self._values.pop(first, nothing)

    def after(self, commit: str, value: T) -> None:
        """Take the value of a commit."""
        if self._uses[commit]:
            self._values[commit] = value


class Walk:
    """Some commits, each after its parents, with their files; `starts` are the files of parents that are not in it."""

    def __init__(self, repository: GitRepository, commits: Sequence[Commit]) -> None:
        self.repository, self.commits = repository, commits

    @property
    def firsts(self) -> Iterator[str]:
        """The id of the first parent of each commit, or an empty text."""
        return (each.first for each in self.commits)

    @cached_property
    def _changed(self) -> dict[str, tuple[Change, ...]]:
        return dict(changes(self.repository, self.commits))

    @cached_property
    def starts(self) -> dict[str, Tree]:
        """The files of each first parent that is not one of the commits."""
        ids = {each.id for each in self.commits}
        firsts = {each.first: each.before for each in self.commits if each.first and each.first not in ids}
        return {id_: tree_at(self.repository, id_, folder) for id_, folder in firsts.items()}

    @property
    def schemas(self) -> set[str]:
        """The blob of each roadmap.yml, and an empty text for commits without one."""
        written = (each.blob for found in self._changed.values() for each in found if each.path == ROADMAP_FILE)
        return {tree.get(ROADMAP_FILE, "") for tree in self.starts.values()} | set(written)

    def __iter__(self) -> Iterator[Step]:
        """Yield a step for each commit."""
        trees = Carried(self.firsts, self.starts)
        for commit in self.commits:
            tree = dict(trees.before(commit.first, {}))
            yield Step(commit, tree, _apply(tree, self._changed[commit.id]))
            trees.after(commit.id, tree)


def _apply(tree: Tree, changed: Sequence[Change]) -> Tree:
    """Change a tree in place, and return the blobs that it had."""
    replaced: Tree = {}
    for each in changed:
        if each.path in tree or (each.blob and is_read(each.path)):
            replaced[each.path] = tree.pop(each.path, "")
            if each.blob:
                tree[each.path] = each.blob
    return replaced


def tree_at(repository: GitRepository, commit: str, folder: Folder) -> Tree:
    """Return the files of a commit that milemark reads."""
    return readable(files_at(repository, commit, folder).blobs)


def readable(blobs: Mapping[str, str]) -> Tree:
    """Return the files that milemark reads."""
    return {path: blob for path, blob in blobs.items() if is_read(path)}


def is_read(path: str) -> bool:
    """Whether `disk` reads a committed file and the file affects items; bases do not."""
    if not (path.endswith(".md") or path == ROADMAP_FILE) or any(map(is_temporary, path.split("/"))):
        return False
    return path.isascii() or path.encode("utf-8", "surrogateescape").decode("utf-8", "ignore") == path
