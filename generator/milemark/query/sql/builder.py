"""Builds the SQL of a query block out of the expressions in its options, and finds the place of an error in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Span
from milemark.foundation.i18n import _
from milemark.markdown.document import Scalar
from milemark.query.sql.errors import NEVER_CLOSED, ONE_QUERY, QueryError, at
from milemark.query.sql.tokens import tokenize
from milemark.query.tables.sqlite import quoted
from milemark.query.tables.table import Table

_AS_WRITTEN = " COLLATE BINARY"  # dates with the same last day stay apart: 2025-03 is not 2025-Q1
_BRACKETS = _("the brackets do not match")
_REFUSED = {
    **dict.fromkeys("'\"`[", NEVER_CLOSED),
    ";": ONE_QUERY,
    ",": _("a comma needs brackets; write columns as a list"),
}


@dataclass(frozen=True, slots=True)
class QueryPiece:
    """A part of the SQL of a block. `written` is the value it comes from, None for words that this module adds."""

    text: str
    written: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """The parts of one `select`, as the options of a block give them.

    `keys` are columns that the view needs before all others. A select that `is_summed` has one row for each value of
    `group`, with `value` measured over its rows. `condition` is SQL that holds in addition to `where`.
    """

    table: Table
    keys: tuple[str, ...] = ()
    columns: tuple[Scalar, ...] = ()
    group: Scalar | None = None
    where: Scalar | None = None
    order: Scalar | None = None
    value: Scalar | None = None
    condition: str = ""
    is_summed: bool = False

    def pieces(self) -> Iterator[QueryPiece]:
        """Yield the SQL part by part."""
        yield QueryPiece("SELECT ")
        for number, piece in enumerate(self._results() or [QueryPiece("*")]):
            yield from (*([QueryPiece(", ")] if number else []), piece)
        yield QueryPiece(f" FROM {quoted(self.table.name)}")
        if self.where:
            yield from (QueryPiece(" WHERE ("), QueryPiece(self.where.text, self.where), QueryPiece("\n)"))
        if self.condition:
            yield QueryPiece(f" {'AND' if self.where else 'WHERE'} {self.condition}")
        if self.is_summed and self.group:
            yield from (QueryPiece(" GROUP BY "), self._named(self.group), QueryPiece(_AS_WRITTEN))
        yield from self._order()

    def _results(self) -> list[QueryPiece]:
        group = [self._named(self.group)] if self.group else []
        if self.is_summed:
            return [*group, QueryPiece(self.value.text, self.value) if self.value else QueryPiece("count(*)")]
        return [*(QueryPiece(quoted(key)) for key in self.keys), *group, *map(self._named, self.columns)]

    def _named(self, written: Scalar) -> QueryPiece:
        """Quote the name of a column, which may hold any character; an expression stays as it is."""
        names = {column.name.casefold() for column in self.table.columns}
        return QueryPiece(quoted(written.text) if written.text.casefold() in names else written.text, written)

    def _order(self) -> Iterator[QueryPiece]:
        if self.order:
            yield from (QueryPiece(" ORDER BY "), QueryPiece(self.order.text, self.order))
        elif self.is_summed:
            yield QueryPiece(" ORDER BY 2 DESC, 1" if self.group else "")
        else:
            yield QueryPiece(" ORDER BY rowid")  # the order in which they were inserted: that of the roadmap


class BrokenExpression(NamedTuple):
    """The reason why a text is not a single expression, as a hint, and the part of the text that shows it."""

    hint: str
    start: int
    width: int


def find_break(text: str, *, is_list: bool = False) -> BrokenExpression | None:
    """Return the reason why a text is not one expression that fits into a query, or None.

    `1) or (1` would end the brackets around it, and `1; drop …` the query. A list may have commas.
    """
    depth, refused = 0, _REFUSED.keys() - ({","} if is_list else set())
    for token in tokenize(text):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0 or (token.text in refused and not (token.text == "," and depth)):
            return BrokenExpression(_REFUSED.get(token.text, _BRACKETS), token.start, 1)
    return BrokenExpression(_BRACKETS, 0, 0) if depth else None


def place_of(pieces: Sequence[QueryPiece], error: QueryError, root: Span) -> Span:
    """Return the place of an error within the value it comes from, else that of the first value, else `root`."""
    number, start = _piece_at(pieces, error.start)
    for piece in pieces[number : number + 1]:
        if piece.written:
            return part_of(piece.written, start, error.width)
    return next((piece.written.span for piece in pieces if piece.written), root)


def _piece_at(pieces: Sequence[QueryPiece], place: int) -> tuple[int, int]:
    """Return the number of the piece that holds a place of the query, and the place within the piece."""
    for number, piece in enumerate(pieces):
        if place < len(piece.text):
            return number, place
        place -= len(piece.text)
    return len(pieces), 0


def cut_short(pieces: Sequence[QueryPiece], error: QueryError) -> tuple[QueryError, Span] | None:
    """Return the error of a value that ends too early, with its place.

    SQLite reports `due <` at the bracket that milemark puts behind it, where the writer finds nothing.
    """
    number, _place = _piece_at(pieces, error.start)
    if error.rule is not rules.QUERY_SYNTAX or number == len(pieces) or pieces[number].written:
        return None
    written = next((piece.written for piece in reversed(pieces[:number]) if piece.written), None)
    words = tokenize(written.text) if written else ()
    if not written or not words:
        return None
    ended = at(words[-1], rules.QUERY_SYNTAX, word=words[-1].text, about=_("the query ends too early"))
    return ended, part_of(written, ended.start, ended.width)


def part_of(written: Scalar, start: int, width: int) -> Span:
    """Return the place of a part of a value; for a value of several lines, the place of all of it."""
    span = written.span
    if "\n" in written.text or not width:
        return span
    return Span(span.path, span.line, span.column + start + (not written.is_plain), width)
