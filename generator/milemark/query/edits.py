"""Tables after an edit: the rows that the changed files decide, from little that is kept of the other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from milemark.foundation.cache import digest
from milemark.foundation.diagnostics import Span
from milemark.foundation.layout import PRIVATE
from milemark.markdown import document as tree
from milemark.markdown.document import Document
from milemark.privacy.hidden import is_declared_private
from milemark.query.sql.engine import Engine
from milemark.roadmap.file_record import value_of, value_row
from milemark.roadmap.load import File, Loaded
from milemark.roadmap.model import Counts, Item, Roadmap
from milemark.roadmap.schema import reference_fields
from milemark.roadmap.settings import Role, Settings, Stage

_WEIGHING = ("weight", "progress", "allocation")  # fields that decide about the progress of other items
_ROADMAP = "roadmap"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an edit of one file needs to know of a roadmap: its items with the values that decide about others.

    `standings` has, for each file, the digest of all that other files need of it: its names, references and privacy.
    """

    items: tuple[Item, ...]
    standings: Mapping[str, str]
    private: frozenset[str]

    @staticmethod
    def of(loaded: Loaded) -> Sketch:
        """Return the sketch of a loaded roadmap."""
        roadmap = loaded.roadmap
        parted = {file.document.source for file in loaded.files if file.document.within}
        whole = [file for file in loaded.files if file.document.path not in parted and not file.document.within]
        standings = {file.document.path: standing(roadmap.settings, file) for file in whole}
        return Sketch(roadmap.items, standings, roadmap.private)

    def row(self) -> list[Any]:
        """Return it as plain values."""
        return [[*map(_item_row, self.items)], dict(self.standings), sorted(self.private)]

    @staticmethod
    def from_row(settings: Settings, row: list[Any]) -> Sketch:
        """Return the sketch of a row."""
        items, standings, private = row
        return Sketch(tuple(_item(settings, *each) for each in items), standings, frozenset(private))


def _item_row(item: Item) -> list[Any]:
    names = (*(field.name for field in reference_fields(item.collection)), *_WEIGHING)
    values = {name: value_row(item.values[name]) for name in names if name in item.values}
    return [item.path, item.id, item.collection.name, item.stage, item.counts.done, item.counts.total, values]


def _item(  # noqa: PLR0913, PLR0917  the values of a row
    settings: Settings, path: str, id_: str, name: str, stage: str | None, done: int, total: int, values: dict[str, Any]
) -> Item:
    collection = settings.collections.get(name) or settings.loose
    document = Document(path, tree.Mapping((), Span(path)))
    found = {key: value_of(value) for key, value in values.items()}
    return Item(id_, "", collection, document, Stage(stage) if stage else None, Counts(done, total), found)


def standing(settings: Settings, file: File) -> str:
    """Return the digest of all that other files, and the order of files, depend on in a file, but for its figures."""
    item, is_private = file.item, is_declared_private(settings, file.document, file.item)
    if item is None:
        return digest(is_private)
    references = [(field.name, item.values.get(field.name)) for field in reference_fields(item.collection)]
    return digest(
        is_private, item.id, item.collection.name, item.texts("aliases"), item.title, item.number("order"), references
    )


def with_edits(engine: Engine, sketch: Sketch, settings: Settings, day: date, files: Sequence[File]) -> Sketch | None:
    """Bring the tables of an engine up to date after edits of files, and return the sketch then.

    None if an edit changes more than its file and figures: then nothing has happened to the tables.
    """
    if any(file.parts or sketch.standings.get(file.document.path) != standing(settings, file) for file in files):
        return None
    read = {file.document.path: file.item for file in files if file.item}
    edited = {item.id: _related(item, read[item.path]) for item in sketch.items if item.path in read}
    after = replace(sketch, items=tuple(edited.get(item.id, item) for item in sketch.items))
    roadmap = Roadmap(settings, after.items, (), day, PRIVATE, sketch.private)
    before = {item.id: item for item in sketch.items if item.id in edited}
    others = {item.id for id_, item in edited.items() for item in _others(roadmap, before[id_], item)}
    _update(engine, roadmap, edited, others - {*edited})
    if any(file.item is None for file in files):
        engine.forget("tasks")
    return after


def _related(known: Item, item: Item) -> Item:
    """Return an edited item with its references as they are known: an edit of them is none of these."""
    references = {field.name: known.values.get(field.name) for field in reference_fields(item.collection)}
    found = {name: value for name, value in references.items() if value is not None}
    return replace(item, id=known.id, values={**item.values, **found})


def _others(roadmap: Roadmap, before: Item, after: Item) -> Iterator[Item]:
    """Yield the other items whose figures an edit may change."""
    if before.stage != after.stage:
        yield from roadmap.dependents(after)
    if _figures(before) != _figures(after):
        yield from roadmap.of_role(Role.TRACK)
        above = roadmap.by_id.get(after.parent)
        while above:
            yield above
            above = roadmap.by_id.get(above.parent)


def _figures(item: Item) -> tuple[object, ...]:
    return item.stage, item.counts, *map(item.number, _WEIGHING)


def _update(engine: Engine, roadmap: Roadmap, edited: Mapping[str, Item], others: set[str]) -> None:
    tables = [(engine.tables[name], of_item) for name in engine.filled if (of_item := engine.tables[name].of_item)]
    for position, item in enumerate(roadmap.items, 1):
        if item.id not in edited and item.id not in others:
            continue
        for table, of_item in tables:
            rows = [*of_item(roadmap, item, position)]
            if item.id in edited:
                engine.replace_rows(table.name.lower(), item.id, rows)
            for row in rows if item.id in others else ():
                values = {each.name: cell for each, cell in zip(table.columns, row, strict=True) if each.is_derived}
                engine.update(table.name.lower(), item.id, values)
    if _ROADMAP in engine.filled:
        engine.fill(_ROADMAP, roadmap)
