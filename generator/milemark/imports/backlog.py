"""A folder of Backlog.md: a file for each task, in folders that tell whether it is done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from milemark.foundation.layout import PRIVATE
from milemark.imports.imported import Converter, Import, Imported, Value, entry_document
from milemark.markdown.document import Document, Node, Scalar, Sequence
from milemark.roadmap.schema import title_of
from milemark.roadmap.settings import Collection, Settings, Stage

_PERSON = re.compile(rb"^(\w+:[ \t]+|[ \t]*-[ \t]+)(@[^\s\"]+)(?=[ \t\r]*$)", re.MULTILINE)
_NAMES = {"due_date": "due", "created_date": "", "updated_date": "", "labels": "tags", "priority": "priority"}
_REFERENCES: Mapping[str, str] = {"dependencies": "depends_on", "parent_task_id": "parent"}
_READ = {"id", "title", "status", "ordinal", "milestone", *_NAMES, *_REFERENCES}
_STAGES = {"completed": Stage.DONE, "archive": Stage.DROPPED}
_FOLDERS = ("tasks", "completed", "drafts", "archive/tasks", "archive/drafts")


def with_quotes(data: bytes) -> bytes:
    """Return the text of a task with names such as `@kim` in quotes, which Backlog.md writes without."""
    head, end, body = data.partition(b"\n---")
    return _PERSON.sub(rb'\1"\2"', head) + end + body


def read_backlog(documents: Iterable[Document], settings: Settings, collection: Collection | None) -> Import:
    """Return the tasks of a backlog from its files; a path begins below the folder of the backlog."""
    converter = Converter(settings, collection)
    found = (each for each in documents if each.path.startswith(tuple(f"{folder}/" for folder in _FOLDERS)))
    items = [item for each in found if (item := _item(converter, each))]
    return Import(tuple(items), converter.notes)


def _item(converter: Converter, document: Document) -> Imported | None:
    if document.is_broken or not document.fields.entries:
        converter.note(f"not read: {document.path} has no fields that can be read")
        return None
    values = {key.text: [*_texts(node)] for key, node in reversed(document.fields.entries)}
    id_ = _first(values, "id") or document.path.rpartition("/")[2].partition(" - ")[0]
    references = {
        field: tuple(f"backlog:{each.casefold()}" for each in values[name] if each)
        for name, field in _REFERENCES.items()
        if any(values.get(name, ()))
    }
    fields = converter.fields(_pairs(converter, document, values))
    name = id_.casefold().replace(".", "-")
    return Imported(
        f"backlog:{id_.casefold()}", name, fields, document.body, references, origins=(document, *_draft(document))
    )


def _draft(document: Document) -> tuple[Document, ...]:
    """Return the entry that makes a draft private, as it is at its source."""
    return (entry_document([("audience", PRIVATE)]),) if "drafts" in document.path.split("/")[:-1] else ()


def _pairs(converter: Converter, document: Document, values: Mapping[str, list[str]]) -> Iterator[tuple[str, Value]]:
    yield "title", title_of(document)
    stage = _STAGES.get(document.path.partition("/")[0])
    yield "status", converter.word(stage) if stage else _first(values, "status") or converter.word(Stage.PLANNED)
    for name, found in values.items():
        if field := _NAMES.get(name):
            yield field, tuple(found)
        elif name not in _READ:
            yield name, tuple(filter(None, found))
    if _first(values, "milestone"):
        converter.note("left out: `milestone`, which names no item")


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield "" if node.is_empty else node.text.strip()
    elif isinstance(node, Sequence):
        for each in node.items:
            yield from _texts(each)


def _first(values: Mapping[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")
