"""Turn documents into items: each field is typed by the declaration of its collection."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed, word_key
from milemark.foundation.layout import AUDIENCES, ROADMAP_FILE
from milemark.foundation.suggestions import Words, declared_word, meant, plain_name
from milemark.markdown.addresses import tags_in
from milemark.markdown.document import Document, Heading, Node, Scalar, Sequence
from milemark.markdown.document import Mapping as Written
from milemark.markdown.inline_fields import inline_fields
from milemark.markdown.rendering.attributes import split_attributes, split_mdx_id
from milemark.roadmap.field_types import parse_value
from milemark.roadmap.model import Counts, Item, Value
from milemark.roadmap.settings import ASSIGNEE, Collection, Field, Match, Settings, Stage
from milemark.roadmap.site_paths import file_stem, is_introduction
from milemark.roadmap.statuses import declared_status

_CORE = (
    Field("title", description="The title; without it the first heading if it is `# …`, else the name of the file."),
    Field("id", description="The name by which other items refer to it; without it the name of the file."),
    Field("aliases", "array", description="Further names for references, such as an earlier id."),
    Field("track", "reference", description="The track it belongs to."),
    Field("parent", "reference", description="The item it is a part of."),
    Field("status", description="Your word for its state, which roadmap.yml maps to a stage."),
    Field("priority", description="Its priority."),
    Field("start", "date", description="The date it begins, as precise as you know it."),
    Field("due", "date", description="The date it is due, as precise as you know it."),
    Field("finished", "date", description="The date it was finished; a done item without it ends at `due`."),
    Field("milestone", "reference", description="The milestone it belongs to."),
    Field("depends_on", "array", item_type="reference", description="The items that must be done before it."),
    Field(ASSIGNEE, "array", description="The people who work on it, one or several."),
    Field("weight", "number", description="Its weight in averages; 1 without it."),
    Field("progress", "number", description="The progress you claim, 0 to 100; without it, tasks are counted."),
    Field("allocation", "number", description="For a track: its share of the whole roadmap, in percent."),
    Field("team", description="For a person: the team."),
    Field("capacity", "number", description="For a person: how many active items are enough."),
    Field("tags", "array", description="Its tags; `a/b` is also an `a`."),
    Field("stack", "array", description="The technologies used, which are evidence for skills."),
    Field("summary", description="It in one or two sentences."),
    Field("goal", description="Its goal."),
    Field("problem", description="The problem it solves, for the home page."),
    Field("approach", description="How it solves the problem, for the home page."),
    Field("result", description="Its result: the headline of its card."),
    Field("reason", description="Why it is paused or dropped."),
    Field("counts", "array", description="For a measure of success: the collections it counts, or `commits`."),
    Field("current", "number", description="For a measure of success: how much there is now."),
    Field("target", "number", description="For a measure of success: how much there shall be."),
    Field("unit", description="The unit of `current` and `target`, such as ms."),
    Field("links", "object", item_type="url", description="Its links: an address for each label."),
    Field("cover", "file", description="Its picture: a file of the project."),
    Field("evidence", "array", item_type="proof", description="Its proofs, links with `url`, `kind`, `date`, `note`."),
    Field("featured", "boolean", description="Show it on the home page."),
    Field("audience", choices=AUDIENCES, description="`private` keeps it out of the public site."),
    Field("description", description="One sentence about it, for search engines."),
    Field("order", "number", description="Its place in its collection."),
    Field("estimate", description="Its size, for forecasts: tasks such as `5`, or hours such as `8h`."),
)
CORE_FIELDS: Mapping[str, Field] = {field.name: field for field in _CORE}
# Words by which other tools say whether a file is public; milemark reads them in files that do not declare them.
PUBLICATION_FIELDS = ("draft", "private", "unlisted", "publish", "published", "listed")
SOURCE_FIELD = "source"  # of imported items: where they come from
_TWICE = _('"{nearest}" is already set on line {line}: keep one of the two')
_SLIP = _('"{written}" seems to be a typo: write `{field}: …`')
_LINK = _("put it under `links`, as `{field}: …`, or declare it under `fields` of its collection in roadmap.yml")
_ADDRESS = re.compile(r"\s*https?://", re.IGNORECASE)
_BLANK = _("write a value after `{field}:`")
_NO_FRONT = _("this file has no front matter: begin it with a line ---, a line `{field}: …` and another line ---")
_EMPTY = _("this file is empty: begin it with a line ---, a line `{field}: …` and another line ---")
_MARKUP = re.compile(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}|\[([^\]]*)\]\([^)]*\)")


def collection_of(settings: Settings, document: Document) -> Collection | None:
    """Return the collection whose folder the file is in, or that recognises it by a tag or a field.

    A file with a `status` elsewhere is an item of no collection.
    """
    if is_introduction(document.path, settings.collections):
        return None
    if found := settings.collection_in(posixpath.dirname(composed(document.path))):
        return found
    if found := next((each for each in settings.matching if _recognises(each, document)), None):
        return found
    if found := folder_collection(settings, document.path):
        return found
    is_item = any(document.fields.get(name) for name in ("status", settings.loose.own_name("status")))
    return settings.loose if is_item or document.within is not None else None


def folder_collection(settings: Settings, path: str) -> Collection | None:
    """Return the collection in whose folder a file is; `.` is the folder of all files."""
    found = settings.collection_in(posixpath.dirname(composed(path)))
    return found or next((each for each in settings.matching if "." in each.folders), None)


def _recognises(collection: Collection, document: Document) -> bool:
    match = collection.match or Match()
    if any(_has_field(document, *each) for each in match.fields):
        return True
    wanted = frozenset(map(str.casefold, match.tags))
    return bool(wanted) and any(not wanted.isdisjoint(_tag_and_above(each)) for each in _tags(collection, document))


def _has_field(document: Document, name: str, value: str) -> bool:
    node = document.fields.get(name)
    texts = [each.text.strip().casefold() for each in _scalars(node) if not each.is_empty]
    return value.casefold() in texts if value else bool(texts)


def _scalars(node: Node | None) -> tuple[Scalar, ...]:
    """Return the texts of a value or of a list."""
    nodes = node.items if isinstance(node, Sequence) else (node,)
    return tuple(each for each in nodes if isinstance(each, Scalar))


def _tags(collection: Collection, document: Document) -> Iterator[str]:
    """Yield the tags of a file, from its fields and its text."""
    for name in dict.fromkeys((collection.own_name("tags"), "tags", "tag")):
        yield from (each.text.strip().lstrip("#") for each in _scalars(document.fields.get(name)))
    yield from tags_in(document.body)


def _tag_and_above(tag: str) -> Iterator[str]:
    """Yield a tag and those above it, as they are compared: `task/home` is a `task`."""
    tag = tag.casefold()
    while tag:
        yield tag
        tag = tag.rpartition("/")[0]


def as_declared(document: Document, collection: Collection) -> Document:
    """Return a document with milemark's names of fields, and with the fields in its text if the collection has some."""
    written = document.fields.entries
    if collection.is_inline:
        known = {key.text for key, _node in written}
        found = inline_fields(document.path, document.body, document.body_line)
        written = (*written, *((key, node) for key, node in found if key.text not in known))
    if collection.names:
        core = {own: name for name, own in collection.names.items()}
        written = tuple((key._replace(text=core.get(key.text, key.text)), node) for key, node in written)
    if written is document.fields.entries:
        return document
    return replace(document, fields=Written(written, document.fields.span))


def in_own_names(collection: Collection, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return findings that speak of fields by the names that the files of a collection give them."""
    if not collection.names:
        return [*findings]
    quoted = {f"`{name}{end}": f"`{own}{end}" for name, own in collection.names.items() for end in ("`", ":")}
    return [replace(each, values={**quoted, **each.values, **_own_values(collection, each)}) for each in findings]


def _own_values(collection: Collection, finding: Diagnostic) -> dict[str, str]:
    names = ("field", "nearest") if finding.rule is rules.UNKNOWN_FIELD else ("field",)
    return {name: collection.own_name(finding.values[name]) for name in names if name in finding.values}


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
        values["status"], found = declared_status(settings, collection, status)
        diagnostics += found
    _add_defaults(collection, values)
    if other := collection.other_name(item_id(document)):
        known = values.get("aliases")
        values["aliases"] = (*(known if isinstance(known, tuple) else ()), other)
    if settings.body_tags:
        _add_body_tags(document, values)
    diagnostics = _with_missing(collection, diagnostics, _missing(collection, document, values))
    return _item(settings, collection, document, values, spans), in_own_names(collection, diagnostics)


def _parse_fields(
    collection: Collection, document: Document
) -> Mapping[str, tuple[Value | None, Span, list[Diagnostic]]]:
    parsed: dict[str, tuple[Value | None, Span, list[Diagnostic]]] = {}
    undeclared = _Undeclared(collection, document.fields)
    for key, node in document.fields.entries:
        if key.text in parsed:  # the first value stands
            if key.text in collection.names:
                parsed[key.text][2].extend(undeclared.twice(key))
            continue  # others are reported as written twice
        field = field_of(collection, key.text)
        value, found = parse_value(field, node) if field else (undeclared.value(node), undeclared.findings(key, node))
        parsed[key.text] = (value, node.span, found)
    return parsed


class _Undeclared:
    """The undeclared fields of one file: each is kept as text, and reported if the collection declares its fields."""

    def __init__(self, collection: Collection, fields: Written) -> None:
        self._collection, self._fields = collection, fields

    @staticmethod
    def value(node: Node) -> str | None:
        return node.text if isinstance(node, Scalar) and not node.is_empty else None

    def findings(self, key: Scalar, node: Node) -> list[Diagnostic]:
        if not self._collection.fields or key.text in {*PUBLICATION_FIELDS, SOURCE_FIELD}:
            return []
        return [] if key.text[:1].isspace() else [self._finding(key, node)]  # such a blank is reported

    def twice(self, key: Scalar) -> list[Diagnostic]:
        """Return the finding about a field that is written under both of its names."""
        first = self._written[plain_name(key.text)]
        if first.span.width == key.span.width:  # one name twice is reported where YAML is read
            return []
        values = {"key": self._collection.own_name(key.text), "line": str(first.span.line)}
        return [Diagnostic(rules.DUPLICATE_KEY, key.span, values)]

    def is_misspelt(self, name: str) -> bool:
        """Whether a field is written under an undeclared name that resembles its own, which is reported."""
        strange = ((key, node) for key, node in self._fields.entries if key.text not in self._known)
        own = self._collection.own_name(name)
        return any(each.values["nearest"] == own for key, node in strange for each in self.findings(key, node))

    def _finding(self, key: Scalar, node: Node) -> Diagnostic:
        """Report an undeclared field; the field that its name resembles may be written already."""
        if twin := self._written.get(plain_name(key.text)):
            values = {"field": key.text, "nearest": twin.text, "line": str(twin.span.line)}
            return Diagnostic(rules.UNKNOWN_FIELD, key.span, values, _TWICE)
        hint, near = meant(key.text, self._free)
        if not hint and isinstance(node, Scalar) and _ADDRESS.match(node.text):
            hint = _LINK
        return Diagnostic(rules.UNKNOWN_FIELD, key.span, {"field": key.text, **near}, hint)

    @cached_property
    def _known(self) -> Mapping[str, Field]:
        return {**self._collection.fields, **CORE_FIELDS, **{name: Field(name) for name in PUBLICATION_FIELDS}}

    @cached_property
    def _written(self) -> Mapping[str, Scalar]:
        """The known fields that are written, by plain name."""
        keys = (key for key, _node in reversed(self._fields.entries))
        return {plain_name(key.text): key for key in keys if key.text in self._known}

    @cached_property
    def _free(self) -> Words:
        """The known fields that are not written."""
        written = {key.text for key, _node in self._fields.entries}
        return Words(tuple(self._collection.own_name(name) for name in self._known if name not in written))


def is_misspelt(collection: Collection, document: Document, name: str) -> bool:
    """Whether a field is written under an undeclared name that resembles its own, which is reported."""
    return _Undeclared(collection, document.fields).is_misspelt(name)


def _add_defaults(collection: Collection, values: dict[str, Value]) -> None:
    for field in collection.fields.values():
        if field.default and field.name not in values:
            value, _ = parse_value(field, Scalar(field.default, Span(ROADMAP_FILE)))
            if value is not None:
                values[field.name] = value


def _add_body_tags(document: Document, values: dict[str, Value]) -> None:
    """Add the tags in a body to those of the front matter, each once."""
    own = values.get("tags", ())
    if isinstance(own, tuple):
        texts: dict[str, Value] = {}
        for text in (*own, *tags_in(document.body)):
            texts.setdefault(word_key(str(text)), text)
        if texts:
            values["tags"] = tuple(texts.values())


def _missing(collection: Collection, document: Document, values: Mapping[str, Value]) -> list[Diagnostic]:
    if document.is_broken:
        return []
    names = [f.name for f in collection.fields.values() if f.required and f.name not in values]
    nodes = {name: document.fields.get(name) for name in names}
    blank = {name: each for name, each in nodes.items() if not each or (isinstance(each, Scalar) and each.is_empty)}
    hint = "" if document.front else _NO_FRONT if document.body.strip() else _EMPTY
    return [
        Diagnostic(rules.MISSING_FIELD, (node or document).span, {"field": name}, _BLANK if node else hint)
        for name, node in blank.items()
    ]


def _with_missing(collection: Collection, findings: list[Diagnostic], missing: list[Diagnostic]) -> list[Diagnostic]:
    """Join both; a required field that is missing because it is misspelt is reported once, at the misspelling."""
    misspelt = {each.values.get("nearest"): each for each in findings if each.rule is rules.UNKNOWN_FIELD}
    own = {each.values["field"]: collection.own_name(each.values["field"]) for each in missing}
    replaced = {name: misspelt[each] for name, each in own.items() if each in misspelt}
    once = [
        replace(
            each, span=slip.span, values={**slip.values, **each.values, "written": slip.values["field"]}, hint=_SLIP
        )
        if (slip := replaced.get(each.values["field"]))
        else each
        for each in missing
    ]
    return [each for each in findings if each not in replaced.values()] + once


def _item(
    settings: Settings, collection: Collection, document: Document, values: dict[str, Value], spans: dict[str, Span]
) -> Item:
    status = values.get("status")
    word = declared_word(status, settings.statuses) if isinstance(status, str) else None
    stage = settings.statuses[word] if word is not None else None
    named = item_id(document), title_of(document), collection, document
    return Item(*named, stage, count_tasks(settings, document), values, spans)


def count_tasks(settings: Settings, document: Document) -> Counts:
    """Count the tasks of a body, without those that are dropped or whose mark is not declared."""
    stages = [settings.task_stage(task.mark) for task in document.tasks]
    counted = [stage for stage in stages if stage not in {None, Stage.DROPPED}]
    return Counts(counted.count(Stage.DONE), len(counted))


def item_id(document: Document) -> str:
    """Return the `id` field as written, or the name of the file or of its folder, in NFC: see `file_stem`."""
    written = document.fields.get("id")
    text = written.text.strip() if isinstance(written, Scalar) and not written.is_empty else ""
    return composed(text or file_stem(document.path))


def title_of(document: Document) -> str:
    """Return the title that a file gives itself, or else the name of the file or of its folder."""
    return own_title(document) or composed(file_stem(document.path))


def own_title(document: Document) -> str:
    """Return the `title` field, or else the text of `title_heading`; an empty text if there is neither."""
    written = document.fields.get("title")
    if isinstance(written, Scalar) and not written.is_empty and written.text.strip():
        return " ".join(written.text.split())
    heading = title_heading(document)
    return heading_text(heading) if heading else ""


def title_heading(document: Document) -> Heading | None:
    """Return the heading that is the title of a file without the field: the first one, if it is `# …` and not nested.

    A file that begins with `## Goal` is named after its file, as in Obsidian.
    """
    first = next((each for each in document.headings if not each.is_nested), None)
    return first if first and first.level == 1 and heading_text(first) else None


def heading_text(heading: Heading) -> str:
    """Return the text of a heading without its markup, its attribute list and its id."""
    text, _attributes = split_attributes(heading.text, is_line=False)
    text, _id = split_mdx_id(text)
    return " ".join(_MARKUP.sub(lambda found: found[1] or "", text).split())


def is_reference(field: Field) -> bool:
    """Whether a field holds the id of an item, or a list of them."""
    return field.type == "reference" or (field.type == "array" and field.item_type == "reference")


_PEOPLE = replace(CORE_FIELDS[ASSIGNEE], item_type="reference")
_CORE_REFERENCES = tuple(field for field in CORE_FIELDS.values() if is_reference(field))


def field_of(collection: Collection, name: str) -> Field | None:
    """Return the declaration of a field: that of the collection, else milemark's own, else None."""
    is_person = name == ASSIGNEE and collection.has_people
    return collection.fields.get(name) or (_PEOPLE if is_person else CORE_FIELDS.get(name))


def reference_fields(collection: Collection) -> tuple[Field, ...]:
    """Return the fields of a collection that hold ids, the core ones included."""
    every = (*_CORE_REFERENCES, *((_PEOPLE,) if collection.has_people else ()))
    core = tuple(field for field in every if field.name not in collection.fields)
    return core + tuple(field for field in collection.fields.values() if is_reference(field))
