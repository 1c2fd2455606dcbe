"""Identify items and tasks across snapshots.

The text of a task identifies it within its item, so that it may change its place in the list. A task that gets a date,
an id or a tag is the same task. One that leaves an item while an equal text appears in another has moved; one whose
text changes a little has been reworded. All of them keep their lifecycle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from milemark.foundation.identifiers import key_of
from milemark.history.model import ItemSnapshot
from milemark.markdown.document import Task
from milemark.markdown.outline import plain_text
from milemark.markdown.task_marks import DONE, read_marks
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Settings

_REPEATS = {"repeat", "rec", "recurrence"}
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


def placed_tasks(settings: Settings, item: Item) -> Iterator[tuple[int, Task, TaskId]]:
    """Yield each task of an item that has a stage, with its position in the item, from 1, and its id."""
    staged = {place: task for place, task in enumerate(item.tasks, 1) if settings.task_stage(task.mark)}
    ids = task_ids(item.id, (plain_text(task.text) for task in staged.values()))
    yield from zip(staged, staged.values(), ids, strict=True)


def staged_tasks(id_: str, item: ItemSnapshot) -> Iterator[tuple[TaskId, str]]:
    """Yield each task of an item with its stage."""
    return zip(task_ids(id_, (text for text, _ in item.tasks)), (stage for _, stage in item.tasks), strict=True)


def renamed_items(before: Mapping[str, ItemSnapshot], after: Mapping[str, ItemSnapshot]) -> Mapping[str, str]:
    """Return new ids by old ids: a missing item is the new one that has its id as an alias, or else its title."""
    new, gone = after.keys() - before.keys(), before.keys() - after.keys()
    aliases = {key_of(alias): id_ for id_ in sorted(new, reverse=True) for alias in after[id_].aliases}
    found = {id_: aliases[key_of(id_)] for id_ in sorted(gone) if key_of(id_) in aliases}
    titles: dict[str, list[str]] = {}
    for id_ in sorted(new - {*found.values()}, reverse=True):
        titles.setdefault(after[id_].title, []).append(id_)
    left = (id_ for id_ in sorted(gone - found.keys()))
    return {**found, **{id_: titles[before[id_].title].pop() for id_ in left if titles.get(before[id_].title)}}


def task_identity(text: str) -> str:
    """Return the text that identifies a task: without the marks of tools, and not struck through.

    `~~Pay rent~~ ✅ 2025-03-01` is `Pay rent`. A text of marks only identifies itself.
    """
    return read_marks(text).text.strip("~ ") or text


def matched_tasks(
    before: Mapping[TaskId, str], after: Mapping[TaskId, str], ids: Mapping[str, str]
) -> Mapping[TaskId, TaskId]:
    """Return new tasks by the tasks they were: renamed with their item, marked, moved to another item, or reworded.

    `before` and `after` have the stage of each task; `ids` maps old ids of items to new ones. A recurring task that is
    still there may be matched, too: its ticked copy is what it was, and the open line is new.
    """
    new = after.keys() - before.keys()
    found = _matched(before.keys() - after.keys(), new, ids) if new else {}
    done = [task for task in sorted(new - {*found.values()}) if after[task] == DONE and _is_recurring(task)]
    return {**_ticked_copies(done, before, after), **found} if done else found


def _is_recurring(task: TaskId) -> bool:
    return any(mark.name in _REPEATS for mark in read_marks(task.text).marks)


def _ticked_copies(
    done: Iterable[TaskId], before: Mapping[TaskId, str], after: Mapping[TaskId, str]
) -> Mapping[TaskId, TaskId]:
    """Return the done copies of tasks that are open and have kept their text."""
    kept = [task for task in before.keys() & after.keys() if after[task] != DONE]
    lines = {(task.item, task_identity(task.text)): task for task in sorted(kept, reverse=True)}
    copies = ((lines.get((each.item, task_identity(each.text))), each) for each in done)
    return {task: copy for task, copy in copies if task}


def _matched(gone: Collection[TaskId], new: Collection[TaskId], ids: Mapping[str, str]) -> dict[TaskId, TaskId]:
    left, found = sorted(gone), dict[TaskId, TaskId]()
    if not left:
        return found
    items = {task: ids.get(task.item, task.item) for task in left}
    identities = {task: task_identity(task.text) for task in {*left, *new}}
    steps: tuple[Callable[[TaskId], Hashable], ...] = (
        lambda task: task._replace(item=items.get(task, task.item)),
        lambda task: (items.get(task, task.item), identities[task]),
        lambda task: task.text or task,
        lambda task: identities[task] or task,
    )
    others = sorted(new)
    for key in steps:
        found |= _by_key(key, left, others)
        left = [task for task in left if task not in found]
        taken = {*found.values()}
        others = [task for task in others if task not in taken]
    return {**found, **_by_similarity(left, others, items, identities)}


def _by_key(
    key: Callable[[TaskId], Hashable], gone: Iterable[TaskId], new: Iterable[TaskId]
) -> Mapping[TaskId, TaskId]:
    """Pair tasks with equal keys, in their order; of several, the one with the most marks of the old one first."""
    groups: dict[Hashable, list[TaskId]] = {}
    for task in new:
        groups.setdefault(key(task), []).append(task)
    found: dict[TaskId, TaskId] = {}
    for task in gone:
        others = groups.get(key(task))
        if others:
            found[task] = _most_alike(task, others)
            others.remove(found[task])
    return found


# Of a recurring task, Obsidian Tasks ticks a copy with the old dates, and gives the open one new dates.
def _most_alike(task: TaskId, others: Sequence[TaskId]) -> TaskId:
    """Return the first of the tasks that keep the most marks of a task, or that are done now."""
    if len(others) == 1:
        return others[0]
    marks = {*read_marks(task.text).marks}
    kept = [{*read_marks(each.text).marks} for each in others]
    scores = [(len(marks & each), any(mark.name == DONE for mark in each - marks)) for each in kept]
    return others[scores.index(max(scores))]


def _by_similarity(
    gone: Iterable[TaskId], new: Iterable[TaskId], items: Mapping[TaskId, str], identities: Mapping[TaskId, str]
) -> Mapping[TaskId, TaskId]:
    left: dict[str, list[TaskId]] = {}
    for task in new:
        left.setdefault(task.item, []).append(task)
    found: dict[TaskId, TaskId] = {}
    for task in gone:
        others = [each for each in left.get(items[task], ()) if each.text and task.text]
        best = _most_similar(task, others, identities) if others else None
        if best:
            found[task] = best
            left[items[task]].remove(best)
    return found


def _most_similar(task: TaskId, others: Iterable[TaskId], identities: Mapping[TaskId, str]) -> TaskId | None:
    from rapidfuzz.fuzz import ratio  # most commits reword no task

    alike = ((ratio(identities[each], identities[task]), each) for each in others)
    similarity, best = max(alike, key=lambda pair: pair[0])
    return best if similarity >= _SIMILAR else None
