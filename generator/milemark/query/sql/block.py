"""A query block as it is written: `view`, `from`, `where`, `order`, `limit`, `columns`, `group`, or a whole `sql`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import meant
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Node, Scalar
from milemark.markdown.document import Sequence as List
from milemark.markdown.yaml import read_yaml
from milemark.query.finder import BASE
from milemark.query.sql.engine import MAX_ROWS, Engine
from milemark.query.sql.errors import NEVER_CLOSED, QueryError
from milemark.query.sql.tokens import tokens
from milemark.query.tables.sqlite import quoted
from milemark.query.tables.table import Table
from milemark.roadmap.schema import CORE_FIELDS

VIEWS = ("table", "list", "tasks", "board", "timeline", "progress", "count", "chart")
OPTIONS = ("view", "from", "where", "order", "limit", "columns", "group", "value", "sql", "base", "title")
_OF_ITEMS = {"tasks", "board", "timeline", "progress"}
_SUMMED = {"count", "chart"}
_AS_WRITTEN = " COLLATE BINARY"  # dates that end on one day stay apart: 2025-03 is not 2025-Q1
_WORK = {"timeline": "role IN ('item', 'milestone')"}  # what is planned: without `from`, a block is about that
_ROLE = "role = 'item'"
_BLOCK = _("a query block")
_BRACKETS = _("each bracket that is opened is closed, and no other")
_ABOUT = {
    **dict.fromkeys("'\"`[", NEVER_CLOSED),
    ";": _("ask one question at a time"),
    ",": _("a comma stands in brackets only: of columns, make a list"),
}


@dataclass(frozen=True, slots=True)
class BlockColumn:
    """One column: a name or an expression, and what it is called; `is_field` if it is shown as on an item's page."""

    text: str
    label: str = ""
    is_field: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A query block. `source` is its relation, empty for a whole `sql`; of the view `base`, it names the base.

    Each row of its answer has, in this order: the id of its item (where `has_key`), the place of its task (where
    `has_position`), the value of `group`, and the columns that are no fields.
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


def read_block(path: str, text: str, first_line: int, engine: Engine) -> tuple[Block | None, list[Diagnostic]]:
    """Read the text of a block whose first line is `first_line` of its file, and try whether it can be asked."""
    root, diagnostics = read_yaml(path, text, first_line, _BLOCK)
    if root is None or not root.entries:
        values = {"problem": _("this block asks nothing"), "about": _("write for example `from: items`")}
        return None, diagnostics or [Diagnostic(rules.BAD_BLOCK, Span(path, max(first_line - 1, 1)), values)]
    reader = BlockReader(root, engine, diagnostics)
    block = reader.block()
    return (None if any(each.is_error for each in diagnostics) else block), diagnostics


class BlockReader:
    """Reads the options of one block; what is wrong is noted in `diagnostics`."""

    def __init__(self, root: Written, engine: Engine, diagnostics: list[Diagnostic]) -> None:
        self.root, self.engine, self.diagnostics = root, engine, diagnostics

    def block(self) -> Block | None:
        """Read a block of a page."""
        for key, _node in self.root.entries:
            if key.text not in OPTIONS:
                self._unknown(key, OPTIONS, _("option of a query block"))
        view, sql, base = self._view(), self._scalar("sql"), self._scalar("base")
        if base:
            return self._of_base(base)
        return self._own(view, sql) if sql else self.asked(view)

    def _of_base(self, base: Scalar) -> Block:
        """Read a block that shows a view of a base, which says all the rest."""
        for key, _node in self.root.entries:
            if key.text not in {"base", "title"}:
                self._bad(key, _("the base says already what this would say"), _("write one of the two"))
        return Block(BASE, base.text, "", title=self._text("title"))

    def _view(self) -> str:
        written = self._scalar("view")
        if written and written.text not in VIEWS:
            self._unknown(written, VIEWS, _("view"))
        return written.text if written else "table"

    def _own(self, view: str, sql: Scalar) -> Block | None:
        """Read a block that asks in SQL: whatever it answers is shown as it is."""
        for name in ("from", "where", "order", "columns", "group", "value"):
            if other := self.root.key(name):
                self._bad(other, _("`sql` says already what this would say"), _("write one of the two"))
        if view in _OF_ITEMS:
            about = _("with `sql`, a view is table, list, count or chart")
            self._bad(self.root.get("view"), _("this view needs to know what its rows are"), about)
        self._try([QueryPiece(sql.text, sql)])
        return Block(view, "", sql.text, title=self._text("title"), limit=self._limit())

    def asked(self, view: str, *, is_shown: bool = True) -> Block | None:
        """Read a block that names what it asks for; one that is not shown on a page has its columns alone."""
        relation = self._relation(view)
        if relation is None:
            return None
        written = self._columns(view, relation)
        pieces = list(_QueryBuilder(self, view, relation, written, is_shown=is_shown).pieces())
        self._try(pieces)
        is_summed = view in _SUMMED
        return Block(
            view,
            relation.name,
            "".join(piece.text for piece in pieces),
            tuple(column for column, _name in written),
            self._text("group"),
            self._text("title"),
            self._limit(),
            has_key=bool(relation.key) and not is_summed,
            has_position=relation.name == "tasks" and not is_summed,
        )

    def _relation(self, view: str) -> Table | None:
        written = self._scalar("from")
        name = written.text if written else "tasks" if view == "tasks" else "items"
        relation = self.engine.relations.get(name.lower())
        if relation is None and written:
            self._unknown(written, tuple(each.name for each in self.engine.relations.values()), _("relation"))
        if relation and view in _OF_ITEMS and not relation.key:
            about = _("use table, list, count or chart, or ask `from: items`")
            self._bad(self.root.get("view"), _("this view shows items, and the rows of this relation are none"), about)
            return None
        return relation

    def _columns(self, view: str, relation: Table) -> list[tuple[BlockColumn, Scalar]]:
        node = self.root.get("columns")
        if isinstance(node, Written):
            pairs = [(key, _text_of(label)) for key, label in node.entries]
        else:
            nodes: Sequence[Node] = node.items if isinstance(node, List) else (node,) if node else ()
            pairs = [(each, "") for each in nodes if isinstance(each, Scalar) and not each.is_empty]
        named = {column.name.casefold() for column in relation.columns}
        pairs = [(key, label) for key, label in pairs if key.text.casefold() in named or self.one(key)]
        pairs = pairs or [(Scalar(name, self.root.span), "") for name in _usual(view, relation)]
        return [(BlockColumn(key.text, label, _is_field(relation, key.text)), key) for key, label in pairs]

    def _limit(self) -> int:
        written = self._scalar("limit")
        if written is None:
            return MAX_ROWS
        if written.text.isdecimal() and 0 < Decimal(written.text) <= MAX_ROWS:
            return int(written.text)
        self._bad(written, _("a limit is a number from 1 to 100000"), _("write for example limit: 10"))
        return MAX_ROWS

    def _try(self, pieces: Sequence[QueryPiece]) -> None:
        if any(each.is_error for each in self.diagnostics):
            return
        try:
            self.engine.check("".join(piece.text for piece in pieces))
        except QueryError as error:
            self.diagnostics.append(
                Diagnostic(error.rule, place_of(pieces, error, self.root), error.values, error.hint)
            )

    def expression(self, name: str) -> Scalar | None:
        """Return what is written as a part of a question: one expression, which does not end what it stands in."""
        return self.one(self._scalar(name), is_list=name == "order")

    def one(self, written: Scalar | None, *, is_list: bool = False) -> Scalar | None:
        """Return what is written, if it is one expression, or several with commas between where that is a list."""
        depth, refused = 0, _ABOUT.keys() - ({","} if is_list else set())
        for token in tokens(written.text) if written else ():
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if written and (depth < 0 or (token.text in refused and not (token.text == "," and depth))):
                self._more(written, _ABOUT.get(token.text, _BRACKETS), part_of(written, token.start, 1))
                return None
        if written and depth:
            self._more(written, _BRACKETS, written.span)
            return None
        return written

    def _more(self, written: Scalar, about: str, span: Span) -> None:
        self._bad(Scalar(written.text, span), _("this is more than one expression, or less"), about)

    def _scalar(self, name: str) -> Scalar | None:
        node = self.root.get(name)
        if isinstance(node, Scalar):
            return None if node.is_empty else node
        if node is not None:
            self._bad(node, _("this is a list, and one text is asked for"), _("write it in one line"))
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


class _QueryBuilder:
    """Puts the question of a block together, from what its options say."""

    def __init__(
        self,
        reader: BlockReader,
        view: str,
        relation: Table,
        columns: list[tuple[BlockColumn, Scalar]],
        *,
        is_shown: bool,
    ) -> None:
        self.reader, self.view, self.relation, self.columns, self.is_shown = reader, view, relation, columns, is_shown
        self.group, self.is_summed = reader.expression("group"), view in _SUMMED

    def pieces(self) -> Iterator[QueryPiece]:
        """Yield the question, part by part."""
        yield QueryPiece("SELECT ")
        for number, piece in enumerate(self._shown() or [QueryPiece("*")]):
            yield from (*([QueryPiece(", ")] if number else []), piece)
        yield QueryPiece(f" FROM {quoted(self.relation.name)}")
        where, of_work = self.reader.expression("where"), self._of_work()
        if where:
            yield from (QueryPiece(" WHERE ("), QueryPiece(where.text, where), QueryPiece("\n)"))
        if of_work:
            yield QueryPiece(f" {'AND' if where else 'WHERE'} {of_work}")
        if self.is_summed and self.group:
            yield from (QueryPiece(" GROUP BY "), self._named(self.group), QueryPiece(_AS_WRITTEN))
        yield from self._order()

    def _named(self, written: Scalar) -> QueryPiece:
        """Return the name of a column as SQL reads it, whatever is in it; an expression stays."""
        names = {column.name.casefold() for column in self.relation.columns}
        return QueryPiece(quoted(written.text) if written.text.casefold() in names else written.text, written)

    def _of_work(self) -> str:
        is_named = self.reader.expression("from") is not None or self.relation.name != "items"
        return "" if is_named else _WORK.get(self.view, _ROLE)

    def _shown(self) -> list[QueryPiece]:
        group = [self._named(self.group)] if self.group else []
        if self.is_summed:
            value = self.reader.expression("value")
            return [*group, QueryPiece(value.text, value) if value else QueryPiece("count(*)")]
        if not self.is_shown:
            return [self._named(name) for _column, name in self.columns]
        key = [QueryPiece(quoted(self.relation.key))] if self.relation.key else []
        place = [QueryPiece("position")] if self.relation.name == "tasks" else []
        own = [self._named(name) for column, name in self.columns if not column.is_field]
        return [*key, *place, *group, *own]

    def _order(self) -> Iterator[QueryPiece]:
        if order := self.reader.expression("order"):
            yield from (QueryPiece(" ORDER BY "), QueryPiece(order.text, order))
        elif self.is_summed:
            yield QueryPiece(" ORDER BY 2 DESC, 1" if self.group else "")
        else:
            yield QueryPiece(" ORDER BY rowid")  # as they were read: in the order of the roadmap


def _usual(view: str, relation: Table) -> tuple[str, ...]:
    """Return the columns of a block that names none: one in a list, and in views that are no tables, none."""
    if view in _OF_ITEMS | _SUMMED:
        return ()
    return relation.shown[:1] if view == "list" else relation.shown


def _is_field(relation: Table, name: str) -> bool:
    """Whether a column of items is shown as it is on an item's page. The progress of a track is the sum of others'."""
    if relation.key != "id" or (name == "progress" and relation.name == "tracks"):
        return False
    return name in CORE_FIELDS or any(column.is_field and column.name == name for column in relation.columns)


def _text_of(node: Node) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_empty else ""


@dataclass(frozen=True, slots=True)
class QueryPiece:
    """A part of a question, and the value it was written in; our own words have none."""

    text: str
    written: Scalar | None = None


def place_of(pieces: Sequence[QueryPiece], error: QueryError, root: Written) -> Span:
    """Return the place of what is wrong with a question: in the value that it was written in."""
    begin = 0
    for piece in pieces:
        end = begin + len(piece.text)
        if piece.written and begin <= error.start < end:
            return part_of(piece.written, error.start - begin, error.width)
        begin = end
    written = [piece.written for piece in pieces if piece.written]
    return written[0].span if written else root.span


def part_of(written: Scalar, start: int, width: int) -> Span:
    """Return the place of a part of a value; of one in several lines, that of the whole."""
    span = written.span
    if "\n" in written.text or not width:
        return span
    return Span(span.path, span.line, span.column + start + (not written.is_plain), width)


def list_block(options: Mapping[str, str], engine: Engine) -> tuple[Block | None, list[Diagnostic]]:
    """Return what options ask as a command line gives them, and what is wrong; each is a file to itself.

    `list_block({"--where": "stage = 'active'", "--columns": "id, title"}, engine)`
    """
    spans = {name: _whole(name, text) for name, text in options.items()}
    entries = [(Scalar(name.lstrip("-"), spans[name]), _listed(name, text)) for name, text in options.items()]
    diagnostics: list[Diagnostic] = []
    reader = BlockReader(Written(tuple(entries), Span("")), engine, diagnostics)
    return reader.asked("table", is_shown=False), diagnostics


def _listed(name: str, text: str) -> Node:
    """Return an option as a value: columns are apart by commas, but for those in brackets."""
    if name != "--columns":
        return Scalar(text, _whole(name, text))
    found, depth, start = list[Scalar](), 0, 0
    for place, letter in enumerate(f"{text},"):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if (letter == "," and depth <= 0) or place == len(text):
            part = text[start:place]
            column = start + len(part) - len(part.lstrip()) + 1
            found.append(Scalar(part.strip(), Span(name, 1, column, max(len(part.strip()), 1))))
            start = place + 1
    return List(tuple(found), _whole(name, text))


def _whole(name: str, text: str) -> Span:
    return Span(name, width=max(len(text.split("\n", maxsplit=1)[0]), 1))
