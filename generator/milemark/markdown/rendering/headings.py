"""The ids of headings: those of `pymdownx.slugs`, numbered as by Python-Markdown, or those that an author gave."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

from milemark.markdown.rendering.parser import Blocks, inline_text
from milemark.markdown.rendering.words import words_of

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_NUMBERED = re.compile(r"(.*)_(\d+)")


def slug_of(text: str) -> str:
    """Return the id of a heading with this text: `Next steps` is `next-steps`."""
    return _NOT_IN_SLUG.sub("", unicodedata.normalize("NFC", text).strip().lower()).replace(" ", "-")


def heading_ids(blocks: Blocks, marks: Container[str] = "") -> dict[int, str]:
    """Return the id of each heading by the number of its token. Ids that an author gave are taken before all others."""
    texts = {
        number: inline_text(blocks.tokens[number + 1], blocks, marks)
        for number, token in enumerate(blocks.tokens)
        if token.type == "heading_open"
    }
    own = [text.attributes.get("id", "") for text in texts.values()]
    return dict(zip(texts, unique_ids(own, [words_of(text.tokens) for text in texts.values()]), strict=True))


def unique_ids(own: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """Yield the id of each heading: its own one if it is not empty, else one made of its words."""
    used, counts = {*own}, dict[str, int]()
    for given, text in zip(own, words, strict=True):
        yield given or _unique(slug_of(text), used, counts)


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
