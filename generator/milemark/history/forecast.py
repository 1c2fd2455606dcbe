"""When the work will be done: many runs of weeks like those that were, drawn by chance (Monte Carlo).

Each simulated week is one that was: what was finished in it, less what the scope grew by. So a forecast knows bad
weeks, and that plans grow; it knows nothing of holidays to come, nor of tasks of unlike size.
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
# The last half year: before that, other people, habits and plans were at work.
WINDOW = 26
# A bad week such as one in six shows in eight weeks with 77 %; in fewer, the slow weeks that make a date late are
# likely to be missing, and so is their effect.
FEWEST_WEEKS = 8
FEWEST_BUSY = 4  # weeks in which anything was finished: fewer are anecdotes
FARTHEST = 260  # weeks: what takes more than five years has no date
_ASKED = 52  # weeks: forecasts that are older say little of how work goes on now
_BACKTEST = 4  # weeks of work that an earlier forecast is asked about

TOO_FEW_WEEKS = _("a forecast needs {needed} whole weeks of history; so far: {weeks}")
TOO_FEW_BUSY = _("a forecast needs {needed} weeks in which something was finished; of the last {weeks}: {busy}")
GROWS = _("the scope grows as fast as work is finished; in {weeks} weeks, tasks finished: {finished}, added: {added}")
NOTHING_OPEN = _("nothing is open")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Days by which the work is done with 50, 85 and 95 % of the runs; None for what takes more than five years."""

    remaining: int
    days: tuple[date | None, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no forecast: a message with the values for its places."""

    message: str
    values: tuple[tuple[str, int], ...] = ()

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the reason in the language of `translate`."""
        return translate(self.message).format(**dict(self.values))


@dataclass(frozen=True, slots=True)
class Backtest:
    """How earlier forecasts of the next few weeks' work did: how many there were, and how many were kept."""

    asked: int
    size: int
    kept: tuple[int, ...]

    def share(self, level: int) -> int:
        """Return how many percent of the forecasts at a level (50, 85, 95) came true."""
        return round(100 * self.kept[LEVELS.index(level)] / self.asked) if self.asked else 0


def window(weeks: Sequence[Week]) -> Sequence[Week]:
    """Return the weeks that a forecast draws from."""
    return weeks[-WINDOW:]


def refusal(weeks: Sequence[Week], remaining: int, share: float = 1) -> Refusal | None:
    """Return why nothing can be said of tasks that are this share of the open ones, or None."""
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
    """Return when `remaining` tasks of the `open_` ones are done, if they are worked on first.

    The scope of a part grows by its share of what is open.
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
    """Return after how many weeks the share of runs of each level is done; the same data gives the same answer.

    A run draws the same weeks whatever remains, so that more work never ends sooner.
    """
    seed = int(digest(repr(list(nets)).encode(), size=8), 16)
    lengths = sorted(_run(random.Random(seed + number), nets, remaining) for number in range(runs))  # noqa: S311  no secret
    found = (lengths[-(-level * runs // 100) - 1] for level in LEVELS)
    return tuple(length if length <= FARTHEST else None for length in found)


def _run(chance: random.Random, nets: Sequence[float], remaining: float) -> int:
    """Return after how many weeks one run is done; one more than the farthest where it is not."""
    best = max(nets)
    step = min(int(remaining / best) + 1, FARTHEST) if best > 0 else FARTHEST
    done, length = 0.0, 0
    while length < FARTHEST:
        totals = list(accumulate(chance.choices(nets, k=step), initial=done))
        if max(totals) >= remaining:
            return length + next(number for number, total in enumerate(totals) if total >= remaining)
        done, length = totals[-1], length + step
    return FARTHEST + 1


def backtest(weeks: Sequence[Week]) -> Backtest:
    """Return how forecasts of the last year's weeks did: when as many tasks as four usual weeks finish were finished.

    The growth of the scope is left out, since it is no part of what was asked. Weeks that overlap are asked about, so
    that the forecasts are not independent of each other.
    """
    usual = sorted(week.finished for week in weeks)[len(weeks) // 2] if weeks else 0
    average = sum(week.finished for week in weeks) / len(weeks) if weeks else 0
    size = max(round(_BACKTEST * max(usual, average)), 1)
    asked, kept = 0, [0] * len(LEVELS)
    for number in range(max(FEWEST_WEEKS, len(weeks) - _ASKED), len(weeks)):
        known, actual = weeks[:number], _actual(weeks[number:], size)
        if actual is None or sum(week.finished > 0 for week in window(known)) < FEWEST_BUSY:
            continue
        asked += 1
        found = percentiles([week.finished for week in window(known)], size, RUNS // 20)
        kept = [count + (length is None or actual <= length) for count, length in zip(kept, found, strict=True)]
    return Backtest(asked, size, tuple(kept))


def _actual(weeks: Sequence[Week], size: int) -> int | None:
    """Return after how many weeks so many tasks were finished, or None where they are not yet."""
    totals = accumulate(week.finished for week in weeks)
    return next((number for number, total in enumerate(totals, 1) if total >= size), None)


@dataclass(frozen=True, slots=True)
class TargetForecast:
    """A milestone, and when what belongs to it is done; the whole roadmap is the target without an item."""

    item: Item | None
    found: Forecast | Refusal


@dataclass(frozen=True, slots=True)
class RoadmapForecast:
    """The forecasts of a roadmap, and how earlier ones did."""

    targets: tuple[TargetForecast, ...]
    tested: Backtest


def roadmap_forecast(
    roadmap: Roadmap, history: History, today: date, found: Lifecycles | None = None
) -> RoadmapForecast:
    """Return when the whole and each open milestone will be done, if work goes on as it did.

    Milestones are worked on in the order of their dates: each is done when all is that belongs to it, or to one before.
    `found` are the journeys of the history, where they are known.
    """
    tasks = (found or lifecycles(history)).tasks
    first = history.line[0].day if history.line else today
    past = weeks(tasks, first, today)
    state = history.state()
    open_ = [each for each in tasks if each.is_open]
    whole = TargetForecast(None, forecast(past, len(open_), len(open_), today))
    milestones = (
        TargetForecast(item, forecast(past, remaining, len(open_), today))
        for item, remaining in _milestones(roadmap, state, open_)
    )
    return RoadmapForecast((whole, *milestones), backtest(past))


def _milestones(roadmap: Roadmap, state: dict[str, ItemSnapshot], open_: list[Lifecycle]) -> Iterator[tuple[Item, int]]:
    """Yield each milestone that is open, and how many tasks there are up to it; not what has none of its own."""
    items = [item for item in roadmap.of_role(Role.MILESTONE) if not item.is_closed]
    total = 0
    for item in sorted(items, key=lambda item: item.due_day or date.max):
        own = sum(_milestone(roadmap, state, each.what.item) == item.id for each in open_)
        total += own
        if own:
            yield item, total


def _milestone(roadmap: Roadmap, state: dict[str, ItemSnapshot], id_: str) -> str:
    """Return the milestone of an item, or else of the item that it is a part of."""
    item = roadmap.by_id.get(id_)
    while item:
        if item.text("milestone"):
            return item.text("milestone")
        item = roadmap.by_id.get(item.parent)
    return state[id_].milestone if id_ in state else ""
