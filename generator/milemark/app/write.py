"""Carry out a write: plan it, show it, ask where that is needed, write all files or none, print its findings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from milemark.app.command import open_project
from milemark.app.file_writes import ChangedMeanwhileError, FileWrite, one_writer, write_files
from milemark.app.options import Options, ReadOptions
from milemark.app.project import Project, read_project
from milemark.app.undo_records import Record, begin_record, complete, forget, last_record, remove_leftovers
from milemark.app.write_plan import Planner, WriteChanges, WritePlan, check_revision, place_on_disk, plan_of
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.i18n import counted
from milemark.foundation.layout import PRIVATE
from milemark.output.text.diagnostics import FormatContext
from milemark.output.text.diagnostics import as_text as findings_as_text
from milemark.output.text.write_result import FileChange, WriteResult, as_diff, as_json, as_text

_ATTEMPTS = 5  # a file that an editor saves in between is read and edited again


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """The options of every command that writes. `revision` is the one that the file must have.

    `is_repair`: for a command that also corrects a roadmap.yml with errors, on which all others depend.
    """

    is_dry: bool = False
    is_confirmed: bool = False
    format_: str = "text"
    revision: str = ""
    is_repair: bool = False


def write_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of every command that writes."""
    for option in (
        click.option("--dry-run", "dry_run", is_flag=True, help="Print the changes as a diff; write nothing."),
        click.option("--yes", is_flag=True, help="Change several files, or make something public, without asking."),
        click.option(
            "--if-revision", metavar="REV", help="Write only if the file has this revision, as `show` has it."
        ),
        format_option(),
    ):
        function = option(function)
    return function


def format_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option for text or the JSON that write.schema.json describes."""
    return click.option(
        "--format", "format_", type=click.Choice(["text", "json"]), default="text", help="Output format."
    )


def chosen(*, dry_run: bool, yes: bool, if_revision: str | None, format_: str) -> WriteOptions:
    """Return the values of the options that `write_options` adds."""
    return WriteOptions(dry_run, yes, format_, if_revision or "")


def carry_out(
    options: Options, write: WriteOptions, command: str, planner: Planner, then: Callable[[], object] = str
) -> None:
    """Carry out a write, print it and call `then`. Exit with 1 if it brings an error.

    Raises UserError if nothing was written.
    """
    root = options.root()
    if write.is_dry:
        plan = plan_of(_opened(options, write), planner)
        _check_revisions(plan, write)
    else:
        with one_writer(root):
            _report_half_done(root)
            plan = _written(options, write, command, planner)
    _print(plan, write, command)
    then()
    if any(each.is_error for each in plan.findings):
        sys.exit(1)


def _opened(options: Options, write: WriteOptions) -> Project:
    owner = ReadOptions(PRIVATE)
    if write.is_repair:
        return read_project(options.root(), options.today, options.as_of, read_options=owner)
    return open_project(options, owner)


def _written(options: Options, write: WriteOptions, command: str, planner: Planner) -> WritePlan:
    for attempt in range(1, _ATTEMPTS + 1):
        plan = plan_of(_opened(options, write), planner)
        _check_revisions(plan, write)
        _confirm(plan, write)
        try:
            _replace_files(plan, command)
        except ChangedMeanwhileError:
            if attempt == _ATTEMPTS:
                raise
        else:
            break
    return plan


def _replace_files(plan: WritePlan, command: str) -> None:
    if plan.files:
        places = ((place_on_disk(plan.project, each.path), each) for each in plan.files)
        replace_recorded(
            plan.project.root, command, [FileWrite(place, each.before, each.after) for place, each in places]
        )


def write_recorded(root: Path, command: str, writes: Sequence[FileWrite]) -> None:
    """Write the files of a command, all or none, while no other command writes; `undo` takes them back."""
    with one_writer(root):
        _report_half_done(root)
        replace_recorded(root, command, writes)


def replace_recorded(root: Path, command: str, writes: Sequence[FileWrite]) -> None:
    """Replace files, all or none, and keep a record for `undo`. For a command that waits for no other one."""
    record = begin_record(root, command, writes)
    try:
        write_files(writes)
    except BaseException:
        forget(record)
        raise
    complete(record)


def print_json(project: Project, command: str, changes: WriteChanges, *, is_written: bool) -> None:
    """Print the changes of a command that writes in its own way as JSON."""
    _print(plan_of(project, lambda _project: changes), WriteOptions(is_dry=not is_written, format_="json"), command)


def print_result_json(result: WriteResult) -> None:
    """Print the result of a command that needs no project as JSON."""
    click.echo(as_json(result, FormatContext(lambda _path: b"", str)))


def _check_revisions(plan: WritePlan, write: WriteOptions) -> None:
    if not write.revision:
        return
    if sum(each.after is not None for each in plan.files) > 1:
        raise UserError("--if-revision is for one file: for several, give their revisions as JSON on stdin")
    for each in plan.files:
        if each.before is not None:
            check_revision(plan.project, each.path, write.revision)


def _confirm(plan: WritePlan, write: WriteOptions) -> None:
    """Ask before several files change or something becomes public; elsewhere than on a terminal, --yes is needed."""
    reasons = []
    if plan.becomes_public:
        reasons.append("this becomes public:\n" + "\n".join(f"  {visible(each)}" for each in plan.becomes_public))
    if sum(each.after is not None for each in plan.files) > 1:
        reasons.append(counted(len(plan.files), "file changes", "files change"))
    if not reasons or write.is_confirmed:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        reason = "\n".join(reasons)
        raise UserError(f"{reason}\nnothing was written: look at it with --dry-run, then add --yes")
    click.echo(as_text(_result(plan, "", is_written=False)), err=True)
    click.echo("\n".join(reasons), err=True)
    click.confirm("write?", abort=True, err=True)


def _result(plan: WritePlan, command: str, *, is_written: bool) -> WriteResult:
    shown = plan.project.folder.shown
    changes = [
        FileChange(shown(each.path), each.before, each.after, each.revision_before, each.revision_after)
        for each in plan.files
    ]
    return WriteResult(command, is_written, changes, plan.becomes_public, plan.findings, plan.notes)


def _print(plan: WritePlan, write: WriteOptions, command: str) -> None:
    result = _result(plan, command, is_written=bool(plan.files) and not write.is_dry)
    project = plan.after
    context = FormatContext(project.text_of, project.language.gettext, project.folder.shown)
    if write.format_ == "json":
        click.echo(as_json(result, context))
        return
    if write.is_dry:
        click.echo(as_diff(result).encode("utf-8", "surrogateescape"), nl=False)
        if plan.becomes_public:
            click.echo("this becomes public:\n" + "\n".join(plan.becomes_public), err=True)
    else:
        click.echo(as_text(result))
    if plan.notes:
        click.echo(
            "look at these lines, which stay as they are:\n" + "\n".join(f"  {each}" for each in plan.notes), err=True
        )
    if plan.findings:
        click.echo(findings_as_text(plan.findings, context), err=True)


def _report_half_done(root: Path) -> None:
    """Say what an earlier command left half done, once it was killed; remove its temporary files."""
    record = last_record(root)
    if record is None or record.is_complete:
        return
    if record.is_half_done:
        click.echo(half_done_text(record), err=True)
    remove_leftovers(record)
    if any(each.state == "new" for each in record.files):
        complete(record.folder)  # `undo` can take it back
    else:
        forget(record.folder)


def half_done_text(record: Record) -> str:
    """Return the files that a killed command has written, and those that it has not."""
    names = {"new": "written", "old": "not written", "other": "changed since"}
    lines = [f"  {names[each.state]}: {each.path}" for each in record.files]
    head = f"note: an earlier `milemark {record.command}` was stopped before its end; `milemark undo` takes it back:"
    return "\n".join([head, *lines])


def take_back(root: Path) -> Sequence[Path]:
    """Take the last write back, and return its files. Raises UserError if one of them has changed since."""
    with one_writer(root):
        record = last_record(root)
        if record is None:
            raise UserError("there is nothing to undo")
        changed = [each.path for each in record.files if each.state == "other"]
        if changed:
            names = ", ".join(map(str, changed))
            raise UserError(f"{names} changed after `milemark {record.command}`: nothing was taken back")
        write_files(
            [
                FileWrite(
                    each.path,
                    each.path.read_bytes() if each.after else None,
                    each.kept.read_bytes() if each.kept else None,
                )
                for each in record.files
                if each.state == "new"
            ]
        )
        remove_leftovers(record)
        forget(record.folder)
    return [each.path for each in record.files]
