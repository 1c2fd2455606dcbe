"""When the works of a plan land, and the sentences by which a reader can judge it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from milemark.history.queue import Stuck
from milemark.roadmap.model import Item


class Sentence(NamedTuple):
    """An assumption as a message and the values of its placeholders."""

    message: str
    values: Mapping[str, object]

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the translated sentence."""
        return translate(self.message).format(**self.values)


class Landing(NamedTuple):
    """When a work lands: the days at 50 and 85 %, and the chance in percent to be done by its due day.

    `why` is the reason why it has no day at 85 %. `needs` are the open items that it waits for, `before` the number of
    items that are done before it, `sizes` its open tasks, or the sizes from which those are drawn.
    """

    id: str
    title: str
    item: Item | None
    p50: date | None = None
    p85: date | None = None
    due: date | None = None
    chance: int | None = None
    before: int = 0
    needs: tuple[Item, ...] = ()
    why: Sentence | Stuck | None = None
    sizes: tuple[float, ...] = ()

    def reason(self, translate: Callable[[str], str]) -> str:
        """Return why it has no day at 85 %; empty if it has one."""
        return self.why.text(translate) if self.why else ""


@dataclass(frozen=True, slots=True)
class Tested:
    """How many items and milestones were forecast at least eight weeks earlier and should be done, and how many are."""

    count: int
    kept: int
    milestones: int
    milestones_kept: int


@dataclass(frozen=True)
class PlanForecast:
    """The landings of all open items and milestones in their order, and that of the whole plan, its last one.

    `assumptions` are the sentences by which a reader can judge it.
    """

    today: date
    whole: Landing
    landings: tuple[Landing, ...]
    assumptions: tuple[Sentence, ...]
    tested: Tested

    @cached_property
    def by_id(self) -> Mapping[str, Landing]:
        """The landings by the ids of their items."""
        return {each.id: each for each in self.landings}


def moves(before: PlanForecast, after: PlanForecast) -> tuple[tuple[Landing | None, Landing | None], ...]:
    """Return the items whose days or chances change, with the whole plan last; None where an item is in one only."""
    ids = dict.fromkeys((*before.by_id, *after.by_id))
    pairs = [(before.by_id.get(id_), after.by_id.get(id_)) for id_ in ids]
    return tuple(pair for pair in (*pairs, (before.whole, after.whole)) if _days(pair[0]) != _days(pair[1]))


def _days(each: Landing | None) -> tuple[date | None, date | None] | None:
    return (each.p50, each.p85) if each else None
