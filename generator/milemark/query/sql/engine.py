"""Asking a roadmap in SQL. SQLite answers, from memory; a question can only read, and costs no more than its limits.

Tables are made empty, and filled when a question first reads them.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import isfinite
from typing import Final, TypeVar

from milemark.foundation.dates import parse_date
from milemark.foundation.i18n import _
from milemark.foundation.rules import TOO_EXPENSIVE
from milemark.query.sql.errors import QueryError, explain_error
from milemark.query.sql.lint import refuse_unclear
from milemark.query.sql.sandbox import TIMES, allowed
from milemark.query.sql.tokens import with_days
from milemark.query.tables.sqlite import insert, quoted, table_of
from milemark.query.tables.table import Cell, Row, Table
from milemark.roadmap.model import Roadmap

Found = TypeVar("Found")
MAX_ROWS: Final = 100_000
_MAX_TEXT = 64 << 20  # characters of an answer
_MAX_VALUE = 4 << 20  # bytes of one value, and of the words of a question
_MAX_MEMORY = 512 << 20  # bytes that SQLite may take
_SECONDS = 10.0
_STEPS = 2_000_000_000  # of SQLite's machine: the same everywhere, where seconds are not
_EACH = 100_000  # steps between two looks at the clock
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: _MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
_COLLATIONS = {True: "FIRST_DAY", False: "LAST_DAY"}  # by whether the first day of a date counts
_FIRST_COUNTS = "start"
_CLOCK = {"now", "subsec", "subsecond", "localtime", "utc"}  # what makes SQLite look at the machine it runs on
_DAYS = {"as_of", "first_day", "last_day"}  # columns of days, beside those of each date


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of an answer, and the names of their columns. `is_cut` tells that there are more."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_cut: bool = False


@dataclass
class _Meter:
    """Counts the steps of one question."""

    steps: int = 0
    until: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    def __call__(self) -> int:
        self.steps += _EACH
        return int(self.steps > _STEPS or time.monotonic() > self.until)


class Engine:
    """Answers questions about one roadmap; without one, it only tells whether a question can be asked.

    `Engine(relations(settings), roadmap).ask("select title from items where stage = 'active'")`
    """

    def __init__(
        self, found: Iterable[Table], roadmap: Roadmap | None, later: Iterable[Table] = (), kept: bytes = b""
    ) -> None:
        """`kept` are the tables of what was `found`, filled; those of what comes `later` are never kept."""
        lasting = {relation.name.lower(): relation for relation in found}
        self.relations: Mapping[str, Table] = lasting | {relation.name.lower(): relation for relation in later}
        self.roadmap, self._lasting = roadmap, tuple(lasting)
        columns = [column for relation in self.relations.values() for column in relation.columns]
        self.names = frozenset(column.name for column in columns)
        self.dates = frozenset(column.name.lower() for column in columns if column.is_date)
        self.days = frozenset(f"{name}_day" for name in self.dates) | _DAYS
        self.lists = frozenset(column.name.lower() for column in columns if column.is_list)
        self._connection = sqlite3.connect(
            ":memory:",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=0,  # what a question reads is told each time it is prepared
        )
        self._filled: set[str] = set()
        self._read: set[str] = set()
        self._prepare()
        if kept:
            self._connection.deserialize(kept)
            self._filled |= lasting.keys()
        for name in self.relations.keys() - self._filled:
            self._make(self.relations[name])
        self._connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')").close()  # made known to SQLite
        self._guard()

    def _prepare(self) -> None:
        connection, day = self._connection, self.roadmap.as_of if self.roadmap else date.min
        for name, number in _LIMITS.items():
            connection.setlimit(name, number)
        connection.execute(f"PRAGMA hard_heap_limit = {_MAX_MEMORY}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_collation("FIRST_DAY", _comparing(_first_day))
        connection.create_collation("LAST_DAY", _comparing(_last_day))
        connection.create_function("today", 0, day.isoformat, deterministic=True)
        connection.create_function("first_day", 1, _first_day, deterministic=True)
        connection.create_function("last_day", 1, _last_day, deterministic=True)
        connection.create_function("has", 2, _has, deterministic=True)
        other = sqlite3.connect(":memory:", check_same_thread=False)
        for time_name in TIMES:
            connection.create_function(time_name, -1, _without_clock(other, time_name), deterministic=True)

    def _make(self, relation: Table) -> None:
        self._connection.execute(f"DROP TABLE IF EXISTS {quoted(relation.name)}")
        self._connection.execute(table_of(relation, _collations(relation)))

    def _guard(self) -> None:
        self._connection.set_authorizer(lambda *asked: allowed(asked, self.relations, self._read))

    def check(self, sql: str) -> frozenset[str]:
        """Return the relations that a question reads. Raises QueryError where it cannot be asked."""
        refuse_unclear(sql, self.relations, self.dates)
        self._read.clear()
        prepared = f"EXPLAIN {with_days(sql, self.dates, self.days)}"
        self._run(sql, lambda: self._connection.execute(prepared).close())
        return frozenset(self._read)

    def ask(self, sql: str, most: int = MAX_ROWS) -> QueryResult:
        """Return the answer to a question, at most so many rows. Raises QueryError where it cannot be asked."""
        for name in self.check(sql):
            self._fill(name)
        return self._run(sql, lambda: self._answer(with_days(sql, self.dates, self.days), most))

    def columns(self, sql: str) -> tuple[str, ...]:
        """Return the names of the columns of an answer, which is not made."""
        nothing = f"SELECT * FROM ({sql}\n) LIMIT 0"  # noqa: S608  it can only read
        return self._run(sql, lambda: _names(self._connection.execute(nothing)))

    def keep(self) -> bytes:
        """Return the tables that last, filled, for an engine to come."""
        for name in self._lasting:
            self._fill(name)
        self._connection.set_authorizer(None)
        try:
            return self._connection.serialize()
        finally:
            self._guard()

    def _fill(self, name: str) -> None:
        if name in self._filled or name not in self.relations or self.roadmap is None:
            return
        self._filled.add(name)
        self._connection.set_authorizer(None)
        try:
            with self._connection:
                self._connection.execute("BEGIN")
                insert(self._connection, self.relations[name], self.roadmap)
        finally:
            self._guard()

    def _answer(self, sql: str, most: int) -> QueryResult:
        cursor = self._connection.execute(sql)
        rows, size = list[Row](), 0
        for row in cursor:
            if len(rows) == most:
                return QueryResult(_names(cursor), tuple(rows), is_cut=True)
            size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
            if size > _MAX_TEXT:
                raise QueryError(TOO_EXPENSIVE, hint=_("ask for fewer rows: add `limit`"))
            rows.append(tuple(map(_told, row)))
        return QueryResult(_names(cursor), tuple(rows))

    def _run(self, sql: str, question: Callable[[], Found]) -> Found:
        self._connection.set_progress_handler(_Meter(), _EACH)
        try:
            return question()
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, UnicodeError) as error:
            raise explain_error(sql, error, self.relations) from error
        finally:
            self._connection.set_progress_handler(None, 0)


def _told(cell: Cell | bytes) -> Cell:
    """Return a cell as an answer has it. What is infinite is empty, as what is divided by 0: nothing can show it."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return None if isinstance(cell, float) and not isfinite(cell) else cell


def _names(cursor: sqlite3.Cursor) -> tuple[str, ...]:
    return tuple(column[0] for column in cursor.description or ())


def _collations(relation: Table) -> Mapping[str, str]:
    return {each.name: _COLLATIONS[each.name == _FIRST_COUNTS] for each in relation.columns if each.is_date}


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


def _comparing(day: Callable[[str], str | None]) -> Callable[[str, str], int]:
    """Return how texts are ordered by their days; what is no date is ordered as text."""

    def compare(one: str, other: str) -> int:
        left, right = day(one) or one, day(other) or other
        return (left > right) - (left < right)

    return compare


def _has(cell: object, word: object) -> int | None:
    """Return whether a list in JSON holds a word, whatever its case."""
    if cell is None or word is None:
        return 0
    try:
        found = json.loads(str(cell))
    except (ValueError, RecursionError):
        found = str(cell)
    words = found if isinstance(found, list) else [found]
    return int(str(word).casefold() in {str(each).casefold() for each in words})


def _without_clock(connection: sqlite3.Connection, name: str) -> Callable[..., Cell]:
    """Return SQLite's function of this name, which answers the same on any day and any machine."""

    def answer(*given: Cell) -> Cell:
        times = given[1:] if name == "strftime" else given
        if not times or any(isinstance(each, str) and each.lower() in _CLOCK for each in times):
            raise ValueError(name)
        found: Cell = connection.execute(f"SELECT {name}({', '.join('?' * len(given))})", given).fetchone()[0]
        return found

    return answer
