"""An answer as people and programs read it: a table for a terminal, JSON, CSV, a table in Markdown."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milemark.foundation.escaping import github_text, json_text, visible

if TYPE_CHECKING:
    from milemark.query.sql.engine import QueryResult
    from milemark.query.tables.table import Cell


@dataclass(frozen=True, slots=True)
class ResultTable:
    """An answer to be printed: in a terminal of so many columns, the named columns being lists in JSON."""

    answer: QueryResult
    lists: Collection[str] = ()
    width: int = 80


def as_table(sheet: ResultTable) -> str:
    """Return an answer as a terminal shows it, wide letters aligned; what is too wide is folded."""
    from rich.console import Console  # noqa: PLC0415  only a terminal needs it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for number, name in enumerate(sheet.answer.columns):
        is_number = any(isinstance(row[number], int | float) for row in sheet.answer.rows)
        table.add_column(Text(visible(name)), justify="right" if is_number else "left", overflow="fold")
    for row in _shown(sheet):
        table.add_row(*(Text(visible(cell)) for cell in row))
    written = io.StringIO()
    Console(file=written, width=sheet.width, color_system=None, legacy_windows=False).print(table)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def as_markdown(sheet: ResultTable) -> str:
    """Return an answer as a table in Markdown, in which nothing is markup."""
    names = sheet.answer.columns
    rows = [
        [github_text(name) for name in names],
        ["---"] * len(names),
        *([github_text(cell) for cell in row] for row in _shown(sheet)),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def as_json(sheet: ResultTable) -> str:
    """Return an answer as a list of objects; a list in a column is a list. Of names that are alike, all are kept."""
    names = _unlike(sheet.answer.columns)
    rows = [
        {
            name: _json(each, sheet.lists, cell)
            for name, each, cell in zip(names, sheet.answer.columns, row, strict=True)
        }
        for row in sheet.answer.rows
    ]
    return json_text(rows, 2)


def as_csv(sheet: ResultTable) -> str:
    """Return an answer as CSV, in which no text is a formula."""
    from milemark.output.export.csv import csv_text  # noqa: PLC0415  `--help` reads FORMATS

    return csv_text(sheet.answer.columns, sheet.answer.rows).rstrip("\r\n")


FORMATS: Mapping[str, Callable[[ResultTable], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
}


def _unlike(names: tuple[str, ...]) -> list[str]:
    """Return names that differ: the second `title` is `title_2`."""
    found: list[str] = []
    for name in names:
        count, text = 2, name
        while text in found:
            text, count = f"{name}_{count}", count + 1
        found.append(text)
    return found


def _shown(sheet: ResultTable) -> Iterator[list[str]]:
    """Yield the rows as texts; a list is told with commas."""
    for row in sheet.answer.rows:
        yield [_text(_json(name, sheet.lists, cell)) for name, cell in zip(sheet.answer.columns, row, strict=True)]


def _json(name: str, lists: Collection[str], cell: Cell) -> object:
    """Return a cell as JSON has it: what is a list, or an object, in a column of such is one."""
    if isinstance(cell, str) and name.lower() in lists and cell[:1] in {"[", "{"}:
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(part)}" for key, part in value.items())
    if isinstance(value, float):
        return f"{value:.10g}"
    return "" if value is None else str(value)
