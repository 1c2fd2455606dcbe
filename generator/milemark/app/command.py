"""The command group, and the steps that several commands share: open a project, print findings, show progress."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from milemark import __version__
from milemark.app.folders import project_of
from milemark.app.options import PUBLISHED, Options, ReadOptions, global_options, reports_errors
from milemark.foundation.content_folder import NoContentError, as_in_project, content_of, no_content
from milemark.foundation.errors import UserError
from milemark.foundation.layout import ROADMAP_FILE

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from milemark.app.project import ProgressListener, Project
    from milemark.foundation.diagnostics import Diagnostic
    from milemark.history.blobs import ProgressCallback

HISTORY_LABEL = "reading the history"  # of a progress bar
_MANY = 300  # files of old commits: reading fewer takes no noticeable time
_LISTED_WIDTH = 60  # columns that the number of files may take
_UNLIMITED = 10_000  # columns of an output that is no terminal: its lines are never folded


# The module of each command in app/commands/.
COMMAND_MODULES = {
    "adopt": "adopt",
    "build": "build",
    "check": "check",
    "doctor": "doctor",
    "done": "write",
    "explain": "inspect",
    "export": "export",
    "forecast": "forecast",
    "generate": "build",
    "history": "history",
    "host": "host",
    "import": "imports",
    "init": "init",
    "instructions": "instructions",
    "join": "layout",
    "list": "query",
    "lsp": "lsp",
    "mcp": "mcp",
    "move": "new",
    "new": "new",
    "portfolio": "portfolio",
    "query": "query",
    "rename": "new",
    "report": "history",
    "schema": "inspect",
    "serve": "build",
    "set": "write",
    "show": "inspect",
    "split": "layout",
    "tick": "write",
    "undo": "write",
    "untick": "write",
}


class LazyGroup(click.Group):
    """A group that imports the module of a command on first use: `milemark check` starts without the other commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of all commands."""
        return list(COMMAND_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name, or None."""
        if cmd_name in COMMAND_MODULES:
            import_module(f"milemark.app.commands.{COMMAND_MODULES[cmd_name]}")
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that arguments name. Raises UsageError for an unknown one, with the nearest."""
        name = args[0]
        if not (name.startswith("-") or ctx.resilient_parsing or self.get_command(ctx, name)):
            from milemark.foundation.suggestions import nearest  # only a wrong command needs it

            near = nearest(name, tuple(COMMAND_MODULES))
            ctx.fail(f"No such command '{name}'." + (f" Did you mean '{near}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the purposes that people have."""
        from milemark.app.command_help import groups  # only help needs it

        for title, names in groups(tuple(COMMAND_MODULES)).items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl([(name, each.get_short_help_str(60)) for name, each in found if each])


class _Command(click.Command):
    """A command whose help ends with examples and a page of the documentation, and names the folder of the project."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help."""
        return as_in_project(super().get_help(ctx), content_name(ctx.obj or Options()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the page."""
        write_epilog(str(self.name), formatter)
        super().format_epilog(ctx, formatter)


def content_name(options: Options) -> str:
    """Return the folder that the roadmap.yml of the project names, or an empty text."""
    with suppress(UserError):
        return content_of(project_of(options.start)).name
    return ""


def write_epilog(name: str, formatter: click.HelpFormatter) -> None:
    """Write the examples of a command into its help, and the page of the documentation about it."""
    from milemark.app.command_help import EXAMPLES, PAGES
    from milemark.app.installation import installation

    if lines := EXAMPLES.get(name):
        with formatter.section("Examples"):
            formatter.write("".join(f"{' ' * formatter.current_indent}{line}\n" for line in lines))
    if page := PAGES.get(name):
        formatter.write(f"\nMore: {installation().page(page)}\n")


@click.group(name="milemark", cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def group() -> None:
    """Turn a folder of Markdown files into a roadmap you can trust and a portfolio you can show."""


group.params += global_options()


def command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a function as a command that takes the global options and reports errors in one line."""

    def register(function: Callable[..., Any]) -> click.Command:
        registered = group.command(name=name, cls=_Command)(click.pass_obj(reports_errors(function)))
        registered.params += global_options()
        return registered

    return register


def open_project(options: Options, read_options: ReadOptions = PUBLISHED, *, is_output: bool = False) -> Project:
    """Read the project. Exit with 1 if roadmap.yml has errors, since everything depends on it.

    `is_output`: for a command that writes files.
    """
    from milemark.app.project import read_project  # `check` needs no templates

    project = read_project(options.root(), options.today, options.as_of, read_options=read_options)
    if project.schema_errors:
        print_findings(project, project.schema_errors)
        if is_output:
            _exit_without_output(f"{project.folder.shown(ROADMAP_FILE)} has errors")
        click.echo(f"error: {project.folder.shown(ROADMAP_FILE)} has errors: correct them first", err=True)
        sys.exit(1)
    return project


def _exit_without_output(reason: str) -> None:
    click.echo(f"error: no output written: {reason}", err=True)
    sys.exit(1)


def print_findings(project: Project, findings: Sequence[Diagnostic]) -> None:
    """Print findings on stderr, if there are any."""
    if findings:
        click.echo(findings_text(project, findings), err=True)


def findings_text(project: Project, findings: Sequence[Diagnostic]) -> str:
    """Return findings as text, in the language of the roadmap."""
    from milemark.output.text.diagnostics import FormatContext, as_text  # most runs have no findings

    return as_text(findings, FormatContext(project.text_of, project.spoken.gettext, project.folder.shown))


def print_output_findings(project: Project) -> None:
    """Print the findings about outputs on stderr, without their lines, since these hold private names."""
    from milemark.output.text.diagnostics import FormatContext, as_text

    print_findings(project, project.page_findings)
    if found := project.search_findings:
        click.echo(as_text(found, FormatContext(lambda _path: b"", project.spoken.gettext)), err=True)


def buildable_root(options: Options) -> Path:
    """Return the project's folder as `generating_root` does; raise on a broken mkdocs.yml."""
    from milemark.publish.mkdocs_config import read_publisher_settings

    root = generating_root(options)
    read_publisher_settings(root)
    return root


def generating_root(options: Options) -> Path:
    """Return the project's folder. Exit with 1 if roadmap.yml is missing or empty. Raises NoContentError."""
    root = options.root()
    folder = content_of(root)
    if not folder.path.is_dir():
        raise NoContentError(no_content(folder))
    roadmap, shown = folder.roadmap, folder.shown(ROADMAP_FILE)
    if roadmap.is_file() and not roadmap.read_bytes().strip():
        _exit_without_output(f"{shown} in {root} is empty")
    if not roadmap.exists():
        _exit_without_output(f"there is no {shown} in {root}: `milemark init` writes one")
    return root


@contextmanager
def reading_progress(label: str, after: float = 0) -> Iterator[ProgressCallback]:
    """Show a progress bar while many files are read, after some seconds and only on a terminal.

    While the total is 0, that is unknown, it shows the number of files that were found. Elsewhere, the same input gives
    the same output, however fast the machine is.
    """
    begin = time.monotonic()
    erased = f"\r{' ' * _LISTED_WIDTH}\r"
    with ExitStack() as stack:
        shown: list[ProgressBar[int]] = []

        def update(done: int, total: int) -> None:
            is_early = not shown and time.monotonic() - begin < after
            if (total or done) < _MANY or is_early or not sys.stderr.isatty():
                return
            if not total:
                click.echo(f"\r{label}: {done} files found", nl=False, file=sys.stderr)
                stack.callback(click.echo, erased, nl=False, file=sys.stderr)
                return
            if not shown:
                shown.append(stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr)))
            shown[0].update(done - shown[0].pos)
            if done >= total:  # later output starts on a line of its own
                stack.close()

        yield update


@contextmanager
def history_listener() -> Iterator[ProgressListener]:
    """Show the progress of reading the history, and print a note if it cannot be read."""
    from milemark.app.project import ProgressListener

    with reading_progress(HISTORY_LABEL) as progress:
        yield ProgressListener(progress, lambda text: click.echo(f"note: {text}", err=True))


def terminal_width(unlimited: int = _UNLIMITED) -> int:
    """Return the width of the terminal on stdout in columns, or `unlimited` if stdout is not a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else unlimited
