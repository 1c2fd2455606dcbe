"""`milemark host`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from milemark.app.command import command, open_project
from milemark.app.options import Options
from milemark.app.write import format_option, print_result_json
from milemark.foundation.errors import UserError
from milemark.foundation.layout import ROADMAP_FILE
from milemark.output.text.write_result import WriteResult


@command("host")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@format_option()
def host(options: Options, folder: Path | None, *, format_: str) -> None:
    """Print the lines that a documentation site needs for the pages in DIR, or in `into:` of roadmap.yml.

    It reads the site's mkdocs.yml, names the settings that clash with the pages, and writes nothing.
    """
    from milemark.app.host import host_of
    from milemark.publish.host_config import advice
    from milemark.publish.tree import refuse_foreign

    root = options.root()
    place = options.start / folder if folder else root / _into(options)
    found = host_of(root, place)
    if found.config is None:
        raise UserError(f"there is no mkdocs.yml above {os.path.relpath(place)}: name a folder of its documents")
    refuse_foreign(found.folder)
    given = advice(found.config, found.folder)
    clashes = [*given.clashes, *_unwritten(found.folder)]
    if format_ == "json":
        notes = [*given.blocks, *(f"warning: {clash}" for clash in clashes)]
        print_result_json(
            WriteResult("host", is_written=False, changes=[], becomes_public=[], findings=[], notes=notes)
        )
        return
    head = f"# {os.path.relpath(found.config)}"
    if given.blocks or not given.clashes:
        click.echo("\n\n".join([head, *given.blocks] if given.blocks else [f"{head} shows the pages"]))
    for clash in clashes:
        click.echo(f"warning: {clash}", err=True)


def _unwritten(folder: Path) -> Iterator[str]:
    """Yield the warning about a folder without pages."""
    if not folder.is_dir():
        shown = os.path.relpath(folder)
        yield f"there is no folder {shown} yet: `milemark generate --into {shown}` writes the pages"


def _into(options: Options) -> str:
    into = open_project(options).loaded.roadmap.settings.into
    if not into:
        raise UserError(f"name the folder: `milemark host docs/roadmap`, or `into: docs/roadmap` in {ROADMAP_FILE}")
    return into
