"""Where questions stand in a Markdown text: fenced blocks `milemark`, and values in a sentence, `milemark: …`.

Code of more than three signs, code in code, and a code span of two signs are examples, and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.outline import parse_blocks

WORD = "milemark"
_FENCE = re.compile(rf"^[ \t]*(?:```|~~~)[ \t]*{WORD}\b", re.MULTILINE)
_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_VALUE = re.compile(rf"\s*{WORD}:\s*(\S.*?)\s*", re.DOTALL)
_SIGNS = 3


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its lines from `first` to before `end`, counted from 0, and the text in it.

    `is_nested` tells that it stands within a list, a quote or a container; `level` is that of a heading below the one
    that it stands under.
    """

    first: int
    end: int
    text: str
    is_nested: bool
    level: int = 2


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a sentence: its line, from where to where it stands in it, and the question with its own place."""

    line: int
    start: int
    end: int
    sql: str
    column: int


def without_values(text: str) -> str:
    """Return a text with `…` in the place of its values, for where no answer can stand."""
    if f"{WORD}:" not in text:
        return text
    return _SPAN.sub(lambda span: "…" if len(span[1]) == 1 and _VALUE.fullmatch(span[2]) else span[0], text)


def has_questions(text: str) -> bool:
    """Whether a text may hold a question: most do not, and need not be read."""
    return f"{WORD}:" in text or _FENCE.search(text) is not None


@dataclass(frozen=True, slots=True)
class Questions:
    """All that a text asks, in its order."""

    fences: tuple[Fence, ...] = ()
    values: tuple[Value, ...] = ()


def _fences_in(tokens: list[Token]) -> Iterator[Fence]:
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        is_ours = token.type == "fence" and len(token.markup) == _SIGNS and token.info.split()[:1] == [WORD]
        if is_ours and token.map:
            first, end = token.map
            yield Fence(first, end, token.content, token.level > 0, min(level + 1, 6))


def _values_in(tokens: list[Token], lines: list[str]) -> Iterator[Value]:
    for token in tokens:
        if token.type == "inline" and token.map and f"{WORD}:" in token.content:
            for number in range(*token.map):
                yield from _values_of(number, lines[number])


def _values_of(number: int, line: str) -> Iterator[Value]:
    for span in _SPAN.finditer(line):
        found = _VALUE.fullmatch(span[2]) if len(span[1]) == 1 else None
        if found:
            yield Value(number, span.start(), span.end(), found[1], span.start(2) + found.start(1))


def questions_in(text: str) -> Questions:
    """Return the blocks and the values of a text."""
    if not has_questions(text):
        return Questions()
    tokens = parse_blocks(text)
    return Questions(tuple(_fences_in(tokens)), tuple(_values_in(tokens, text.split("\n"))))
