"""Identify items and tasks across snapshots.

The text of a task identifies it within its item, so that it may change its place in the list. A task that leaves an
item while an equal text appears in another has moved; a task whose text changes a little has been reworded. Both keep
their lifecycle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from milemark.history.model import ItemSnapshot

_SIMILAR = 80  # percent of equal letters from which two texts count as one reworded task


class TaskId(NamedTuple):
    """A task within an item; `number` counts equal texts from 0. Without a text, it identifies the item itself."""

    item: str
    text: str = ""
    number: int = 0


def task_ids(item: str, texts: Iterable[str]) -> Iterator[TaskId]:
    """Yield the id of each task of an item, from the texts of its tasks in their order."""
    seen: Counter[str] = Counter()
    for text in texts:
        yield TaskId(item, text, seen[text])
        seen[text] += 1


def staged_tasks(id_: str, item: ItemSnapshot) -> Iterator[tuple[TaskId, str]]:
    """Yield each task of an item with its stage."""
    return zip(task_ids(id_, (text for text, _ in item.tasks)), (stage for _, stage in item.tasks), strict=True)


def renamed_items(before: Mapping[str, ItemSnapshot], after: Mapping[str, ItemSnapshot]) -> Mapping[str, str]:
    """Return new ids by old ids: a missing item and a new one with the same title are the same item."""
    titles: dict[str, list[str]] = {}
    for id_ in sorted(after.keys() - before.keys(), reverse=True):
        titles.setdefault(after[id_].title, []).append(id_)
    gone = sorted(before.keys() - after.keys())
    return {id_: titles[before[id_].title].pop() for id_ in gone if titles.get(before[id_].title)}


def matched_tasks(gone: Iterable[TaskId], new: Iterable[TaskId], ids: Mapping[str, str]) -> Mapping[TaskId, TaskId]:
    """Return new tasks by the tasks that are gone: renamed with their item, moved to another item, or reworded.

    `ids` maps old ids of items to new ones.
    """
    left, found = set(new), dict[TaskId, TaskId]()
    for task in sorted(gone):
        same = task._replace(item=ids.get(task.item, task.item))
        if same in left:
            found[task] = same
            left.remove(same)
    for match in (_by_text, _by_similarity):
        found |= match(sorted(set(gone) - found.keys()), sorted(left - set(found.values())))
    return found


def _by_text(gone: Iterable[TaskId], new: Iterable[TaskId]) -> Mapping[TaskId, TaskId]:
    texts: dict[str, list[TaskId]] = {}
    for task in new:
        texts.setdefault(task.text, []).insert(0, task)
    return {task: texts[task.text].pop() for task in gone if task.text and texts.get(task.text)}


def _by_similarity(gone: Iterable[TaskId], new: Iterable[TaskId]) -> Mapping[TaskId, TaskId]:
    items: dict[str, list[TaskId]] = {}
    for task in new:
        items.setdefault(task.item, []).append(task)
    found: dict[TaskId, TaskId] = {}
    for task in gone:
        others = [each for each in items.get(task.item, ()) if each.text and task.text]
        best = _most_similar(task, others) if others else None
        if best:
            found[task] = best
            items[task.item].remove(best)
    return found


def _most_similar(task: TaskId, others: Iterable[TaskId]) -> TaskId | None:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415  most commits reword no task

    similarity, best = max(((ratio(each.text, task.text), each) for each in others), key=lambda pair: pair[0])
    return best if similarity >= _SIMILAR else None
