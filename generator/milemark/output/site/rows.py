"""Rows of pages, each rendered once: a row is known by everything that it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from milemark.foundation.cache import digest
from milemark.output.cells import Cell, ColumnHeading, Ranked
from milemark.output.site.page_keys import Keys
from milemark.roadmap.model import Item

Render = Callable[[], str]
FindRow = Callable[[str, Render], str]  # the row of a key; renders one that is not known


class Rows:
    """The rows of a site's pages. A row of an item without a key is rendered each time.

    If `is_large`, the numbers in lists are links to their derivations.
    """

    def __init__(self, keys: Keys, find: FindRow) -> None:
        self.keys, self._find, self.is_large = keys, find, keys.is_large

    def of_item(self, item: Item, shown: object, render: Render) -> str:
        """Return a row that shows an item, as its own page does, and other values."""
        key = self.keys.of(item)
        return self._find(digest(key, shown), render) if key else render()

    def of_cells(
        self, headings: Sequence[ColumnHeading], cells: Sequence[Ranked], shown: object, render: Render
    ) -> str:
        """Return a row of a table."""
        values = (headings, [(each.rank, *self._shape(each.cell)) for each in cells], shown)
        measured = next((each.cell.progress.item for each in cells if each.cell.progress), None)
        if measured:
            return self.of_item(measured, values, render)
        return self._find(digest(self.keys.shared, values), render) if self.keys.shared else render()

    def _shape(self, cell: Cell) -> tuple[Any, ...]:
        """Return all that a template shows of a cell, without the documents of items."""
        item = cell.item and (*self._said(cell.item), cell.item.path in self.keys.roadmap.private)
        found = cell.progress
        progress = found and (found.value, found.basis, found.counts, *self._said(found.item))
        values = (cell.kind, cell.text, cell.value, cell.target, cell.url, cell.keys, item, progress)
        return (*values, *map(self._shape, cell.parts))

    @staticmethod
    def _said(item: Item) -> tuple[Any, ...]:
        return item.path, item.title, item.stage, item.text("status")
