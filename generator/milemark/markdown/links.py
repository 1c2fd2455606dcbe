"""What links here: links in bodies and references in fields, seen from the file they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MAY_LINK = re.compile(r"\]\(|\[\[|\]:")
_WIKILINK = re.compile(r"\[\[([^\]|#\n]+)(?:[|#][^\]\n]*)?\]\]")
_EMBED = re.compile(r"!(\[\[[^\]\n]+\]\])")
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 100})


def links_in(body: str) -> Iterator[str]:
    """Yield where the links of a body lead, as written: `tracks/oss.md`, or `[[oss]]`. Most bodies have none."""
    if not _MAY_LINK.search(body):
        return
    for token in _inline(body):
        if token.type == "link_open":
            yield str(token.attrs.get("href", ""))
        elif token.type == "text":
            yield from (found[0] for found in _WIKILINK.finditer(token.content))


def embeds_in(body: str) -> Iterator[str]:
    """Yield what a body shows of other files: pictures, and `[[name]]` for `![[name]]`."""
    for token in _inline(body) if "![" in body else ():
        if token.type == "image":
            yield str(token.attrs.get("src", ""))
        elif token.type == "text":
            yield from (found[1] for found in _EMBED.finditer(token.content))


def tags_in(body: str) -> Iterator[str]:
    """Yield the tags in a text, without their `#`: letters, digits, `_`, `-` and `/`, and not digits alone."""
    for token in _inline(body) if "#" in body else ():
        if token.type == "text":
            yield from (found[1] for found in _TAG.finditer(token.content) if not found[1].isdecimal())


def _inline(body: str) -> Iterator[Token]:
    for token in _parser().parse(body):
        yield from token.children or ()
