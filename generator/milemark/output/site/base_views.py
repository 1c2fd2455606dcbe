"""The result of a view of a base: its columns, groups and rows in order, with a cell for each value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from milemark.foundation.i18n import _
from milemark.markdown.document import Document
from milemark.output.cells import EMPTY, Cell, Viewer
from milemark.output.site.base_cells import Cells
from milemark.output.site.folding import MOST
from milemark.query.bases.ast import Base, Property, Sort, View
from milemark.query.bases.formulas.evaluation import compiled, condition, property_of
from milemark.query.bases.formulas.operators import sort_key
from milemark.query.bases.formulas.run import Run, Scope, SpentError, value_of
from milemark.query.bases.formulas.summaries import SUMMARIES
from milemark.query.bases.formulas.values import Value, is_empty
from milemark.query.bases.vault import Vault
from milemark.roadmap.model import Item

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
class BaseColumn:
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
    """The result of a view. `total` counts the rows before `limit`; `is_cut` is true if it took too many steps."""

    base: Base
    view: View
    columns: tuple[BaseColumn, ...]
    groups: tuple[BaseGroup, ...]
    summaries: tuple[Cell, ...]
    total: int
    is_cut: bool = False

    @property
    def kind(self) -> str:
        """The kind of its layout: `table`, `cards` or `list`."""
        return self.view.kind

    @property
    def most(self) -> int:
        """The number of rows of a group on its page: the limit that the author wrote, else that of all pages."""
        return self.view.limit or MOST

    @property
    def rows(self) -> tuple[BaseRow, ...]:
        """The rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)


def run_base(base: Base, view: View, vault: Vault, this: str = "") -> BaseResult:
    """Run a view of a base over the files of a roadmap; views share the values that `vault` computes.

    `this` is the path of the page with the view, by default that of the base. Never raises on data.
    """
    return _BaseRenderer(base, view, vault, this or base.path).result()


@dataclass(frozen=True, slots=True)
class _EvaluatedRow:
    """The values of a row, before they become cells."""

    scope: Scope
    values: tuple[Value, ...]
    group: Value


class _BaseRenderer:
    """Evaluates one view."""

    def __init__(self, base: Base, view: View, vault: Vault, this: str) -> None:
        self.base, self.view, self.vault = base, view, vault
        self.cells = Cells(Viewer(vault.roadmap, vault.language), vault)
        formulas = {name: compiled(formula.root) for name, formula in base.formulas.items()}
        self.run = Run(vault, this, formulas)
        self.readers = tuple(map(property_of, view.order))

    def result(self) -> BaseResult:
        found: list[_EvaluatedRow] = []
        total, is_cut = 0, False
        try:
            scopes = self._sorted(self._wanted())
            total = len(scopes)
            for scope in scopes[: self.view.limit]:
                found.append(self._found(scope))  # noqa: PERF401  rows evaluated before the budget was spent stay
        except SpentError:
            is_cut = True
        groups = tuple(self._groups(found))
        columns = tuple(self._column(wanted, found) for wanted in self.view.order)
        return BaseResult(self.base, self.view, columns, groups, self._summaries(found), total, is_cut)

    def _wanted(self) -> list[Scope]:
        tests = condition(self.base.filters), condition(self.view.filters)
        scopes = (Scope(self.run, path) for path in self.vault.notes)
        return [scope for scope in scopes if all(test(scope) for test in tests)]

    def _sorted(self, scopes: list[Scope]) -> list[Scope]:
        """Return the rows in order, by group first; rows without a value come last in both directions."""
        by = (*((self.view.group,) if self.view.group else ()), *self.view.sort)
        for sort in reversed(by):
            scopes = _by(scopes, sort)
        return scopes

    def _found(self, scope: Scope) -> _EvaluatedRow:
        values = tuple(value_of(read, scope) for read in self.readers)
        group = value_of(property_of(self.view.group.property), scope) if self.view.group else None
        return _EvaluatedRow(scope, values, group)

    def _groups(self, found: Sequence[_EvaluatedRow]) -> Iterator[BaseGroup]:
        if self.view.group is None:
            yield BaseGroup(None, tuple(map(self._row, found)))
            return
        groups: dict[str, list[_EvaluatedRow]] = {}
        for each in found:
            groups.setdefault(repr(sort_key(each.group)), []).append(each)
        for rows in groups.values():
            title = self.cells.cell(rows[0].scope.path, self.view.group.property, rows[0].group)
            yield BaseGroup(title, tuple(map(self._row, rows)), self._summaries(rows))

    def _row(self, found: _EvaluatedRow) -> BaseRow:
        note = self.vault.notes[found.scope.path]
        pairs = zip(self.view.order, found.values, strict=True)
        cells = tuple(self.cells.cell(found.scope.path, wanted, value) for wanted, value in pairs)
        return BaseRow(note.document, note.item, cells)

    def _column(self, wanted: Property, found: Sequence[_EvaluatedRow]) -> BaseColumn:
        name = self.view.summaries.get(wanted.key, "")
        summary = self.vault.language.gettext(SUMMARY_LABELS[name]) if name in SUMMARY_LABELS else name
        return BaseColumn(wanted, self.cells.label(self.base, wanted, (each.scope.path for each in found)), summary)

    def _summaries(self, found: Sequence[_EvaluatedRow]) -> tuple[Cell, ...]:
        values = zip(*(each.values for each in found), strict=True) if found else ((),) * len(self.view.order)
        return tuple(self._summary(wanted, list(each)) for wanted, each in zip(self.view.order, values, strict=True))

    def _summary(self, wanted: Property, values: list[Value]) -> Cell:
        name = self.view.summaries.get(wanted.key, "")
        own = self.base.summaries.get(name)
        if own:
            scope = Scope(self.run, self.run.this, {"values": tuple(values)})
            try:
                return self.cells.shown(value_of(compiled(own.root), scope))
            except SpentError:
                return EMPTY
        return self.cells.shown(SUMMARIES[name](values)) if name in SUMMARIES else EMPTY


def _by(scopes: list[Scope], sort: Sort) -> list[Scope]:
    read = property_of(sort.property)
    keyed = [(value_of(read, scope), scope) for scope in scopes]
    filled = [(sort_key(value), scope) for value, scope in keyed if not is_empty(value)]
    filled.sort(key=lambda pair: pair[0], reverse=sort.is_descending)
    return [scope for _key, scope in filled] + [scope for value, scope in keyed if is_empty(value)]
