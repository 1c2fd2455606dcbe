"""A table of any tool as CSV: Linear, Jira, Notion and Trello are known by their columns, others by a mapping."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from milemark.foundation.errors import UserError
from milemark.foundation.i18n import counted
from milemark.imports.imported import Converter, Import, Imported, entry_document, field_of
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Settings

_SEPARATORS = ",;\t|"
_GUARD = re.compile(r"'(?=[=+\-@])")  # Linear protects spreadsheets by it
_NOTION_NAME = re.compile(r" [0-9a-f]{32}(?:_all)?(?=\.|$)")  # of a view, and of all rows
_NOTION_PAGE = re.compile(r"(?P<title>[^\n]+?) \((?:https?://|[^()\n]*\.md\))[^()\n]*\)?(?:, |$)")  # of a relation
_PERIOD = " → "
_CUSTOM = re.compile(r"Custom field \((.*)\)")  # of Jira
_COLOUR = re.compile(r" \([a-z_]+\)(?=,|$)")  # of a label of Trello
_KEY = re.compile(r"[A-Za-z]\w*-\d+")  # such as ENG-12; other ids are no names
_KEEPS_QUIET = frozenset({"id", "body", "url"})


_JIRA, _TRELLO, _NUMBER = "Jira", "Trello", "Issue id"


class BadTableError(UserError):
    """A file is no table with a title, or a mapping names no column of it."""


class ExportPreset(NamedTuple):
    """The export of a tool: the columns by which it is known, and the fields of columns with other names."""

    tool: str
    columns: frozenset[str]
    fields: Mapping[str, str]


PRESETS = (
    ExportPreset(
        "Linear", frozenset({"ID", "Team", "Title", "Status"}), {"Canceled": "", "Archived": "", "Created": ""}
    ),
    ExportPreset(_JIRA, frozenset({"Summary", "Issue key"}), {"Due date": "due", "Issue key": "id", _NUMBER: ""}),
    ExportPreset(_TRELLO, frozenset({"Card ID", "Card Name"}), {"Board Name": "", "Board ID": "", "List ID": ""}),
)
# Notion names the title column as its owner likes, writes it first, and puts an id into the name of the file.
_NOTION = ExportPreset(
    "Notion",
    frozenset(),
    {
        **dict.fromkeys(("Dates", "Timeline"), "due"),
        **dict.fromkeys(("Parent item", "Parent task", "Parent-task"), "parent"),
        **dict.fromkeys(("Sub-item", "Sub-items", "Sub-tasks", "Blocking", "Created time", "Last edited time"), ""),
    },
)


def read_csv(name: str, text: str, mapping: Mapping[str, str], settings: Settings, into: Collection | None) -> Import:
    """Return the items of a table with a line of column names. `mapping` gives the fields of columns."""
    rows = _rows(name, text)
    columns, tool = rows[0], _tool(name, rows[0])
    fields = [_field(column, mapping, tool) for column in columns]
    if tool is _NOTION and "title" not in mapping.values():
        fields = ["title", *("" if field == "title" else field for field in fields[1:])]
    if unknown := [column for column in mapping if column not in columns]:
        raise BadTableError(f'{name} has no column "{unknown[0]}": its columns are {", ".join(columns)}')
    if "title" not in fields:
        raise BadTableError(
            f"{name} has no column for titles: name it by --map 'Column=title'\n  = {', '.join(columns)}"
        )
    reader = _RowReader(
        tool.tool.casefold() if tool and tool is not _NOTION else f"csv:{_NOTION_NAME.sub('', name)}",
        Converter(settings, into),
        columns,
        fields,
    )
    found = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    if _NUMBER in columns:  # by which Jira names the parent of an issue
        reader.keys = {
            row[columns.index(_NUMBER)]: row[fields.index("id")] for row in found if len(row) >= len(columns)
        }
    if tool is _NOTION and "id" in fields:  # relations name the titles of rows
        reader.keys = {row[fields.index("title")]: row[fields.index("id")] for row in found if len(row) >= len(columns)}
    items = tuple(map(reader.item, found))
    left = [column for column, field in zip(columns, fields, strict=True) if not field and column not in _quiet(tool)]
    notes = [f"read as an export of {tool.tool}"] if tool else []
    notes += [f"left out: the columns {', '.join(dict.fromkeys(left))}"] if left else []
    wide = sum(len(row) > len(columns) for row in found)
    notes += [f"more cells than columns, so check them: {wide} of {counted(len(found), 'row')}"] if wide else []
    return Import(items, (*notes, *reader.converter.notes))


def _rows(name: str, text: str) -> Sequence[list[str]]:
    line = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=line.count)
    try:
        rows = [*csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)]
    except csv.Error as error:
        raise BadTableError(f"{name} is not CSV: {error}") from error
    if len(rows) < 2:  # noqa: PLR2004  the names of the columns, and one row
        raise BadTableError(f"{name} has no rows below the names of its columns")
    return [[cell.strip() for cell in rows[0]], *rows[1:]]


def _tool(name: str, columns: Sequence[str]) -> ExportPreset | None:
    by_name = _NOTION if _NOTION_NAME.search(name) else None
    return next((each for each in PRESETS if each.columns <= {*columns}), by_name)


def _quiet(tool: ExportPreset | None) -> Mapping[str, str]:
    return tool.fields if tool else {}


def _field(column: str, mapping: Mapping[str, str], tool: ExportPreset | None) -> str:
    if column in mapping:
        return mapping[column]
    if tool and column in tool.fields:
        return tool.fields[column]
    custom = _CUSTOM.fullmatch(column)
    return field_of(custom[1] if custom else column) or (column if column in CORE_FIELDS else "")


class _RowReader:
    def __init__(self, origin: str, converter: Converter, columns: Sequence[str], fields: Sequence[str]) -> None:
        self.origin, self.converter, self.columns, self.fields = origin, converter, columns, fields
        self.keys: Mapping[str, str] = {}  # of the issues by their numbers

    def item(self, row: Sequence[str]) -> Imported:
        pairs = [*self._pairs(row)]
        values: dict[str, list[str]] = {}
        for field, value in pairs:
            values.setdefault(field, []).append(value)
        title, id_ = self._first(values, "title") or "Untitled", self._first(values, "id")
        references: dict[str, tuple[str, ...]] = {
            name: tuple(self._source(self.keys.get(each, each)) for each in _parts(values[name]))
            for name in ("parent", "depends_on")
            if name in values
        }
        kept = {name: each for name, each in values.items() if name not in {*_KEEPS_QUIET, *references}}
        fields = self.converter.fields(
            (name, each[0] if len(each) == 1 else tuple(each)) for name, each in kept.items()
        )
        source = self._first(values, "url") or (
            self._source(id_) if id_ else self.converter.unique(self._source(title))
        )
        name = id_ if _KEY.fullmatch(id_) else title
        origin = entry_document(zip(self.columns, map(str.strip, row), strict=False))
        return Imported(source, name, fields, self._first(values, "body"), references, origins=(origin,))

    def _pairs(self, row: Sequence[str]) -> Iterator[tuple[str, str]]:
        for field, value in zip(self.fields, row, strict=False):
            text = _GUARD.sub("", value, count=1) if value.startswith("'") else value
            text = _COLOUR.sub("", text) if field == "tags" and self.origin == _TRELLO.casefold() else text
            start, period, end = text.rpartition(_PERIOD) if field == "due" else ("", "", text)
            if field and end.strip():
                yield field, end.strip()
            if period and "start" not in self.fields:
                yield "start", start.strip()

    @staticmethod
    def _first(values: Mapping[str, Sequence[str]], name: str) -> str:
        return values.get(name, [""])[0]

    def _source(self, id_: str) -> str:
        return f"{self.origin}:{id_}"


def _parts(values: Sequence[str]) -> list[str]:
    found = [part for value in values for part in _NOTION_PAGE.findall(value) or re.split("[,;]", value)]
    return [part.strip() for part in found if part.strip()]
