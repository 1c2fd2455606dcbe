"""The ids on the page of a body, which links may name."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from html.parser import HTMLParser

from markdown_it.token import Token

from milemark.markdown.code import is_code
from milemark.markdown.rendering.html import HeadingPiece, render
from milemark.markdown.rendering.parser import Blocks

# Attribute lists, attributes of HTML, footnotes, block ids and tabs. A body without them has the ids of its headings.
_MAY_NAME = re.compile(
    r"\{[^{}\n]*#|\b(?:id|name)\s*=|\[\^|\^\[|\^[A-Za-z0-9-]+[ \t]*$|===[!+]* *[\"']", re.MULTILINE | re.IGNORECASE
)

_SIGNS = "{=^"  # each of them has one


def ids_in(
    blocks: Blocks,
    body: str,
    headings: Iterable[str],
    marks: Container[str] = "",
    clean: Callable[[str], str] | None = None,
) -> tuple[str, ...]:
    """Return the ids on the page of a body with these blocks: of `headings`, blocks, footnotes, tabs and HTML.

    They come from the HTML that `for_page` writes, so a link is dead only if no browser finds its part of the page.
    """
    if not clean and not (any(sign in body for sign in _SIGNS) and _MAY_NAME.search(body)):
        return tuple(headings)
    reader = _IdReader()
    for piece in render(_without_code(blocks), marks=marks):
        if isinstance(piece, HeadingPiece):
            reader.found.append(piece.id)
        html = piece.html if isinstance(piece, HeadingPiece) else str(piece)
        reader.feed(clean(html) if clean else html)
    return tuple(dict.fromkeys(reader.found))


def _without_code(blocks: Blocks) -> Blocks:
    """Return the blocks with a rule for each code block: it has no ids, and colours take time."""
    tokens = (Token("hr", "hr", 0, level=each.level) if is_code(each) else each for each in blocks.tokens)
    return blocks._replace(tokens=tuple(tokens))


class _IdReader(HTMLParser):
    """Collects the ids of elements, and the names of `<a name="…">`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"id", "name"} if tag == "a" else {"id"}
        self.found += [value for name, value in attrs if name in names and value]
