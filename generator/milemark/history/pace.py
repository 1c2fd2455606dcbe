"""The work done and added in each past week, and for how long its items were known by then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.history.simulation import Pace

WINDOW = 52  # weeks: a year has its holidays and pauses; older weeks say little about the current pace
_OLDEST = 8  # weeks for which an item was known; half a year has few that were known for longer and are done
_WEEK = timedelta(days=7)


class Event(NamedTuple):
    """Work done or added in a week, its item, and for how many weeks before this one the item was known, from 0.

    `age` is -1 if the item is not older than the week.
    """

    week: int
    item: str
    age: int
    is_done: bool
    amount: int


class Events(NamedTuple):
    """The events of all whole weeks, Monday to Sunday, from the first Monday."""

    monday: date
    listed: tuple[Event, ...]

    def weeks(self, day: date) -> int:
        """Return the number of whole weeks before a day."""
        return max((day - self.monday).days // 7, 0)

    def pace(self, day: date, scope: float, is_in: Callable[[str], bool] = lambda _item: True) -> Pace:
        """Return the pace of some items in the year before a day."""
        end = self.weeks(day)
        first = max(end - WINDOW, 0)
        done, added = ([[0.0] * (_OLDEST + 1) for _ in range(end - first)] for _ in range(2))
        for each in self.listed:
            if first <= each.week < end and is_in(each.item):
                row = (done if each.is_done else added)[each.week - first]
                for age in range(each.age + 1):
                    row[age] += each.amount
        return Pace(tuple(map(tuple, done)), tuple(map(tuple, added)), scope)

    def busy(self, day: date, is_in: Callable[[str], bool] = lambda _item: True) -> int:
        """Return the number of weeks in that year in which work on some items was done."""
        end = self.weeks(day)
        return len({e.week for e in self.listed if end - WINDOW <= e.week < end and e.is_done and is_in(e.item)})


def events(found: Lifecycles, first: date) -> Events:
    """Return the events of a history that begins on a day.

    Items of the first, broken week are as old as can be: the plan may be older than its history. The first tasks of an
    item are no growth: they are its size. Tasks that a done item leaves open are done.
    """
    monday = first + timedelta(days=7 - first.weekday())
    items = {each.id.item: each for each in found.items}
    begun = _first_tasks(found.tasks)
    listed: list[Event] = []
    for task in found.tasks:
        item = items.get(task.id.item)
        for day, is_done, amount in _days(task, item, begun.get(task.id.item)):
            week = (day - monday).days // 7
            if week >= 0:
                added = item.added if item and item.added and item.added >= monday else None
                age = _age(added, monday + week * _WEEK)
                listed.append(Event(week, task.id.item, age, is_done, amount))
    return Events(monday, tuple(listed))


def _age(added: date | None, monday: date) -> int:
    """Return for how many whole weeks an item was known on a Monday; -1 if it came later."""
    return _OLDEST if added is None else min(max(((monday - added).days - 1) // 7, -1), _OLDEST)


def _first_tasks(tasks: Iterable[Lifecycle]) -> Mapping[str, date]:
    """Return the day on which each item got its first tasks."""
    found: dict[str, date] = {}
    for task in tasks:
        day = task.added or date.min
        if task.id.text and day < found.get(task.id.item, date.max):
            found[task.id.item] = day
    return found


def _days(task: Lifecycle, item: Lifecycle | None, begun: date | None) -> Iterator[tuple[date, bool, int]]:
    """Yield the days on which a task was added, done or removed: whether work was done, and its amount."""
    if task.is_done and task.finished:
        yield task.finished, True, 1
    elif not task.is_done and task.removed and (task.id.text or begun is None):
        is_closed = item is not None and item.is_done and item.ticked is not None and item.ticked <= task.removed
        yield task.removed, is_closed, 1 if is_closed else -1
    if task.id.text and task.added and begun and task.added > begun:
        yield task.added, False, 1
