"""Checks expressions before they run: unknown names, unsupported functions, types that never match.

Obsidian shows such an error in the cell. Here `check` reports it at its place in the file, if it does not depend on the
data; a cell whose value cannot be computed is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import meant
from milemark.query.bases.ast import (
    Binary,
    Call,
    IndexExpression,
    Literal,
    MemberExpression,
    Name,
    Node,
    Pairs,
    Pattern,
    Property,
    Several,
    Unary,
)
from milemark.query.bases.formulas.dates import unknown_parts
from milemark.query.bases.formulas.functions import ANY, GLOBALS, IF, MANY, METHODS, OF_LISTS, Function
from milemark.query.bases.formulas.patterns import why_invalid
from milemark.query.bases.formulas.values import Regex, as_number, as_text, parse_date_value, parse_duration, type_name

FILE_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("name", "basename", "path", "folder", "ext"), "string"),
    "size": "number",
    **dict.fromkeys(("tags", "links", "backlinks", "embeds"), "list"),
    "properties": "object",
    "file": "file",
}
_TIMES = _("file times differ between copies; write a date into the file")
_LOOKS, _CHANCE = _("a site shows texts, numbers, dates and links"), _("every build must give the same result")
_ELSEWHERE = {
    "file.mtime": _TIMES,
    "file.ctime": _TIMES,
    **dict.fromkeys(("html()", "image()", "icon()"), _LOOKS),
    "random()": _CHANCE,
}
_NO_PART = _("date formats on a site do not support this part")
_FUNCTION, _FIELD, _FORMULA = _("function"), _("file property"), _("formula")
_A_DATE, _A_LENGTH, _A_NUMBER = _("a date"), _("a length of time"), _("a number")
_A_PATTERN, _A_CALL = _("a regular expression"), _("called with the right number of arguments")
_IS_A_FIELD = _("this is a field: write .{name} without brackets")
_NO_FORMULAS = _("declare it under `formulas`")
_NEVER_NUMBERS = {"boolean", "list", "object", "regexp", "file", "link"}
_FIELDS_OF_DATES = ("year", "month", "day", "hour", "minute", "second", "millisecond")


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks expressions of a base with these formulas."""

    formulas: Collection[str]

    def check(self, node: Node) -> Iterator[Diagnostic]:
        """Yield the findings about a tree. Their columns count within the expression."""
        for part in parts(node):
            if isinstance(part, Call):
                yield from self._call(part)
            elif (
                isinstance(part, MemberExpression) and isinstance(part.of, Name) and part.of.name in {"file", "formula"}
            ):
                yield from self.property(Property(part.of.name, part.name), part)
            elif isinstance(part, IndexExpression) and isinstance(part.of, Name) and isinstance(part.key, Literal):
                yield from self.property(Property(part.of.name, as_text(part.key.value)), part.key)
            elif isinstance(part, Pattern) and (problem := why_invalid(Regex(part.text, part.flags))):
                yield _bad(part, f"/{part.text}/: {problem}", _A_PATTERN, "/^a/")
            elif isinstance(part, Binary) and part.operator in {"-", "*", "/", "%"}:
                yield from self._arithmetic(part)

    def property(self, wanted: Property, node: Node) -> Iterator[Diagnostic]:
        """Yield the findings about a property of a file, or about a formula."""
        if wanted.kind == "formula" and wanted.name not in self.formulas:
            yield _unknown(node, _FORMULA, wanted.name, tuple(self.formulas))
        elif wanted.kind == "file" and wanted.key in _ELSEWHERE:
            yield _not_here(node, wanted.key, _ELSEWHERE[wanted.key])
        elif wanted.kind == "file" and wanted.name not in FILE_FIELDS:
            yield _unknown(node, _FIELD, wanted.name, tuple(FILE_FIELDS))

    def _call(self, node: Call) -> Iterator[Diagnostic]:
        written = f"{node.name}()"
        if node.of is None and written in _ELSEWHERE:
            yield _not_here(node, written, _ELSEWHERE[written])
            return
        known = {**GLOBALS, "if": IF} if node.of is None else methods_of(type_of(node.of))
        function = known.get(node.name)
        if node.name not in known:
            is_field = node.of is not None and node.name in {"length", *_FIELDS_OF_DATES}
            yield _unknown(node, _FUNCTION, node.name, tuple(known), _IS_A_FIELD if is_field else "")
        elif function and not function.least <= len(node.arguments) <= function.most:
            yield _bad(node, written, _A_CALL, _example(node, function))
        else:
            yield from self._texts(node)

    def _texts(self, node: Call) -> Iterator[Diagnostic]:
        """Check the constant texts that some functions parse."""
        first = node.arguments[0] if node.arguments else None
        if not isinstance(first, Literal) or not isinstance(first.value, str):
            return
        if node.of is None and node.name == "date" and not parse_date_value(first.value):
            yield _bad(first, first.value, _A_DATE, "2025-02-14")
        elif node.of is None and node.name == "duration" and not parse_duration(first.value):
            yield _bad(first, first.value, _A_LENGTH, "7d")
        elif node.of is not None and node.name == "format":
            yield from (_not_here(first, part, _NO_PART) for part in unknown_parts(first.value))

    def _arithmetic(self, node: Binary) -> Iterator[Diagnostic]:
        left = type_of(node.left)
        if node.operator == "-" and left == "date":
            text = node.right.value if isinstance(node.right, Literal) else None
            if isinstance(text, str) and not parse_duration(text):
                yield _bad(node.right, text, _A_LENGTH, "7d")
            return
        for each in (node.left, node.right):
            is_text = isinstance(each, Literal) and isinstance(each.value, str) and as_number(each.value) is None
            if type_of(each) in _NEVER_NUMBERS or (is_text and type_of(node.left) in {"number", "string"}):
                shown = as_text(each.value) if isinstance(each, Literal) else type_of(each)
                yield _bad(each, shown, _A_NUMBER, "2")


def methods_of(type_: str) -> Mapping[str, Function]:
    """Return the functions of a type; for an unknown type, those of all types with any number of arguments."""
    if not type_:
        found = {name: function for each in METHODS.values() for name, function in each.items()}
        loose = {name: each._replace(least=0, most=MANY) for name, each in found.items()}
        return {**loose, **{name: each._replace(most=MANY) for name, each in {**ANY, **OF_LISTS}.items()}}
    return {**ANY, **METHODS.get(type_, {}), **(OF_LISTS if type_ == "list" else {})}


def type_of(node: Node) -> str:
    """Return the type of an expression, or an empty text if it depends on the data."""
    if isinstance(node, Literal):
        return type_name(node.value)
    if isinstance(node, Call):
        known = {**GLOBALS} if node.of is None else methods_of(type_of(node.of)) if type_of(node.of) else {}
        return known[node.name].result if node.name in known else ""
    if isinstance(node, MemberExpression):
        is_file = isinstance(node.of, Name) and node.of.name == "file"
        return FILE_FIELDS.get(node.name, "") if is_file else ""
    if isinstance(node, Binary):
        return _type_of_binary(node)
    return _TYPES.get(type(node), "boolean" if isinstance(node, Unary) and node.operator == "!" else "")


_TYPES: Mapping[type, str] = {Several: "list", Pairs: "object", Pattern: "regexp"}


def _type_of_binary(node: Binary) -> str:
    left, right = type_of(node.left), type_of(node.right)
    if node.operator not in {"+", "-", "*", "/", "%"}:
        return "boolean"
    if left == "date" and node.operator in {"+", "-"}:
        return "date" if (right in {"duration", "string"} and node.operator == "-") or right == "duration" else ""
    return "number" if left == right == "number" else ""


def parts(node: Node) -> Iterator[Node]:
    """Yield every node of a tree."""
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        for value in each:
            pending += _nodes(value)


_NODES = (Literal, Pattern, Name, MemberExpression, IndexExpression, Call, Unary, Binary, Several, Pairs)


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, _NODES):
        yield value
    elif type(value) is tuple:
        for each in value:
            yield from _nodes(each)


def formulas_in(node: Node) -> Iterator[str]:
    """Yield the names of the formulas that an expression refers to."""
    for part in parts(node):
        if isinstance(part, MemberExpression) and isinstance(part.of, Name) and part.of.name == "formula":
            yield part.name
        if isinstance(part, IndexExpression) and isinstance(part.of, Name) and part.of.name == "formula":
            yield as_text(part.key.value) if isinstance(part.key, Literal) else ""


def _example(node: Call, function: Function) -> str:
    values = ", ".join(["…"] * max(function.least, min(len(node.arguments), function.most)))
    return f"{node.name}({values})"


def _found(rule: Rule, node: Node, hint: str = "", **values: str) -> Diagnostic:
    return Diagnostic(rule, Span("", 1, node.start + 1, max(node.end - node.start, 1)), values, hint)


def _unknown(node: Node, what: str, name: str, known: tuple[str, ...], hint: str = "") -> Diagnostic:
    hint, near = (hint or _NO_FORMULAS, {"nearest": ""}) if hint or not known else meant(name, known)
    return _found(rules.UNKNOWN_IN_BASE, node, hint, what=what, name=name, known=", ".join(known), **near)


def _not_here(node: Node, name: str, reason: str) -> Diagnostic:
    return _found(rules.NOT_IN_BASE, node, name=name, reason=reason)


def _bad(node: Node, value: str, expected: str, example: str) -> Diagnostic:
    return _found(rules.BAD_IN_BASE, node, value=value, expected=expected, example=example)
