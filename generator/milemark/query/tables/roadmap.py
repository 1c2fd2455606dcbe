"""The roadmap as relations: named tables of plain rows, the same for CSV files, for a database and for queries.

A day stands in a column of its own beside each date: a date is as precise as it was written, a day can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from milemark.foundation.dates import PartialDate
from milemark.query.tables.items import ITEM, PROGRESS, USUAL, collection_table, item_row, number, role_table
from milemark.query.tables.table import CORE, OF_ROLES, Cell, Column, Row, Table, table_names
from milemark.query.tables.values import count_values, plain, task_values
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import Roadmap, Value
from milemark.roadmap.settings import Settings


def roadmap_tables(settings: Settings) -> tuple[Table, ...]:
    """Return the tables of everything that content/ says of work; one refers to those before it, and to itself."""
    core = (
        Table("roadmap", "the roadmap itself, one row", _ROADMAP, _roadmap),
        Table("collections", "the folders of content/ with declared fields", _COLLECTIONS, _collections),
        Table("items", "every file of a collection, and others that have a status", ITEM, _items, USUAL),
        role_table(settings, "tracks", "the strands of the roadmap", OF_ROLES["tracks"]),
        role_table(settings, "milestones", "the milestones", OF_ROLES["milestones"]),
        Table("tasks", "the checkboxes of each item, in order", _TASKS, _tasks, ("text", "item")),
        Table("dependencies", "which item needs which", _DEPENDENCIES, _dependencies),
        Table("tags", "the words of `tags` and `stack`", _TAGS, _tags),
        Table("links", "the addresses of `links`", _LINKS, _links),
        Table("fields", "every field as it is written, one row for each value", _FIELDS, _fields),
    )
    names = table_names(settings)
    own = (each for each in settings.collections.values() if names[each.name] not in CORE)
    return (*core, *(collection_table(each, names[each.name]) for each in own))


_ROADMAP = (
    Column("title", "text", "its title"),
    Column("goal", "text", "its goal"),
    Column("locale", "text", "the language of its interface"),
    Column("as_of", "text", "the day it was read for", is_day=True),
    *PROGRESS,
)
_COLLECTIONS = (
    Column("name", "text", "the folder below content/", is_key=True),
    Column("label", "text", "what it is called"),
    Column("role", "text", "item, track, milestone or record"),
    Column("description", "text", "what it holds"),
    Column("position", "integer", "its place in roadmap.yml, from 1"),
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
    Column("first_day", "text", "the first day of a date", is_day=True),
    Column("last_day", "text", "the last day of a date", is_day=True),
)


def _roadmap(roadmap: Roadmap) -> Iterator[Row]:
    settings, everything = roadmap.settings, whole(roadmap)
    counts = count_values(everything.counts)
    facts = (settings.title, settings.goal or None, settings.locale, roadmap.as_of.isoformat())
    yield (*facts, number(everything.value), counts["done"], counts["total"])


def _collections(roadmap: Roadmap) -> Iterator[Row]:
    for position, each in enumerate(roadmap.settings.collections.values(), 1):
        yield each.name, each.label, str(each.role), each.description or None, position


def _items(roadmap: Roadmap) -> Iterator[Row]:
    return (item_row(roadmap, item, position) for position, item in enumerate(roadmap.items, 1))


def _tasks(roadmap: Roadmap) -> Iterator[Row]:
    for item in roadmap.items:
        for position, task in enumerate(task_values(roadmap.settings, item), 1):
            stage = task["stage"] and str(task["stage"])
            yield (item.id, position, task["text"], task["mark"], stage, task["depth"], task["line"])


def _dependencies(roadmap: Roadmap) -> Iterator[Row]:
    for item in roadmap.items:
        yield from ((item.id, needed) for needed in item.texts("depends_on"))


def _tags(roadmap: Roadmap) -> Iterator[Row]:
    for item in roadmap.items:
        yield from ((item.id, tag, name) for name in ("tags", "stack") for tag in item.texts(name))


def _links(roadmap: Roadmap) -> Iterator[Row]:
    for item in roadmap.items:
        yield from ((item.id, label, address) for label, address in item.mapping("links").items())


def _fields(roadmap: Roadmap) -> Iterator[Row]:
    for item in roadmap.items:
        for name, value in item.values.items():
            for position, (key, part) in enumerate(_parts(value), 1):
                yield (item.id, name, position, key, *_typed(part))


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
    return str(plain(value)), number(value), None, None
