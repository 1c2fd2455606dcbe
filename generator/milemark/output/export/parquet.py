"""Tables as Parquet files, whose column types do not depend on the data.

A day is a date, for comparing and grouping by month. A date of lower precision stays text, and a list stays JSON, as in
the other formats. The description of a column is metadata of its field.

A list is text, since a field of one name may be a list in one repository and a text in another, and the table `fields`
has a row for each value already.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import file_names
from milemark.query.tables.table import FORMAT, Cell, Column, Table
from milemark.roadmap.model import Roadmap

_NOTHING: Mapping[str, str] = MappingProxyType({})
_TYPES = {"text": "string", "integer": "int64", "real": "float64"}


def parquet_files(
    tables: Sequence[Table], roadmap: Roadmap, about: Mapping[str, str] = _NOTHING
) -> Mapping[str, bytes]:
    """Return a Parquet file for each table; its metadata says `about` it, too.

    Raises UserError if pyarrow is not installed.
    """
    arrow = _arrow()
    names = file_names(table.name for table in tables)
    return {
        f"{name}.parquet": _parquet(arrow, table, roadmap, about) for name, table in zip(names, tables, strict=True)
    }


def _arrow() -> Any:
    try:
        import pyarrow.parquet  # an extra, and slow to start
    except ImportError:
        raise UserError("pyarrow is not installed: pip install 'milemark[parquet]'") from None
    return pyarrow


def _parquet(arrow: Any, table: Table, roadmap: Roadmap, about: Mapping[str, str]) -> bytes:
    rows = list(table.read(roadmap))
    values = [[_value(column, row[place]) for row in rows] for place, column in enumerate(table.columns)]
    written = io.BytesIO()
    arrow.parquet.write_table(arrow.table(values, schema=_schema(arrow, table, about)), written)
    return written.getvalue()


def _schema(arrow: Any, table: Table, about: Mapping[str, str]) -> Any:
    fields = [
        arrow.field(column.name, arrow.type_for_alias(_type(column)), metadata={"description": column.description})
        for column in table.columns
    ]
    of_table = {"milemark.format": str(FORMAT), "name": table.name, "description": table.description}
    return arrow.schema(fields, metadata={**of_table, **about})


def _type(column: Column) -> str:
    return "date32" if column.is_day else _TYPES[column.type]


def _value(column: Column, cell: Cell) -> Cell | date:
    """Return a cell in the type of its column: pyarrow rejects integers that a double cannot represent."""
    if cell is None:
        return None
    if column.is_day:
        return date.fromisoformat(str(cell))
    return float(cell) if column.type == "real" else cell
