"""Finds the queries in a Markdown text.

They are fenced blocks `milemark` and `base`, inline code such as `milemark: count(*) from items`, and embedded views of
bases on a line of their own, `![[Name.base#View]]`. Fences of four or more characters, nested code, and inline code in
double backticks are examples and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.foundation.layout import BASE_ENDING
from milemark.markdown.code import code_spans
from milemark.markdown.outline import parse_blocks
from milemark.markdown.wikilinks import Wikilink, find_wikilinks, parse_wikilink

WORD, BASE = "milemark", "base"
_FENCE = re.compile(rf"^[ \t]*(?:```|~~~)[ \t]*(?:{WORD}|{BASE})\b", re.MULTILINE)
_INLINE_QUERY = re.compile(rf"\s*{WORD}:\s*(\S.*?)\s*", re.DOTALL)
_FENCE_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its lines from `first` to before `end`, counted from 0, its first word, and its text.

    `is_nested` is true within a list, a quote or a container. `level` is the heading level for a title of the block:
    one below the heading above it.
    """

    first: int
    end: int
    word: str
    text: str
    is_nested: bool
    level: int = 2


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """A query in a sentence: its line, counted from 0, and its SQL, which begins at `column`.

    Its inline code, backticks included, stands at the columns from `start` to before `end`.
    """

    line: int
    start: int
    end: int
    sql: str
    column: int

    @property
    def full_sql(self) -> str:
        """The SQL to run: `select ` is added where the author left it out."""
        first_word = next(iter(self.sql.split(maxsplit=1)), "").lower()
        return self.sql if first_word in {"", "select", "with"} else f"select {self.sql}"


@dataclass(frozen=True, slots=True)
class Embed:
    """An embedded view of a base: its line and column, counted from 0, and its reference, `[[Name.base#View]]`."""

    line: int
    column: int
    reference: str


@dataclass(frozen=True, slots=True)
class FoundBlocks:
    """All queries of a text, each kind in the order of the text."""

    fences: tuple[Fence, ...] = ()
    inline_queries: tuple[InlineQuery, ...] = ()
    embeds: tuple[Embed, ...] = ()


def has_blocks(text: str) -> bool:
    """Whether a text may hold a query. A quick test: most texts hold none and need no parsing."""
    if WORD not in text and BASE not in text:
        return False
    return f"{WORD}:" in text or _FENCE.search(text) is not None or any(map(shows_base, find_wikilinks(text)))


def find_blocks(text: str) -> FoundBlocks:
    """Return the queries of a text."""
    if not has_blocks(text):
        return FoundBlocks()
    tokens, lines = parse_blocks(text), text.split("\n")
    return FoundBlocks(
        tuple(_fences_in(tokens)), tuple(_inline_queries_in(tokens, lines)), tuple(_embeds_in(tokens, lines))
    )


def without_inline_queries(text: str) -> str:
    """Return a text with `…` in the place of its inline queries, for places that cannot show their results."""
    if f"{WORD}:" not in text:
        return text
    return "\n".join(map(_without_inline_queries, text.split("\n")))


def _without_inline_queries(line: str) -> str:
    for query in reversed([*_inline_queries_of(0, line)]):
        line = f"{line[: query.start]}…{line[query.end :]}"
    return line


def _fences_in(tokens: list[Token]) -> Iterator[Fence]:
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
        word = next(iter(token.info.split()), "") if token.type == "fence" else ""
        if word in {WORD, BASE} and len(token.markup) == _FENCE_LENGTH and token.map:
            first, end = token.map
            yield Fence(first, end, word, token.content, token.level > 0, min(level + 1, 6))


def _inline_queries_in(tokens: list[Token], lines: list[str]) -> Iterator[InlineQuery]:
    for token in tokens:
        if token.type == "inline" and token.map and f"{WORD}:" in token.content:
            for number in range(*token.map):
                yield from _inline_queries_of(number, lines[number])


def _inline_queries_of(number: int, line: str) -> Iterator[InlineQuery]:
    for span in code_spans(line):
        if span.ticks == 1 and (query := _INLINE_QUERY.fullmatch(span.code(line))):
            yield InlineQuery(number, span.start, span.end, query[1], span.start + span.ticks + query.start(1))


def _embeds_in(tokens: list[Token], lines: list[str]) -> Iterator[Embed]:
    """Yield the embeds that stand alone on their lines, outside of lists, quotes and containers."""
    for token in tokens:
        is_top_level = token.type == "inline" and token.level == 1 and "![[" in token.content
        for number in range(*token.map) if is_top_level and token.map else ():
            written = lines[number].strip()
            if (link := parse_wikilink(written)) and shows_base(link):
                yield Embed(number, lines[number].find("!"), written.removeprefix("!"))


def inline_query(code: str) -> InlineQuery | None:
    """Return the query that the code between two backticks is, or None: `milemark: count(*) from items`."""
    found = _INLINE_QUERY.fullmatch(code)
    return InlineQuery(0, 0, len(code), found[1], found.start(1)) if found else None


def shows_base(link: Wikilink) -> bool:
    """Whether a link embeds a base: `![[next.base#Next]]`."""
    return link.is_embed and link.target.endswith(BASE_ENDING)
