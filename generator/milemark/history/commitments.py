"""Planned against actual: the items due in each quarter by its first day, and their outcomes."""

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
    """The outcome of a commitment at the end of its quarter, or later."""

    IN_QUARTER = _("in the quarter")
    LATER = _("after the quarter")
    MOVED = _("moved")
    DROPPED = _("dropped or removed")
    OPEN = _("still open")


class Commitment(NamedTuple):
    """An item or a milestone that was due in a quarter when the quarter began, and its outcome."""

    item: Item
    due: date
    outcome: Outcome
    finished: date | None


class UnplannedItem(NamedTuple):
    """An item or a milestone that was finished in a quarter without a commitment, and the day."""

    item: Item
    day: date


@dataclass(frozen=True, slots=True)
class QuarterOutcome:
    """The commitments of one quarter. Items deleted since then are in the counts only.

    `is_first` is true for the quarter in which the history begins: its commitments are those of the first commit.
    """

    when: PartialDate
    counts: Mapping[Outcome, int]
    unplanned_count: int
    commitments: tuple[Commitment, ...]
    unplanned: tuple[UnplannedItem, ...]
    is_first: bool
    is_running: bool

    @property
    def planned(self) -> int:
        """The number of commitments."""
        return sum(self.counts.values())

    @property
    def items(self) -> tuple[Commitment | UnplannedItem, ...]:
        """The commitments, then the unplanned items."""
        return (*self.commitments, *self.unplanned)

    @property
    def share(self) -> Decimal:
        """The percentage of commitments finished in their quarter."""
        return Decimal(100) * self.counts[Outcome.IN_QUARTER] / max(self.planned, 1)


# A commitment is the due date in the files when the quarter began, not the sum of all later plans. Its outcome is that
# at the end of the quarter, so that no later change of a date makes an old quarter look better.
def quarter_outcomes(roadmap: Roadmap, history: Lifecycles, first: date, today: date) -> tuple[QuarterOutcome, ...]:
    """Return every quarter since the history began, the newest first; empty if no quarter has a commitment."""
    lifecycles = [each for each in (*history.items, *history.milestones) if each.plans]
    quarters = reversed(list(periods(first, today, "quarter")))
    every = tuple(_quarter(roadmap, lifecycles, each, first, today) for each in quarters)
    return every if any(each.planned for each in every) else ()


def _quarter(
    roadmap: Roadmap, lifecycles: Iterable[Lifecycle], when: PartialDate, first: date, today: date
) -> QuarterOutcome:
    is_first, end = first >= when.first, min(when.last, today)
    start = first if is_first else when.first - timedelta(days=1)
    counts: Counter[Outcome] = Counter()
    commitments, unplanned, unplanned_count = list[Commitment](), list[UnplannedItem](), 0
    for each in lifecycles:
        item = roadmap.by_id.get(each.id.item)
        due, finished = _planned_due(each, start, when), _finished(each, today)
        if due:
            outcome = _outcome(each, when, end, finished)
            counts[outcome] += 1
            commitments += [Commitment(item, due, outcome, finished)] if item else []
        elif finished and when.first <= finished <= end:
            unplanned_count += 1
            unplanned += [UnplannedItem(item, finished)] if item else []
    commitments.sort(key=lambda each: (list(Outcome).index(each.outcome), each.due, each.item.title))
    unplanned.sort(key=lambda each: (each.day, each.item.title))
    return QuarterOutcome(
        when, counts, unplanned_count, tuple(commitments), tuple(unplanned), is_first, today <= when.last
    )


def _planned_due(lifecycle: Lifecycle, start: date, when: PartialDate) -> date | None:
    """Return the due date in the quarter that an open item had when the quarter began."""
    plan = lifecycle.plan(start)
    return plan.due if plan and plan.is_open and plan.due and when.first <= plan.due <= when.last else None


def _finished(lifecycle: Lifecycle, today: date) -> date | None:
    return lifecycle.finished if lifecycle.finished and lifecycle.finished <= today else None


def _outcome(lifecycle: Lifecycle, when: PartialDate, end: date, finished: date | None) -> Outcome:
    """Return the outcome at the end of the quarter; for an item still open then, the outcome since."""
    plan = lifecycle.plan(end)
    if finished and finished <= end:
        return Outcome.IN_QUARTER
    if plan is None or plan.stage is None:
        return Outcome.DROPPED
    if plan.due is None or not when.first <= plan.due <= when.last:
        return Outcome.MOVED
    if finished:
        return Outcome.LATER
    return Outcome.DROPPED if lifecycle.removed else Outcome.OPEN
