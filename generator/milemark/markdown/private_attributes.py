"""Blocks with a private class in braces: `## Plans {.private}`, `a paragraph {: .private }`, `[pay]{.private}`.

The block that holds the braces is private, in a heading the section below it; braces on a line of their own belong to
the blocks next to them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from milemark.markdown.private_elements import is_private_attribute
from milemark.markdown.private_words import mentions_private
from milemark.markdown.rendering.attributes import INLINE, parse_attributes

_ALONE = re.compile(r"[ \t>]*\{[^{}\n]*\}[ \t]*")
_MOST = 100  # blocks; a page with more of them is hidden below the next
_WITHIN = frozenset({"bullet_list_open", "ordered_list_open", "table_open", "thead_open", "tbody_open"})


def may_hold_private_attributes(text: str) -> bool:
    """Whether a text may hold braces with a private class; a fast test."""
    return "{" in text and any(map(_is_private, INLINE.finditer(text)))


def private_attributes(shown: str, tokens: Sequence[Token], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the lines of the private blocks of a text with its code masked: the first, and the one after the last."""
    blocks = [token for token in tokens if token.map and token.type != "inline"]
    lines = shown.split("\n")
    for count, found in enumerate(filter(_is_private, INLINE.finditer(shown))):
        if count == _MOST:
            yield bisect_right(starts, found.start()) - 1, len(lines)
            return
        number = bisect_right(starts, found.start()) - 1
        is_alone = _ALONE.fullmatch(lines[number]) is not None
        owners = _beside(blocks, number) if is_alone else _around(blocks, number)
        yield from ((number, number + 1), *(_section(blocks, owner) for owner in owners))


def _is_private(braces: re.Match[str]) -> bool:
    if not mentions_private(braces[0]):
        return False
    return any(is_private_attribute(name, value) for name, value in parse_attributes(braces["list"]).items())


def _lines(block: Token) -> tuple[int, int]:
    first, end = block.map or (0, 0)
    return first, end


def _around(blocks: Sequence[Token], number: int) -> Sequence[Token]:
    """Return the smallest block that holds a line, or the item of a list that begins with this block."""
    around = [each for each in blocks if each.type not in _WITHIN and _lines(each)[0] <= number < _lines(each)[1]]
    if not around:
        return ()
    smallest = min(around, key=lambda each: _lines(each)[1] - _lines(each)[0])
    items = [each for each in around if each.type == "list_item_open" and _lines(each)[0] == _lines(smallest)[0]]
    return items[-1:] or [smallest]


def _beside(blocks: Sequence[Token], number: int) -> Sequence[Token]:
    """Return the outermost block that holds a line and others, else those that end or begin there."""
    outer = [each for each in blocks if not each.level]
    around = (each for each in outer if _lines(each)[0] <= number < _lines(each)[1])
    longer = [each for each in around if _lines(each) != (number, number + 1)]
    return longer or [each for each in outer if _lines(each)[1] == number or _lines(each)[0] == number + 1]


def _section(blocks: Sequence[Token], owner: Token) -> tuple[int, int]:
    """Return the lines of a block, of a heading with everything up to the next one of its level."""
    first, end = _lines(owner)
    if owner.type != "heading_open":
        return first, end
    outer = [each for each in blocks if not each.level]
    around = (_lines(each)[1] for each in outer if owner.level and _lines(each)[0] <= first < _lines(each)[1])
    last = next(around, None) or max(_lines(each)[1] for each in outer)
    below = (each for each in blocks if each.type == "heading_open" and _lines(each)[0] > first)
    ends = (_lines(each)[0] for each in below if each.tag <= owner.tag and each.level <= owner.level)
    return first, min(next(ends, last), last)
