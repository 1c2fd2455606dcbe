"""One roadmap's state of one day as Hive partitions of a dataset: the rows of many roadmaps, and of many days.

A relation is a folder, so that an engine reads it as one table: `items/repository=payments/day=2026-11-28/` has a file.
Its columns are the same in every repository: fields of one roadmap's own stand in `fields`. A later version may add
relations and columns; it changes or removes none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from milemark.foundation.cache import digest
from milemark.output.export.formats import ExportInput
from milemark.output.export.parquet import parquet_files
from milemark.output.urls import Addresses
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import CORE, OF_ROLES, Cell, Column, Row, Table, with_clean_texts
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Settings

VERSION = 2  # of the relations and columns: raised when one is added
RELATIONS = (*(name for name in CORE if name not in OF_ROLES), "item_history", "forecasts")
MAIN = "roadmap"  # written last: a state is complete once it has this relation
_NOWHERE = Addresses()
_NAME = re.compile(r"[^\W_][\w.-]{0,99}")


def is_repository_name(name: str) -> bool:
    """Whether a name can be that of a folder, and the first part of a reference: letters, digits and `-_.`."""
    return _NAME.fullmatch(name) is not None and not name.endswith(".")


def dataset_tables(addresses: Addresses = _NOWHERE, history: tuple[Table, ...] = ()) -> tuple[Table, ...]:
    """Return the relations of a dataset, the main one last: each row as one roadmap has it."""
    every = (*roadmap_tables(Settings()), *(history or history_tables(lambda: None)))
    found = {table.name: table for table in every if table.name in RELATIONS}
    found["items"] = _with_column(found["items"], _ADDRESS, partial(_item_addresses, addresses))
    found[MAIN] = _with_column(found[MAIN], _SITE, lambda _roadmap: [addresses.root or None])
    found[MAIN] = _with_column(found[MAIN], _AUDIENCE, lambda roadmap: [roadmap.audience])
    return (*(found[name] for name in RELATIONS if name != MAIN), found[MAIN])


_ADDRESS = Column("address", "text", "its page on the web")
_SITE = Column("site", "text", "the address of its site")
_AUDIENCE = Column("audience", "text", "who may see these rows: public or private")


def dataset_files(source: ExportInput, repository: str) -> Mapping[str, bytes]:
    """Return the files of a roadmap's state by their paths in a dataset, the main relation last.

    All of them name the same state, so that a reader finds a mixture of two.
    """
    tables = dataset_tables(source.addresses, history_tables(lambda: source.history))
    held = [_held(with_clean_texts(table, source.clean), source.roadmap) for table in tables]
    state = digest([(table.name, table.read(source.roadmap)) for table in held])
    about = {"milemark.dataset": str(VERSION), "milemark.state": state}
    files = parquet_files(held, source.roadmap, about)
    partition = f"repository={repository}/day={source.roadmap.as_of.isoformat()}"
    return {f"{name.removesuffix('.parquet')}/{partition}/{name}": data for name, data in files.items()}


def _held(table: Table, roadmap: Roadmap) -> Table:
    rows = tuple(table.read(roadmap))
    return replace(table, read=lambda _roadmap: rows)


def _with_column(table: Table, column: Column, cells: Callable[[Roadmap], Iterable[Cell]]) -> Table:
    def read(roadmap: Roadmap) -> Iterable[Row]:
        return ((*row, cell) for row, cell in zip(table.read(roadmap), cells(roadmap), strict=True))

    return replace(table, columns=(*table.columns, column), read=read, of_item=None)


def _item_addresses(addresses: Addresses, roadmap: Roadmap) -> Iterable[Cell]:
    return (addresses.page(item.path) or None for item in roadmap.items)
