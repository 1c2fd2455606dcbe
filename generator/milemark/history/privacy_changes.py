"""The private things that each commit changed, from the records of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from milemark.foundation.layout import ROADMAP_FILE
from milemark.history.blobs import BlobRecords, Key
from milemark.history.privacy_links import links
from milemark.history.private_past import PrivacyChange, Thing, file_things, settings_things
from milemark.history.snapshot import FileRecord
from milemark.history.trees import Step, Tree, Walk
from milemark.privacy.hidden import PrivacyRecord, hidden_closure, privacy_record

_Blobs = Callable[[str], str]
_Records = Mapping[str, FileRecord]


class PrivacyReader:
    """Reads the private things of one commit after the other. `_private` has the private paths of each commit."""

    def __init__(self, records: BlobRecords) -> None:
        self.records = records
        self._private: dict[str, frozenset[str]] = {}
        self._known: dict[int, tuple[FileRecord, PrivacyRecord]] = {}

    def changes(self, walk: Walk) -> dict[str, PrivacyChange]:
        """Return the private things that each commit of a walk changed."""
        self._private |= {id_: self._private_paths(tree) for id_, tree in walk.starts.items()}
        uses = Counter(each.first for each in walk.commits)
        found: dict[str, PrivacyChange] = {}
        for step in walk:
            found[step.commit.id] = self._change(step)
            uses[step.commit.first] -= 1
            if not uses[step.commit.first]:
                self._private.pop(step.commit.first, None)
        self.records.finish()
        return found

    def uncommitted(self, tree: Tree, work: Tree) -> PrivacyChange:
        """Return the things that are the same before and after the uncommitted changes."""
        paths = [path for path in {**tree, **work} if tree.get(path) != work.get(path)]
        old = self._records(lambda path: tree.get(path, ""), paths)
        new = self._records(lambda path: work.get(path, ""), paths)
        return PrivacyChange({}, tuple(links(old, new)))

    def _change(self, step: Step) -> PrivacyChange:
        """Return the things whose privacy a commit changed; a new schema may change that of every file."""
        blobs = step.before(ROADMAP_FILE), step.after(ROADMAP_FILE)
        is_same = self.records.schema(blobs[0]) == self.records.schema(blobs[1])
        paths = [*step.replaced] if is_same else [*{**step.tree, **step.replaced}]
        old, new = self._records(step.before, paths), self._records(step.after, paths)
        was = now = self._private.get(step.commit.first, frozenset())
        if self._privacy(old) != self._privacy(new) and (was or any(each.is_private for each in new.values())):
            now = self._private_paths(step.tree)
        self._private[step.commit.id] = now
        if now != was:
            others = (was ^ now) - {*paths}
            old, new = old | self._records(step.before, others), new | self._records(step.after, others)
        private = dict(_differences(_things(old, was), _things(new, now)))
        schemas = [{ROADMAP_FILE: settings_things(self.records.settings(blob))} for blob in blobs]
        return PrivacyChange(private | dict(_differences(*schemas)), tuple(links(old, new)))

    def _records(self, blob_of: _Blobs, paths: Iterable[str]) -> dict[str, FileRecord]:
        schema = self.records.schema(blob_of(ROADMAP_FILE))
        keys = (Key(schema, path, blob) for path in paths if path != ROADMAP_FILE and (blob := blob_of(path)))
        return {key.path: record for key in keys if (record := self.records.record(key))}

    def _private_paths(self, tree: Tree) -> frozenset[str]:
        records = self._records(lambda path: tree.get(path, ""), tree)
        is_needed = any(each.is_private for each in records.values())
        return hidden_closure(self._privacy(records))[0] if is_needed else frozenset()

    def _privacy(self, records: _Records) -> list[PrivacyRecord]:
        found: list[PrivacyRecord] = []
        for path, each in records.items():
            known = self._known.get(id(each))
            if known is None:
                item = each.item if each.item.id else None
                known = self._known[id(each)] = each, privacy_record(path, item, is_private=each.is_private)
            found.append(known[1])
        return found


def _things(records: _Records, private: frozenset[str]) -> dict[str, tuple[Thing, ...]]:
    return {path: file_things(each, is_private=path in private) for path, each in records.items()}


def _differences(
    before: Mapping[str, tuple[Thing, ...]], after: Mapping[str, tuple[Thing, ...]]
) -> Iterable[tuple[str, tuple[Thing, ...] | None]]:
    """Yield the things of the paths that differ, None for no things."""
    for path in {**before, **after}:
        if before.get(path, ()) != after.get(path, ()):
            yield path, after.get(path) or None
