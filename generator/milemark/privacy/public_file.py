"""The public version of one file, parsed without private fields, private sections and links to private files."""

from __future__ import annotations

import re
from collections import Counter, abc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_

from milemark.foundation import rules
from milemark.foundation.cache import digest
from milemark.foundation.diagnostics import Diagnostic
from milemark.markdown.document import Document, Mapping, Node, Scalar, Sequence
from milemark.markdown.front_matter import parse_document, with_outline
from milemark.markdown.inline_fields import without_inline_fields
from milemark.markdown.outline import plain_text
from milemark.markdown.private_sections import without_private
from milemark.privacy.guard import GAP, Blanked, place_in
from milemark.privacy.hidden import Hidden, is_private_field, private_fields, private_folders, public_collection
from milemark.privacy.redact import Redactor
from milemark.roadmap.checks import check_file
from milemark.roadmap.load import File
from milemark.roadmap.schema import (
    CORE_FIELDS,
    as_declared,
    count_tasks,
    field_of,
    folder_collection,
    is_reference,
    parse_item,
)
from milemark.roadmap.settings import Collection, Field, Settings

_SEPARATOR = re.compile(r"[,，、;\n]")
_QUOTED = " '\""
_ANYTHING = "anything"
_SEVERAL = 3
_OF_THEMES = frozenset({"hide", "icon", "search"})  # their values are words of a theme
_BARE = "---\n---\n"


@dataclass(frozen=True)
class PublicView:
    """Makes the public versions of files. `shown` are the public settings.

    With `is_whole`, `shown` still has the private fields of collections. `common` are undeclared fields with values
    that several public files have: they are words, and refer to no file.
    """

    settings: Settings
    shown: Settings
    hidden: Hidden
    is_whole: bool = False
    common: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def _redactor(self) -> Redactor:
        return Redactor(self.hidden)

    @cached_property
    def _folders(self) -> frozenset[str]:
        return private_folders(self.settings)

    @cached_property
    def key(self) -> str:
        """A digest of everything besides a file that its public version depends on: a cache key."""
        hidden = (self.hidden.key, sorted(self.hidden.generated))
        return digest(self.settings, self.shown, hidden, self.is_whole, sorted(self.common))

    def files(self, files: Iterable[File]) -> abc.Sequence[File]:
        """Return the public versions of files, in their order."""
        return [self.file(file) for file in files]

    def file(self, file: File) -> File:
        """Return the public version of a file; a file without private parts is returned as it is."""
        document, item = file.document, file.item
        private = private_fields(item.collection, self.hidden.fields) if item else frozenset()
        collection = self._collection(item.collection, private) if item else None
        body = self._redactor.blanked(document.path, self._text(document, item.collection if item else None))
        fields = self._fields(collection, private, document, [])
        is_same = body.text == document.body and fields is document.fields and not self._has_hidden_task(file)
        if not is_same:
            return self._read(document, body, collection, private)
        kept = file.diagnostics
        if self.hidden:
            kept = tuple(each for each in kept if each.rule is not rules.COMMENTED_OUT)
        if item and collection:
            is_same = collection is item.collection and kept == file.diagnostics
            return file if is_same else replace(file, item=replace(item, collection=collection), diagnostics=kept)
        page = _page(document, document.fields)
        return file if page is document else replace(file, document=page, diagnostics=kept)

    def _own(self, document: Document, collection: Collection | None) -> tuple[Collection | None, frozenset[str]]:
        """Return the collection of a file with its private fields; that of its folder for a page, such as an index."""
        own = collection or folder_collection(self.settings, document.path)
        return own, private_fields(own, self.hidden.fields) if own else frozenset()

    def _text(self, document: Document, collection: Collection | None) -> str:
        """Return the text of a file without its private parts and the private fields of its collection."""
        own, private = self._own(document, collection)
        text = without_private(document.body)
        if not own or not private:
            return text
        return without_inline_fields(text, lambda name: _is_private_name(own, private, name))

    def _collection(self, collection: Collection, private: frozenset[str]) -> Collection:
        shown = None if self.is_whole else self.shown.collections.get(collection.name)
        return shown or public_collection(collection, private)

    def _has_hidden_task(self, file: File) -> bool:
        ids = {id_ for id_, _text in self.hidden.tasks}
        return file.item is not None and file.item.id in ids

    def _read(self, document: Document, seen: Blanked, collection: Collection | None, private: frozenset[str]) -> File:
        """Parse a file again without its private parts."""
        body, path = seen.text, document.source
        read, findings = self._parsed(document, body)
        declared = self.settings.collections.get(collection.name) if collection else None
        read = as_declared(read, declared or self.settings.loose)
        blanked = [Diagnostic(rules.PRIVATE_NAME, place_in(body, gap, path, read.body_line)) for gap in seen.gaps]
        fields = self._fields(collection, private, read, blanked)
        findings = [*_public_findings(findings, read, fields, private), *blanked]
        if collection is None:
            page = _page(replace(read, body=body), fields)
            return File(page, None, count_tasks(self.settings, page), tuple(findings))
        read = replace(read, fields=fields, body=body)
        item, wrong = parse_item(self.shown, collection, read)
        own_name = collection.own_name
        tasks = tuple(each for each in read.tasks if (item.id, plain_text(each.text)) not in self.hidden.tasks)
        read = replace(read, tasks=tasks, front=_BARE if read.front else "")
        item = replace(item, document=read, counts=count_tasks(self.settings, read))
        lost = {own_name(key.text) for key, _node in document.fields.entries if fields.get(key.text) is None}
        wrong = [each for each in wrong if each.values.get("field") not in lost]
        return File(read, item, item.counts, (*findings, *wrong, *check_file(self.shown, item)))

    def _parsed(self, document: Document, body: str) -> tuple[Document, list[Diagnostic]]:
        if document.within:
            return with_outline(replace(document, body=body), self.settings.marks)
        text = f"{document.front}{body}".encode("utf-8", "surrogatepass")
        return parse_document(document.path, text, self.settings.marks)

    def _fields(
        self, collection: Collection | None, private: frozenset[str], document: Document, found: list[Diagnostic]
    ) -> Mapping:
        """Return the public fields of a file, without references to private files; adds the findings about names."""
        entries: list[tuple[Scalar, Node | None]] = []
        own, private = (collection, private) if collection else self._own(document, None)
        for key, node in document.fields.entries:
            if own and is_private_field(own, private, key.text):
                entries.append((key, None))
                continue
            field = field_of(collection, key.text) if collection else CORE_FIELDS.get(key.text)
            shown = key if field else self._blanked(key, found)
            entries.append((shown, self._node(field or _undeclared(key.text), node, found)))
        return _with_entries(document.fields, entries)

    def _node(self, field: Field, node: Node, found: list[Diagnostic]) -> Node | None:
        """Return the public part of a value, or None if nothing is left."""
        if isinstance(node, Scalar):
            return self._scalar(field, node, found)
        if isinstance(node, Sequence):
            items = [self._node(field, each, found) for each in node.items]
            kept = tuple(each for each in items if each is not None)
            is_same = all(map(is_, items, node.items))
            return node if is_same else Sequence(kept, node.span) if kept else None
        pairs = [(self._blanked(key, found), self._node(field, each, found)) for key, each in node.entries]
        shown = _with_entries(node, pairs)
        return shown if shown is node or shown.entries else None

    def _scalar(self, field: Field, node: Scalar, found: list[Diagnostic]) -> Scalar | None:
        if is_reference(field):
            names = (each.strip(_QUOTED).removeprefix("@") for each in (node.text, *_SEPARATOR.split(node.text)))
            if any(map(self._redactor.named, names)):
                return None
        if field.name == "counts" and node.text.strip() in self._folders:
            return None
        is_url = not {"url", "file"}.isdisjoint({field.type, field.item_type}) or "/" in node.text
        if is_url and self._redactor.target(node.span.path, node.text):
            return None
        is_word = field.type != _ANYTHING or (field.name, node.text) in self.common
        if not is_word and self._redactor.guard.is_name(node.text):
            found.append(Diagnostic(rules.PRIVATE_NAME, node.span))
            return node._replace(text=GAP)
        return self._blanked(node, found)

    def _blanked(self, node: Scalar, found: list[Diagnostic]) -> Scalar:
        """Return a key or a value without private names."""
        seen = self._redactor.blanked(node.span.path, node.text)
        if seen.gaps:
            found.append(Diagnostic(rules.PRIVATE_NAME, node.span))
        return node if seen.text == node.text else node._replace(text=seen.text)


def _is_private_name(collection: Collection, private: frozenset[str], name: str) -> bool:
    """Whether a name in a text is that of a private field, also as Dataview folds it: `Base Pay` is `base-pay`."""
    forms = {name, name.lower(), *(name.lower().replace(" ", each) for each in "-_")}
    return any(is_private_field(collection, private, each) for each in forms)


def common_values(files: Iterable[File]) -> frozenset[tuple[str, str]]:
    """Return the names of fields with the values that several files have: `type` and `book`."""
    counts = Counter(pair for file in files for pair in {*_values(file.document.fields)})
    return frozenset(pair for pair, count in counts.items() if count >= _SEVERAL)


def _values(node: Node, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, Scalar):
        yield name, node.text
    elif isinstance(node, Sequence):
        yield from (pair for each in node.items for pair in _values(each, name))
    else:
        yield from (pair for key, each in node.entries for pair in _values(each, name or key.text))


def _undeclared(name: str) -> Field:
    """Return the field of a key that neither milemark nor roadmap.yml declares: its value may refer to a file."""
    return Field(name, type="" if name in _OF_THEMES else _ANYTHING)


def _with_entries(node: Mapping, pairs: abc.Sequence[tuple[Scalar, Node | None]]) -> Mapping:
    """Return a mapping with other entries, without those that have no value; the same one if nothing differs."""
    is_same = all(
        key is other and value is each for (key, value), (other, each) in zip(pairs, node.entries, strict=True)
    )
    entries = tuple((key, value) for key, value in pairs if value is not None)
    return node if is_same else Mapping(entries, node.span)


def _public_findings(
    findings: Iterable[Diagnostic], document: Document, fields: Mapping, private: frozenset[str]
) -> Iterator[Diagnostic]:
    """Yield the findings of a parsed file that are not about private lines or fields."""
    entries = document.fields.entries
    starts = [key.span.line for key, _node in entries] + [document.body_line]
    kept = {id(node) for _key, node in fields.entries}
    lines = {
        line
        for (_, node), start, end in zip(entries, starts, starts[1:], strict=False)
        if id(node) not in kept
        for line in range(start, max(end, start + 1))
    }
    for each in findings:
        if (
            each.span.line not in lines
            and each.rule is not rules.COMMENTED_OUT
            and private.isdisjoint(each.values.values())
        ):
            yield each


def _page(document: Document, fields: Mapping) -> Document:
    """Return a page with its public fields; bare front matter stands for the text that may hold private ones."""
    if fields is document.fields and "#" not in document.front:
        return document
    return replace(document, fields=fields, front=_BARE if document.front else "")
