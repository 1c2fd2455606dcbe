"""Names that items and their files may have, and the plan to give an item another one."""

from __future__ import annotations

from milemark.app.project import Project
from milemark.app.renaming import renamed
from milemark.app.targets import one_item
from milemark.app.write_plan import Planner, WriteChanges, place_on_disk
from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import key_of

_NOT_IN_NAMES = set('/\\:*?"<>|#[]\0')


def checked_name(name: str) -> str:
    """Return the name of a file. Raises UserError for one that a file system or a link cannot have."""
    if not name.strip() or name != name.strip(" .") or _NOT_IN_NAMES & {*name}:
        raise UserError(f'"{name}" cannot be the name of a file: write letters, digits and hyphens')
    return name


def refuse_existing(project: Project, path: str) -> None:
    """Raise UserError if there is a file of this name, in any case."""
    known = {key_of(each) for each in (*project.content.files, *project.content.assets)}
    if key_of(path) in known or place_on_disk(project, path).exists():
        raise UserError(f"{project.folder.shown(path)} exists already: nothing was written")


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
