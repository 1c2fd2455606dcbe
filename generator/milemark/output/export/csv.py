"""Relations as CSV files that spreadsheets open: RFC 4180, UTF-8 with a byte order mark, which Excel needs for Korean.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, whoever wrote it. Such a text gets an
apostrophe before it, which spreadsheets show as nothing and other readers take off. Every text is quoted, so
that no part of one becomes a cell where lists are separated by semicolons.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from milemark.foundation.escaping import csv_cell
from milemark.foundation.identifiers import file_names
from milemark.query.tables.table import Cell, Table
from milemark.roadmap.model import Roadmap


def csv_files(found: Iterable[Table], roadmap: Roadmap) -> Mapping[str, bytes]:
    """Return a CSV file for each relation, with its columns' names as the first line."""
    relations = tuple(found)
    names = file_names(relation.name for relation in relations)
    return {f"{name}.csv": _csv(relation, roadmap) for name, relation in zip(names, relations, strict=True)}


def _csv(relation: Table, roadmap: Roadmap) -> bytes:
    names = [column.name for column in relation.columns]
    return csv_text(names, relation.read(roadmap)).encode("utf-8-sig")


def csv_text(names: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """Return a table as CSV, with the names of its columns as the first line."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(csv_cell(name) for name in names)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return written.getvalue()
