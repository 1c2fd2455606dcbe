"""Read the history of a project: a snapshot of content/ at every commit, and one of uncommitted changes.

The user's cache folder keeps the snapshot of each commit by its id, and the records of the newest commit, from which
the next snapshot is made. As with the index of `check`, an unusable cache counts as none.
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
from milemark.history.serialize import pack_snapshot, unpack_snapshot
from milemark.history.snapshot import NOTHING, SnapshotBuilder, SnapshotContent
from milemark.privacy.hidden import Hidden

SHALLOW = _("shallow clone: older commits are missing")
SPARSE = _("sparse checkout: uncommitted changes are left out")
SUBMODULES = _("the history of files in submodules is left out")
_NO_IDENTITY = Identity(0, 0, 0, 0)  # the id of a blob identifies its bytes
Tree = dict[str, str]


def read_history(
    root: Path, today: date, on_progress: ProgressCallback | None = None, hidden: Hidden | None = None
) -> History:
    """Read the history of a project's content/. Raises NoHistoryError if there is none.

    `on_progress` gets the number of files read and of all files to read. With `hidden`, the private items of today, it
    is the public history, without items that are private today or were so at the commit; its cache is separate.
    """
    collect_rarely()
    repository = open_repository(root / CONTENT)
    place = index_path(root / CONTENT)
    name, key = ("history", "") if hidden is None else ("history-public", digest(hidden.key))
    path = place.with_name(f"{place.stem}-{name}.sqlite") if place else None
    key = f"{version()} {repository.prefix} {key}"
    return with_index(path, key, lambda index: _HistoryReader(repository, index, today, on_progress, hidden).history())


class _HistoryReader:
    """One reading of a repository."""

    def __init__(
        self,
        repository: GitRepository,
        index: Index | None,
        today: date,
        on_progress: ProgressCallback | None,
        hidden: Hidden | None,
    ) -> None:
        self.repository, self.index, self.today, self.hidden = repository, index, today, hidden
        self.records = BlobRecords(repository, index, on_progress, hidden)
        self.build_content = SnapshotBuilder(hidden)

    def history(self) -> History:
        """Return every snapshot, from the cache where it is there."""
        line = commits(self.repository)
        if not line:
            raise NoHistoryError(f"there is no git history of {self.repository.folder}: none of its files is committed")
        known = dict(self._known(line))
        missing = [each for each in line if each.id not in known]
        fresh = {snapshot.commit: snapshot for snapshot in self._snapshots(missing)} if missing else {}
        found = tuple((known.get(each.id) or fresh[each.id]) for each in line)
        head = files_at(self.repository, line[-1].id)
        tree = {path: blob for path, blob in head.blobs.items() if is_read(path)}
        if fresh:
            self._keep(fresh, line, tree)
        partial = [SHALLOW] if self.repository.is_shallow else []
        partial += [SUBMODULES] if head.submodules else []
        work = self._work_tree(tree, head.submodules)
        partial += [SPARSE] if work is None else []
        snapshots = (*found, *self._uncommitted(found, tree, work or tree))
        snapshots = tuple(changed_snapshots(snapshots)) if self.hidden else snapshots
        return History(snapshots, self.today, tuple(partial), self.repository.is_shallow)

    def _known(self, line: Iterable[Commit]) -> Iterator[tuple[str, Snapshot]]:
        for commit in line if self.index else ():
            values = self.index.meta(_name(commit)) if self.index else None
            if values:
                yield commit.id, unpack_snapshot(commit, values)

    def _keep(self, fresh: Mapping[str, Snapshot], line: Iterable[Commit], tree: Tree) -> None:
        """Cache new snapshots, and replace the cached records by those of the newest commit."""
        if self.index is None:
            return
        schema = self.records.schema(tree.get(ROADMAP_FILE, ""))
        known = self.records.known
        entries = [
            CachedFile(key.path, _NO_IDENTITY, f"{schema} {key.blob}", json.dumps(known[key], ensure_ascii=False))
            for key in _keys(schema, tree)
            if key in known
        ]
        gone = self.records.stored - {entry.path for entry in entries}
        packed = {_name(each): pack_snapshot(fresh[each.id]) for each in line if each.id in fresh}
        self.index.write(entries, gone, packed)

    def _snapshots(self, missing: list[Commit]) -> Iterator[Snapshot]:
        """Yield the snapshot of each commit, which holds the changes since its first parent."""
        changed = dict(changes(self.repository, missing))
        ids = {each.id for each in missing}
        starts = {
            id_: {path: blob for path, blob in files_at(self.repository, id_).blobs.items() if is_read(path)}
            for id_ in dict.fromkeys(each.first for each in missing)
            if id_ and id_ not in ids
        }
        self.records.read_schemas({tree.get(ROADMAP_FILE, "") for tree in starts.values()} | set(_schemas(changed)))
        self.records.request(self._wanted(missing, changed, starts))
        contents = {id_: self._content(tree) for id_, tree in starts.items()}
        uses = Counter(each.first for each in missing)
        for commit, tree in _trees(missing, changed, starts):
            content = self._content(tree)
            yield _snapshot(commit, content, contents.get(commit.first, NOTHING))
            contents[commit.id] = content
            uses[commit.first] -= 1
            if not uses[commit.first]:
                contents.pop(commit.first, None)
        self.records.finish()

    def _wanted(
        self, missing: list[Commit], changed: Mapping[str, tuple[Change, ...]], starts: Mapping[str, Tree]
    ) -> Iterator[Key]:
        """Yield the files to read: changed files, and all files of a commit that changed the schema."""
        schemas = {id_: self.records.schema(tree.get(ROADMAP_FILE, "")) for id_, tree in starts.items()}
        for id_, tree in starts.items():
            yield from _keys(schemas[id_], tree)
        for commit, tree in _trees(missing, changed, starts):
            schema = schemas[commit.id] = self.records.schema(tree.get(ROADMAP_FILE, ""))
            written = {each.path: each.blob for each in changed[commit.id] if each.blob and is_read(each.path)}
            yield from _keys(schema, written if schema == schemas.get(commit.first) else tree)

    def _content(self, tree: Tree) -> SnapshotContent:
        settings = self.records.settings(tree.get(ROADMAP_FILE, ""))
        schema = self.records.schema(tree.get(ROADMAP_FILE, ""))
        paths = sorted(path for path in tree if path != ROADMAP_FILE)
        records = (self.records.record(Key(schema, path, tree[path])) for path in paths)
        return self.build_content(settings, [each for each in records if each], self.today)

    def _work_tree(self, tree: Tree, submodules: tuple[str, ...]) -> Tree | None:
        """Return the files on disk by path, with the blob ids git would give; None for a sparse checkout."""
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
            self.records.uncommitted[work[path]] = data
        return work

    def _uncommitted(self, found: tuple[Snapshot, ...], tree: Tree, work: Tree) -> tuple[Snapshot, ...]:
        """Return the snapshot of uncommitted changes, if there are any."""
        if work == tree:
            return ()
        self.records.read_schemas({work.get(ROADMAP_FILE, "")})
        schema = self.records.schema(work.get(ROADMAP_FILE, ""))
        self.records.request(_keys(schema, work))
        before, now = found[-1], self._content(work)
        history = History(found, self.today)
        commit = Commit("", (before.commit,), datetime.combine(self.today, time(), UTC))
        snapshot = _snapshot(
            commit, now, SnapshotContent(before.whole, before.tracks, history.items(), history.milestones())
        )
        is_same = not (snapshot.items or snapshot.milestones)
        is_same = is_same and (snapshot.whole, snapshot.tracks) == (before.whole, before.tracks)
        return () if is_same else (snapshot,)


def _name(commit: Commit) -> str:
    return f"{commit.id} {commit.first}"


def is_read(path: str) -> bool:
    """Whether `disk` reads a committed file and the file affects items; bases do not."""
    if not (path.endswith(".md") or path == ROADMAP_FILE) or any(map(is_temporary, path.split("/"))):
        return False
    return path.isascii() or path.encode("utf-8", "surrogateescape").decode("utf-8", "ignore") == path


def _keys(schema: str, files: Tree) -> Iterator[Key]:
    return (Key(schema, path, blob) for path, blob in files.items() if path != ROADMAP_FILE)


def _schemas(changed: Mapping[str, tuple[Change, ...]]) -> Iterator[str]:
    for found in changed.values():
        yield from (each.blob for each in found if each.path == ROADMAP_FILE)


def _trees(
    missing: Iterable[Commit], changed: Mapping[str, tuple[Change, ...]], starts: Mapping[str, Tree]
) -> Iterator[tuple[Commit, Tree]]:
    """Yield each commit with its files. The next step may change the same tree in place."""
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


def _snapshot(commit: Commit, now: SnapshotContent, before: SnapshotContent) -> Snapshot:
    items, milestones = _different(now.items, before.items), _different(now.milestones, before.milestones)
    return Snapshot(commit.id, commit.parents, commit.when, now.whole, now.tracks, items, milestones)


def _different(now: Mapping[str, ItemSnapshot], before: Mapping[str, ItemSnapshot]) -> dict[str, ItemSnapshot | None]:
    """Return the items that differ; None stands for a deleted item."""
    different: dict[str, ItemSnapshot | None] = {id_: each for id_, each in now.items() if before.get(id_) != each}
    return different | dict.fromkeys(before.keys() - now.keys())


def _blob_id(data: bytes, like: str) -> str:
    """Return the blob id of bytes, with the hash algorithm of the id `like`."""
    head = f"blob {len(data)}\0".encode()
    hashed = hashlib.sha256(head) if len(like) == 64 else hashlib.sha1(head, usedforsecurity=False)  # noqa: PLR2004
    hashed.update(data)
    return hashed.hexdigest()
