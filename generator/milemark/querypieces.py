"""A question put together of parts, and where a part of it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milemark.foundation.diagnostics import Span
from milemark.markdown.document import Mapping, Scalar
from milemark.querywords import QueryError


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a question, and the value it was written in; our own words have none."""

    text: str
    written: Scalar | None = None


def place_of(pieces: Sequence[Piece], error: QueryError, root: Mapping) -> Span:
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
