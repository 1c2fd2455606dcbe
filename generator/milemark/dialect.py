"""Body text as publishers read it: the same lists, indented so that Python-Markdown counts the tasks we count.

CommonMark nests by the width of the marker, Python-Markdown by four blanks; and only Python-Markdown wants an empty
line before a list. Nothing else of a body is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.blocks import MAX_LIST_DEPTH
from milemark.outline import parse_blocks

_MARKER = re.compile(r"( *)([-+*]|\d{1,9}[.)])(?: +|$)")
_NO_MARKER = re.compile(r"[ \t]*(?:\d{1,9}(?=[.)][ \t])|(?=[-+*][ \t]))")
_INDENT = 4


@dataclass(frozen=True, slots=True)
class _Line:
    """How one line stands in lists: `depth` items around it, and the column where the innermost's content begins."""

    depth: int
    content: int
    marker: re.Match[str] | None = None


def for_publisher(body: str) -> str:
    r"""Return the body with its lists re-indented: `1. a\n   - b` becomes `1. a\n    - b`."""
    lines = body.split("\n")
    tokens = parse_blocks(body)
    if max((depth for _, depth in _list_tokens(tokens)), default=0) > MAX_LIST_DEPTH:
        return "\n".join("    " + line for line in lines)  # as code: Python-Markdown would not survive the lists
    places = _places(tokens, lines)
    breaks = _breaks(tokens, lines, places)
    continued = _continued(tokens)
    written: list[str] = []
    for number, line in enumerate(lines):
        if number in breaks:
            written.append("")
        place = places.get(number)
        text = _as_text(line) if number in continued else line
        written.append(_indented(text, place) if place and line.strip() else line)
    return "\n".join(written)


def _list_tokens(tokens: list[Token]) -> list[tuple[Token, int]]:
    """Return list items outside of quotes, with the number of items around each."""
    found: list[tuple[Token, int]] = []
    depth = quotes = 0
    for token in tokens:
        quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type == "list_item_open":
            if not quotes:
                found.append((token, depth))
            depth += 1
        depth -= token.type == "list_item_close"
    return found


def _places(tokens: list[Token], lines: list[str]) -> dict[int, _Line]:
    places: dict[int, _Line] = {}
    for token, depth in _list_tokens(tokens):
        first, end = token.map or (0, 0)
        outer = places.get(first, _Line(0, 0))
        marker = _MARKER.match(_spaces(lines[first])[outer.content :])
        if not marker or outer.marker:  # a second list on the same line keeps the first one's place
            continue
        content = outer.content + marker.end()
        places[first] = _Line(depth, content, marker)
        places.update({number: _Line(depth + 1, content) for number in range(first + 1, end)})
    return places


def _breaks(tokens: list[Token], lines: list[str], places: dict[int, _Line]) -> set[int]:
    """Return the lines that need an empty line before them.

    Such are the edges of lists, and items that Python-Markdown would take into the block above: one that begins with
    other text, or deeper in the list.
    """
    ranges = [token.map for token in tokens if token.type.endswith("_list_open") and token.level == 0 and token.map]
    edges = {number for pair in ranges for number in pair}
    breaks: set[int] = set()
    first = 0  # where the block of this line begins
    for number, line in enumerate(lines):
        if not line.strip():
            first = number + 1
        elif number > first and (number in edges or _is_swallowed(places.get(number), places.get(first))):
            breaks.add(number)
            first = number
    return breaks


def _continued(tokens: list[Token]) -> set[int]:
    """Return the lines that go on the text of the line above."""
    texts = [token.map for token in tokens if token.type == "inline" and token.map]
    return {number for first, end in texts for number in range(first + 1, end)}


def _as_text(line: str) -> str:
    """Return a line that goes on a text so that Python-Markdown, too, begins no list with it."""
    found = _NO_MARKER.match(line)
    return f"{found[0]}\\{line[found.end() :]}" if found else line


def _is_swallowed(place: _Line | None, block: _Line | None) -> bool:
    if place is None or place.marker is None:
        return False
    return block is None or block.marker is None or block.depth > place.depth


def _spaces(line: str) -> str:
    return line.expandtabs(_INDENT) if "\t" in line else line


def _indented(line: str, place: _Line) -> str:
    line = _spaces(line)
    if place.marker:
        mark = place.marker[2].replace(")", ".")
        return " " * (_INDENT * place.depth) + f"{mark} {line[place.content :]}".rstrip()
    own = len(line) - len(line.lstrip(" "))
    return " " * (_INDENT * place.depth + max(own - place.content, 0)) + line.lstrip(" ")
