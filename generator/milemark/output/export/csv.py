"""Tables as CSV files for spreadsheets: RFC 4180, UTF-8 with a byte order mark, which Excel needs for Korean.

Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula. Such a text gets an apostrophe in front,
which spreadsheets hide and other readers strip. Every text is quoted, so a semicolon never splits it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from milemark.foundation.escaping import csv_cell
from milemark.foundation.identifiers import file_names
from milemark.query.tables.table import Cell, Table
from milemark.roadmap.model import Roadmap


def csv_files(tables: Sequence[Table], roadmap: Roadmap) -> Mapping[str, bytes]:
    """Return a CSV file for each table, with the column names in its first line."""
    names = file_names(table.name for table in tables)
    return {f"{name}.csv": _csv(table, roadmap) for name, table in zip(names, tables, strict=True)}


def _csv(table: Table, roadmap: Roadmap) -> bytes:
    names = [column.name for column in table.columns]
    return csv_text(names, table.read(roadmap)).encode("utf-8-sig")


def csv_text(names: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """Return a table as CSV, with the column names in its first line."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(csv_cell(name) for name in names)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return written.getvalue()
