"""Reads exports of other tools, plans the files of an import, and writes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from milemark.app.file_writes import FileWrite
from milemark.foundation.disk import list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import yaml_text
from milemark.foundation.i18n import counted
from milemark.foundation.layout import AUDIENCE, PRIVATE
from milemark.imports.imported import Import, Imported
from milemark.imports.plan import Effect, Known, PlannedItem, plan
from milemark.markdown.document import Document, Scalar
from milemark.markdown.encoding import decode
from milemark.markdown.front_matter import parse_document
from milemark.markdown.private_words import is_private_tag
from milemark.privacy.hidden import says_private
from milemark.roadmap.load import Loaded
from milemark.roadmap.schema import SOURCE_FIELD, item_id
from milemark.roadmap.settings import Collection, Settings


class BadImportError(UserError):
    """An import that cannot be done: a file that is not text, or a folder that would lie elsewhere."""


class Target(NamedTuple):
    """The place of an import: the project's folder of files, the folder below it, and its collection."""

    content: Path
    folder: str
    loaded: Loaded
    texts: Mapping[str, bytes]

    @property
    def settings(self) -> Settings:
        """The settings of roadmap.yml."""
        return self.loaded.roadmap.settings

    @property
    def collection(self) -> Collection | None:
        """The collection of the folder, if it is declared."""
        return self.settings.collections.get(self.folder)


Read = Callable[[Settings, Collection | None], Import]


def planned(target: Target, read: Read) -> tuple[Sequence[PlannedItem], tuple[str, ...]]:
    """Return the changes of an import, and what it did not understand."""
    found = read(target.settings, target.collection)
    known = _known(target)
    items = target.loaded.roadmap.items
    pages = (page.path.rpartition("/")[2].removesuffix(".md") for page in target.loaded.roadmap.pages)
    found_items = [_kept_private(target, each) for each in found.items]
    changes = plan(_as_items(target, found_items), known, (*(item.id for item in items), *pages), target.folder)
    notes = [*found.notes]
    if count := sum(each.fields.get(AUDIENCE) == PRIVATE for each in found_items):
        notes.append(f"private, as at the source: {counted(count, 'item')}")
    return changes, tuple(notes)


def undeclared(target: Target, changes: Sequence[PlannedItem]) -> str:
    """Return the advice to declare the collection of new files, or an empty text."""
    has_new = any(each.kind is Effect.NEW and each.path.startswith(f"{target.folder}/") for each in changes)
    if not has_new or not target.folder or target.collection:
        return ""
    return f"declare the collection in roadmap.yml: collections: {{{yaml_text(target.folder)}: {{}}}}"


def _as_items(target: Target, items: Sequence[Imported]) -> Sequence[Imported]:
    """Return items with a status, perhaps an empty one: outside of collections, a file without one is no item."""
    if target.collection:
        return items
    return [each if each.folder else each._replace(fields={**each.fields, **_status(each)}) for each in items]


def _kept_private(target: Target, item: Imported) -> Imported:
    """Return an item that is private if a tag, or a text or an entry that it comes from, is so."""
    declared = set(target.collection.fields) - {AUDIENCE} if target.collection else set()
    written = [each for origin in item.origins for each in (origin, origin.within) if each]
    tags = item.fields.get("tags", ())
    is_tagged = any(map(is_private_tag, [tags] if isinstance(tags, str) else tags))
    if is_tagged or any(says_private(target.settings, each, declared) for each in written):
        return item._replace(fields={**item.fields, AUDIENCE: PRIVATE})
    return item


def _status(item: Imported) -> Mapping[str, str]:
    return {} if "status" in item.fields else {"status": ""}


def _known(target: Target) -> Mapping[str, Known]:
    """Return the files of earlier imports by their sources."""
    found: dict[str, Known] = {}
    for file in target.loaded.files:
        document = file.document
        source = document.fields.get(SOURCE_FIELD)
        if isinstance(source, Scalar) and not document.within:
            text = target.texts[document.path].decode("utf-8", "replace")
            id_ = file.item.id if file.item else item_id(document)
            found.setdefault(source.text, Known(document.path, id_, text))
    return found


def writes_of(target: Target, changes: Sequence[PlannedItem]) -> list[FileWrite]:
    """Return the new and updated files of an import; none may take the place of a file that milemark does not read."""
    places = [(_inside(target.content, each.path), each) for each in changes if each.is_written]
    for place, each in places:
        if each.kind is Effect.NEW and os.path.lexists(place):
            raise BadImportError(f"{place} is there, and milemark does not read it: move it, or name another --into")
    old = target.texts
    return [FileWrite(place, old.get(each.path), each.text.encode("utf-8", "replace")) for place, each in places]


def _inside(content: Path, path: str) -> Path:
    """Return the place of a file. Refuse one to which a link leads out of the folder."""
    place = content / path
    if not place.parent.resolve().is_relative_to(content.resolve()):
        raise BadImportError(f"{place} lies outside of {content}: write into a folder below it")
    return place


def text_of(path: Path) -> str:
    """Return the text of an exported file."""
    text, _findings = decode(path.name, read_bytes(path))
    if text is None:
        raise BadImportError(f"{path} cannot be read as text: save it as UTF-8")
    return text


def document_of(path: Path, settings: Settings) -> Document:
    """Return an exported Markdown file; its path is its name."""
    return parse_document(path.name, read_bytes(path), settings.marks)[0]


def documents_below(folder: Path, settings: Settings, mend: Callable[[bytes], bytes]) -> Sequence[Document]:
    """Return the Markdown files below a folder, with paths that begin there. `mend` corrects their bytes."""
    listing = list_content(folder)
    paths = sorted(path for path in listing.identities if path.endswith(".md"))
    return [parse_document(path, mend(read_bytes(folder / path)), settings.marks)[0] for path in paths]
