"""The history page: the lines of its charts, and the items finished in each month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, zip_longest
from typing import NamedTuple

from milemark.foundation.dates import PartialDate
from milemark.history.activity import Activity, activity
from milemark.history.commitments import QuarterOutcome, quarter_outcomes
from milemark.history.lifecycle import Lifecycle, Lifecycles, Week, lifecycles, weeks
from milemark.history.model import History
from milemark.history.slippage import SlippageChart, slippage
from milemark.output.site.axes import DayTick, NumberAxis, day_axis, number_axis
from milemark.roadmap.model import Item, Roadmap

_HEIGHT = 40  # of the burn-up, in units of which its width is 100
_ROWS = 40  # of its table: a longer history has a row for each week, month or quarter
_POINTS = 200  # levels of its lines: a screen shows no more
_WEEKS = 26
_LEAST = timedelta(weeks=3)  # a shorter history says nothing yet
_BINS = (1, 8, 15, 29, 57, 113)  # the first days of the bars of cycle times: weeks, doubled


class Level(NamedTuple):
    """The tasks at the end of a day."""

    day: date
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class BurnUp:
    """Tasks done and all tasks over time: the points of two SVG lines, and the rows of a table."""

    done: str
    scope: str
    levels: tuple[Level, ...]
    first: date
    last: date
    axis: NumberAxis
    days: tuple[DayTick, ...]
    height: int = _HEIGHT


class WeekBar(NamedTuple):
    """One week and the height of its bar, in percent of the chart."""

    week: Week
    height: float


@dataclass(frozen=True, slots=True)
class WeekChart:
    """The tasks finished in each of the last weeks, as bars."""

    bars: tuple[WeekBar, ...]
    axis: NumberAxis
    days: tuple[DayTick, ...]


class FinishedItem(NamedTuple):
    """A finished item and its day."""

    item: Item
    day: date


@dataclass(frozen=True, slots=True)
class Month:
    """The items finished in a month, the last one first, and the number of tasks."""

    when: PartialDate
    items: tuple[FinishedItem, ...]
    tasks: int


class CycleBin(NamedTuple):
    """The number of items that took from `first` to `last` days (None: or more), and the height of their bar."""

    first: int
    last: int | None
    items: int
    height: float


@dataclass(frozen=True, slots=True)
class Cycle:
    """The days from start to finish of items: the median, the 85th percentile, and a histogram."""

    items: int
    half: int
    most: int
    bins: tuple[CycleBin, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The data of the history page."""

    burn_up: BurnUp
    weeks: WeekChart | None
    cycle: Cycle | None
    months: tuple[Month, ...]
    quarters: tuple[QuarterOutcome, ...]
    slippage: SlippageChart | None
    activity: Activity | None


def history_page(roadmap: Roadmap, history: History) -> HistoryPage | None:
    """Return the data of the page up to the roadmap's day, or None for a history without tasks or of a few days."""
    history = history.until(roadmap.as_of)
    if (
        not history.line
        or roadmap.as_of - history.line[0].day < _LEAST
        or not any(point.snapshot.whole.total for point in history.line)
    ):
        return None
    found, first, today = lifecycles(history), history.line[0].day, roadmap.as_of
    return HistoryPage(
        burn_up(history, found.tasks),
        _week_chart(weeks(found.tasks, first, today)[-_WEEKS:]),
        cycle(found.items),
        months(roadmap, found),
        quarter_outcomes(roadmap, found, first, today),
        slippage(roadmap, found),
        activity(found, first, today),
    )


def _week_chart(recent: tuple[Week, ...]) -> WeekChart | None:
    if not recent:
        return None
    axis = number_axis(max(week.finished for week in recent))
    bars = tuple(WeekBar(week, axis.place(week.finished)) for week in recent)
    return WeekChart(bars, axis, day_axis(recent[0].monday, recent[-1].monday + timedelta(weeks=1)))


def burn_up(history: History, tasks: Iterable[Lifecycle] = ()) -> BurnUp:
    """Return the chart of a history that has at least one point, and of its tasks."""
    levels = _levels(history, tasks)
    first, last = levels[0].day, levels[-1].day
    axis = number_axis(max(level.total for level in levels))
    span = max((last - first).days, 1)

    def line(values: Iterable[tuple[date, int]]) -> str:
        places = [((day - first).days / span * 100, _HEIGHT - count / axis.top * _HEIGHT) for day, count in values]
        steps = [f"{x:g},{y:g}" for x, y in ((round(x, 2), round(y, 2)) for x, y in _stairs(places))]
        return " ".join(steps)

    drawn = _fewer(levels, _POINTS)
    drawn = drawn if drawn[0] == levels[0] else (levels[0], *drawn)
    done, scope = line((each.day, each.done) for each in drawn), line((each.day, each.total) for each in drawn)
    return BurnUp(done, scope, _fewer(levels, _ROWS), first, last, axis, day_axis(first, last))


def _stairs(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners of a step line that runs to the end of the chart."""
    found = [places[0]]
    for x, y in places[1:]:
        if y != found[-1][1]:
            found += [(x, found[-1][1]), (x, y)]
    return [*found, (100.0, found[-1][1])]


def _levels(history: History, tasks: Iterable[Lifecycle]) -> tuple[Level, ...]:
    """Return the last level of each day on which it changed, and the level of today."""
    figures = {point.day: point.snapshot.whole for point in history.line}
    moves = _moves(tasks, history.line[0].day)
    found: list[Level] = []
    done = total = moved_done = moved_total = 0
    for day in sorted({*figures, *moves}):
        done, total = (figures[day].done, figures[day].total) if day in figures else (done, total)
        moved_done, moved_total = moved_done + moves[day][0], moved_total + moves[day][1]
        level = Level(day, min(done + moved_done, total + moved_total), total + moved_total)
        if not found or found[-1][1:] != level[1:]:
            found.append(level)
    if found[-1].day < history.today:
        found.append(Level(history.today, *found[-1][1:]))
    return tuple(found)


def _moves(tasks: Iterable[Lifecycle], first: date) -> Mapping[date, list[int]]:
    """Return by day how far tasks done and all tasks differ from the commits, as texts have days: `✅ 2025-03-01`."""
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for each in tasks:
        for place, (day, committed) in enumerate(((each.finished, each.ticked), (each.added, each.seen))):
            if each.id.text and day and committed and day != committed:
                found[max(day, first)][place] += 1
                found[committed][place] -= 1
    return found


def _fewer(levels: tuple[Level, ...], most: int) -> tuple[Level, ...]:
    """Return the last level of each day, week, month, quarter or year: the finest that has no more than `most`."""
    for precision in ("day", "week", "month", "quarter", "year"):
        found = _last_of_each(precision, levels)
        if len(found) <= most:
            break
    return found


def _last_of_each(precision: str, levels: Iterable[Level]) -> tuple[Level, ...]:
    groups = groupby(levels, key=lambda level: PartialDate.containing(level.day, precision))
    return tuple(list(group)[-1] for _, group in groups)


def cycle(items: Iterable[Lifecycle]) -> Cycle | None:
    """Return the cycle time of items with a known start and finish, or None for fewer than five."""
    days = sorted(max((each.finished - each.started).days + 1, 1) for each in items if each.finished and each.started)
    if len(days) < 5:  # noqa: PLR2004  fewer say nothing of the next one
        return None
    half, most = (days[-(-share * len(days) // 100) - 1] for share in (50, 85))
    return Cycle(len(days), half, most, tuple(_bins(days)))


def _bins(days: Sequence[int]) -> Iterator[CycleBin]:
    """Yield the bars of a histogram, up to the last one that has items."""
    ends = [next_ - 1 for next_ in _BINS[1:]]
    counts = [sum(first <= each <= (last or each) for each in days) for first, last in zip_longest(_BINS, ends)]
    while not counts[-1]:
        counts.pop()
    for first, last, items in zip(_BINS, [*ends, None], counts, strict=False):
        yield CycleBin(first, last, items, round(100 * items / max(counts), 1))


# Deleted items are not named, since their author may have deleted them for a reason.
def months(roadmap: Roadmap, found: Lifecycles) -> tuple[Month, ...]:
    """Return the items finished in each month, the newest first, without items that are no longer in the roadmap."""
    known = [(roadmap.by_id.get(each.id.item), each.finished) for each in found.items]
    items = [FinishedItem(item, day) for item, day in known if item and day and day <= roadmap.as_of]
    tasks = Counter(_month_of(each.finished) for each in found.tasks if each.finished and each.id.text)
    grouped: dict[PartialDate, list[FinishedItem]] = {}
    for each in sorted(items, key=lambda each: (each.day, each.item.title), reverse=True):
        grouped.setdefault(_month_of(each.day), []).append(each)
    newest_first = sorted({*grouped, *tasks}, key=lambda month: month.first, reverse=True)
    return tuple(Month(month, tuple(grouped.get(month, ())), tasks[month]) for month in newest_first)


def _month_of(day: date) -> PartialDate:
    return PartialDate.containing(day, "month")
