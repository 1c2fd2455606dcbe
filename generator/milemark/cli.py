"""The command line. Data goes to stdout, messages to stderr; exit code 1 means findings, 2 usage or environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from milemark import __version__
from milemark.dates import parse_date
from milemark.disk import read_bytes
from milemark.formats import FORMATS, Context, as_text, visible
from milemark.problem import ProblemError
from milemark.scan import Checked, check_folder
from milemark.summary import in_words

if TYPE_CHECKING:
    from milemark.model import Settings
    from milemark.project import Project

CONTENT = "content"


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
    try:
        return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "")), UTC).date()
    except (ValueError, OverflowError, OSError):  # not set, or no time that a calendar has
        return datetime.now().astimezone().date()


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    sys.exit(2)


def _reports_problems(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say what the environment lacks in one line, without a traceback."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (ProblemError, OSError) as problem:
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
    from milemark.project import read_project  # noqa: PLC0415  `check` needs no templates

    project = read_project(options.root, _today(), options.as_of)
    found = project.loaded.diagnostics
    if found:
        files = project.content.files
        context = Context(lambda path: files.get(path, b""), project.language.gettext, CONTENT)
        click.echo(as_text(found, context), err=True)
    return project


@group.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--example", type=click.Choice(["career"]), help="Start from a complete example.")
@click.pass_obj
@_reports_problems
def init(options: Options, folder: Path, example: str | None) -> None:
    """Write a new roadmap that builds at once."""
    from milemark.starter import start  # noqa: PLC0415

    target = options.root / folder
    for path in start(target, example):
        click.echo(f"wrote {os.path.relpath(path)}", err=True)
    place = os.path.relpath(target)
    click.echo("next: milemark build" if place == "." else f"next: cd {place} && milemark build", err=True)


@group.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings, too.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", help="How to print findings.")
@click.option("--no-index", is_flag=True, help="Read every file anew, and keep nothing.")
@click.pass_obj
@_reports_problems
def check(options: Options, folder: Path | None, format_: str, *, strict: bool, no_index: bool) -> None:
    """Say all that is wrong with content/, with file, line and column.

    FOLDER is any folder of Markdown files; without it, content/ is checked, or this folder where there is none.
    """
    place = options.root / (folder or CONTENT)
    if not folder and not place.is_dir():
        place = options.root
    if not place.is_dir():
        raise ProblemError(f"there is no folder {place}")
    checked = check_folder(place, _today(), options.as_of, use_index=not no_index)
    shown = os.path.relpath(place, options.root)
    context = Context(lambda path: _bytes_of(place / path), _translate(checked), "" if shown == "." else shown)
    text = FORMATS[format_](checked.diagnostics, context)
    if text:
        click.echo(text)
    click.echo(in_words(checked), err=True)
    errors = sum(each.is_error for each in checked.diagnostics)
    sys.exit(1 if errors or (strict and checked.diagnostics) else 0)


def _translate(checked: Checked) -> Callable[[str], str]:
    """Return the translation of findings; without any, no catalogue is read."""
    from milemark.language import Language  # noqa: PLC0415  heavy, and only findings need it

    return Language(checked.summary.locale).gettext if checked.diagnostics else str


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of a file to be shown: not of what a link points to, nor of a pipe, which would wait."""
    try:
        return read_bytes(path) if path.is_file() and not path.is_symlink() else b""
    except OSError:
        return b""


@group.command(name="generate")
@click.pass_obj
@_reports_problems
def generate_command(options: Options) -> None:
    """Write the page tree to build/docs, without publishing it."""
    from milemark.project import generate  # noqa: PLC0415

    written = generate(_read(options))
    click.echo(f"{written.changed} written, {written.removed} removed, {written.unchanged} unchanged", err=True)


@group.command(name="build")
@click.option("--strict", is_flag=True, help="Publish nothing where content/ has errors or the publisher warns.")
@click.pass_obj
@_reports_problems
def build_command(options: Options, *, strict: bool) -> None:
    """Write the page tree and publish it to site/."""
    from milemark.project import build  # noqa: PLC0415

    project = _read(options)
    if strict and project.loaded.has_errors:
        click.echo("nothing was published: content/ has errors", err=True)
        sys.exit(1)
    site = build(project, is_strict=strict)
    click.echo(f"built {os.path.relpath(site)}/index.html", err=True)


@group.command()
@click.argument("collection", required=False)
@click.pass_obj
@_reports_problems
def schema(options: Options, collection: str | None) -> None:
    """Print the JSON Schema of a collection's front matter, or of every collection's."""
    from milemark.jsonschema import json_schemas  # noqa: PLC0415

    click.echo(json_schemas(_settings(options), collection))


def _settings(options: Options) -> Settings:
    from milemark.config import ROADMAP_FILE, parse_settings  # noqa: PLC0415

    path = options.root / CONTENT / ROADMAP_FILE
    if not path.is_file():
        raise ProblemError(f"there is no {CONTENT}/{ROADMAP_FILE} in {options.root}: `milemark init` writes one")
    return parse_settings(path.read_bytes())[0]


@group.command()
@click.argument("subject")
@click.pass_obj
@_reports_problems
def explain(options: Options, subject: str) -> None:
    """Print where a number comes from, or the page of a rule.

    SUBJECT is the id of an item or a track, `roadmap` for the progress of everything, or a rule such as MM204.
    """
    from milemark.manual import is_rule, rule_page  # noqa: PLC0415

    if is_rule(subject):
        click.echo(rule_page(subject), nl=False)
        return
    from milemark.project import explain_number, read_project  # noqa: PLC0415

    project = read_project(options.root, _today(), options.as_of)
    for line in explain_number(project, subject):
        click.echo(visible(line))
