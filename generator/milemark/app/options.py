"""The options of every command (-C, --as-of), the day and the project they select, and errors in one line."""

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
        """The folder that -C names, else the current one."""
        return (self.start_in or Path()).resolve()

    @property
    def today(self) -> date:
        """The day of SOURCE_DATE_EPOCH if it is set, else the local day."""
        try:
            return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "")), UTC).date()
        except (ValueError, OverflowError, OSError):  # not set, or outside the calendar
            return datetime.now().astimezone().date()

    def root(self) -> Path:
        """Return the project's folder: that of -C, else the nearest from here upwards, printed on stderr."""
        if self.start_in:
            return self.start
        root = project_of(self.start)
        printed = click.get_current_context().meta
        if root != self.start and printed.setdefault(__name__, root) is root:  # once in a run
            click.echo(f"project: {root}", err=True)
        return root


def parse_day(text: str) -> date:
    """Return the day of an option: `2025-01-12`."""
    day = parse_date(text)
    if day is None or day.precision != "day":
        raise click.BadParameter(f'"{text}" is not a day: {_day_hint(text)}')
    return day.first


def _day_hint(text: str) -> str:
    from milemark.foundation.date_forms import date_hint  # only a wrong day needs it

    hint, values = date_hint(text)
    is_impossible = hint and "nearest" not in values  # the nearest date may be a month
    return hint.format(**values) if is_impossible else "write it as 2025-01-12"


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Store a global option for the command; one after the command's name wins."""
    known = context.obj or Options()
    context.obj = known if value is None else replace(known, **{str(parameter.name): value})


def global_options() -> list[click.Parameter]:
    """Return the options that every command takes."""
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return [
        click.Option(
            ["-C", "start_in"],
            type=folder,
            metavar="DIR",
            expose_value=False,
            is_eager=True,  # before the paths that it is for
            callback=_remember,
            help="Run as if started in DIR.",
        ),
        click.Option(
            ["--as-of"],
            type=parse_day,
            metavar="DATE",
            expose_value=False,
            callback=_remember,
            help="The day to build for, such as 2025-01-12.",
        ),
    ]


class StartPath(click.Path):
    """The type of a path that is seen from the folder of -C, wherever -C stands."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, as checked as any path of click."""
        folder = ctx.obj.start_in if ctx and ctx.obj else None
        return super().convert(folder / value if folder else value, param, ctx)


class ReadOptions(NamedTuple):
    """The audience to read a project for, and whether its content comes from untrusted authors."""

    audience: str = PUBLIC
    is_untrusted: bool = False


PUBLISHED = ReadOptions()
_ENDED_BY_PIPE = 128 + 13  # the exit code of a program that SIGPIPE ends


def audience_option(default: str, described: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option `--audience`: `public` leaves private content out, `private` is for the owner.

    `described` describes a default that depends on another option; the option is None then.
    """
    text = f"The audience of the output: public leaves out private content. [default: {described or default}]"
    choice = click.Choice(AUDIENCES)
    return click.option("--audience", type=choice, default=None if described else default, help=text)


def _fail(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    sys.exit(2)


def reports_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Report errors of use and environment in one line and exit with 2, without a traceback."""

    @wraps(command)
    def run(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except BrokenPipeError:  # the reader of the output has seen enough: `milemark list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python reports it at its end
            sys.exit(_ENDED_BY_PIPE)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            _fail(f"{place}{error.strerror or error}")
        except UserError as error:
            _fail(str(error))

    return run
