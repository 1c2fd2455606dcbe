"""The code in a Markdown text: fenced and indented blocks, and spans between backticks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from markdown_it.token import Token

_TICKS = re.compile(r"\\[\\`]|(?P<run>`+)")
_MASK = "x"


class CodeSpan(NamedTuple):
    """Code between backticks: it begins at `start`, ends before `end`, and has `ticks` backticks on each side."""

    start: int
    end: int
    ticks: int

    def code(self, text: str) -> str:
        """Return the code in `text`, without its backticks."""
        return text[self.start + self.ticks : self.end - self.ticks]


def code_spans(text: str) -> Iterator[CodeSpan]:
    """Yield the code spans of a paragraph or a line: from a run of backticks to the next run of the same length."""
    if "`" not in text:
        return
    ends: dict[int, list[int]] = {}
    for run in reversed([*re.finditer("`+", text)]):
        ends.setdefault(len(run[0]), []).append(run.end())
    done = 0
    for opener in _TICKS.finditer(text):
        if not opener["run"] or opener.start() < done:  # escaped, or within the last span
            continue
        ticks = len(opener["run"])
        closers = ends.get(ticks, [])
        while closers and closers[-1] <= opener.end():
            closers.pop()
        if closers:
            done = closers[-1]
            yield CodeSpan(opener.start(), done, ticks)


def is_code(token: Token) -> bool:
    """Whether a block token is a fenced or indented block of code."""
    return token.type in {"fence", "code_block"} and token.map is not None


def code_blocks(tokens: Iterable[Token]) -> Iterator[tuple[int, int]]:
    """Yield the fenced and indented blocks of code: the first line of each, counted from 0, and the line after it."""
    for token in tokens:
        if token.map and is_code(token):
            yield token.map[0], token.map[1]


def code_places(body: str, tokens: Iterable[Token]) -> bytearray:
    """Return for each character of a body whether it is code, as CommonMark reads it. `tokens` are its blocks."""
    places = bytearray(len(body) + 1)
    lines = body.split("\n")
    starts = [*accumulate((len(line) + 1 for line in lines), initial=0)]
    starts[-1] = len(body) + 1
    for token in tokens:
        if token.map and (token.type == "inline" or is_code(token)):
            first, end = (starts[min(line, len(lines))] for line in token.map)
            spans = code_spans(body[first:end]) if token.type == "inline" else (CodeSpan(0, end - first, 0),)
            for span in spans:
                places[first + span.start : first + span.end] = b"\x01" * (span.end - span.start)
    return places


def without_code(body: str, tokens: Iterable[Token] = ()) -> str:
    """Return a body with `x` for each character of the code blocks in `tokens`, and of code spans within one line.

    Every character keeps its place. A span over several lines is left, so that a mark in it is never overlooked.
    """
    lines = [_without_spans(line) for line in body.split("\n")]
    for first, end in code_blocks(tokens):
        for number in range(first, min(end, len(lines))):
            lines[number] = _MASK * len(lines[number])
    return "\n".join(lines)


def _without_spans(line: str) -> str:
    for span in code_spans(line):
        line = f"{line[: span.start]}{_MASK * (span.end - span.start)}{line[span.end :]}"
    return line
