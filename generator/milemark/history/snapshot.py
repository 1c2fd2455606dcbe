"""One state of content/ in numbers: the few facts of each file that the past is told by, and the figures over them.

The figures are those of `metrics`, over the same items as `load` makes, so that the past and the present agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from milemark.foundation.dates import PartialDate, parse_date
from milemark.foundation.diagnostics import Span
from milemark.foundation.identifiers import key_of
from milemark.history.model import NO_STAGE, Figures, ItemSnapshot, exact
from milemark.markdown.document import Document
from milemark.markdown.document import Mapping as Written
from milemark.markdown.outline import plain_text
from milemark.privacy.hidden import Hidden, hidden_closure, privacy_record, without_fields
from milemark.privacy.redact import Redactor
from milemark.roadmap.index_entry import IndexEntry, index_entry
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
from milemark.roadmap.model import Counts, Item, Roadmap, Value
from milemark.roadmap.references import relate
from milemark.roadmap.schema import LOOSE
from milemark.roadmap.settings import Role, Settings, Stage

# What figures and dates depend on; `depends_on` and texts do not count in any.
_KEPT = ("aliases", "track", "parent", "milestone", "weight", "progress", "allocation", "due", "finished")
Row = list[Any]
Tasks = tuple[tuple[str, str], ...]


class FileRecord(NamedTuple):
    """One item as it is kept: without its text, with its tasks and their stages, and whether it was private."""

    item: Item
    facts: IndexEntry
    tasks: Tasks
    is_private: bool = False


class SnapshotContent(NamedTuple):
    """The figures of one state, and every item and every milestone in it by id."""

    whole: Figures
    tracks: Mapping[str, Figures]
    items: Mapping[str, ItemSnapshot]
    milestones: Mapping[str, ItemSnapshot]


NOTHING = SnapshotContent(Figures(None, 0, 0, {}), {}, {}, {})


def row_of(settings: Settings, item: Item, *, is_private: bool = False, is_raw: bool = False) -> Row:
    """Return what is kept of an item, as JSON has it. Raw tasks are as they are written, with what they lead to."""
    values = {name: _packed(item.values[name]) for name in _KEPT if name in item.values}
    tasks = [list(task) for task in tasks_of(settings, item, is_raw=is_raw)]
    counts = [item.counts.done, item.counts.total]
    stage = item.stage.value if item.stage else ""
    return [item.id, item.title, item.collection.name, stage, *counts, values, tasks, is_private]


def file_record(settings: Settings, path: str, row: Row) -> FileRecord:
    """Return the item of a row."""
    id_, title, name, stage, done, total, values, tasks, is_private = row
    unpacked = {field: _unpacked(value) for field, value in values.items()}
    item = Item(
        id_,
        title,
        settings.collections.get(name, LOOSE),
        Document(path, Written((), Span(path))),
        Stage(stage) if stage else None,
        Counts(done, total),
        unpacked,
    )
    return FileRecord(item, index_entry(item), tuple((text, stage) for text, stage in tasks), is_private)


def _packed(value: Value) -> Any:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, PartialDate):
        return {"date": value.text}
    return list(value) if isinstance(value, tuple) else value if isinstance(value, str) else ""


def _unpacked(value: Any) -> Value:
    if isinstance(value, dict):
        number = value.get("number")
        return Decimal(number) if number is not None else parse_date(value["date"]) or ""
    return tuple(value) if isinstance(value, list) else str(value)


def tasks_of(settings: Settings, item: Item, *, is_raw: bool = False) -> Tasks:
    """Return the boxes of an item with their stages, without those whose mark nobody declared."""
    texts = (task.text if is_raw else plain_text(task.text) for task in item.tasks)
    staged = ((text, settings.task_stage(task.mark)) for text, task in zip(texts, item.tasks, strict=True))
    return tuple((text, stage.value) for text, stage in staged if stage)


def public_record(kept: Sequence[FileRecord], hidden: Hidden) -> Iterator[FileRecord]:
    """Yield the items of one state that everybody may see: not what was private then, nor what is so today."""
    members = [
        privacy_record(each.item.path, each.item, is_private=each.is_private or _is_known(each.item, hidden))
        for each in kept
    ]
    paths, names = hidden_closure(members, hidden.names)
    words = {each.item.path: (each.item.title, each.item.id) for each in kept if each.item.path in paths}
    unlinker = Redactor(Hidden(names, paths, hidden.folders, {**hidden.words, **words}))
    for each in kept:
        if each.item.path not in paths:
            yield _shown(each, hidden, unlinker)


def _is_known(item: Item, hidden: Hidden) -> bool:
    return hidden.holds(item.path) or key_of(item.title) in hidden.titles


def _shown(kept: FileRecord, hidden: Hidden, unlinker: Redactor) -> FileRecord:
    """Return an item without fields and boxes that are hidden today, and its texts without what they lead to."""
    item, private = kept.item, hidden.fields.get(kept.item.collection.name, frozenset())
    title = unlinker.without(item.path, item.title)
    if title != item.title or not private.isdisjoint((*item.values, "status")):
        stage = None if "status" in private else item.stage
        item = replace(item, title=title, stage=stage, values=without_fields(item.values, private))
    tasks = tuple((plain_text(unlinker.without(item.path, text)), stage) for text, stage in kept.tasks)
    shown = tuple(task for task in tasks if (item.id, task[0]) not in hidden.tasks)
    if shown != tasks:
        counted = [stage for _, stage in shown if stage != Stage.DROPPED]
        item = replace(item, counts=Counts(counted.count(Stage.DONE.value), len(counted)))
    return FileRecord(item, kept.facts if item is kept.item else index_entry(item), shown)


class SnapshotBuilder:
    """Makes one state after the other, each item anew only where it is another than before.

    `hidden` is what is private today, where the states are for everybody; None where they are for the owner.
    """

    def __init__(self, hidden: Hidden | None = None) -> None:
        self.hidden = hidden
        self._known: dict[int, tuple[Item, str, ItemSnapshot]] = {}

    def __call__(self, settings: Settings, kept: Sequence[FileRecord], day: date) -> SnapshotContent:
        """Return the figures of the files of one state, which are sorted by path."""
        if self.hidden is not None:
            kept = [*public_record(kept, self.hidden)]
        items, _ = relate(tuple(each.item for each in kept), [each.facts for each in kept], is_overridden=False)
        roadmap = Roadmap(settings, items, (), day)
        return snapshot_content(roadmap, {each.item.path: each.tasks for each in kept}, self._known)


def snapshot_content(
    roadmap: Roadmap,
    tasks: Mapping[str, Tasks] | None = None,
    known: dict[int, tuple[Item, str, ItemSnapshot]] | None = None,
) -> SnapshotContent:
    """Return the figures of a roadmap. `tasks` are those of each path, where they are known."""
    everything = whole(replace(roadmap, progress_overrides={}) if roadmap.progress_overrides else roadmap)
    tracks = {
        each.track.id: figures(each.rollup.value, each.rollup.counts, roadmap.in_track(each.track.id))
        for each in everything.tracks
    }
    total = figures(everything.value, everything.counts, roadmap.of_role(Role.ITEM))
    own = tasks or {item.path: tasks_of(roadmap.settings, item) for item in roadmap.of_role(Role.ITEM)}
    return SnapshotContent(
        total, tracks, _item_states(roadmap, everything, own, {} if known is None else known), _milestones(roadmap)
    )


def figures(value: Decimal | None, counts: Counts, items: Iterable[Item]) -> Figures:
    """Return the numbers of some items whose progress and tasks are known."""
    stages = {stage.value if stage else NO_STAGE: number for stage, number in stage_counts(items).items() if number}
    return Figures(exact(value), counts.done, counts.total, stages)


def _item_states(
    roadmap: Roadmap, everything: Whole, tasks: Mapping[str, Tasks], known: dict[int, tuple[Item, str, ItemSnapshot]]
) -> dict[str, ItemSnapshot]:
    """Return the state of each item; what stands in no other's numbers is that item's alone."""
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
        found[item.id] = _item_state(item, name, each, tasks[item.path])
        if not roadmap.children(item):
            known[id(item)] = item, name, found[item.id]
    return found


def _milestones(roadmap: Roadmap) -> dict[str, ItemSnapshot]:
    """Return what milestones say of themselves; boxes in them are no work."""
    return {
        each.id: _item_state(each, each.track, Progress(each, None, Basis.NONE, None, Counts()), ())
        for each in roadmap.of_role(Role.MILESTONE)
    }


def _item_state(item: Item, track: str, progress: Progress, tasks: Tasks) -> ItemSnapshot:
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
    )
