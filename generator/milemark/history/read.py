"""Reading the past of a project: every state of content/ in git, and what is not committed yet.

What was read is kept in the user's cache folder: the moment of each commit by its id, and the rows of the newest
state, from which the next commit is told. As with the index of `check`, whatever is wrong with it is the same as none.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from milemark.foundation.cache import CachedFile, Identity, Index, digest, index_path, version, with_index
from milemark.foundation.disk import is_temporary, read_content
from milemark.foundation.i18n import _
from milemark.foundation.layout import CONTENT, ROADMAP_FILE
from milemark.foundation.pool import collect_rarely
from milemark.history.blobs import BlobRecords, Key, ProgressCallback
from milemark.history.git import (
    Change,
    Commit,
    GitRepository,
    NoHistoryError,
    changes,
    commits,
    files_at,
    is_sparse,
    open_repository,
)
from milemark.history.model import History, ItemSnapshot, Snapshot, changed_snapshots
from milemark.history.serialize import packed, unpacked
from milemark.history.snapshot import NOTHING, SnapshotBuilder, SnapshotContent
from milemark.privacy.hidden import Hidden

SHALLOW = _("only the newest commits are here (a shallow clone): what was before them is unknown")
SPARSE = _("only a part of the files is checked out: what is not committed yet is left out")
SUBMODULES = _("files in submodules have a history of their own, which is left out")
_NOBODY = Identity(0, 0, 0, 0)  # a blob's id says all
Tree = dict[str, str]


def read_history(
    root: Path, today: date, told: ProgressCallback | None = None, hidden: Hidden | None = None
) -> History:
    """Read the history of a project's content/. Raises NoHistoryError where there is none.

    `told` is called with how many files have been read, and how many there are to read. With `hidden`, what is private
    today, it is the history that everybody may see: of nothing that is private, or was at that time. It is kept apart.
    """
    collect_rarely()
    repository = open_repository(root / CONTENT)
    place = index_path(root / CONTENT)
    name, key = ("history", "") if hidden is None else ("history-public", digest(hidden.key))
    path = place.with_name(f"{place.stem}-{name}.sqlite") if place else None
    key = f"{version()} {repository.prefix} {key}"
    return with_index(path, key, lambda index: _HistoryReader(repository, index, today, told, hidden).history())


class _HistoryReader:
    """One reading of a repository."""

    def __init__(
        self,
        repository: GitRepository,
        index: Index | None,
        today: date,
        told: ProgressCallback | None,
        hidden: Hidden | None,
    ) -> None:
        self.repository, self.index, self.today, self.hidden = repository, index, today, hidden
        self.rows = BlobRecords(repository, index, told, hidden)
        self.states = SnapshotBuilder(hidden)

    def history(self) -> History:
        """Return every moment, from the cache where it is there."""
        line = commits(self.repository)
        if not line:
            raise NoHistoryError(f"there is no git history of {self.repository.folder}: nothing in it was committed")
        known = dict(self._known(line))
        missing = [each for each in line if each.id not in known]
        fresh = {moment.commit: moment for moment in self._moments(missing)} if missing else {}
        found = tuple((known.get(each.id) or fresh[each.id]) for each in line)
        head = files_at(self.repository, line[-1].id)
        tree = {path: blob for path, blob in head.blobs.items() if is_read(path)}
        if fresh:
            self._keep(fresh, line, tree)
        partial = [SHALLOW] if self.repository.is_shallow else []
        partial += [SUBMODULES] if head.submodules else []
        work = self._work_tree(tree, head.submodules)
        partial += [SPARSE] if work is None else []
        moments = (*found, *self._uncommitted(found, tree, work or tree))
        moments = tuple(changed_snapshots(moments)) if self.hidden else moments
        return History(moments, self.today, tuple(partial), self.repository.is_shallow)

    def _known(self, line: Iterable[Commit]) -> Iterator[tuple[str, Snapshot]]:
        for commit in line if self.index else ():
            kept = self.index.meta(_name(commit)) if self.index else None
            if kept:
                yield commit.id, unpacked(commit, kept)

    def _keep(self, fresh: Mapping[str, Snapshot], line: Iterable[Commit], tree: Tree) -> None:
        """Keep new moments, and the rows of the newest state in the place of those of the one before."""
        if self.index is None:
            return
        schema = self.rows.schema(tree.get(ROADMAP_FILE, ""))
        rows = [(path, blob) for path, blob in tree.items() if path != ROADMAP_FILE]
        entries = [
            CachedFile(path, _NOBODY, f"{schema} {blob}", json.dumps(self.rows.known[key], ensure_ascii=False))
            for path, blob in rows
            if (key := Key(schema, path, blob)) in self.rows.known
        ]
        gone = self.rows.stored - {entry.path for entry in entries}
        self.index.write(entries, gone, {_name(each): packed(fresh[each.id]) for each in line if each.id in fresh})

    def _moments(self, missing: list[Commit]) -> Iterator[Snapshot]:
        """Yield the moments of commits that follow each other, each with what is different from its first parent."""
        changed = dict(changes(self.repository, missing))
        ids = {each.id for each in missing}
        starts = {
            id_: {path: blob for path, blob in files_at(self.repository, id_).blobs.items() if is_read(path)}
            for id_ in dict.fromkeys(each.first for each in missing)
            if id_ and id_ not in ids
        }
        self.rows.read_schemas({tree.get(ROADMAP_FILE, "") for tree in starts.values()} | set(_schemas(changed)))
        self.rows.ask(self._wanted(missing, changed, starts))
        states = {id_: self._state(tree) for id_, tree in starts.items()}
        uses = Counter(each.first for each in missing)
        for commit, tree in _trees(missing, changed, starts):
            state = self._state(tree)
            yield _moment(commit, state, states.get(commit.first, NOTHING))
            states[commit.id] = state
            uses[commit.first] -= 1
            if not uses[commit.first]:
                states.pop(commit.first, None)
        self.rows.finish()

    def _wanted(
        self, missing: list[Commit], changed: Mapping[str, Changes], starts: Mapping[str, Tree]
    ) -> Iterator[Key]:
        """Yield what has to be read: what was changed, and all files where the schema was."""
        schemas = {id_: self.rows.schema(tree.get(ROADMAP_FILE, "")) for id_, tree in starts.items()}
        for id_, tree in starts.items():
            yield from _keys(schemas[id_], tree)
        for commit, tree in _trees(missing, changed, starts):
            schema = schemas[commit.id] = self.rows.schema(tree.get(ROADMAP_FILE, ""))
            written = {each.path: each.blob for each in changed[commit.id] if each.blob and is_read(each.path)}
            yield from _keys(schema, written if schema == schemas.get(commit.first) else tree)

    def _state(self, tree: Tree) -> SnapshotContent:
        settings = self.rows.settings(tree.get(ROADMAP_FILE, ""))
        schema = self.rows.schema(tree.get(ROADMAP_FILE, ""))
        paths = sorted(path for path in tree if path != ROADMAP_FILE)
        kept = (self.rows.kept(Key(schema, path, tree[path])) for path in paths)
        return self.states(settings, [each for each in kept if each], self.today)

    def _work_tree(self, tree: Tree, submodules: tuple[str, ...]) -> Tree | None:
        """Return the files as they are on the disk, as git would name them; None where not all are checked out."""
        folder = self.repository.folder
        files = {
            path: data
            for path, data in read_content(folder).files.items()
            if is_read(path) and not any(path.startswith(f"{each}/") for each in submodules)
        }
        if tree.keys() - files.keys() and is_sparse(self.repository):
            return None
        work: Tree = {}
        for path, data in files.items():
            committed = tree.get(path, "")
            with_lines = _blob_id(data.replace(b"\r\n", b"\n"), committed) if b"\r\n" in data else ""
            own = _blob_id(data, committed)
            work[path] = committed if committed and committed in {own, with_lines} else own
            self.rows.given[work[path]] = data
        return work

    def _uncommitted(self, found: tuple[Snapshot, ...], tree: Tree, work: Tree) -> tuple[Snapshot, ...]:
        """Return the moment of what is not committed yet, if that makes a difference."""
        if work == tree:
            return ()
        self.rows.read_schemas({work.get(ROADMAP_FILE, "")})
        schema = self.rows.schema(work.get(ROADMAP_FILE, ""))
        self.rows.ask(_keys(schema, work))
        before, now = found[-1], self._state(work)
        history = History(found, self.today)
        commit = Commit("", (before.commit,), datetime.combine(self.today, time(), UTC))
        moment = _moment(
            commit, now, SnapshotContent(before.whole, before.tracks, history.state(), history.milestones())
        )
        is_same = not (moment.items or moment.milestones)
        is_same = is_same and (moment.whole, moment.tracks) == (before.whole, before.tracks)
        return () if is_same else (moment,)


Changes = tuple[Change, ...]


def _name(commit: Commit) -> str:
    return f"{commit.id} {commit.first}"


def is_read(path: str) -> bool:
    """Whether a committed file is one that `disk` reads, and tells of items: bases only ask for them."""
    if not (path.endswith(".md") or path == ROADMAP_FILE) or any(map(is_temporary, path.split("/"))):
        return False
    return path.isascii() or path.encode("utf-8", "surrogateescape").decode("utf-8", "ignore") == path


def _keys(schema: str, files: Tree) -> Iterator[Key]:
    return (Key(schema, path, blob) for path, blob in files.items() if path != ROADMAP_FILE)


def _schemas(changed: Mapping[str, Changes]) -> Iterator[str]:
    for found in changed.values():
        yield from (each.blob for each in found if each.path == ROADMAP_FILE)


def _trees(
    missing: Iterable[Commit], changed: Mapping[str, Changes], starts: Mapping[str, Tree]
) -> Iterator[tuple[Commit, Tree]]:
    """Yield each commit with its files; a tree is that commit's only until the next one is asked for."""
    wanted = list(missing)
    uses = Counter(each.first for each in wanted)
    trees = {id_: dict(tree) for id_, tree in starts.items()}
    for commit in wanted:
        uses[commit.first] -= 1
        tree = dict(trees.get(commit.first, {})) if uses[commit.first] else trees.pop(commit.first, {})
        for each in changed[commit.id]:
            if not each.blob:
                tree.pop(each.path, None)
            elif is_read(each.path):
                tree[each.path] = each.blob
        if uses[commit.id]:
            trees[commit.id] = tree
        yield commit, tree


def _moment(commit: Commit, now: SnapshotContent, before: SnapshotContent) -> Snapshot:
    items, milestones = _different(now.items, before.items), _different(now.milestones, before.milestones)
    return Snapshot(commit.id, commit.parents, commit.when, now.whole, now.tracks, items, milestones)


def _different(now: Mapping[str, ItemSnapshot], before: Mapping[str, ItemSnapshot]) -> dict[str, ItemSnapshot | None]:
    """Return what is other than before; None stands for what is gone."""
    different: dict[str, ItemSnapshot | None] = {id_: each for id_, each in now.items() if before.get(id_) != each}
    return different | dict.fromkeys(before.keys() - now.keys())


def _blob_id(data: bytes, like: str) -> str:
    """Return the id that git gives to these bytes, in a repository with ids such as `like`."""
    head = f"blob {len(data)}\0".encode()
    hashed = hashlib.sha256(head) if len(like) == 64 else hashlib.sha1(head, usedforsecurity=False)  # noqa: PLR2004
    hashed.update(data)
    return hashed.hexdigest()
