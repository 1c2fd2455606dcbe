"""How earlier forecasts of items came true, and the chances that follow from that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from milemark.history.simulation import FARTHEST

_TRUST = 20  # the number of earlier items that the runs alone are worth: a few late ones say little


class ForecastOutcome(NamedTuple):
    """One earlier forecast: the share of its runs that were done when the item was done, or else by today."""

    share: float
    is_done: bool


class Reliability(NamedTuple):
    """The chance that follows from each share of the runs; `shares` ascend, and `chances` with them."""

    shares: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()

    def chance(self, ends: Sequence[float], weeks: float) -> int:
        """Return the chance in percent that a work is done after some weeks, by the ends of its runs, sorted."""
        return round(100 * self._chance(bisect_right(ends, weeks) / len(ends)))

    def weeks(self, ends: Sequence[float], percent: int) -> float | None:
        """Return after how many weeks a chance is reached; None if not within five years."""
        needed = self._share(percent / 100)
        found = ends[max(ceil(needed * len(ends)), 1) - 1] if needed <= 1 else FARTHEST + 1
        return found if found <= FARTHEST else None

    def _chance(self, share: float) -> float:
        place = bisect_right(self.shares, share)
        return share if not self.shares else self.chances[place - 1] if place else 0.0

    def _share(self, chance: float) -> float:
        """Return the share of the runs from which a chance is reached; 2 if it never is."""
        if not self.shares:
            return chance
        return next((s for s, c in zip(self.shares, self.chances, strict=True) if c >= chance - 1e-9), 2)


def reliability(outcomes: Sequence[ForecastOutcome]) -> Reliability:
    """Return the chances by the outcomes of earlier forecasts (Kaplan and Meier 1958), and by the runs themselves.

    An item that is still open counts up to the share that its forecast has reached today.
    """
    if not outcomes:
        return Reliability()
    runs = [ForecastOutcome((number + 1) / _TRUST, is_done=True) for number in range(_TRUST)]
    late, at_risk = 1.0, len(outcomes) + len(runs)
    shares: list[float] = []
    chances: list[float] = []
    for each in sorted((*outcomes, *runs), key=lambda one: (one.share, not one.is_done)):
        if each.is_done:
            late *= 1 - 1 / at_risk
            shares.append(each.share)
            chances.append(1 - late)
        at_risk -= 1
    return Reliability(tuple(shares), tuple(chances))
