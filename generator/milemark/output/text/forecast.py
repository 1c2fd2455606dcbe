"""The forecast of each item as text for a terminal, as Markdown and as JSON, and the effect of changes of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from milemark.foundation.escaping import github_text, visible, without_breaks
from milemark.foundation.i18n import Language, _
from milemark.history.landings import Landing, PlanForecast, moves
from milemark.history.refusal import Refusal
from milemark.output.forecast_words import end_of, in_front, notes_of, period_of, shift_of
from milemark.output.text.envelope import envelope
from milemark.output.text.query_result import ResultTable, as_markdown, as_table
from milemark.query.sql.engine import QueryResult

_COLUMNS = (_("Item"), _("50% by"), _("85% by"), _("Due"), _("In time"), _("In front"))
_MOVES = (_("Item"), _("50%, as planned"), _("50%, changed"), _("85%, as planned"), _("85%, changed"), _("Shift"))
_NOTHING_MOVES = _("Nothing moves.")


class ForecastStyle(NamedTuple):
    """The language of a text and the width of its terminal."""

    language: Language
    width: int = 80


def _notes(found: PlanForecast, language: Language) -> Iterator[str]:
    yield end_of(found, language)
    yield from notes_of(found, language)


def as_text(found: PlanForecast | Refusal, rows: tuple[Landing, ...], shown: ForecastStyle) -> str:
    """Return a forecast for a terminal."""
    if isinstance(found, Refusal):
        return end_of(found, shown.language)
    table = as_table(ResultTable(_result(found, rows, shown.language), width=shown.width))
    notes = map(without_breaks, _notes(found, shown.language))
    return "\n".join([table, "", *map(visible, notes)])


def as_page(found: PlanForecast | Refusal, rows: tuple[Landing, ...], shown: ForecastStyle) -> str:
    """Return a forecast as Markdown."""
    if isinstance(found, Refusal):
        return github_text(end_of(found, shown.language))
    table = as_markdown(ResultTable(_result(found, rows, shown.language)))
    return "\n".join([table, "", *(f"- {github_text(each)}" for each in _notes(found, shown.language))])


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
    yield shift_of(before, after, language)


def moves_text(before: PlanForecast, after: PlanForecast, shown: ForecastStyle) -> str:
    """Return what moves for a terminal, and the assumptions behind it."""
    result = moves_result(before, after, shown.language)
    table = as_table(ResultTable(result, width=shown.width)) if result.rows else shown.language.gettext(_NOTHING_MOVES)
    return "\n".join([table, "", *(visible(without_breaks(each)) for each in _notes(after, shown.language))])


def moves_page(before: PlanForecast, after: PlanForecast, shown: ForecastStyle) -> str:
    """Return what moves as Markdown."""
    result = moves_result(before, after, shown.language)
    table = as_markdown(ResultTable(result)) if result.rows else shown.language.gettext(_NOTHING_MOVES)
    return "\n".join([table, "", *(f"- {github_text(each)}" for each in _notes(after, shown.language))])


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
