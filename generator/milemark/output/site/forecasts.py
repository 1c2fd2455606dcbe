"""The forecasts of a site: a line on each page, and the view `forecast` of query blocks, with changes of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from milemark.foundation.dates import PartialDate, periods
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import Language, _
from milemark.history.landings import Landing, PlanForecast, moves
from milemark.history.lifecycle import Lifecycles, lifecycles
from milemark.history.model import History
from milemark.history.plan_forecast import Forecaster, forecaster_for
from milemark.history.refusal import Refusal
from milemark.history.what_if import UNCHANGED, WhatIf, what_if_of
from milemark.output.forecast_words import (
    changes_of,
    derivation_of,
    end_of,
    in_front,
    line_of,
    notes_of,
    period_of,
    shift_of,
    tested_of,
)
from milemark.roadmap.metrics.explain import DerivationStep
from milemark.roadmap.metrics.schedule import week_hours
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.references import UnknownItemError, find_item

_MOST_TICKS = 6
_GONE = _("{names}: no open item, so nothing of it can change.")
_UNCHANGED = _("Nothing is changed.")
_NO_HOURS = _("hours need your hours of a week in roadmap.yml: capacity")


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """A landing with its months or quarters, its place on the chart in percent, and the work in front of it."""

    landing: Landing
    likely: PartialDate | None
    sure: PartialDate | None
    in_front: str
    left: float = 0
    width: float = 0
    due: float | None = None


@dataclass(frozen=True, slots=True)
class ForecastMove:
    """A work that a change moves, and the shift in words; `days` are those at 50 % before and after, then at 85 %."""

    title: str
    item: Item | None
    days: tuple[PartialDate | None, ...]
    shift: str


@dataclass(frozen=True, slots=True)
class ForecastTick:
    """A month, quarter or year on the chart."""

    when: PartialDate
    left: float


@dataclass(frozen=True, slots=True)
class ForecastView:
    """The view of a block. With changes of the plan, it has `moves` instead of rows."""

    end: str
    rows: tuple[ForecastRow, ...] = ()
    moves: tuple[ForecastMove, ...] = ()
    ticks: tuple[ForecastTick, ...] = ()
    derivation: DerivationStep | None = None
    changes: str = ""
    notes: tuple[str, ...] = ()


class SiteForecasts:
    """The forecasts of a roadmap as its audience may see them; nothing where it sees none."""

    def __init__(self, roadmap: Roadmap, language: Language, history: History | None) -> None:
        self.roadmap, self.language, self.history = roadmap, language, history

    @cached_property
    def forecaster(self) -> Forecaster | None:
        """The forecaster, or None if the audience sees no forecasts."""
        return forecaster_for(self.roadmap, self.history)

    @cached_property
    def dates(self) -> Lifecycles | None:
        """The dates of items and tasks until the roadmap's day; None without a history."""
        if self.forecaster:
            return self.forecaster.found
        return lifecycles(self.history.until(self.roadmap.as_of)) if self.history else None

    @property
    def found(self) -> PlanForecast | Refusal | None:
        """The forecast of the plan as it is."""
        return self.forecaster.forecast() if self.forecaster else None

    @property
    def landings(self) -> Mapping[str, Landing]:
        """The landings of open items and milestones by id."""
        return self.found.by_id if isinstance(self.found, PlanForecast) else {}

    @cached_property
    def said(self) -> Mapping[str, object]:
        """All that the page of an item says about its landing, by id."""
        found = self.found
        if not isinstance(found, PlanForecast):
            return {}
        notes = tuple(notes_of(found, self.language))
        return {
            id_: (*each[:2], *each[3:8], [need.id for need in each.needs], each.reason(str), each.sizes, notes)
            for id_, each in found.by_id.items()
        }

    @property
    def end(self) -> str:
        """The sentence on the end of the plan; empty without one."""
        return end_of(self.found, self.language) if isinstance(self.found, PlanForecast) else ""

    @property
    def tested(self) -> tuple[str, ...]:
        """The sentences on how earlier forecasts came true."""
        return tuple(tested_of(self.found, self.language)) if isinstance(self.found, PlanForecast) else ()

    @property
    def derivation(self) -> DerivationStep | None:
        """The derivation of the end of the plan."""
        found = self.found
        return derivation_of(found, found.whole, self.language) if isinstance(found, PlanForecast) else None

    def line(self, landing: Landing) -> str:
        """Return both days of a landing in one line."""
        return line_of(landing, self.roadmap.as_of, self.language)

    def explain(self, landing: Landing) -> DerivationStep:
        """Return the derivation of a landing."""
        assert isinstance(self.found, PlanForecast), "there is a landing"  # noqa: S101
        return derivation_of(self.found, landing, self.language)

    def view(self, items: Sequence[Item], changes: Sequence[tuple[str, str]] = ()) -> ForecastView | None:
        """Return the landings of some items in the order of the plan, or all that changes of the plan move."""
        if self.forecaster is None or isinstance(self.found, Refusal) or self.found is None:
            return ForecastView(end_of(self.found, self.language)) if self.found else None
        if changes:
            return self._changed(self.forecaster, self.found, changes)
        chosen = {item.id for item in items}
        shown = [each for each in self.found.landings if each.id in chosen]
        scale = _ForecastScale.of(self.roadmap.as_of, shown)
        rows = tuple(self._row(each, scale) for each in shown)
        return ForecastView(self.end, rows, ticks=tuple(scale.ticks()), derivation=self.derivation)

    def _row(self, each: Landing, scale: _ForecastScale) -> ForecastRow:
        likely, sure = (period_of(day, self.roadmap.as_of) for day in (each.p50, each.p85))
        left = scale.place(each.p50) if each.p50 else 0
        width = (scale.place(each.p85) if each.p85 else 100) - left if each.p50 else 0
        due = scale.place(each.due) if each.due and scale.first <= each.due <= scale.last else None
        return ForecastRow(each, likely, sure, in_front(each, self.language), left, round(width, 2), due)

    def _changed(
        self, forecaster: Forecaster, before: PlanForecast, changes: Sequence[tuple[str, str]]
    ) -> ForecastView:
        what_if, notes = self._what_if(changes)
        after = forecaster.forecast(what_if)
        assert isinstance(after, PlanForecast), "the unchanged plan has a forecast"  # noqa: S101
        moved = (self._move(one, two) for one, two in moves(before, after))
        derivation = derivation_of(after, after.whole, self.language)
        changed = changes_of(what_if, self.roadmap, self.language) or self.language.gettext(_UNCHANGED)
        return ForecastView(
            end_of(after, self.language), moves=tuple(moved), derivation=derivation, changes=changed, notes=notes
        )

    def _move(self, before: Landing | None, after: Landing | None) -> ForecastMove:
        known, both = before or after, (before, after)
        days = [each and each.p50 for each in both] + [each and each.p85 for each in both]
        title = (known.title if known and known.id else "") or self.language.gettext(_("Overall"))
        return ForecastMove(
            title, known.item if known else None, tuple(map(_as_written, days)), shift_of(before, after, self.language)
        )

    def _what_if(self, changes: Sequence[tuple[str, str]]) -> tuple[WhatIf, tuple[str, ...]]:
        """Return changes of the plan, and a note on items that are not open any more."""
        gone: list[str] = []
        pairs = [(name, value) for name, value in changes if name not in {"drop", "first"}]
        for name, value in changes:
            if name in {"drop", "first"}:
                id_ = self._open_id(value)
                (pairs.append((name, id_)) if id_ else gone.append(value))
        # To the public, a private item is one that is not there.
        is_said = gone and self.roadmap.is_of_owner
        notes = [self.language.gettext(_GONE).format(names=", ".join(gone))] if is_said else []
        what_if = what_if_of(pairs, str)
        if what_if.hours and sum(week_hours(self.roadmap).hours) + what_if.hours <= 0:
            notes.append(self.language.gettext(_NO_HOURS))
            what_if = what_if._replace(hours=UNCHANGED.hours)
        return what_if, tuple(notes)

    def _open_id(self, name: str) -> str:
        try:
            id_ = find_item(self.roadmap, name).id
        except (UnknownItemError, UserError):
            return ""
        return id_ if id_ in self.landings else ""


def _as_written(day: date | None) -> PartialDate | None:
    return PartialDate.containing(day, "day") if day else None


@dataclass(frozen=True, slots=True)
class _ForecastScale:
    """The days of a chart, from the roadmap's day to the last day of a landing."""

    first: date
    last: date

    @classmethod
    def of(cls, today: date, landings: Sequence[Landing]) -> _ForecastScale:
        days = [day for each in landings for day in (each.p50, each.p85) if day]
        return cls(today, max([today, *days]))

    def place(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        return round(100 * (day - self.first).days / span, 2)

    def ticks(self) -> Iterator[ForecastTick]:
        """Yield the beginnings of months, quarters or years, as the chart has room."""
        for precision in ("month", "quarter", "year"):
            found = [each for each in periods(self.first, self.last, precision) if each.first > self.first]
            if len(found) <= _MOST_TICKS:
                break
        yield from (ForecastTick(each, self.place(each.first)) for each in found)
