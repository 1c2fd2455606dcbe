"""The rows of a portfolio: the relations of all states as tables of DuckDB, and what follows from them.

An id is that of a single roadmap with its repository in front, `payments/ledger-export`, so that ids differ between
repositories and the queries of a single roadmap give the same answers here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from milemark.app.portfolio.states import Chosen, State
from milemark.output.export.dataset import MAIN, dataset_tables
from milemark.query.tables.sqlite import quoted
from milemark.query.tables.table import Cell, Column, Row, Table

_REPOSITORY = Column("repository", "text", "the repository", is_indexed=True)
_DAY = Column("day", "text", "the day of its state", is_day=True)
_TYPES = {"text": "VARCHAR", "integer": "BIGINT", "real": "DOUBLE"}
_CHUNK = 10_000
_LIST = """case when json_valid({0}) then to_json(
  [repository || '/' || each for each in from_json({0}, '["VARCHAR"]')])::VARCHAR end"""
_READ = (
    "read_parquet(?, union_by_name = true, hive_partitioning = true, hive_types = {'repository': VARCHAR, 'day': DATE})"
)
_NOTHING = "(select '' as repository, null::date as day) where false"
_ITEM = (
    Column("id", "text", "the item", "items", is_key=True),
    Column("title", "text", "its title"),
    Column("address", "text", "its page on the web"),
)
_FINISHED = (*_ITEM, Column("finished_day", "text", "the day it was finished, or the day of its state", is_day=True))
_SLIPPED = (
    *_ITEM,
    Column("before_day", "text", "its due day a week before", is_day=True),
    Column("due_day", "text", "its due day now", is_day=True),
    Column("days", "integer", "the days between them"),
)
_PAST = (
    Column("progress", "real", "0 to 100; empty without a measure"),
    Column("tasks_done", "integer", "tasks done"),
    Column("tasks_total", "integer", "all tasks except dropped ones"),
)
_DERIVED = {
    "finished_week": ("the items that were finished in the last week", _FINISHED),
    "slipped_week": ("the open items whose due day moved back in the last week", _SLIPPED),
    "history": ("the figures of each repository on the days that are kept", _PAST),
}
_FINISHED_WEEK = """
create table finished_week as
select i.repository, i.day, i.id, i.title, i.address, coalesce(i.finished_day, h.finished, i.day) as finished_day
from items as i left join item_history as h on h.item = i.id left join before as b on b.id = i.id
where i.role in ('item', 'milestone') and i.stage = 'done' and b.stage is distinct from 'done'
  and coalesce(i.finished_day, h.finished, case when b.id is not null then i.day end)
    between $today::date - 6 and $today::date
order by finished_day desc, i.repository, i.title
"""
_SLIPPED_WEEK = """
create table slipped_week as
select i.repository, i.day, i.id, i.title, i.address, b.due_day as before_day, i.due_day,
  date_diff('day', b.due_day, i.due_day) as days
from items as i join before as b on b.id = i.id
where i.role in ('item', 'milestone') and i.due_day > b.due_day and i.stage is distinct from 'done'
  and i.stage is distinct from 'dropped'
order by days desc, i.repository, i.title
"""
_HISTORY = """
create table history as select repository, day, progress, tasks_done, tasks_total from past order by repository, day
"""
_TRACKS = "create view tracks as select * from items where role = 'track'"
_MILESTONES = "create view milestones as select * from items where role = 'milestone'"


_OF_ROLES = (("tracks", "track"), ("milestones", "milestone"))


class DamagedRowsError(Exception):
    """A file of a state has damaged rows."""


class PortfolioRows:
    """The tables of a portfolio in a connection of DuckDB. Raises DamagedRowsError for damaged rows."""

    def __init__(self, connection: Any, chosen: Chosen, today: date) -> None:
        self.connection, self.today = connection, today
        self._tables = {table.name: table for table in dataset_tables()}
        with _reading():
            for name, table in self._tables.items():
                self._create(name, table, chosen.now)
            self._create("before", self._tables["items"], chosen.before, "items")
            self._create("past", self._tables[MAIN], chosen.past, MAIN)
        for sql in (_FINISHED_WEEK, _SLIPPED_WEEK, _HISTORY, _TRACKS, _MILESTONES):
            connection.execute(sql, {"today": today} if "$today" in sql else None)

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a query as mappings; `$today` is the day of the portfolio."""
        found = self.connection.execute(sql, {"today": self.today} if "$today" in sql else None)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @property
    def relations(self) -> tuple[Table, ...]:
        """The relations for the queries of pages."""
        items = self._tables["items"]
        found = [*self._tables.values()]
        found += [
            replace(items, name=f"{role}s", description=f"the items with the role {role}")
            for role in ("track", "milestone")
        ]
        found += [Table(name, about, columns, items.read) for name, (about, columns) in _DERIVED.items()]
        return tuple(self._relation(table) for table in found)

    def _relation(self, table: Table) -> Table:
        indexed = (replace(each, is_indexed=True) if each.refers_to else each for each in table.columns)
        columns = (_REPOSITORY, _DAY, *indexed)
        return replace(
            table, columns=columns, read=partial(self._read, table.name, columns), of_item=None, is_foreign=True
        )

    def _read(self, name: str, columns: Sequence[Column], _roadmap: object) -> Iterator[Row]:
        cells = ", ".join(f"{quoted(each.name)}::{_TYPES[each.type]}" for each in columns)
        found = self.connection.cursor().execute(f"select {cells} from {quoted(name)}")  # noqa: S608  quoted
        while rows := found.fetchmany(_CHUNK):
            yield from rows

    def _create(self, name: str, table: Table, states: Iterable[State], relation: str = "") -> None:
        """Create a table of a relation: columns that are missing, or of another type, are empty."""
        files = [str(state.files[relation or name]) for state in states if (relation or name) in state.files]
        known = self._columns(files)
        cells = ", ".join(_expression(table.name, each, known) for each in table.columns)
        source = f"{_READ} order by repository" if files else _NOTHING
        sql = f"create table {quoted(name)} as select repository, day::date as day, {cells} from {source}"  # noqa: S608  quoted
        self.connection.execute(sql, [files] if files else None)

    def _columns(self, files: Sequence[str]) -> frozenset[str]:
        if not files:
            return frozenset()
        described = self.connection.execute(f"describe select * from {_READ}", [files]).fetchall()  # noqa: S608  a constant
        return frozenset(row[0] for row in described)


@contextmanager
def _reading() -> Iterator[None]:
    import duckdb  # an extra, and slow to start

    try:
        yield
    except duckdb.Error as error:
        raise DamagedRowsError(str(error).split("\n", 1)[0]) from error


def _expression(relation: str, column: Column, known: frozenset[str]) -> str:
    name, kind = quoted(column.name), "DATE" if column.is_day else _TYPES[column.type]
    if column.name not in known:
        return f"null::{kind} as {name}"
    value = f"try_cast({name} as {kind})"
    if column.refers_to in {"items", "tracks"} or (relation, column.name) == ("items", "id"):
        value = f"repository || '/' || {value}"
    elif column.name == "depends_on":
        value = _LIST.format(value)
    return f"{value} as {name}"


def cells_of(row: Mapping[str, Any]) -> dict[str, Cell]:
    """Return a row with its days as texts."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
