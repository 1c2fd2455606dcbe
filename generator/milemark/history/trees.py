"""The files of content/ at each commit, as blob ids by path, replayed from the changes of the commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from milemark.foundation.disk import is_temporary
from milemark.foundation.layout import ROADMAP_FILE
from milemark.history.git import Folder, GitRepository, files_at
from milemark.history.git_log import Change, Commit, changes

Tree = dict[str, str]


class Step(NamedTuple):
    """One commit with its files. `replaced` has the blobs of its first parent for the paths it changed, or "".

    The next step may change the same tree in place.
    """

    commit: Commit
    tree: Tree
    replaced: Tree

    def after(self, path: str) -> str:
        """Return the blob of a path, or an empty text."""
        return self.tree.get(path, "")

    def before(self, path: str) -> str:
        """Return the blob of a path in the first parent, or an empty text."""
        return self.replaced.get(path, self.tree.get(path, ""))


class Walk:
    """Some commits, each after its parents, with their files; `starts` are the files of parents that are not in it."""

    def __init__(self, repository: GitRepository, commits: Sequence[Commit]) -> None:
        self.repository, self.commits = repository, commits

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
        uses = Counter(each.first for each in self.commits)
        trees = {id_: dict(tree) for id_, tree in self.starts.items()}
        for commit in self.commits:
            uses[commit.first] -= 1
            tree = dict(trees.get(commit.first, {})) if uses[commit.first] else trees.pop(commit.first, {})
            yield Step(commit, tree, _apply(tree, self._changed[commit.id]))
            if uses[commit.id]:
                trees[commit.id] = tree


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
