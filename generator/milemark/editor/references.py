"""Definitions of things and the places that name them."""

from __future__ import annotations

from collections.abc import Iterator

from milemark.editor.things import Thing, declaration, fields_of, links_of, thing_at
from milemark.editor.view import FileView
from milemark.foundation.diagnostics import Span
from milemark.foundation.suggestions import declared_word
from milemark.roadmap.metrics.backlinks import backlinks
from milemark.roadmap.model import Item, Roadmap


def definition(view: FileView, row: int, column: int) -> Span | None:
    """Return the place of the thing at a position: a file, or its declaration in roadmap.yml."""
    thing = thing_at(view, row, column)
    if thing is None:
        return None
    if thing.kind == "file":
        return Span(thing.name)
    if thing.kind == "item":
        item = view.roadmap.by_id.get(thing.name)
        return item.document.span if item else None
    own = view.item_at(row)
    return declaration(view, thing, own.collection.name if own else "")


def references(view: FileView, row: int, column: int, *, with_declaration: bool) -> list[Span]:
    """Return the places that name the thing at a position."""
    thing = thing_at(view, row, column)
    if thing is None:
        return []
    found = [*_named(view, thing)]
    if with_declaration and (place := definition(view, row, column)):
        found.append(place)
    return sorted(set(found))


def _named(view: FileView, thing: Thing) -> Iterator[Span]:
    if thing.kind == "item":
        yield from _of_item(view, thing.name)
    for item in view.items:
        if thing.kind == "status" and _is_status(view.roadmap, item, thing.name):
            yield item.span("status")
        elif thing.kind == "field" and thing.name in item.spans:
            yield item.span(thing.name)
        elif thing.kind == "collection" and item.collection.name == thing.name:
            yield item.document.span


def _is_status(roadmap: Roadmap, item: Item, word: str) -> bool:
    return "status" in item.spans and item.text("status") == (declared_word(word, roadmap.settings.statuses) or word)


def _of_item(view: FileView, id_: str) -> Iterator[Span]:
    """Yield the fields and links that lead to an item."""
    for item in view.items:
        yield from (each.span for each in fields_of(view.roadmap, item) if (each.kind, each.name) == ("item", id_))
    target = view.roadmap.by_id.get(id_)
    found = backlinks(view.roadmap).get(target.path, ()) if target else ()
    bodies = {each.path for each in found if not each.field} | view.changed
    for document in view.documents:
        if document.path in bodies or document.source in view.changed:
            things = links_of(view.roadmap, document, view.paths)
            yield from (each.span for each in things if (each.kind, each.name) == ("item", id_))
