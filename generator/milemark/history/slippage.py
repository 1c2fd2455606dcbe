"""How far due dates moved: of every item and milestone, from which day to which, and when that was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.roadmap.model import Item, Roadmap


class DueMove(NamedTuple):
    """A change of a due date, by last days; `day` is the day of the change, or None if only both ends are known."""

    before: date
    after: date
    day: date | None = None

    @property
    def days(self) -> int:
        """The number of days later; negative if the date moved forward."""
        return (self.after - self.before).days


class Slippage(NamedTuple):
    """An item or a milestone whose due date moved, once or more often."""

    item: Item
    moves: tuple[DueMove, ...]

    @property
    def first(self) -> date:
        """When it was due at first."""
        return self.moves[0].before

    @property
    def last(self) -> date:
        """When it is due."""
        return self.moves[-1].after

    @property
    def days(self) -> int:
        """How many days it moved in all."""
        return DueMove(self.first, self.last).days

    @property
    def dues(self) -> tuple[date, ...]:
        """Every day it was due on, one after the other."""
        return (self.first, *(move.after for move in self.moves))


@dataclass(frozen=True, slots=True)
class SlippageChart:
    """What moved, the largest slips first, and the time that all these dates lie in."""

    moved: tuple[Slippage, ...]
    first: date
    last: date

    def place(self, day: date) -> float:
        """Return where a day lies in that time, in percent."""
        return round(100 * (day - self.first).days / max((self.last - self.first).days, 1), 2)


def slippage(roadmap: Roadmap, found: Lifecycles) -> SlippageChart | None:
    """Return what moved of the dates of what is in the roadmap, or None where none did."""
    moved = [
        Slippage(item, moves)
        for each in (*found.items, *found.milestones)
        if (item := roadmap.by_id.get(each.what.item)) and (moves := tuple(_moves(each)))
    ]
    if not moved:
        return None
    dues = [due for slip in moved for due in slip.dues]
    return SlippageChart(tuple(sorted(moved, key=lambda slip: (-slip.days, slip.item.title))), min(dues), max(dues))


def _moves(journey: Lifecycle) -> Iterator[DueMove]:
    """Yield each move as long as it matters: what is written into something that is done moves nothing."""
    known: date | None = None
    for plan in journey.plans:
        if plan.due and plan.is_open:
            if known and known != plan.due:
                yield DueMove(known, plan.due, plan.day)
            known = plan.due
