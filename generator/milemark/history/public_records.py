"""The public records of the files at each commit: without the parts that are private then or by the whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milemark.foundation.identifiers import key_of
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
from milemark.roadmap.model import Counts
from milemark.roadmap.settings import Stage
from milemark.roadmap.site_paths import file_stem


class PublicRecords:
    """Makes the public records of one commit after the other, and reuses those that did not change."""

    def __init__(self) -> None:
        self._hidden = NOTHING
        self._members: dict[int, tuple[FileRecord, PrivacyRecord]] = {}
        self._redactor = Redactor(NOTHING)
        self._public: dict[int, tuple[FileRecord, FileRecord | None]] = {}

    def __call__(self, records: Sequence[FileRecord], hidden: Hidden) -> list[FileRecord]:
        """Return the public records of a commit at which `hidden` is private in addition."""
        if hidden is not self._hidden:
            self._hidden, self._members = hidden, {}
        self._use(self._all_hidden(records, hidden))
        return [seen for each in records if (seen := self._seen(each))]

    def _all_hidden(self, records: Sequence[FileRecord], hidden: Hidden) -> Hidden:
        members = [self._member(each) for each in records]
        if not hidden and not any(each.is_private for each in members):
            return hidden
        paths, names = hidden_closure(members, hidden.names)
        gone = [each.item for each in records if each.item.path in paths]
        words = {item.path: (*hidden.words.get(item.path, ()), item.title, item.id) for item in gone}
        return replace(hidden, names=names, paths=paths | hidden.paths, words={**hidden.words, **words})

    def _member(self, record: FileRecord) -> PrivacyRecord:
        known = self._members.get(id(record))
        if known is None:
            item, hidden = record.item, self._hidden
            is_known = hidden.holds(item.path) or key_of(item.title) in hidden.titles
            is_private = record.is_private or (bool(item.id) and is_known)
            member = privacy_record(item.path, item if item.id else None, is_private=is_private)
            known = self._members[id(record)] = record, member
        return known[1]

    def _use(self, hidden: Hidden) -> None:
        if hidden != self._redactor.hidden:
            self._redactor, self._public = Redactor(hidden), {}

    def _seen(self, record: FileRecord) -> FileRecord | None:
        known = self._public.get(id(record))
        if known is None:
            is_hidden = not record.item.id or record.item.path in self._redactor.hidden.paths
            known = self._public[id(record)] = record, None if is_hidden else _public(record, self._redactor)
        return known[1]


def _public(record: FileRecord, redactor: Redactor) -> FileRecord | None:
    """Return an item without hidden fields and tasks and without links to hidden items; None if its id is hidden."""
    item, hidden = record.item, redactor.hidden
    private = hidden.fields.get(item.collection.name, frozenset())
    later = private.difference(item.collection.private)  # a record has no field that was private at its commit
    if "id" in later and item.id != file_stem(item.path):
        return None
    title = file_stem(item.path) if "title" in later else redactor.without(item.path, item.title)
    if title != item.title or not private.isdisjoint((*item.values, "status")):
        stage = None if "status" in private else item.stage
        item = replace(item, title=title, stage=stage, values=without_fields(item.values, private))
    tasks = [(text, plain_text(text), stage) for text, stage in record.tasks]
    kept = [(text, plain, stage) for text, plain, stage in tasks if (item.id, plain) not in hidden.tasks]
    if len(kept) < len(tasks):
        counted = [stage for _, _, stage in kept if stage != Stage.DROPPED]
        item = replace(item, counts=Counts(counted.count(Stage.DONE.value), len(counted)))
    shown = tuple((_redacted(redactor, item.path, text, plain), stage) for text, plain, stage in kept)
    return FileRecord(item, record.index_entry if item is record.item else index_entry(item), shown)


def _redacted(redactor: Redactor, path: str, text: str, plain: str) -> str:
    seen = redactor.without(path, text)
    return plain if seen == text else plain_text(seen)
