"""Forecast the completion date from random samples of past weeks (Monte Carlo simulation).

Each simulated week is a real past week: the tasks finished in it, less the tasks added to the scope. So a forecast
accounts for slow weeks and for a growing scope, but not for future holidays or for tasks of different size.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from milemark.foundation.cache import digest
from milemark.foundation.i18n import _
from milemark.history.lifecycle import Lifecycle, Lifecycles, Week, lifecycles, weeks
from milemark.history.model import History, ItemSnapshot
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role

RUNS = 10_000
LEVELS = (50, 85, 95)
# Half a year: older weeks say little about the current team and plan.
WINDOW = 26
# A bad week such as one in six shows in eight weeks with 77 %; in fewer, the slow weeks that make a date late are
# likely to be missing, and so is their effect.
FEWEST_WEEKS = 8
FEWEST_BUSY = 4  # weeks with a finished task; fewer are no sample
FARTHEST = 260  # weeks: work that takes more than five years gets no date
_BACKTEST_WEEKS = 52  # older forecasts say little about the current pace
_BACKTEST_SIZE = 4  # usual weeks of work that each tested forecast predicts

TOO_FEW_WEEKS = _("a forecast needs {needed} whole weeks of history; so far: {weeks}")
TOO_FEW_BUSY = _("a forecast needs {needed} weeks with a finished task; such weeks among the last {weeks}: {busy}")
GROWS = _("the scope grows as fast as work is finished; in {weeks} weeks, tasks finished: {finished}, added: {added}")
NOTHING_OPEN = _("nothing is open")


@dataclass(frozen=True, slots=True)
class Forecast:
    """The days by which 50, 85 and 95 % of the simulations are done; None for more than five years."""

    remaining: int
    days: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why there is no forecast: a message and the values of its placeholders."""

    message: str
    values: tuple[tuple[str, int], ...] = ()

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the translated reason."""
        return translate(self.message).format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class Backtest:
    """The number of tested earlier forecasts, the tasks each one predicts, and how many came true at each level."""

    count: int
    size: int
    hits: tuple[int, ...]

    def share(self, level: int) -> int:
        """Return the percentage of forecasts at a level (50, 85, 95) that came true."""
        return round(100 * self.hits[LEVELS.index(level)] / self.count) if self.count else 0


def window(weeks: Sequence[Week]) -> Sequence[Week]:
    """Return the weeks that a forecast samples."""
    return weeks[-WINDOW:]


def refusal(weeks: Sequence[Week], remaining: int, share: float = 1) -> Refusal | None:
    """Return the reason why this share of the open tasks has no forecast, or None."""
    if remaining <= 0:
        return Refusal(NOTHING_OPEN)
    if len(weeks) < FEWEST_WEEKS:
        return Refusal(TOO_FEW_WEEKS, (("weeks", len(weeks)), ("needed", FEWEST_WEEKS)))
    recent = window(weeks)
    busy = sum(week.finished > 0 for week in recent)
    if busy < FEWEST_BUSY:
        return Refusal(TOO_FEW_BUSY, (("busy", busy), ("weeks", len(recent)), ("needed", FEWEST_BUSY)))
    finished, added = (sum(counts) for counts in zip(*((w.finished, w.added - w.removed) for w in recent), strict=True))
    if finished <= share * added:
        return Refusal(GROWS, (("finished", finished), ("added", added), ("weeks", len(recent))))
    return None


def forecast(weeks: Sequence[Week], remaining: int, open_: int, today: date) -> Forecast | Refusal:
    """Return the forecast for `remaining` of the `open_` tasks, assuming that they are done first.

    Their scope grows in proportion to their share of the open tasks.
    """
    share = remaining / max(open_, remaining, 1)
    refused = refusal(weeks, remaining, share)
    if refused:
        return refused
    nets = [week.finished - share * (week.added - week.removed) for week in window(weeks)]
    found = percentiles(nets, remaining)
    return Forecast(remaining, tuple(None if number is None else today + timedelta(weeks=number) for number in found))


# Whole weeks are drawn, finished and added tasks together, since the same people cause both. Rejected: a mean and a
# deviation, since the weeks of one person follow no normal distribution.
def percentiles(nets: Sequence[float], remaining: float, runs: int = RUNS) -> tuple[int | None, ...]:
    """Return the number of weeks after which each level's share of the runs is done; equal data gives equal results.

    A run draws the same weeks for any amount of work, so that more work never ends sooner.
    """
    seed = int(digest(repr(list(nets)).encode(), size=8), 16)
    lengths = sorted(_run(random.Random(seed + number), nets, remaining) for number in range(runs))  # noqa: S311  no secret
    found = (lengths[-(-level * runs // 100) - 1] for level in LEVELS)
    return tuple(length if length <= FARTHEST else None for length in found)


def _run(chance: random.Random, nets: Sequence[float], remaining: float) -> int:
    """Return after how many weeks one run is done; one more than the farthest where it is not."""
    draw, count, done = chance.random, len(nets), 0.0
    for length in range(1, FARTHEST + 1):
        done += nets[int(draw() * count)]
        if done >= remaining:
            return length
    return FARTHEST + 1


def backtest(weeks: Sequence[Week]) -> Backtest:
    """Test the forecasts of the last year: each predicts when the work of four usual weeks is done.

    The test ignores growth of the scope. The tested periods overlap, so that the results are not independent.
    """
    usual = sorted(week.finished for week in weeks)[len(weeks) // 2] if weeks else 0
    average = sum(week.finished for week in weeks) / len(weeks) if weeks else 0
    size = max(round(_BACKTEST_SIZE * max(usual, average)), 1)
    count, hits = 0, [0] * len(LEVELS)
    for number in range(max(FEWEST_WEEKS, len(weeks) - _BACKTEST_WEEKS), len(weeks)):
        known, actual = weeks[:number], _actual(weeks[number:], size)
        if actual is None or sum(week.finished > 0 for week in window(known)) < FEWEST_BUSY:
            continue
        count += 1
        found = percentiles([week.finished for week in window(known)], size, RUNS // 20)
        hits = [hit + (length is None or actual <= length) for hit, length in zip(hits, found, strict=True)]
    return Backtest(count, size, tuple(hits))


def _actual(weeks: Sequence[Week], size: int) -> int | None:
    """Return the number of weeks in which `size` tasks were finished, or None if they are not finished yet."""
    totals = accumulate(week.finished for week in weeks)
    return next((number for number, total in enumerate(totals, 1) if total >= size), None)


@dataclass(frozen=True, slots=True)
class TargetForecast:
    """The forecast of a milestone, or of the whole roadmap if `item` is None."""

    item: Item | None
    result: Forecast | Refusal


@dataclass(frozen=True, slots=True)
class RoadmapForecast:
    """The forecasts of the whole roadmap and its milestones, and the test of earlier forecasts."""

    targets: tuple[TargetForecast, ...]
    backtest: Backtest


def roadmap_forecast(
    roadmap: Roadmap, history: History, today: date, found: Lifecycles | None = None
) -> RoadmapForecast:
    """Return the forecasts of the whole roadmap and of each open milestone.

    Milestones are done in the order of their due dates: a forecast covers the tasks of a milestone and of those before.
    `found` holds the lifecycles of the history if the caller has them.
    """
    tasks = (found or lifecycles(history)).tasks
    first = history.line[0].day if history.line else today
    past_weeks = weeks(tasks, first, today)
    items = history.items()
    open_ = [each for each in tasks if each.is_open]
    whole = TargetForecast(None, forecast(past_weeks, len(open_), len(open_), today))
    milestones = (
        TargetForecast(item, forecast(past_weeks, remaining, len(open_), today))
        for item, remaining in _milestones(roadmap, items, open_)
    )
    return RoadmapForecast((whole, *milestones), backtest(past_weeks))


def _milestones(roadmap: Roadmap, items: dict[str, ItemSnapshot], open_: list[Lifecycle]) -> Iterator[tuple[Item, int]]:
    """Yield each open milestone that has open tasks, with the number of open tasks up to it."""
    milestones = [item for item in roadmap.of_role(Role.MILESTONE) if not item.is_closed]
    total = 0
    for item in sorted(milestones, key=lambda item: item.due_day or date.max):
        own = sum(_milestone(roadmap, items, each.id.item) == item.id for each in open_)
        total += own
        if own:
            yield item, total


def _milestone(roadmap: Roadmap, items: dict[str, ItemSnapshot], id_: str) -> str:
    """Return the milestone of an item, or of its nearest ancestor that has one."""
    item = roadmap.by_id.get(id_)
    while item:
        if item.text("milestone"):
            return item.text("milestone")
        item = roadmap.by_id.get(item.parent)
    return items[id_].milestone if id_ in items else ""
