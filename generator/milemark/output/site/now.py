"""The data of the page *Now*: the active items with their next tasks, and those that were finished last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from milemark.history.lifecycle import Lifecycles
from milemark.history.matching import TaskId, placed_tasks
from milemark.markdown.document import Task
from milemark.roadmap.metrics.checklists import open_tasks
from milemark.roadmap.metrics.health import roots
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_MOST_TASKS = 3


@dataclass(frozen=True, slots=True)
class DoneTask:
    """A finished task and the day on which it was finished."""

    task: Task
    day: date


@dataclass(frozen=True, slots=True)
class NowItem:
    """An active item, its active parts, the next tasks of these, and the tasks of all parts that were finished last."""

    item: Item
    parts: tuple[Item, ...]
    next: tuple[Task, ...]
    done: tuple[DoneTask, ...]


def active_items(roadmap: Roadmap) -> tuple[Item, ...]:
    """Return the items under way; a part stands with its parent."""
    return roots(tuple(item for item in roadmap.of_role(Role.ITEM) if item.stage is Stage.ACTIVE))


def now_items(roadmap: Roadmap, found: Lifecycles | None) -> tuple[NowItem, ...]:
    """Return the items under way; without a history, their finished tasks have no day and are left out."""
    days = {each.id: each.finished for each in found.tasks if each.is_done and each.finished} if found else {}
    return tuple(_now_item(roadmap, item, days) for item in active_items(roadmap))


def _now_item(roadmap: Roadmap, item: Item, days: Mapping[TaskId, date]) -> NowItem:
    active = [each for each in _family(roadmap, item) if each.stage is Stage.ACTIVE]
    tasks = [task for each in active for task in open_tasks(roadmap.settings, each.tasks)]
    return NowItem(item, tuple(active[1:]), tuple(tasks[:_MOST_TASKS]), _done_last(roadmap, item, days))


def _done_last(roadmap: Roadmap, item: Item, days: Mapping[TaskId, date]) -> tuple[DoneTask, ...]:
    done = [
        DoneTask(task, days[id_])
        for each in _family(roadmap, item)
        for _place, task, id_ in placed_tasks(roadmap.settings, each)
        if id_ in days
    ]
    return tuple(sorted(done, key=lambda each: each.day, reverse=True)[:_MOST_TASKS])


def _family(roadmap: Roadmap, item: Item) -> Iterator[Item]:
    waiting = [item]
    while waiting:
        each = waiting.pop(0)
        yield each
        waiting += roadmap.children(each)
