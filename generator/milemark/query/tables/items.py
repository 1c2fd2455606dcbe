"""Tables of items: the columns of every item, and those that a collection declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from milemark.foundation.dates import PartialDate
from milemark.foundation.escaping import json_text
from milemark.foundation.layout import PRIVATE
from milemark.query.tables.table import Cell, Column, Row, Table, table_of_items
from milemark.query.tables.values import plain, progress_of_any, progress_values
from milemark.roadmap.metrics.health import unmet
from milemark.roadmap.model import Item, Roadmap, Value
from milemark.roadmap.schema import CORE_FIELDS, is_reference
from milemark.roadmap.settings import Collection, Field, Role, Settings

PROGRESS = (
    Column("progress", "real", "0 to 100; empty if it cannot be measured", is_derived=True),
    Column("tasks_done", "integer", "tasks done, including those of its parts", is_derived=True),
    Column("tasks_total", "integer", "all tasks except dropped ones", is_derived=True),
)
ITEM = (
    Column("id", "text", "its id", is_key=True),
    Column("title", "text", "its title"),
    Column("path", "text", "its file"),
    Column("collection", "text", "its collection", "collections"),
    Column("role", "text", "the role of its collection: item, track, milestone, record or person"),
    Column("status", "text", "its status as written", is_word=True),
    Column("stage", "text", "the meaning of its status: planned, active, paused, done or dropped", is_word=True),
    Column("track", "text", "its track", "items"),
    Column("parent", "text", "the item it is a part of", "items"),
    Column("milestone", "text", "its milestone", "items"),
    Column("priority", "text", "its priority"),
    Column("start", "text", "its start date as written", is_date=True),
    Column("start_day", "text", "the first day of that date", is_day=True),
    Column("due", "text", "its due date as written", is_date=True),
    Column("due_day", "text", "the last day of that date", is_day=True),
    Column("finished", "text", "its finish date as written", is_date=True),
    Column("finished_day", "text", "the last day of that date, or the roadmap's day while it runs", is_day=True),
    Column("weight", "real", "its weight in the progress of several items"),
    Column("claimed", "real", "the progress that its author claims"),
    *PROGRESS,
    Column("basis", "text", "the source of its progress: done, claimed, measured, none or items", is_derived=True),
    Column("summary", "text", "its summary"),
    Column("position", "integer", "its position in the roadmap, from 1"),
    Column("depends_on", "text", "the ids of the items it depends on", is_list=True),
    Column("tags", "text", "its tags", is_list=True),
    Column("stack", "text", "its technologies", is_list=True),
    Column("is_blocked", "integer", "1 if it is open and depends on an item that is not done, else 0", is_derived=True),
    Column("days_late", "integer", "days since its due day while it is open; empty if it is not late"),
    Column("is_private", "integer", "1 if the public site does not have it, else 0"),
    Column("assignee", "text", "the people who work on it", is_list=True),
    Column("revision", "text", "a digest of its file, for `--if-revision`; empty for the public"),
)
USUAL = ("title", "status", "progress", "due")
_NAMES = {column.name for column in ITEM}
_CORE_COLUMNS = _NAMES & CORE_FIELDS.keys()  # a declared field with such a name is this column
_ABOUT = {
    "aliases": "its other names",
    "team": "the team of a person",
    "capacity": "how many active items are enough for a person",
    "allocation": "its share of the whole roadmap, in percent",
    "goal": "its goal",
    "problem": "the problem it solves",
    "approach": "how it solves it",
    "result": "its result",
    "reason": "why it is paused or dropped",
    "counts": "for a measure of success: the collections it counts",
    "current": "for a measure of success: how much there is now",
    "target": "for a measure of success: how much there shall be",
    "unit": "the unit of current and target",
    "links": "its links: an object with a URL for each label",
    "cover": "its picture: a file",
    "evidence": "its evidence: a list of objects with url, kind, date and note",
    "featured": "1 if the home page shows it",
    "audience": "who may see it: public or private",
    "description": "one sentence about it, for search engines",
    "order": "its place in its collection",
    "estimate": "its size by its author: tasks, or hours such as 8h",
}
_OTHER_CORE = tuple(replace(CORE_FIELDS[name], description=_ABOUT[name]) for name in _ABOUT)  # that are not in ITEM
_TYPES = {"number": "real", "integer": "real", "boolean": "integer"}


def item_row(roadmap: Roadmap, item: Item, position: int) -> Row:
    """Return the values of `ITEM` for an item."""
    progress = progress_values(progress_of_any(roadmap, item))
    return (
        *(
            item.id,
            item.title,
            roadmap.settings.shown(item.document.source),
            item.collection.name or None,
            str(item.role),
        ),
        *(_text(item, "status"), item.stage and str(item.stage)),
        *(_text(item, name) for name in ("track", "parent", "milestone", "priority")),
        *_date(item.start, item.start.first if item.start else None),
        *_date(item.due, item.due_day),
        *_date(item.finished, item.finished_day(roadmap.as_of)),
        *(number(item.number("weight")), progress["claimed"]),
        *(progress["value"], progress["done"], progress["total"], progress["basis"]),
        *(_text(item, "summary"), position),
        *(_list(item.texts(name)) for name in ("depends_on", "tags", "stack")),
        *(int(bool(unmet(roadmap, item))), item.days_late(roadmap.as_of) or None, int(item.path in roadmap.private)),
        _list(item.assignees),
        (item.document.within or item.document).revision if roadmap.audience == PRIVATE else None,
    )


def item_table(
    name: str,
    description: str,
    declared: Iterable[Field],
    is_in: Callable[[Item], bool],
    usual: tuple[str, ...] = USUAL,
) -> Table:
    """Return a table of some items: the columns of every item, the declared fields, and the other core fields."""
    fields = _fields((*declared, *_OTHER_CORE))
    columns = tuple(column for field in fields for column in _columns(field))

    def row(roadmap: Roadmap, item: Item, position: int) -> Iterator[Row]:
        if is_in(item):
            own = (cell for field in fields for cell in _cells(field, item))
            yield (*item_row(roadmap, item, position), *own)

    return table_of_items(name, description, (*ITEM, *columns), row, usual)


def role_table(settings: Settings, name: str, description: str, role: Role) -> Table:
    """Return the table of all items of one role."""
    collections = [each for each in settings.collections.values() if each.role is role]
    declared = [field for each in collections for field in each.fields.values()]
    usual = _usual(collections[0]) if len(collections) == 1 else USUAL
    return item_table(name, description, declared, lambda item: item.role is role, usual)


def collection_table(collection: Collection, name: str) -> Table:
    """Return the table of the items of one collection."""
    description = f"the items of {collection.name}/, with the fields that it declares"
    declared = collection.fields.values()
    return item_table(
        name, description, declared, lambda item: item.collection.name == collection.name, _usual(collection)
    )


def with_own_names(table: Table, names: Mapping[str, str]) -> Table:
    """Return a table that has the columns of fields also by the names that files give these fields."""
    places = {column.name: number for number, column in enumerate(table.columns)}
    known = {name.casefold() for name in places}
    pairs = [(f"{own}{end}", f"{core}{end}") for core, own in names.items() for end in ("", "_day")]
    found = {own: core for own, core in pairs if core in places and own.casefold() not in known}
    of_item = table.of_item
    if not found or not of_item:
        return table
    added = (
        replace(table.columns[places[core]], name=own, description=f"the same as {core}", is_key=False)
        for own, core in found.items()
    )
    copied = [places[core] for core in found.values()]

    def rows(roadmap: Roadmap, item: Item, position: int) -> Iterator[Row]:
        yield from ((*row, *(row[place] for place in copied)) for row in of_item(roadmap, item, position))

    return table_of_items(table.name, table.description, (*table.columns, *added), rows, table.usual)


def _usual(collection: Collection) -> tuple[str, ...]:
    """Return the names of the columns that the table of a collection shows on the site."""
    return tuple(_name(name) for name in collection.shown)


def _name(field: str) -> str:
    """Return the name of a field's column; `field_` tells it from a column of every item."""
    is_taken = field not in _CORE_COLUMNS and field.casefold() in _NAMES
    return f"field_{field}" if is_taken else field


def _fields(declared: Iterable[Field]) -> tuple[Field, ...]:
    """Return the declared fields that are not columns of every item; of two with the same name, the first."""
    fields: dict[str, Field] = {}
    for field in declared:
        if field.name not in _CORE_COLUMNS:
            fields.setdefault(field.name.casefold(), field)
    return tuple(fields.values())


def _columns(field: Field) -> Iterator[Column]:
    """Yield the column of a field, and its day after a date."""
    name = _name(field.name)
    is_taken = name != field.name
    about = " ".join((field.description or field.label or f"the field {field.name}").split())
    if field.type == "date":
        about = f"{about}: the date as written"
        yield Column(name, "text", about, is_date=True, is_field=not is_taken)
        yield Column(f"{name}_day", "text", "the last day of that date", is_day=True)
        return
    is_list = field.type in {"array", "object"}
    refers = "items" if is_reference(field) and not is_list else ""
    kind, is_word = _TYPES.get(field.type, "text"), bool(field.choices) and not is_list
    yield Column(name, kind, about, refers, is_list=is_list, is_field=not is_taken, is_word=is_word)


def _cells(field: Field, item: Item) -> Iterator[Cell]:
    value = item.values.get(field.name)
    if field.type == "date":
        when = value if isinstance(value, PartialDate) else None
        yield from _date(when, when.last if when else None)
    else:
        yield _of_type(field, value)


def _of_type(field: Field, value: Value | None) -> Cell:
    """Return a value as a cell of its field's column: another collection may declare another type for the field."""
    found = cell(value)
    if field.type in _TYPES:
        return None if isinstance(found, str) else found
    return str(found) if isinstance(found, int | float) else found


def cell(value: Value | None) -> Cell:
    """Return a value as a cell: a list or an object as JSON, a boolean as 1 or 0, a date as written."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, PartialDate) else _list(value)


def number(value: Value | None) -> Cell:
    """Return a number as a cell, or None for any other value."""
    number = plain(value)
    return number if isinstance(number, int | float) else None


def _list(value: Value) -> Cell:
    entries = plain(value)
    return json_text(entries) if entries else None


def _text(item: Item, name: str) -> str | None:
    return item.text(name) or None


def _date(when: PartialDate | None, day: date | None) -> tuple[Cell, Cell]:
    """Return a date as written, and its day."""
    return when.text if when else None, day.isoformat() if day else None
