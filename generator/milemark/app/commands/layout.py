"""`milemark split` and `milemark join`."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from milemark.app.command import command, open_project
from milemark.app.file_writes import FileWrite
from milemark.app.folders import folder_below
from milemark.app.options import Options, ReadOptions, StartPath
from milemark.app.split_settings import new_settings
from milemark.app.write import format_option, print_json, write_recorded
from milemark.app.write_plan import WriteChanges, place_on_disk
from milemark.foundation.escaping import visible
from milemark.foundation.i18n import counted
from milemark.foundation.layout import AUDIENCE, PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.markdown.front_matter import parse_document
from milemark.roadmap.split_links import SplitLinks

if TYPE_CHECKING:
    from milemark.app.project import Project
    from milemark.imports.split import Files
    from milemark.markdown.document import Document
    from milemark.roadmap.load import Loaded
    from milemark.roadmap.model import Item, Roadmap

_write = click.option("--write", is_flag=True, help="Write the files; without it, only the changes are printed.")


@command("split")
@click.argument("file", type=StartPath(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", default="", metavar="FOLDER", help="The folder below the project's files. [that of the file]")
@_write
@format_option()
def split(options: Options, file: Path, into: str, *, write: bool, format_: str) -> None:
    """Make a file of each item in a file with `items: headings`. Ids, tasks, links and history stay the same.

    With --into, the files become a collection of their own if the one of the file has `items: headings`.
    """
    from milemark.imports import split as layout
    from milemark.privacy.audience import hidden_in
    from milemark.privacy.hidden import is_declared_private, is_in_public_place

    project = open_project(options, ReadOptions(PRIVATE))
    path = _path_in(project, file)
    folder = folder_below(project.folder, into) or posixpath.dirname(path)
    is_apart = folder != posixpath.dirname(path)
    roadmap = new_settings(project, path, folder) if is_apart else None
    settings, document = project.everything.roadmap.settings, _document(project, path)
    hides = is_declared_private(settings, document, None) and is_in_public_place(settings, f"{folder}/x.md")
    private = hidden_in(project.everything).paths
    files = layout.split(settings, document, private, is_apart=is_apart, hides=hides)
    places = {each: posixpath.join(folder, posixpath.basename(each)) for each in files if each != path}
    moved = {places.get(each, each): text for each, text in files.items()}
    made, others = _with_links(project, moved, path, places)
    changed = {} if roadmap is None else {ROADMAP_FILE: roadmap}
    _apply(project, _Layout(made, path, others | changed, is_apart), is_written=write, is_json=format_ == "json")


def _with_links(
    project: Project, files: Files, source: str, places: Mapping[str, str]
) -> tuple[Files, dict[str, bytes]]:
    """Return the files of a split, and the others whose links lead to its headings: to the new files from now on."""
    links = SplitLinks(project.everything, source, tuple(project.content.assets))
    new = {path: text.encode("utf-8", "replace") for path, text in files.items() if text is not None}
    old = {path: data for path, data in project.content.files.items() if path.endswith(".md") and path not in files}
    found = {path: data.decode() for path, data in links.rewritten(new.items(), places)}
    return {**files, **found}, dict(links.rewritten(old.items(), places))


@command("join")
@click.argument("file", type=StartPath(dir_okay=False, path_type=Path))
@click.argument("items", type=StartPath(exists=True, path_type=Path), nargs=-1, required=True)
@_write
@format_option()
def join(options: Options, file: Path, items: tuple[Path, ...], *, write: bool, format_: str) -> None:
    """Make one FILE of the files of items, or of all items in a folder: each becomes a heading of level 2."""
    from milemark.imports import split as layout

    project = open_project(options, ReadOptions(PRIVATE))
    target, roadmap = _path_in(project, file), project.everything.roadmap
    wanted = [_path_in(project, each) for each in items]
    found = [each for each in roadmap.items if _is_wanted(each.document, wanted, target)]
    if not found:
        raise layout.LayoutError(f"there are no items to join in {', '.join(map(str, items))}")
    known = project.content.files.get(target)
    if known is not None and not any(each.document.source == target for each in roadmap.items):
        raise layout.LayoutError(f"{file} is there, and has no `items: headings`: name a new file")
    ids = {each.path: each.id for each in found}
    text = known.decode("utf-8-sig").replace("\r\n", "\n") if known is not None else None
    files = layout.join([each.document for each in found], ids, target, text)
    _apply(project, _Layout(files, target, {}), is_written=write, is_json=format_ == "json")


def _is_wanted(document: Document, wanted: list[str], target: str) -> bool:
    if document.within or document.path == target:
        return False
    return document.path in wanted or document.path.rpartition("/")[0] in wanted


def _path_in(project: Project, file: Path) -> str:
    """Return the path of a file below the project's folder."""
    from milemark.imports.split import LayoutError

    place, content = file.resolve(), project.folder.path.resolve()
    if not place.is_relative_to(content):
        raise LayoutError(f"{file} is not below {content}")
    return place.relative_to(content).as_posix().removeprefix(".")


def _document(project: Project, path: str) -> Document:
    from milemark.imports.split import LayoutError

    if path not in project.content.files:
        raise LayoutError(f"{path} is not read by this project")
    return parse_document(path, project.content.files[path], project.everything.roadmap.settings.marks)[0]


class _Layout(NamedTuple):
    """The new files of a command, the one that it names, and others that stay files, but change.

    `is_apart`: the files come into a folder of their own, and so perhaps into another collection.
    """

    files: Files
    target: str
    others: dict[str, bytes]
    is_apart: bool = False


def _apply(project: Project, layout: _Layout, *, is_written: bool, is_json: bool) -> None:
    """Print the changes, prove that every item stays the same, and write the files."""
    from milemark.imports.split import LayoutError, differences, taken

    files, path, others, is_apart = layout
    old = project.content.files
    if other := taken(files, old, path):
        raise LayoutError(f"{project.folder.shown(other)} is there already: give the heading another id, `{{#…}}`")
    new = {each: data for each, data in old.items() if files.get(each, "") is not None}
    new |= {each: _bytes(text, old.get(path, b"")) for each, text in files.items() if text is not None} | others
    paths = sorted({*files, *others})
    states = (project.everything, _loaded(project, new))
    if opened := [*_opened(*states)]:
        raise LayoutError(
            f"nothing written: something of these items would become public: {', '.join(opened[:10])}\n"
            "  = write `audience: private` in them first, or change them by hand"
        )
    if changed := [*differences(*(_items(each.roadmap, is_apart=is_apart) for each in states))]:
        raise LayoutError(
            f"nothing written: these items would not stay the same: {', '.join(changed[:10])}\n"
            "  = correct the findings of `milemark check` in them first, or change them by hand"
        )
    command = str(click.get_current_context().info_name)
    if not is_json:
        click.echo("".join(_diff(project, paths, new)), nl=False)
    if is_written:
        _write_files(project, command, paths, new)
    if is_json:
        print_json(project, command, WriteChanges({path: new.get(path) for path in paths}), is_written=is_written)
    elif is_written:
        click.echo(f"{counted(len(paths), 'file')} written or removed", err=True)
    else:
        click.echo(f"{counted(len(paths), 'file')} would change: --write writes them", err=True)


def _bytes(text: str, like: bytes) -> bytes:
    """Return a text with the line ends of a file."""
    return (text.replace("\n", "\r\n") if b"\r\n" in like else text).encode("utf-8", "replace")


def _loaded(project: Project, files: dict[str, bytes]) -> Loaded:
    from milemark.roadmap.load import load

    return load(files, project.today, project.everything.roadmap.as_of)


def _opened(old: Loaded, new: Loaded) -> Iterator[str]:
    """Yield the ids of the items of which the public would see more."""
    from milemark.privacy.audience import for_audience

    before, after = (dict(map(_shown, for_audience(each, PUBLIC).roadmap.items)) for each in (old, new))
    yield from (id_ for id_, shown in after.items() if shown - before.get(id_, set()))


def _shown(item: Item) -> tuple[str, set[str | int]]:
    """Return the id of an item with its fields and the number of its lines, whose links may be others."""
    from milemark.imports.split import TOLD

    lines = sum(bool(line.strip()) for line in item.document.body.split("\n"))
    return item.id, {"shown", *item.values, *range(lines)} - TOLD


def _items(roadmap: Roadmap, *, is_apart: bool) -> Iterator[tuple[str, object]]:
    from milemark.imports.split import TOLD

    for item in roadmap.items:
        values = {name: value for name, value in item.values.items() if name not in {*TOLD, AUDIENCE}}
        tasks = tuple((task.text, task.mark, task.depth) for task in item.tasks)
        group = item.role if is_apart else item.collection.name  # a folder of their own is another collection
        yield item.id, (item.title, group, item.stage, values, item.counts, tasks)


def _diff(project: Project, paths: list[str], new: dict[str, bytes]) -> Iterator[str]:
    for path in paths:
        names = [project.folder.shown(path) if path in each else "/dev/null" for each in (project.content.files, new)]
        old, after = (each.get(path, b"").decode("utf-8", "replace") for each in (project.content.files, new))
        for line in unified_diff(old.splitlines(), after.splitlines(), names[0], names[1], lineterm=""):
            yield f"{visible(line)}\n"


def _write_files(project: Project, command: str, paths: list[str], new: dict[str, bytes]) -> None:
    old = project.content.files
    writes = [FileWrite(place_on_disk(project, path), old.get(path), new.get(path)) for path in paths]
    write_recorded(project.root, command, [each for each in writes if each.before != each.after])
