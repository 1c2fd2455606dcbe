"""The blocks of a text, also in containers that CommonMark lacks: footnotes, definitions, lettered lists.

A public page may be read by a program that knows them, and an author who uses them sees a fence in one as a fence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from milemark.markdown.admonitions import INDENT
from milemark.markdown.outline import parse_blocks

KNOWN = r"(?P<known>(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*+)"  # the markers of CommonMark
# The box of a task is text to CommonMark: without it, a fence behind it begins.
_MARKER = re.compile(
    rf"^{KNOWN}(?:(?P<box>\[[^\]\n]\])|\[\^[^\]\n]+\]:|[:~]|\(?[^\W\d_]{{1,5}}[.)]|\#\.)"
    r"(?:(?P<blanks>[ \t]++)(?=[^\n])|[ \t]*+$)",
    re.MULTILINE,
)
_MARKS = 3  # of containers that begin in one line


def parse_loosely(text: str) -> list[Token]:
    """Return the block tokens of a text, reading each footnote, definition and item of a lettered list as a list item.

    Lines keep their numbers, and the content of a closed fence ends with a line break.
    """
    return parse_blocks(as_lists(text) + "\n")


def as_lists(text: str) -> str:
    """Return a text with `-` for the mark of each footnote, definition and item of a lettered list."""
    for _depth in range(_MARKS):
        text = _MARKER.sub(_as_item, text)
    return text


def _as_item(found: re.Match[str]) -> str:
    if found["box"]:
        return found["known"]
    width = len(found[0]) - len(found["known"])
    marker = "-".ljust(max(min(width, INDENT), 2))
    return found["known"] + (marker if found["blanks"] else f"{marker}#")  # an empty item would end at an empty line


def closed_fences(tokens: Iterable[Token]) -> Iterator[tuple[int, int]]:
    """Yield the first line of each closed fence from `parse_loosely`, counted from 0, and the line after its last."""
    for token in tokens:
        if token.type == "fence" and token.map:
            first, end = token.map
            if token.content.count("\n") == end - first - 2:  # without the lines of both fences
                yield first, end


def indented_code(body: str) -> Iterator[tuple[int, int]]:
    """Yield the first line of each block of indented code, counted from 0, and the line after its last."""
    for token in parse_loosely(body):
        if token.type == "code_block" and token.map:
            yield token.map[0], token.map[1]
