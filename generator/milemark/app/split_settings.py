"""The settings with which a file is split into a folder that roadmap.yml does not know yet."""

from __future__ import annotations

from milemark.app.project import Project
from milemark.foundation.layout import ROADMAP_FILE
from milemark.imports.split import LayoutError
from milemark.markdown.edit import AddEntry, Edit, EditRefusedError, SetField, edit_bytes
from milemark.roadmap.heading_items import HEADINGS
from milemark.roadmap.schema import folder_collection
from milemark.roadmap.settings import Collection

_LINE = b"---\n"


def new_settings(project: Project, path: str, folder: str) -> bytes | None:
    """Return the roadmap.yml with which files below a folder are items and are read; None if it stays."""
    settings = project.everything.roadmap.settings
    collection, known = folder_collection(settings, path), folder_collection(settings, f"{folder}/{HEADINGS}.md")
    edits: list[Edit] = []
    if collection and collection.level and known == collection:
        if collection != Collection(
            collection.name, collection.label, collection.role, level=collection.level, match=collection.match
        ):
            raise LayoutError(f"{ROADMAP_FILE} declares more for {collection.name}: declare a collection {folder}, too")
        name = folder if folder not in settings.collections else f"{folder}-files"
        edits.append(SetField(("collections", name, "label"), folder.rpartition("/")[2].capitalize()))
        if name != folder:
            edits.append(SetField(("collections", name, "match", "folder"), folder))
    if settings.is_excluded(f"{folder}/{HEADINGS}.md"):
        edits.append(AddEntry(("exclude",), f"!/{folder}/**"))
    if not edits:
        return None
    try:
        framed = edit_bytes(ROADMAP_FILE, _LINE + project.content.files[ROADMAP_FILE] + _LINE, edits)
    except EditRefusedError as refused:
        raise LayoutError(f"{ROADMAP_FILE}: {refused}") from None
    return framed[len(_LINE) : -len(_LINE)]
