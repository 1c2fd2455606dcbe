"""Outside to values: a mapping of paths and bytes to a Roadmap. Disk, git and tests give the same mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from milemark.checks import check
from milemark.config import ROADMAP_FILE, parse_settings
from milemark.diagnostic import Diagnostic, in_order
from milemark.document import Document
from milemark.graph import relate
from milemark.model import Item, Roadmap, Settings
from milemark.schema import collection_of, parse_item
from milemark.source import parse_document


@dataclass(frozen=True, slots=True)
class Loaded:
    """A roadmap, and all that is wrong with it, sorted by place."""

    roadmap: Roadmap
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a fact was lost."""
        return any(each.is_error for each in self.diagnostics)


def load(files: Mapping[str, bytes], today: date, as_of: date | None = None) -> Loaded:
    """Read a roadmap from `{path: bytes}`, paths relative to content/. Never raises on content.

    The date of the roadmap is `as_of`, else the one that roadmap.yml pins, else `today`.
    """
    settings, diagnostics = parse_settings(files.get(ROADMAP_FILE))
    documents: list[Document] = []
    for path in sorted(path for path in files if path.endswith(".md")):
        document, found = parse_document(path, files[path])
        documents.append(document)
        diagnostics += found
    items, pages, found = _sort_out(settings, documents)
    items, related = relate(items)
    roadmap = Roadmap(settings, items, pages, as_of or settings.as_of or today)
    return Loaded(roadmap, in_order([*diagnostics, *found, *related, *check(roadmap)]))


def _sort_out(
    settings: Settings, documents: list[Document]
) -> tuple[tuple[Item, ...], tuple[Document, ...], list[Diagnostic]]:
    """Tell items from pages."""
    items: list[Item] = []
    pages: list[Document] = []
    diagnostics: list[Diagnostic] = []
    for document in documents:
        collection = collection_of(settings, document)
        if collection is None:
            pages.append(document)
            continue
        item, found = parse_item(settings, collection, document)
        items.append(item)
        diagnostics += found
    return tuple(sorted(items, key=_Order(settings).place)), tuple(pages), diagnostics


class _Order:
    """Sorts items by collection as declared, then by `order`, then by path."""

    def __init__(self, settings: Settings) -> None:
        self.collections = {name: index for index, name in enumerate(settings.collections)}

    def place(self, item: Item) -> tuple[int, float, str]:
        order = item.number("order")
        index = self.collections.get(item.collection.name, len(self.collections))
        return index, float("inf") if order is None else float(order), item.path
