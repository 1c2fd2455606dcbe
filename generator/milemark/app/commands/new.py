"""`milemark new`, `move` and `rename`: commands that make a file, or give one another place or name."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

import click

from milemark.app.command import command
from milemark.app.item_names import new_planner, refuse_existing, rename_planner
from milemark.app.options import Options
from milemark.app.project import Project
from milemark.app.renaming import moved
from milemark.app.targets import one_item
from milemark.app.write import carry_out, chosen, write_options
from milemark.app.write_plan import WriteChanges, place_on_disk
from milemark.foundation.errors import UserError
from milemark.roadmap.field_edits import parse_assignment
from milemark.roadmap.new_items import collection_named, folder_of_new

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
    planned = new_planner(collection, title, [parse_assignment(each) for each in assignments], id_ or "")
    places: list[str] = []

    def planner(project: Project) -> WriteChanges:
        changes = planned(project)
        places.extend(str(place_on_disk(project, path)) for path in changes.files)
        return changes

    def open_editor() -> None:
        if is_edited and not given["dry_run"]:
            click.edit(filename=places[-1])

    carry_out(options, chosen(**given), "new", planner, then=open_editor)


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
        if item.document.within or posixpath.dirname(item.path) not in item.collection.folders:
            raise UserError(
                f"{project.folder.shown(item.path)} is not a file of its own in that folder: move it by hand"
            )
        if not collection.folders:
            raise UserError(f'"{collection.name}" has no folder: `match` in roadmap.yml says what its items are')
        path = f"{folder_of_new(roadmap, collection)}/{posixpath.basename(item.path)}"
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
