"""The public records of the files at each commit: without the parts that are private then or by the whole history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from milemark.foundation.identifiers import key_of
from milemark.history.private_past import Present, PrivatePast, Thing
from milemark.history.snapshot import FileRecord
from milemark.markdown.outline import plain_text
from milemark.privacy.hidden import (
    NOTHING,
    Hidden,
    PrivacyRecord,
    hidden_closure,
    privacy_record,
    without_fields,
)
from milemark.privacy.redact import Redactor
from milemark.roadmap.index_entry import index_entry
from milemark.roadmap.model import Counts, Item
from milemark.roadmap.settings import Stage
from milemark.roadmap.site_paths import file_stem

_NONE: frozenset[str] = frozenset()
_VIEWS = 8


class PublicRecords:
    """Makes the public records of one commit after the other, and reuses those that did not change."""

    def __init__(self, past: PrivatePast) -> None:
        self.past, self._today = past, Redactor(past.present.hidden)
        self._members: dict[int, PrivacyRecord] = {}  # by the id of a record, which `BlobRecords` keeps
        self._closure: tuple[list[PrivacyRecord], Hidden, frozenset[str], frozenset[str]] | None = None
        self._by_item: tuple[Hidden, Mapping[str, frozenset[str]]] = NOTHING, {}
        self._views: dict[str, _View] = {}

    def __call__(self, records: Sequence[FileRecord], commit: str) -> list[FileRecord]:
        """Return the public records of a commit."""
        active = self.past.active(commit)
        paths, names = self._hidden_at(records, active)
        view = self._view([each.item for each in records if each.item.path in paths], names)
        shown = (each for each in records if each.item.id and each.item.path not in paths)
        return [seen for each in shown if (seen := view.record(each, active.fields, self._tasks(each.item.id, active)))]

    def _tasks(self, item: str, active: Hidden) -> frozenset[str]:
        """Return the private tasks of an item."""
        if self._by_item[0] is not active:
            found: dict[str, set[str]] = {}
            for id_, text in active.tasks:
                found.setdefault(id_, set()).add(text)
            self._by_item = active, {id_: frozenset(texts) for id_, texts in found.items()}
        return self._by_item[1].get(item, _NONE)

    def _hidden_at(self, records: Sequence[FileRecord], active: Hidden) -> tuple[frozenset[str], frozenset[str]]:
        """Return the paths and names of private files, and of those that belong to one."""
        members = [self._members.get(id(each)) or self._member(each) for each in records]
        if active.paths or active.folders:
            members = [each._replace(is_private=each.is_private or active.holds(each.path)) for each in members]
        known = self._closure
        if known is None or known[1] is not active or known[0] != members:
            found = hidden_closure(members, self.past.base.names | active.names)
            known = self._closure = members, active, *found
        return known[2], known[3]

    def _member(self, record: FileRecord) -> PrivacyRecord:
        item, base = record.item, self.past.base
        is_known = bool(item.id) and (base.holds(item.path) or key_of(item.title) in base.titles)
        is_private = record.is_private or is_known
        member = privacy_record(item.path, item if item.id else None, is_private=is_private)
        return self._members.setdefault(id(record), member)

    # Most names of files that are private at one commit only are public today, or private at all commits.
    def _view(self, gone: Sequence[Item], names: frozenset[str]) -> _View:
        """Return the view in which the names of these items are hidden, too, unless they are public today."""
        base, shows = self.past.base, self.past.present.shows
        names = frozenset(name for name in names - base.names if not shows(("name", name)))
        items = [item for item in gone if item.path not in base.paths and not shows(("path", item.path))]
        words = {item.path: (item.title, item.id) for item in items}
        key = repr([sorted(names), sorted(words.items())])
        if key not in self._views:
            if len(self._views) >= _VIEWS:
                self._views.clear()
            hidden = replace(
                base, names=base.names | names, paths=base.paths.union(words), words={**base.words, **words}
            )
            self._views[key] = _View(self.past.present, self._today, Redactor(hidden if names or words else base))
        return self._views[key]


class _View:
    """Makes the public record of each file, and keeps it."""

    def __init__(self, present: Present, today: Redactor, redactor: Redactor) -> None:
        self.present, self.today, self.redactor = present, today, redactor
        self._known: dict[tuple[int, frozenset[str], frozenset[str]], tuple[FileRecord, FileRecord | None]] = {}

    def record(
        self, record: FileRecord, fields: Mapping[str, frozenset[str]], tasks: frozenset[str]
    ) -> FileRecord | None:
        """Return an item without hidden fields, tasks and links to hidden items; None if its id is hidden.

        `fields` and `tasks` are private at its commit, and not at all of them.
        """
        name = record.item.collection.name
        private = fields.get(name, _NONE) | self.redactor.hidden.fields.get(name, _NONE)
        key = id(record), private, tasks
        if key not in self._known:
            self._known[key] = record, self._public(record, private, tasks)
        return self._known[key][1]

    def _public(self, record: FileRecord, private: frozenset[str], own: frozenset[str]) -> FileRecord | None:
        item, hidden = record.item, self.redactor.hidden
        later = private.difference(item.collection.private)  # a record has no field that was private at its commit
        if "id" in later and item.id != file_stem(item.path):
            return None
        title = self._redacted(item, item.title, ("title", key_of(item.title)))
        title = file_stem(item.path) if "title" in later else title
        if title != item.title or not private.isdisjoint((*item.values, "status")):
            stage = None if "status" in private else item.stage
            item = replace(item, title=title, stage=stage, values=without_fields(item.values, private))
        tasks = [(text, plain_text(text), stage) for text, stage in record.tasks]
        kept = [each for each in tasks if each[1] not in own and (item.id, each[1]) not in hidden.tasks]
        if len(kept) < len(tasks):
            counted = [stage for _, _, stage in kept if stage != Stage.DROPPED]
            item = replace(item, counts=Counts(counted.count(Stage.DONE.value), len(counted)))
        shown = tuple((self._task(item, text, plain), stage) for text, plain, stage in kept)
        return FileRecord(item, record.index_entry if item is record.item else index_entry(item), shown)

    def _task(self, item: Item, text: str, plain: str) -> str:
        seen = self._redacted(item, text, ("task", item.id, plain))
        return plain if seen == text else plain_text(seen)

    def _redacted(self, item: Item, text: str, thing: Thing) -> str:
        """Return a text without links to hidden items; one that is public today says no less than today."""
        redactor = self.today if self.present.shows(thing) else self.redactor
        return redactor.without(item.path, text)
