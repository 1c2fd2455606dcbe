"""The names and tasks that are the same before and after a commit, for the public past.

It finds more than `matching` does for the owner: a wrong match hides something, and a missing one reveals it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from milemark.foundation.identifiers import key_of
from milemark.history.matching import TaskId, matched_tasks, task_identity
from milemark.history.private_past import Link
from milemark.history.snapshot import FileRecord
from milemark.markdown.outline import plain_text

_ALIKE = 80  # percent of the shorter of two texts that the longer one contains
_WORD = 4  # letters of a word that two tasks share
_MOST = 200  # new tasks of an item that are compared with each one that is gone


def links(before: Mapping[str, FileRecord], after: Mapping[str, FileRecord]) -> Iterator[Link]:
    """Yield the names and tasks that are the same in the files that a commit changed: renamed, reworded or moved.

    An item that is gone has the name of a new one with a task of it: one may be renamed, retitled and changed at once.
    """
    kept = {each.item.id for each in before.values()} & {each.item.id for each in after.values()}
    ids = dict(_renamed(before, after, kept))
    old, new = (_tasks(each.values()) for each in (before, after))
    gone, added = old.keys() - new.keys(), new.keys() - old.keys()
    matched = matched_tasks(dict.fromkeys(old, ""), dict.fromkeys(new, ""), ids)
    aliases = ((each.item.id, name) for each in after.values() for name in each.item.texts("aliases"))
    owners = ((one.item, other.item) for one, other in matched.items() if not kept & {one.item, other.item})
    names = dict.fromkeys((*ids.items(), *aliases, *owners))
    yield from ((("name", key_of(one)), ("name", key_of(other))) for one, other in names)
    left = {task: old[task] for task in sorted(gone - matched.keys())}
    others = {task: new[task] for task in sorted(added - {*matched.values()})}
    for one, other in (*matched.items(), *_alike_tasks(left, others, ids)):
        yield ("task", one.item, one.text), ("task", other.item, other.text)


def _tasks(records: Iterable[FileRecord]) -> dict[TaskId, bool]:
    """Return the tasks of some files, and whether each is private."""
    found: dict[TaskId, bool] = {}
    for each in records:
        found |= {TaskId(each.item.id, plain_text(text)): each.is_private for text, _ in each.tasks}
        found |= {TaskId(each.item.id, text): True for text in each.private_tasks}
    return found


# A text that gets several words more is another task for the owner; here, it may be the old one.
def _alike_tasks(
    gone: Mapping[TaskId, bool], new: Mapping[TaskId, bool], ids: Mapping[str, str]
) -> Iterator[tuple[TaskId, TaskId]]:
    """Yield the tasks of an item of which one nearly contains the other, or shares a word with one made private."""
    if not gone or not new:
        return
    from rapidfuzz.fuzz import partial_ratio  # most commits reword no task

    by_item: dict[str, list[TaskId]] = {}
    for task in new:
        by_item.setdefault(task.item, []).append(task)
    for task, is_private in gone.items():
        for other in by_item.get(ids.get(task.item, task.item), ())[:_MOST]:
            texts = [task_identity(each.text) for each in (task, other)]
            became_private = new[other] and not is_private
            if (became_private and _share_a_word(*texts)) or partial_ratio(*texts, score_cutoff=_ALIKE):
                yield task, other


def _share_a_word(one: str, other: str) -> bool:
    words = [{word for word in text.casefold().split() if len(word) >= _WORD} for text in (one, other)]
    return not words[0].isdisjoint(words[1])


def _renamed(
    before: Mapping[str, FileRecord], after: Mapping[str, FileRecord], kept: Container[str]
) -> Iterator[tuple[str, str]]:
    """Yield old and new ids of the files with another id and the same path, title or body."""
    for path in before.keys() & after.keys():
        if before[path].item.id != after[path].item.id:
            yield before[path].item.id, after[path].item.id
    for key in (lambda each: key_of(each.item.title), lambda each: each.body):
        new = {key(each): each.item.id for each in after.values() if each.item.id not in kept and key(each)}
        for each in before.values():
            if each.item.id not in kept and key(each) in new:
                yield each.item.id, new[key(each)]
