"""`milemark init`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milemark.app.command import command
from milemark.app.folders import project_of
from milemark.app.options import Options
from milemark.foundation.content_folder import content_of
from milemark.foundation.errors import UserError

if TYPE_CHECKING:
    from milemark.app.file_writes import FileWrite
    from milemark.app.surroundings import FolderKind


@command("init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--example", type=click.Choice(["career"]), help="Start from a complete example.")
@click.option("--locale", type=click.Choice(["ko", "en"]), help="Language of the example: ko by default.")
@click.option("--agents", is_flag=True, help="Only write the files for agents: a part of AGENTS.md, and a skill.")
@click.option("--editor", type=click.Choice(["vscode"]), help="Only write snippets and JSON Schemas for an editor.")
@click.option(
    "--dataset",
    metavar="OWNER/NAME",
    help="Only write the workflow that adds each day to a dataset in this repository.",
)
@click.option("--dry-run", is_flag=True, help="Print the files that would be written, and write none.")
def init(  # noqa: PLR0913  each is an option
    options: Options,
    folder: Path,
    example: str | None,
    locale: str | None,
    editor: str | None,
    *,
    dataset: str | None,
    agents: bool,
    dry_run: bool,
) -> None:
    """Start a roadmap that fits a folder: a new plan, or the files that your notes, backlog or project lack.

    Existing files stay unchanged. Each file is named before it is written.
    """
    if agents:
        _write_agent_files(options.start / folder, dry_run=dry_run)
        return
    if editor:
        _write_editor_files(options.start / folder, editor, dry_run=dry_run)
        return
    if dataset:
        _write_dataset_workflow(options.start / folder, dataset, dry_run=dry_run)
        return
    from milemark.app.starter import has_broken_roadmap, kinds_of, plan_of, write

    if locale and not example:
        raise click.UsageError("--locale is the language of an example: add --example career")
    target = options.start / folder
    name = os.path.relpath(target)
    shown = "this folder" if name == "." else name
    kind = _asked(shown, kinds_of(target, example))
    plan = plan_of(target, example, options.as_of or options.today, locale or "ko", kind)
    click.echo(f"{shown} is {plan.kind}", err=True)
    for step in plan.steps:
        verb, advice = "write" if step.is_new else "keep", f": {step.advice}" if step.advice else ""
        is_left_out = not step.is_new and not step.path.exists()
        click.echo(f"{'skip' if is_left_out else verb} {os.path.relpath(step.path)}{advice}", err=True)
    if dry_run:
        click.echo("nothing written: --dry-run", err=True)
        return
    if _is_terminal() and any(step.is_new for step in plan.steps):
        click.confirm("write these files?", default=True, abort=True, err=True)
    write(plan)
    place = os.path.relpath(plan.root)
    next_step = "milemark check" if plan.kind.is_adopted or has_broken_roadmap(plan.root) else _BUILD[plan.kind.name]
    click.echo(f"next: {next_step}" if place == "." else f"next: cd {shlex.quote(place)} && {next_step}", err=True)


def _write_agent_files(target: Path, *, dry_run: bool) -> None:
    """Write the files that agents read, into the root of the project around a folder."""
    from milemark.app.agent_files import agent_files  # only this option needs it

    root = _roadmap_around(target)
    _write_only(root, "init --agents", agent_files(root), dry_run=dry_run)


def _write_editor_files(target: Path, editor: str, *, dry_run: bool) -> None:
    """Write the files of an editor into the root of the project around a folder."""
    from milemark.app.commands.inspect import settings_of
    from milemark.app.editor_files import editor_files

    root = _roadmap_around(target)
    writes, kept = editor_files(content_of(root), settings_of(root))
    for path, text in kept.items():
        click.echo(f"keep {os.path.relpath(root / path)}: add this to it by hand\n{text}", err=True)
    _write_only(root, f"init --editor {editor}", writes, dry_run=dry_run)


def _write_dataset_workflow(target: Path, repository: str, *, dry_run: bool) -> None:
    """Write the workflow that adds each day to a dataset."""
    from milemark.app.dataset_workflow import dataset_workflow
    from milemark.app.installation import installation

    root, found = _roadmap_around(target), installation()
    writes = dataset_workflow(root, repository, found)
    _write_only(root, "init --dataset", writes, dry_run=dry_run)
    if writes and found.workflow_advice:
        click.echo(f"next: {found.workflow_advice.replace('[mkdocs]', '[parquet]')}", err=True)


def _roadmap_around(target: Path) -> Path:
    root = project_of(target)
    if not content_of(root).roadmap.is_file():
        raise UserError(f"there is no roadmap in {os.path.relpath(target)}: `milemark init` starts one")
    return root


def _write_only(root: Path, name: str, writes: Sequence[FileWrite], *, dry_run: bool) -> None:
    from milemark.app.write import write_recorded

    for each in writes:
        click.echo(f"write {os.path.relpath(each.path)}", err=True)
    if not writes or dry_run:
        click.echo(f"nothing written: {'--dry-run' if writes else 'the files are up to date'}", err=True)
        return
    write_recorded(root, name, writes)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _asked(shown: str, kinds: Sequence[FolderKind]) -> FolderKind:
    """Return what a folder is; on a terminal the user says so where it may be several things."""
    if len(kinds) == 1 or not _is_terminal():
        return kinds[0]
    click.echo(f"{shown} may be", err=True)
    for number, kind in enumerate(kinds, 1):
        click.echo(f"  {number}: {kind}", err=True)
    return kinds[click.prompt("which one is it?", type=click.IntRange(1, len(kinds)), default=1, err=True) - 1]


_BUILD = {"EMPTY": "milemark build", "PROJECT": "milemark build", "DOCS": "milemark generate"}
