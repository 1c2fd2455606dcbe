"""The files of a roadmap as the formulas of bases see them: properties, names, links and tags, as in Obsidian."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cached_property

from milemark.foundation.dates import PartialDate
from milemark.foundation.i18n import Language
from milemark.foundation.identifiers import key_of, word_key
from milemark.foundation.layout import BASE_ENDING
from milemark.markdown.addresses import embeds_in, links_in, tags_in
from milemark.markdown.document import Document, Node, Scalar, Sequence
from milemark.markdown.document import Mapping as Written
from milemark.markdown.wikilinks import Wikilink, parse_reference, parse_wikilink, wikilink_of
from milemark.query.bases.ast import Base
from milemark.query.bases.formulas.patterns import Patterns
from milemark.query.bases.formulas.values import (
    FileValue,
    LinkValue,
    TagValue,
    Value,
    as_number,
    as_text,
    parse_date_value,
    point_of,
)
from milemark.roadmap.metrics.progress import progress_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import field_of, is_reference, reference_fields, title_of
from milemark.roadmap.settings import Field

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Note:
    """One file: its document, and its item, None for a page."""

    document: Document
    item: Item | None = None


class Vault:
    """The files of one roadmap, possibly as an audience may see it. Formulas can read nothing else."""

    def __init__(self, roadmap: Roadmap, language: Language) -> None:
        self.roadmap, self.language = roadmap, language
        self.now = datetime.combine(roadmap.as_of, time())
        self.patterns = Patterns()
        items = {item.path: Note(item.document, item) for item in roadmap.items}
        self.notes: Mapping[str, Note] = items | {page.path: Note(page) for page in roadmap.pages}
        self._values: dict[tuple[str, str], Value] = {}

    def resolve(self, text: str) -> str:
        """Return the path of the file that `name`, `folder/name.md` or `[[name#part|shown]]` means, if there is one."""
        return next(iter(self.roadmap.file_names.candidates(parse_reference(text).path)), "")

    def note(self, path: str, name: str) -> Value:
        """Return a property of a file, with the type that its collection declares, else as written."""
        key = path, f"note.{name}"
        if key not in self._values:
            known = self.notes.get(path)
            self._values[key] = self._property(known, name) if known else None
        return self._values[key]

    def _property(self, note: Note, name: str) -> Value:
        item = note.item
        collection = item.collection if item else self.roadmap.settings.loose
        name = collection.core_name(name)
        written = note.document.fields.get(name)
        if name == "title":
            return title_of(note.document)
        if item is None:
            return self._written(written)
        if name == "progress":
            return progress_of(self.roadmap, item).value
        field = field_of(item.collection, name)
        if field is None:
            return self._written(written)
        value = item.values.get(name)
        if isinstance(value, str) and isinstance(written, Scalar) and word_key(value) == word_key(written.text):
            value = written.text.strip()  # `In Progress` for the status `in progress`: Obsidian tells them apart
        return self._typed(field, value)

    def _typed(self, field: Field, value: object) -> Value:
        if isinstance(value, PartialDate):
            return point_of(value, is_start=field.name == "start")
        if isinstance(value, tuple):
            return tuple(self._typed(field, each) for each in value)
        if isinstance(value, Mapping):
            return {key: self._typed(field, each) for key, each in value.items()}
        return self._entry(field, value) if isinstance(value, str) else value

    def _entry(self, field: Field, text: str) -> Value:
        if is_reference(field):
            return LinkValue(text, self.roadmap.by_id[text].path) if text in self.roadmap.by_id else None
        return TagValue(text) if field.name == "tags" else self._text(text)

    def _text(self, text: str) -> Value:
        link = parse_wikilink(text)
        return self._link(link) if link else text

    def _link(self, link: Wikilink) -> LinkValue:
        return LinkValue(link.address, self.resolve(link.target), link.text)

    def _written(self, node: Node | None) -> Value:
        """Return a value with the type that Obsidian guesses: number, date, boolean or text."""
        if isinstance(node, Sequence):
            link = wikilink_of(node)
            return self._link(link) if link else tuple(map(self._written, node.items))
        if isinstance(node, Written):
            return {key.text: self._written(value) for key, value in node.entries}
        if node is None or node.is_empty:
            return None
        return _plain(node.text) if node.is_plain and _plain(node.text) is not None else self._text(node.text)

    def file_field(self, path: str, name: str) -> Value:
        """Return `file.name`, `file.tags` … of a file, which need not exist."""
        key = path, f"file.{name}"
        if key not in self._values:
            self._values[key] = self._file_field(path, name)
        return self._values[key]

    def _file_field(self, path: str, name: str) -> Value:
        folder, base = posixpath.split(path)
        stem, ending = posixpath.splitext(base)
        texts = {"name": base, "basename": stem, "path": path, "folder": folder, "ext": ending.removeprefix(".")}
        if name in texts:
            return texts[name]
        note = self.notes.get(path)
        if name == "file":
            return FileValue(path)
        if name == "backlinks":
            return tuple(map(self._shown, self._backlinks.get(path, ())))
        return self._of_note(note, name) if note else None

    def _of_note(self, note: Note, name: str) -> Value:
        document = note.document
        if name == "size":
            return Decimal(len((document.front + document.body).encode("utf-8", "replace")))
        if name == "properties":
            names = (self._own_name(note, key.text) for key, _node in document.fields.entries)
            return {name: self.note(document.path, name) for name in names}
        if name == "tags":
            return self._tags(document)
        if name == "links":
            return tuple(self._links(note))
        return tuple(self._target(document, each) for each in embeds_in(document.body)) if name == "embeds" else None

    def _own_name(self, note: Note, name: str) -> str:
        return (note.item.collection if note.item else self.roadmap.settings.loose).own_name(name)

    def _tags(self, document: Document) -> tuple[TagValue, ...]:
        listed = self.note(document.path, "tags")
        texts = listed if type(listed) is tuple else () if listed is None else (listed,)
        own = [as_text(each).removeprefix("#") for each in texts]
        return tuple(map(TagValue, dict.fromkeys([*own, *tags_in(document.body)])))

    def _links(self, note: Note) -> Iterator[LinkValue]:
        """Yield the links in the body and the fields of a file."""
        document = note.document
        found = [self._target(document, each) for each in links_in(document.body)]
        for field in reference_fields(note.item.collection) if note.item else ():
            value = self.note(document.path, field.name)
            found += value if type(value) is tuple else (value,)
        for key, _node in document.fields.entries:
            value = self.note(document.path, key.text)
            found += value if type(value) is tuple else (value,)
        yield from dict.fromkeys(each for each in found if isinstance(each, LinkValue))

    def _target(self, document: Document, address: str | Wikilink) -> LinkValue | None:
        """Return a link of a body: a wikilink, or an address that is relative to the file."""
        if isinstance(address, Wikilink):
            return self._link(address)
        if _SCHEME.match(address) or address.startswith("#"):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), address.partition("#")[0]))
        return LinkValue(posixpath.basename(path).removesuffix(".md"), path if path in self.notes else "")

    @cached_property
    def _backlinks(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for path in self.notes:
            for link in self.file_field(path, "links"):
                if link.path and link.path != path:
                    found.setdefault(link.path, {})[path] = None
        return {target: tuple(paths) for target, paths in found.items()}

    def _shown(self, path: str) -> LinkValue:
        return LinkValue(posixpath.basename(path).removesuffix(".md"), path)


def _plain(text: str) -> Value:
    """Return an unquoted text as a boolean, number or date, or None for plain text."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    number = as_number(text)
    return number if number is not None else parse_date_value(text)


def find_base(bases: Mapping[str, Base], reference: str) -> tuple[Base | None, str]:
    """Return the base that `Name.base`, `folder/Name` or `[[Name.base#View|shown]]` means, and the name of the view."""
    path, view = base_path(bases, reference)
    return bases.get(path), view


def base_path(paths: Iterable[str], reference: str) -> tuple[str, str]:
    """Return the path that a reference means, empty if it means none, and the name of the view.

    As in Obsidian, a name is enough for a file in any folder; among several, the one with the shortest path is meant.
    """
    link = parse_reference(reference)
    wanted = f"/{key_of(link.path).removesuffix(BASE_ENDING)}{BASE_ENDING}"
    ordered = sorted(paths, key=lambda path: (path.count("/"), path))
    return next((path for path in ordered if key_of(f"/{path}").endswith(wanted)), ""), link.heading
