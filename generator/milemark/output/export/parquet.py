"""Relations as Parquet files: their columns are of the same types whatever stands in them.

A day is a date, so that it can be compared and counted by month. A date as precise as it was written stays a text, and
so does a list in JSON: the same words as in the other formats. What a column says is metadata of its field.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import file_names
from milemark.query.tables.table import FORMAT, Cell, Column, Table
from milemark.roadmap.model import Roadmap

_TYPES = {"text": "string", "integer": "int64", "real": "float64"}


def parquet_files(found: Iterable[Table], roadmap: Roadmap) -> Mapping[str, bytes]:
    """Return a Parquet file for each relation. Raises ProblemError where pyarrow is not installed."""
    arrow, relations = _arrow(), tuple(found)
    names = file_names(relation.name for relation in relations)
    return {
        f"{name}.parquet": _parquet(arrow, relation, roadmap) for name, relation in zip(names, relations, strict=True)
    }


def _arrow() -> Any:
    try:
        import pyarrow.parquet  # noqa: PLC0415  an extra, and slow to start
    except ImportError:
        raise UserError("pyarrow is not installed: pip install 'milemark[parquet]'") from None
    return pyarrow


def _parquet(arrow: Any, relation: Table, roadmap: Roadmap) -> bytes:
    rows = list(relation.read(roadmap))
    values = [[_value(column, row[place]) for row in rows] for place, column in enumerate(relation.columns)]
    written = io.BytesIO()
    arrow.parquet.write_table(arrow.table(values, schema=_schema(arrow, relation)), written)
    return written.getvalue()


def _schema(arrow: Any, relation: Table) -> Any:
    fields = [
        arrow.field(column.name, arrow.type_for_alias(_type(column)), metadata={"description": column.description})
        for column in relation.columns
    ]
    about = {"milemark.format": str(FORMAT), "name": relation.name, "description": relation.description}
    return arrow.schema(fields, metadata=about)


def _type(column: Column) -> str:
    return "date32" if column.is_day else _TYPES[column.type]


def _value(column: Column, cell: Cell) -> Cell | date:
    """Return a cell as its column's type has it: pyarrow refuses a whole number that no double is equal to."""
    if cell is None:
        return None
    if column.is_day:
        return date.fromisoformat(str(cell))
    return float(cell) if column.type == "real" else cell
