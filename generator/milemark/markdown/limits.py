"""The parts of a body that take too long to render: the site shows them as plain text.

Python-Markdown, which renders for every publisher, searches the rest of a block from each sign that may begin a link,
an emphasis or a tag: a paragraph of 60 KB of `[` takes minutes. It reads a block again for each heading or rule within
it, and it recurses. The limits are estimates of that time, and several times what any of 18,000 real files needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import NamedTuple

from markdown_it.token import Token

_PER_BLOCK = 10_000_000  # signs times characters: about a second
_PER_BODY = 2 * _PER_BLOCK
_SHORT = 1_000  # characters: no shorter body exceeds a limit
_BLOCKS = 50_000  # at 0.05 ms each
_FENCE_COST = 5  # blocks
_CELLS = 100_000  # Python-Markdown fills the rows of a table up to its width
_NESTED = 200  # definitions, or tags with the attribute `markdown`: Python-Markdown recurses
_SIGN = re.compile(r"[\[{<*_`~^=+&\\]|  \n")
# Lines that end the block around them.
_BLOCK_SIGN = re.compile(r"[ \t>]*(?:#{1,6}(?!#)|={2,}|(?:[-*_][ \t]*){2,}$|:[ \t]|!!!|\?\?\?|```|~~~)")
_DEFINITION = re.compile(r"[ \t>]*:[ \t]")
_TAG = re.compile(r"<(?P<end>/?)\w[^<>]*>")
_OPENS_MARKDOWN = re.compile(r"\smarkdown\b")
_FENCE = re.compile(r" {0,3}(~+|`+)")


class Excess(NamedTuple):
    """A part of a body that takes too long to render: its first line, counted from 0, and the line after it.

    `is_whole` if the whole body is shown as plain text because of it.
    """

    first: int
    end: int
    is_whole: bool = False


def find_excess(body: str, tokens: Sequence[Token]) -> tuple[Excess, ...]:
    """Return the parts of a body to show as plain text; one that `is_whole` stands alone. `tokens` are its blocks."""
    if len(body) < _SHORT:
        return ()
    found = (*_structures(tokens, body.split("\n")), *_costly(tokens))
    return next(((each,) for each in found if each.is_whole), found)


def is_costly(text: str) -> bool:
    """Whether the inline Markdown of one text takes too long to parse."""
    return len(text) ** 2 > _PER_BLOCK and _cost(text) > _PER_BLOCK


def as_plain_text(body: str, parts: Sequence[Excess]) -> str:
    """Return a body with some of its parts as blocks of code."""
    lines = body.split("\n")
    for each in reversed(parts):
        place = slice(0, len(lines)) if each.is_whole else slice(each.first, each.end)
        lines[place] = _fenced(lines[place])
    return "\n".join(lines)


def _fenced(lines: Sequence[str]) -> list[str]:
    runs = [found[1] for line in lines if (found := _FENCE.match(line))]
    sign = min("~`", key=lambda sign: max((len(run) for run in runs if run[0] == sign), default=0))
    fence = sign * max(3, 1 + max((len(run) for run in runs if run[0] == sign), default=0))
    return ["", f"{fence}text", *lines, fence, ""]


def _costly(tokens: Sequence[Token]) -> Iterator[Excess]:
    """Yield the paragraphs and HTML blocks that cost too much, by themselves or after those before them."""
    total = 0
    for token in tokens:
        if token.map and token.type in {"inline", "html_block"}:
            cost = _cost(token.content)
            total += cost
            if cost > _PER_BLOCK or (total > _PER_BODY and cost > _PER_BODY // 1_000):
                first, end = token.map
                yield Excess(first, end, is_whole=token.level > (token.type == "inline"))


def _cost(text: str) -> int:
    return len(text) * sum(1 for _found in _SIGN.finditer(text))


def _structures(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[Excess]:
    """Yield the first place at which a body has too many blocks, cells or nested elements."""
    found = (_many_blocks(tokens), _wide_tables(tokens), _nested_tags(tokens), _long_runs(tokens, lines))
    yield from (Excess(line, line + 1, is_whole=True) for line in islice(chain.from_iterable(found), 1))


def _many_blocks(tokens: Sequence[Token]) -> Iterator[int]:
    blocks = [token for token in tokens if token.map and token.type != "inline"]
    counts = accumulate(_FENCE_COST if token.type == "fence" else 1 for token in blocks)
    yield from (token.map[0] for token, count in zip(blocks, counts, strict=True) if token.map and count > _BLOCKS)


def _wide_tables(tokens: Sequence[Token]) -> Iterator[int]:
    tables = [token for token in tokens if token.type == "inline" and _is_table(token.content)]
    cells = accumulate(_cells(token.content) for token in tables)
    yield from (token.map[0] for token, total in zip(tables, cells, strict=True) if token.map and total > _CELLS)


def _is_table(text: str) -> bool:
    _head, _break, rest = text.partition("\n")
    delimiters = rest.partition("\n")[0]
    return "-" in delimiters and not delimiters.strip(" \t|:-")


def _cells(table: str) -> int:
    return (table.partition("\n")[0].count("|") + 1) * (table.count("\n") + 1)


def _nested_tags(tokens: Sequence[Token]) -> Iterator[int]:
    depth = 0
    for token in tokens:
        for tag in _TAG.finditer(token.content) if token.type == "html_block" and "markdown" in token.content else ():
            depth = max(depth - 1, 0) if tag["end"] else depth + bool(_OPENS_MARKDOWN.search(tag[0]))
            if depth > _NESTED and token.map:
                yield token.map[0]
                return


def _long_runs(tokens: Sequence[Token], lines: Sequence[str]) -> Iterator[int]:
    """Yield the first line of each run of lines, without an empty one, in which too many blocks begin."""
    is_code = bytearray(len(lines) + 1)
    for token in tokens:
        if token.type == "fence" and token.map and _is_closed(token, lines):
            is_code[token.map[0] : token.map[1]] = b"\x01" * (token.map[1] - token.map[0])
    first = signs = definitions = length = total = 0
    for number, line in enumerate(lines):
        if is_code[number] or not line.strip(" \t>"):
            first, signs, definitions, length = number + 1, 0, 0, 0
            continue
        length += len(line) + 1
        is_sign = _BLOCK_SIGN.match(line) is not None
        signs += is_sign
        definitions += is_sign and _DEFINITION.match(line) is not None
        total += length * is_sign
        if definitions > _NESTED or total > _PER_BODY:
            yield first
            return


def _is_closed(fence: Token, lines: Sequence[str]) -> bool:
    last = lines[min((fence.map or (0, 1))[1], len(lines)) - 1].strip(" \t>")
    return last.startswith(fence.markup) and not last.strip(fence.markup[0])
