"""One item as text and as JSON: its fields, the derivation of its progress, its tasks and its links."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from milemark.foundation.escaping import visible, without_breaks
from milemark.foundation.i18n import Language, _
from milemark.foundation.layout import PRIVATE
from milemark.markdown.outline import plain_text
from milemark.output.cells import Cell, Viewer
from milemark.output.text.envelope import envelope
from milemark.query.tables.values import item_values
from milemark.roadmap.metrics.backlinks import backlinks
from milemark.roadmap.metrics.explain import Explainer
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role


@dataclass(frozen=True, slots=True)
class ItemSection:
    """Lines under one label."""

    label: str
    lines: tuple[str, ...]


def sections(explainer: Explainer, item: Item) -> Iterator[ItemSection]:
    """Yield the sections about an item that have any lines."""
    roadmap, language = explainer.roadmap, explainer.language
    translate, viewer = language.gettext, Viewer(roadmap, language)
    yield ItemSection("id", (item.id,))
    place = f"{roadmap.settings.shown(item.document.source)}:{item.document.span.line}"
    yield ItemSection(translate(_("Source")), (place,))
    if item.collection.label:
        yield ItemSection(translate(_("Collection")), (item.collection.label,))
    rows = (row for row in viewer.rows(item) if row.name != "progress")
    listed = [ItemSection(row.label, tuple(_lines(row.cell, language))) for row in rows]
    listed += [
        ItemSection(viewer.label(item.collection, "progress"), tuple(_progress(explainer, item))),
        ItemSection(translate(_("Tasks")), tuple(_tasks(roadmap, item))),
        ItemSection(translate(_("Parts")), tuple(map(_named, roadmap.children(item)))),
        ItemSection(translate(_("Needed by")), tuple(map(_named, roadmap.dependents(item)))),
        ItemSection(translate(_("Linked from")), tuple(_links(roadmap, item))),
    ]
    yield from (section for section in listed if section.lines)


def _lines(cell: Cell, language: Language) -> Iterator[str]:
    """Yield the lines of a value: a list has one for each entry."""
    if cell.kind in {"list", "pairs"}:
        for part in cell.parts:
            yield from _lines(part, language)
    elif cell.kind == "records":
        yield from (part.line for part in cell.parts)
    elif cell.kind == "link":
        yield _named(cell.item) if cell.item else cell.text if cell.text == cell.url else f"{cell.text}: {cell.url}"
    elif cell.kind == "status" and cell.item:
        stage = language.gettext(cell.item.stage) if cell.item.stage else ""
        yield cell.text if stage.casefold() in {"", cell.text.casefold()} else f"{cell.text} ({stage})"
    else:
        yield cell.line


def _named(item: Item) -> str:
    name = item.title if item.title == item.id else f"{item.title} ({item.id})"
    return f"{name}: {item.text('status')}" if item.text("status") else name


def _progress(explainer: Explainer, item: Item) -> Iterator[str]:
    """Yield an item's progress and its derivation, without the tasks, which have their own section."""
    if item.role not in {Role.ITEM, Role.TRACK} and not item.texts("counts"):
        return
    step = explainer.any(item, whole(explainer.roadmap))
    yield step.value
    for reason in step.parts:
        yield f"{reason.line}  {reason.place(explainer.roadmap.settings)}".rstrip()


def _tasks(roadmap: Roadmap, item: Item) -> Iterator[str]:
    for task in item.tasks:
        place = f"{roadmap.settings.shown(task.span.path)}:{task.span.line}"
        yield f"{'  ' * task.depth}[{task.mark}] {plain_text(task.text)}  {place}"


def _links(roadmap: Roadmap, item: Item) -> Iterator[str]:
    for link in backlinks(roadmap).get(item.path, ()):
        yield f"{link.title}{f', {link.field}' if link.field else ''}  {roadmap.settings.shown(link.source)}"


def as_text(item: Item, found: Iterable[ItemSection], width: int) -> str:
    """Return an item as text of at most `width` columns, with labels and lines in two columns."""
    from rich.console import Console  # heavy, and only this command needs it
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for section in found:
        for number, line in enumerate(section.lines):
            label, text = ("" if number else section.label), visible(without_breaks(line))
            table.add_row(Text(visible(without_breaks(label))), Text(text, overflow="fold"))
    written = io.StringIO()
    Console(file=written, width=width, color_system=None).print(table)
    lines = [visible(item.title), "", *written.getvalue().splitlines()]
    return "\n".join(line.rstrip() for line in lines)


def as_json(roadmap: Roadmap, item: Item) -> str:
    """Return an item as JSON: its fields as written, and the values derived from them."""
    exported: dict[str, Any] = {
        **item_values(roadmap, item),
        **({"revision": (item.document.within or item.document).revision} if roadmap.audience == PRIVATE else {}),
        "parts": [part.id for part in roadmap.children(item)],
        "dependents": [each.id for each in roadmap.dependents(item)],
        "linked_from": [
            {"path": roadmap.settings.shown(link.source), "field": link.field}
            for link in backlinks(roadmap).get(item.path, ())
        ],
    }
    return envelope("show", exported)
