"""The code in a Markdown text: fenced and indented blocks, and spans between backticks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from markdown_it.token import Token

_TICKS = re.compile(r"\\[\\`]|(?P<run>`+)")
# A fence at any indent and behind the markers of any container.
FENCE = re.compile(r"(?:[^\w`~]|\d{1,9}[.)])*+(?P<run>`{3,}+|~{3,}+)(?P<info>[^\n]*)")
_MASK = "x"
_TABLE = re.compile(r"^[ \t>]*+\|?[ \t]*+:?-++:?[ \t]*+\|[-|: \t]*+$", re.MULTILINE)
_TICK_IN_TAG = re.compile(r"<[A-Za-z/!?][^<>`]*+`[^<>]*+>")


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


def fences_by_line(body: str) -> Iterator[tuple[int, int]]:
    """Yield the blocks between fences at any indent, as one who knows no containers reads them; as `code_blocks`."""
    first, run = 0, ""
    for number, line in enumerate(body.split("\n")):
        found = FENCE.match(line)
        if found and not run:
            first, run = number, found["run"]
        elif found and found["run"].startswith(run) and not found["info"].strip():
            yield first, number + 1
            run = ""


def text_blocks(tokens: Iterable[Token]) -> Iterator[tuple[int, int]]:
    """Yield the blocks of text, such as paragraphs and headings: the first line of each, and the line after it."""
    for token in tokens:
        if token.map and token.type == "inline":
            yield token.map[0], token.map[1]


def without_code(body: str, blocks: Iterable[tuple[int, int]], texts: Iterable[tuple[int, int]]) -> str:
    """Return a body with `x` for each character in its blocks of code, and in the code spans of its texts.

    Every character keeps its place. In doubt, a span is left, so that a mark in it is never overlooked: a span over
    several lines, across the cells of a table, or between backticks of which one may belong to a tag.
    """
    lines = body.split("\n")
    is_table = _TABLE.search(body) is not None
    for number in (number for first, end in texts for number in range(first, min(end, len(lines)))):
        lines[number] = _without_spans(lines[number], is_table=is_table)
    for number in (number for first, end in blocks for number in range(first, min(end, len(lines)))):
        lines[number] = _MASK * len(lines[number])
    return "\n".join(lines)


def _without_spans(line: str, *, is_table: bool) -> str:
    if "`" not in line or _TICK_IN_TAG.search(line):
        return line
    kept, last = [], 0
    for span in code_spans(line):
        if not (is_table and "|" in line[span.start : span.end]):
            kept += [line[last : span.start], _MASK * (span.end - span.start)]
            last = span.end
    return "".join([*kept, line[last:]])
