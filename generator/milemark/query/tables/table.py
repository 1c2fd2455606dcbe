"""A named table of plain rows. Its columns are known before any file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from milemark.foundation.identifiers import key_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Settings

# The tables of every roadmap. Each refers only to tables before it, or to itself.
CORE = (
    "roadmap",
    "collections",
    "items",
    "tracks",
    "milestones",
    "tasks",
    "dependencies",
    "elsewhere",
    "tags",
    "links",
    "assignees",
    "fields",
)
HISTORY_TABLES = ("history", "track_history", "item_history", "task_history", "forecasts")
OF_ROLES: Mapping[str, Role] = {"tracks": Role.TRACK, "milestones": Role.MILESTONE}
FORMAT = 1  # of files with these tables: raised by a change that breaks queries
Cell = str | int | float | None
Row = tuple[Cell, ...]
OfItem = Callable[[Roadmap, Item, int], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type (`text`, `integer`, `real`), its description, and the table it refers to.

    `is_key`: no two rows have the same value. `is_date`: dates as written, of any precision. `is_day`: days such as
    2025-02-14. `is_list`: lists or objects in JSON. `is_field`: the field of items with the same name. `is_word`: words
    of roadmap.yml and tags, which are equal in any case. `is_derived`: follows from other items, too.
    `is_indexed`: a large table is searched by it.
    """

    name: str
    type: str
    description: str
    refers_to: str = ""
    is_key: bool = False
    is_date: bool = False
    is_day: bool = False
    is_list: bool = False
    is_field: bool = False
    is_word: bool = False
    is_derived: bool = False
    is_indexed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `read` yields its rows, each with a value, or None, for each column.

    `usual` names the columns to show by default; empty for all of them. `of_item` yields the rows of one item, at its
    position in the roadmap, if rows are of items. `is_foreign`: the rows are of other roadmaps, so a view shows
    their values, not the items of this one.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    read: Callable[[Roadmap], Iterable[Row]]
    usual: tuple[str, ...] = ()
    of_item: OfItem | None = None
    is_foreign: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns to show by default."""
        return self.usual or tuple(column.name for column in self.columns)

    @property
    def key(self) -> str:
        """The column with the ids of items, `id` or else `item`; an empty text if there is none."""
        names = {column.name for column in self.columns if column.is_key or column.refers_to == "items"}
        return next((name for name in ("id", "item") if name in names), "")


def table_of_items(
    name: str, description: str, columns: tuple[Column, ...], of_item: OfItem, usual: tuple[str, ...] = ()
) -> Table:
    """Return the table of the rows of all items, in their order."""

    def read(roadmap: Roadmap) -> Iterable[Row]:
        return (row for place, item in enumerate(roadmap.items, 1) for row in of_item(roadmap, item, place))

    return Table(name, description, columns, read, usual, of_item)


def with_clean_texts(table: Table, clean: Callable[[str], str]) -> Table:
    """Return a table whose texts `clean` has changed, for files that hold them packed. Keys and days stay."""
    kept = tuple(column.is_key or column.is_day for column in table.columns)

    def rows(roadmap: Roadmap) -> Iterable[Row]:
        for row in table.read(roadmap):
            yield tuple(
                cell if is_kept or not isinstance(cell, str) else clean(cell)
                for is_kept, cell in zip(kept, row, strict=True)
            )

    return replace(table, read=rows)


def table_names(settings: Settings) -> Mapping[str, str]:
    """Return the name of each collection's table; a name that is already taken gets the suffix `_items`."""
    taken, names = {*CORE, *HISTORY_TABLES}, dict[str, str]()
    for collection in settings.collections.values():
        name = collection.name
        while key_of(name) in taken and OF_ROLES.get(name) is not collection.role:
            name += "_items"
        taken.add(key_of(name))
        names[collection.name] = name
    return names
