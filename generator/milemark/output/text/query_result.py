"""The result of a query as text: a table for a terminal, JSON, CSV, or a table in Markdown."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milemark.foundation.escaping import github_text, visible, without_breaks
from milemark.output.text.envelope import envelope

if TYPE_CHECKING:
    from milemark.query.sql.engine import QueryResult
    from milemark.query.tables.table import Cell


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A result to print. `lists` names the columns that hold lists as JSON; `width` is that of the terminal.

    `kind` is the name of the command that prints it.
    """

    result: QueryResult
    lists: Collection[str] = ()
    width: int = 80
    kind: str = "query"


def as_table(table: ResultTable) -> str:
    """Return a result as a table for a terminal. East Asian wide characters stay aligned; wide cells are wrapped."""
    from rich.console import Console  # only a terminal needs it
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for number, name in enumerate(table.result.columns):
        is_number = any(isinstance(row[number], int | float) for row in table.result.rows)
        grid.add_column(Text(visible(without_breaks(name))), justify="right" if is_number else "left", overflow="fold")
    for row in _shown(table):
        grid.add_row(*(Text(visible(without_breaks(cell))) for cell in row))
    written = io.StringIO()
    Console(file=written, width=table.width, color_system=None, legacy_windows=False).print(grid)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def as_markdown(table: ResultTable) -> str:
    """Return a result as a table in Markdown, with all markup in its values escaped."""
    names = table.result.columns
    rows = [
        [github_text(name) for name in names],
        ["---"] * len(names),
        *([github_text(cell) for cell in row] for row in _shown(table)),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def as_json(table: ResultTable) -> str:
    """Return a result as JSON, each row an object. Lists become arrays, and repeated names get a number."""
    names = _unique(table.result.columns)
    rows = [
        {
            name: _json(each, table.lists, cell)
            for name, each, cell in zip(names, table.result.columns, row, strict=True)
        }
        for row in table.result.rows
    ]
    return envelope(table.kind, {"rows": rows, "is_cut": table.result.is_cut})


def as_csv(table: ResultTable) -> str:
    """Return a result as CSV, with texts that a spreadsheet would run as formulas escaped."""
    from milemark.output.export.csv import csv_text  # `--help` reads FORMATS

    return csv_text(table.result.columns, table.result.rows).rstrip("\r\n")


FORMATS: Mapping[str, Callable[[ResultTable], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
}


def _unique(names: tuple[str, ...]) -> list[str]:
    """Return names with a number after repeated ones: the second `title` becomes `title_2`."""
    unique: list[str] = []
    for name in names:
        count, text = 2, name
        while text in unique:
            text, count = f"{name}_{count}", count + 1
        unique.append(text)
    return unique


def _shown(table: ResultTable) -> Iterator[list[str]]:
    """Yield the rows as texts; the entries of a list are separated by commas."""
    for row in table.result.rows:
        yield [_text(_json(name, table.lists, cell)) for name, cell in zip(table.result.columns, row, strict=True)]


def _json(name: str, lists: Collection[str], cell: Cell) -> object:
    """Return a cell as JSON represents it: in the columns of `lists`, a list or an object instead of its text."""
    if isinstance(cell, str) and name.lower() in lists and cell[:1] in {"[", "{"}:
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell


def _separator(parts: Iterable[object]) -> str:
    return "; " if any(isinstance(part, list | dict) for part in parts) else ", "


def _text(value: object) -> str:
    if isinstance(value, list):
        return _separator(value).join(map(_text, value))
    if isinstance(value, dict):
        return _separator(value.values()).join(f"{key}: {_text(part)}" for key, part in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{round(value, 2):.10g}"  # JSON and CSV have all digits
    return "" if value is None else str(value)
