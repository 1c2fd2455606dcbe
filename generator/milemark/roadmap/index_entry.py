"""The index entry of a file: the few values that checks of the whole roadmap compare, and that the index keeps.

They are plain tuples of texts and numbers, which are cheap to write and to read again.

Checks of several files see entries only, from the files or from the index, so that both give the same findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.markdown.document import Sequence
from milemark.roadmap.model import Counts, Item
from milemark.roadmap.schema import reference_fields
from milemark.roadmap.settings import Role, Stage
from milemark.roadmap.site_paths import free_path

Place = tuple[int, int, int]
_START = (1, 1, 1)


class Reference(NamedTuple):
    """One id that a field names, with its place; a flat tuple, since the index holds thousands of them."""

    field: str
    text: str
    line: int
    column: int
    width: int

    @property
    def place(self) -> Place:
        """Line, column and width."""
        return self.line, self.column, self.width


class IndexEntry(NamedTuple):
    """The values of one file that checks of all files compare.

    `source` is the file in which it is written: another one for a heading of a file with several items.

    `due` is the due day as an ISO text, `finished` a date as written; both are empty if the item has none.
    """

    path: str
    source: str
    id: str
    title: str
    collection: str
    role: str
    stage: str
    done: int
    total: int
    claimed: str
    due: str
    finished: str
    capacity: str
    aliases: tuple[str, ...]
    stack: tuple[str, ...]
    references: tuple[Reference, ...]
    places: dict[str, Place]

    @property
    def counts(self) -> Counts:
        """The tasks of the file itself."""
        return Counts(self.done, self.total)

    @property
    def is_counted(self) -> bool:
        """Whether it is planned work that is not dropped."""
        return self.role == Role.ITEM and self.stage != Stage.DROPPED

    def span(self, name: str) -> Span:
        """Return the place of a field, or of the item if the field is not written."""
        return Span(self.source, *self.places.get(name, self.places.get(_BEGIN, _START)))

    @classmethod
    def from_row(cls, row: list[Any]) -> IndexEntry:
        """Return the entry whose row JSON has turned into lists."""
        aliases, stack, references = row[-4:-1]
        row[-4:-1] = tuple(aliases), tuple(stack), tuple(map(Reference._make, references))
        return cls._make(row)


def index_entry(item: Item) -> IndexEntry:
    """Return the index entry of an item."""
    return IndexEntry(
        item.path,
        item.document.source,
        item.id,
        item.title,
        item.collection.name,
        item.role,
        item.stage or "",
        item.counts.done,
        item.counts.total,
        item.text("progress"),
        item.due_day.isoformat() if item.due_day else "",
        item.text("finished"),
        item.text("capacity"),
        item.texts("aliases"),
        item.texts("stack"),
        tuple(_references(item)),
        dict(_places(item)),
    )


def at_free_paths(entries: Iterable[IndexEntry]) -> list[IndexEntry]:
    """Return entries, those of headings at paths that no other file has, as `flattened` in `load` does."""
    found = [*entries]
    taken = {each.path for each in found if each.path == each.source}
    for number, each in enumerate(found):
        if each.path != each.source:
            found[number] = each._replace(path=free_path(each.path, taken))
            taken.add(found[number].path)
    return found


_BEGIN = ""  # the key of the place where an item begins that is a heading
_PLACED = ("id", "aliases", "status", "progress", "due", "finished", "capacity", "evidence")


def _places(item: Item) -> Iterator[tuple[str, Place]]:
    if item.document.within:
        yield _BEGIN, _place(item.document.span)
    yield from ((name, _place(item.spans[name])) for name in _PLACED if name in item.spans)


def _place(span: Span) -> Place:
    return span.line, span.column, span.width


def _references(item: Item) -> list[Reference]:
    found: list[Reference] = []
    for field in reference_fields(item.collection):
        value = item.values.get(field.name)
        texts = item.texts(field.name) or ((value,) if isinstance(value, str) and value else ())
        spans = _spans(item, field.name, len(texts)) if texts else []
        found += [Reference(field.name, text, *_place(span)) for text, span in zip(texts, spans, strict=True)]
    return found


def _spans(item: Item, name: str, count: int) -> list[Span]:
    """Return the place of each value of a field; the place of the field if an entry of its list is empty."""
    node = item.document.fields.get(name)
    if isinstance(node, Sequence) and len(node.items) == count:
        return [entry.span for entry in node.items]
    return [item.span(name)] * count
