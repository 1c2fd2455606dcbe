"""Parse a written value into a typed value by the declaration of its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from milemark.foundation import rules
from milemark.foundation.date_forms import date_hint
from milemark.foundation.dates import parse_date
from milemark.foundation.diagnostics import Diagnostic, Rule, correction, uncorrected
from milemark.foundation.escaping import is_safe_url
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import declared_word, meant
from milemark.markdown.addresses import link_of
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Node, Scalar, Sequence
from milemark.markdown.wikilinks import wikilink_of
from milemark.roadmap.content_paths import destination_of
from milemark.roadmap.model import Value
from milemark.roadmap.settings import ANYTHING, Field

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}
RANGES: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("progress", "allocation", "least_chance"), (0, 100)),
    **dict.fromkeys(("weight", "active_limit", "stale_days", "capacity"), (0, 1_000_000)),
}
DEFAULT_RANGE = (-(10**15), 10**15)
PROOF_FIELDS: Mapping[str, Field] = {
    each.name: each
    for each in (
        Field("url", "url"),
        Field("kind", choices=("pr", "commit", "release", "demo", "post", "certificate", "talk")),
        Field("date", "date"),
        Field("note"),
    )
}
_NUMBER_HINTS = {
    **dict.fromkeys(("current", "target"), _("write only the number, and what it counts under `unit`")),
    "capacity": _("a person's capacity counts active items; hours for each weekday stand in roadmap.yml"),
}
_ODD_QUOTES = ("“", "”", "‘", "’", "「", "『", "＂")
_SEPARATOR = re.compile(r"\s*[,，、]\s*")
_WIDE_SEPARATOR = re.compile("[，、]")
_WRITE_A_LIST = _("write a list: [{list}]")
_NAMED = _("give it a name: {field}: {{Name: {value}}}")
_PLAIN_QUOTES = _("YAML does not read these as quotation marks: delete them, or type straight ones")
_TEMPLATE = re.compile(r"\{\{.*\}\}|<%.*%>", re.DOTALL)  # of Obsidian and Templater
_FILL_IN = _("fill in the template, or leave its folder out by `exclude` in roadmap.yml")
_Parsed = tuple[Value | None, list[Diagnostic]]


def parse_value(field: Field, node: Node) -> _Parsed:
    """Return the typed value of a field, or None and a finding; an empty value is None without one.

    `parse_value(Field("due", "date"), Scalar("2025-Q1", span))` gives the first quarter of 2025.
    """
    is_empty_list = isinstance(node, Sequence) and not node.items and field.type != "array"
    if is_empty_list or (isinstance(node, Scalar) and node.is_empty):
        return None, []
    value, findings = _PARSERS.get(field.type, _anything)(field, node)
    if findings and isinstance(node, Scalar) and node.is_plain and node.text.startswith(_ODD_QUOTES):
        findings = [each if each.hint else replace(each, hint=_PLAIN_QUOTES) for each in findings]
    return value, findings


def finding(rule: Rule, node: Node, hint: str = "", **values: str) -> _Parsed:
    """Return None and one diagnostic at the place of the value."""
    is_template = isinstance(node, Scalar) and _TEMPLATE.search(node.text)
    return None, [Diagnostic(rule, node.span, values, _FILL_IN if is_template else hint)]


def _string(field: Field, node: Node) -> _Parsed:
    if not isinstance(node, Scalar):
        return _wrong_type(node, _("a text"), _("text on a single line"))
    if not field.choices:
        return node.text.strip(), []
    if word := declared_word(node.text, field.choices):
        return word, []
    return unknown_word(rules.UNKNOWN_CHOICE, node, field.choices, field=field.name)


def unknown_word(rule: Rule, node: Scalar, known: tuple[str, ...], **values: str) -> _Parsed:
    """Report a word that is not declared, with the nearest declared one."""
    hint, near = meant(node.text, known)
    return finding(rule, node, hint, value=node.text, known=", ".join(known), **near, **values)


def _number(field: Field, node: Node) -> _Parsed:
    text = node.text.strip().removesuffix("%").rstrip() if isinstance(node, Scalar) else ""
    if not isinstance(node, Scalar) or not _NUMBER.fullmatch(text):
        example = "3" if field.type == "integer" else "40"
        hint = _NUMBER_HINTS.get(field.name, "")
        return _wrong_type(node, _("a number"), example, hint)
    return _in_range(field, node, text)


def _in_range(field: Field, node: Scalar, text: str) -> _Parsed:
    low, high = RANGES.get(field.name, DEFAULT_RANGE)
    try:
        number = Decimal(text)
    except InvalidOperation:  # more digits than a Decimal may have
        number = Decimal("Infinity")
    if not low <= number <= high:
        return finding(rules.OUT_OF_RANGE, node, value=node.text[:40], low=str(low), high=str(high))
    if field.type == "integer" and number != number.to_integral_value():
        return _wrong_type(node, _("a whole number"), "3")
    return number, []


def _boolean(_field: Field, node: Node) -> _Parsed:
    word = node.text.strip().casefold() if isinstance(node, Scalar) else ""
    if word not in _BOOLEANS:
        return _wrong_type(node, _("true or false"), "true", _("write true or false"))
    return _BOOLEANS[word], []


def _date(_field: Field, node: Node) -> _Parsed:
    if not isinstance(node, Scalar):
        return _wrong_type(node, _("a date"), "2025-02-14")
    if value := parse_date(node.text):
        return value, []
    hint, values = date_hint(node.text)
    return finding(rules.BAD_DATE, node, hint, value=node.text, **values)


def _url(_field: Field, node: Node) -> _Parsed:
    if not isinstance(node, Scalar):
        return _wrong_type(node, _("an address"), "https://example.org")
    if not is_safe_url(node.text):
        return finding(rules.BAD_URL, node, value=node.text)
    return node.text.strip(), []


def _file(_field: Field, node: Node) -> _Parsed:
    """Return the path of a file below content/, so that no page loads it from another host."""
    target = destination_of(node.text) if isinstance(node, Scalar) else None
    if not isinstance(node, Scalar) or target is None or not target.way:
        return _wrong_type(node, _("the path of a file"), "cover.png")
    return node.text.strip(), []


def _proof(_field: Field, node: Node) -> _Parsed:
    """Return one piece of evidence: an address, or an object with one and more about it."""
    if isinstance(node, Scalar):
        url, found = _url(Field("url"), node)
        return ({"url": url} if url else None), found
    if not isinstance(node, Written):
        return _wrong_type(node, _("an address"), "{url: https://example.org, kind: release}")
    values: dict[str, Value] = {}
    findings: list[Diagnostic] = []
    for key, each in node.entries:
        if key.text not in PROOF_FIELDS:
            findings += unknown_word(rules.UNKNOWN_CHOICE, key, tuple(PROOF_FIELDS), field="evidence")[1]
            continue
        value, found = parse_value(PROOF_FIELDS[key.text], each)
        findings += found
        if value is not None:
            values[key.text] = value
    if "url" not in values and not findings:
        return _wrong_type(node, _("an address"), "{url: https://example.org}")
    return (values if "url" in values else None), findings


def _reference(field: Field, node: Node) -> _Parsed:
    text = reference_of(node)
    text = text.removeprefix("@") if field.name == "assignee" else text  # as GitHub and Backlog.md write people
    return (text, []) if text else _wrong_type(node, _("the id of an item"), "storebridge")


def reference_of(node: Node) -> str:
    """Return the name in a reference: `api` for `api` and `[[api|API]]`, and `api.md` for `[API](api.md)`."""
    if isinstance(node, Written):  # TaskNotes writes `blockedBy: [{uid: "[[Plan]]", reltype: FINISHTOSTART}]`
        return reference_of(node.get("uid") or Scalar("", node.span))
    if link := wikilink_of(node):
        return link.path
    text = node.text.strip() if isinstance(node, Scalar) else ""
    target = destination_of(link_of(text))
    return target.way if target and target.way else text


def _array(field: Field, node: Node) -> _Parsed:
    if field.item_type == "reference" and wikilink_of(node):
        nodes: tuple[Node, ...] = (node,)
    else:
        nodes = node.items if isinstance(node, Sequence) else (node,)
    values: list[Value] = []
    diagnostics: list[Diagnostic] = []
    for each in nodes:
        value, findings = parse_value(field.entry, each)
        diagnostics += findings
        values += [value] if value is not None else []
    if len(nodes) == 1 and isinstance(nodes[0], Scalar):
        diagnostics = _commas(field, nodes[0], diagnostics, is_list=isinstance(node, Sequence))
    return tuple(values), diagnostics


# A text with commas stays one text, also in a declared list: a scalar stays as written. A finding shows the list.
def _commas(field: Field, only: Scalar, findings: list[Diagnostic], *, is_list: bool) -> list[Diagnostic]:
    """Suggest a list if the only entry holds commas: YAML splits at `,` alone, and only within brackets."""
    separator = _WIDE_SEPARATOR if is_list else _SEPARATOR
    if not only.is_plain or not separator.search(only.text):
        return findings
    entries = {"list": as_list(only.text)}
    entries |= {} if is_list else correction(only.text, f"[{entries['list']}]")
    if findings:  # no entry of this type holds a comma
        return [replace(each, hint=_WRITE_A_LIST, values={**uncorrected(each.values), **entries}) for each in findings]
    if field.item_type == "reference":
        return []  # an id with a comma is reported when references are resolved
    return [Diagnostic(rules.COMMAS, only.span, {"field": field.name, "value": only.text, **entries})]


def as_list(text: str) -> str:
    """Return the entries of a text as they stand in a list: `가，나` is `가, 나`."""
    return ", ".join(part for part in _SEPARATOR.split(text.strip()) if part)


def _object(field: Field, node: Node) -> _Parsed:
    if not isinstance(node, Written):
        return _unnamed(field, node)
    values: dict[str, Value] = {}
    diagnostics: list[Diagnostic] = []
    for key, each in node.entries:
        value, findings = parse_value(field.entry, each)
        diagnostics += findings
        if value is not None:
            values.setdefault(key.text, value)
    return values or None, diagnostics  # an object without a usable entry is missing


def _anything(field: Field, node: Node) -> _Parsed:
    """Return a text, a list or an object within a list or an object."""
    if isinstance(node, Scalar):
        return _string(field, node)
    kind = "object" if isinstance(node, Written) else "array"
    value, findings = _PARSERS[kind](replace(field, type=kind, item_type=ANYTHING), node)
    return value or None, findings


def _unnamed(field: Field, node: Node) -> _Parsed:
    """Report values without names: `links: [https://example.org]`, also as one text."""
    first = node.items[0] if isinstance(node, Sequence) and node.items else node
    if not isinstance(first, Scalar):
        return _wrong_type(first, _("a set of `name: value` lines"), _("name: value"))
    values = {"field": field.name, "value": first.text[:60], "expected": _("a `name: value` line")}
    return finding(rules.WRONG_TYPE, first, _NAMED, **values)


def _wrong_type(node: Node, expected: str, example: str, hint: str = "") -> _Parsed:
    shown = node.text if isinstance(node, Scalar) else ("[…]" if isinstance(node, Sequence) else "{…}")
    return finding(rules.WRONG_TYPE, node, hint, value=shown[:60], expected=expected, example=example)


_PARSERS: Mapping[str, Callable[[Field, Node], _Parsed]] = {
    "string": _string,
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "date": _date,
    "url": _url,
    "file": _file,
    "proof": _proof,
    "reference": _reference,
    "array": _array,
    "object": _object,
}
TYPES: tuple[str, ...] = tuple(_PARSERS)  # that roadmap.yml may declare
