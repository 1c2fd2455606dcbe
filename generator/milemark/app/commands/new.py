"""`milemark new`, `move` and `rename`: commands that make a file, or give one another place or name."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

import click

from milemark.app.command import command
from milemark.app.item_names import checked_name, refuse_existing, rename_planner
from milemark.app.options import Options
from milemark.app.project import Project
from milemark.app.renaming import moved
from milemark.app.targets import one_item
from milemark.app.write import carry_out, chosen, write_options
from milemark.app.write_plan import WriteChanges, place_on_disk
from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import key_of
from milemark.markdown.edit import edit_bytes
from milemark.roadmap.field_edits import Assignment, field_edits, parse_assignment
from milemark.roadmap.load import read_file
from milemark.roadmap.model import Roadmap
from milemark.roadmap.new_items import collection_named, file_name, item_text

_rewrite = click.option("--rewrite", is_flag=True, help="Change the references in all files, too.")


@command("new")
@click.argument("collection")
@click.argument("title")
@click.option(
    "--set", "assignments", metavar="KEY=VALUE", multiple=True, help="A field, as for `set`; may be repeated."
)
@click.option("--id", "id_", metavar="NAME", help="The name of the file, and so its id. [from the title]")
@click.option("--edit", "is_edited", is_flag=True, help="Open the file in your editor.")
@write_options
def new(  # noqa: PLR0913  each is an option
    options: Options,
    collection: str,
    title: str,
    assignments: Sequence[str],
    id_: str | None,
    *,
    is_edited: bool,
    **given: Any,
) -> None:
    """Make the file of a new item in a collection, with its title, its first status and the fields to fill in."""
    parsed = [parse_assignment(each) for each in assignments]
    places: list[str] = []

    def planner(project: Project) -> WriteChanges:
        path, data = _new_file(project.loaded.roadmap, (collection, title, id_ or file_name(title)), parsed)
        refuse_existing(project, path)
        places.append(str(place_on_disk(project, path)))
        return WriteChanges({path: data})

    def open_editor() -> None:
        if is_edited and not given["dry_run"]:
            click.edit(filename=places[-1])

    carry_out(options, chosen(**given), "new", planner, then=open_editor)


def _new_file(roadmap: Roadmap, named: tuple[str, str, str], assignments: Sequence[Assignment]) -> tuple[str, bytes]:
    settings = roadmap.settings
    collection, name = collection_named(settings, named[0]), checked_name(named[2])
    if taken := roadmap.names.get(key_of(name)):
        raise UserError(f'"{name}" is {settings.shown(roadmap.by_id[taken].path)}: choose another name with --id')
    path = f"{collection.name}/{name}.md"
    data = item_text(settings, collection, named[1], {each.name for each in assignments}).encode()
    item = read_file(settings, path, data).item
    assert item is not None, "it lies in a collection"  # noqa: S101
    return path, edit_bytes(path, data, field_edits(settings, item, assignments))


@command("move")
@click.argument("target", metavar="ID")
@click.option("--collection", "to", required=True, help="The collection to move it to.")
@_rewrite
@write_options
def move(options: Options, target: str, to: str, *, rewrite: bool, **given: Any) -> None:
    """Move an item to another collection. Its id stays, so references by id stay whole, and so do the links in it.

    With --rewrite, the links of other files lead to its new place; without it, broken ones are printed.
    """

    def planner(project: Project) -> WriteChanges:
        roadmap = project.loaded.roadmap
        item, collection = one_item(roadmap, target), collection_named(roadmap.settings, to)
        if item.collection.name == collection.name:
            return WriteChanges({})
        if item.document.within or posixpath.dirname(item.path) != item.collection.name:
            raise UserError(f"{project.folder.shown(item.path)} is no file of its own in that folder: move it by hand")
        path = f"{collection.name}/{posixpath.basename(item.path)}"
        refuse_existing(project, path)
        return moved(project, item, path, is_everywhere=rewrite)

    carry_out(options, chosen(**given), "move", planner)


@command("rename")
@click.argument("old", metavar="ID")
@click.argument("name", metavar="NEW")
@_rewrite
@write_options
def rename(options: Options, old: str, name: str, *, rewrite: bool, **given: Any) -> None:
    """Give an item another id; its old one becomes an alias. Only its file changes, and every reference stays whole.

    With --rewrite, its file gets the new name, and fields, links, bases and roadmap.yml name it. Lines of queries and
    of mkdocs.yml that name it are printed.
    """
    planner = rename_planner(old, name, is_everywhere=rewrite)
    carry_out(options, chosen(**given), "rename", planner)
