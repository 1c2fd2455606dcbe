"""Tables as a SQLite file: the same roadmap gives the same bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from milemark.query.tables.table import FORMAT, Row, Table
from milemark.roadmap.model import Roadmap

NO_COLLATIONS: Mapping[str, str] = MappingProxyType({})


def database(tables: Iterable[Table], roadmap: Roadmap) -> bytes:
    """Return a SQLite file with these tables and their rows."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("BEGIN")
        for table in tables:
            connection.execute(create_statement(table))
            insert(connection, table, roadmap)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def index_statements(table: Table) -> Iterator[str]:
    """Yield the statements that make a table fast to search, once it has its rows."""
    for column in table.columns:
        if column.is_indexed:
            name = quoted(f"{table.name} by {column.name}")
            yield f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(table.name)} ({quoted(column.name)})"


def insert(connection: sqlite3.Connection, table: Table, roadmap: Roadmap) -> None:
    """Insert the rows of a table."""
    places = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({places})", table.read(roadmap))  # noqa: S608  quoted


def insert_at(connection: sqlite3.Connection, table: Table, first: int, rows: Iterable[Row]) -> None:
    """Insert rows with rising numbers."""
    names = ", ".join(("rowid", *(quoted(column.name) for column in table.columns)))
    places = ", ".join("?" * (len(table.columns) + 1))
    numbered = ((number, *row) for number, row in enumerate(rows, first))
    connection.executemany(f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({places})", numbered)  # noqa: S608  quoted


def create_statement(table: Table, collations: Mapping[str, str] = NO_COLLATIONS) -> str:
    """Return the CREATE TABLE statement of a table, with its descriptions as comments, which `.schema` prints.

    `collations` has the collations of columns by name; the other columns compare as plain text.
    """
    columns = []
    for number, column in enumerate(table.columns, 1):
        name = quoted(column.name)
        collation = f" COLLATE {collations[column.name]}" if column.name in collations else ""
        key = " PRIMARY KEY" if column.is_key else ""
        refers = f" REFERENCES {quoted(column.refers_to)}" if column.refers_to else ""
        end = "," if number < len(table.columns) else ""
        columns.append(f"  {name} {column.type.upper()}{collation}{key}{refers}{end} -- {column.description}")
    return "\n".join([f"CREATE TABLE {quoted(table.name)} ( -- {table.description}", *columns, ")"])


def quoted(name: str) -> str:
    """Return a name in double quotation marks, as SQL reads any name."""
    return '"' + name.replace('"', '""') + '"'
