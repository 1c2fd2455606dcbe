"""`milemark schema`, `milemark show` and `milemark explain`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milemark.app.command import command, content_name, open_project, terminal_width
from milemark.app.folders import project_of
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.content_folder import as_in_project, content_of
from milemark.foundation.disk import read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import json_text, visible, without_breaks
from milemark.foundation.layout import PRIVATE, ROADMAP_FILE

if TYPE_CHECKING:
    from milemark.app.project import Project
    from milemark.foundation.i18n import Language
    from milemark.history.landings import PlanForecast
    from milemark.roadmap.metrics.explain import DerivationStep
    from milemark.roadmap.settings import Settings

WHOLE = "roadmap"
_format = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Output format."
)


@command("schema")
@click.argument("collection", required=False)
@click.option("--format", "format_", type=click.Choice(["schema", "json"]), default="schema", help="Output format.")
def schema(options: Options, collection: str | None, format_: str) -> None:
    """Print the JSON Schema of the front matter of one collection, or of all.

    The format schema is the schema alone, for editors; json is the answer that all commands give to scripts.
    """
    from milemark.output.export.json_schema import json_schemas
    from milemark.output.text.envelope import envelope

    found = json_schemas(settings_of(options.root()), collection)
    bare = found[collection] if collection else found
    click.echo(envelope("schema", {"schemas": found}) if format_ == "json" else json_text(bare, 2))


def settings_of(root: Path) -> Settings:
    """Return the settings of a project. Exit with 1 if roadmap.yml has errors."""
    from milemark.roadmap.settings_file import parse_settings

    folder = content_of(root)
    path, shown = folder.roadmap, folder.shown(ROADMAP_FILE)
    if not path.is_file():
        raise UserError(f"there is no {shown} in {root}: `milemark init` writes one")
    settings, findings = parse_settings(read_bytes(path))
    if any(each.is_error for each in findings):
        click.echo(f"error: {shown} has errors: `milemark check` lists them", err=True)
        sys.exit(1)
    return settings


@command("show")
@click.argument("id_", metavar="ID")
@_format
@audience_option(PRIVATE)
def show(options: Options, id_: str, format_: str, audience: str) -> None:
    """Print one item: its fields, the derivation of its progress, its tasks, and the items that refer to it.

    ID is an id, an alias, or a file such as a.md, projects/a or content/projects/a.md.
    """
    from milemark.output.text.item import as_json, as_text, sections
    from milemark.roadmap.metrics.explain import Explainer
    from milemark.roadmap.references import find_item

    project = open_project(options, ReadOptions(audience))
    roadmap = project.loaded.roadmap
    item = find_item(roadmap, id_)
    if format_ == "json":
        click.echo(as_json(roadmap, item))
        return
    explainer = Explainer(roadmap, project.spoken, lambda: project.public)
    click.echo(as_text(item, sections(explainer, item), terminal_width()))


@command("explain")
@click.argument("subject")
@_format
@audience_option(PRIVATE)
def explain(options: Options, subject: str, format_: str, audience: str) -> None:
    """Print the derivation of a number and of the forecast, or the page of a rule.

    SUBJECT is the id of an item or track, `roadmap` for the overall progress, or a rule such as MM204.
    """
    from milemark.output.text.envelope import envelope
    from milemark.output.text.rule_page import is_rule, rule_page, show_page
    from milemark.roadmap.metrics.explain import as_values

    is_json = format_ == "json"
    if is_rule(subject):
        page = as_in_project(rule_page(subject, _spoken(options).locale), content_name(options))
        if is_json:
            click.echo(envelope("explain", {"page": page}))
        elif sys.stdout.isatty():
            show_page(page)
        else:
            click.echo(page, nl=False)
        return

    project = open_project(options, ReadOptions(audience))
    if is_json:
        steps = {"derivation": _derivation(project, subject), "forecast": _forecast(project, subject)}
        settings = project.loaded.roadmap.settings
        click.echo(envelope("explain", {name: step and as_values(step, settings) for name, step in steps.items()}))
        return
    for line in explain_number(project, subject):
        click.echo(visible(without_breaks(line)))


def _spoken(options: Options) -> Language:
    """Return the language of the terminal. There need not be a project that can be read."""
    from milemark.app.terminal_language import terminal_language
    from milemark.roadmap.settings_file import parse_settings

    try:
        settings, _ = parse_settings(read_bytes(content_of(project_of(options.start)).roadmap))
    except (UserError, OSError):
        settings, _ = parse_settings(None)
    return terminal_language(settings.locale)


def explain_number(project: Project, subject: str) -> list[str]:
    """Return the derivations of the progress of an item, a track or the roadmap, and of its forecast, as lines."""
    from milemark.roadmap.metrics.explain import as_lines

    steps = filter(None, (_derivation(project, subject), _forecast(project, subject)))
    return [line for step in steps for line in as_lines(step, project.loaded.roadmap.settings)]


def _forecast(project: Project, subject: str) -> DerivationStep | None:
    """Return the derivation of the forecast of an open item or of the roadmap, if its audience sees one."""
    from milemark.foundation.i18n import _
    from milemark.output.forecast_words import derivation_of
    from milemark.roadmap.references import find_item

    item = None if subject == WHOLE else find_item(project.loaded.roadmap, subject)
    found = None if item and item.is_closed else _plan_forecast(project)
    if found is None:
        return None
    landing = found.by_id.get(item.id) if item else found.whole
    if landing is None:
        return None
    return replace(derivation_of(found, landing, project.spoken), text=project.spoken.gettext(_("Forecast")))


def _plan_forecast(project: Project) -> PlanForecast | None:
    from milemark.app.command import history_listener
    from milemark.app.project import history_of
    from milemark.history.landings import PlanForecast
    from milemark.history.plan_forecast import forecaster_for

    with history_listener() as listener:
        forecaster = forecaster_for(project.loaded.roadmap, history_of(project, listener))
    found = forecaster.forecast() if forecaster else None
    return found if isinstance(found, PlanForecast) else None


def _derivation(project: Project, subject: str) -> DerivationStep:
    from milemark.foundation.rules import RULES
    from milemark.roadmap.metrics.explain import Explainer
    from milemark.roadmap.metrics.progress import whole
    from milemark.roadmap.references import find_item

    roadmap = project.loaded.roadmap
    explainer, everything = Explainer(roadmap, project.spoken, lambda: project.public), whole(roadmap)
    if subject == WHOLE:
        return explainer.whole(everything)
    item = find_item(roadmap, subject, WHOLE, *(rule.name for rule in RULES))
    return explainer.any(item, everything)
