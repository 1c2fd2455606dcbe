"""What became of a roadmap since an earlier state of it: progress, what was finished, what moved, what is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from milemark.foundation.diagnostics import Diagnostic
from milemark.history.lifecycle import TaskId, moved, renamed
from milemark.history.model import Figures, ItemSnapshot
from milemark.history.snapshot import SnapshotContent, snapshot_content
from milemark.markdown.outline import plain_text
from milemark.roadmap.load import Loaded
from milemark.roadmap.metrics.checklists import checklists
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import CLOSED, Stage

_PASSING = {"line", "days", "count", "items"}  # values that change while the problem stays the same one


class NamedItem(NamedTuple):
    """An item by its id, its title, and the title of its track."""

    id: str
    title: str
    track: str = ""


class Pair(NamedTuple):
    """Figures then and now; None where a track was not there."""

    what: NamedItem
    before: Figures | None
    after: Figures | None


class Box(NamedTuple):
    """One task and the item that it stands in."""

    item: NamedItem
    text: str


class Rescoped(NamedTuple):
    """An item whose weight, or the number of whose tasks, is another than it was."""

    item: NamedItem
    weight: tuple[Decimal, Decimal]
    tasks: tuple[int, int]


class Slip(NamedTuple):
    """An item or a milestone whose due date moved, by last days; fewer days than none for what is due earlier."""

    item: NamedItem
    before: date
    after: date

    @property
    def days(self) -> int:
        """How many days later it is due."""
        return (self.after - self.before).days


class ItemChanges(NamedTuple):
    """Items by what became of them."""

    finished: tuple[NamedItem, ...]
    started: tuple[NamedItem, ...]
    reopened: tuple[NamedItem, ...]
    added: tuple[NamedItem, ...]
    dropped: tuple[NamedItem, ...]
    removed: tuple[NamedItem, ...]


class TaskChanges(NamedTuple):
    """Tasks by what became of them; one that was added and is done stands in both."""

    finished: tuple[Box, ...]
    added: tuple[Box, ...]
    removed: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The differences between two states of a roadmap."""

    title: str
    whole: Pair
    tracks: tuple[Pair, ...]
    items: ItemChanges
    tasks: TaskChanges
    rescoped: tuple[Rescoped, ...]
    slipped: tuple[Slip, ...]
    problems: tuple[Diagnostic, ...]
    solved: int
    next_up: tuple[Box, ...]


# Two states are compared, not the commits between them: work that was done and undone again is no news.
def compare(before: Loaded, after: Loaded) -> Report:
    """Return what is different between two states."""
    old, new = snapshot_content(before.roadmap), snapshot_content(after.roadmap)
    name = _ItemNames(before.roadmap, after.roadmap, old, new)
    was = {**old.items, **{id_: old.items[gone] for gone, id_ in name.ids.items()}}
    for gone in name.ids:
        was.pop(gone)
    planned = {**new.items, **new.milestones}
    problems, solved = _problems(before, after)
    return Report(
        after.roadmap.settings.title or before.roadmap.settings.title,
        Pair(NamedItem("", after.roadmap.settings.title), old.whole if old.items else None, new.whole),
        tuple(
            Pair(name.track(id_), old.tracks.get(id_), new.tracks.get(id_))
            for id_ in dict.fromkeys((*new.tracks, *old.tracks))
        ),
        _item_changes(was, new.items, name),
        _task_changes(old.items, new.items, name),
        tuple(_rescoped(was, new.items, name)),
        tuple(sorted(_slipped({**was, **old.milestones}, planned, name), key=lambda slip: -slip.days)),
        problems,
        solved,
        tuple(Box(name.of(each.item.id), plain_text(each.task.text)) for each in checklists(after.roadmap).next_up),
    )


class _ItemNames:
    """What ids are called, now or before; `ids` are the new ids of items that got another one."""

    def __init__(self, before: Roadmap, after: Roadmap, old: SnapshotContent, new: SnapshotContent) -> None:
        self.titles = {item.id: item.title for roadmap in (before, after) for item in roadmap.items}
        self.states = {**old.milestones, **old.items, **new.milestones, **new.items}
        self.ids = renamed(old.items, new.items)

    def of(self, id_: str) -> NamedItem:
        """Return how an item is called."""
        state = self.states.get(id_)
        return NamedItem(id_, self.titles.get(id_, id_), self.titles.get(state.track, "") if state else "")

    def track(self, id_: str) -> NamedItem:
        """Return how a track is called."""
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


def _boxes(items: _Items) -> dict[TaskId, str]:
    """Return every box with its stage, whatever became of its item; boxes that are dropped are none."""
    found: dict[TaskId, str] = {}
    for id_, item in items.items():
        seen: Counter[str] = Counter()
        for text, stage in item.tasks:
            if stage != Stage.DROPPED:
                found[TaskId(id_, text, seen[text])] = stage
                seen[text] += 1
    return found


def _task_changes(old: _Items, new: _Items, name: _ItemNames) -> TaskChanges:
    was, now = _boxes(old), _boxes(new)
    for one, other in moved(was.keys() - now.keys(), now.keys() - was.keys(), name.ids).items():
        was[other] = was.pop(one)

    def boxes(found: Iterable[TaskId]) -> tuple[Box, ...]:
        return tuple(Box(name.of(each.item), each.text) for each in found)

    return TaskChanges(
        boxes(each for each, stage in now.items() if stage == Stage.DONE and was.get(each) != Stage.DONE),
        boxes(each for each in now if each not in was),
        boxes(each for each in was if each not in now),
    )


def _rescoped(was: _Items, items: _Items, name: _ItemNames) -> Iterator[Rescoped]:
    for id_, item in items.items():
        before = was.get(id_)
        if before and (before.weight != item.weight or len(before.tasks) != len(item.tasks)):
            weight, tasks = (before.weight, item.weight), (len(before.tasks), len(item.tasks))
            yield Rescoped(name.of(id_), weight, tasks)


def _slipped(was: _Items, items: _Items, name: _ItemNames) -> Iterator[Slip]:
    """Yield what is due on another day, as long as that matters: not what is done."""
    for id_, item in items.items():
        before = was.get(id_)
        if before and before.due and item.due and before.due != item.due and item.stage not in CLOSED:
            yield Slip(name.of(id_), date.fromisoformat(before.due), date.fromisoformat(item.due))


def _problems(before: Loaded, after: Loaded) -> tuple[tuple[Diagnostic, ...], int]:
    """Return the findings that were not there, and how many are no longer there; a moved file has the same ones."""
    ids = [{item.path: item.id for item in each.roadmap.items} for each in (before, after)]
    old = Counter(_key(ids[0], each) for each in before.diagnostics)
    found: list[Diagnostic] = []
    for each in after.diagnostics:
        key = _key(ids[1], each)
        if old[key]:
            old[key] -= 1
        else:
            found.append(each)
    return tuple(found), old.total()


def _key(ids: Mapping[str, str], found: Diagnostic) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    values = tuple(sorted(pair for pair in found.values.items() if pair[0] not in _PASSING))
    return found.rule.code, ids.get(found.span.path, found.span.path), values
