"""The ids of headings: those that `pymdownx.slugs` makes and Python-Markdown numbers, unless the heading names its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence

from markdown_it.token import Token

from milemark.markdown.rendering.parser import Blocks, inline_text

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_NUMBERED = re.compile(r"(.*)_(\d+)")
_BREAKS = frozenset({"softbreak", "hardbreak"})
_TEXTS = frozenset({"text", "text_special", "code_inline", "formula"})


def slug_of(text: str) -> str:
    """Return the id of a heading with this text: `Next steps` is `next-steps`."""
    return _NOT_IN_SLUG.sub("", unicodedata.normalize("NFC", text).strip().lower()).replace(" ", "-")


def words_of(tokens: Iterable[Token]) -> str:
    """Return the text that inline tokens show, in one line."""
    return " ".join("".join(map(_words, tokens)).split())


def _words(token: Token) -> str:
    if token.type in _TEXTS:
        return token.content
    if token.type == "image":
        return words_of(token.children or ())
    if token.type == "wikilink":
        link = token.meta["link"]
        return "" if link.is_embed else link.text or link.address
    return " " if token.type in _BREAKS else ""


def heading_ids(blocks: Blocks, marks: Container[str] = "") -> dict[int, str]:
    """Return the id of each heading by the number of its token. Ids that an author gave are taken before all others."""
    texts = {
        number: inline_text(blocks.tokens[number + 1], blocks, marks)
        for number, token in enumerate(blocks.tokens)
        if token.type == "heading_open"
    }
    own = {number: text.attributes["id"] for number, text in texts.items() if "id" in text.attributes}
    used = set(own.values())
    counts: dict[str, int] = {}
    return {
        number: own[number] if number in own else _unique(slug_of(words_of(text.tokens)), used, counts)
        for number, text in texts.items()
    }


def _unique(slug: str, used: set[str], counts: dict[str, int]) -> str:
    """Return a slug with a number if it is used or empty, as Python-Markdown does: `a`, `a_1`, `a_2`."""
    found = slug
    if not slug or slug in used:
        numbered = _NUMBERED.fullmatch(slug)
        stem, number = (numbered[1], int(numbered[2])) if numbered else (slug, 0)
        number = max(number, counts.get(stem, 0)) + 1
        while f"{stem}_{number}" in used:
            number += 1
        found = f"{stem}_{number}"
        counts[stem] = number
    used.add(found)
    return found


def is_top_level(tokens: Sequence[Token], number: int) -> bool:
    """Whether the token with this number begins a heading outside lists, quotes and containers."""
    return tokens[number].type == "heading_open" and tokens[number].level == 0
