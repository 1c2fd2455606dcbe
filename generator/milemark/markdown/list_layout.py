"""The place of each line in the lists of a text, and the lines before which Python-Markdown needs an empty line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.token import Token

_MARKER = re.compile(r"( *)([-+*]|\d{1,9}[.)])(?: ?(?= *$)| {1,4}(?! )| (?= ))")
_TAB = 4
# Blocks that may be rewritten. In a list item, each needs empty lines around it.
BLOCKS = frozenset({"fence", "html_block", "blockquote_open", "container_open", "heading_open", "code_block", "hr"})


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a line in lists: `depth` items around it, and the column where the innermost content begins."""

    depth: int
    content: int
    markers: tuple[str, ...] = ()

    @property
    def inside(self) -> int:
        """The depth of the content of the last item on this line."""
        return self.depth + len(self.markers)


def places_of(tokens: list[Token], lines: list[str]) -> dict[int, Place]:
    """Return the place of each line that stands in a list."""
    places: dict[int, Place] = {}
    depth = 0
    for token in tokens:
        depth -= token.type == "list_item_close"
        if token.type != "list_item_open":
            continue
        first, end = token.map or (0, 0)
        outer = places.get(first, Place(0, 0))
        marker = _MARKER.match(spaced(lines[first])[outer.content :])
        depth += 1
        if not marker:
            continue
        content = outer.content + marker.end()
        places[first] = Place(outer.depth, content, (*outer.markers, marker[2].replace(")", ".")))
        places.update(dict.fromkeys(range(first + 1, end), Place(depth, content)))
    return places


def spaced(line: str) -> str:
    """Return a line with its tabs expanded."""
    return line.expandtabs(_TAB) if "\t" in line else line


def breaks_before(tokens: list[Token], lines: list[str], places: dict[int, Place]) -> set[int]:
    """Return the lines that need an empty line before them.

    These are the edges of lists, and items that Python-Markdown would join to the block above: one that begins with
    other text, or deeper in the list.
    """
    edges = _edges(tokens, places)
    breaks: set[int] = set()
    first = 0  # where the block of this line begins
    for number, line in enumerate(lines):
        if not line.strip():
            first = number + 1
        elif number > first and (number in edges or _is_swallowed(places.get(number), places.get(first))):
            breaks.add(number)
            first = number
    return breaks


def _edges(tokens: list[Token], places: dict[int, Place]) -> set[int]:
    edges: set[int] = set()
    for token in tokens:
        if not token.map:
            continue
        first, end = token.map
        if token.type.endswith("_list_open") and token.level == 0:
            edges.update(token.map)
        elif token.type in {"blockquote_open", "code_block"} and first not in places:
            edges.update({end} if token.type == "code_block" else token.map)
        elif token.type in BLOCKS and (place := places.get(first)):
            edges.update({end} if place.markers else token.map)
    return edges


def inner_items(tokens: list[Token], lines: list[str], places: dict[int, Place], breaks: set[int]) -> set[int]:
    """Return the inner items of those lists in a container that hold an empty line.

    Python-Markdown would move the text of an item after the list in it, and find no box at its beginning.
    """
    loose: set[int] = set()
    for token in tokens:
        if token.map and token.level == 0 and token.type.endswith("_list_open"):
            first, end = token.map
            while end > first and not lines[end - 1].strip():
                end -= 1
            if any(number in breaks or not lines[number].strip() for number in range(first + 1, end)):
                loose.update(number for number in range(first + 1, end) if _is_inner(places.get(number)))
    return {number for number in loose if lines[number - 1].strip()}


def _is_inner(place: Place | None) -> bool:
    return place is not None and bool(place.markers) and place.depth > 0


def _is_swallowed(place: Place | None, block: Place | None) -> bool:
    if place is None or not place.markers:
        return False
    return block is None or not block.markers or block.depth > place.depth
