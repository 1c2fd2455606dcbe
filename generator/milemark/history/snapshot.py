"""The figures and items of content/ at one commit, computed from a small record of each file.

`metrics` computes the figures from the same items that `load` makes, so that the history agrees with the roadmap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from milemark.foundation.cache import digest
from milemark.foundation.dates import PartialDate, parse_date
from milemark.foundation.diagnostics import Span
from milemark.history.model import NO_STAGE, Figures, ItemSnapshot, exact
from milemark.markdown.document import Document
from milemark.markdown.document import Mapping as Written
from milemark.markdown.outline import plain_text
from milemark.privacy.hidden import NOTHING as NOTHING_HIDDEN
from milemark.privacy.hidden import is_declared_private
from milemark.privacy.public_file import PublicView
from milemark.roadmap.index_entry import IndexEntry, index_entry
from milemark.roadmap.load import File
from milemark.roadmap.metrics.progress import (
    Basis,
    Progress,
    Rollup,
    Whole,
    progress_of,
    stage_counts,
    weight_of,
    whole,
)
from milemark.roadmap.model import Counts, Item, Roadmap, Value, text_of
from milemark.roadmap.references import relate
from milemark.roadmap.schema import title_of
from milemark.roadmap.settings import Role, Settings, Stage

# The fields that figures and dates depend on; `depends_on` and texts affect neither.
_KEPT = ("aliases", "track", "parent", "milestone", "weight", "progress", "allocation", "due", "finished")
PackedRecord = list[Any]
Tasks = tuple[tuple[str, str], ...]


class FileRecord(NamedTuple):
    """One item without its body, with its tasks and their stages.

    Records for the public have more, as of their commit: whether the file is private, the texts of the tasks in its
    private sections, and a digest of its public body. A private page has one, too, with an empty id.
    """

    item: Item
    index_entry: IndexEntry
    tasks: Tasks
    is_private: bool = False
    private_tasks: tuple[str, ...] = ()
    body: str = ""


class SnapshotContent(NamedTuple):
    """The figures of one commit, and every item and milestone by id."""

    whole: Figures
    tracks: Mapping[str, Figures]
    items: Mapping[str, ItemSnapshot]
    milestones: Mapping[str, ItemSnapshot]


NOTHING = SnapshotContent(Figures(None, 0, 0, {}), {}, {}, {})


def pack_records(settings: Settings, file: File, *, is_public: bool) -> list[PackedRecord]:
    """Return the records of a file and of the items that its headings are, as JSON values; a page has none."""
    pack = _public_record if is_public else _record
    found = [(each.document, pack(settings, each)) for each in (file, *file.parts)]
    return [[each.path if each.within else "", *record] for each, record in found if record]


def _record(settings: Settings, file: File) -> PackedRecord | None:
    """Return the record of an item; None for a page."""
    item = file.item
    return [*_packed_item(item), [list(task) for task in tasks_of(settings, item)]] if item else None


def _public_record(settings: Settings, file: File) -> PackedRecord | None:
    """Return the record of an item, as it was public at its commit, or of a private page; None for another page.

    Tasks keep their Markdown, links included.
    """
    is_private = is_declared_private(settings, file.document, file.item)
    if file.item is None:
        title = title_of(file.document)
        return ["", title, "", "", 0, 0, {}, [], True, [], ""] if is_private else None
    seen = PublicView(settings, settings, NOTHING_HIDDEN, is_whole=True).file(file).item or file.item
    private = Counter(plain_text(task.text) for task in file.item.tasks)
    private -= Counter(plain_text(task.text) for task in seen.tasks)
    tasks = [list(task) for task in tasks_of(settings, seen, is_raw=True)]
    body = " ".join(seen.document.body.split()).encode("utf-8", "surrogatepass")
    return [*_packed_item(seen), tasks, is_private, [*private], digest(body, size=8) if body else ""]


def _packed_item(item: Item) -> PackedRecord:
    values = {name: _packed(item.values[name]) for name in _KEPT if name in item.values}
    stage = item.stage.value if item.stage else ""
    return [item.id, item.title, item.collection.name, stage, item.counts.done, item.counts.total, values]


def file_record(settings: Settings, path: str, packed: PackedRecord) -> FileRecord:
    """Return the record of a file, or of a heading in it, from its JSON values."""
    own_path, id_, title, name, stage, done, total, values, tasks, *privacy = packed
    unpacked = {field: _unpacked(value) for field, value in values.items()}
    item = Item(
        id_,
        title,
        settings.collections.get(name) or settings.loose,
        _document(path, own_path),
        Stage(stage) if stage else None,
        Counts(done, total),
        unpacked,
    )
    is_private, private, body = privacy or (False, (), "")
    own = tuple((text, stage) for text, stage in tasks)
    return FileRecord(item, index_entry(item), own, is_private, tuple(private), body)


def _document(path: str, own_path: str) -> Document:
    document = Document(path, Written((), Span(path)))
    return replace(document, path=own_path, within=document) if own_path else document


def _packed(value: Value) -> Any:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, PartialDate):
        return {"date": value.text}
    return list(map(text_of, value)) if isinstance(value, tuple) else value if isinstance(value, str) else ""


def _unpacked(value: Any) -> Value:
    if isinstance(value, dict):
        number = value.get("number")
        return Decimal(number) if number is not None else parse_date(value["date"]) or ""
    return tuple(value) if isinstance(value, list) else str(value)


def tasks_of(settings: Settings, item: Item, *, is_raw: bool = False) -> Tasks:
    """Return the tasks of an item with their stages, without tasks whose mark is not declared."""
    texts = (task.text if is_raw else plain_text(task.text) for task in item.tasks)
    staged = ((text, settings.task_stage(task.mark)) for text, task in zip(texts, item.tasks, strict=True))
    return tuple((text, stage.value) for text, stage in staged if stage)


class SnapshotBuilder:
    """Builds the content of one commit after the other, and reuses all that did not change."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Item, str, ItemSnapshot]] = {}
        self._last: tuple[Settings, Sequence[FileRecord]] | None = None
        self._content = NOTHING

    def __call__(self, settings: Settings, records: Sequence[FileRecord], day: date) -> SnapshotContent:
        """Return the content of one commit from its records, sorted by path."""
        if self._last is None or self._last[0] is not settings or self._last[1] != records:
            self._last, self._content = (settings, records), self._built(settings, records, day)
        return self._content

    def _built(self, settings: Settings, records: Sequence[FileRecord], day: date) -> SnapshotContent:
        items, _ = relate(
            tuple(each.item for each in records), [each.index_entry for each in records], with_findings=False
        )
        roadmap = Roadmap(settings, items, (), day)
        return snapshot_content(roadmap, {each.item.path: each.tasks for each in records}, self._known)


def snapshot_content(
    roadmap: Roadmap,
    tasks: Mapping[str, Tasks] | None = None,
    known: dict[int, tuple[Item, str, ItemSnapshot]] | None = None,
) -> SnapshotContent:
    """Return the figures and items of a roadmap. `tasks` are the tasks of each path; None reads them from the items."""
    everything = whole(replace(roadmap, progress_overrides={}) if roadmap.progress_overrides else roadmap)
    tracks = {
        each.track.id: figures(each.rollup.value, each.rollup.counts, roadmap.in_track(each.track.id))
        for each in everything.tracks
    }
    total = figures(everything.value, everything.counts, roadmap.of_role(Role.ITEM))
    own = tasks or {item.path: tasks_of(roadmap.settings, item) for item in roadmap.of_role(Role.ITEM)}
    return SnapshotContent(
        total, tracks, _item_snapshots(roadmap, everything, own, {} if known is None else known), _milestones(roadmap)
    )


def figures(value: Decimal | None, counts: Counts, items: Iterable[Item]) -> Figures:
    """Return the figures of some items from their progress and task counts."""
    stages = {stage.value if stage else NO_STAGE: number for stage, number in stage_counts(items).items() if number}
    return Figures(exact(value), counts.done, counts.total, stages)


def _item_snapshots(
    roadmap: Roadmap, everything: Whole, tasks: Mapping[str, Tasks], known: dict[int, tuple[Item, str, ItemSnapshot]]
) -> dict[str, ItemSnapshot]:
    """Return each item by id; an item without parts is reused as long as it and its track are the same."""
    rollups: tuple[Rollup, ...] = (*(each.rollup for each in everything.tracks), everything.trackless)
    progress = {each.item.id: each for rollup in rollups for each, _ in rollup.parts}
    found: dict[str, ItemSnapshot] = {}
    for item in roadmap.of_role(Role.ITEM):
        track = roadmap.track_of(item)
        name = track.id if track else ""
        before = known.get(id(item))
        if before and before[0] is item and before[1] == name and not roadmap.children(item):
            found[item.id] = before[2]
            continue
        each = progress.get(item.id) or progress_of(roadmap, item)
        found[item.id] = _item_snapshot(item, name, each, tasks[item.path])
        if not roadmap.children(item):
            known[id(item)] = item, name, found[item.id]
    return found


def _milestones(roadmap: Roadmap) -> dict[str, ItemSnapshot]:
    """Return each milestone by id; tasks in milestones count as no work."""
    return {
        each.id: _item_snapshot(each, each.track, Progress(each, None, Basis.NONE, None, Counts()), ())
        for each in roadmap.of_role(Role.MILESTONE)
    }


def _item_snapshot(item: Item, track: str, progress: Progress, tasks: Tasks) -> ItemSnapshot:
    return ItemSnapshot(
        item.title,
        track,
        item.text("milestone"),
        item.stage.value if item.stage else "",
        exact(progress.value),
        progress.counts.done,
        progress.counts.total,
        weight_of(item),
        item.due_day.isoformat() if item.due_day else "",
        item.text("finished"),
        tasks,
        item.texts("aliases"),
    )
