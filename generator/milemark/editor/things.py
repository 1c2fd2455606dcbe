"""The thing that a position of a file means: an item, a file, a status, a field, a date, a rule or a task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from milemark.editor.view import FileView
from milemark.foundation.diagnostics import Span
from milemark.foundation.identifiers import composed
from milemark.foundation.layout import ROADMAP_FILE
from milemark.foundation.suggestions import declared_word
from milemark.markdown.addresses import addresses_in
from milemark.markdown.document import Document, Node, Scalar, scalars
from milemark.markdown.document import Mapping as Written
from milemark.markdown.yaml import read_yaml
from milemark.output.text.rule_page import is_rule
from milemark.roadmap.content_paths import ContentPaths, destination_of, linked_file
from milemark.roadmap.field_types import reference_of
from milemark.roadmap.load import File
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.schema import reference_fields, title_heading
from milemark.roadmap.setting_words import keys_at

_RULE = re.compile(r"MM\d{3}")


class Thing(NamedTuple):
    """A thing by its kind and name, with the place where it is named.

    Kinds: `item` (by id), `file` (by path), `status`, `field`, `collection`, `date`, `rule`,
    `setting` (by its meaning). `is_own`: it is the item in which it stands.
    """

    kind: str
    name: str
    span: Span
    is_own: bool = False


def thing_at(view: FileView, row: int, column: int) -> Thing | None:
    """Return the thing at a row and a column, which count from 0."""
    found = _in_settings(view) if view.is_settings else _in_file(view, row)
    place = row + 1, column + 1
    return next((each for each in found if _holds(each.span, *place)), None) or _rule(view, row, column)


def _holds(span: Span, line: int, column: int) -> bool:
    return span.line == line and span.column <= column <= span.column + span.width


def _rule(view: FileView, row: int, column: int) -> Thing | None:
    for found in _RULE.finditer(view.lines[row]):
        if found.start() <= column <= found.end() and is_rule(found[0]):
            return Thing("rule", found[0], Span(view.path, row + 1, found.start() + 1, len(found[0])))
    return None


def _in_file(view: FileView, row: int) -> Iterator[Thing]:
    for file in reversed(view.files):
        if file.item:
            yield from fields_of(view.roadmap, file.item)
    if not view.is_front(row):
        yield from links_of(view.roadmap, view.document, view.paths)
    for file in view.files:
        yield from _own(view, file)


def _own(view: FileView, file: File) -> Iterator[Thing]:
    """Yield the places where an item names itself: its id, its aliases, its title."""
    if file.item is None:
        return
    document, heading = file.document, title_heading(file.document)
    spans = [node.span for name in ("id", "title") if isinstance(node := document.fields.get(name), Scalar)]
    spans += [each.span for each in scalars(document.fields.get("aliases"))]
    spans += [heading.span] if heading and not document.fields.get("title") else []
    spans += [document.span._replace(width=len(view.lines[document.span.line - 1]))] if document.within else []
    yield from (Thing("item", file.item.id, span, is_own=True) for span in spans)


def fields_of(roadmap: Roadmap, item: Item) -> Iterator[Thing]:
    """Yield the things that the fields of an item name, and the fields themselves."""
    references = {field.name for field in reference_fields(item.collection)}
    for key, node in item.document.fields.entries:
        yield Thing("field", key.text, key.span)
        if key.text in references:
            yield from references_in(roadmap, item.path, node)
        elif key.text == "status" and isinstance(node, Scalar):
            yield Thing("status", node.text, node.span)
        elif isinstance(node, Scalar) and item.date(key.text):
            yield Thing("date", node.text, node.span)


def references_in(roadmap: Roadmap, path: str, node: Node) -> Iterator[Thing]:
    """Yield the items that a field with references names."""
    for each in scalars(node):
        if found := roadmap.find(reference_of(each), path):
            yield Thing("item", found.id, each.span)


def links_of(roadmap: Roadmap, document: Document, paths: ContentPaths) -> Iterator[Thing]:
    """Yield the items and files to which the links of a body lead."""
    for address in addresses_in(document.body):
        span = Span(document.source, document.body_line + address.line, address.column, max(len(address.text), 1))
        found = _target(roadmap, paths, document.source, address.text, is_wiki=address.is_wiki)
        if found:
            id_ = roadmap.file_names.id_of.get(found, "")
            yield Thing("item", id_, span) if id_ else Thing("file", found, span)


def _target(roadmap: Roadmap, paths: ContentPaths, path: str, text: str, *, is_wiki: bool) -> str:
    if is_wiki:
        return linked_file(roadmap.file_names, paths, path, text.partition("#")[0].strip("/ "))
    target = destination_of(text)
    return paths.relative(path, target.way) if target and target.way else ""


# --- roadmap.yml


def _in_settings(view: FileView) -> Iterator[Thing]:
    for path, key in setting_keys(view.data):
        if len(path) == 2 and path[0] == "statuses":  # noqa: PLR2004  statuses: {WORD: …}
            yield Thing("status", key.text, key.span)
        elif len(path) == 2 and path[0] == "collections":  # noqa: PLR2004  collections: {NAME: …}
            yield Thing("collection", composed(key.text), key.span)
        elif len(path) == 4 and path[2] == "fields":  # noqa: PLR2004  collections: {NAME: {fields: {NAME: …}}}
            yield Thing("field", key.text, key.span)
        elif meaning := keys_at([*path[:-1]]).get(key.text):
            yield Thing("setting", meaning, key.span)


def setting_keys(data: bytes) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """Yield the keys of roadmap.yml, each with all keys that lead to it."""
    root = read_yaml(ROADMAP_FILE, data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n"))[0]
    waiting: list[tuple[tuple[str, ...], Node]] = [((), root)] if root else []
    while waiting:
        path, node = waiting.pop()
        for key, each in node.entries if isinstance(node, Written) else ():
            yield (*path, key.text), key
            waiting.append(((*path, key.text), each))


def declaration(view: FileView, thing: Thing, collection: str) -> Span | None:
    """Return the place of roadmap.yml that declares a status, a collection, or a field of a collection."""
    keys: Mapping[tuple[str, ...], Scalar] = dict(setting_keys(view.texts.files.get(ROADMAP_FILE, b"")))
    if thing.kind == "status":
        word = declared_word(thing.name, view.settings.statuses) or thing.name
        return next((key.span for path, key in keys.items() if path == ("statuses", word)), None)
    names = {path: key.span for path, key in keys.items()}
    if thing.kind == "field":
        return names.get(("collections", collection, "fields", thing.name)) or names.get(("collections", collection))
    return names.get(("collections", thing.name)) if thing.kind == "collection" else None
