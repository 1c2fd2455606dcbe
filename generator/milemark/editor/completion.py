"""Completions at a position of a file: fields, words, ids, dates, tags, links, and the parts of queries."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from lsprotocol import types as lsp

from milemark.editor.view import FileView
from milemark.editor.yaml_place import YamlPlace, yaml_place
from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import AUDIENCES
from milemark.markdown.scalar_styles import scalar_text
from milemark.query.sql.block import OPTIONS, PART, PARTS, VIEWS
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import Table
from milemark.roadmap.model import Item
from milemark.roadmap.schema import CORE_FIELDS, collection_of, folder_collection, reference_fields
from milemark.roadmap.setting_words import FLAGS, keys_at, values_at
from milemark.roadmap.settings import ASSIGNEE, Collection, Field, Role

LISTED = 200  # of a list; the client asks again as the user types on
_WIKILINK = re.compile(r"\[\[(?P<word>[^\[\]|#\n]*)$")
_LINK = re.compile(r"\]\((?P<word>[^()\s]*)$")
_TAG = re.compile(r"(?:^|\s)#(?P<word>[\w/-]*)$")
_WORD = re.compile(r"\w*$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*(?P<word>\w*)")
ROLES = {"track": Role.TRACK, "milestone": Role.MILESTONE, ASSIGNEE: Role.PERSON}  # of the items that these fields name
_NAMED = {rules.UNKNOWN_REFERENCE: "value", rules.DEAD_WIKILINK: "name"}  # where these findings have the name
_TITLED = (lsp.CompletionItemKind.Reference, lsp.CompletionItemKind.File)
_SQL = ("where", "order", "columns", "group", "value", "sql")
_TABLE = re.compile(r"\b(?:from|join)\b:?\s+[\"'`]?(?P<name>\w[\w-]*)", re.IGNORECASE)
_NEXT_IS_TABLE = re.compile(r"\b(?:from|join)\s+\w*$", re.IGNORECASE)


class Offer(NamedTuple):
    """A text to choose: `text` is written, `detail` is shown beside it, and either may match what the user types."""

    text: str
    detail: str = ""
    kind: lsp.CompletionItemKind = lsp.CompletionItemKind.Value
    label: str = ""


class _Place(NamedTuple):
    """The word before the cursor, where it begins, and how a choice is written in its place."""

    word: str
    start: int
    written: Callable[[Offer], str] = lambda choice: choice.text


def completion(view: FileView, row: int, column: int) -> lsp.CompletionList:
    """Return what may stand at a position, the likeliest first."""
    place, choices = _choices(view, row, column)
    span = lsp.Range(_position(view, row, place.start), _position(view, row, column))
    wanted = key_of(place.word.strip())
    found = list(islice((each for each in choices if _matches(each, wanted)), LISTED + 1))
    shown = [_item(place, each, span, number) for number, each in enumerate(found[:LISTED])]
    return lsp.CompletionList(is_incomplete=len(found) > LISTED, items=shown)


def _position(view: FileView, row: int, column: int) -> lsp.Position:
    return view.texts.position(view.path, row + 1, column + 1)


def _matches(choice: Offer, wanted: str) -> bool:
    """Whether the letters of a word stand in a choice, or in its title, in their order: `sb` finds StoreBridge."""
    text, start = key_of(_searched(choice)), 0
    for letter in wanted:
        start = text.find(letter, start) + 1
        if not start:
            return False
    return True


def _searched(choice: Offer) -> str:
    """Return the text in which the letters are searched: of an item and a file, also its title."""
    label = choice.label or choice.text
    return f"{label} {choice.detail}".strip() if choice.kind in _TITLED else label


def _item(place: _Place, choice: Offer, span: lsp.Range, number: int) -> lsp.CompletionItem:
    label = choice.label or choice.text
    return lsp.CompletionItem(
        label=label,
        detail=choice.detail or None,
        kind=choice.kind,
        sort_text=f"{number:05}",
        filter_text=_searched(choice),
        text_edit=lsp.TextEdit(span, place.written(choice)),
    )


_NOTHING = _Place("", 0), list[Offer]()


def _choices(view: FileView, row: int, column: int) -> tuple[_Place, Iterable[Offer]]:
    nothing = _Place("", column), ()
    if view.is_settings:
        place = yaml_place(view.lines, row, column)
        return _setting(view, place) if place else nothing
    if view.is_front(row):
        place = yaml_place(view.lines[: view.front_end], row, column)
        return _field(view, place) if place else nothing
    return _body(view, row, column) or nothing


# --- YAML


def _written(place: YamlPlace, choice: Offer) -> str:
    """Return a choice as YAML: a key with its colon, a value with the quotation marks that it needs."""
    if place.is_key:
        return f"{choice.text}: "
    is_typed = choice.kind in {lsp.CompletionItemKind.Constant, lsp.CompletionItemKind.Event}
    text = choice.text if place.quote else scalar_text(choice.text, is_text=not is_typed, is_flow=place.is_flow)
    return f"{place.blank}{text}"


def _yaml(place: YamlPlace, choices: Iterable[Offer]) -> tuple[_Place, Iterable[Offer]]:
    return _Place(place.prefix, place.start, lambda choice: _written(place, choice)), choices


def _setting(view: FileView, place: YamlPlace) -> tuple[_Place, Iterable[Offer]]:
    path = [*place.path]
    kind = lsp.CompletionItemKind.Property if place.is_key else lsp.CompletionItemKind.Constant
    words = keys_at(path) if place.is_key else dict.fromkeys(values_at(view.settings, path), "")
    return _yaml(place, [Offer(word, detail, kind) for word, detail in words.items()])


def _field(view: FileView, place: YamlPlace) -> tuple[_Place, Iterable[Offer]]:
    collection = collection_at(view)
    if place.is_key and not place.path:
        return _yaml(place, _free_fields(view, collection))
    if not place.path or place.is_key:
        return _yaml(place, ())
    name = collection.core_name(place.path[0])
    field = collection.fields.get(name) or CORE_FIELDS.get(name)
    return _yaml(place, _values(view, collection, field) if field else ())


def collection_at(view: FileView) -> Collection:
    """Return the collection of a file; while it cannot be read, that of its folder."""
    found = collection_of(view.settings, view.document) or folder_collection(view.settings, view.path)
    return found or view.settings.loose


def _free_fields(view: FileView, collection: Collection) -> Iterator[Offer]:
    """Yield the fields that the file does not have: required ones, those of the collection, the others."""
    written = {line.partition(":")[0].strip() for line in view.lines[1 : view.front_end] if ":" in line}
    fields = {
        **collection.fields,
        **{name: each for name, each in CORE_FIELDS.items() if name not in collection.fields},
    }
    ranked = sorted(fields.values(), key=lambda field: (not field.required, field.name not in collection.fields))
    for field in ranked:
        name = collection.own_name(field.name)
        if name not in written:
            need = view.language.gettext(_("required")) if field.required else ""
            detail = ", ".join(filter(None, [field.label, field.type, need]))
            yield Offer(name, detail, lsp.CompletionItemKind.Property)


def _values(view: FileView, collection: Collection, field: Field) -> Iterable[Offer]:  # noqa: PLR0911  one line for each type
    type_ = field.item_type if field.type == "array" else field.type
    if field.name == "status":
        words = view.settings.statuses.items()
        return [Offer(word, view.language.gettext(stage), lsp.CompletionItemKind.EnumMember) for word, stage in words]
    if field.choices:
        return [Offer(word, "", lsp.CompletionItemKind.EnumMember) for word in field.choices]
    if field.name in {each.name for each in reference_fields(collection)}:
        return ids(view, ROLES.get(field.name), is_only=field.name == ASSIGNEE)
    if field.name == "aliases":
        return _missing_names(view)
    if type_ == "boolean":
        return [Offer(word, "", lsp.CompletionItemKind.Constant) for word in FLAGS]
    if type_ == "date":
        return _dates(view.roadmap.as_of)
    if field.name == "counts":
        return [Offer(name) for name in view.settings.collections]
    if field.name == "audience":
        return [Offer(word) for word in AUDIENCES]
    return _used(view, field.name) if type_ == "string" and field.type == "array" else ()


def ids(view: FileView, role: Role | None = None, *, is_only: bool = False) -> Iterator[Offer]:
    """Yield the ids of items with titles, stages and aliases; those of a role first, or only those."""
    items = sorted(view.roadmap.items, key=lambda item: item.role is not role) if role else view.roadmap.items
    for item in items:
        if item.path != view.path and (item.role is role or not is_only):
            yield Offer(item.id, _detail(view, item), lsp.CompletionItemKind.Reference)


def _detail(view: FileView, item: Item) -> str:
    stage = view.language.gettext(item.stage) if item.stage else ""
    return ", ".join(filter(None, ["" if item.title == item.id else item.title, stage, *item.texts("aliases")]))


def missing_name(finding: Diagnostic) -> str:
    """Return the name of no item that a reference or a wikilink has, or an empty text for another finding."""
    return finding.values.get(_NAMED.get(finding.rule, ""), "").partition("#")[0].strip()


def _missing_names(view: FileView) -> Iterator[Offer]:
    """Yield the names that other files use and no item has, with those files: as aliases they lead here."""
    names: dict[str, list[str]] = {}
    for each in view.all_findings:
        if (name := missing_name(each)) and each.span.path != view.path:
            names.setdefault(name, []).append(view.settings.shown(each.span.path))
    yield from (Offer(name, ", ".join(dict.fromkeys(paths))) for name, paths in names.items())


def _dates(day: date) -> Iterator[Offer]:
    quarter = (day.month + 2) // 3
    year, week, _weekday = day.isocalendar()
    forms = (day.isoformat(), f"{day:%Y-%m}", f"{day.year}-Q{quarter}", f"{year}-W{week:02}", str(day.year))
    following = f"{day.year + quarter // 4}-Q{quarter % 4 + 1}"
    yield from (Offer(text, "", lsp.CompletionItemKind.Event) for text in (*forms, following, str(day.year + 1)))


def _used(view: FileView, name: str) -> Iterator[Offer]:
    """Yield the entries that other items have in a list, the most frequent first."""
    counts: dict[str, int] = {}
    for item in view.roadmap.items:
        for text in item.texts(name):
            counts[text] = counts.get(text, 0) + 1
    yield from (Offer(text, f"{counts[text]}×") for text in sorted(counts, key=lambda text: (-counts[text], text)))


# --- the body


def _body(view: FileView, row: int, column: int) -> tuple[_Place, Iterable[Offer]] | None:
    before = view.lines[row][:column]
    word = _fence_at(view, row)
    if word == "milemark":
        return _query(view, row, column)
    if word is not None:
        return None
    if found := _WIKILINK.search(before):
        close = "" if view.lines[row][column:].startswith("]]") else "]]"
        return _Place(found["word"], found.start("word"), lambda choice: f"{choice.text}{close}"), ids(view)
    if found := _LINK.search(before):
        close = "" if view.lines[row][column:].startswith(")") else ")"
        return _Place(found["word"], found.start("word"), lambda choice: f"{choice.text}{close}"), _paths(view)
    if view.settings.body_tags and (found := _TAG.search(before)):
        return _Place(found["word"], found.start("word")), _used(view, "tags")
    return None


def _paths(view: FileView) -> Iterator[Offer]:
    """Yield the ways from the file to the others."""
    folder = posixpath.dirname(view.path) or "."
    named = [(item.document.source, item.title) for item in view.roadmap.items]
    named += [(page.path, "") for page in view.roadmap.pages] + [(path, "") for path in view.attachments]
    for path, title in dict(named).items():
        if path != view.path:
            way = posixpath.relpath(path, folder)
            text = f"<{way}>" if " " in way else way
            yield Offer(text, title, lsp.CompletionItemKind.File, way)


def _fence_at(view: FileView, row: int) -> str | None:
    """Return the word of the code block that holds a row, or None outside of code."""
    opened: tuple[str, str] | None = None
    for line in view.lines[view.front_end : row]:
        if found := _FENCE.match(line):
            if opened is None:
                opened = found[1], found["word"]
            elif found[1].startswith(opened[0]) and not found["word"]:
                opened = None
    return opened[1] if opened else None


def _query(view: FileView, row: int, column: int) -> tuple[_Place, Iterable[Offer]] | None:
    first = next(n for n in range(row - 1, -1, -1) if _FENCE.match(view.lines[n])) + 1
    place = yaml_place(view.lines[first:], row - first, column)
    if place is None:
        return None
    if place.is_key:
        return _yaml(place, [Offer(word, "", lsp.CompletionItemKind.Property) for word in OPTIONS])
    name = place.path[0] if place.path else ""
    tables = roadmap_tables(view.settings)
    if name == "from":
        return _yaml(place, [Offer(each.name, each.description) for each in tables])
    if name in {"view", PART}:
        return _yaml(place, [Offer(word) for word in (VIEWS if name == "view" else PARTS)])
    found = _WORD.search(place.prefix)
    if name not in _SQL or found is None:
        return None
    relations = [Offer(each.name, each.description) for each in tables] if name == "sql" else []
    is_relation = _NEXT_IS_TABLE.search(place.prefix) is not None
    last = next((n for n in range(row, len(view.lines)) if _FENCE.match(view.lines[n])), len(view.lines))
    columns = () if relations and is_relation else _columns(view.lines[first:last], tables, is_sql=bool(relations))
    return _Place(found[0], column - len(found[0])), [*columns, *relations]


def _columns(lines: Sequence[str], tables: Sequence[Table], *, is_sql: bool) -> Iterator[Offer]:
    """Yield the columns of the relations that a block names, or of items; in SQL, those of the others follow."""
    named = {found["name"].lower() for line in lines for found in _TABLE.finditer(line)} or {"items"}
    near = [each for each in tables if each.name.lower() in named]
    far = [each for each in tables if each not in near] if is_sql or not near else []
    columns = {each.name: each.description for table in (*near, *far) for each in table.columns}
    yield from (Offer(name, text, lsp.CompletionItemKind.Field) for name, text in columns.items())
