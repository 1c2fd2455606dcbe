"""Turn documents into items: each field is typed by the declaration of its collection."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.layout import AUDIENCES, ROADMAP_FILE
from milemark.foundation.suggestions import meant, same_name
from milemark.markdown.document import Document, Node, Scalar
from milemark.markdown.document import Mapping as Written
from milemark.roadmap.field_types import parse_value, unknown_word
from milemark.roadmap.model import Counts, Item, Value
from milemark.roadmap.settings import Collection, Field, Role, Settings, Stage

_CORE = (
    Field("title"),
    Field("id"),
    Field("aliases", "array"),
    Field("track", "reference"),
    Field("parent", "reference"),
    Field("status"),
    Field("priority"),
    Field("start", "date"),
    Field("due", "date"),
    Field("finished", "date"),
    Field("milestone", "reference"),
    Field("depends_on", "array", item_type="reference"),
    Field("weight", "number"),
    Field("progress", "number"),
    Field("allocation", "number"),
    Field("tags", "array"),
    Field("stack", "array"),
    Field("summary"),
    Field("goal"),
    Field("problem"),
    Field("approach"),
    Field("result"),
    Field("reason"),
    Field("counts", "array"),
    Field("links", "object", item_type="url"),
    Field("featured", "boolean"),
    Field("audience", choices=AUDIENCES),
    Field("description"),
    Field("order", "number"),
)
CORE_FIELDS: Mapping[str, Field] = {field.name: field for field in _CORE}
# Words by which other tools say whether a file is public; milemark reads them in files that do not declare them.
PUBLICATION_FIELDS = ("draft", "private", "publish", "published")
_TWICE = _('"{nearest}" is already set on line {line}: keep one of the two')
_SLIP = _('"{written}" seems to be a typo: write `{field}: …`')
_BLANK = _("write a value after `{field}:`")
_NO_FRONT = _("this file has no front matter: begin it with a line ---, a line `{field}: …` and another line ---")
_EMPTY = _("this file is empty: begin it with a line ---, a line `{field}: …` and another line ---")
LOOSE = Collection("", "", Role.ITEM)
_MARKUP = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\[([^\]]*)\]\([^)]*\)")


def collection_of(settings: Settings, document: Document) -> Collection | None:
    """Return the collection whose folder the file is in; a file with a `status` elsewhere is an item of none."""
    folder, _, name = document.path.rpartition("/")
    while folder and folder not in settings.collections:
        folder = folder.rpartition("/")[0]
    if folder:
        return settings.collections[folder] if name != "index.md" else None
    return LOOSE if document.fields.get("status") else None


def parse_item(settings: Settings, collection: Collection, document: Document) -> tuple[Item, list[Diagnostic]]:
    """Return the typed row of one file and the diagnostics of its fields; a wrong value is left out."""
    values: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    diagnostics: list[Diagnostic] = []
    for name, (value, span, found) in _parse_fields(collection, document).items():
        diagnostics += found
        spans[name] = span
        if value is not None:
            values[name] = value
    status = document.fields.get("status")
    if isinstance(status, Scalar) and "status" in values and not settings.is_undeclared:
        diagnostics += _check_status(settings, status)
    _add_defaults(collection, values)
    diagnostics = _with_missing(diagnostics, _missing(collection, document, values))
    return _item(settings, collection, document, values, spans), diagnostics


def _parse_fields(
    collection: Collection, document: Document
) -> Mapping[str, tuple[Value | None, Span, list[Diagnostic]]]:
    parsed: dict[str, tuple[Value | None, Span, list[Diagnostic]]] = {}
    for key, node in document.fields.entries:
        if key.text in parsed:
            continue  # reported as written twice; the first value stands
        field = collection.fields.get(key.text) or CORE_FIELDS.get(key.text)
        if field:
            value, found = parse_value(field, node)
        else:
            value, found = _undeclared(collection, document.fields, key)
        parsed[key.text] = (value, node.span, found)
    return parsed


def _undeclared(collection: Collection, fields: Written, key: Scalar) -> tuple[Value | None, list[Diagnostic]]:
    """Keep an unknown field as text, and report it if the collection declares its fields."""
    node = fields.get(key.text)
    value = node.text if isinstance(node, Scalar) and not node.is_empty else None
    if (
        not collection.fields or key.text in PUBLICATION_FIELDS or key.text[:1].isspace()
    ):  # a blank before a name is reported as such
        return value, []
    return value, [_unknown_field(collection, fields, key)]


def _unknown_field(collection: Collection, fields: Written, key: Scalar) -> Diagnostic:
    """Report an undeclared field; the field that its name resembles may be written already."""
    known = (*collection.fields, *CORE_FIELDS, *PUBLICATION_FIELDS)
    if twin := next(
        (each for each, _node in fields.entries if each.text in known and same_name(each.text, key.text)), None
    ):
        values = {"field": key.text, "nearest": twin.text, "line": str(twin.span.line)}
        return Diagnostic(rules.UNKNOWN_FIELD, key.span, values, _TWICE)
    hint, near = meant(key.text, tuple(name for name in known if fields.get(name) is None))
    return Diagnostic(rules.UNKNOWN_FIELD, key.span, {"field": key.text, **near}, hint)


def is_misspelt(collection: Collection, document: Document, name: str) -> bool:
    """Whether a field is written under an undeclared name that resembles its own, which is reported."""
    known = {*collection.fields, *CORE_FIELDS}
    strange = (key for key, _node in document.fields.entries if collection.fields and key.text not in known)
    return any(_unknown_field(collection, document.fields, key).values["nearest"] == name for key in strange)


def _check_status(settings: Settings, status: Scalar) -> list[Diagnostic]:
    if status.text.strip() in settings.statuses:
        return []
    return unknown_word(rules.UNKNOWN_STATUS, status, tuple(settings.statuses))[1]


def _add_defaults(collection: Collection, values: dict[str, Value]) -> None:
    for field in collection.fields.values():
        if field.default and field.name not in values:
            value, _ = parse_value(field, Scalar(field.default, Span(ROADMAP_FILE)))
            if value is not None:
                values[field.name] = value


def _missing(collection: Collection, document: Document, values: Mapping[str, Value]) -> list[Diagnostic]:
    if document.is_broken:
        return []
    names = [f.name for f in collection.fields.values() if f.required and f.name not in values]
    blank = {name: document.fields.get(name) for name in names if _is_blank(document.fields.get(name))}
    hint = "" if document.front else _NO_FRONT if document.body.strip() else _EMPTY
    return [
        Diagnostic(rules.MISSING_FIELD, node.span, {"field": name}, _BLANK)
        if node
        else Diagnostic(rules.MISSING_FIELD, Span(document.path), {"field": name}, hint)
        for name, node in blank.items()
    ]


def _with_missing(findings: list[Diagnostic], missing: list[Diagnostic]) -> list[Diagnostic]:
    """Join both; a required field that is missing because it is misspelt is reported once, at the misspelling."""
    misspelt = {each.values.get("nearest"): each for each in findings if each.rule is rules.UNKNOWN_FIELD}
    replaced = {
        each.values["field"]: misspelt[each.values["field"]] for each in missing if each.values["field"] in misspelt
    }
    once = [
        replace(
            each, span=slip.span, values={**slip.values, **each.values, "written": slip.values["field"]}, hint=_SLIP
        )
        if (slip := replaced.get(each.values["field"]))
        else each
        for each in missing
    ]
    return [each for each in findings if each not in replaced.values()] + once


def _is_blank(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.is_empty)


def _item(
    settings: Settings,
    collection: Collection,
    document: Document,
    values: Mapping[str, Value],
    spans: Mapping[str, Span],
) -> Item:
    status = values.get("status")
    stage = settings.statuses.get(status) if isinstance(status, str) else None
    counts = count_tasks(settings, document)
    return Item(item_id(document), title_of(document), collection, document, stage, counts, values, spans)


def count_tasks(settings: Settings, document: Document) -> Counts:
    """Count the tasks of a body, without those that are dropped or whose mark is not declared."""
    stages = [settings.task_stage(task.mark) for task in document.tasks]
    counted = [stage for stage in stages if stage not in {None, Stage.DROPPED}]
    return Counts(counted.count(Stage.DONE), len(counted))


def item_id(document: Document) -> str:
    """Return the `id` field as written, or the file's stem, in NFC."""
    written = document.fields.get("id")
    text = written.text.strip() if isinstance(written, Scalar) and not written.is_empty else ""
    return unicodedata.normalize("NFC", text or _stem(document.path))


def title_of(document: Document) -> str:
    """Return the `title` field, or the first heading without its markup, or the file's stem."""
    written = document.fields.get("title")
    if isinstance(written, Scalar) and not written.is_empty and written.text.strip():
        return " ".join(written.text.split())
    if document.headings:
        return " ".join(_MARKUP.sub(lambda found: found[1] or "", document.headings[0].text).split())
    return _stem(document.path)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def is_reference(field: Field) -> bool:
    """Whether a field holds the id of an item, or a list of them."""
    return field.type == "reference" or (field.type == "array" and field.item_type == "reference")


_CORE_REFERENCES = tuple(field for field in CORE_FIELDS.values() if is_reference(field))


def reference_fields(collection: Collection) -> tuple[Field, ...]:
    """Return the fields of a collection that hold ids, the core ones included."""
    core = tuple(field for field in _CORE_REFERENCES if field.name not in collection.fields)
    return core + tuple(field for field in collection.fields.values() if is_reference(field))
