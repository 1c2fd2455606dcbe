"""What a view of a base shows: columns, groups and rows in order, each value as the cell that a template prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from milemark.base import FILE_NAME, Base, Property, Sort, View
from milemark.dates import parse_date
from milemark.document import Document
from milemark.fields import is_safe_url
from milemark.formulas.dates import in_words
from milemark.formulas.evaluation import compiled, condition, property_of
from milemark.formulas.operators import sort_key
from milemark.formulas.run import Compiled, Run, Scope, SpentError, value_of
from milemark.formulas.summaries import SUMMARIES
from milemark.formulas.values import Duration, File, Link, Moment, Value, as_text, is_empty, is_shallow
from milemark.language import Language
from milemark.messages import _
from milemark.model import Item, Roadmap
from milemark.schema import CORE_FIELDS, LOOSE, title_of
from milemark.vault import Vault
from milemark.views import EMPTY, Cell, Viewer

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
SUMMARY_LABELS: Mapping[str, str] = {
    "Average": _("Average"),
    "Min": _("Smallest"),
    "Max": _("Largest"),
    "Sum": _("Sum"),
    "Range": _("Range"),
    "Median": _("Median"),
    "Stddev": _("Standard deviation"),
    "Earliest": _("Earliest"),
    "Latest": _("Latest"),
    "Checked": _("Checked"),
    "Unchecked": _("Unchecked"),
    "Empty": _("Empty"),
    "Filled": _("Filled"),
    "Unique": _("Unique"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the property it shows, its label, and the label of its summary, which is empty without one."""

    property: Property
    label: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class BaseRow:
    """One file with a cell for each column; `item` is None for a page."""

    document: Document
    item: Item | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class BaseGroup:
    """Rows that share a value, which is `title`: None without groups. `summaries` has a cell for each column."""

    title: Cell | None
    rows: tuple[BaseRow, ...]
    summaries: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseResult:
    """A view as it is shown. `total` counts the rows before `limit`; `is_cut` tells that it took too many steps."""

    base: Base
    view: View
    columns: tuple[Column, ...]
    groups: tuple[BaseGroup, ...]
    summaries: tuple[Cell, ...]
    total: int
    is_cut: bool = False

    @property
    def kind(self) -> str:
        """How it is shown: `table`, `cards` or `list`."""
        return self.view.kind

    @property
    def rows(self) -> tuple[BaseRow, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)


def run_base(base: Base, view: View, roadmap: Roadmap, language: Language, this: str = "") -> BaseResult:
    """Return what a view shows of a roadmap. `this` is the path of the page it stands in; else it is the base itself."""
    return _Shower(base, view, Viewer(roadmap, language), this or base.path).result()


@dataclass(frozen=True, slots=True)
class _Found:
    """A row that is shown, before it has cells."""

    scope: Scope
    values: tuple[Value, ...]
    group: Value


class _Shower:
    """Shows one view."""

    def __init__(self, base: Base, view: View, viewer: Viewer, this: str) -> None:
        self.base, self.view, self.viewer = base, view, viewer
        self.vault = Vault(viewer.roadmap, viewer.language)
        formulas = {name: compiled(formula.root) for name, formula in base.formulas.items()}
        self.run = Run(self.vault, this, formulas)
        self.columns = tuple(map(self._column, view.order))

    def result(self) -> BaseResult:
        found: list[_Found] = []
        total, is_cut = 0, False
        try:
            scopes = self._sorted(self._wanted())
            total = len(scopes)
            for scope in scopes[: self.view.limit]:
                found.append(self._found(scope))  # noqa: PERF401  what was found before the budget was spent stays
        except SpentError:
            is_cut = True
        groups = tuple(self._groups(found))
        return BaseResult(self.base, self.view, self.columns, groups, self._summaries(found), total, is_cut)

    def _wanted(self) -> list[Scope]:
        tests = condition(self.base.filters), condition(self.view.filters)
        scopes = (Scope(self.run, path) for path in self.vault.notes)
        return [scope for scope in scopes if all(test(scope) for test in tests)]

    def _sorted(self, scopes: list[Scope]) -> list[Scope]:
        """Return the rows in order: by group first; those without a value last, in both directions."""
        by = (*((self.view.group,) if self.view.group else ()), *self.view.sort)
        for sort in reversed(by):
            scopes = _by(scopes, sort)
        return scopes

    def _found(self, scope: Scope) -> _Found:
        values = tuple(_value(property_of(column.property), scope) for column in self.columns)
        group = _value(property_of(self.view.group.property), scope) if self.view.group else None
        return _Found(scope, values, group)

    def _groups(self, found: Sequence[_Found]) -> Iterator[BaseGroup]:
        if self.view.group is None:
            yield BaseGroup(None, tuple(map(self._row, found)))
            return
        groups: dict[str, list[_Found]] = {}
        for each in found:
            groups.setdefault(repr(sort_key(each.group)), []).append(each)
        for rows in groups.values():
            title = self._cell(rows[0], self.view.group.property, rows[0].group)
            yield BaseGroup(title, tuple(map(self._row, rows)), self._summaries(rows))

    def _row(self, found: _Found) -> BaseRow:
        note = self.vault.notes[found.scope.path]
        pairs = zip(self.columns, found.values, strict=True)
        return BaseRow(note.document, note.item, tuple(self._cell(found, column.property, v) for column, v in pairs))

    def _column(self, wanted: Property) -> Column:
        name = self.view.summaries.get(wanted.key, "")
        summary = self.viewer.language.gettext(SUMMARY_LABELS[name]) if name in SUMMARY_LABELS else name
        return Column(wanted, self._label(wanted), summary)

    def _label(self, wanted: Property) -> str:
        """Return the display name of a property, else the label of the field: that of the first collection that has it."""
        if wanted.key in self.base.labels:
            return self.base.labels[wanted.key]
        if wanted.kind == "file" and wanted.name in _FILE_LABELS:
            return self.viewer.language.gettext(_FILE_LABELS[wanted.name])
        collections = self.viewer.roadmap.settings.collections.values()
        declared = (each for each in collections if wanted.kind == "note" and wanted.name in each.fields)
        return self.viewer.label(next(declared, LOOSE), wanted.name) if wanted.kind == "note" else wanted.name

    def _cell(self, found: _Found, wanted: Property, value: Value) -> Cell:
        """Return a value as it is shown: fields of items as everywhere on the site."""
        note = self.vault.notes[found.scope.path]
        if wanted == FILE_NAME or wanted.key == "note.title":
            return self._link_to(note.document.path)
        is_field = note.item and wanted.name in {*CORE_FIELDS, *note.item.collection.fields}
        if wanted.kind == "note" and note.item and is_field:
            return self.viewer.cell(note.item, wanted.name)
        return self._shown(value)

    def _shown(self, value: Value) -> Cell:
        if is_empty(value):
            return EMPTY
        return next(
            (show(self, value) for type_, show in _CELLS if isinstance(value, type_)), Cell("text", as_text(value))
        )

    def _link_to(self, path: str, text: str = "") -> Cell:
        note = self.vault.notes.get(path)
        if note is None:
            return Cell("text", text or path)
        shown = text or (note.item.title if note.item else title_of(note.document))
        return Cell("link", shown, target=path, item=note.item)

    def _link(self, link: Link) -> Cell:
        if link.path:
            return self._link_to(link.path, link.display)
        is_address = "://" in link.text and is_safe_url(link.text)
        return Cell("link", as_text(link), url=link.text) if is_address else Cell("text", as_text(link))

    def _date(self, when: Moment) -> Cell:
        written = parse_date(when.text)
        text = self.viewer.language.date(written) if written and written.text == when.text else when.text
        return Cell("date", text, url=when.last.date().isoformat())

    def _yes(self, value: bool) -> Cell:  # noqa: FBT001  it is shown
        gettext = self.viewer.language.gettext
        return Cell("text", gettext(_("yes")) if value else gettext(_("no")))

    def _number(self, value: Decimal) -> Cell:
        return Cell("text", self.viewer.language.number(value))

    def _list(self, values: tuple[Value, ...]) -> Cell:
        return Cell("list", parts=tuple(map(self._shown, values)))

    def _pairs(self, pairs: Mapping[str, Value]) -> Cell:
        return Cell("pairs", parts=tuple(Cell("pair", key, parts=(self._shown(each),)) for key, each in pairs.items()))

    def _duration(self, length: Duration) -> Cell:
        return Cell("text", in_words(length, self.viewer.language))

    def _summaries(self, found: Sequence[_Found]) -> tuple[Cell, ...]:
        return tuple(
            self._summary(column, [each.values[place] for each in found]) for place, column in enumerate(self.columns)
        )

    def _summary(self, column: Column, values: list[Value]) -> Cell:
        name = self.view.summaries.get(column.property.key, "")
        own = self.base.summaries.get(name)
        if own:
            scope = Scope(self.run, self.run.this, {"values": tuple(values)})
            try:
                return self._shown(_value(compiled(own.root), scope))
            except SpentError:
                return EMPTY
        return self._shown(SUMMARIES[name](values)) if name in SUMMARIES else EMPTY


_CELLS: tuple[tuple[type, Callable[[_Shower, Value], Cell]], ...] = (
    (bool, _Shower._yes),
    (Decimal, _Shower._number),
    (Moment, _Shower._date),
    (Duration, _Shower._duration),
    (Link, _Shower._link),
    (File, lambda shower, file: shower._link_to(file.path)),
    (tuple, _Shower._list),
    (Mapping, _Shower._pairs),
)


def _value(expression: Compiled, scope: Scope) -> Value:
    """Return a value that can be shown: nothing comes of lists in lists in lists."""
    value = value_of(expression, scope)
    return value if is_shallow(value) else None


def _by(scopes: list[Scope], sort: Sort) -> list[Scope]:
    read = property_of(sort.property)
    keyed = [(_value(read, scope), scope) for scope in scopes]
    filled = [(sort_key(value), scope) for value, scope in keyed if not is_empty(value)]
    filled.sort(key=lambda pair: pair[0], reverse=sort.is_descending)
    return [scope for _key, scope in filled] + [scope for value, scope in keyed if is_empty(value)]
