"""Rewrite a body for publishers: lists are indented so that Python-Markdown shows the tasks that we count.

CommonMark nests by the width of the marker, Python-Markdown by four spaces; only Python-Markdown needs an empty
line before a list. Quotes and containers are rewritten as bodies of their own. Unsafe addresses are neutralised;
everything else stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import accumulate

from markdown_it.token import Token

from milemark.markdown import html_blocks
from milemark.markdown.admonitions import INDENT
from milemark.markdown.limits import as_plain_text
from milemark.markdown.lint import MAX_LIST_DEPTH, NESTING
from milemark.markdown.list_layout import BLOCKS, Place, breaks_before, inner_items, places_of, spaced
from milemark.markdown.outline import parse_blocks, read_blocks
from milemark.markdown.unsafe_links import may_hold_unsafe, neutralised

_QUOTED_ITEM = re.compile(r"[ \t>]*(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)")
# A quote or a container without any of these is left as written.
_WRITABLE = re.compile(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])(?:[ \t]|$)|```|~~~|<!--|!!!|\?\?\?|===", re.MULTILINE)
_QUOTE = re.compile(r" {0,3}> ?")
_NESTING = {f"{name}_{end}": step for name in NESTING for end, step in (("open", 1), ("close", -1))}
_OUTER = {"blockquote_open": 1, "container_open": 1, "blockquote_close": -1, "container_close": -1}
_APART = {"fence", "blockquote_open", "container_open", "code_block"}
_BARE_BOX = re.compile(r"\[[ xX]\]\s+")
_NOTHING = "<!-- -->"  # the text of an item that begins with a block; also ends a list before code


class _Kind(Enum):
    """The kind of container a block of lines belongs to."""

    PAGE = auto()
    QUOTE = auto()
    CONTAINER = auto()


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that may need rewriting: its lines from `first`, without the indent of the list item around it.

    `marked` are the HTML tags around tasks, None within a quote or container.
    """

    token: Token
    first: int
    lines: list[str]
    place: Place | None
    before: Token | None
    marked: frozenset[tuple[int, int]] | None
    is_moved: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rewritten lines, up to the line `end`; `is_apart` if no text may stand before the first."""

    end: int
    lines: list[str]
    is_apart: bool = False


def for_publisher(body: str) -> str:
    r"""Return the body with its lists re-indented: `1. a\n   - b` becomes `1. a\n    - b`."""
    body = as_plain_text(body, read_blocks(body).excess)
    safe = neutralised(body, parse_blocks(body)) if may_hold_unsafe(body) else body
    return "\n".join(_written(safe.split("\n"), _Kind.PAGE))


def _written(lines: list[str], kind: _Kind) -> list[str]:
    tokens = parse_blocks("\n".join(lines))
    if _depth(tokens) > MAX_LIST_DEPTH:
        return ["    " + line for line in lines]  # as code: so deep a list crashes Python-Markdown
    own = _own(tokens)
    places = places_of(own, lines)
    tags = html_blocks.tags_of(tokens) if kind is _Kind.PAGE else html_blocks.Tags()
    pieces = dict(_pieces(_blocks(own, lines, places, tags.around if kind is _Kind.PAGE else None)))
    breaks = breaks_before(own, lines, places)
    if kind is _Kind.CONTAINER:
        breaks |= inner_items(own, lines, places, breaks)
    texts = dict(_texts(own))
    written: list[str] = []
    skipped = 0
    for number, line in enumerate(lines):
        if number < skipped:
            continue
        if number in breaks:
            written.append("")
        place = places.get(number)
        if piece := pieces.get(number):
            skipped = piece.end
            written.extend(_placed(piece, place) if place else piece.lines)
        elif place and line.strip():
            text = html_blocks.as_text(line) if texts.get(number) else line
            text = text.lstrip(" \t") if number in texts and not place.markers else text
            written.extend(_indented(text, place, _NOTHING if number + 1 in breaks else ""))
        else:
            written.append(html_blocks.without_fence(line) if texts.get(number) else line)
    return [*written, "", *(f"</{name}>" for name in tags.unclosed), ""] if tags.unclosed else written


def _depth(tokens: list[Token]) -> int:
    steps = (_NESTING[token.type] for token in tokens if token.type in _NESTING)
    return max(accumulate(steps), default=0)


def _own(tokens: list[Token]) -> list[Token]:
    """Return the tokens outside quotes and containers, and the outermost quotes and containers themselves."""
    if not any(token.type in _OUTER for token in tokens):
        return tokens
    own: list[Token] = []
    outer = 0
    for token in tokens:
        step = _OUTER.get(token.type, 0)
        outer += min(step, 0)
        if not outer:
            own.append(token)
        outer += max(step, 0)
    return own


def _blocks(
    tokens: list[Token], lines: list[str], places: dict[int, Place], marked: frozenset[tuple[int, int]] | None
) -> Iterator[_Block]:
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.map and token.type in BLOCKS:
            first, end = token.map
            found = [_local(lines[number], places.get(number)) for number in range(first, end)]
            while found and not found[-1].strip():
                found.pop()
            if found:
                indent = _blanks(found[0]) if first in places and token.type != "code_block" else 0
                found = [line[min(_blanks(line), indent) :] for line in found]
                yield _Block(token, first, found, places.get(first), before, marked, indent > 0)


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _pieces(blocks: Iterator[_Block]) -> Iterator[tuple[int, _Piece]]:
    """Yield the rewritten pieces by their first lines."""
    holds_list = False  # the quote before
    for block in blocks:
        written = _REWRITTEN[block.token.type](block)
        if block.token.type == "blockquote_open":
            if holds_list and block.before and block.before.type == "blockquote_close":
                written = [_NOTHING, "", *written]  # Python-Markdown would join the two quotes
            holds_list = any(_QUOTED_ITEM.match(line) for line in block.lines)
        is_apart = block.place is not None and bool(block.place.markers) and block.token.type in _APART
        if is_apart or block.is_moved or written != block.lines:
            yield block.first, _Piece(block.first + len(block.lines), written, is_apart)


def _fence(block: _Block) -> list[str]:
    return html_blocks.fence(block.token, block.lines)


def _html(block: _Block) -> list[str]:
    is_nested = block.marked is None or block.place is not None
    if block.lines[0].lstrip().startswith("<!--"):
        return html_blocks.comment(block.lines, is_nested=is_nested)
    return html_blocks.html(block.lines, frozenset() if is_nested else block.marked or frozenset(), block.first)


def _heading(block: _Block) -> list[str]:
    if block.place is None or len(block.lines) == 1:
        return block.lines
    return [f"{'#' * int(block.token.tag[1])} {' '.join(line.strip() for line in block.lines[:-1])}"]


def _rule(block: _Block) -> list[str]:
    return ["***"] if "   " in block.lines[0].strip() else block.lines  # Python-Markdown would make list items


def _code(block: _Block) -> list[str]:
    if block.before and block.before.type.endswith(("_list_close", "container_close")):
        return [_NOTHING, "", *block.lines]  # it would continue the block before
    return [*block.lines, "", _NOTHING] if html_blocks.opens_code(block.lines) else block.lines


def _quote(block: _Block) -> list[str]:
    lines = block.lines
    if not _WRITABLE.search("\n".join(lines)):
        return lines
    inner = [_QUOTE.sub("", spaced(line), count=1) for line in lines]
    is_lazy = [not _QUOTE.match(spaced(line)) for line in lines]
    inner = [
        html_blocks.as_text(line.lstrip(" \t")) if lazy else line for line, lazy in zip(inner, is_lazy, strict=True)
    ]
    written = _written(inner, _Kind.QUOTE)
    is_alike = written == inner and not any(is_lazy) and lines[0].startswith(">")
    return lines if is_alike else [f"> {line}" if line else ">" for line in written]


def _container(block: _Block) -> list[str]:
    lines = block.lines
    own = _blanks(lines[0])
    inner = [spaced(line)[own + INDENT :] for line in lines[1:]]
    written = _written(inner, _Kind.CONTAINER)
    return (
        lines if written == inner and not own else [lines[0].lstrip(" "), *(_shifted(line, INDENT) for line in written)]
    )


_REWRITTEN: dict[str, Callable[[_Block], list[str]]] = {
    "fence": _fence,
    "html_block": _html,
    "heading_open": _heading,
    "hr": _rule,
    "code_block": _code,
    "blockquote_open": _quote,
    "container_open": _container,
}


def _local(line: str, place: Place | None) -> str:
    """Return a line without the indent of the list item around it."""
    if place is None:
        return line
    line = spaced(line)
    if place.markers:
        return line[place.content :]
    return line[min(place.content, _blanks(line)) :]


def _texts(tokens: list[Token]) -> Iterator[tuple[int, bool]]:
    """Yield the lines of paragraphs, and whether each continues the line above."""
    for token in tokens:
        if token.type == "inline" and token.map:
            first, end = token.map
            yield from ((number, number > first) for number in range(first, end))


def _shifted(line: str, indent: int) -> str:
    return " " * indent + line if line.strip() else ""


def _indented(line: str, place: Place, empty: str) -> list[str]:
    """Return a line at its new indent; `empty` is the text for an item that has none."""
    line = spaced(line)
    if place.markers:
        return _item(place, line[place.content :] if line[place.content :].strip() else empty)
    return [" " * (INDENT * place.depth + max(_blanks(line) - place.content, 0)) + line.lstrip(" ")]


def _placed(piece: _Piece, place: Place) -> list[str]:
    body = [_shifted(line, INDENT * place.inside) for line in piece.lines]
    if not place.markers:
        return body
    if piece.is_apart:
        return [*_item(place, _NOTHING), "", *body]
    return [*_item(place, piece.lines[0]), *body[1:]]


def _item(place: Place, text: str) -> list[str]:
    """Return the first line of an item, after those of outer items that begin in the same line."""
    text = text.rstrip() if _BARE_BOX.fullmatch(text) else text  # a box without text is no task
    heads = [" " * (INDENT * (place.depth + number)) + marker for number, marker in enumerate(place.markers)]
    last = f"{heads[-1]} {text}" if text.strip() else re.sub("-$", "*", heads[-1]) + " "  # under text, - is a heading
    return [*(f"{head} {_NOTHING}" for head in heads[:-1]), last]
