"""Relations as a SQLite file: the same roadmap gives the same bytes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from milemark.relations import Relation

FORMAT = 1  # the file's `user_version`: it grows where a query for an older one would fail


def database(found: Iterable[Relation]) -> bytes:
    """Return a SQLite file with a table for each relation."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("BEGIN")
        for relation in found:
            _write(connection, relation)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        return connection.serialize()
    finally:
        connection.close()


def _write(connection: sqlite3.Connection, relation: Relation) -> None:
    connection.execute(table_of(relation))
    places = ", ".join("?" * len(relation.columns))
    connection.executemany(f'INSERT INTO "{relation.name}" VALUES ({places})', relation.rows)  # noqa: S608  names are our own


def table_of(relation: Relation) -> str:
    """Return the statement that makes a table; its comments say what the columns are, as `.schema` shows them."""
    columns = []
    for number, column in enumerate(relation.columns, 1):
        key = " PRIMARY KEY" if column.is_key else ""
        refers = f' REFERENCES "{column.refers_to}"' if column.refers_to else ""
        end = "," if number < len(relation.columns) else ""
        columns.append(f'  "{column.name}" {column.type.upper()}{key}{refers}{end} -- {column.description}')
    return "\n".join([f'CREATE TABLE "{relation.name}" ( -- {relation.description}', *columns, ")"])
