"""The private things that each commit changed, from the records of its files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from milemark.foundation.layout import ROADMAP_FILE
from milemark.history.blobs import BlobRecords, Records
from milemark.history.privacy_links import links
from milemark.history.private_past import PrivacyChange, Thing, file_things, settings_things
from milemark.history.snapshot import FileRecord
from milemark.history.trees import Carried, Step, Tree, Walk
from milemark.privacy.hidden import PrivacyRecord, hidden_closure, privacy_record


class PrivacyReader:
    """Reads the private things of one commit after the other."""

    def __init__(self, records: BlobRecords) -> None:
        self.records = records
        self._members: dict[int, PrivacyRecord] = {}  # by the id of a record, which `BlobRecords` keeps

    def changes(self, walk: Walk) -> dict[str, PrivacyChange]:
        """Return the private things that each commit of a walk changed."""
        starts = {id_: self._private_paths(self.records.of(tree)) for id_, tree in walk.starts.items()}
        private, found = Carried(walk.firsts, starts), dict[str, PrivacyChange]()
        for step, before, after in self.records.states(walk):
            was = private.before(step.commit.first, frozenset())
            now, found[step.commit.id] = self._change(step, before, after, was)
            private.after(step.commit.id, now)
        return found

    def uncommitted(self, tree: Tree, work: Tree) -> PrivacyChange:
        """Return the things that are the same before and after the uncommitted changes."""
        states = [self.records.of(each) for each in (tree, work)]
        changed = [path for path in {**tree, **work} if tree.get(path) != work.get(path)]
        paths = _with_headings(changed, *states)
        return PrivacyChange({}, tuple(links(*(_chosen(each, paths) for each in states))))

    def _change(
        self, step: Step, before: Records, after: Records, was: frozenset[str]
    ) -> tuple[frozenset[str], PrivacyChange]:
        """Return the private files, and the things whose privacy a commit changed.

        A new schema may change that of every file.
        """
        blobs = step.before(ROADMAP_FILE), step.after(ROADMAP_FILE)
        is_same = self.records.schema(blobs[0]) == self.records.schema(blobs[1])
        paths = _with_headings(step.replaced if is_same else {**step.tree, **step.replaced}, before, after)
        is_kept = self._is_kept(_chosen(before, was), _chosen(after, paths))
        now = was if is_kept and was.isdisjoint(paths) else self._private_paths(after)
        paths += (was ^ now) - {*paths}
        old, new = _chosen(before, paths), _chosen(after, paths)
        private = dict(_differences(_things(old, was), _things(new, now)))
        schemas = [{ROADMAP_FILE: settings_things(self.records.settings(blob))} for blob in blobs]
        return now, PrivacyChange(private | dict(_differences(*schemas)), tuple(links(old, new)))

    def _is_kept(self, private: Records, changed: Records) -> bool:
        """Whether no changed file is private, or belongs to a private one."""
        hidden = map(self._member, private.values())
        names = {name for each in hidden for name in (*each.names, *each.places)}
        found = map(self._member, changed.values())
        return not any(each.is_private or not names.isdisjoint(each.owners) for each in found)

    def _private_paths(self, records: Records) -> frozenset[str]:
        is_needed = any(each.is_private for each in records.values())
        return hidden_closure(map(self._member, records.values()))[0] if is_needed else frozenset()

    def _member(self, record: FileRecord) -> PrivacyRecord:
        known = self._members.get(id(record))
        if known is None:
            item = record.item if record.item.id else None
            known = self._members[id(record)] = privacy_record(record.item.path, item, is_private=record.is_private)
        return known


def _with_headings(files: Iterable[str], *states: Records) -> list[str]:
    """Return the paths of files, and those of the items that are headings of one of them."""
    sources = dict.fromkeys(files)
    found = (each.item for records in states for each in records.values() if each.item.document.within)
    return [*dict.fromkeys((*sources, *(item.path for item in found if item.document.source in sources)))]


def _chosen(records: Records, paths: Iterable[str]) -> Records:
    return {path: records[path] for path in paths if path in records}


def _things(records: Records, private: frozenset[str]) -> dict[str, tuple[Thing, ...]]:
    return {path: file_things(each, is_private=path in private) for path, each in records.items()}


def _differences(
    before: Mapping[str, tuple[Thing, ...]], after: Mapping[str, tuple[Thing, ...]]
) -> Iterable[tuple[str, tuple[Thing, ...] | None]]:
    """Yield the things of the paths that differ, None for no things."""
    for path in {**before, **after}:
        if before.get(path, ()) != after.get(path, ()):
            yield path, after.get(path) or None
