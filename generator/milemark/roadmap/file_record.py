"""A file as read, as JSON text and back: a record is several times cheaper to read than its file is to parse.

`unpack(settings, path, data, pack(file, data))` equals `file`, which was read with these settings from `data`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from milemark.foundation.cache import digest
from milemark.foundation.dates import PartialDate, parse_date
from milemark.foundation.diagnostics import Span
from milemark.foundation.finding_rows import diagnostic_of, row_of
from milemark.markdown import document as tree
from milemark.markdown.document import Document, Heading, Node, Scalar, Sequence, Task
from milemark.roadmap.load import File
from milemark.roadmap.model import Counts, Item, Value
from milemark.roadmap.settings import Settings, Stage

_SURROGATE = re.compile("[\ud800-\udfff]")
_Row = list[Any]
_WORD = 40  # characters of a word that may stand in many files


def pack(file: File, data: bytes) -> str:
    """Return a file that was read from `data` as JSON; an empty text if JSON cannot hold it: half of a character."""
    text = json.dumps(_file_row(file, data), ensure_ascii=False, separators=(",", ":"))
    return "" if _SURROGATE.search(text) else text


def _file_row(file: File, data: bytes) -> _Row:
    document, item = file.document, file.item
    is_as_written = _text(data).startswith(document.front + document.body)
    return [
        *((len(document.front), len(document.body)) if is_as_written else (document.front, document.body)),
        document.body_line,
        document.is_broken,
        _node_row(document.fields),
        [[each.text, each.mark, *each.span[1:], each.depth, each.heading, each.notes] for each in document.tasks],
        [[each.text, each.level, *each.span[1:], each.height, each.is_nested] for each in document.headings],
        document.paragraph,
        [file.counts.done, file.counts.total],
        [row_of(each) for each in file.diagnostics],
        _item_row(item) if item else None,
        [[each.document.path, each.document.span[1:], _file_row(each, b"")] for each in file.parts],
    ]


def unpack(settings: Settings, path: str, data: bytes, record: str) -> File:
    """Return the file whose record `pack` wrote."""
    return _file(settings, path, data, json.loads(record))


def _file(settings: Settings, path: str, data: bytes, found: _Row) -> File:
    """Return a file from its row, with its parts, whose places lie in the file."""
    document = _document(path, data, found)
    parts = tuple(_part(settings, document, *each) for each in found[-1])
    return _with_document(settings, document, found, parts)


def _part(settings: Settings, within: Document, path: str, start: _Row, found: _Row) -> File:
    document = _document(within.path, b"", found)
    document = replace(document, path=path, within=within, start=Span(within.path, *start))
    return _with_document(settings, document, found, ())


def _with_document(settings: Settings, document: Document, found: _Row, parts: tuple[File, ...]) -> File:
    counted, findings, row = found[-4:-1]
    counts = Counts(*counted)
    item = _item(settings, document, counts, row) if row else None
    return File(document, item, counts, tuple(map(diagnostic_of, findings)), parts)


def _document(path: str, data: bytes, found: _Row) -> Document:
    above, below, body_line, is_broken, fields, tasks, headings, paragraph = found[:-4]
    text, is_as_written = _text(data), isinstance(above, int)
    front, body = (text[:above], text[above : above + below]) if is_as_written else (above, below)
    return Document(
        path,
        _mapping(path, fields),
        body,
        body_line,
        tuple(_task(path, each) for each in tasks),
        tuple(_heading(path, each) for each in headings),
        paragraph,
        is_broken,
        front,
        revision=digest(data),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _node_row(node: Node) -> _Row:
    """Return a node: a scalar begins with its text, a list has four values, a mapping five."""
    place = node.span[1:]
    if isinstance(node, Scalar):
        return [node.text, *place, node.is_plain]
    if isinstance(node, Sequence):
        return [[_node_row(each) for each in node.items], *place]
    return [[(_node_row(key), _node_row(value)) for key, value in node.entries], *place, 0]


def _node(path: str, row: _Row) -> Node:
    if isinstance(row[0], str):
        return _scalar(path, row)
    if len(row) == 4:  # noqa: PLR2004  see `_node_row`
        return Sequence(tuple(_node(path, each) for each in row[0]), Span(path, *row[1:]))
    return _mapping(path, row)


def _shared(text: str) -> str:
    """Return a text that takes memory once, if it is a word such as a key or a status, which all files have."""
    return sys.intern(text) if len(text) <= _WORD else text


def _scalar(path: str, row: _Row) -> Scalar:
    text, line, column, width, is_plain = row
    return Scalar(_shared(text), Span(path, line, column, width), is_plain)


def _mapping(path: str, row: _Row) -> tree.Mapping:
    entries, line, column, width, _kind = row
    pairs = tuple((_scalar(path, key), _node(path, value)) for key, value in entries)
    return tree.Mapping(pairs, Span(path, line, column, width))


def _task(path: str, row: _Row) -> Task:
    text, mark, line, column, width, depth, heading, notes = row
    return Task(_shared(text), mark, Span(path, line, column, width), depth, heading, tuple(notes))


def _heading(path: str, row: _Row) -> Heading:
    text, level, line, column, width, height, is_nested = row
    return Heading(text, level, Span(path, line, column, width), height, is_nested)


def _item_row(item: Item) -> _Row:
    values = {name: value_row(value) for name, value in item.values.items()}
    return [item.id, item.title, item.collection.name, item.stage, values]


def _item(settings: Settings, document: Document, counts: Counts, row: _Row) -> Item:
    id_, title, name, stage, found = row
    values = {name: value_of(value) for name, value in found.items()}
    spans: dict[str, Span] = {}
    for key, node in document.fields.entries:
        spans.setdefault(key.text, node.span)  # the first value of a field that is written twice stands
    collection = settings.collections.get(name) or settings.loose
    return Item(id_, title, collection, document, Stage(stage) if stage else None, counts, values, spans)


_NUMBER, _DATE, _LIST, _OBJECT = range(4)


def value_row(value: Value) -> object:
    """Return a text or a truth value as it is, and any other value in a list that begins with its type."""
    if isinstance(value, Decimal):
        return [_NUMBER, str(value)]
    if isinstance(value, PartialDate):
        return [_DATE, value.text]
    if isinstance(value, tuple):
        return [_LIST, *map(value_row, value)]
    if isinstance(value, Mapping):
        return [_OBJECT, *((key, value_row(part)) for key, part in value.items())]
    return value


def value_of(row: Any) -> Value:
    """Return the value of a row that `value_row` gave."""
    if not isinstance(row, list):
        return row  # type: ignore[no-any-return]
    kind, *parts = row
    if kind == _LIST:
        return tuple(map(value_of, parts))
    if kind == _OBJECT:
        return {key: value_of(part) for key, part in parts}
    return _number(parts[0]) if kind == _NUMBER else _date(parts[0])


_number = lru_cache(maxsize=1024)(Decimal)


@lru_cache(maxsize=4096)
def _date(text: str) -> PartialDate:
    found = parse_date(text)
    if found is None:
        raise ValueError(text)
    return found
