"""The forecast of each item as text for a terminal, as Markdown and as JSON, and the effect of changes of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from milemark.foundation.dates import PartialDate
from milemark.foundation.escaping import github_text, visible, without_breaks
from milemark.foundation.i18n import Language, _
from milemark.history.forecast import Refusal
from milemark.history.plan_forecast import Landing, PlanForecast
from milemark.history.queue import Stuck
from milemark.output.text.envelope import envelope
from milemark.output.text.query_result import ResultTable, as_markdown, as_table
from milemark.query.sql.engine import QueryResult

_NEAR = 183  # days: a landing beyond half a year has no month, only a quarter
_COLUMNS = (_("Item"), "50%", "85%", _("Due"), _("Chance"), _("In front"))
_MOVES = (_("Item"), _("50% now"), _("50% then"), _("85% now"), _("85% then"), _("Shift"))
_WHOLE = _("This plan would end in {likely}, and with a chance of 85% by {sure}.")
_NO_END = _("This plan has no likely end: {reason}.")
_EXPLAINED = _("50%: as likely earlier as later. 85%: six of seven such items should be done by then.")
_TESTED = _("Of {count} items forecast eight weeks earlier or before, {kept} landed by their 85% day.")
_TESTED_MILESTONES = _("Of {count} milestones, {kept} did.")
_DASH = _("Without a day: {reason}.")
_UNTESTED = _("No earlier forecast could be tested yet.")
_REFUSED = _("No forecast: {reason}")
_NOTHING_MOVES = _("Nothing moves.")
_WEEKS = _("{weeks} weeks")


class ForecastStyle(NamedTuple):
    """The language of a text and the width of its terminal."""

    language: Language
    width: int = 80


def period_of(day: date | None, today: date) -> PartialDate | None:
    """Return the month of a landing, or its quarter if it is more than half a year ahead."""
    if day is None:
        return None
    return PartialDate.containing(day, "month" if (day - today).days <= _NEAR else "quarter")


def as_text(found: PlanForecast | Refusal, rows: tuple[Landing, ...], shown: ForecastStyle) -> str:
    """Return a forecast for a terminal."""
    if isinstance(found, Refusal):
        return _refused(found, shown.language)
    table = as_table(ResultTable(_result(found, rows, shown.language), width=shown.width))
    notes = map(without_breaks, notes_of(found, shown.language))
    return "\n".join([table, "", *map(visible, notes)])


def as_page(found: PlanForecast | Refusal, rows: tuple[Landing, ...], shown: ForecastStyle) -> str:
    """Return a forecast as Markdown."""
    if isinstance(found, Refusal):
        return github_text(_refused(found, shown.language))
    table = as_markdown(ResultTable(_result(found, rows, shown.language)))
    return "\n".join([table, "", *(f"- {github_text(each)}" for each in notes_of(found, shown.language))])


def as_json(found: PlanForecast | Refusal, rows: tuple[Landing, ...], shown: ForecastStyle) -> str:
    """Return a forecast as JSON, with exact days."""
    return envelope("forecast", values(found, rows, shown.language))


def values(found: PlanForecast | Refusal, rows: tuple[Landing, ...], language: Language) -> dict[str, Any]:
    """Return a forecast as plain values."""
    if isinstance(found, Refusal):
        return {"refused": found.text(language.gettext), "items": []}
    tested = found.tested
    return {
        "as_of": found.today.isoformat(),
        "plan": {"p50": _iso(found.whole.p50), "p85": _iso(found.whole.p85)},
        "items": [_values(each, language) for each in rows],
        "assumptions": [each.text(language.gettext) for each in found.assumptions],
        "tested": {"items": [tested.kept, tested.count], "milestones": [tested.milestones_kept, tested.milestones]},
    }


def _values(each: Landing, language: Language) -> dict[str, Any]:
    return {
        "id": each.id if each.item else None,
        "title": each.title,
        "p50": _iso(each.p50),
        "p85": _iso(each.p85),
        "due": _iso(each.due),
        "chance": each.chance,
        "before": each.before,
        "needs": [need.id for need in each.needs],
        "reason": each.reason(language.gettext) or None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _refused(found: Refusal, language: Language) -> str:
    return language.gettext(_REFUSED).format(reason=found.text(language.gettext))


def _result(found: PlanForecast, rows: tuple[Landing, ...], language: Language) -> QueryResult:
    cells = tuple(tuple(_cells(each, found.today, language)) for each in rows)
    return QueryResult(tuple(map(language.gettext, _COLUMNS)), cells)


def _cells(each: Landing, today: date, language: Language) -> Iterator[str]:
    yield each.title
    for day in (each.p50, each.p85):
        period = period_of(day, today)
        yield str(period) if period else "–"
    yield _iso(each.due) or ""
    yield "" if each.chance is None else f"{each.chance}%"
    yield in_front(each, language)


def in_front(each: Landing, language: Language) -> str:
    """Return the work in front of an item: that it is stuck, the items that it waits for, or how many come first."""
    if isinstance(each.why, Stuck):
        return each.reason(language.gettext)
    if each.needs:
        return ", ".join(need.title for need in each.needs)
    return language.gettext(_("items: {count}")).format(count=each.before) if each.before else ""


def end_of(found: PlanForecast, language: Language) -> str:
    """Return the sentence on the end of the whole plan."""
    likely, sure = (period_of(day, found.today) for day in (found.whole.p50, found.whole.p85))
    if not likely or not sure:
        return language.gettext(_NO_END).format(reason=found.whole.reason(language.gettext))
    return language.gettext(_WHOLE).format(likely=language.date(likely), sure=language.date(sure))


def notes_of(found: PlanForecast, language: Language) -> Iterator[str]:
    """Yield the sentences below a forecast: the end of the plan, how to read it, its assumptions, and its test."""
    say, tested = language.gettext, found.tested
    yield end_of(found, language)
    yield say(_EXPLAINED)
    reasons = (each.reason(say) for each in found.landings if not isinstance(each.why, Stuck))
    yield from (say(_DASH).format(reason=reason) for reason in dict.fromkeys(filter(None, reasons)))
    yield from (each.text(say) for each in found.assumptions)
    yield say(_TESTED).format(count=tested.count, kept=tested.kept) if tested.count else say(_UNTESTED)
    if tested.milestones:
        yield say(_TESTED_MILESTONES).format(count=tested.milestones, kept=tested.milestones_kept)


def moves(before: PlanForecast, after: PlanForecast) -> tuple[tuple[Landing | None, Landing | None], ...]:
    """Return the items whose days or chances change, with the whole plan last; None where an item is in one only."""
    ids = dict.fromkeys((*before.by_id, *after.by_id))
    pairs = [(before.by_id.get(id_), after.by_id.get(id_)) for id_ in ids]
    return tuple(pair for pair in (*pairs, (before.whole, after.whole)) if _days(pair[0]) != _days(pair[1]))


def _days(each: Landing | None) -> tuple[date | None, date | None] | None:
    return (each.p50, each.p85) if each else None


def moves_result(before: PlanForecast, after: PlanForecast, language: Language) -> QueryResult:
    """Return what moves as a table, with the shift of the 50 % day in weeks."""
    rows = tuple(tuple(_moved(*pair, language)) for pair in moves(before, after))
    return QueryResult(tuple(map(language.gettext, _MOVES)), rows)


def _moved(before: Landing | None, after: Landing | None, language: Language) -> Iterator[str]:
    known = before or after
    yield (known.title if known and known.id else "") or language.gettext(_("Overall"))
    for name in ("p50", "p85"):
        for each in (before, after):
            yield _iso(getattr(each, name)) or "–" if each else "–"
    yield _shift(before, after, language)


def _shift(before: Landing | None, after: Landing | None, language: Language) -> str:
    if not before or not after or not before.p50 or not after.p50:
        return ""
    return language.gettext(_WEEKS).format(weeks=f"{(after.p50 - before.p50).days / 7:+.1f}")


def moves_text(before: PlanForecast, after: PlanForecast, shown: ForecastStyle) -> str:
    """Return what moves for a terminal, and the assumptions behind it."""
    result = moves_result(before, after, shown.language)
    table = as_table(ResultTable(result, width=shown.width)) if result.rows else shown.language.gettext(_NOTHING_MOVES)
    return "\n".join([table, "", *(visible(without_breaks(each)) for each in notes_of(after, shown.language))])


def moves_page(before: PlanForecast, after: PlanForecast, shown: ForecastStyle) -> str:
    """Return what moves as Markdown."""
    result = moves_result(before, after, shown.language)
    table = as_markdown(ResultTable(result)) if result.rows else shown.language.gettext(_NOTHING_MOVES)
    return "\n".join([table, "", *(f"- {github_text(each)}" for each in notes_of(after, shown.language))])


def moves_json(before: PlanForecast, after: PlanForecast, shown: ForecastStyle) -> str:
    """Return what moves as JSON: the days before and after."""
    changed = [
        {
            "id": known.id if known and known.item else None,
            "title": known.title if known else "",
            "before": _values(one, shown.language) if one else None,
            "after": _values(two, shown.language) if two else None,
        }
        for one, two in moves(before, after)
        for known in (one or two,)
    ]
    plan = values(after, (), shown.language)
    return envelope("forecast", {"moves": changed, "plan": plan["plan"], "assumptions": plan["assumptions"]})


FORMATS: Mapping[str, Callable[[PlanForecast | Refusal, tuple[Landing, ...], ForecastStyle], str]] = {
    "text": as_text,
    "json": as_json,
    "md": as_page,
}
MOVES: Mapping[str, Callable[[PlanForecast, PlanForecast, ForecastStyle], str]] = {
    "text": moves_text,
    "json": moves_json,
    "md": moves_page,
}
