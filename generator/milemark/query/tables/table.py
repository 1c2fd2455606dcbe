"""A relation: a named table of plain rows, known by its columns before any file is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from milemark.foundation.identifiers import key_of
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Role, Settings

# The relations of every roadmap, in an order in which each refers to those before it.
CORE = ("roadmap", "collections", "items", "tracks", "milestones", "tasks", "dependencies", "tags", "links", "fields")
HISTORY_TABLES = ("history", "track_history", "item_history", "task_history")
OF_ROLES: Mapping[str, Role] = {"tracks": Role.TRACK, "milestones": Role.MILESTONE}
FORMAT = 1  # of files that hold relations: it grows where a query for an older one would fail
Cell = str | int | float | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type (`text`, `integer`, `real`), what it says, and the relation it refers to.

    `is_key` tells that no two rows have the same value, `is_date` that its texts are dates as precise as they were
    written, `is_day` that they are days such as 2025-02-14, `is_list` that they are lists or objects in JSON,
    `is_field` that it is a field of items by that name.
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


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `read` yields its rows, each with a value, or None, for each column.

    `usual` names the columns that are shown where nobody says which; empty for all of them.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    read: Callable[[Roadmap], Iterable[Row]]
    usual: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown where nobody says which."""
        return self.usual or tuple(column.name for column in self.columns)

    @property
    def key(self) -> str:
        """The column whose values are ids of items, or an empty text: `id`, or else `item`."""
        names = {column.name for column in self.columns if column.is_key or column.refers_to == "items"}
        return next((name for name in ("id", "item") if name in names), "")


def table_names(settings: Settings) -> Mapping[str, str]:
    """Return the name of each collection's relation; where it is taken by another one, it ends in `_items`."""
    taken, found = {*CORE, *HISTORY_TABLES}, dict[str, str]()
    for collection in settings.collections.values():
        name = collection.name
        while key_of(name) in taken and OF_ROLES.get(name) is not collection.role:
            name += "_items"
        taken.add(key_of(name))
        found[collection.name] = name
    return found
