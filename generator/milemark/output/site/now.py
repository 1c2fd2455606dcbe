"""The data of the page *Now*: the active items with the tasks that were finished last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from milemark.history.lifecycle import Lifecycles
from milemark.history.matching import TaskId, placed_tasks
from milemark.markdown.document import Task
from milemark.roadmap.metrics.health import roots
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_MOST_DONE = 3


@dataclass(frozen=True, slots=True)
class DoneTask:
    """A finished task and the day on which it was finished."""

    task: Task
    day: date


@dataclass(frozen=True, slots=True)
class NowItem:
    """An active item, and the tasks of it and of its parts that were finished last, the latest first."""

    item: Item
    done: tuple[DoneTask, ...]


def active_items(roadmap: Roadmap) -> tuple[Item, ...]:
    """Return the items under way; a part stands with its parent."""
    return roots(tuple(item for item in roadmap.of_role(Role.ITEM) if item.stage is Stage.ACTIVE))


def now_items(roadmap: Roadmap, found: Lifecycles | None) -> tuple[NowItem, ...]:
    """Return the items under way; without a history, their finished tasks have no day and are left out."""
    days = {each.id: each.finished for each in found.tasks if each.is_done and each.finished} if found else {}
    return tuple(NowItem(item, _done_last(roadmap, item, days)) for item in active_items(roadmap))


def _done_last(roadmap: Roadmap, item: Item, days: Mapping[TaskId, date]) -> tuple[DoneTask, ...]:
    done = [
        DoneTask(task, days[id_])
        for each in _family(roadmap, item)
        for _place, task, id_ in placed_tasks(roadmap.settings, each)
        if id_ in days
    ]
    return tuple(sorted(done, key=lambda each: each.day, reverse=True)[:_MOST_DONE])


def _family(roadmap: Roadmap, item: Item) -> Iterator[Item]:
    waiting = [item]
    while waiting:
        each = waiting.pop(0)
        yield each
        waiting += roadmap.children(each)
