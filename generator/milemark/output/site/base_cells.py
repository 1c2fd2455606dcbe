"""Cells for the values of bases: fields of items as everywhere on the site, and the results of formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import is_safe_url
from milemark.foundation.i18n import _
from milemark.output.cells import EMPTY, Cell, Viewer, listed
from milemark.query.bases.ast import FILE_NAME, Base, Property
from milemark.query.bases.formulas.dates import in_words
from milemark.query.bases.formulas.values import DateValue, Duration, FileValue, LinkValue, Value, as_text, is_empty
from milemark.query.bases.vault import Vault
from milemark.roadmap.schema import CORE_FIELDS, title_of

_FILE_LABELS: Mapping[str, str] = {
    "name": _("Title"),
    "basename": _("File"),
    "path": _("Path"),
    "folder": _("Folder"),
    "ext": _("Ending"),
    "size": _("Size"),
    "tags": _("Tags"),
    "links": _("Links"),
    "backlinks": _("Linked from"),
    "embeds": _("Embedded"),
    "properties": _("Fields"),
    "file": _("File"),
}


@dataclass(frozen=True, slots=True)
class Cells:
    """Makes cells from the values of a roadmap's files."""

    viewer: Viewer
    vault: Vault

    def label(self, base: Base, wanted: Property, paths: Iterable[str]) -> str:
        """Return the display name of a property, else the label of its field, if it is the same for all files shown."""
        if wanted.key in base.labels:
            return base.labels[wanted.key]
        if wanted.kind == "file" and wanted.name in _FILE_LABELS:
            return self.viewer.language.gettext(_FILE_LABELS[wanted.name])
        if wanted.kind != "note":
            return wanted.name
        items = (self.vault.notes[path].item for path in paths)
        collections = {item.collection.name: item.collection for item in items if item}
        labels = {self.viewer.label(collection, wanted.name) for collection in collections.values()}
        return labels.pop() if len(labels) == 1 else self.viewer.label(self.viewer.roadmap.settings.loose, wanted.name)

    def cell(self, path: str, wanted: Property, value: Value) -> Cell:
        """Return the cell of a property of a file."""
        item = self.vault.notes[path].item
        if wanted == FILE_NAME or wanted.key == "note.title":
            return self.link_to(path)
        if wanted.kind == "note" and item and wanted.name in {*CORE_FIELDS, *item.collection.fields}:
            return self.viewer.cell(item, wanted.name)
        return self.shown(value)

    def shown(self, value: Value) -> Cell:
        """Return the cell of any value."""
        if is_empty(value):
            return EMPTY
        makers = (make for type_, make in _CELLS if isinstance(value, type_))
        return next(makers, _text)(self, value)

    def link_to(self, path: str, text: str = "") -> Cell:
        """Return a link to a file with a text, by default the title of the file."""
        note = self.vault.notes.get(path)
        if note is None:
            return Cell("text", text or path)
        shown = text or (note.item.title if note.item else title_of(note.document))
        return Cell("link", shown, target=path, item=note.item)


def _text(_cells: Cells, value: Value) -> Cell:
    return Cell("text", as_text(value))


def _link(cells: Cells, link: LinkValue) -> Cell:
    if link.path:
        return cells.link_to(link.path, link.display)
    is_address = "://" in link.text and is_safe_url(link.text)
    return Cell("link", as_text(link), url=link.text) if is_address else _text(cells, link)


def _date(cells: Cells, when: DateValue) -> Cell:
    written = parse_date(when.text)
    text = cells.viewer.language.date(written) if written and written.text == when.text else when.text
    return Cell("date", text, url=when.last.date().isoformat())


def _boolean(cells: Cells, value: Value) -> Cell:
    gettext = cells.viewer.language.gettext
    return Cell("text", gettext(_("yes")) if value else gettext(_("no")))


def _pairs(cells: Cells, pairs: Mapping[str, Value]) -> Cell:
    return Cell("pairs", parts=tuple(Cell("pair", key, parts=(cells.shown(each),)) for key, each in pairs.items()))


_CELLS: tuple[tuple[type, Callable[[Cells, Value], Cell]], ...] = (
    (bool, _boolean),
    (Decimal, lambda cells, value: Cell("text", cells.viewer.language.number(value))),
    (DateValue, _date),
    (Duration, lambda cells, value: Cell("text", in_words(value, cells.viewer.language))),
    (LinkValue, _link),
    (FileValue, lambda cells, value: cells.link_to(value.path)),
    (tuple, lambda cells, value: listed(tuple(map(cells.shown, value)))),
    (Mapping, _pairs),
)
