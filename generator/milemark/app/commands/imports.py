"""`milemark import`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from milemark.app.command import group, open_project, write_epilog
from milemark.app.folders import folder_below
from milemark.app.options import Options, ReadOptions, StartPath, global_options, reports_errors
from milemark.app.write import print_json, write_recorded
from milemark.app.write_plan import WriteChanges
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.layout import PRIVATE

if TYPE_CHECKING:
    from milemark.app.importing import Read
    from milemark.imports.plan import PlannedItem

_FILE = StartPath(exists=True, dir_okay=False, path_type=Path)
_FOLDER = StartPath(exists=True, file_okay=False, path_type=Path)


class _ImportGroup(click.Group):
    """The group, whose help ends with examples."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """Write the examples."""
        write_epilog("import", formatter)


@group.group(name="import", cls=_ImportGroup)
def import_group() -> None:
    """Turn the export of another tool into files, one for each item.

    A file is updated by a later import of the same item as long as you have not edited it. Nothing is fetched.
    """


import_group.params += global_options()


def importer(name: str, default: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Register a kind of import; its function returns the reader of its arguments."""

    def register(function: Callable[..., Any]) -> click.Command:
        @click.pass_obj
        @reports_errors
        def run(options: Options | None, into: str, *, dry_run: bool, format_: str, **arguments: Any) -> None:
            read = function(**arguments)
            _import(options or Options(), read, into, is_dry=dry_run, is_json=format_ == "json")

        run.__doc__ = function.__doc__
        found = import_group.command(name=name)(run)
        found.params += [*reversed(getattr(function, "__click_params__", [])), *_options(default), *global_options()]
        return found

    return register


def _options(default: str) -> list[click.Parameter]:
    about = f"The folder below the project's files for new items. [default: {default}]"
    return [
        click.Option(["--into"], default=default, metavar="FOLDER", help=about),
        click.Option(["--dry-run"], is_flag=True, help="Print the changes, and write nothing."),
        click.Option(
            ["--format", "format_"], type=click.Choice(["text", "json"]), default="text", help="Output format."
        ),
    ]


def _import(options: Options, read: Read, into: str, *, is_dry: bool, is_json: bool) -> None:
    from milemark.app.importing import Target, planned, undeclared, writes_of

    project = open_project(options, ReadOptions(PRIVATE))
    folder = folder_below(project.folder, into)
    target = Target(project.folder.path, folder, project.everything, project.content.files)
    changes, notes = planned(target, read)
    writes = writes_of(target, changes)
    for note in () if is_json and changes else notes:
        click.echo(f"note: {visible(note)}", err=True)
    if not changes:
        click.echo("error: no items found", err=True)
        sys.exit(1)
    if writes and not is_dry:
        write_recorded(project.root, "import", writes)
    advice = "" if is_dry else undeclared(target, changes)
    if is_json:
        told = (*notes, advice) if advice else notes
        print_json(project, "import", _as_changes(changes, told, project.folder.shown), is_written=not is_dry)
        return
    _report(changes, project.folder.shown, is_dry=is_dry)
    if advice:
        click.echo(f"next: {visible(advice)}", err=True)


def _as_changes(changes: Sequence[PlannedItem], notes: Sequence[str], shown: Callable[[str], str]) -> WriteChanges:
    """Return the new bytes of an import, with a note for each file that was edited and stays."""
    from milemark.imports.plan import Effect

    kept = [f"{each.kind}: {shown(each.path)}" for each in changes if each.kind in {Effect.EDITED, Effect.CONFLICT}]
    files = {each.path: each.text.encode("utf-8", "replace") for each in changes if each.is_written}
    return WriteChanges(files, (*notes, *kept))


def _report(changes: Sequence[PlannedItem], shown: Callable[[str], str], *, is_dry: bool) -> None:
    from milemark.imports.plan import Effect

    for each in changes:
        if each.kind is not Effect.SAME:
            click.echo(f"{each.kind}: {visible(shown(each.path))}")
    counts = Counter(each.kind for each in changes)
    click.echo(
        "; ".join(f"{count} {kind}" for kind, count in counts.items()) + (" (dry run)" if is_dry else ""), err=True
    )


@importer("github", "issues")
@click.argument("files", type=_FILE, nargs=-1, required=True)
def import_github(files: tuple[Path, ...]) -> Read:
    r"""Import issues, milestones and project items from JSON that `gh` printed.

    \b
    gh issue list --state all --limit 9999 --json \
      number,title,state,stateReason,body,labels,milestone,assignees,closedAt,url > issues.json
    gh project item-list 1 --owner me --format json --limit 9999 > project.json
    """
    from milemark.app.importing import text_of
    from milemark.imports.github import read_github

    texts = {str(path): text_of(path) for path in files}
    return lambda settings, collection: read_github(texts, settings, collection)


@importer("csv", "items")
@click.argument("file", type=_FILE)
@click.option("--map", "mapping", default="", metavar="COLUMN=FIELD,…", help="The fields of columns: 'Title=title'.")
def import_csv(file: Path, mapping: str) -> Read:
    """Import a table. The columns of Linear, Jira, Notion and Trello are known; name others by --map."""
    from milemark.app.importing import text_of
    from milemark.imports.csv_file import read_csv

    pairs = [part.partition("=") for part in mapping.split(",") if part.strip()]
    if any(not field.strip() for _column, _sign, field in pairs):
        raise click.BadParameter("write --map as 'Column=field,Other column=field'")
    fields = {column.strip(): field.strip() for column, _sign, field in pairs}
    text = text_of(file)
    return lambda settings, collection: read_csv(file.name, text, fields, settings, collection)


@importer("backlog", "tasks")
@click.argument("folder", type=_FOLDER)
def import_backlog(folder: Path) -> Read:
    """Import the tasks of a folder of Backlog.md."""
    from milemark.app.importing import documents_below
    from milemark.imports.backlog import read_backlog, with_quotes

    place = folder / "backlog" if (folder / "backlog").is_dir() else folder
    if not (place / "tasks").is_dir():
        raise UserError(f"{folder} is not a folder of Backlog.md: it has no tasks/")
    return lambda settings, collection: read_backlog(
        documents_below(place, settings, with_quotes), settings, collection
    )


@importer("kanban", "cards")
@click.argument("file", type=_FILE)
def import_kanban(file: Path) -> Read:
    """Import the cards of a board of Obsidian's Kanban plugin; its lanes are statuses."""
    from milemark.app.importing import document_of
    from milemark.imports.kanban import read_kanban

    return lambda settings, collection: read_kanban(document_of(file, settings), settings, collection)


@importer("roadmap", "items")
@click.argument("file", type=_FILE)
@click.option("--level", type=click.IntRange(1, 6), help="The level of the headings that are items.")
def import_roadmap(file: Path, level: int | None) -> Read:
    """Import the headings of one long file, such as a ROADMAP.md."""
    from milemark.app.importing import document_of
    from milemark.imports.one_file import read_one_file

    return lambda settings, collection: read_one_file(document_of(file, settings), level or 0, settings, collection)
