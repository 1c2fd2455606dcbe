"""Forecast each open item and milestone of a roadmap: its days, and its chance to keep its due date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from math import ceil, exp, lgamma, log
from typing import NamedTuple

from milemark.foundation.i18n import _
from milemark.foundation.layout import PUBLIC
from milemark.history.landings import Landing, PlanForecast, Sentence, Tested
from milemark.history.lifecycle import Lifecycles, lifecycles
from milemark.history.model import History
from milemark.history.pace import WINDOW, Events, events
from milemark.history.queue import WHOLE, PlanDay, Queue, Streams, day_of, queue
from milemark.history.refusal import FEWEST_BUSY, FEWEST_WEEKS, NOTHING_OPEN, TOO_FEW_BUSY, TOO_FEW_WEEKS, Refusal
from milemark.history.reliability import ForecastOutcome, Reliability, reliability
from milemark.history.simulation import Pace, Work, WorkPlan, simulate
from milemark.history.what_if import UNCHANGED, WhatIf
from milemark.roadmap.metrics.schedule import WeekHours, week_hours
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Role

_TESTED_EVERY = 8  # weeks between the earlier forecasts that are tested
_TESTED = 6  # earlier forecasts: about a year
_TEST_RUNS = 200
_BAD_LUCK = 0.01  # a test that comes out worse with this chance is no bad luck: then no days are given
_WEEK = timedelta(days=7)

TOO_FAR = _("it does not fit within five years")
UNSURE = _(
    "earlier forecasts were wrong too often: of {count} items, only {kept} were done by their 85% day, "
    "so no day is given"
)
UNLIKELY = _("no day within five years has a chance of 85%")
_WINDOW_USED = _(
    "The rest of the plan is acted out 1,000 times. Each of its weeks is a copy of one of your last {weeks} weeks, "
    "picked at random; in {busy} of them, work was finished."
)
_ONE_BY_ONE = _("Items are done in this order, at most {limit} at a time: under way, then priority, due date, order.")
_DRAWN = _(
    "An item without tasks is as large as a finished item of its collection, picked at random; such items: {count}."
)
_GUESSED = _(
    "In a collection without three finished items, an item without tasks counts as one task; such items: {count}."
)
_UNREAD = _("The estimate of {items} is not understood: write tasks (5) or, with your hours of a week, hours (8h).")
_UNREAD_HOURS = _(
    "The hours of {items} in the schedule do not count: write `days` such as Mon-Fri, and `hours` such as 2."
)
_STREAMS = _("These tracks have their own pace: {tracks}.")
_BORROWED = _("The other tracks have too little history of their own: they share {share}% of the pace of the whole.")
_PAUSED = _("Paused items, and items that wait for them, are not in the plan: {count}.")
_GROWTH = _(
    "Open items gain tasks as they did in those weeks. New items come last, or earlier if yours were done earlier."
)
_HOURS = _("If tasks follow hours: {hours} instead of {base} hours a week.")
_RELIABLE = _("The chances are corrected by how {count} earlier forecasts came true.")


class Forecaster:
    """Forecasts a roadmap by its history, with and without changes of the plan."""

    def __init__(self, roadmap: Roadmap, history: History, today: date, found: Lifecycles | None = None) -> None:
        self.roadmap, self.today = roadmap, today
        self.found = found or lifecycles(history)
        self.events: Events = events(self.found, history.line[0].day if history.line else today)
        tracks = ((item.id, roadmap.track_of(item)) for item in roadmap.of_role(Role.ITEM))
        self.tracks = {id_: track.id for id_, track in tracks if track and track.number("allocation") is not None}

    @cached_property
    def week(self) -> WeekHours:
        """The hours of work of a week."""
        return week_hours(self.roadmap)

    @cached_property
    def now(self) -> PlanDay:
        """The items as they are today."""
        return day_of(self.roadmap, self.found, self.today)

    @cached_property
    def refusal(self) -> Refusal | None:
        """The reason why there is no forecast at all, or None."""
        return self._refusal(self.now)

    def _refusal(self, at: PlanDay) -> Refusal | None:
        weeks, busy = self.events.weeks(at.day), self.events.busy(at.day)
        # Before the first commit, no item is known to be open.
        if weeks and not any(at.roadmap.by_id[id_].role is Role.ITEM for id_ in at.open):
            return Refusal(NOTHING_OPEN)
        if weeks < FEWEST_WEEKS:
            return Refusal(TOO_FEW_WEEKS, (("weeks", weeks), ("needed", FEWEST_WEEKS)))
        if busy < FEWEST_BUSY:
            values = (("busy", busy), ("weeks", min(weeks, WINDOW)), ("needed", FEWEST_BUSY))
            return Refusal(TOO_FEW_BUSY, values)
        return None

    def forecast(self, what_if: WhatIf = UNCHANGED) -> PlanForecast | Refusal:
        """Return the forecast of all open items, after the changes."""
        return self.unchanged if what_if == UNCHANGED else self._forecast(what_if)

    @cached_property
    def unchanged(self) -> PlanForecast | Refusal:
        """The forecast of the plan as it is."""
        return self._forecast(UNCHANGED)

    def _forecast(self, what_if: WhatIf) -> PlanForecast | Refusal:
        if self.refusal:
            return self.refusal
        streams = _Streams(self, self.today)
        found = self._queue(self.now, streams, what_if)
        ends = simulate(self._plan(self.now, streams, found, what_if))
        landings = tuple(self._landings(found, ends))
        whole = self._landing(found.works[-1], ends, 0)
        return PlanForecast(self.today, whole, landings, self._assumptions(streams, found, what_if), self._tested)

    def _queue(self, at: PlanDay, streams: _Streams, what_if: WhatIf) -> Queue:
        return queue(at, streams, what_if, self._task_hours(at))

    def _task_hours(self, at: PlanDay) -> float:
        """Return how many hours a task took in the known weeks; 0 if the hours are unknown."""
        pace = self.events.pace(at.day, 1)
        done = sum(week[0] for week in pace.done)
        return sum(self.week.hours) * len(pace.done) / done if done else 0

    def _plan(self, at: PlanDay, streams: _Streams, found: Queue, what_if: WhatIf) -> WorkPlan:
        base = found if what_if == UNCHANGED else self._queue(at, streams, UNCHANGED)
        paces = {name: streams.pace(name, _scope(base.works, name)) for name in streams.names}
        hours, limit = sum(self.week.hours), what_if.active or self._limit(at)
        factor = max((hours + what_if.hours) / hours, 0) if hours else 1
        return WorkPlan(found.works, paces, limit, _idle(self.week.hours, at.day, what_if.away), factor)

    def _limit(self, at: PlanDay) -> int:
        """Return how many items are done at once: the declared limit, else as many as are active."""
        active = sum(at.is_active(id_) for id_ in at.open if at.roadmap.by_id[id_].role is Role.ITEM)
        return self.roadmap.settings.policies.active_limit or max(active, 1)

    def _landings(self, found: Queue, ends: Mapping[str, list[float]]) -> Iterator[Landing]:
        for before, work in enumerate(found.works[:-1]):
            yield self._landing(work, ends, before)
        for id_, stuck in found.stuck.items():
            item = self.roadmap.by_id[id_]
            yield Landing(id_, item.title, item, due=item.due_day, why=stuck)

    def _landing(self, work: Work, ends: Mapping[str, list[float]], before: int) -> Landing:
        item, own, sure = self.roadmap.by_id.get(work.id), ends[work.id], self._reliability
        p50, p85 = (None if self._unsure else self._day(sure.weeks(own, level)) for level in (50, 85))
        why = None if p85 else self._unsure or Sentence(UNLIKELY if p50 else TOO_FAR, {})
        due = item.due_day if item else None
        chance = None if due is None else self._chance(own, due)
        needs = tuple(self.roadmap.by_id[id_] for id_ in work.needs if item and id_ in self.roadmap.by_id)
        title = item.title if item else work.id
        return Landing(work.id, title, item, p50, p85, due, chance, before, needs, why, work.sizes)

    def _chance(self, ends: list[float], due: date) -> int:
        return self._reliability.chance(ends, (due - self.today).days / 7) if due >= self.today else 0

    def _day(self, weeks: float | None) -> date | None:
        return None if weeks is None else self.today + timedelta(days=ceil(weeks * 7))

    @cached_property
    def _unsure(self) -> Sentence | None:
        """The reason why no work has a day: earlier ones did not come true."""
        count, kept = self._tested.count, self._tested.kept
        is_unsure = _chance_of_at_most(kept, count) < _BAD_LUCK
        return Sentence(UNSURE, {"count": count, "kept": kept}) if is_unsure else None

    def _assumptions(self, streams: _Streams, found: Queue, what_if: WhatIf) -> tuple[Sentence, ...]:
        weeks, hours = min(self.events.weeks(self.today), WINDOW), sum(self.week.hours)
        own = ", ".join(self.roadmap.by_id[name].title for name in streams.names if name)
        unread = ", ".join(self.roadmap.by_id[id_].title for id_ in found.unread)
        unplanned = ", ".join(item.title for item in self.week.unread)
        listed: tuple[tuple[object, str, Mapping[str, object]], ...] = (
            (True, _WINDOW_USED, {"weeks": weeks, "busy": self.events.busy(self.today)}),
            (True, _ONE_BY_ONE, {"limit": what_if.active or self._limit(self.now)}),
            (True, _GROWTH, {}),
            (own, _STREAMS, {"tracks": own}),
            (
                streams.share < 1 and any(work.stream == "" for work in found.works),
                _BORROWED,
                {"share": round(100 * streams.share)},
            ),
            (found.drawn, _DRAWN, {"count": found.drawn}),
            (found.guessed, _GUESSED, {"count": found.guessed}),
            (unread, _UNREAD, {"items": unread}),
            (unplanned, _UNREAD_HOURS, {"items": unplanned}),
            (found.stuck, _PAUSED, {"count": len(found.stuck)}),
            (what_if.hours, _HOURS, {"hours": _plain(hours + what_if.hours), "base": _plain(hours)}),
            (self._outcomes, _RELIABLE, {"count": len(self._outcomes)}),
        )
        return tuple(Sentence(message, values) for is_so, message, values in listed if is_so)

    @cached_property
    def _earlier(self) -> list[_Earlier]:
        """Earlier forecasts, the oldest first."""
        days = [self.today - number * _TESTED_EVERY * _WEEK for number in range(_TESTED, 0, -1)]
        return [each for each in map(self._earlier_at, days) if each]

    def _earlier_at(self, day: date) -> _Earlier | None:
        at = day_of(self.roadmap, self.found, day)
        if self._refusal(at):
            return None
        streams = _Streams(self, day)
        found = self._queue(at, streams, UNCHANGED)
        ends = simulate(self._plan(at, streams, found, UNCHANGED), _TEST_RUNS)
        return _Earlier(day, {id_: each for id_, each in ends.items() if id_ != WHOLE})

    @cached_property
    def _finished(self) -> Mapping[str, date | None]:
        """The day on which each item was done; None for those that are open."""
        all_ = (*self.found.items, *self.found.milestones)
        return {each.id.item: each.finished for each in all_ if each.is_open or each.finished}

    def _outcomes_by(self, day: date) -> list[ForecastOutcome]:
        """Return the outcomes of the forecasts before a day, as they were known on it."""
        return [
            each.outcome(id_, self._finished[id_], day)
            for each in self._earlier
            if each.day < day
            for id_ in each.ends
            if id_ in self._finished and self.roadmap.by_id[id_].role is Role.ITEM
        ]

    @cached_property
    def _outcomes(self) -> list[ForecastOutcome]:
        return self._outcomes_by(self.today)

    @cached_property
    def _reliability(self) -> Reliability:
        return reliability(self._outcomes)

    @cached_property
    def _tested(self) -> Tested:
        """The test of earlier forecasts, each made by what was known on its day."""
        counts = {Role.ITEM: [0, 0], Role.MILESTONE: [0, 0]}
        for each in self._earlier:
            sure = reliability(self._outcomes_by(each.day))
            for id_, ends in each.ends.items():
                weeks = sure.weeks(ends, 85)
                day = each.day + timedelta(days=ceil(weeks * 7)) if weeks is not None else date.max
                if day <= self.today and id_ in self._finished:
                    finished, count = self._finished[id_], counts[self.roadmap.by_id[id_].role]
                    count[0] += 1
                    count[1] += finished is not None and finished <= day
        return Tested(*counts[Role.ITEM], *counts[Role.MILESTONE])


def forecaster_for(roadmap: Roadmap, history: History | None, found: Lifecycles | None = None) -> Forecaster | None:
    """Return the forecaster of a roadmap as its audience sees it; None if it sees none, or without a history."""
    if history is None or (roadmap.audience == PUBLIC and not roadmap.settings.is_forecast_public):
        return None
    return Forecaster(roadmap, history.until(roadmap.as_of), roadmap.as_of, found)


class _Earlier(NamedTuple):
    """An earlier forecast: its day, and the ends of each work in its runs."""

    day: date
    ends: Mapping[str, list[float]]

    def outcome(self, id_: str, finished: date | None, today: date) -> ForecastOutcome:
        is_done = finished is not None and finished <= today
        last = finished if finished is not None and is_done else today
        ends, weeks = self.ends[id_], (last - self.day).days / 7
        return ForecastOutcome(bisect_right(ends, weeks) / len(ends), is_done)


class _Streams(Streams):
    """The streams of a plan: each track with an allocation and enough history of its own, and one of all other items.

    `share` is the part of the pace of the whole that the others have, if their own history is too short.
    """

    def __init__(self, of: Forecaster, day: date) -> None:
        self.tracks, self.events, self.day = of.tracks, of.events, day
        self.own = tuple(
            track
            for track in dict.fromkeys(of.tracks.values())
            if self.events.busy(day, lambda id_, track=track: of.tracks.get(id_) == track) >= FEWEST_BUSY  # type: ignore[misc]
        )
        self.names = ("", *self.own)
        given = sum(float(of.roadmap.by_id[track].number("allocation") or 0) for track in self.own)
        is_enough = self.events.busy(day, lambda id_: not self.of(id_)) >= FEWEST_BUSY
        self.of_added = "" if is_enough or given < 100 or not self.own else self.own[0]  # noqa: PLR2004  percent
        self.share = 1.0 if is_enough else max(1 - given / 100, 0.01)

    def of(self, id_: str) -> str:
        """Return the stream of an item."""
        track = self.tracks.get(id_, "")
        return track if track in self.own else ""

    def pace(self, name: str, scope: float) -> Pace:
        """Return the pace of a stream with this much open work."""
        if name or self.share == 1:
            return self.events.pace(self.day, scope, lambda id_: self.of(id_) == name)
        pace = self.events.pace(self.day, scope)
        return Pace(pace.done, pace.added, scope, self.share)


def _chance_of_at_most(kept: int, count: int) -> float:
    """Return the chance that at most this many of some items land by their 85 % days, if these are right."""
    ways = (lgamma(count + 1) - lgamma(number + 1) - lgamma(count - number + 1) for number in range(kept + 1))
    return sum(exp(way + number * log(0.85) + (count - number) * log(0.15)) for number, way in enumerate(ways))


def _scope(works: Iterable[Work], stream: str) -> float:
    return sum(sum(work.sizes) / len(work.sizes) for work in works if work.stream == stream)


def _idle(hours: tuple[float, ...], today: date, away: Iterable[tuple[date, date]]) -> dict[int, float]:
    """Return the part of each coming week in which no work is done, by the hours of its days."""
    hours = hours or (1.0,) * 7
    total, idle = sum(hours), dict[int, float]()
    days = {first + timedelta(days=n) for first, last in away for n in range((last - first).days + 1)}
    for day in sorted(days):
        number = ((day - today).days - 1) // 7
        if number >= 0:
            idle[number] = min(idle.get(number, 0) + hours[day.weekday()] / total, 1)
    return idle


def _plain(number: float) -> str:
    return f"{number:g}"
