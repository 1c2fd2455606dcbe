"""Tags and the words of stacks, with their items. Words are equal in any letter case and Unicode composition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milemark.foundation.identifiers import word_key
from milemark.roadmap.model import Item


@dataclass(frozen=True, slots=True)
class Tag:
    """One word as it was first written, its key for comparison, and its items."""

    text: str
    key: str
    items: tuple[Item, ...]

    @property
    def anchor(self) -> str:
        """Its anchor on the page of tags."""
        return "tag-" + "-".join(self.key.split())


def tags(items: Iterable[Item]) -> tuple[Tag, ...]:
    """Return every tag and every word of a stack with its items, sorted by the word."""
    texts: dict[str, str] = {}
    found: dict[str, dict[str, Item]] = {}
    for item in items:
        for text in (*item.texts("tags"), *item.texts("stack")):
            key = word_key(text)
            texts.setdefault(key, text)
            found.setdefault(key, {})[item.id] = item
    return tuple(Tag(texts[key], key, tuple(found[key].values())) for key in sorted(texts))
