"""The index of a collection: its items in groups, as a table or, if they are few, as cards."""

from __future__ import annotations

from dataclasses import dataclass

from milemark.output.cells import Viewer
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Collection, Role

_TEXTS, _MOST_TILES = ("cover", "summary", "result"), 12


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """The rows of a collection's index under one heading; an empty title shows no heading."""

    title: str
    items: tuple[Item, ...]


def index_groups(viewer: Viewer, collection: Collection, items: tuple[Item, ...]) -> tuple[IndexGroup, ...]:
    """Return the items of a collection by its `group`: the declared choices in their order, then other words."""
    if not collection.group:
        return (IndexGroup("", items),)
    field = collection.fields.get(collection.group)
    groups: dict[str, list[Item]] = {word: [] for word in (field.choices if field else ())}
    for item in items:
        groups.setdefault(viewer.cell(item, collection.group).text, []).append(item)
    return tuple(IndexGroup(title, tuple(found)) for title, found in groups.items() if found)


def is_tiled(collection: Collection, items: tuple[Item, ...]) -> bool:
    """Whether an index shows cards: of a few items of work, some with a text or a picture for a card."""
    has_text = any(item.text(name) for item in items for name in _TEXTS)
    return collection.role is Role.ITEM and len(items) <= _MOST_TILES and has_text


def is_drawn(items: tuple[Item, ...]) -> bool:
    """Whether the cards of a collection have pictures: one has a file, or is featured."""
    return any(item.values.get(name) for item in items for name in ("cover", "featured"))
