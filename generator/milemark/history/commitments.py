"""Planned against actual: what the start of each quarter promised, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from milemark.foundation.dates import PartialDate, periods
from milemark.foundation.i18n import _
from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.roadmap.model import Item, Roadmap


class Outcome(StrEnum):
    """What became of something by the end of the quarter that it was promised for, or later."""

    IN_TIME = _("in time")
    LATER = _("later")
    MOVED = _("moved")
    DROPPED = _("dropped or removed")
    OPEN = _("still open")


class Commitment(NamedTuple):
    """An item or a milestone of the roadmap, when it was due, what became of it, and when it was finished."""

    item: Item
    due: date
    outcome: Outcome
    finished: date | None


class UnplannedItem(NamedTuple):
    """What was finished without having been promised, and the day."""

    item: Item
    day: date


@dataclass(frozen=True, slots=True)
class QuarterOutcome:
    """One quarter. What was deleted since is in the counts, and not named.

    `is_first` tells that the history begins in it, so that its first day stands for its start.
    """

    when: PartialDate
    counts: Mapping[Outcome, int]
    extra: int
    promises: tuple[Commitment, ...]
    extras: tuple[UnplannedItem, ...]
    is_first: bool
    is_running: bool

    @property
    def promised(self) -> int:
        """How much was promised."""
        return sum(self.counts.values())

    @property
    def share(self) -> Decimal:
        """What of it was finished in time, in percent."""
        return Decimal(100) * self.counts[Outcome.IN_TIME] / max(self.promised, 1)


# A commitment is the due date in the files when the quarter began, not the sum of all later plans. Its outcome is that
# at the end of the quarter, so that no later change of a date makes an old quarter look better.
def quarter_outcomes(roadmap: Roadmap, found: Lifecycles, first: date, today: date) -> tuple[QuarterOutcome, ...]:
    """Return every quarter since the history began, the newest first; none where nothing was ever promised."""
    journeys = [each for each in (*found.items, *found.milestones) if each.plans]
    quarters = reversed(list(periods(first, today, "quarter")))
    every = tuple(_quarter(roadmap, journeys, each, first, today) for each in quarters)
    return every if any(each.promised for each in every) else ()


def _quarter(
    roadmap: Roadmap, journeys: Iterable[Lifecycle], when: PartialDate, first: date, today: date
) -> QuarterOutcome:
    is_first, end = first >= when.first, min(when.last, today)
    start = first if is_first else when.first - timedelta(days=1)
    counts: Counter[Outcome] = Counter()
    promises, extras, extra = list[Commitment](), list[UnplannedItem](), 0
    for each in journeys:
        item = roadmap.by_id.get(each.what.item)
        due, finished = _promised(each, start, when), _finished(each, today)
        if due:
            outcome = _outcome(each, when, end, finished)
            counts[outcome] += 1
            promises += [Commitment(item, due, outcome, finished)] if item else []
        elif finished and when.first <= finished <= end:
            extra += 1
            extras += [UnplannedItem(item, finished)] if item else []
    promises.sort(key=lambda each: (list(Outcome).index(each.outcome), each.due, each.item.title))
    extras.sort(key=lambda each: (each.day, each.item.title))
    return QuarterOutcome(when, counts, extra, tuple(promises), tuple(extras), is_first, today <= when.last)


def _promised(journey: Lifecycle, start: date, when: PartialDate) -> date | None:
    """Return the day in the quarter on which something open was due by what it said when the quarter began."""
    plan = journey.plan(start)
    return plan.due if plan and plan.is_open and plan.due and when.first <= plan.due <= when.last else None


def _finished(journey: Lifecycle, today: date) -> date | None:
    return journey.finished if journey.finished and journey.finished <= today else None


def _outcome(journey: Lifecycle, when: PartialDate, end: date, finished: date | None) -> Outcome:
    """Return what became of a promise: at the end of the quarter, and of what was open then, afterwards."""
    plan = journey.plan(end)
    if finished and finished <= end:
        return Outcome.IN_TIME
    if plan is None or plan.stage is None:
        return Outcome.DROPPED
    if plan.due is None or not when.first <= plan.due <= when.last:
        return Outcome.MOVED
    if finished:
        return Outcome.LATER
    return Outcome.DROPPED if journey.removed else Outcome.OPEN
