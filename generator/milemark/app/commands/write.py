"""`milemark set`, `tick`, `untick`, `done` and `undo`: edits of items that leave the rest of each file alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import click

from milemark.app.command import command
from milemark.app.options import Options, parse_day
from milemark.app.project import Project
from milemark.app.targets import one_item, read_targets
from milemark.app.write import carry_out, chosen, take_back, write_options
from milemark.app.write_plan import WriteChanges, check_revision, edited_item
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.markdown.edit import Edit
from milemark.roadmap.field_edits import (
    done_assignments,
    field_edits,
    find_task,
    mark_edit,
    parse_assignment,
    task_name,
)
from milemark.roadmap.model import Item

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
    ids, revisions = read_targets(target)

    def planner(project: Project) -> WriteChanges:
        found = {each: one_item(project.loaded.roadmap, each) for each in ids}
        for each, revision in revisions.items():
            check_revision(project, found[each].document.source, revision)
        planned: dict[str, bytes | None] = {}
        for item in found.values():  # several of them may be headings of one file
            source = item.document.source
            planned[source] = edited_item(project, item, [*edits(project, item)], planned.get(source))
        return WriteChanges(planned)

    carry_out(options, chosen(**given), name, planner)
