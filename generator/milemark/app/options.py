"""What every command has in common: -C and --as-of, the day it is, the project it is about, and problems in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

from milemark.app.folders import project_of
from milemark.foundation.dates import parse_date
from milemark.foundation.errors import UserError
from milemark.foundation.layout import AUDIENCES, PUBLIC


@dataclass(frozen=True, slots=True)
class Options:
    """The options that every command takes, before its name and after it."""

    start_in: Path | None = None
    as_of: date | None = None

    @property
    def start(self) -> Path:
        """The folder to begin in: that of -C, else this one."""
        return (self.start_in or Path()).resolve()

    @property
    def today(self) -> date:
        """The day of SOURCE_DATE_EPOCH where that is set, else the day it is here."""
        try:
            return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "")), UTC).date()
        except (ValueError, OverflowError, OSError):  # not set, or no time that a calendar has
            return datetime.now().astimezone().date()

    def root(self) -> Path:
        """Return the project's folder: that of -C, else the nearest one from here upwards, which is said on stderr."""
        if self.start_in:
            return self.start
        root = project_of(self.start)
        said = click.get_current_context().meta
        if root != self.start and said.setdefault(__name__, root) is root:  # once in a run
            click.echo(f"project: {root}", err=True)
        return root


def _day(text: str) -> date:
    found = parse_date(text)
    if found is None or found.precision != "day":
        raise click.BadParameter(f'"{text}" is not a day: write it as 2025-01-12')
    return found.first


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a global option for the command; one after the command's name counts more."""
    known = context.obj or Options()
    context.obj = known if value is None else replace(known, **{str(parameter.name): value})


def global_options() -> list[click.Parameter]:
    """Return the options that every command takes."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return [
        click.Option(
            ["-C", "start_in"], type=folder, metavar="DIR", expose_value=False, callback=_remember, help="Run in DIR."
        ),
        click.Option(
            ["--as-of"],
            type=_day,
            metavar="DATE",
            expose_value=False,
            callback=_remember,
            help="The day to build for, such as 2025-01-12.",
        ),
    ]


class ReadOptions(NamedTuple):
    """What a project is read for: whom it is shown to, and whether strangers may have written it."""

    audience: str = PUBLIC
    is_untrusted: bool = False


PUBLISHED = ReadOptions()


def audience_option(default: str, told: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says whom an output is for: `public` for what is published, `private` for the owner.

    `told` says what the default is where it depends on another option; then it is None.
    """
    text = f"Whom it is for: public leaves out what is private. [default: {told or default}]"
    choice = click.Choice(AUDIENCES)
    return click.option("--audience", type=choice, default=None if told else default, help=text)


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    sys.exit(2)


def says_problems(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say what the environment lacks in one line, without a traceback."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except OSError as problem:
            place = f"{problem.filename}: " if problem.filename else ""
            _fail(f"{place}{problem.strerror or problem}")
        except UserError as problem:
            _fail(str(problem))

    return run
