"""Items that come from another tool, and the conversion of its words into fields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from milemark.foundation.date_forms import suggest_date
from milemark.foundation.dates import parse_date
from milemark.foundation.diagnostics import Span
from milemark.foundation.i18n import counted
from milemark.foundation.suggestions import declared_word, plain_name
from milemark.markdown.document import Document, Scalar
from milemark.markdown.document import Mapping as Written
from milemark.roadmap.heading_marks import word_of
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import Collection, Settings, Stage
from milemark.roadmap.statuses import known_stage

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=[T ]|$)")
_TIME = re.compile(r"(?<=\d),?\s+\d{1,2}:\d{2}\b.*$")
_SHORT_YEAR = re.compile(r"^(\d{1,2})[/-]([A-Za-z]{3})[/-](\d{2})$")  # of Jira
_SEPARATOR = re.compile(r"\s*[,;]\s*")
_NOTHING = frozenset({"", "none", "no priority", "n/a", "-", "null", "undefined"})
_FIELD_OF: Mapping[str, str] = {  # plain names of columns and JSON keys
    **dict.fromkeys(("title", "name", "summary", "cardname", "task", "taskname"), "title"),
    **dict.fromkeys(("status", "state", "listname", "list", "column"), "status"),
    **dict.fromkeys(("due", "duedate", "target", "targetdate", "deadline", "enddate", "dueon"), "due"),
    **dict.fromkeys(("start", "startdate", "started"), "start"),
    **dict.fromkeys(("finished", "completed", "closedat", "resolved", "completeddate"), "finished"),
    **dict.fromkeys(("labels", "label", "tags", "tag"), "tags"),
    **dict.fromkeys(("description", "carddescription", "body", "notes"), "body"),
    **dict.fromkeys(("id", "key", "issuekey", "identifier", "cardid", "uuid"), "id"),
    **dict.fromkeys(("url", "cardurl", "link"), "url"),
    **dict.fromkeys(("parent", "parentissue", "parentkey", "epiclink"), "parent"),
    **dict.fromkeys(("dependson", "blockedby", "dependencies"), "depends_on"),
    "priority": "priority",
    "goal": "goal",
    "progress": "progress",
    "weight": "weight",
}
_DATES = frozenset({"start", "due", "finished"})
Value = str | tuple[str, ...]


class Imported(NamedTuple):
    """One item of another tool. `source` identifies it there; `references` name other items by their sources.

    `name` is that of its file, without `.md`; `folder` one below content/, by default that of the import. `origins` are
    the texts and entries that it comes from: if one of them says that it is private, so is the item.
    """

    source: str
    name: str
    fields: Mapping[str, Value]
    body: str = ""
    references: Mapping[str, tuple[str, ...]] = {}
    folder: str = ""
    origins: tuple[Document, ...] = ()


class Import(NamedTuple):
    """The items of an export, and one line for each kind of thing that was not understood."""

    items: tuple[Imported, ...]
    notes: tuple[str, ...] = ()


def entry_document(pairs: Iterable[tuple[str, str]]) -> Document:
    """Return the names and values of a row or a record of another tool as the fields of a document."""
    span = Span("")
    return Document("", Written(tuple((Scalar(name, span), Scalar(value, span)) for name, value in pairs), span))


def field_of(name: str) -> str:
    """Return the field that a column or a key of another tool means, or an empty text."""
    return _FIELD_OF.get(plain_name(name), "")


class Converter:
    """Converts words of another tool into the fields of a collection, and counts what it leaves out."""

    def __init__(self, settings: Settings, collection: Collection | None) -> None:
        self.settings, self.collection = settings, collection
        self._notes: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()

    @property
    def notes(self) -> tuple[str, ...]:
        """One line for each kind of thing that was left out or is not declared, with the number of items."""
        return tuple(f"{text} ({counted(count, 'item')})" for text, count in self._notes.items())

    def unique(self, source: str) -> str:
        """Return the source of an item that only its title identifies: the second of one title has a number."""
        self._sources[source] += 1
        return source if self._sources[source] == 1 else f"{source} ({self._sources[source]})"

    def note(self, text: str) -> None:
        """Count one thing that was not understood."""
        self._notes[text] += 1

    def fields(self, pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
        """Return fields from the names and values of another tool; the first value of a field stands."""
        found: dict[str, Value] = {}
        for name, value in pairs:
            converted = self._value(name, value)
            if converted and name not in found:
                found[name] = converted
        return found

    def _value(self, name: str, value: Value) -> Value:
        texts = tuple(each.strip() for each in ((value,) if isinstance(value, str) else value))
        texts = tuple(each for each in texts if each.casefold() not in _NOTHING)
        if not texts or not self._fits(name):
            return ""
        declared = self.collection.fields.get(name) if self.collection else None
        field = declared or CORE_FIELDS.get(name)
        if field and field.type == "array":
            parts = _SEPARATOR.split(texts[0]) if isinstance(value, str) else texts
            return tuple(dict.fromkeys(filter(None, parts)))
        if name in _DATES or (field and field.type == "date"):
            return self._date(name, texts[0])
        return self.status(texts[0]) if name == "status" else ", ".join(texts)

    def _fits(self, name: str) -> bool:
        """Whether a collection may have a field: one that declares its fields has no others."""
        declared = self.collection.fields if self.collection else {}
        if name in CORE_FIELDS or name in declared or not declared:
            return True
        self.note(f"the collection declares no field `{name}`")
        return False

    def _date(self, name: str, text: str) -> str:
        text = _SHORT_YEAR.sub(r"\1 \2 20\3", _TIME.sub("", text))
        day = _DAY.match(text)
        found = (day and day[0]) or (text if parse_date(text) else suggest_date(text))
        if not found or not parse_date(found):
            self.note(f'{name}: "{text[:40]}" is not a date')
            return ""
        return found

    def status(self, word: str) -> str:
        """Return a status as roadmap.yml has it: the word itself, or the one for the stage that it usually means."""
        if declared := declared_word(word, self.settings.statuses):
            return declared
        stage = known_stage(word)
        if stage:
            return word_of(self.settings, stage)
        self.note(f'declare the status "{word[:40]}" under `statuses` in roadmap.yml')
        return word

    def word(self, stage: Stage) -> str:
        """Return the user's word for a stage."""
        return word_of(self.settings, stage)
