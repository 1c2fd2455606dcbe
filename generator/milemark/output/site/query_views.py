"""The views of a query block: table, list, tasks, board, timeline, progress, forecast, résumé, number or bars."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import is_safe_url, safe_url
from milemark.foundation.i18n import _
from milemark.markdown.document import Document, Task
from milemark.markdown.outline import plain_text
from milemark.output.cells import EMPTY, Cell, ColumnHeading, Grid, Ranked, Viewer, grid
from milemark.output.site.folding import MOST
from milemark.output.site.forecasts import ForecastView, SiteForecasts
from milemark.output.site.gantt import NO_DAYS, Chart, chart
from milemark.query.sql.block import Block, BlockColumn
from milemark.query.sql.engine import MAX_ROWS, Engine, QueryResult
from milemark.query.tables.table import OF_ROLES, table_names
from milemark.query.tables.table import Cell as Value
from milemark.roadmap.metrics.board import BoardColumn as Stack
from milemark.roadmap.metrics.board import board
from milemark.roadmap.metrics.progress import Rollup, percent, rollup
from milemark.roadmap.metrics.resume import Resume, resume
from milemark.roadmap.model import Item
from milemark.roadmap.model import Value as FieldValue
from milemark.roadmap.schema import field_of, title_of
from milemark.roadmap.settings import ASSIGNEE, Collection, Field, Role, Stage

_LABELS: Mapping[str, str] = {
    "text": _("Task"),
    "item": _("Item"),
    "id": _("Item"),
    "stage": _("Stage"),
    "collection": _("Collection"),
    "tag": _("Tag"),
    "needs": _("Depends on"),
    "person": _("Person"),
    "tasks_done": _("Tasks done"),
    "tasks_total": _("All tasks"),
    "days_late": _("Days late"),
    "repository": _("Repository"),
    "address": _("Address"),
    "before_day": _("Was due"),
    "due_day": _("Due"),
    "finished_day": _("Finished"),
    "days": _("Days"),
    "claimed": _("Claimed"),
}
_OF_DAY = re.compile(r'(?:min|max|first_day|last_day)\("?([^"]*)"?\)')  # a column of these functions holds dates
_ITEMS = {"id", "item", "track", "parent", "milestone", "needs", "person", "repository"}


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One row of a result: its item and its task, where it has any, and its cells.

    A task without an item has the path and the title of its page.
    """

    item: Item | None
    task: Task | None
    cells: tuple[Ranked, ...]
    page_path: str = ""
    page_title: str = ""


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows under one heading, also as a table; an empty title means no heading."""

    title: str
    lines: tuple[ResultLine, ...]
    grid: Grid

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of the rows, each once."""
        return tuple({line.item.id: line.item for line in self.lines if line.item}.values())


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar: its title, its width in percent of the longest, and its number as text."""

    title: str
    width: int
    number: str


@dataclass(frozen=True, slots=True)
class ViewResult:
    """The variable `shown` of a view's template. Parts that the view does not use are empty."""

    block: Block
    groups: tuple[RowGroup, ...] = ()
    bars: tuple[ChartBar, ...] = ()
    columns: tuple[Stack, ...] = ()
    chart: Chart | None = None
    rollups: tuple[tuple[str, Rollup], ...] = ()
    resume: Resume | None = None
    forecast: ForecastView | None = None
    is_cut: bool = False

    @property
    def most(self) -> int:
        """The number of rows of a group on its page: the limit that the author wrote, else that of all pages."""
        return MOST if self.block.limit == MAX_ROWS else self.block.limit

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all rows, each once."""
        return tuple({item.id: item for group in self.groups for item in group.items}.values())


class QueryViews:
    """Runs query blocks over a roadmap. Raises QueryError for a query that takes too long.

    `finished` are the finish days of items that only the history knows, for the timeline, and `forecasts` their days
    to come.
    """

    def __init__(
        self,
        viewer: Viewer,
        engine: Engine,
        finished: Mapping[str, date] = NO_DAYS,
        forecasts: SiteForecasts | None = None,
    ) -> None:
        self.viewer, self.engine, self.finished = viewer, engine, finished
        self.forecasts = forecasts or SiteForecasts(viewer.roadmap, viewer.language, None)
        self.roadmap, self.language = viewer.roadmap, viewer.language

    def shown(self, block: Block) -> ViewResult:
        """Run a block and return its view."""
        result = self.engine.run(block.sql, block.limit)
        if block.view in {"count", "chart"}:
            return ViewResult(block, bars=tuple(self._bars(block, result)), is_cut=result.is_cut)
        found = ViewResult(block, tuple(self._groups(block, result)), is_cut=result.is_cut)
        return _WITH[block.view](self, found) if block.view in _WITH else found

    def value(self, sql: str) -> tuple[str, QueryResult]:
        """Return the one value of a query as text, and its whole result of at most two rows."""
        result = self.engine.run(sql, 2)
        row = result.rows[0] if result.rows else (None,)
        cell = self._cell(result.columns[0] if result.columns else "", row[0])
        return cell.line or "–", result

    def _groups(self, block: Block, result: QueryResult) -> Iterator[RowGroup]:
        headings = self._headings(block, result)
        lines: dict[str, list[ResultLine]] = {name: [] for name in self._group_names(block)}
        for row in result.rows:
            line = self._line(block, headings, row)
            for name in self._groups_of(block, line.item, row):
                lines.setdefault(name, []).append(line)
        for title, found in lines.items():
            if found or not block.group:
                yield RowGroup(title, tuple(found), grid(headings, [line.cells for line in found]))

    def _group_names(self, block: Block) -> Iterable[str]:
        """Return the groups in a declared order, stages or the choices of a field; without `group`, a single one."""
        if not block.group:
            return ("",)
        if block.group == "stage":
            return [self.language.gettext(stage.value) for stage in Stage]
        if block.group == ASSIGNEE:
            return [person.title for person in self.roadmap.of_role(Role.PERSON)]
        field = self._collection(block).fields.get(block.group)
        return field.choices if field else ()

    def _groups_of(self, block: Block, item: Item | None, row: Sequence[Value]) -> tuple[str, ...]:
        """Return the names of the groups that a row belongs to: several if the value is a list."""
        if not block.group:
            return ("",)
        is_field = item is not None and block.group in item.values
        cell = self.viewer.cell(item, block.group) if item and is_field else EMPTY
        cell = cell if cell.line else self._cell(block.group, row[block.offset])
        if cell.kind == "list":
            return tuple(dict.fromkeys(part.line for part in cell.parts))
        return (cell.text or self.language.gettext(_("Other")),)

    def _collection(self, block: Block) -> Collection:
        """Return the collection whose labels a block uses: that of its table, where a single one is behind it."""
        collections = self.roadmap.settings.collections
        own = [collections[name] for name, table in table_names(self.roadmap.settings).items() if table == block.source]
        of_role = [each for each in collections.values() if each.role is OF_ROLES.get(block.source)]
        return own[0] if own else of_role[0] if len(of_role) == 1 else self.roadmap.settings.loose

    @cached_property
    def _pages(self) -> Mapping[str, Document]:
        """The files that are no items, by the paths that tables show."""
        return {self.roadmap.settings.shown(page.path): page for page in self.roadmap.pages}

    def _headings(self, block: Block, result: QueryResult) -> list[ColumnHeading]:
        collection = self._collection(block)
        columns = block.columns if block.source else tuple(BlockColumn(name) for name in result.columns)
        headings = [self._heading(collection, column) for column in columns]
        if headings and headings[0].name in _ITEMS:
            headings[0] = replace(headings[0], is_title=True)
        return headings

    def _heading(self, collection: Collection, column: BlockColumn) -> ColumnHeading:
        if column.is_field:
            found = self.viewer.heading(collection, column.text)
            return replace(found, label=column.label or found.label)
        is_day = column.text.lower() in self.engine.dates
        return ColumnHeading(
            column.text, column.label or self._label(collection, column.text), "day" if is_day else "number"
        )

    def _label(self, collection: Collection, name: str) -> str:
        if name in _LABELS:
            return self.language.gettext(_LABELS[name])
        return self.viewer.label(collection, name) if name in self.engine.names else name

    def _line(self, block: Block, headings: Sequence[ColumnHeading], row: Sequence[Value]) -> ResultLine:
        item = self.roadmap.by_id.get(str(row[0])) if block.has_key and row[0] is not None else None
        page = self._pages.get(str(row[2])) if block.has_position and item is None else None
        document = item.document if item else page
        task = document.tasks[int(str(row[1])) - 1] if document and block.has_position else None
        values = iter(row[block.offset + bool(block.group) :])
        is_field = [column.is_field for column in block.columns] or [False] * len(headings)
        cells = [
            self.viewer.ranked(item, heading) if item and is_shown else self._ranked(heading, next(values, None))
            for heading, is_shown in zip(headings, is_field, strict=True)
        ]
        return ResultLine(item, task, tuple(cells), *((page.path, title_of(page)) if page else ()))

    def _ranked(self, heading: ColumnHeading, value: Value) -> Ranked:
        when = parse_date(value) if heading.order == "day" and isinstance(value, str) else None
        rank = when.last.isoformat() if when else "" if isinstance(value, str) else str(value or 0)
        return Ranked(self._cell(heading.name, value), rank if value is not None else "")

    def _cell(self, name: str, value: Value) -> Cell:
        """Return the cell of a value by its column: ids of items become links, dates are formatted."""
        if value is None or value == "":
            return EMPTY
        if isinstance(value, int | float):
            number = Decimal(str(value))
            if name == "progress":
                return Cell("bar", f"{percent(number)}%", value=number)
            return Cell("text", self.language.number(number))
        if name in _ITEMS and value in self.roadmap.by_id:
            return self.viewer.link(self.roadmap.by_id[value])
        return self._text(name, value)

    def _text(self, name: str, value: str) -> Cell:
        inside = _OF_DAY.sub(r"\1", name.lower())
        is_day = inside in self.engine.dates or inside.endswith("_day") or inside in {"day", "today()"}
        when = parse_date(value) if is_day else None
        if when:
            return Cell("date", self.language.date(when), url=when.last.isoformat())
        if name == "address" and is_safe_url(value):
            return Cell("link", value.partition("://")[2] or value, url=safe_url(value))
        if name == "stage" and value in tuple(Stage):
            return Cell("stage", self.language.gettext(value), target=value)
        if name.lower() in self.engine.lists and (found := _list(value)):
            return self.viewer.value(field_of(self.roadmap.settings.loose, name) or Field(name), found)
        return Cell("text", plain_text(value) if name == "text" else value)

    def _bars(self, block: Block, result: QueryResult) -> Iterator[ChartBar]:
        """Yield a bar for each row: its first column is the title, its last one the number."""
        numbers = [row[-1] if isinstance(row[-1], int | float) else 0 for row in result.rows]
        most = max((abs(number) for number in numbers), default=0) or 1
        for row, number in zip(result.rows, numbers, strict=True):
            name = block.group or result.columns[0]
            title = self._cell(name, row[0]) if len(row) > 1 else EMPTY
            text = title.line or (self.language.gettext(_("Other")) if len(row) > 1 else "")
            yield ChartBar(text, round(100 * (max(number, 0) / most)), self.language.number(Decimal(str(number))))


def _list(text: str) -> FieldValue | None:
    """Return a list or an object in JSON as a value, or None for any other text."""
    try:
        found = json.loads(text, parse_int=Decimal, parse_float=Decimal)
    except ValueError:
        return None
    return _value(found) if isinstance(found, list | dict) else None


def _value(found: Any) -> FieldValue:
    if isinstance(found, dict):
        return {key: _value(part) for key, part in found.items()}
    return tuple(map(_value, found)) if isinstance(found, list) else "" if found is None else found


def _as_board(views: QueryViews, found: ViewResult) -> ViewResult:
    """Show items in columns: by stage, as on the board page, or by group."""
    if found.block.group:
        columns = tuple(Stack(None, group.items, len(group.items), title=group.title) for group in found.groups)
    else:
        columns = board(views.roadmap, found.items)
    return replace(found, columns=columns)


def _as_timeline(views: QueryViews, found: ViewResult) -> ViewResult:
    titled = {group.title: group.items for group in found.groups} if found.block.group else {}
    return replace(found, chart=chart(views.roadmap, found.items, views.finished, titled, views.forecasts.landings))


def _as_progress(views: QueryViews, found: ViewResult) -> ViewResult:
    """Show the progress of each group; without groups, the template shows the progress of each item."""
    groups = found.groups if found.block.group else ()
    counted = ((group.title, [item for item in group.items if item.role is Role.ITEM]) for group in groups)
    return replace(found, rollups=tuple((title, rollup(views.roadmap, items)) for title, items in counted))


def _as_resume(views: QueryViews, found: ViewResult) -> ViewResult:
    return replace(found, resume=resume(views.roadmap, found.items))


def _as_forecast(views: QueryViews, found: ViewResult) -> ViewResult:
    return replace(found, forecast=views.forecasts.view(found.items, found.block.changes))


_WITH: Mapping[str, Callable[[QueryViews, ViewResult], ViewResult]] = {
    "board": _as_board,
    "timeline": _as_timeline,
    "progress": _as_progress,
    "resume": _as_resume,
    "forecast": _as_forecast,
}
