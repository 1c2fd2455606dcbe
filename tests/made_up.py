"""Made-up histories whose truth is known: a number of tasks is done each week, in the order of the items."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.history.matching import TaskId

FIRST = date(2024, 1, 1)
_ITEMS, _WEEKS, _FULL = 60, 330, (3, 4, 5)


@dataclass
class MadeUp:
    """One item: the day it was added, and for each task the days on which it was added and done."""

    id: str
    added: date | None
    tasks: list[list[date | None]] = field(default_factory=list)

    @property
    def finished(self) -> date | None:
        days = [done for _added, done in self.tasks if done]
        return max(days) if len(days) == len(self.tasks) else None


def _steady(chance: random.Random) -> Iterator[int]:
    while True:
        yield chance.choice(_FULL)


def _bursty(chance: random.Random) -> Iterator[int]:
    while True:
        yield chance.choice([0, 0, 0, 0, 2, 12])


def _paused(chance: random.Random) -> Iterator[int]:
    while True:
        if chance.random() < 1 / 30:
            yield from [0] * chance.randint(7, 11)
        yield chance.choice(_FULL)


PACES: dict[str, Callable[[random.Random], Iterator[int]]] = {
    "steady": _steady,
    "bursty": _bursty,
    "growing scope": _steady,
    "long pause": _paused,
}


def made_up(kind: str, seed: int) -> list[MadeUp]:
    """Return the items of a history after 330 weeks."""
    chance = random.Random(seed)  # noqa: S311  no secret
    pace = PACES[kind](chance)
    items = [MadeUp(f"i{n:03}", None, [[None, None] for _ in range(chance.randint(2, 9))]) for n in range(_ITEMS)]
    for week in range(_WEEKS):
        monday = FIRST + timedelta(weeks=week)
        open_ = [task for item in items for task in item.tasks if not task[1]]
        for task in open_[: next(pace)]:
            task[1] = monday + timedelta(days=chance.randrange(7))
        if kind == "growing scope":
            _grow(items, week, chance)
    return items


def _grow(items: list[MadeUp], week: int, chance: random.Random) -> None:
    sunday = FIRST + timedelta(weeks=week, days=6)
    left = [item for item in items if not item.finished]
    for _ in range(chance.choice([0, 1, 2]) if left else 0):
        chance.choice(left).tasks.append([sunday, None])
    if chance.random() < 0.3:
        items.append(MadeUp(f"n{week:03}", sunday, [[sunday, None] for _ in range(chance.randint(2, 6))]))


def as_known(items: list[MadeUp], day: date) -> tuple[Lifecycles, Counter[str]]:
    """Return the lifecycles of a history as they are known on a day, and the open tasks of each item."""
    listed, tasks, open_ = [], [], Counter[str]()
    for item in items:
        if item.added and item.added > day:
            continue
        known = [task for task in item.tasks if not task[0] or task[0] <= day]
        dates = [done if done and done <= day else None for _added, done in known]
        finished = max(filter(None, dates)) if all(dates) else None
        listed.append(_lifecycle(TaskId(item.id), item.added, finished))
        open_[item.id] = dates.count(None)
        tasks += [
            _lifecycle(TaskId(item.id, f"t{n}"), task[0], done)
            for n, (task, done) in enumerate(zip(known, dates, strict=True))
        ]
    return Lifecycles(tuple(listed), tuple(tasks)), +open_


def _lifecycle(id_: TaskId, added: date | None, finished: date | None) -> Lifecycle:
    return Lifecycle(id_, id_.item, "", added, None, finished, is_done=finished is not None, ticked=finished)
