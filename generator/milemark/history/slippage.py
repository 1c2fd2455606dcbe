"""Moved due dates: for every item and milestone each change of its due date, and the day of the change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.roadmap.model import Item, Roadmap


class DueMove(NamedTuple):
    """A change of a due date, as the last days of both dates; `day` is the day of the change, or None if unknown."""

    before: date
    after: date
    day: date | None = None

    @property
    def days(self) -> int:
        """The number of days later; negative if the new date is earlier."""
        return (self.after - self.before).days


class Slippage(NamedTuple):
    """An item or a milestone whose due date moved, once or more often."""

    item: Item
    moves: tuple[DueMove, ...]

    @property
    def first(self) -> date:
        """The first due date."""
        return self.moves[0].before

    @property
    def last(self) -> date:
        """The due date now."""
        return self.moves[-1].after

    @property
    def days(self) -> int:
        """The number of days between the first and the current due date."""
        return DueMove(self.first, self.last).days

    @property
    def dues(self) -> tuple[date, ...]:
        """Every due date, in the order of the changes."""
        return (self.first, *(move.after for move in self.moves))


@dataclass(frozen=True, slots=True)
class SlippageChart:
    """Items with moved due dates, the largest slippage first, and the period that holds all their due dates."""

    moved: tuple[Slippage, ...]
    first: date
    last: date

    def place(self, day: date) -> float:
        """Return the position of a day in that period, in percent."""
        return round(100 * (day - self.first).days / max((self.last - self.first).days, 1), 2)


def slippage(roadmap: Roadmap, history: Lifecycles) -> SlippageChart | None:
    """Return the moved due dates of items that are in the roadmap, or None if there are none."""
    moved = [
        Slippage(item, moves)
        for each in (*history.items, *history.milestones)
        if (item := roadmap.by_id.get(each.id.item)) and (moves := tuple(_moves(each)))
    ]
    if not moved:
        return None
    dues = [due for each in moved for due in each.dues]
    return SlippageChart(tuple(sorted(moved, key=lambda each: (-each.days, each.item.title))), min(dues), max(dues))


def _moves(lifecycle: Lifecycle) -> Iterator[DueMove]:
    """Yield each change of the due date made while the item was open."""
    known: date | None = None
    for plan in lifecycle.plans:
        if plan.due and plan.is_open:
            if known and known != plan.due:
                yield DueMove(known, plan.due, plan.day)
            known = plan.due
