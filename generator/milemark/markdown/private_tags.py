"""Headings and tasks that a hashtag makes private: `## Raise #private`, `- [ ] Ask for a raise #private/pay`.

Such a tag in other text, or in a heading of level 1, concerns the page: see `privacy/hidden.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it.token import Token

from milemark.markdown.addresses import tags_by_block
from milemark.markdown.private_words import is_private_tag, seen
from milemark.markdown.rendering.parser import read_blocks

_MAY_BE = re.compile(r"#([\w/-]+)")
_TASK = re.compile(r"\[.\]\s")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BODIES = 1 << 14


@lru_cache(_BODIES)
def may_hold_private_tag(body: str) -> bool:
    """Whether a text may hold a hashtag that hides something; a fast test that also finds those in code."""
    return "#" in body and any(is_private_tag(found[1]) for found in _MAY_BE.finditer(seen(body)))


def private_tags(body: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of each section and each task with such a tag: the first, counted from 0, and the one after."""
    blocks = read_blocks(body)
    hiding = {id(block) for block, tags in tags_by_block(blocks) if any(map(is_private_tag, tags))}
    open_: list[Token] = []
    for number, token in enumerate(blocks.tokens):
        if token.nesting > 0:
            open_.append(token)
        elif token.nesting < 0:
            open_.pop()
        elif id(token) in hiding:
            yield from _section(blocks.tokens[number:], open_, body) or _task(blocks.tokens, open_)


def _section(below: Sequence[Token], open_: Sequence[Token], body: str) -> list[tuple[int, int]]:
    """Return the lines from a heading to the next one of its level or above."""
    heading = open_[-1]
    if heading.tag not in _HEADINGS or not heading.map:
        return []
    others = (each for each in below if each.type == "heading_open" and each.map and each.level <= heading.level)
    ends = (each.map[0] for each in others if each.map and each.tag <= heading.tag)
    return [(heading.map[0], next(ends, body.count("\n") + 1))]


def _task(tokens: Sequence[Token], open_: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the lines of the innermost task around a text."""
    for item in reversed(open_):
        if item.type == "list_item_open" and item.map:
            texts = (each for each in tokens if each.type == "inline" and each.map and each.map[0] >= item.map[0])
            if (text := next(texts, None)) and _TASK.match(text.content):
                return [(item.map[0], item.map[1])]
    return []
