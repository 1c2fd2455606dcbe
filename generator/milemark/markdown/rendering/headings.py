"""The ids of headings: those of `pymdownx.slugs`, numbered as by Python-Markdown, or those that an author gave."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence

from markdown_it.token import Token

from milemark.foundation.identifiers import composed
from milemark.markdown.private_sections import without_private
from milemark.markdown.rendering.parser import Blocks, InlineText, inline_text, parse_inline
from milemark.markdown.rendering.words import words_of

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_NOT_IN_ID = re.compile(r"[^\w.-]")
_MARKED = re.compile(r"[<{%\[]")  # what begins a comment or a private part
_NUMBERED = re.compile(r"(.*)_(\d+)")


def slug_of(text: str) -> str:
    """Return the id of a heading with this text: `Next steps` is `next-steps`."""
    return _NOT_IN_SLUG.sub("", unicodedata.normalize("NFC", text).strip().lower()).replace(" ", "-")


def name_of(text: str) -> str:
    """Return the name of a file or an item with this title: its slug without hyphens at the ends. `🚀 Now` is `now`."""
    return slug_of(composed(text)).strip("-_ ")


def heading_ids(blocks: Blocks, marks: Container[str] = "") -> dict[int, str]:
    """Return the id of each heading by the number of its token. Ids that an author gave are taken before all others."""
    texts = {
        number: inline_text(blocks.tokens[number + 1], blocks, marks)
        for number, token in enumerate(blocks.tokens)
        if token.type == "heading_open"
    }
    own = [_own_id(text.attributes.get("id", "")) for text in texts.values()]
    return dict(zip(texts, unique_ids(own, [_shown_words(text) for text in texts.values()]), strict=True))


def _shown_words(text: InlineText) -> str:
    """Return the words of a heading that the public reads, so that its id is the same for each audience."""
    shown = without_private(text.content) if _MARKED.search(text.content) else text.content
    return words_of(text.tokens if shown == text.content else parse_inline(shown)) or words_of(text.tokens)


def unique_ids(own: Sequence[str], words: Sequence[str]) -> Iterator[str]:
    """Yield the id of each heading: its own one if it is not empty, else one made of its words."""
    used, counts = {*own}, dict[str, int]()
    for given, text in zip(own, words, strict=True):
        yield given or _unique(slug_of(text), used, counts)


def _own_id(text: str) -> str:
    """Return an id of an author as a publisher reads it in an attribute list."""
    return _NOT_IN_ID.sub("", unicodedata.normalize("NFC", text))


def below_title(blocks: Blocks) -> Blocks:
    """Return the blocks without the first heading outside of other blocks, if it is `# …`. An id of its own is kept."""
    tokens = blocks.tokens
    number = next((n for n, token in enumerate(tokens) if token.type == "heading_open" and not token.level), -1)
    if number < 0 or tokens[number].tag != "h1":
        return blocks
    own = _own_id(inline_text(tokens[number + 1], blocks).attributes.get("id", ""))
    kept = [Token("html_block", "", 0, content=f'<a id="{own}"></a>')] if own else []
    return blocks._replace(tokens=(*tokens[:number], *kept, *tokens[number + 3 :]))


def title_id(title: str, blocks: Blocks, ids: Mapping[int, str]) -> str:
    """Return the id of the title above a body: a publisher numbers it if a heading of the body has it."""
    return _unique(slug_of(title), {id_ for number, id_ in ids.items() if not blocks.tokens[number].level}, {})


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
