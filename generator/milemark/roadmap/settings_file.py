"""Read roadmap.yml into Settings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath

from milemark.foundation import rules
from milemark.foundation.dates import parse_date
from milemark.foundation.diagnostics import Diagnostic, Span, correction
from milemark.foundation.disk import is_lfs_pointer
from milemark.foundation.globs import is_pattern
from milemark.foundation.i18n import LOCALES, _
from milemark.foundation.identifiers import composed, key_of
from milemark.foundation.layout import AUDIENCES, PRIVATE, ROADMAP_FILE
from milemark.foundation.suggestions import declared_word, meant, nearest
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Node, Scalar, Sequence
from milemark.markdown.encoding import decode, refused_text
from milemark.markdown.yaml import read_yaml
from milemark.roadmap import setting_table
from milemark.roadmap.capacity import capacity_of
from milemark.roadmap.elsewhere import sources_of
from milemark.roadmap.field_types import TYPES, parse_value
from milemark.roadmap.heading_items import LEVELS
from milemark.roadmap.names_file import PERSON_NAMES, Reports, completed, entries_of, match_of, names_of, preset_of
from milemark.roadmap.private_settings import may_be_private, private_names
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings import (
    ASSETS,
    DERIVATIONS,
    OWNER_FIELDS,
    PAGES,
    Collection,
    Field,
    Owner,
    Policies,
    Role,
    Settings,
    Stage,
)
from milemark.roadmap.site_paths import FIXED_PAGES
from milemark.roadmap.statuses import DEFAULT_STATUSES, known_stage

_CODE = re.compile(r"MM\d{3}", re.IGNORECASE)
_PAGES = frozenset(path.removesuffix(".md") for path in FIXED_PAGES) - {"index"}  # generated at these addresses
SETTINGS = tuple(setting_table.ROADMAP)
POLICIES = tuple(setting_table.POLICIES)
COLLECTION_SETTINGS = tuple(setting_table.COLLECTION)
OWNER_SETTINGS = tuple(setting_table.OWNER)
FIELD_SETTINGS = tuple(setting_table.FIELD)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def parse_settings(data: bytes | None) -> tuple[Settings, list[Diagnostic]]:
    """Read roadmap.yml, for example `title: My plan`. None means that the file is absent: defaults are used."""
    if data is None:
        return Settings(statuses=DEFAULT_STATUSES, is_adopted=True), [Diagnostic(rules.NO_ROADMAP, Span(ROADMAP_FILE))]
    root, diagnostics = _read(data)
    if root is None:
        return Settings(statuses=DEFAULT_STATUSES, is_broken=True), diagnostics
    reader = _SettingsReader(diagnostics)
    return reader.settings(root), reader.diagnostics


def setting_span(data: bytes, name: str) -> Span:
    """Return the place of a setting's value in roadmap.yml, or its beginning."""
    root = _read(data)[0]
    node = root.get(name) if root else None
    return node.span if node else Span(ROADMAP_FILE)


def _read(data: bytes) -> tuple[Written | None, list[Diagnostic]]:
    if is_lfs_pointer(data):
        return None, [Diagnostic(rules.LFS_POINTER, Span(ROADMAP_FILE))]
    text, diagnostics = decode(ROADMAP_FILE, data)
    if text is None:
        return None, diagnostics
    if refused := refused_text(ROADMAP_FILE, text):
        return None, [*diagnostics, refused]
    root, findings = read_yaml(ROADMAP_FILE, text, what=ROADMAP_FILE)
    return root, [*diagnostics, *findings]


class _SettingsReader:
    """Reads settings one by one; a wrong one is reported and keeps its default."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        self.reports = Reports(self._bad, self._unknown)

    def settings(self, root: Written) -> Settings:
        self._refuse_unknown(root, SETTINGS)
        collections = self._mapping(root, "collections")
        declared = [(key, node) for key, node in collections if self._is_folder(key)]
        like, own = preset_of(root, self.reports), names_of(root, self.reports)
        names = {**like.names, **own}
        every = {
            **{each.name: each for each in like.collections},
            **{composed(key.text): self._collection(key, node, names) for key, node in declared},
        }
        has_people = any(each.role is Role.PERSON for each in every.values())
        return Settings(
            content=posixpath.normpath(self._text(root, "content")) if self._text(root, "content") else "",
            title=self._text(root, "title"),
            goal=self._text(root, "goal"),
            locale=self._word(root, "locale", LOCALES, "en", _("a language of the interface")),
            as_of=self._day(root),
            statuses=like.statuses_beside(self._stages(root, "statuses")) or DEFAULT_STATUSES,
            collections=completed(every, (node for _key, node in declared)),
            names=names,
            is_inline=like.is_inline,
            has_people=has_people,
            marks=self._marks(root),
            policies=self._policies(root, tuple(composed(key.text) for key, _node in collections)),
            ignore=self._rules(root),
            assets=self._patterns(root, "assets", ASSETS),
            exclude=self._patterns(root, "exclude", like.exclude),
            publish=self._patterns(root, "publish", ()) if root.get("publish") else None,
            untrusted=self._flag(root, "untrusted"),
            autolink=self._flag(root, "autolink"),
            body_tags=self._flag(root, "body_tags"),
            owner=self._owner(root),
            repositories=self._texts(root, "repositories"),
            sources=sources_of(root, self.reports),
            into=self._inner_folder(root, "into"),
            pages=self._word(root, "pages", PAGES, PAGES[0], _("full, or index for one page")),
            capacity=capacity_of(root, self.reports),
            is_forecast_public=self._word(root, "forecast", AUDIENCES, PRIVATE, _("an audience")) != PRIVATE,
            derivations=self._word(root, "derivations", DERIVATIONS, DERIVATIONS[0], _("a form of derivations")),
        )

    def _inner_folder(self, root: Written, name: str) -> str:
        """Read a folder below the project's own. A repository cannot name another one: the command line can."""
        written, path = root.get(name), PurePosixPath(text := self._text(root, name))
        if written and (path.is_absolute() or ".." in path.parts or not path.name):
            self._bad(written, _("a folder below the one of the project"), example="docs/roadmap")
            return ""
        return text

    def _owner(self, root: Written) -> Owner | None:
        node = root.get("owner")
        if not isinstance(node, Written):
            self._mapping(root, "owner")
            return None
        self._refuse_unknown(node, OWNER_SETTINGS)
        found = {name: self._value(node, field) for name, field in OWNER_FIELDS.items()}
        email, photo = node.get("email"), node.get("photo")
        if email and found["email"] and not _EMAIL.fullmatch(str(found["email"])):
            self._bad(email, _("an e-mail address"), example="me@example.org")
            found["email"] = None
        values = {name: value for name, value in found.items() if value is not None}
        return Owner(**values, private=self._hidden_of_owner(node), photo_span=photo.span if photo else None)  # type: ignore[arg-type]

    def _hidden_of_owner(self, node: Written) -> tuple[str, ...]:
        """Return the private fields of the owner: all of them in doubt."""
        names, written = self._texts(node, "private"), node.get("private")
        wrong = [each for each in entries_of(written) if isinstance(each, Scalar) and each.text not in OWNER_FIELDS]
        for each in wrong:
            self._unknown(each, tuple(OWNER_FIELDS), _("field"))
        return tuple(OWNER_FIELDS) if wrong or self._is_private(node) else names

    def _patterns(self, root: Written, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read patterns of paths, one or a list; a wrong one is left out, so that a wrong `publish` hides."""
        entries = entries_of(node := root.get(name))
        texts = [each for each in entries if isinstance(each, Scalar) and not each.is_empty]
        for each in entries:
            if not isinstance(each, Scalar) or (each in texts and not is_pattern(each.text)):
                self._bad(each, _("a pattern of paths"), example="Templates/")
        return tuple(each.text for each in texts if is_pattern(each.text)) if node else default

    def _stages(self, root: Written, name: str) -> Mapping[str, Stage]:
        stages = tuple(Stage)
        entries = self._mapping(root, name)
        found = {key.text.strip(): self._choice(node, stages, "", _("a stage")) for key, node in entries}
        return {word: Stage(stage) for word, stage in found.items() if stage}

    def _marks(self, root: Written) -> Mapping[str, Stage]:
        """Read the marks of tasks; a box holds one character."""
        marks = root.get("marks")
        for key, _node in marks.entries if isinstance(marks, Written) else ():
            if len(key.text.strip()) > 1:
                self._bad(key, _("one character"), example='"/"')
        return self._stages(root, "marks")

    def _policies(self, root: Written, collections: tuple[str, ...]) -> Policies:
        node = root.get("policies")
        if not isinstance(node, Written):
            self._mapping(root, "policies")
            return Policies()
        self._refuse_unknown(node, POLICIES)
        return Policies(
            self._count(node, "active_limit"),
            self._count(node, "stale_days"),
            self._evidence(node, collections),
            self._flag(node, "count_private"),
            self._count(node, "least_chance"),
        )

    def _evidence(self, node: Written, collections: tuple[str, ...]) -> str:
        name, written = composed(self._text(node, "evidence")), node.get("evidence")
        if name and written and name not in collections:
            hint = "" if collections else _("declare it under `collections` in roadmap.yml")
            self._bad(written, _("the name of a collection"), collections, hint)
            return ""
        return name

    def _count(self, node: Written, name: str) -> int | None:
        value = self._value(node, Field(name, "integer"))
        return int(value) if isinstance(value, Decimal) else None

    def _is_folder(self, key: Scalar) -> bool:
        """Whether the name of a collection can be a folder below content/, where its index page is written."""
        if "\ufffd" in key.text:
            return False  # reported as a control character
        is_safe = not any(part.startswith(".") or not part for part in key.text.split("/"))
        if not is_safe or not key.text.isprintable() or "\\" in key.text:
            self._bad(key, _("the name of a folder"), example="projects")
            return False
        if key_of(key.text) in _PAGES:
            hint = _("the site has a page of that name: rename the folder, for example to {example}")
            self._bad(key, _("available as the name of a collection"), hint=hint, example=f"{key.text}-items")
            return False
        return True

    def _collection(self, key: Scalar, node: Node, names: Mapping[str, str]) -> Collection:
        node = Written((), node.span) if isinstance(node, Scalar) and node.is_empty else node
        if not isinstance(node, Written):
            self._bad(node, _("a list of settings"), example="label: Projects")
            return Collection(composed(key.text), key.text, is_private=may_be_private(node), names=names)
        self._refuse_unknown(node, COLLECTION_SETTINGS)
        like = preset_of(node, self.reports)
        role = Role(self._word(node, "role", tuple(Role), Role.ITEM, _("a role")))
        names = {**(PERSON_NAMES if role is Role.PERSON else {}), **like.names, **names, **names_of(node, self.reports)}
        core = {own: name for name, own in names.items()}
        written = ((name, core.get(name.text, name.text), each) for name, each in self._mapping(node, "fields"))
        fields = {**like.declared, **{name: self._field(key, name, each) for key, name, each in written}}
        collection = Collection(
            composed(key.text),
            self._text(node, "label") or key.text,
            role,
            self._text(node, "description"),
            core.get(self._text(node, "group"), self._text(node, "group")),
            tuple(core.get(name, name) for name in self._texts(node, "columns")),
            fields,
            tuple(core.get(name, name) for name in private_names(node, self._texts(node, "private"), fields)),
            self._is_private(node) or may_be_private(node),
            self._level(node),
            match_of(node, self.reports) or like.match,
            names,
            like.is_inline,
            like.prefix,
        )
        self._check_names(node, collection)
        return collection

    def _level(self, node: Written) -> int:
        """Return the level of the headings that are items: 2 for `items: headings`; 0 if the files are the items."""
        written = node.get("items")
        return LEVELS.get(self._choice(written, tuple(LEVELS), "", _("a level of headings")), 0) if written else 0

    def _is_private(self, node: Written) -> bool:
        """Whether a collection is its owner's only; a word that is not known hides it, too."""
        written = node.get("audience")
        return written is not None and self._choice(written, AUDIENCES, PRIVATE, _("an audience")) == PRIVATE

    def _check_names(self, node: Written, collection: Collection) -> None:
        """Columns, group and private fields must name fields."""
        known = tuple(collection.own_name(name) for name in {**collection.fields, **CORE_FIELDS})
        columns, private = node.get("columns"), entries_of(node.get("private"))
        for each in (*(columns.items if isinstance(columns, Sequence) else ()), node.get("group"), *private):
            if isinstance(each, Scalar) and each.text not in {*known, *CORE_FIELDS}:
                self._unknown(each, known, _("field"))

    def _field(self, key: Scalar, name: str, node: Node) -> Field:
        core = CORE_FIELDS.get(name, Field(key.text))
        if isinstance(node, Scalar) and node.is_empty:
            return core
        if not isinstance(node, Written):
            self._bad(node, _("a list of settings"), example="{type: string}")
            return core
        self._refuse_unknown(node, FIELD_SETTINGS)
        return Field(
            name,
            self._word(node, "type", TYPES, core.type, _("a field type")),
            self._text(node, "label"),
            self._texts(node, "choices") or core.choices,
            self._flag(node, "required"),
            self._text(node, "default"),
            self._item_type(node, core.item_type),
            self._text(node, "description") or core.description,
        )

    def _item_type(self, node: Written, default: str) -> str:
        items = node.get("items")
        if isinstance(items, Written):
            return self._word(items, "type", TYPES, default, _("a field type"))
        if items is not None:
            self._bad(items, _("a list of settings"), example="{type: reference}")
        return default

    def _rules(self, root: Written) -> tuple[str, ...]:
        """Read the codes of ignored rules, which are written by code or by name."""
        codes = {name: rule.code for rule in rules.RULES for name in (rule.code.casefold(), rule.name)}
        node, texts = root.get("ignore"), self._texts(root, "ignore")
        is_commas = bool(self.diagnostics) and self.diagnostics[-1].rule is rules.COMMAS
        for each in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(each, Scalar) and not (each.is_empty or is_commas) and each.text.casefold() not in codes:
                self._unknown_rule(each, tuple(codes))
        return tuple(codes[text.casefold()] for text in texts if text.casefold() in codes)

    def _unknown_rule(self, written: Scalar, known: tuple[str, ...]) -> None:
        """Report an unknown rule; for a text in the form of a code no other code is suggested."""
        near = None if _CODE.fullmatch(written.text) else nearest(written.text, known)
        is_code = near is not None and _CODE.fullmatch(near) is not None
        values = {"setting": written.text, "nearest": near.upper() if near and is_code else near or ""}
        values |= {"first": rules.RULES[0].code, "last": rules.RULES[-1].code, **correction(written.text, near or "")}
        hint = rules.DID_YOU_MEAN if near else _("write a code from {first} to {last}, as `check` prints it")
        self.diagnostics.append(Diagnostic(rules.UNKNOWN_SETTING, written.span, values | {"what": _("rule")}, hint))

    def _refuse_unknown(self, node: Written, known: tuple[str, ...]) -> None:
        for key, _value in node.entries:
            if key.text not in known:
                self._unknown(key, known)

    def _unknown(self, key: Scalar, known: tuple[str, ...], what: str = _("setting")) -> None:
        hint, near = meant(key.text, known)
        values = {"what": what, "setting": key.text, "known": ", ".join(known), **near}
        self.diagnostics.append(Diagnostic(rules.UNKNOWN_SETTING, key.span, values, hint))

    def _bad(
        self, node: Node, expected: str, known: tuple[str, ...] = (), hint: str = "", *, example: str = ""
    ) -> None:
        """Report a wrong value; the hint lists the known words or shows an example."""
        values = {"value": node.text if isinstance(node, Scalar) else "…", "expected": expected, "example": example}
        if known:
            near = _nearest_setting(node.text, known) if isinstance(node, Scalar) else None
            hint = rules.DID_YOU_MEAN_ONE_OF if near else rules.UNKNOWN_CHOICE.hint
            suggested = correction(values["value"], near) if near else {}
            values |= {"known": ", ".join(known), "nearest": near or "", **suggested}
        self.diagnostics.append(Diagnostic(rules.BAD_SETTING, node.span, values, hint))

    def _mapping(self, node: Written, name: str) -> tuple[tuple[Scalar, Node], ...]:
        value = node.get(name)
        if isinstance(value, Written):
            return value.entries
        if value is not None and not (isinstance(value, Scalar) and value.is_empty):
            self._bad(value, _("a list of `name: value` lines"), example=f"{name}: {{name: value}}")
        return ()

    def _text(self, node: Written, name: str) -> str:
        return str(self._value(node, Field(name)) or "")

    def _texts(self, node: Written, name: str) -> tuple[str, ...]:
        value = self._value(node, Field(name, "array"))
        return tuple(map(str, value)) if isinstance(value, tuple) else ()

    def _flag(self, node: Written, name: str) -> bool:
        return self._value(node, Field(name, "boolean")) is True

    def _value(self, node: Written, field: Field) -> object:
        written = node.get(field.name)
        if written is None:
            return None
        value, findings = parse_value(field, written)
        for each in findings:
            is_type = each.rule is rules.WRONG_TYPE
            self.diagnostics.append(replace(each, rule=rules.BAD_SETTING) if is_type else each)
        return value

    def _word(self, node: Written, name: str, known: tuple[str, ...], default: str, expected: str) -> str:
        written = node.get(name)
        return default if written is None else self._choice(written, known, default, expected)

    def _choice(self, node: Node, known: tuple[str, ...], default: str, expected: str) -> str:
        if isinstance(node, Scalar) and (word := declared_word(node.text, known)):
            return word
        self._bad(node, expected, known)
        return default

    def _day(self, root: Written) -> date | None:
        written = root.get("as_of")
        if written is None:
            return None
        day = parse_date(written.text) if isinstance(written, Scalar) else None
        if day is None or day.precision != "day":
            self._bad(written, _("a day"), example="2025-01-12")
            return None
        return day.first


def _nearest_setting(text: str, known: tuple[str, ...]) -> str | None:
    """Return the known word that a text probably means; for a stage also by its meaning: `doing` is active."""
    stage = known_stage(text)
    return stage if stage in known else nearest(text, known)
