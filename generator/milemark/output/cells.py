"""Fields as templates see them: cells with a kind, a text and a link target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from milemark.foundation.dates import PartialDate
from milemark.foundation.escaping import is_safe_url
from milemark.foundation.i18n import Language, _
from milemark.markdown.composed import composed_address
from milemark.markdown.outline import plain_text
from milemark.query.finder import without_inline_queries
from milemark.query.tables.table import table_names
from milemark.roadmap.content_paths import destination_of
from milemark.roadmap.elsewhere import Elsewhere, elsewhere
from milemark.roadmap.metrics.health import (
    counts_commits,
    has_number,
    measure_commits,
    measure_counts,
    measured_number,
    with_unit,
)
from milemark.roadmap.metrics.progress import Progress, percent, progress_of
from milemark.roadmap.model import Item, Roadmap, Value
from milemark.roadmap.schema import CORE_FIELDS, PUBLICATION_FIELDS, field_of, is_reference
from milemark.roadmap.settings import Collection, Field, Role

_LABELS: Mapping[str, str] = {
    "title": _("Title"),
    "track": _("Track"),
    "parent": _("Part of"),
    "status": _("Status"),
    "priority": _("Priority"),
    "start": _("Start"),
    "due": _("Due"),
    "finished": _("Finished"),
    "milestone": _("Milestone"),
    "depends_on": _("Depends on"),
    "assignee": _("Assignee"),
    "team": _("Team"),
    "capacity": _("Capacity"),
    "weight": _("Weight"),
    "progress": _("Progress"),
    "allocation": _("Allocation"),
    "tags": _("Tags"),
    "stack": _("Stack"),
    "summary": _("Summary"),
    "goal": _("Goal"),
    "problem": _("Problem"),
    "approach": _("Approach"),
    "result": _("Result"),
    "reason": _("Why"),
    "counts": _("So far"),
    "current": _("So far"),
    "target": _("Target"),
    "unit": _("Unit"),
    "links": _("Links"),
    "cover": _("Picture"),
    "evidence": _("Evidence"),
}
_PERCENT = {"progress", "allocation"}
_OF_MEASURES = {"current", "target", "unit"}
_HALF_LINE = 20
_RANKED = {"status", "progress"}
_NUMBERS = {"number", "integer", "boolean"}
_UNSHOWN = {"title", "id", "aliases", "order", "audience", "description", "featured", "weight", "cover", "evidence"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value to show. `kind` selects the macro; `target` is the path of a page, `url` an external address."""

    kind: str
    text: str = ""
    target: str = ""
    url: str = ""
    parts: tuple[Cell, ...] = ()
    progress: Progress | None = None
    item: Item | None = None
    value: Decimal | None = None

    @property
    def line(self) -> str:
        """The value as text in one line: `Redis, Kafka`, or `start: 8:00, end: 9:30; start: 10:00`."""
        if self.kind == "pair":
            return f"{self.text}: {self.parts[0].line}"
        values = (part.parts[0] if part.kind == "pair" else part for part in self.parts)
        is_nested = any(value.parts for value in values)
        return ("; " if is_nested else ", ").join(part.line for part in self.parts) or self.text

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the objects in a list, each once: the columns of their table."""
        return tuple(dict.fromkeys(pair.text for part in self.parts for pair in part.parts))

    def at(self, key: str) -> Cell:
        """Return the value of a key of an object."""
        return next((pair.parts[0] for pair in self.parts if pair.text == key and pair.parts), EMPTY)


EMPTY = Cell("empty")


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """One column of a table. It sorts by `number`, by `day` or by `word`; `is_title` marks the row header."""

    name: str
    label: str
    order: str = "word"
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """One cell of a table, and its sort key where the column does not sort by words."""

    cell: Cell
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to show. Empty columns are dropped, except the title."""

    headings: tuple[ColumnHeading, ...]
    rows: tuple[tuple[Ranked, ...], ...]


def grid(headings: Sequence[ColumnHeading], rows: Sequence[Sequence[Ranked]]) -> Grid:
    """Return a table without its empty columns."""
    kept = [
        number
        for number, heading in enumerate(headings)
        if heading.is_title or any(row[number].cell != EMPTY for row in rows)
    ]
    return Grid(
        tuple(headings[number] for number in kept), tuple(tuple(row[number] for number in kept) for row in rows)
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled value of an item."""

    name: str
    label: str
    cell: Cell

    @property
    def is_wide(self) -> bool:
        """Whether the value needs a line of its own: a list, a table, or a long text."""
        return self.cell.kind in {"list", "pairs", "records"} or len(self.cell.text) > _HALF_LINE

    @property
    def has_table(self) -> bool:
        """Whether the value is shown as a table."""
        is_of_links = all(part.kind == "link" for part in self.cell.parts)
        return self.cell.kind == "records" or (self.cell.kind == "pairs" and not is_of_links)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Turns the fields of a roadmap's items into cells, in one language."""

    roadmap: Roadmap
    language: Language

    def label(self, collection: Collection, name: str) -> str:
        """Return the label of a field: the declared one, else its translated name, else `Learn by` for `learn_by`."""
        declared = collection.fields.get(name)
        if declared and declared.label:
            return declared.label
        if name in _LABELS:
            return self.language.gettext(_LABELS[name])
        return name[:1].upper() + name[1:].replace("_", " ")

    def columns(self, collection: Collection) -> tuple[str, ...]:
        """Return the columns of a collection's table."""
        return collection.shown

    def source(self, collection: Collection) -> str:
        """Return the name of the table that holds a collection's items."""
        return table_names(self.roadmap.settings)[collection.name]

    def grid(self, collection: Collection, columns: Iterable[str], items: Iterable[Item]) -> Grid:
        """Return fields of items as a table."""
        headings = [self.heading(collection, name) for name in columns]
        return grid(headings, [[self.ranked(item, heading) for heading in headings] for item in items])

    def heading(self, collection: Collection, name: str) -> ColumnHeading:
        """Return the heading of a field's column."""
        return ColumnHeading(name, self.label(collection, name), self.order(collection, name), name == "title")

    def ranked(self, item: Item, heading: ColumnHeading) -> Ranked:
        """Return a field as a cell with its sort key."""
        return Ranked(self.cell(item, heading.name), self.rank(item, heading.name) if heading.order != "word" else "")

    def rows(self, item: Item) -> Iterator[Row]:
        """Yield the fields of an item that have a value: declared ones in their order, then the others."""
        declared = [name for name in item.collection.fields if name not in _UNSHOWN]
        core = [name for name in CORE_FIELDS if name in _LABELS and name not in _UNSHOWN]
        others = [name for name in item.values if name not in {*_UNSHOWN, *PUBLICATION_FIELDS}]
        for name in dict.fromkeys((*declared, *core, *others)):
            cell = self.cell(item, name)
            if cell != EMPTY:
                yield Row(name, self.label(item.collection, name), cell)

    def cell(self, item: Item, name: str) -> Cell:
        """Return the cell of one field of an item."""
        if name == "title":
            return self.link(item)
        if name == "progress":
            return self._progress(item)
        value = item.values.get(name)
        if value is None or value in ("", ()):
            return EMPTY
        if name == "status":
            return Cell("status", item.text("status"), item=item)
        if name == "counts" or (name in _OF_MEASURES and has_number(item)):
            return self._of_measure(item, name)
        field = field_of(item.collection, name) or Field(name)
        return self.value(field, value)

    def _of_measure(self, item: Item, name: str) -> Cell:
        """Return the cell of a number of a measure, with its unit; the first one opens to its derivation."""
        is_first = name != "target" or item.number("current") is None
        text = self.finished(item) if name == "counts" else with_unit(item, name, self.language)
        kind = name if name == "counts" else "measure" if is_first else "text"
        return Cell(kind, text, item=item) if text else EMPTY

    def order(self, collection: Collection, name: str) -> str:
        """Return the order of a column: by `number` or by `day`, both given by `rank`, or by `word`."""
        field = field_of(collection, name) or Field(name)
        if field.type == "date":
            return "day"
        return "number" if name in _RANKED or field.choices or field.type in _NUMBERS else "word"

    def rank(self, item: Item, name: str) -> str:
        """Return the sort key of a value: a number, the position among the choices, a day; empty without a value."""
        value = item.values.get(name)
        field = field_of(item.collection, name) or Field(name)
        choices = field.choices or (tuple(self.roadmap.settings.statuses) if name == "status" else ())
        if name == "progress":
            progress = self._progress(item).progress
            return str(progress.value) if progress else ""
        if isinstance(value, str) and value in choices:
            return str(choices.index(value))
        if isinstance(value, PartialDate):
            return (value.first if name == "start" else value.last).isoformat()
        return str(int(value)) if isinstance(value, bool) else str(value) if isinstance(value, Decimal) else ""

    def finished(self, measure: Item) -> str:
        """Return the number of done items, or of commits, that a measure counts, or its own number, as text."""
        if has_number(measure):
            return measured_number(measure, self.language)
        counts, weeks = measure_counts(self.roadmap, measure), measure_commits(self.roadmap, measure)
        texts = []
        if counts.total or not counts_commits(self.roadmap.settings, measure):
            text = self.language.gettext(_("{done} of {total} finished"))
            texts.append(text.format(done=counts.done, total=counts.total))
        if any(weeks):
            text = self.language.ngettext(
                "{count} commit, in {weeks} of the last 52 weeks",
                "{count} commits, in {weeks} of the last 52 weeks",
                sum(weeks),
            )
            texts.append(text.format(count=sum(weeks), weeks=sum(map(bool, weeks))))
        return " · ".join(texts)

    def _progress(self, item: Item) -> Cell:
        if item.role is not Role.ITEM:
            return EMPTY
        progress = progress_of(self.roadmap, item)
        return EMPTY if progress.value is None else Cell("progress", progress=progress)

    def value(self, field: Field, value: Value) -> Cell:
        """Return the cell of a value of a field."""
        if isinstance(value, bool):
            return Cell("text", self.language.gettext(_("yes")) if value else self.language.gettext(_("no")))
        if isinstance(value, Decimal):
            return Cell("text", f"{percent(value)}%" if field.name in _PERCENT else self.language.number(value))
        if isinstance(value, PartialDate):
            return Cell("date", self.language.date(value), url=value.last.isoformat())
        if isinstance(value, tuple):
            return listed(tuple(self.value(field, each) for each in value))
        if isinstance(value, Mapping):
            return Cell("pairs", parts=tuple(self._pair(field, *pair) for pair in value.items()))
        return self._text(field, value)

    def addresses(self, links: Mapping[str, str]) -> tuple[Cell, ...]:
        """Return links as cells; one that is not safe to link is a text."""
        return tuple(_address(label, url) for label, url in links.items())

    def _pair(self, field: Field, key: str, value: Value) -> Cell:
        if field.item_type == "url" and isinstance(value, str):
            return _address(key, value)
        return Cell("pair", key, parts=(self.value(Field(key), value),))

    def _text(self, field: Field, text: str) -> Cell:
        kind = field.item_type if field.type == "array" else field.type
        if is_reference(field) and text in self.roadmap.by_id:
            return self.link(self.roadmap.by_id[text])
        return _address(text, text) if kind in {"url", "file"} else Cell("text", text)

    def elsewhere(self, item: Item) -> tuple[Elsewhere, ...]:
        """Return the items of other repositories that an item depends on."""
        return elsewhere(self.roadmap, item)

    def link(self, item: Item) -> Cell:
        """Return an item's title as a link to its page."""
        return Cell("link", item.title, target=item.path, item=item)

    def description(self, item: Item) -> str:
        """Return one sentence about an item, for search engines and previews."""
        text = item.text("description") or item.text("summary") or item.text("goal")
        return shortened(text or plain_text(without_inline_queries(item.document.paragraph)) or item.title)


def listed(parts: tuple[Cell, ...]) -> Cell:
    """Return the cell of a list; a list of objects is a table with a row for each."""
    is_table = all(part.kind == "pairs" for part in parts)
    return Cell("records" if parts and is_table else "list", parts=parts)


def _address(label: str, url: str) -> Cell:
    """Return an external link, or text where the address may not be linked."""
    own = destination_of(url) is not None
    return Cell("link", label, url=composed_address(url) if own else url) if is_safe_url(url) else Cell("text", label)


def shortened(text: str, length: int = 160) -> str:
    """Return a text of at most `length` characters, cut at the end of a word."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"
