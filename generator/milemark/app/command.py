"""What commands have in common: the group they belong to, and reading a project with what is wrong with it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from milemark import __version__
from milemark.app.options import PUBLISHED, Options, ReadOptions, global_options, says_problems
from milemark.foundation.layout import CONTENT, ROADMAP_FILE
from milemark.output.text.diagnostics import FormatContext, as_text

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from milemark.app.project import ProgressListener, Project
    from milemark.foundation.diagnostics import Diagnostic
    from milemark.history.blobs import ProgressCallback

_UNFOLDED = 10_000  # columns: lines in a file or a pipe are never folded
_MANY = 300  # files of the past: fewer are read before anybody wonders


@click.group(name="milemark", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def group() -> None:
    """Turn a folder of Markdown files into a roadmap you can trust and a portfolio you can show."""


group.params += global_options()


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function: it takes the global options, and says in words what it cannot do."""

    def made(function: Callable[..., Any]) -> click.Command:
        found = group.command(name=name)(click.pass_obj(says_problems(function)))
        found.params += global_options()
        return found

    return made


def read(options: Options, purpose: ReadOptions = PUBLISHED) -> Project:
    """Read the project for what it is wanted for.

    Where its roadmap.yml cannot be trusted, say so and stop, since all depends on it.
    """
    from milemark.app.project import read_project  # noqa: PLC0415  `check` needs no templates

    project = read_project(options.root(), options.today, options.as_of, purpose=purpose)
    if project.schema_errors:
        say(project, project.schema_errors)
        click.echo(f"error: nothing was made: {CONTENT}/{ROADMAP_FILE} has errors, and all depends on it", err=True)
        sys.exit(1)
    return project


def say(project: Project, found: Sequence[Diagnostic]) -> None:
    """Print findings on stderr, if there are any."""
    if found:
        click.echo(told(project, found), err=True)


def told(project: Project, found: Sequence[Diagnostic]) -> str:
    """Return findings as people read them."""
    return as_text(found, FormatContext(project.text_of, project.language.gettext, CONTENT))


def ready(options: Options) -> Path:
    """Return the project's folder, if it holds what a build needs."""
    from milemark.publish.mkdocs_config import read_publisher_settings  # noqa: PLC0415

    root = options.root()
    roadmap = root / CONTENT / ROADMAP_FILE
    if roadmap.is_file() and not roadmap.read_bytes().strip():
        click.echo(f"error: nothing was made: {CONTENT}/{ROADMAP_FILE} in {root} is empty", err=True)
        sys.exit(1)
    if (root / CONTENT).is_dir() and not roadmap.exists():
        place = f"{CONTENT}/{ROADMAP_FILE} in {root}"
        click.echo(f"error: nothing was made: there is no {place}: `milemark init` writes one", err=True)
        sys.exit(1)
    read_publisher_settings(root)
    return root


def terminal_width() -> int:
    """Return the number of columns that lines on stdout may have."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _UNFOLDED


@contextmanager
def progress() -> Iterator[ProgressCallback | None]:
    """Show on a terminal how much of a long past was read."""
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def told(done: int, total: int) -> None:
            if total < _MANY:
                return
            if not bars:
                bar = click.progressbar(length=total, label="reading the history", file=sys.stderr)
                bars.append(stack.enter_context(bar))
            bars[0].update(done - bars[0].pos)
            if done >= total:  # what comes next has a line of its own
                stack.close()

        yield told if sys.stderr.isatty() else None


@contextmanager
def listening() -> Iterator[ProgressListener]:
    """Show how far the reading of the past has come, and say where it cannot be read."""
    from milemark.app.project import ProgressListener  # noqa: PLC0415

    with progress() as told:
        yield ProgressListener(told, lambda text: click.echo(f"note: {text}", err=True))
