"""`milemark forecast`: when each open item will land at the pace of the past year, and what changes would move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from milemark.app.command import HISTORY_LABEL, command, open_project, reading_progress, terminal_width
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.errors import UserError
from milemark.foundation.layout import PRIVATE, PUBLIC

if TYPE_CHECKING:
    from milemark.app.project import Project
    from milemark.history.landings import PlanForecast
    from milemark.history.plan_forecast import Forecaster
    from milemark.history.what_if import WhatIf
    from milemark.roadmap.model import Roadmap

_HELP = {
    "drop": "Drop an item and its parts; may be repeated.",
    "first": "Do an item before all others; may be repeated.",
    "add": "Add an item with this many tasks at the end; may be repeated.",
    "scope": "All open work is smaller or larger by this.",
    "hours": "More or fewer hours a week than `capacity` in roadmap.yml has.",
    "away": "Days without work.",
    "active": "How many items are under way at once.",
}


def _what_if_options(function: Callable[..., Any]) -> Callable[..., Any]:
    from milemark.history.what_if import OPTIONS, REPEATED

    for name, value in reversed([*OPTIONS.items()]):
        option = click.option(f"--{name}", metavar=value, multiple=name in REPEATED, help=_HELP[name])
        function = option(function)
    return function


@command("forecast")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@_what_if_options
@click.option(
    "--save", metavar="FILE", help="Write the changes as a page that each build computes, such as plans/b.md."
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "md"]), default="text", help="Output format.")
@audience_option("", f"{PRIVATE} for text, else {PUBLIC}")
def forecast(
    options: Options, ids: Sequence[str], save: str | None, format_: str, audience: str | None, **given: Any
) -> None:
    """Print when each open item will land at your pace, its chance to keep its due date, and the work in front of it.

    With changes, such as --drop ID, only the items that move are printed, with the days before and after. IDs
    choose items. With --save, the page is private unless roadmap.yml has `forecast: public`; `milemark undo` takes it
    back.
    """
    from milemark.history.refusal import Refusal
    from milemark.history.what_if import UNCHANGED, what_if_of
    from milemark.output.text import forecast as text

    project = open_project(options, ReadOptions(audience or (PRIVATE if format_ == "text" else PUBLIC)))
    roadmap = project.loaded.roadmap
    if project.audience == PUBLIC and not roadmap.settings.is_forecast_public:
        raise UserError("the public sees no forecasts: write `forecast: public` in roadmap.yml, or --audience private")
    what_if = what_if_of(_given(given), lambda name: id_of(roadmap, name))
    refuse_hours(roadmap, what_if)
    if save:
        _save(options, save, _given(given), format_)
        return
    chosen = {id_of(roadmap, each) for each in ids}
    forecaster = _forecaster(project, options)
    language = project.spoken if format_ == "text" else project.language
    found = forecaster.forecast()
    if isinstance(found, Refusal) or what_if == UNCHANGED:
        rows = () if isinstance(found, Refusal) else _only(found, chosen).landings
        click.echo(text.FORMATS[format_](found, rows, text.ForecastStyle(language, terminal_width())))
        return
    after = forecaster.forecast(what_if)
    assert not isinstance(after, Refusal), "the unchanged plan has a forecast"  # noqa: S101
    moved = text.MOVES[format_]
    click.echo(moved(_only(found, chosen), _only(after, chosen), text.ForecastStyle(language, terminal_width())))


def _save(options: Options, path: str, changes: Sequence[tuple[str, str]], format_: str) -> None:
    """Write a page of the plan with changes, whose query block each build computes."""
    from milemark.app.plan_page import plan_page_planner
    from milemark.app.write import WriteOptions, carry_out

    if not changes:
        raise UserError("--save keeps changes of the plan: add one, such as --drop ID")
    if format_ == "md":
        raise UserError("--save prints text or json, not md")
    carry_out(options, WriteOptions(format_=format_), "forecast --save", plan_page_planner(path, changes))


def _only(found: PlanForecast, ids: set[str]) -> PlanForecast:
    from dataclasses import replace

    return replace(found, landings=tuple(each for each in found.landings if not ids or each.id in ids))


def _given(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the changes as pairs of names and values."""
    from milemark.history.what_if import REPEATED

    each = ((name, value) for name, value in given.items() if value)
    return [(name, one) for name, value in each for one in (value if name in REPEATED else (value,))]


def id_of(roadmap: Roadmap, name: str) -> str:
    """Return the id of the open item that a name means."""
    from milemark.app.targets import one_item
    from milemark.roadmap.settings import Role

    item = one_item(roadmap, name)
    if item.is_closed or item.role not in {Role.ITEM, Role.MILESTONE}:
        raise UserError(f'"{name}" is not an open item: nothing of it is left to do')
    return item.id


def refuse_hours(roadmap: Roadmap, what_if: WhatIf) -> None:
    """Raise UserError for hours without a base."""
    from milemark.roadmap.metrics.schedule import week_hours

    hours = week_hours(roadmap).hours if what_if.hours else ()
    if what_if.hours and not hours:
        raise UserError("--hours needs your hours of a week in roadmap.yml: `capacity: {mon: 2, sat: 6}`")
    if what_if.hours and sum(hours) + what_if.hours <= 0:
        raise UserError("--hours leaves no hour in the week")


def _forecaster(project: Project, options: Options) -> Forecaster:
    """Return the forecaster of a project. Raises UserError if its audience sees no forecasts."""
    from milemark.history.plan_forecast import forecaster_for
    from milemark.history.read import read_history

    with reading_progress(HISTORY_LABEL) as on_progress:
        history = read_history(project.root, options.today, on_progress, project.present)
    found = forecaster_for(project.loaded.roadmap, history)
    assert found, "the command has refused an audience that sees none"  # noqa: S101
    return found
