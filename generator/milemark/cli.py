"""The command line. Data goes to stdout, messages to stderr; exit code 1 means findings, 2 usage or environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn

import click

from milemark import __version__
from milemark.dates import parse_date
from milemark.formats import as_text
from milemark.project import CONTENT, NoContentError, Project, build, generate, read_project
from milemark.publish import PublishError
from milemark.render import TemplateError
from milemark.site import TreeError
from milemark.starter import StarterError, start

_PROBLEMS = (NoContentError, PublishError, TemplateError, TreeError, StarterError, OSError)


@dataclass(frozen=True, slots=True)
class Options:
    """The global options."""

    root: Path
    as_of: date | None


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    group(prog_name="milemark")


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    found = parse_date(text)
    if found is None or found.precision != "day":
        raise click.BadParameter(f'"{text}" is not a day: write it as 2025-01-12')
    return found.first


def _today() -> date:
    """Return the day of SOURCE_DATE_EPOCH where that is set, else the day it is here."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch.isdigit() else datetime.now().astimezone().date()


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    sys.exit(2)


def _reports_problems(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say what the environment lacks in one line, without a traceback."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except _PROBLEMS as problem:
            _fail(str(problem))

    return run


@click.group(name="milemark", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "root", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Run in DIR.")
@click.option("--as-of", callback=_day, metavar="DATE", help="The day to build for, such as 2025-01-12.")
@click.version_option(__version__)
@click.pass_context
def group(context: click.Context, root: Path, as_of: date | None) -> None:
    """Turn a folder of Markdown files into a roadmap you can trust and a portfolio you can show."""
    context.obj = Options(root.resolve(), as_of)


def _read(options: Options) -> Project:
    """Read the project and say on stderr what is wrong with it."""
    project = read_project(options.root, _today(), options.as_of)
    found = project.loaded.diagnostics
    if found:
        click.echo(as_text(found, project.content.files, project.language.gettext, CONTENT), err=True)
    return project


@group.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--example", type=click.Choice(["career"]), help="Start from a complete example.")
@click.pass_obj
@_reports_problems
def init(options: Options, folder: Path, example: str | None) -> None:
    """Write a new roadmap that builds at once."""
    target = options.root / folder
    for path in start(target, example):
        click.echo(f"wrote {os.path.relpath(path)}", err=True)
    click.echo("next: milemark build", err=True)


@group.command()
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings, too.")
@click.pass_obj
@_reports_problems
def check(options: Options, *, strict: bool) -> None:
    """Say all that is wrong with content/, with file, line and column."""
    loaded = _read(options).loaded
    errors = sum(each.is_error for each in loaded.diagnostics)
    warnings = len(loaded.diagnostics) - errors
    click.echo(f"{len(loaded.roadmap.items)} items: {errors} errors, {warnings} warnings", err=True)
    sys.exit(1 if errors or (strict and warnings) else 0)


@group.command(name="generate")
@click.pass_obj
@_reports_problems
def generate_command(options: Options) -> None:
    """Write the page tree to build/docs, without publishing it."""
    written = generate(_read(options))
    click.echo(f"{written.changed} written, {written.removed} removed, {written.unchanged} unchanged", err=True)


@group.command(name="build")
@click.option("--strict", is_flag=True, help="Publish nothing where content/ has errors or the publisher warns.")
@click.pass_obj
@_reports_problems
def build_command(options: Options, *, strict: bool) -> None:
    """Write the page tree and publish it to site/."""
    project = _read(options)
    if strict and project.loaded.has_errors:
        click.echo("nothing was published: content/ has errors", err=True)
        sys.exit(1)
    site = build(project, is_strict=strict)
    click.echo(f"built {os.path.relpath(site)}/index.html", err=True)
