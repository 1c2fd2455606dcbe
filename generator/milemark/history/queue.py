"""The open items of a roadmap on a day as works in their order, with what each needs and how large it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from milemark.foundation.i18n import _
from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.history.simulation import Work
from milemark.history.what_if import UNCHANGED, WhatIf
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

WHOLE = ""  # the id of the work that needs all others
FEWEST_SIZES = 3  # finished items from which the size of another is drawn
_ESTIMATE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(h|tasks?)?\s*", re.IGNORECASE)

PAUSED = _("it is paused")
DROPPED = _("it was dropped")
WAITS = _("it waits for {item}: {reason}")


class Streams(Protocol):
    """The stream of each item, and that of items that do not exist yet."""

    of_added: str

    def of(self, id_: str) -> str:
        """Return the stream of an item."""


class Stuck(NamedTuple):
    """The reason why an item has no date: a message, and the item that it waits for."""

    message: str
    item: Item | None = None
    inner: str = ""

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the translated reason."""
        title = self.item.title if self.item else ""
        return translate(self.message).format(item=title, reason=translate(self.inner) if self.inner else "")


class Queue(NamedTuple):
    """Works in their order, and the items that have no place in it, with the reason.

    `drawn` is the number of items whose size is drawn from finished ones, `guessed` of those that count as one task,
    `unread` the ids of items whose estimate is not understood.
    """

    works: tuple[Work, ...]
    stuck: Mapping[str, Stuck]
    drawn: int = 0
    guessed: int = 0
    unread: tuple[str, ...] = ()


class PlanDay(NamedTuple):
    """A roadmap's items as they were at the end of a day: those that were open, their stages and dates."""

    roadmap: Roadmap
    day: date
    open: Mapping[str, Lifecycle]
    tasks: Mapping[str, int]
    done: Mapping[str, int]
    members: Mapping[str, tuple[str, ...]]

    def is_active(self, id_: str) -> bool:
        """Whether an item was active."""
        return self._plan(id_)[0] == Stage.ACTIVE

    def is_paused(self, id_: str) -> bool:
        """Whether an item was paused."""
        return self._plan(id_)[0] == Stage.PAUSED

    def due(self, id_: str) -> date | None:
        """Return the due day that an item had."""
        return self._plan(id_)[1]

    def _plan(self, id_: str) -> tuple[str | None, date | None]:
        plan = self.open[id_].plan(self.day)
        return (plan.stage, plan.due) if plan else ("", None)


def day_of(roadmap: Roadmap, found: Lifecycles, day: date) -> PlanDay:
    """Return the items of a roadmap that were open at the end of a day, with their open and done tasks."""
    open_ = {
        each.id.item: each
        for each in (*found.items, *found.milestones)
        if _is_open(each, day) and each.id.item in roadmap.by_id
    }
    tasks: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for task in found.tasks:
        if _is_open(task, day) and (task.plan(day) is None or task.id.item in open_):
            tasks[task.id.item] += bool(task.id.text)
        elif task.is_done and (task.finished is None or task.finished <= day):
            done[task.id.item] += 1
    return PlanDay(roadmap, day, open_, tasks, done, _members(roadmap))


def _is_open(each: Lifecycle, day: date) -> bool:
    """Whether a thing was there and neither done nor removed at the end of a day."""
    if each.added and each.added > day:
        return False
    if each.is_done:
        return each.finished is not None and each.finished > day
    return each.removed is None or each.removed > day


def queue(at: PlanDay, streams: Streams, what_if: WhatIf = UNCHANGED, task_hours: float = 0) -> Queue:
    """Return the open items of a day in their order.

    The order is: items that are under way, then by priority, due date, `order` and place in the roadmap; an item that
    others need comes before them. `task_hours` is how long a task takes, for estimates in hours; 0 if unknown.
    """
    dropped = {id_ for name in what_if.drop for id_ in _with_parts(at.roadmap, name)}
    wanted = {id_ for id_ in at.open if id_ not in dropped}
    stuck = _stuck(at, wanted, dropped)
    ids = [id_ for id_ in _ordered(at, wanted, what_if) if id_ not in stuck]
    sizes = _Sizes(at, task_hours, 1 + what_if.scope / 100)
    needs = _needs_of_all(at, ids)
    works = [Work(id_, sizes.of(id_), needs[id_], _stream(at, id_, streams)) for id_ in ids]
    added = [Work(each.title, (each.tasks,), (), streams.of_added) for each in what_if.add]
    whole = Work(WHOLE, needs=tuple(work.id for work in (*works, *added)))
    return Queue((*works, *added, whole), stuck, sizes.drawn, sizes.guessed, tuple(sizes.unread))


def _stream(at: PlanDay, id_: str, streams: Streams) -> str | None:
    """Return the stream of an item; milestones, and items whose work is that of their parts, are in none."""
    item = at.roadmap.by_id[id_]
    is_sum = not at.tasks.get(id_) and bool(at.roadmap.parts(item))
    return None if item.role is Role.MILESTONE or is_sum else streams.of(id_)


def _with_parts(roadmap: Roadmap, id_: str) -> Iterator[str]:
    """Yield an item and all its parts."""
    waiting = [id_]
    while waiting:
        each = waiting.pop()
        yield each
        item = roadmap.by_id.get(each)
        waiting += [part.id for part in roadmap.children(item)] if item else []


def needed_by(at: PlanDay, id_: str) -> tuple[str, ...]:
    """Return what an item needs: its dependencies, its parts, and for a milestone its items."""
    item = at.roadmap.by_id[id_]
    parts = [part.id for part in at.roadmap.parts(item)]
    return tuple(dict.fromkeys((*item.texts("depends_on"), *parts, *at.members.get(id_, ()))))


def _members(roadmap: Roadmap) -> Mapping[str, tuple[str, ...]]:
    """Return the items of each milestone."""
    milestones = {item.id for item in roadmap.of_role(Role.MILESTONE)}
    groups: dict[str, list[str]] = {}
    for item in roadmap.of_role(Role.ITEM):
        if (name := milestone_of(roadmap, item)) in milestones:
            groups.setdefault(name, []).append(item.id)
    return {name: tuple(ids) for name, ids in groups.items()}


def milestone_of(roadmap: Roadmap, item: Item) -> str:
    """Return the milestone of an item, or of its nearest ancestor that has one."""
    each: Item | None = item
    while each:
        if each.text("milestone"):
            return each.text("milestone")
        each = roadmap.by_id.get(each.parent)
    return ""


def _stuck(at: PlanDay, wanted: Iterable[str], dropped: set[str]) -> dict[str, Stuck]:
    """Return the items that cannot be done as things are: paused ones, and those that need one of these."""
    stuck: dict[str, Stuck] = {id_: Stuck(PAUSED) for id_ in wanted if at.is_paused(id_)}
    dependents: dict[str, list[str]] = {}
    for id_ in sorted(wanted):
        for need in needed_by(at, id_):
            dependents.setdefault(need, []).append(id_)
            other = at.roadmap.by_id.get(need)
            if other and other.stage is Stage.DROPPED and need not in dropped and id_ not in stuck:
                stuck[id_] = Stuck(WAITS, other, DROPPED)
    waiting = [(id_, id_) for id_ in sorted(stuck)]
    for id_, cause in waiting:
        for other_id in dependents.get(id_, ()):
            if other_id not in stuck:
                known = stuck[cause]
                stuck[other_id] = Stuck(
                    WAITS, at.roadmap.by_id[cause], known.message if not known.item else known.inner
                )
                waiting.append((other_id, cause))
    return stuck


def _ordered(at: PlanDay, wanted: set[str], what_if: WhatIf) -> list[str]:
    """Return ids in the order of the work, each after those that it needs; a circle is cut where it is met."""
    first = {id_: rank for rank, id_ in enumerate(what_if.first)}
    places = {item.id: place for place, item in enumerate(at.roadmap.items)}

    def key(id_: str) -> tuple[object, ...]:
        item = at.roadmap.by_id[id_]
        due, order = at.due(id_) or date.max, item.number("order")
        rank = first.get(id_, len(first))
        order_key = (order is None, order or Decimal(0))
        return (rank, not at.is_active(id_), priority_rank(item), due, order_key, places[id_])

    found: dict[str, None] = {}
    for id_ in sorted(wanted, key=key):
        _put(at, id_, wanted, found)
    return list(found)


def _put(at: PlanDay, id_: str, wanted: set[str], found: dict[str, None]) -> None:
    """Put an item into the order, behind all that it needs."""
    path, seen = [(id_, iter(needed_by(at, id_)))], {id_}
    while path:
        each, needs = path[-1]
        need = next((n for n in needs if n in wanted and n not in found and n not in seen), None)
        if need is None:
            path.pop()
            found.setdefault(each)
        else:
            seen.add(need)
            path.append((need, iter(needed_by(at, need))))


def priority_rank(item: Item) -> float:
    """Return the rank of a priority: its place among the declared choices, or its number; without one, the last."""
    written = item.text("priority")
    declared = item.collection.fields.get("priority")
    if declared and written in declared.choices:
        return declared.choices.index(written)
    try:
        return float(written)
    except ValueError:
        return float("inf")


def _needs_of_all(at: PlanDay, ids: list[str]) -> Mapping[str, tuple[str, ...]]:
    """Return what each item needs of those before it."""
    found: dict[str, tuple[str, ...]] = {}
    for id_ in ids:
        found[id_] = tuple(need for need in needed_by(at, id_) if need in found)
    return found


class _Sizes:
    """The sizes of open items; it counts how they were found."""

    def __init__(self, at: PlanDay, task_hours: float, factor: float) -> None:
        self.at, self.task_hours, self.factor = at, task_hours, factor
        self.drawn = self.guessed = 0
        self.unread: list[str] = []
        self.of_collections: dict[str, list[int]] = {}
        for id_, count in at.done.items():
            item = at.roadmap.by_id.get(id_)
            if item and id_ not in at.open:
                self.of_collections.setdefault(item.collection.name, []).append(count)

    def of(self, id_: str) -> tuple[float, ...]:
        item = self.at.roadmap.by_id[id_]
        if item.role is Role.MILESTONE:
            return (0,)
        estimated = self._estimated(item)
        if estimated is not None:
            return (estimated * self.factor,)
        if self.at.tasks.get(id_) or self.at.roadmap.parts(item) or item.counts.total:
            return (self.at.tasks.get(id_, 0) * self.factor,)
        left = 1 - float(item.number("progress") or 0) / 100
        return tuple(size * left * self.factor for size in self._drawn(item))

    def _drawn(self, item: Item) -> list[int]:
        known = self.of_collections.get(item.collection.name, [])
        if len(known) < FEWEST_SIZES:
            self.guessed += 1
            return [1]
        self.drawn += 1
        return sorted(known)

    def _estimated(self, item: Item) -> float | None:
        """Return the work that is left by the estimate of an item, at least one task; None without one."""
        written = item.text("estimate")
        match = _ESTIMATE.fullmatch(written)
        is_hours = match is not None and (match[2] or "").casefold() == "h"
        if match is None or (is_hours and not self.task_hours):
            self.unread += [item.id] if written else []
            return None
        tasks = float(match[1].replace(",", ".")) / (self.task_hours if is_hours else 1)
        return max(tasks - self.at.done.get(item.id, 0), 1)
