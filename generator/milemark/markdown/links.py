"""The links, embeds and tags of a body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from milemark.markdown.rendering.autolinks import BARE
from milemark.markdown.rendering.parser import inline_texts, read_blocks
from milemark.markdown.wikilinks import (
    Wikilink,
    find_wikilinks,
    parse_reference,
    parse_wikilink,
    replace_wikilinks,
    wikilink_of,
)

__all__ = [
    "Wikilink",
    "embeds_in",
    "find_wikilinks",
    "links_in",
    "parse_reference",
    "parse_wikilink",
    "replace_wikilinks",
    "tags_in",
    "wikilink_of",
]

_MAY_LINK = re.compile(r"\]\(|\[\[|\]:|<\w")
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")


def links_in(body: str) -> Iterator[str | Wikilink]:
    """Yield the links of a body: addresses as written, such as `tracks/oss.md`, and wikilinks."""
    return _references(body, "link_open", "href") if _MAY_LINK.search(body) else iter(())


def embeds_in(body: str) -> Iterator[str | Wikilink]:
    """Yield the files that a body shows: addresses of pictures, and embeds such as `![[redis]]`."""
    found = _references(body, "image", "src") if "![" in body else ()
    return (each for each in found if isinstance(each, str) or each.is_embed)


def _references(body: str, type_: str, attribute: str) -> Iterator[str | Wikilink]:
    for token in _inline(body):
        if token.type == type_ and token.info != BARE:
            yield str(token.attrs.get(attribute, ""))
        elif token.type == "wikilink" and token.meta["link"].target:
            yield token.meta["link"]


def tags_in(body: str) -> Iterator[str]:
    """Yield the tags of a text without their `#`: letters, digits, `_`, `-` and `/`, but not digits alone."""
    for token in _inline(body) if "#" in body else ():
        if token.type == "text":
            yield from (found[1] for found in _TAG.finditer(token.content) if not found[1].isdecimal())


def _inline(body: str) -> Iterator[Token]:
    for _block, text in inline_texts(read_blocks(body)):
        yield from text.tokens
