"""Relations as a SQLite file: the same roadmap gives the same bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from milemark.query.tables.table import FORMAT, Table
from milemark.roadmap.model import Roadmap

NO_COLLATIONS: Mapping[str, str] = MappingProxyType({})


def database(found: Iterable[Table], roadmap: Roadmap) -> bytes:
    """Return a SQLite file with a table for each relation."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("BEGIN")
        for relation in found:
            connection.execute(table_of(relation))
            insert(connection, relation, roadmap)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def insert(connection: sqlite3.Connection, relation: Table, roadmap: Roadmap) -> None:
    """Write the rows of a relation into its table."""
    places = ", ".join("?" * len(relation.columns))
    connection.executemany(f"INSERT INTO {quoted(relation.name)} VALUES ({places})", relation.read(roadmap))  # noqa: S608  quoted


def table_of(relation: Table, collations: Mapping[str, str] = NO_COLLATIONS) -> str:
    """Return the statement that makes a table; its comments say what the columns are, as `.schema` shows them.

    `collations` names those of columns that are not compared as plain text.
    """
    columns = []
    for number, column in enumerate(relation.columns, 1):
        name = quoted(column.name)
        collation = f" COLLATE {collations[column.name]}" if column.name in collations else ""
        key = " PRIMARY KEY" if column.is_key else ""
        refers = f" REFERENCES {quoted(column.refers_to)}" if column.refers_to else ""
        end = "," if number < len(relation.columns) else ""
        columns.append(f"  {name} {column.type.upper()}{collation}{key}{refers}{end} -- {column.description}")
    return "\n".join([f"CREATE TABLE {quoted(relation.name)} ( -- {relation.description}", *columns, ")"])


def quoted(name: str) -> str:
    """Return a name as SQL reads it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
