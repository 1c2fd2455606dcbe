"""Where questions stand in a Markdown text.

They are fenced blocks `milemark` and `base`, values in a sentence, `milemark: …`, and views of bases that a line of its
own shows, `![[Name.base#View]]`.
Code of more than three signs, code in code, and a code span of two signs are examples, and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.foundation.layout import BASE_ENDING
from milemark.markdown.code import code_spans
from milemark.markdown.links import Wikilink, find_wikilinks, parse_wikilink
from milemark.markdown.outline import parse_blocks

WORD, BASE = "milemark", "base"
_FENCE = re.compile(rf"^[ \t]*(?:```|~~~)[ \t]*(?:{WORD}|{BASE})\b", re.MULTILINE)
_VALUE = re.compile(rf"\s*{WORD}:\s*(\S.*?)\s*", re.DOTALL)
_SIGNS = 3


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its lines from `first` to before `end`, counted from 0, its first word, and the text in it.

    `is_nested` tells that it stands within a list, a quote or a container; `level` is that of a heading below the one
    that it stands under.
    """

    first: int
    end: int
    word: str
    text: str
    is_nested: bool
    level: int = 2


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """A value in a sentence: its line, from where to where it stands in it, and the question with its own place."""

    line: int
    start: int
    end: int
    sql: str
    column: int


def _embeds_in(tokens: list[Token], lines: list[str]) -> Iterator[Embed]:
    """Yield the embeds that stand alone in their lines, outside of lists, quotes and containers."""
    for token in tokens:
        is_ours = token.type == "inline" and token.level == 1 and "![[" in token.content
        for number in range(*token.map) if is_ours and token.map else ():
            written = lines[number].strip()
            if (link := parse_wikilink(written)) and _shows_base(link):
                yield Embed(number, lines[number].find("!"), written.removeprefix("!"))


def _shows_base(link: Wikilink) -> bool:
    return link.is_embed and link.target.endswith(BASE_ENDING)


def without_inline_queries(text: str) -> str:
    """Return a text with `…` in the place of its values, for where no answer can stand."""
    if f"{WORD}:" not in text:
        return text
    return "\n".join(map(_without_values, text.split("\n")))


def _without_values(line: str) -> str:
    for value in reversed([*_values_of(0, line)]):
        line = f"{line[: value.start]}…{line[value.end :]}"
    return line


def has_blocks(text: str) -> bool:
    """Whether a text may hold a question: most do not, and need not be read."""
    if WORD not in text and BASE not in text:
        return False
    return f"{WORD}:" in text or _FENCE.search(text) is not None or any(map(_shows_base, find_wikilinks(text)))


@dataclass(frozen=True, slots=True)
class Embed:
    """A view of a base that a line shows: the line, counted from 0, where the text begins, and what is referred to."""

    line: int
    column: int
    reference: str


@dataclass(frozen=True, slots=True)
class FoundBlocks:
    """All that a text asks, in its order."""

    fences: tuple[Fence, ...] = ()
    values: tuple[InlineQuery, ...] = ()
    embeds: tuple[Embed, ...] = ()


def _fences_in(tokens: list[Token]) -> Iterator[Fence]:
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        word = next(iter(token.info.split()), "") if token.type == "fence" else ""
        if word in {WORD, BASE} and len(token.markup) == _SIGNS and token.map:
            first, end = token.map
            yield Fence(first, end, word, token.content, token.level > 0, min(level + 1, 6))


def _values_in(tokens: list[Token], lines: list[str]) -> Iterator[InlineQuery]:
    for token in tokens:
        if token.type == "inline" and token.map and f"{WORD}:" in token.content:
            for number in range(*token.map):
                yield from _values_of(number, lines[number])


def _values_of(number: int, line: str) -> Iterator[InlineQuery]:
    for span in code_spans(line):
        if span.ticks == 1 and (found := _VALUE.fullmatch(span.code(line))):
            yield InlineQuery(number, span.start, span.end, found[1], span.start + span.ticks + found.start(1))


def find_blocks(text: str) -> FoundBlocks:
    """Return the blocks and the values of a text."""
    if not has_blocks(text):
        return FoundBlocks()
    tokens, lines = parse_blocks(text), text.split("\n")
    return FoundBlocks(tuple(_fences_in(tokens)), tuple(_values_in(tokens, lines)), tuple(_embeds_in(tokens, lines)))
