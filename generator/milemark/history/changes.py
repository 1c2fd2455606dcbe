"""The changes between two roadmaps: progress, items and tasks, due dates, findings, and the tasks that are next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from milemark.foundation.diagnostics import Diagnostic
from milemark.history.matching import TaskId, matched_tasks, renamed_items, staged_tasks
from milemark.history.model import Figures, ItemSnapshot
from milemark.history.slippage import DueMove
from milemark.history.snapshot import SnapshotContent, snapshot_content
from milemark.markdown.outline import plain_text
from milemark.roadmap.load import Loaded
from milemark.roadmap.metrics.checklists import checklists
from milemark.roadmap.settings import CLOSED, Stage

_VOLATILE = {"line", "days", "count", "items"}  # values that change while the finding stays the same


class NamedItem(NamedTuple):
    """An item by its id, its title, and the title of its track."""

    id: str
    title: str
    track: str = ""


class FigureChange(NamedTuple):
    """The figures of the roadmap or a track before and after; None if the track did not exist."""

    item: NamedItem
    before: Figures | None
    after: Figures | None


class NamedTask(NamedTuple):
    """A task by its text and its item."""

    item: NamedItem
    text: str


class ScopeChange(NamedTuple):
    """The weight and the number of tasks of an item, before and after; at least one of them changed."""

    item: NamedItem
    weight: tuple[Decimal, Decimal]
    tasks: tuple[int, int]


class ItemChanges(NamedTuple):
    """Items by the kind of change."""

    finished: tuple[NamedItem, ...]
    started: tuple[NamedItem, ...]
    reopened: tuple[NamedItem, ...]
    added: tuple[NamedItem, ...]
    dropped: tuple[NamedItem, ...]
    removed: tuple[NamedItem, ...]


class TaskChanges(NamedTuple):
    """Tasks by the kind of change; a new task that is done is in `finished` and `added`."""

    finished: tuple[NamedTask, ...]
    added: tuple[NamedTask, ...]
    removed: tuple[NamedTask, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes between two roadmaps. `solved` is the number of findings that no longer occur."""

    title: str
    whole: FigureChange
    tracks: tuple[FigureChange, ...]
    items: ItemChanges
    tasks: TaskChanges
    scope: tuple[ScopeChange, ...]
    due_moves: tuple[tuple[NamedItem, DueMove], ...]
    problems: tuple[Diagnostic, ...]
    solved: int
    next_up: tuple[NamedTask, ...]


# Two states are compared, not the commits between them: work that was done and undone again is no news.
def compare(before: Loaded, after: Loaded, mark: str = "") -> Changes:
    """Return the changes from one loaded roadmap to another; `mark` follows the titles of private items."""
    old, new = snapshot_content(before.roadmap), snapshot_content(after.roadmap)
    titles = {
        item.id: item.title + (mark if item.path in roadmap.private else "")
        for roadmap in (before.roadmap, after.roadmap)
        for item in roadmap.items
    }
    name = _ItemNames(titles, old, new)
    was = {**old.items, **{id_: old.items[gone] for gone, id_ in name.ids.items()}}
    for gone in name.ids:
        was.pop(gone)
    planned = {**new.items, **new.milestones}
    problems, solved = _problems(before, after)
    return Changes(
        after.roadmap.settings.title or before.roadmap.settings.title,
        FigureChange(NamedItem("", after.roadmap.settings.title), old.whole if old.items else None, new.whole),
        tuple(
            FigureChange(name.track(id_), old.tracks.get(id_), new.tracks.get(id_))
            for id_ in dict.fromkeys((*new.tracks, *old.tracks))
        ),
        _item_changes(was, new.items, name),
        _task_changes(old.items, new.items, name),
        tuple(_scope_changes(was, new.items, name)),
        tuple(sorted(_due_moves({**was, **old.milestones}, planned, name), key=lambda pair: -pair[1].days)),
        problems,
        solved,
        tuple(
            NamedTask(name.of(each.item.id), plain_text(each.task.text)) for each in checklists(after.roadmap).next_up
        ),
    )


class _ItemNames:
    """The titles of items in both roadmaps; `ids` maps old ids of renamed items to new ones."""

    def __init__(self, titles: Mapping[str, str], old: SnapshotContent, new: SnapshotContent) -> None:
        self.titles = titles
        self.snapshots = {**old.milestones, **old.items, **new.milestones, **new.items}
        self.ids = renamed_items(old.items, new.items)

    def of(self, id_: str) -> NamedItem:
        """Return an item with its title and its track."""
        snapshot = self.snapshots.get(id_)
        return NamedItem(id_, self.titles.get(id_, id_), self.titles.get(snapshot.track, "") if snapshot else "")

    def track(self, id_: str) -> NamedItem:
        """Return a track with its title."""
        return NamedItem(id_, self.titles.get(id_, id_))


_Items = Mapping[str, ItemSnapshot]


def _item_changes(was: _Items, items: _Items, name: _ItemNames) -> ItemChanges:
    def named(ids: Iterable[str]) -> tuple[NamedItem, ...]:
        return tuple(map(name.of, ids))

    stages = {id_: (was[id_].stage if id_ in was else None, item.stage) for id_, item in items.items()}
    waiting = {None, "", Stage.PLANNED.value}
    return ItemChanges(
        named(id_ for id_, (one, other) in stages.items() if other == Stage.DONE and one != Stage.DONE),
        named(id_ for id_, (one, other) in stages.items() if other == Stage.ACTIVE and one in waiting),
        named(id_ for id_, (one, other) in stages.items() if one in CLOSED and other not in CLOSED),
        named(id_ for id_ in items if id_ not in was),
        named(id_ for id_, (one, other) in stages.items() if other == Stage.DROPPED and one != Stage.DROPPED),
        named(id_ for id_ in was if id_ not in items),
    )


def _task_stages(items: _Items) -> dict[TaskId, str]:
    """Return the stage of each task that is not dropped."""
    tasks = (task for id_, item in items.items() for task in staged_tasks(id_, item))
    return {task: stage for task, stage in tasks if stage != Stage.DROPPED}


def _task_changes(old: _Items, new: _Items, name: _ItemNames) -> TaskChanges:
    was, now = _task_stages(old), _task_stages(new)
    for one, other in matched_tasks(was, now, name.ids).items():
        was[other] = was.pop(one)

    def named(found: Iterable[TaskId]) -> tuple[NamedTask, ...]:
        return tuple(NamedTask(name.of(each.item), each.text) for each in found)

    return TaskChanges(
        named(each for each, stage in now.items() if stage == Stage.DONE and was.get(each) != Stage.DONE),
        named(each for each in now if each not in was),
        named(each for each in was if each not in now),
    )


def _scope_changes(was: _Items, items: _Items, name: _ItemNames) -> Iterator[ScopeChange]:
    for id_, item in items.items():
        before = was.get(id_)
        if before and (before.weight != item.weight or len(before.tasks) != len(item.tasks)):
            weight, tasks = (before.weight, item.weight), (len(before.tasks), len(item.tasks))
            yield ScopeChange(name.of(id_), weight, tasks)


def _due_moves(was: _Items, items: _Items, name: _ItemNames) -> Iterator[tuple[NamedItem, DueMove]]:
    """Yield open items and milestones whose due date differs."""
    for id_, item in items.items():
        before = was.get(id_)
        if before and before.due and item.due and before.due != item.due and item.stage not in CLOSED:
            yield name.of(id_), DueMove(date.fromisoformat(before.due), date.fromisoformat(item.due))


def _problems(before: Loaded, after: Loaded) -> tuple[tuple[Diagnostic, ...], int]:
    """Return the new findings, and the number of findings that no longer occur; moving a file changes neither."""
    ids = [{item.path: item.id for item in each.roadmap.items} for each in (before, after)]
    old = Counter(_key(ids[0], each) for each in before.diagnostics)
    findings: list[Diagnostic] = []
    for each in after.diagnostics:
        key = _key(ids[1], each)
        if old[key]:
            old[key] -= 1
        else:
            findings.append(each)
    return tuple(findings), old.total()


def _key(ids: Mapping[str, str], finding: Diagnostic) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    values = tuple(sorted(pair for pair in finding.values.items() if pair[0] not in _VOLATILE))
    return finding.rule.code, ids.get(finding.span.path, finding.span.path), values
