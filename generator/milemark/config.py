"""roadmap.yml to Settings: the schema of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from milemark import rules
from milemark.dates import parse_date
from milemark.diagnostic import Diagnostic, Span
from milemark.document import Mapping as Written
from milemark.document import Node, Scalar, Sequence
from milemark.encoding import decode
from milemark.fields import TYPES, nearest, parse_value
from milemark.messages import _
from milemark.model import Collection, Field, Policies, Role, Settings, Stage
from milemark.schema import CORE_FIELDS
from milemark.yamltree import read_yaml

ROADMAP_FILE = "roadmap.yml"
LOCALES = ("en", "ko")
DEFAULT_STATUSES: Mapping[str, Stage] = {
    word: stage
    for stage, words in {
        Stage.PLANNED: ("planned", "to do", "To Do", "todo", "backlog", "예정"),
        Stage.ACTIVE: ("active", "in progress", "In Progress", "doing", "진행 중"),
        Stage.PAUSED: ("paused", "blocked", "on hold", "보류"),
        Stage.DONE: ("done", "Done", "completed", "완료"),
        Stage.DROPPED: ("dropped", "cancelled", "중단"),
    }.items()
    for word in words
}
_SETTINGS = ("title", "goal", "locale", "as_of", "statuses", "collections", "marks", "policies", "ignore")
_POLICIES = ("active_limit", "stale_days", "evidence")
_COLLECTION = ("label", "description", "role", "group", "columns", "fields")
_FIELD = ("type", "label", "choices", "required", "default", "description", "items")


def parse_settings(data: bytes | None) -> tuple[Settings, list[Diagnostic]]:
    """Read roadmap.yml, for example `title: My plan`. None means that the file is absent: defaults are used."""
    if data is None:
        return Settings(statuses=DEFAULT_STATUSES, is_adopted=True), [Diagnostic(rules.NO_ROADMAP, Span(ROADMAP_FILE))]
    text, diagnostics = decode(ROADMAP_FILE, data)
    root, found = read_yaml(ROADMAP_FILE, text or "")
    reader = _Reader([*diagnostics, *found])
    settings = reader.settings(root or Written((), Span(ROADMAP_FILE)))
    return settings, reader.diagnostics


class _Reader:
    """Reads settings one by one; what is wrong is noted, and the default stands."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics

    def settings(self, root: Written) -> Settings:
        self._refuse_unknown(root, _SETTINGS)
        collections = self._mapping(root, "collections")
        return Settings(
            title=self._text(root, "title"),
            goal=self._text(root, "goal"),
            locale=self._word(root, "locale", LOCALES, "en"),
            as_of=self._day(root),
            statuses=self._stages(root, "statuses") or DEFAULT_STATUSES,
            collections={key.text: self._collection(key, node) for key, node in collections if self._is_folder(key)},
            marks=self._stages(root, "marks"),
            policies=self._policies(root),
            ignore=self._rules(root),
        )

    def _stages(self, root: Written, name: str) -> Mapping[str, Stage]:
        stages = tuple(Stage)
        found = {key.text.strip(): self._choice(node, stages, "") for key, node in self._mapping(root, name)}
        return {word: Stage(stage) for word, stage in found.items() if stage}

    def _policies(self, root: Written) -> Policies:
        node = root.get("policies")
        if not isinstance(node, Written):
            self._mapping(root, "policies")
            return Policies()
        self._refuse_unknown(node, _POLICIES)
        return Policies(
            self._count(node, "active_limit"), self._count(node, "stale_days"), self._text(node, "evidence")
        )

    def _count(self, node: Written, name: str) -> int | None:
        value = self._value(node, Field(name, "integer"))
        return int(value) if isinstance(value, Decimal) else None

    def _is_folder(self, key: Scalar) -> bool:
        """Whether a collection is named as a folder below content/; its index page is written there."""
        if "\ufffd" in key.text:
            return False  # reported as a control character
        is_safe = not any(part.startswith(".") or not part for part in key.text.split("/"))
        if not is_safe or not key.text.isprintable() or "\\" in key.text:
            self._bad(key, _("the name of a folder below content/"), "projects")
            return False
        return True

    def _collection(self, key: Scalar, node: Node) -> Collection:
        if not isinstance(node, Written):
            self._bad(node, _("a list of settings"), "label: Projects")
            return Collection(key.text, key.text)
        self._refuse_unknown(node, _COLLECTION)
        fields = {name.text: self._field(name, each) for name, each in self._mapping(node, "fields")}
        collection = Collection(
            key.text,
            self._text(node, "label") or key.text,
            Role(self._word(node, "role", tuple(Role), Role.ITEM)),
            self._text(node, "description"),
            self._text(node, "group"),
            self._texts(node, "columns"),
            fields,
        )
        self._check_names(node, collection)
        return collection

    def _check_names(self, node: Written, collection: Collection) -> None:
        """Columns and group must name fields."""
        known = (*collection.fields, *CORE_FIELDS)
        columns = node.get("columns")
        used = [*(columns.items if isinstance(columns, Sequence) else ()), node.get("group")]
        for each in used:
            if isinstance(each, Scalar) and each.text not in known:
                self._unknown(each, known)

    def _field(self, key: Scalar, node: Node) -> Field:
        core = CORE_FIELDS.get(key.text, Field(key.text))
        if isinstance(node, Scalar) and node.is_empty:
            return core
        if not isinstance(node, Written):
            self._bad(node, _("a list of settings"), "{type: string}")
            return core
        self._refuse_unknown(node, _FIELD)
        return Field(
            key.text,
            self._word(node, "type", TYPES, core.type),
            self._text(node, "label"),
            self._texts(node, "choices") or core.choices,
            self._flag(node, "required"),
            self._text(node, "default"),
            self._item_type(node, core.item_type),
            self._text(node, "description"),
        )

    def _item_type(self, node: Written, default: str) -> str:
        items = node.get("items")
        if isinstance(items, Written):
            return self._word(items, "type", TYPES, default)
        if items is not None:
            self._bad(items, _("a list of settings"), "{type: reference}")
        return default

    def _rules(self, root: Written) -> tuple[str, ...]:
        """Read the codes of rules that are not wanted."""
        known = tuple(rule.code for rule in rules.RULES)
        node = root.get("ignore")
        for each in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(each, Scalar) and not each.is_empty and each.text not in known:
                self._unknown(each, known)
        return self._texts(root, "ignore")

    def _refuse_unknown(self, node: Written, known: tuple[str, ...]) -> None:
        for key, _value in node.entries:
            if key.text not in known:
                self._unknown(key, known)

    def _unknown(self, key: Scalar, known: tuple[str, ...]) -> None:
        near = nearest(key.text, known)
        values = {"setting": key.text, "known": ", ".join(known), "nearest": near or ""}
        hint = rules.DID_YOU_MEAN if near else ""
        self.diagnostics.append(Diagnostic(rules.UNKNOWN_SETTING, key.span, values, hint))

    def _bad(self, node: Node, expected: str, example: str, hint: str = "", **more: str) -> None:
        shown = node.text if isinstance(node, Scalar) else "…"
        values = {"value": shown, "expected": expected, "example": example, **more}
        self.diagnostics.append(Diagnostic(rules.BAD_SETTING, node.span, values, hint))

    def _mapping(self, node: Written, name: str) -> tuple[tuple[Scalar, Node], ...]:
        value = node.get(name)
        if isinstance(value, Written):
            return value.entries
        if value is not None and not (isinstance(value, Scalar) and value.is_empty):
            self._bad(value, _("a list of `name: value` lines"), f"{name}: {{name: value}}")
        return ()

    def _text(self, node: Written, name: str) -> str:
        return str(self._value(node, Field(name)) or "")

    def _texts(self, node: Written, name: str) -> tuple[str, ...]:
        value = self._value(node, Field(name, "array"))
        return value if isinstance(value, tuple) else ()

    def _flag(self, node: Written, name: str) -> bool:
        return self._value(node, Field(name, "boolean")) is True

    def _value(self, node: Written, field: Field) -> object:
        written = node.get(field.name)
        if written is None:
            return None
        value, found = parse_value(field, written)
        for each in found:
            is_type = each.rule is rules.WRONG_TYPE
            self.diagnostics.append(replace(each, rule=rules.BAD_SETTING) if is_type else each)
        return value

    def _word(self, node: Written, name: str, known: tuple[str, ...], default: str) -> str:
        written = node.get(name)
        return default if written is None else self._choice(written, known, default)

    def _choice(self, node: Node, known: tuple[str, ...], default: str) -> str:
        if isinstance(node, Scalar) and node.text in known:
            return node.text
        near = nearest(node.text, known) if isinstance(node, Scalar) else None
        hint = rules.DID_YOU_MEAN if near else rules.UNKNOWN_CHOICE.hint
        self._bad(node, _("a word known here"), known[0], hint, known=", ".join(known), nearest=near or "")
        return default

    def _day(self, root: Written) -> date | None:
        written = root.get("as_of")
        if written is None:
            return None
        day = parse_date(written.text) if isinstance(written, Scalar) else None
        if day is None or day.precision != "day":
            self._bad(written, _("a day"), "2025-01-12")
            return None
        return day.first
