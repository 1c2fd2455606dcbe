"""When the whole and each milestone will be done, by the history: the forecasts of a roadmap as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from milemark.forecast import Backtest, Forecast, Refusal, backtest, forecast
from milemark.history import History, ItemState
from milemark.journeys import Journey, Journeys, journeys, weeks
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage


@dataclass(frozen=True, slots=True)
class Target:
    """A milestone, and when what belongs to it is done; the whole roadmap is the target without an item."""

    item: Item | None
    found: Forecast | Refusal


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecasts of a roadmap, and how earlier ones did."""

    targets: tuple[Target, ...]
    tested: Backtest


def outlook(roadmap: Roadmap, history: History, today: date, found: Journeys | None = None) -> Outlook:
    """Return when the whole and each open milestone will be done, if work goes on as it did.

    Milestones are worked on in the order of their dates: each is done when all is that belongs to it, or to one before.
    `found` are the journeys of the history, where they are known.
    """
    tasks = (found or journeys(history)).tasks
    first = history.line[0].day if history.line else today
    past = weeks(tasks, first, today)
    state = history.state()
    open_ = [each for each in tasks if each.is_open]
    whole = Target(None, forecast(past, len(open_), len(open_), today))
    milestones = (
        Target(item, forecast(past, remaining, len(open_), today))
        for item, remaining in _milestones(roadmap, state, open_)
    )
    return Outlook((whole, *milestones), backtest(past))


def _milestones(roadmap: Roadmap, state: dict[str, ItemState], open_: list[Journey]) -> Iterator[tuple[Item, int]]:
    """Yield each milestone that is open, and how many tasks there are up to it; not what has none of its own."""
    items = [item for item in roadmap.of_role(Role.MILESTONE) if item.stage not in {Stage.DONE, Stage.DROPPED}]
    total = 0
    for item in sorted(items, key=lambda item: item.due.last if item.due else date.max):
        own = sum(_milestone(roadmap, state, each.what.item) == item.id for each in open_)
        total += own
        if own:
            yield item, total


def _milestone(roadmap: Roadmap, state: dict[str, ItemState], id_: str) -> str:
    """Return the milestone of an item, or else of the item that it is a part of."""
    item = roadmap.by_id.get(id_)
    while item:
        if item.text("milestone"):
            return item.text("milestone")
        item = roadmap.by_id.get(item.parent)
    return state[id_].milestone if id_ in state else ""
