"""Runs SQL over the tables of a roadmap, in an SQLite database in memory. A query can only read, within limits.

Each table is created empty, and filled when a query first reads it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Final, NamedTuple, TypeVar

from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import encodable
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import word_key
from milemark.foundation.rules import TOO_EXPENSIVE
from milemark.query.sql.errors import QueryError, explain_error
from milemark.query.sql.lint import check_query
from milemark.query.sql.sandbox import DATE_FUNCTIONS, authorize
from milemark.query.sql.tokens import with_days
from milemark.query.tables.sqlite import create_statement, index_statements, insert, insert_at, quoted
from milemark.query.tables.table import Cell, Column, Row, Table
from milemark.roadmap.model import Roadmap

Result = TypeVar("Result")
MAX_ROWS: Final = 100_000
_MAX_TEXT = 64 << 20  # characters of a result
_MAX_VALUE = 4 << 20  # bytes of one value, and of the SQL of a query
_MAX_MEMORY = 512 << 20  # bytes of memory for SQLite
_SECONDS = 10.0
_STEPS = 2_000_000_000  # of SQLite's virtual machine: unlike seconds, the same on every computer
_EACH = 100_000  # steps between two checks of the limits
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
_BY_FIRST_DAY = "start"  # this date compares by its first day, the others by their last
_CLOCK = {"now", "subsec", "subsecond", "localtime", "utc"}  # arguments that read the clock or zone of the machine
_DAYS = {"as_of", "first_day", "last_day"}  # columns of days, in addition to `due_day` of each date `due`


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of a query, and the names of their columns. `is_cut` is true where there are more rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_cut: bool = False


class KeptTables(NamedTuple):
    """A database, and the names of those of its tables that have their rows."""

    data: bytes
    names: frozenset[str]


@dataclass
class _Meter:
    """Counts the steps of one query; the call returns 1, which interrupts SQLite, once a limit is reached."""

    steps: int = 0
    until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    def __call__(self) -> int:
        self.steps += _EACH
        return int(self.steps > _STEPS or time.monotonic() > self.until)


class Engine:
    """Runs queries over one roadmap; without a roadmap, it only checks them.

    `Engine(roadmap_tables(settings), roadmap).run("select title from items where stage = 'active'")`
    """

    def __init__(
        self,
        tables: Iterable[Table],
        roadmap: Roadmap | None,
        kept: KeptTables | None = None,
        statuses: Iterable[str] = (),
        read: Callable[[], Roadmap] | None = None,
    ) -> None:
        """Create the tables, or take those with rows that an earlier engine has `kept`.

        A query may compare a status with these `statuses` only, if there are any. `read` gives the roadmap with the
        rows of the other tables, if `roadmap` has none.
        """
        self.statuses = tuple(statuses)
        self.tables: Mapping[str, Table] = {table.name.lower(): table for table in tables}
        self.roadmap, self._whole = roadmap, read
        columns = [column for table in self.tables.values() for column in table.columns]
        self.names = frozenset(column.name for column in columns)
        self.dates = frozenset(column.name.lower() for column in columns if column.is_date)
        self.days = frozenset(f"{name}_day" for name in self.dates) | _DAYS
        self.lists = frozenset(column.name.lower() for column in columns if column.is_list)
        self._connection = sqlite3.connect(
            ":memory:",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=0,  # SQLite reports the tables that a query reads only while it prepares it
        )
        self._connection.text_factory = lambda data: data.decode("utf-8", "replace")  # char(55296) is no character
        self._filled: set[str] = set()
        self._read: set[str] = set()
        self._prepare()
        if kept:
            self._connection.deserialize(kept.data)
            self._filled |= kept.names
        for name in self.tables.keys() - self._filled:
            self._create(self.tables[name])
        # SQLite registers these table functions at their first use, which the sandbox would deny.
        self._connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')").close()
        self._guard()

    def _prepare(self) -> None:
        connection, day = self._connection, self.roadmap.as_of if self.roadmap else date.min
        for name, number in _LIMITS.items():
            connection.setlimit(name, number)
        connection.execute(f"PRAGMA hard_heap_limit = {_MAX_MEMORY}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_collation("FIRST_DAY", _comparing(_first_day))
        connection.create_collation("LAST_DAY", _comparing(_last_day))
        connection.create_collation("WORD", _comparing(word_key))
        connection.create_function("today", 0, day.isoformat, deterministic=True)
        connection.create_function("first_day", 1, _first_day, deterministic=True)
        connection.create_function("last_day", 1, _last_day, deterministic=True)
        connection.create_function("has", 2, _has, deterministic=True)
        other = sqlite3.connect(":memory:", check_same_thread=False)
        for time_name in DATE_FUNCTIONS:
            connection.create_function(time_name, -1, _without_clock(other, time_name), deterministic=True)

    def _create(self, table: Table) -> None:
        self._connection.execute(f"DROP TABLE IF EXISTS {quoted(table.name)}")
        self._connection.execute(create_statement(table, _collations(table)))

    def _guard(self) -> None:
        self._connection.set_authorizer(lambda *action: authorize(action, self.tables, self._read))

    def check(self, sql: str) -> frozenset[str]:
        """Return the names of the tables that a query reads. Raises QueryError if it cannot be run."""
        sql = encodable(sql)
        check_query(sql, self.tables, self.dates, self.statuses)
        self._read.clear()
        prepared = f"EXPLAIN {with_days(sql, self.dates, self.days)}"
        self._limited(sql, lambda: self._connection.execute(prepared).close())
        return frozenset(self._read)

    def run(self, sql: str, limit: int = MAX_ROWS) -> QueryResult:
        """Return at most `limit` rows of a query. Raises QueryError if it cannot be run or takes too long."""
        for name in self.check(sql):
            if name in self.tables and name not in self._filled and self.roadmap:
                self.fill(name, self._whole() if self._whole else self.roadmap)
        sql = encodable(sql)
        return self._limited(sql, lambda: self._result(with_days(sql, self.dates, self.days), limit))

    def columns(self, sql: str) -> tuple[str, ...]:
        """Return the names of the columns of a query without running it."""
        nothing = f"SELECT * FROM ({encodable(sql)}\n) LIMIT 0"  # noqa: S608  it can only read
        return self._limited(sql, lambda: _names(self._connection.execute(nothing)))

    def serialize(self) -> bytes:
        """Return the tables, for a later engine: `filled` are those with their rows."""
        with self._unguarded():
            return self._connection.serialize()

    @property
    def filled(self) -> frozenset[str]:
        """The names of the tables that have their rows."""
        return frozenset(self._filled)

    def forget(self, name: str) -> None:
        """Read the rows of a table again when a query needs them."""
        with self._unguarded():
            self._create(self.tables[name])
            self._filled.discard(name)

    def replace_rows(self, name: str, item: str, rows: Sequence[Row]) -> None:
        """Replace the rows of an item in a table; forget the table if nothing tells the place of the first ones."""
        table = self.tables[name]
        place = f"FROM {quoted(table.name)} WHERE"
        with self._unguarded():
            execute = self._connection.execute
            is_hidden = any(column.name.lower() == "rowid" for column in table.columns)
            query = f"SELECT rowid {place} {quoted(table.key)} = ? ORDER BY rowid"
            found = [] if is_hidden else [number for (number,) in execute(query, (item,))]
            if found:
                first, last, moves = found[0], found[-1], len(rows) != len(found)
                behind = execute(f"SELECT * {place} rowid > ? ORDER BY rowid", (last,)) if moves else ()
                after = [*rows, *behind]
                execute(f"DELETE {place} rowid >= ? AND (? OR rowid <= ?)", (first, moves, last))
                insert_at(self._connection, table, first, after)
        if rows and not found:
            self.forget(name)

    def update(self, name: str, item: str, values: Mapping[str, Cell]) -> None:
        """Change the values of some columns, if there are any, of the one row of an item in a table."""
        table, columns = self.tables[name], ", ".join(f"{quoted(column)} = ?" for column in values)
        if not values:
            return
        with self._unguarded():
            update = f"UPDATE {quoted(table.name)} SET {columns} WHERE {quoted(table.key)} = ?"  # noqa: S608  quoted
            self._connection.execute(update, (*values.values(), item))

    @contextmanager
    def _unguarded(self) -> Iterator[None]:
        self._connection.set_authorizer(None)
        try:
            with self._connection:
                yield
        finally:
            self._guard()

    def fill(self, name: str, roadmap: Roadmap) -> None:
        """Give a table the rows of a roadmap, and no others."""
        self._filled.add(name)
        with self._unguarded():
            self._connection.execute("BEGIN")
            self._connection.execute(f"DELETE FROM {quoted(self.tables[name].name)}")  # noqa: S608  quoted
            insert(self._connection, self.tables[name], roadmap)
            for statement in index_statements(self.tables[name]):
                self._connection.execute(statement)

    def _result(self, sql: str, limit: int) -> QueryResult:
        cursor = self._connection.execute(sql)
        rows, size = list[Row](), 0
        for row in cursor:
            if len(rows) == limit:
                return QueryResult(_names(cursor), tuple(rows), is_cut=True)
            size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
            if size > _MAX_TEXT:
                raise QueryError(TOO_EXPENSIVE, hint=_("select fewer rows: add `limit`"))
            rows.append(tuple(map(_cell, row)))
        return QueryResult(_names(cursor), tuple(rows))

    def _limited(self, sql: str, run: Callable[[], Result]) -> Result:
        self._connection.set_progress_handler(_Meter(), _EACH)
        try:
            return run()
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, UnicodeError) as error:
            raise explain_error(sql, error, self.tables) from error
        finally:
            self._connection.set_progress_handler(None, 0)


def _cell(cell: Cell | bytes) -> Cell:
    """Return a cell of a result: text for bytes, and None for infinity, as SQLite returns for a division by 0."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return None if isinstance(cell, float) and not isfinite(cell) else cell


def _names(cursor: sqlite3.Cursor) -> tuple[str, ...]:
    return tuple(column[0] for column in cursor.description or ())


def _collations(table: Table) -> Mapping[str, str]:
    return {column.name: _collation(column) for column in table.columns if column.is_date or column.is_word}


def _collation(column: Column) -> str:
    if column.is_word:
        return "WORD"
    return "FIRST_DAY" if column.name == _BY_FIRST_DAY else "LAST_DAY"


@lru_cache(maxsize=100_000)
def _days(text: str) -> tuple[str, str] | None:
    when = parse_date(text)
    return (when.first.isoformat(), when.last.isoformat()) if when else None


def _first_day(text: object) -> str | None:
    days = _days(text) if isinstance(text, str) else None
    return days[0] if days else None


def _last_day(text: object) -> str | None:
    days = _days(text) if isinstance(text, str) else None
    return days[1] if days else None


def _comparing(form: Callable[[str], str | None]) -> Callable[[str, str], int]:
    """Return a collation that orders dates by a day, or words by their form, and other texts as texts."""

    def compare(one: str, other: str) -> int:
        left, right = form(one) or one, form(other) or other
        return (left > right) - (left < right)

    return compare


def _has(cell: object, word: object) -> int:
    """Return 1 if a JSON list holds a word in any letter case, else 0: the SQL function `has`."""
    if cell is None or word is None:
        return 0
    try:
        value = json.loads(str(cell))
    except (ValueError, RecursionError):
        value = str(cell)
    words = value if isinstance(value, list) else [value]
    return int(str(word).casefold() in {str(each).casefold() for each in words})


def _without_clock(connection: sqlite3.Connection, name: str) -> Callable[..., Cell]:
    """Return a date function of SQLite that refuses to read the clock or the time zone of the machine."""

    def call(*arguments: Cell) -> Cell:
        times = arguments[1:] if name == "strftime" else arguments
        if not times or any(isinstance(each, str) and each.lower() in _CLOCK for each in times):
            raise ValueError(name)
        placeholders = ", ".join("?" * len(arguments))
        value: Cell = connection.execute(f"SELECT {name}({placeholders})", arguments).fetchone()[0]
        return value

    return call
