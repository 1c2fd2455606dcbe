"""The card of the thing at a position, as Markdown."""

from __future__ import annotations

from lsprotocol import types as lsp

from milemark.editor.things import Thing, thing_at
from milemark.editor.view import FileView
from milemark.foundation.content_folder import as_in_project
from milemark.foundation.dates import parse_date
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import declared_word
from milemark.output.text.item import sections
from milemark.output.text.rule_page import rule_page
from milemark.roadmap.metrics.explain import Explainer
from milemark.roadmap.model import Item
from milemark.roadmap.schema import CORE_FIELDS

_LINES = 12  # of one section
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#"})


def hover(view: FileView, row: int, column: int) -> lsp.Hover | None:
    """Return the card of the thing at a position: of an item, a status, a field, a date or a rule."""
    thing = thing_at(view, row, column)
    text = _card(view, thing, row) if thing else ""
    if not thing or not text:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), view.texts.range(thing.span))


def _card(view: FileView, thing: Thing, row: int) -> str:
    if thing.kind == "item":
        item = view.roadmap.by_id.get(thing.name)
        return item_card(view, item) if item else ""
    if thing.kind == "rule":
        return as_in_project(rule_page(thing.name, view.language.locale), view.settings.content)
    if thing.kind == "setting":
        return _plain(thing.name)
    if thing.kind == "date":
        return _date(view, thing.name)
    if thing.kind == "status":
        word = declared_word(thing.name, view.settings.statuses)
        return f"**{_plain(word)}**: {view.language.gettext(view.settings.statuses[word])}" if word else ""
    return _field(view, thing.name, view.item_at(row)) if thing.kind == "field" else ""


def item_card(view: FileView, item: Item) -> str:
    """Return an item with its fields, its progress and the derivation of that."""
    lines = [f"**{_plain(item.title)}**", ""]
    for section in sections(Explainer(view.roadmap, view.language), item):
        shown = [_plain(line) for line in section.lines[:_LINES]]
        more = ["…"] if len(section.lines) > _LINES else []
        label, parts = f"- *{_plain(section.label)}*:", [*shown, *more]
        lines += [f"{label} {parts[0]}"] if len(parts) == 1 else [label, *(f"  - {each}" for each in parts)]
    return "\n".join(lines)


def _plain(text: str) -> str:
    return text.strip().translate(_SIGNS)


def _date(view: FileView, text: str) -> str:
    day = parse_date(text)
    if day is None:
        return ""
    words = view.language.date(day)
    return f"**{words}**" if day.first == day.last else f"**{words}**: {day.first} – {day.last}"


def _field(view: FileView, name: str, item: Item | None) -> str:
    declared = item.collection.fields.get(name) if item else None
    field = declared or CORE_FIELDS.get(name)
    if field is None:
        return ""
    kind = f"{field.type} ({field.item_type})" if field.type in {"array", "object"} else field.type
    lines = [f"**{_plain(field.label or name)}**: {kind}"]
    lines += [view.language.gettext(_("required"))] if field.required else []
    lines += [_plain(field.description)] if field.description else []
    lines += [", ".join(map(_plain, field.choices))] if field.choices else []
    return "\n\n".join(lines)
