"""The roadmap as relations: named tables of plain rows, the same for CSV files and for a database.

A day stands in a column of its own beside each date: a date is as precise as it was written, a day can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from milemark.dates import PartialDate
from milemark.itemfacts import count_facts, file_of, plain, progress_facts, progress_of_any, task_facts
from milemark.metrics import whole
from milemark.model import Item, Roadmap, Role, Value

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type (`text`, `integer`, `real`), what it says, and the relation it refers to.

    `is_key` tells that no two rows have the same value.
    """

    name: str
    type: str
    description: str
    refers_to: str = ""
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A table: each row has a value, or None, for each column."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def relations(roadmap: Roadmap) -> tuple[Relation, ...]:
    """Return everything that content/ says of work; a relation refers to those before it, and to itself."""
    return (
        Relation("roadmap", "the roadmap itself, one row", _ROADMAP, (_roadmap(roadmap),)),
        Relation("collections", "the folders of content/ with declared fields", _COLLECTIONS, _collections(roadmap)),
        Relation("items", "every file of a collection, and others that have a status", _ITEMS, _items(roadmap)),
        Relation("tracks", "the strands of the roadmap", _TRACKS, tuple(_tracks(roadmap))),
        Relation("milestones", "the milestones", _MILESTONES, tuple(_milestones(roadmap))),
        Relation("tasks", "the checkboxes of each item, in order", _TASKS, tuple(_tasks(roadmap))),
        Relation("dependencies", "which item needs which", _DEPENDENCIES, tuple(_dependencies(roadmap))),
        Relation("tags", "the words of `tags` and `stack`", _TAGS, tuple(_tags(roadmap))),
        Relation("links", "the addresses of `links`", _LINKS, tuple(_links(roadmap))),
        Relation("fields", "every field as it is written, one row for each value", _FIELDS, tuple(_fields(roadmap))),
    )


_PROGRESS = (
    Column("progress", "real", "0 to 100; nothing where nothing measures it"),
    Column("tasks_done", "integer", "tasks done, those of its parts included"),
    Column("tasks_total", "integer", "tasks in all, without those that are dropped"),
)
_ROADMAP = (
    Column("title", "text", "its title"),
    Column("goal", "text", "its goal"),
    Column("locale", "text", "the language of its interface"),
    Column("as_of", "text", "the day it was read for"),
    *_PROGRESS,
)
_COLLECTIONS = (
    Column("name", "text", "the folder below content/", is_key=True),
    Column("label", "text", "what it is called"),
    Column("role", "text", "item, track, milestone or record"),
    Column("description", "text", "what it holds"),
    Column("position", "integer", "its place in roadmap.yml, from 1"),
)
_DUE = (
    Column("due", "text", "the date it is due, as precise as it was written"),
    Column("due_day", "text", "the last day of that date"),
)
_ITEMS = (
    Column("id", "text", "its id", is_key=True),
    Column("title", "text", "its title"),
    Column("path", "text", "its file"),
    Column("collection", "text", "its collection", "collections"),
    Column("role", "text", "what its collection holds: item, track, milestone or record"),
    Column("status", "text", "the word its author uses"),
    Column("stage", "text", "what this word means: planned, active, paused, done or dropped"),
    Column("track", "text", "its track", "items"),
    Column("parent", "text", "the item it is a part of", "items"),
    Column("milestone", "text", "its milestone", "items"),
    Column("priority", "text", "its priority"),
    Column("start", "text", "the date it begins, as precise as it was written"),
    Column("start_day", "text", "the first day of that date"),
    *_DUE,
    Column("finished", "text", "the date it was finished, as precise as it was written"),
    Column("finished_day", "text", "the last day of that date"),
    Column("weight", "real", "how much it counts among others"),
    Column("claimed", "real", "the progress its author claims"),
    *_PROGRESS,
    Column("basis", "text", "what its progress rests on: done, claimed, measured, none, or items"),
    Column("summary", "text", "its summary"),
    Column("position", "integer", "its place in the roadmap, from 1"),
)
_TRACKS = (
    Column("id", "text", "the item", "items", is_key=True),
    Column("title", "text", "its title"),
    Column("allocation", "real", "what it adds to the whole, in percent"),
    *_PROGRESS,
)
_MILESTONES = (
    Column("id", "text", "the item", "items", is_key=True),
    Column("title", "text", "its title"),
    Column("track", "text", "its track", "items"),
    *_DUE,
    Column("stage", "text", "planned, active, paused, done or dropped"),
)
_TASKS = (
    Column("item", "text", "the item in whose body it stands", "items"),
    Column("position", "integer", "its place in the item, from 1"),
    Column("text", "text", "what is to be done, as it was written"),
    Column("mark", "text", "what stands in its box"),
    Column("stage", "text", "what the mark means"),
    Column("depth", "integer", "how many tasks it stands under"),
    Column("line", "integer", "its line in the file, from 1"),
)
_DEPENDENCIES = (
    Column("item", "text", "the item that needs another", "items"),
    Column("needs", "text", "the item that is needed", "items"),
)
_TAGS = (
    Column("item", "text", "the item that bears the word", "items"),
    Column("tag", "text", "the word"),
    Column("field", "text", "the field it stands in: tags or stack"),
)
_LINKS = (
    Column("item", "text", "the item", "items"),
    Column("label", "text", "what the link is called"),
    Column("address", "text", "where it leads"),
)
_FIELDS = (
    Column("item", "text", "the item", "items"),
    Column("field", "text", "the name of the field"),
    Column("position", "integer", "the place of the value in a list, from 1"),
    Column("key", "text", "the key of the value in an object"),
    Column("value", "text", "the value as text"),
    Column("number", "real", "the value of a number"),
    Column("first_day", "text", "the first day of a date"),
    Column("last_day", "text", "the last day of a date"),
)


def _roadmap(roadmap: Roadmap) -> tuple[Cell, ...]:
    settings, everything = roadmap.settings, whole(roadmap)
    counts = count_facts(everything.counts)
    facts = (settings.title, settings.goal or None, settings.locale, roadmap.as_of.isoformat())
    return (*facts, _number(everything.value), counts["done"], counts["total"])


def _collections(roadmap: Roadmap) -> tuple[tuple[Cell, ...], ...]:
    found = enumerate(roadmap.settings.collections.values(), 1)
    return tuple((each.name, each.label, str(each.role), each.description or None, n) for n, each in found)


def _items(roadmap: Roadmap) -> tuple[tuple[Cell, ...], ...]:
    return tuple(_item(roadmap, item, number) for number, item in enumerate(roadmap.items, 1))


def _item(roadmap: Roadmap, item: Item, position: int) -> tuple[Cell, ...]:
    progress = progress_facts(progress_of_any(roadmap, item))
    return (
        *(item.id, item.title, file_of(item), item.collection.name or None, str(item.role)),
        *(_text(item, "status"), item.stage and str(item.stage)),
        *(_text(item, name) for name in ("track", "parent", "milestone", "priority")),
        *(_text(item, "start"), _day(item.start, is_start=True)),
        *_due(item),
        *(_text(item, "finished"), _day(item.date("finished"))),
        *(_number(item.number("weight")), progress["claimed"]),
        *(progress["value"], progress["done"], progress["total"], progress["basis"]),
        *(_text(item, "summary"), position),
    )


def _tracks(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for track in roadmap.of_role(Role.TRACK):
        progress = progress_facts(progress_of_any(roadmap, track))
        figures = (progress["value"], progress["done"], progress["total"])
        yield (track.id, track.title, _number(track.number("allocation")), *figures)


def _milestones(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for each in roadmap.of_role(Role.MILESTONE):
        yield (each.id, each.title, _text(each, "track"), *_due(each), each.stage and str(each.stage))


def _tasks(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for item in roadmap.items:
        for number, task in enumerate(task_facts(roadmap.settings, item), 1):
            stage = task["stage"] and str(task["stage"])
            yield (item.id, number, task["text"], task["mark"], stage, task["depth"], task["line"])


def _dependencies(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for item in roadmap.items:
        yield from ((item.id, needed) for needed in item.texts("depends_on"))


def _tags(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for item in roadmap.items:
        yield from ((item.id, tag, name) for name in ("tags", "stack") for tag in item.texts(name))


def _links(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for item in roadmap.items:
        yield from ((item.id, label, address) for label, address in item.mapping("links").items())


def _fields(roadmap: Roadmap) -> Iterator[tuple[Cell, ...]]:
    for item in roadmap.items:
        for name, value in item.values.items():
            for number, (key, part) in enumerate(_parts(value), 1):
                yield (item.id, name, number, key, *_typed(part))


def _parts(value: Value) -> Iterator[tuple[str | None, Value]]:
    """Yield each value of a list, each pair of an object, or the one value there is."""
    if isinstance(value, tuple):
        yield from ((None, part) for part in value)
    elif isinstance(plain(value), dict):
        yield from plain(value).items()
    else:
        yield None, value


def _typed(value: Value) -> tuple[Cell, ...]:
    """Return a value as text, as a number, and the first and the last day of a date."""
    if isinstance(value, PartialDate):
        return value.text, None, value.first.isoformat(), value.last.isoformat()
    if isinstance(value, bool):
        return str(value).lower(), int(value), None, None
    number = plain(value)
    return str(number), (number if isinstance(number, int | float) else None), None, None


def _text(item: Item, name: str) -> str | None:
    return item.text(name) or None


def _number(value: Value | None) -> Cell:
    found = plain(value)
    return found if isinstance(found, int | float) else None


def _day(when: PartialDate | None, *, is_start: bool = False) -> str | None:
    return (when.first if is_start else when.last).isoformat() if when else None


def _due(item: Item) -> tuple[Cell, ...]:
    return _text(item, "due"), _day(item.due)
