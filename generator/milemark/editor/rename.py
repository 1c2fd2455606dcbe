"""The name at a position that can be changed: that of an item, where it is named or where it stands."""

from __future__ import annotations

from lsprotocol import types as lsp

from milemark.editor.things import Thing, thing_at
from milemark.editor.view import FileView


def renamed_at(view: FileView, row: int, column: int) -> Thing | None:
    """Return the item that a position names, or None."""
    thing = thing_at(view, row, column)
    return thing if thing and thing.kind == "item" else None


def prepare_rename(view: FileView, row: int, column: int) -> lsp.PrepareRenamePlaceholder | None:
    """Return the place and the id of the item to rename at a position."""
    thing = renamed_at(view, row, column)
    return lsp.PrepareRenamePlaceholder(view.texts.range(thing.span), thing.name) if thing else None
