"""Read the history of a project: a snapshot of content/ at every commit, and one of uncommitted changes.

The user's cache folder keeps the snapshot of each commit by its id, and the records of the newest commit, from which
the next snapshot is made. As with the index of `check`, an unusable cache counts as none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from milemark.foundation.cache import CachedFile, Identity, Index, digest, with_index
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import Content, read_content
from milemark.foundation.i18n import _
from milemark.foundation.layout import ROADMAP_FILE
from milemark.foundation.pool import collect_rarely
from milemark.history.blobs import BlobRecords, Key, ProgressCallback, Records
from milemark.history.folders import Move, begins_elsewhere, follow
from milemark.history.git import (
    GitRepository,
    NoHistoryError,
    files_at,
    has_file,
    is_sparse,
    open_content,
    unread_links,
    with_links,
)
from milemark.history.git_log import Commit
from milemark.history.model import History, ItemSnapshot, Snapshot
from milemark.history.privacy_changes import PrivacyReader
from milemark.history.private_past import Present, PrivacyChange, PrivatePast
from milemark.history.public_records import PublicRecords
from milemark.history.serialize import (
    pack_change,
    pack_move,
    pack_snapshot,
    unpack_change,
    unpack_move,
    unpack_snapshot,
)
from milemark.history.simplify import equals, simplified
from milemark.history.snapshot import NOTHING, SnapshotBuilder, SnapshotContent
from milemark.history.trees import Carried, Tree, Walk, is_read, readable

SHALLOW = _("shallow clone: older commits are missing")
MOVED = _("the history begins where the files came from another folder or repository")
SPARSE = _("sparse checkout: uncommitted changes are left out")
SUBMODULES = _("the history of files in submodules is left out")
LINKS = _("the history of linked folders in another repository is left out")
_MOVES = "moves"  # the name of a cached value
_DEFAULT = "default roadmap.yml"  # the name of another
_NO_IDENTITY = Identity(0, 0, 0, 0)  # the id of a blob identifies its bytes


class _Cached(NamedTuple):
    """The cached values of one commit: its private things, and its snapshot with the key of what it hides."""

    private: PrivacyChange
    key: str
    snapshot: list[Any]


def read_history(
    root: Path, today: date, on_progress: ProgressCallback | None = None, present: Present | None = None
) -> History:
    """Read the history of a project's content/. Raises NoHistoryError if there is none.

    `on_progress` gets the number of files read and of all files to read. With `present`, it is the public history:
    without the things that are private today or were so at a commit (see `private_past`); its cache is separate.
    """
    collect_rarely()
    content = content_of(root)
    part = "history" if present is None else "history-public"
    files = read_content(content)
    repository = with_links(open_content(root), files.links)

    def read(index: Index | None) -> History:
        return _HistoryReader(repository, files, index, today, on_progress, present).history()

    return with_index(content.path, part, read, repository.content)


class _HistoryReader:
    """One reading of a repository."""

    def __init__(  # noqa: PLR0913, PLR0917  each is needed
        self,
        repository: GitRepository,
        files: Content,
        index: Index | None,
        today: date,
        on_progress: ProgressCallback | None,
        present: Present | None,
    ) -> None:
        self.repository, self.index, self.today, self.present = repository, index, today, present
        self.files = files
        self.unread_links = unread_links(repository, files.links)
        self.records = BlobRecords(repository, index, on_progress, is_public=present is not None)
        self.build_content = SnapshotBuilder()
        self.past: PrivatePast | None = None
        self.public_records: PublicRecords | None = None
        self._metas: dict[str, _Cached | None] = {}

    def history(self) -> History:
        """Return every snapshot, from the cache where it is there."""
        moves = {id_: unpack_move(each) for id_, each in ((self.index and self.index.meta(_MOVES)) or {}).items()}
        has_all_sides = self.present is not None  # git chooses a side by all content, private content included
        line = follow(self.repository, moves, self._is_cached, has_all_sides=has_all_sides)
        if not line:
            raise NoHistoryError(f"there is no git history of {self.repository.folder}: none of its files is committed")
        head = files_at(self.repository, line[-1].id, line[-1].folder)
        tree = readable(head.blobs)
        work = self._work_tree(tree, head.submodules)
        default = self._default(line[0])
        is_stale = ((self.index and self.index.meta(_DEFAULT)) or "") != default
        cached = {} if is_stale else {each.id: values for each in line if (values := self._cached(each))}
        changes = self._privacy_changes(line, cached, tree, work)
        stale = [each for each in line if each.id not in cached or cached[each.id].key != self._key(each.id)]
        fresh = {each.commit: each for each in self._snapshots(self._walk(stale))} if stale else {}
        found = tuple(fresh.get(each.id) or unpack_snapshot(each, cached[each.id].snapshot) for each in line)
        if fresh:
            self._keep(fresh, changes, moves, line, tree, default)
        snapshots = (*found, *self._uncommitted(found, tree, work or tree))
        is_moved = begins_elsewhere(line, moves)
        partial = [SHALLOW] if self.repository.is_shallow else [MOVED] if is_moved else []
        partial += [LINKS] if self.unread_links else []
        partial += [SUBMODULES] if head.submodules else []
        partial += [SPARSE] if work is None else []
        is_cut = self.repository.is_shallow or is_moved
        if self.past is None:
            return History(snapshots, self.today, tuple(partial), is_cut, line)
        kept = equals(snapshots)
        return History(simplified(snapshots, kept), self.today, tuple(partial), is_cut, line, self.past.at, kept)

    def _is_cached(self, commit: Commit) -> bool:
        return self._cached(commit) is not None

    def _cached(self, commit: Commit) -> _Cached | None:
        """Return the cached values of a commit, which are read once."""
        name = _name(commit)
        if name not in self._metas:
            values = self.index.meta(name) if self.index else None
            self._metas[name] = _Cached(unpack_change(values[0]), values[1], values[2]) if values else None
        return self._metas[name]

    def _default(self, first: Commit) -> str:
        """Let today's roadmap.yml read commits from before there was one; return its digest, or an empty text."""
        data = self.files.files.get(ROADMAP_FILE)
        if data is None or has_file(self.repository, first.id, first.folder, ROADMAP_FILE):
            return ""
        self.records.set_default(data)
        return digest(data)

    def _keep(  # noqa: PLR0913, PLR0917  each is needed
        self,
        fresh: Mapping[str, Snapshot],
        changes: Mapping[str, PrivacyChange],
        moves: Mapping[str, Move],
        line: Iterable[Commit],
        tree: Tree,
        default: str,
    ) -> None:
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
        packed = {
            _name(each): [pack_change(changes[each.id]), self._key(each.id), pack_snapshot(fresh[each.id])]
            for each in line
            if each.id in fresh
        }
        metas = {_MOVES: {id_: pack_move(each) for id_, each in moves.items()}, _DEFAULT: default}
        self.index.write(entries, gone, packed | metas)

    def _key(self, commit: str) -> str:
        return self.past.key(commit) if self.past else ""

    def _privacy_changes(
        self, line: tuple[Commit, ...], cached: Mapping[str, _Cached], tree: Tree, work: Tree | None
    ) -> Mapping[str, PrivacyChange]:
        """Return the private things that each commit changed, and set `past`; for the owner, nothing is private."""
        if self.present is None:
            return dict.fromkeys((each.id for each in line), PrivacyChange({}))
        reader = PrivacyReader(self.records)
        changes = {id_: each.private for id_, each in cached.items()}
        changes |= reader.changes(self._walk([each for each in line if each.id not in cached]))
        if work is not None and work != tree:
            self._request(tree, work)
            changes[""] = reader.uncommitted(tree, work)
        self.past = PrivatePast(line, changes, self.present)
        self.public_records = PublicRecords(self.past)
        return changes

    def _walk(self, missing: Sequence[Commit]) -> Walk:
        """Return the files of some commits, and start reading them."""
        walk = Walk(self.repository, missing)
        if missing:
            self.records.read_schemas(walk.schemas)
            self.records.request(self._wanted(walk))
        return walk

    def _wanted(self, walk: Walk) -> Iterator[Key]:
        """Yield the files to read: changed files, and all files of a commit that changed the schema."""
        for tree in walk.starts.values():
            yield from _keys(self._schema(tree), tree)
        for step in walk:
            schemas = [self.records.schema(blob(ROADMAP_FILE)) for blob in (step.before, step.after)]
            paths = step.replaced if schemas[0] == schemas[1] else step.tree
            yield from _keys(schemas[1], {path: step.tree[path] for path in paths if path in step.tree})

    def _snapshots(self, walk: Walk) -> Iterator[Snapshot]:
        """Yield the snapshot of each commit, which holds the changes since its first parent."""
        starts = {id_: self._content(id_, tree, self.records.of(tree)) for id_, tree in walk.starts.items()}
        contents = Carried(walk.firsts, starts)
        for step, _before, records in self.records.states(walk):
            content = self._content(step.commit.id, step.tree, records)
            yield _snapshot(step.commit, content, contents.before(step.commit.first, NOTHING))
            contents.after(step.commit.id, content)

    def _content(self, commit: str, tree: Tree, records: Records) -> SnapshotContent:
        """Return the content of a commit, or of uncommitted changes without one."""
        shown = [*records.values()]
        if self.public_records is not None:
            shown = self.public_records(shown, commit)
        return self.build_content(self.records.settings(tree.get(ROADMAP_FILE, "")), shown, self.today)

    def _schema(self, tree: Mapping[str, str]) -> str:
        return self.records.schema(tree.get(ROADMAP_FILE, ""))

    def _request(self, *trees: Tree) -> None:
        self.records.read_schemas({tree.get(ROADMAP_FILE, "") for tree in trees})
        self.records.request(key for tree in trees for key in _keys(self._schema(tree), tree))

    def _work_tree(self, tree: Tree, submodules: tuple[str, ...]) -> Tree | None:
        """Return the files on disk by path, with the blob ids git would give; None for a sparse checkout."""
        files = {
            path: data
            for path, data in self.files.files.items()
            if is_read(path) and not any(path.startswith(f"{each}/") for each in (*submodules, *self.unread_links))
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
        self._request(work)
        before, now = found[-1], self._content("", work, self.records.of(work))
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


def _keys(schema: str, files: Tree) -> Iterator[Key]:
    return (Key(schema, path, blob) for path, blob in files.items() if path != ROADMAP_FILE)


def _snapshot(commit: Commit, now: SnapshotContent, before: SnapshotContent) -> Snapshot:
    items, milestones = _different(now.items, before.items), _different(now.milestones, before.milestones)
    return Snapshot(commit.id, commit.parents, commit.when, now.whole, now.tracks, items, milestones)


def _different(now: Mapping[str, ItemSnapshot], before: Mapping[str, ItemSnapshot]) -> dict[str, ItemSnapshot | None]:
    """Return the items that differ; None stands for a deleted item."""
    different: dict[str, ItemSnapshot | None] = {id_: each for id_, each in now.items() if before.get(id_) != each}
    return different | dict.fromkeys(sorted(before.keys() - now.keys()))


def _blob_id(data: bytes, like: str) -> str:
    """Return the blob id of bytes, with the hash algorithm of the id `like`."""
    head = f"blob {len(data)}\0".encode()
    hashed = hashlib.sha256(head) if len(like) == 64 else hashlib.sha1(head, usedforsecurity=False)  # noqa: PLR2004
    hashed.update(data)
    return hashed.hexdigest()
