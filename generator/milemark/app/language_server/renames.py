"""Another id of an item, and another name of a file, as edits of an editor: those that `rename --rewrite` makes."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from lsprotocol import types as lsp

from milemark.app.item_names import rename_planner
from milemark.app.language_server.workspace import Workspace
from milemark.app.project import Project
from milemark.app.renaming import moved, renamed
from milemark.app.write_plan import WriteChanges, WritePlan, plan_of
from milemark.editor.view import Texts
from milemark.roadmap.renaming import new_path
from milemark.roadmap.site_paths import file_stem

_Parts = list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile]


def edit_of_rename(workspace: Workspace, id_: str, name: str, *, may_rename: bool) -> lsp.WorkspaceEdit:
    """Return the edits that give an item another id. Raises UserError for a name that is taken.

    A client that cannot rename files gets those of `rename` alone: the old id stays as an alias.
    """
    project = workspace.related()
    plan = plan_of(project, rename_planner(id_, name.strip(), is_everywhere=may_rename))
    return _edit(workspace, plan, may_rename=may_rename)


def edit_of_moves(workspace: Workspace, moves: Sequence[tuple[str, str]]) -> lsp.WorkspaceEdit:
    """Return the edits to make before files get other names, so that every reference and link goes on leading there."""
    project = workspace.related()
    whole = WritePlan.of(project, {})
    for old, new in moves:
        plan = plan_of(whole.after, lambda each, old=old, new=new: _moved(each, old, new))  # type: ignore[misc]
        whole = WritePlan.of(project, _together(whole, plan))
    return _edit(workspace, whole, may_rename=False)


def _together(first: WritePlan, then: WritePlan) -> Mapping[str, bytes | None]:
    return {each.path: each.after for plan in (first, then) for each in plan.files}


def _moved(project: Project, old: str, new: str) -> WriteChanges:
    """Return the changes of a new path: the id follows the name of the file where it was the same."""
    roadmap = project.loaded.roadmap
    item = roadmap.by_id.get(roadmap.file_names.id_of.get(old, ""))
    if item is None or item.document.within or new in project.content.files:
        return WriteChanges({})
    stem = file_stem(new)
    if posixpath.dirname(old) == posixpath.dirname(new) and new_path(item, stem) == new:
        return renamed(project, item, stem, is_everywhere=True)
    return moved(project, item, new, is_everywhere=True)


def _edit(workspace: Workspace, plan: WritePlan, *, may_rename: bool) -> lsp.WorkspaceEdit:
    """Return a plan as edits of the files that there are, then of their names if the client renames them."""
    texts = Texts(workspace.folder, plan.project.content.files, workspace.encoding)
    gone = [each.path for each in plan.files if each.after is None]
    new = [each.path for each in plan.files if each.before is None]
    places = dict(zip(new, gone, strict=True))
    changed = {places.get(each.path, each.path): each.after for each in plan.files if each.after is not None}
    edits = {texts.uri(path): texts.replacement(path, data) for path, data in changed.items()}
    edits = {uri: found for uri, found in edits.items() if found}
    if not may_rename:
        return lsp.WorkspaceEdit(changes=edits)
    parts: _Parts = []
    for uri, found in edits.items():
        parts.append(lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri), found))
    parts += [lsp.RenameFile(texts.uri(old), texts.uri(path)) for path, old in places.items()]
    return lsp.WorkspaceEdit(document_changes=parts)
