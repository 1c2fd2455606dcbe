"""Query blocks: `view`, `from`, `where`, `order`, `limit`, `columns`, `group`, or a whole `sql`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import meant
from milemark.history.what_if import OPTIONS as WHAT_IF
from milemark.history.what_if import REPEATED, WhatIfError, what_if_of
from milemark.markdown.document import Mapping, Node, Scalar
from milemark.markdown.document import Sequence as YamlList
from milemark.markdown.yaml import read_yaml
from milemark.query.finder import BASE
from milemark.query.sql.builder import QueryPiece, Select, cut_short, find_break, part_of, place_of
from milemark.query.sql.engine import MAX_ROWS, Engine
from milemark.query.sql.errors import QueryError
from milemark.query.tables.table import Table
from milemark.roadmap.schema import CORE_FIELDS

PART = "part"
PARTS = ("owner", "featured", "numbers", "plan", "skills", "finished", "tracks", "contact")  # of the home page
VIEWS = ("table", "list", "tasks", "board", "timeline", "progress", "count", "chart", "resume", "forecast")
CHANGES = tuple(WHAT_IF)  # of a plan, for the view `forecast`
OPTIONS = (
    "view",
    "from",
    "where",
    "order",
    "limit",
    "columns",
    "group",
    "value",
    "sql",
    "base",
    "title",
    PART,
    *CHANGES,
)
_ITEM_VIEWS = {"tasks", "board", "timeline", "progress", "resume", "forecast"}
_SUMMED_VIEWS = {"count", "chart"}
_PLANNED = "role IN ('item', 'milestone')"
_WORK = {"timeline": _PLANNED, "forecast": _PLANNED}  # without `from`, a block shows planned work
_ITEMS = "role = 'item'"
_BLOCK = _("a query block")
_REMOVE_ONE = _("remove one of the two")


@dataclass(frozen=True, slots=True)
class BlockColumn:
    """One column: a name or an expression, and its label; `is_field` if it is shown as on an item's page."""

    text: str
    label: str = ""
    is_field: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A query block. `source` names its table, is empty for a whole `sql`, and names the base for the view `base`.

    Each row of its result has, in this order: the id of its item (with `has_key`), the position and the file of its
    task (with `has_position`), the value of `group`, and the columns that are not fields. `changes` are the names and
    values of changes of the plan.
    """

    view: str
    source: str
    sql: str
    columns: tuple[BlockColumn, ...] = ()
    group: str = ""
    title: str = ""
    limit: int = MAX_ROWS
    has_key: bool = False
    has_position: bool = False
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def offset(self) -> int:
        """The number of values in a row before those that the author wants."""
        return self.has_key + 2 * self.has_position


def read_block(path: str, text: str, first_line: int, engine: Engine) -> tuple[Block | None, list[Diagnostic]]:
    """Read a block whose text begins at `first_line` of its file, and check its query without running it."""
    root, diagnostics = read_yaml(path, text, first_line, _BLOCK)
    if root is None or not root.entries:
        values = {"problem": _("this block is empty"), "about": _("write for example `from: items`")}
        return None, diagnostics or [Diagnostic(rules.BAD_BLOCK, Span(path, max(first_line - 1, 1)), values)]
    reader = BlockReader(root, engine, diagnostics)
    block = reader.block()
    return (None if any(each.is_error for each in diagnostics) else block), diagnostics


def part_of_page(text: str) -> str:
    """Return the part of the home page that a block shows, or an empty text."""
    root, _found = read_yaml("", text, 1, _BLOCK)
    part = root.get(PART) if root else None
    return part.text if isinstance(part, Scalar) and part.text in PARTS else ""


class BlockReader:
    """Reads the options of one block and adds its findings to `diagnostics`."""

    def __init__(self, root: Mapping, engine: Engine, diagnostics: list[Diagnostic]) -> None:
        self.root, self.engine, self.diagnostics = root, engine, diagnostics

    def block(self) -> Block | None:
        """Read a block of a page."""
        for key, _node in self.root.entries:
            if key.text not in OPTIONS:
                self._unknown(key, OPTIONS, _("option of a query block"))
        view, sql, base = self._view(), self._scalar("sql"), self._scalar("base")
        if part := self._scalar(PART):
            return self._of_part(part)
        if base:
            return self._of_base(base)
        return self._of_sql(view, sql) if sql else self.select(view)

    def _of_base(self, base: Scalar) -> Block:
        """Read a block that shows a view of a base."""
        for key, _node in self.root.entries:
            if key.text not in {"base", "title"}:
                self._bad(key, _("this option cannot be combined with `base`"), _REMOVE_ONE)
        return Block(BASE, base.text, "", title=self._text("title"))

    def _of_part(self, part: Scalar) -> Block:
        """Read a block that shows a part of the home page."""
        for key, _node in self.root.entries:
            if key.text not in {PART, "title"}:
                self._bad(key, _("this option cannot be combined with `part`"), _REMOVE_ONE)
        if part.text not in PARTS:
            self._unknown(part, PARTS, _("part"))
        return Block(PART, part.text, "", title=self._text("title"))

    def _view(self) -> str:
        written = self._scalar("view")
        if written and written.text not in VIEWS:
            self._unknown(written, VIEWS, _("view"))
        return written.text if written else "table"

    def _of_sql(self, view: str, sql: Scalar) -> Block:
        """Read a block with a whole query, whose result is shown as it is."""
        for name in ("from", "where", "order", "columns", "group", "value"):
            if other := self.root.key(name):
                self._bad(other, _("this option cannot be combined with `sql`"), _REMOVE_ONE)
        if view in _ITEM_VIEWS:
            about = _("with `sql`, the view must be table, list, count or chart")
            self._bad(self.root.get("view"), _("this view cannot show the rows of `sql`"), about)
        self._check([QueryPiece(sql.text, sql)])
        return Block(view, "", sql.text, title=self._text("title"), limit=self._limit())

    def select(self, view: str, *, is_page: bool = True) -> Block | None:
        """Read a block whose query is built from its options; without a page, a row has the named columns only."""
        table = self._table(view)
        if table is None:
            return None
        is_summed = view in _SUMMED_VIEWS
        has_key, has_position = bool(table.key) and not is_summed, table.name == "tasks" and not is_summed
        keys = (table.key,) * has_key + ("position", "path") * has_position
        columns = self._columns(view, table)
        pieces = list(
            Select(
                table,
                keys if is_page else (),
                tuple(written for column, written in columns if not (is_page and column.is_field)),
                self._expression("group") if is_page or is_summed else None,
                self._expression("where"),
                self._expression("order"),
                self._expression("value") if is_summed else None,
                self._default_condition(view, table),
                is_summed,
            ).pieces()
        )
        self._check(pieces)
        return Block(
            view,
            table.name,
            "".join(piece.text for piece in pieces),
            tuple(column for column, _written in columns),
            self._text("group"),
            self._text("title"),
            self._limit(),
            has_key,
            has_position,
            self._changes(view),
        )

    def _changes(self, view: str) -> tuple[tuple[str, str], ...]:
        """Read the changes of a plan; one that may be repeated is a value or a list of values."""
        found: list[tuple[str, str]] = []
        for key, node in self.root.entries:
            if key.text in CHANGES:
                if view != "forecast":
                    self._bad(key, _("only the view `forecast` has this option"), _("write `view: forecast`"))
                nodes = node.items if isinstance(node, YamlList) and key.text in REPEATED else (node,)
                found += [(key.text, text) for each in nodes if (text := self._change(key.text, each))]
        return tuple(found)

    def _change(self, name: str, node: Node) -> str:
        if not isinstance(node, Scalar):
            self._bad(node, _("this option takes a single value"), _("write it on one line"))
            return ""
        try:
            what_if_of([(name, node.text)], str)
        except WhatIfError as error:
            self._bad(node, _("this is no change of a plan"), error.how)
        return node.text

    def _default_condition(self, view: str, table: Table) -> str:
        is_named = self._scalar("from") is not None or table.name != "items"
        return "" if is_named else _WORK.get(view, _ITEMS)

    def _table(self, view: str) -> Table | None:
        written = self._scalar("from")
        name = written.text if written else "tasks" if view == "tasks" else "items"
        table = self.engine.tables.get(name.lower())
        if table is None and written:
            self._unknown(written, tuple(each.name for each in self.engine.tables.values()), _("relation"))
        if table and view in _ITEM_VIEWS and not table.key:
            about = _("use table, list, count or chart, or write `from: items`")
            self._bad(self.root.get("view"), _("this view shows items, and this relation has none"), about)
            return None
        return table

    def _columns(self, view: str, table: Table) -> list[tuple[BlockColumn, Scalar]]:
        node = self.root.get("columns")
        if isinstance(node, Mapping):
            pairs = [(key, _text_of(label)) for key, label in node.entries]
        else:
            nodes: Sequence[Node] = node.items if isinstance(node, YamlList) else (node,) if node else ()
            pairs = [(each, "") for each in nodes if isinstance(each, Scalar) and not each.is_empty]
        names = {column.name.casefold() for column in table.columns}
        pairs = [(key, label) for key, label in pairs if key.text.casefold() in names or self._one(key)]
        pairs = pairs or [(Scalar(name, self.root.span), "") for name in _usual_columns(view, table)]
        return [(BlockColumn(key.text, label, _is_field(table, key.text)), key) for key, label in pairs]

    def _limit(self) -> int:
        written = self._scalar("limit")
        if written is None:
            return MAX_ROWS
        if written.text.isdecimal() and 0 < Decimal(written.text) <= MAX_ROWS:
            return int(written.text)
        self._bad(written, _("a limit is a number from 1 to 100000"), _("write for example limit: 10"))
        return MAX_ROWS

    def _check(self, pieces: Sequence[QueryPiece]) -> None:
        if any(each.is_error for each in self.diagnostics):
            return
        try:
            self.engine.check("".join(piece.text for piece in pieces))
        except QueryError as error:
            cause, span = cut_short(pieces, error) or (error, place_of(pieces, error, self.root.span))
            self.diagnostics.append(Diagnostic(cause.rule, span, cause.values, cause.hint))

    def _expression(self, name: str) -> Scalar | None:
        written = self._scalar(name)
        return self._one(written, is_list=name == "order") if written else None

    def _one(self, written: Scalar, *, is_list: bool = False) -> Scalar | None:
        """Return a value if it is a single expression, or with `is_list` several with commas between them."""
        broken = find_break(written.text, is_list=is_list)
        if broken is None:
            return written
        span = part_of(written, broken.start, broken.width)
        self._bad(Scalar(written.text, span), _("this is not a single expression"), broken.hint)
        return None

    def _scalar(self, name: str) -> Scalar | None:
        node = self.root.get(name)
        if isinstance(node, Scalar):
            return None if node.is_empty else node
        if node is not None:
            self._bad(node, _("this option takes a single value"), _("write it on one line"))
        return None

    def _text(self, name: str) -> str:
        written = self._scalar(name)
        return written.text if written else ""

    def _bad(self, node: Node | None, problem: str, about: str) -> None:
        span = node.span if node else self.root.span
        found = Diagnostic(rules.BAD_BLOCK, span, {"problem": problem, "about": about})
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    def _unknown(self, written: Scalar, known: tuple[str, ...], what: str) -> None:
        hint, near = meant(written.text, known)
        values = {"what": what, "option": written.text, "known": ", ".join(known), **near}
        self.diagnostics.append(Diagnostic(rules.UNKNOWN_OPTION, written.span, values, hint))


def _usual_columns(view: str, table: Table) -> tuple[str, ...]:
    """Return the columns of a block that names none: the first one in a list, and none in a view of items."""
    if view in _ITEM_VIEWS | _SUMMED_VIEWS:
        return ()
    return table.shown[:1] if view == "list" else table.shown


def _is_field(table: Table, name: str) -> bool:
    """Whether a column is shown as on an item's page. The progress of a track is no field: it is a rollup."""
    if table.is_foreign or table.key != "id" or (name == "progress" and table.name == "tracks"):
        return False
    return name in CORE_FIELDS or any(column.is_field and column.name == name for column in table.columns)


def _text_of(node: Node) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_empty else ""
