"""The places of a body that links and embeds name: its headings, and its blocks with an id such as `^abc`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from milemark.markdown.rendering.parser import Blocks, inline_text
from milemark.markdown.rendering.words import words_of

_NO_WORDS = re.compile(r"[\W_]+")


class Anchor(NamedTuple):
    """A heading or a block: its id on the page, its text, its level (0 is a block), and the range of its tokens.

    The section of a heading ends before the next heading of its level.
    """

    id: str
    text: str
    level: int
    first: int
    end: int


def anchors_in(blocks: Blocks, ids: Mapping[int, str], marks: Container[str] = "") -> tuple[Anchor, ...]:
    """Return the headings and the blocks with ids of a body, in its order; `ids` are those of `heading_ids`."""
    headings = (_heading(blocks, number, id_, marks) for number, id_ in ids.items())
    return tuple(sorted((*headings, *_blocks(blocks, marks)), key=lambda anchor: anchor.first))


def find_anchor(anchors: tuple[Anchor, ...], address: str) -> Anchor | None:
    """Return the anchor that an address behind `#` names: `^abc`, a heading's text or id, or `A#B` for B below A."""
    if address.startswith("^"):
        return next((anchor for anchor in anchors if not anchor.level and anchor.id == address), None)
    found: Anchor | None = None
    for name in filter(None, address.split("#")):
        inside = (anchor for anchor in anchors if found is None or found.first < anchor.first < found.end)
        found = next((anchor for anchor in inside if anchor.level and _is_named(anchor, name)), None)
        if found is None:
            return None
    return found


def ids_by_part(anchors: Iterable[Anchor]) -> dict[str, str]:
    """Return the id of each heading by the parts of addresses that mean it on GitHub, as `part_key` gives them.

    GitHub numbers the second heading `Plan` as `plan-1`, where the publishers write `plan_1`.
    """
    headings = [anchor for anchor in anchors if anchor.level]
    found = {part_key(anchor.id): anchor.id for anchor in reversed(headings)}
    counts: Counter[str] = Counter()
    for anchor in headings:
        slug = _github_slug(anchor.text)
        found.setdefault(f"{slug}-{counts[slug]}" if counts[slug] else slug, anchor.id)
        counts[slug] += 1
    return found


def part_key(part: str) -> str:
    """Return the form in which the parts of addresses are compared: GitHub finds a heading in any letter case."""
    return unicodedata.normalize("NFC", part).lower()


def _github_slug(text: str) -> str:
    kept = (sign for sign in part_key(text).strip() if sign in "-_ " or unicodedata.category(sign)[0] in "LMN")
    return "".join(kept).replace(" ", "-")


def _is_named(anchor: Anchor, name: str) -> bool:
    return anchor.id == name or _key(anchor.text) == _key(name)


def _key(text: str) -> str:
    """Return a heading's text for comparison; Obsidian leaves punctuation out of its links."""
    return _NO_WORDS.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()


def _heading(blocks: Blocks, number: int, id_: str, marks: Container[str]) -> Anchor:
    text = words_of(inline_text(blocks.tokens[number + 1], blocks, marks).tokens)
    return Anchor(id_, text, int(blocks.tokens[number].tag[1]), number, _section_end(blocks, number))


def _section_end(blocks: Blocks, number: int) -> int:
    opener = blocks.tokens[number]
    for place in range(number + 1, len(blocks.tokens)):
        token = blocks.tokens[place]
        is_next = token.type == "heading_open" and token.level == opener.level and token.tag <= opener.tag
        if is_next or token.level < opener.level:
            return place
    return len(blocks.tokens)


def _blocks(blocks: Blocks, marks: Container[str]) -> Iterator[Anchor]:
    """Yield the blocks that end with `^id`, or that are followed by a line `^id`."""
    begun: list[int] = []
    last: dict[int, tuple[int, int]] = {}  # the last block on each level
    for number, token in enumerate(blocks.tokens):
        if token.nesting > 0:
            begun.append(number)
        elif token.nesting < 0:
            last[token.level] = begun.pop(), number + 1
        elif token.type != "inline":
            last[token.level] = number, number + 1
        elif "^" in token.content:
            text = inline_text(token, blocks, marks)
            place = _block_of(blocks, begun, last, is_alone=not text.tokens) if text.block_id else None
            if place:
                yield Anchor(f"^{text.block_id}", words_of(text.tokens), 0, *place)


def _block_of(
    blocks: Blocks, begun: list[int], last: dict[int, tuple[int, int]], *, is_alone: bool
) -> tuple[int, int] | None:
    """Return the tokens of the block that the innermost text names: the block before, the list item, or itself."""
    opener = blocks.tokens[begun[-1]]
    if is_alone:
        return last.get(opener.level)
    first = begun[-2] if blocks.tokens[begun[-1] + 1].info == "item" else begun[-1]
    level = blocks.tokens[first].level
    end = next(n for n in range(first + 1, len(blocks.tokens)) if blocks.tokens[n].level == level)
    return first, end + 1
