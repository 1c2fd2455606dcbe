"""Names that items and their files may have, and the plan to give an item another one."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import category

from milemark.app.project import Project
from milemark.app.renaming import renamed
from milemark.app.targets import one_item
from milemark.app.write_plan import Planner, WriteChanges, place_on_disk
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import visible
from milemark.foundation.identifiers import key_of
from milemark.markdown.edit import edit_bytes
from milemark.roadmap.field_edits import Assignment, field_edits
from milemark.roadmap.load import read_file
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.new_items import collection_named, file_name, folder_of_new, item_text
from milemark.roadmap.settings import Collection, Settings

_NOT_IN_NAMES = set('/\\:*?"<>|#[]')
_LONGEST = 240  # bytes of a name: file systems allow 255, with its ending


def checked_name(name: str) -> str:
    """Return the name of a file. Raises UserError for one that a file system or a link cannot have."""
    is_odd = any(each in _NOT_IN_NAMES or category(each) in {"Cc", "Cs"} for each in name)
    if not name.strip() or name != name.strip(" .") or is_odd:
        raise UserError(f'"{visible(name)}" cannot be the name of a file: write letters, digits and hyphens')
    if len(name.encode()) > _LONGEST:
        raise UserError(f'"{name[:20]}…" is too long for the name of a file: {_LONGEST} bytes are the most')
    return name


def refuse_existing(project: Project, path: str) -> None:
    """Raise UserError if there is a file of this name, in any case."""
    known = {key_of(each) for each in (*project.content.files, *project.content.assets)}
    if key_of(path) in known or place_on_disk(project, path).exists():
        raise UserError(f"{project.folder.shown(path)} exists already: nothing was written")


def new_planner(collection: str, title: str, assignments: Sequence[Assignment], id_: str = "") -> Planner:
    """Return the planner that makes the file of a new item in a collection; its name is `id_`, else from the title."""

    def planner(project: Project) -> WriteChanges:
        path, data = _new_file(project.loaded.roadmap, (collection, title, id_ or file_name(title)), assignments)
        refuse_existing(project, path)
        return WriteChanges({path: data})

    return planner


def _new_file(roadmap: Roadmap, named: tuple[str, str, str], assignments: Sequence[Assignment]) -> tuple[str, bytes]:
    settings = roadmap.settings
    collection, name = collection_named(settings, named[0]), checked_name(named[2])
    if taken := roadmap.names.get(key_of(name)):
        raise UserError(f'"{name}" is {settings.shown(roadmap.by_id[taken].path)}: choose another name with --id')
    path = "/".join(filter(None, (folder_of_new(roadmap, collection), f"{name}.md")))
    data = item_text(settings, collection, named[1], {each.name for each in assignments}).encode()
    item = _item_in(settings, collection, path, data)
    data = edit_bytes(path, data, field_edits(settings, item, assignments))
    _item_in(settings, collection, path, data)
    return path, data


def _item_in(settings: Settings, collection: Collection, path: str, data: bytes) -> Item:
    """Return the item of a new file. Raises UserError if it would not be one of the collection."""
    item = read_file(settings, path, data).item
    if item is None or item.collection.name != collection.name or settings.is_excluded(path):
        raise UserError(
            f'{settings.shown(path)} would be no item of "{collection.name}", by `match` or `exclude` in roadmap.yml: '
            "write the file by hand"
        )
    return item


def rename_planner(old: str, name: str, *, is_everywhere: bool) -> Planner:
    """Return the planner that gives an item another id, see `renamed`."""

    def planner(project: Project) -> WriteChanges:
        roadmap = project.loaded.roadmap
        item = one_item(roadmap, old)
        taken = roadmap.names.get(key_of(checked_name(name)), item.id)
        if taken != item.id:
            raise UserError(f'"{name}" is {project.folder.shown(roadmap.by_id[taken].path)}: nothing was written')
        if item.id == name:
            return WriteChanges({})
        changes = renamed(project, item, name, is_everywhere=is_everywhere)
        for path in changes.files.keys() - project.content.files.keys():
            refuse_existing(project, path)
        return changes

    return planner
