"""`milemark set`, `tick`, `untick`, `done` and `undo`: edits of items that leave the rest of each file alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import click

from milemark.app.command import command
from milemark.app.options import Options, parse_day
from milemark.app.project import Project
from milemark.app.write import carry_out, chosen, take_back, write_options
from milemark.app.write_plan import check_revision, edited_item
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.identifiers import key_of
from milemark.markdown.edit import Edit
from milemark.roadmap.field_edits import (
    done_assignments,
    field_edits,
    find_task,
    mark_edit,
    parse_assignment,
    task_name,
)
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.references import find_item
from milemark.roadmap.schema import item_id

_STDIN = "-"
_ItemEdits = Callable[[Project, Item], Iterable[Edit]]


@command("set")
@click.argument("target", metavar="ID")
@click.argument("assignments", metavar="KEY=VALUE...", nargs=-1, required=True)
@write_options
def set_(options: Options, target: str, assignments: Sequence[str], **given: Any) -> None:
    """Set fields of an item: key=value, key= to remove it, key+=value and key-=value for lists.

    ID is an id, an alias or a file; - reads ids from stdin, one on a line. A name in an object is key.Name=value. Only
    the bytes of these values change.
    """
    parsed = [parse_assignment(each) for each in assignments]
    _edit(
        options, given, "set", target, lambda project, item: field_edits(project.loaded.roadmap.settings, item, parsed)
    )


@command("done")
@click.argument("target", metavar="ID")
@click.option("--on", type=parse_day, metavar="DATE", help="The day on which it was finished. [today]")
@write_options
def done(options: Options, target: str, on: date | None, **given: Any) -> None:
    """Finish an item: its status becomes the first one that means done, and `finished` the local day.

    ID is as for `set`.
    """

    def edits(project: Project, item: Item) -> Iterable[Edit]:
        settings = project.loaded.roadmap.settings
        return field_edits(
            settings, item, done_assignments(settings, item, on or options.today, is_moved=on is not None)
        )

    _edit(options, given, "done", target, edits)


@command("tick")
@click.argument("target", metavar="ID")
@click.argument("words", default="")
@click.option("--mark", default="x", help='The mark to write, such as "/". [x]')
@click.option("--this-one", is_flag=True, help="Tick a task that repeats.")
@write_options
def tick(options: Options, target: str, words: str, mark: str, *, this_one: bool, **given: Any) -> None:
    """Tick a task of an item: `tick shop "real API"`, `tick shop#3`, or `tick FILE:LINE --if-revision REV`.

    WORDS are a part of the task that no other task of the item has. A date is added only if the other tasks have one.
    """
    _mark(options, given, ("tick", target, words, mark), this_one=this_one)


@command("untick")
@click.argument("target", metavar="ID")
@click.argument("words", default="")
@click.option("--this-one", is_flag=True, help="Untick a task that repeats.")
@write_options
def untick(options: Options, target: str, words: str, *, this_one: bool, **given: Any) -> None:
    """Untick a task of an item, which is named as for `tick`; its date of completion is removed."""
    _mark(options, given, ("untick", target, words, " "), this_one=this_one)


def _mark(options: Options, given: dict[str, Any], named: tuple[str, str, str, str], *, this_one: bool) -> None:
    command_, target, words, mark = named
    name = task_name(target, words)
    if name.line and not given["if_revision"]:
        raise UserError("a line may have moved: name the task by its words, or give --if-revision REV as `show` has it")

    def edits(project: Project, item: Item) -> Iterable[Edit]:
        settings = project.loaded.roadmap.settings
        task = find_task(item, name)
        day = options.today if settings.is_closed(mark) else None
        return [mark_edit(settings, task, mark, day, this_one=this_one)]

    _edit(options, given, command_, name.item, edits)


@command("undo")
def undo(options: Options) -> None:
    """Take the last write back, unless one of its files has changed since."""
    root = options.root()
    for path in take_back(root):
        click.echo(f"as before: {visible(os.path.relpath(path, root))}")


def _edit(options: Options, given: dict[str, Any], name: str, target: str, edits: _ItemEdits) -> None:
    """Carry out edits of the items that a target names."""
    ids, revisions = _targets(target)

    def planner(project: Project) -> Mapping[str, bytes | None]:
        found = {each: one_item(project.loaded.roadmap, each) for each in ids}
        for each, revision in revisions.items():
            check_revision(project, found[each].path, revision)
        return {item.path: edited_item(project, item, [*edits(project, item)]) for item in found.values()}

    carry_out(options, chosen(**given), name, planner)


def _targets(target: str) -> tuple[list[str], Mapping[str, str]]:
    """Return the ids that a target means, and the revisions that came with them."""
    if target != _STDIN:
        return [target], {}
    text = sys.stdin.read()
    if text.lstrip().startswith("["):
        return _from_json(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return _unique(lines[1:] if lines[:1] == ["id"] else lines), {}  # the head of a table


def _from_json(text: str) -> tuple[list[str], Mapping[str, str]]:
    try:
        rows = json.loads(text)
        ids = [row["id"] for row in rows]
        return _unique(ids), {row["id"]: row["revision"] for row in rows if row.get("revision")}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise UserError("stdin is no list of objects with an id: `milemark list --format json` prints one") from None


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def one_item(roadmap: Roadmap, name: str) -> Item:
    """Return the item that a name means. Raises UserError if it is unknown, or the id of several files."""
    item = find_item(roadmap, name)
    same = [each for each in roadmap.items if key_of(item_id(each.document)) == key_of(item.id)]
    if len(same) > 1 and key_of(name) == key_of(item.id):
        paths = ", ".join(roadmap.settings.shown(each.path) for each in same)
        raise UserError(f'"{name}" is the id of several files: {paths}; name one of the files')
    return item
