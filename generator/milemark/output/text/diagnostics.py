"""Diagnostics as people and programs read them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from milemark import __version__
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.escaping import command_text, json_text, url_part, visible
from milemark.foundation.rules import RULES
from milemark.markdown.encoding import readable

Translate = Callable[[str], str]
_SHOWN = 400  # characters of a source line
_BEFORE = 80  # characters shown before a place far out in a line
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class FormatContext:
    """What a rendering needs besides the findings: the bytes of a path, the language, and what to put before paths."""

    read: Callable[[str], bytes]
    translate: Translate
    folder: str = ""

    def path(self, found: Diagnostic) -> str:
        """Return the path of a finding as its reader sees it."""
        return f"{self.folder}/{found.span.path}" if self.folder else found.span.path


def as_text(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return the findings with the line each is about, and carets under the value."""
    lines = cache(lambda path: _lines(context.read(path)))
    return "\n".join(_text(each, context, lines(each.span.path)) for each in diagnostics)


def _lines(data: bytes) -> list[str]:
    return readable(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _text(found: Diagnostic, context: FormatContext, source: list[str]) -> str:
    translate = context.translate
    head = f"{found.rule.severity}[{found.rule.code}]: {visible(found.message_in(translate))}"
    place = f"{context.path(found)}:{found.span.line}:{found.span.column}"
    lines = [head, f"  --> {visible(place)}"]
    if found.span.line <= len(source) and source[found.span.line - 1].strip():
        lines += [f"   | {each}" for each in _shown(source[found.span.line - 1], found.span)]
    return "\n".join([*lines, f"   = {visible(found.hint_in(translate))}", ""])


def _shown(line: str, span: Span) -> tuple[str, str]:
    """Return a line and carets under the span; of a long line, what is around it."""
    first = 0 if span.column + _BEFORE < _SHOWN else span.column - 1 - _BEFORE
    cut = "…" if first else ""
    part = line[first : first + _SHOWN]
    start = span.column - 1 - first
    marked = visible(part[start : start + span.width])
    before = cut + visible(part[:start])
    return cut + visible(part), " " * _columns(before) + "^" * max(_columns(marked), 1)


def _columns(text: str) -> int:
    """Return the width of a text in a terminal: Hangul and other wide characters take two columns."""
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else 0 if unicodedata.combining(each) else 1 for each in text
    )


def as_json(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return the findings as a JSON list; lines and columns count from 1, `end_column` is behind the last character."""
    return json_text([_json(each, context) for each in diagnostics], 2)


def _json(found: Diagnostic, context: FormatContext) -> dict[str, object]:
    return {
        "code": found.rule.code,
        "name": found.rule.name,
        "severity": found.rule.severity,
        "message": found.message_in(context.translate),
        "hint": found.hint_in(context.translate),
        "path": context.path(found),
        "line": found.span.line,
        "column": found.span.column,
        "end_column": found.span.column + found.span.width,
    }


def as_github(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return the findings as workflow commands, which GitHub shows beside the lines of a pull request."""
    return "\n".join(_github(each, context) for each in diagnostics)


def _github(found: Diagnostic, context: FormatContext) -> str:
    span = found.span
    properties = {
        "file": context.path(found),
        "line": span.line,
        "col": span.column,
        "endColumn": span.column + span.width,
        "title": f"{found.rule.code} {found.rule.name}",
    }
    named = ",".join(f"{name}={command_text(str(value), is_property=True)}" for name, value in properties.items())
    text = f"{found.message_in(context.translate)}\n{found.hint_in(context.translate)}"
    return f"::{found.rule.severity} {named}::{command_text(text)}"


def as_sarif(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return the findings as SARIF 2.1.0, which code scanning services read."""
    driver = {"name": "milemark", "version": __version__, "rules": [_sarif_rule(rule) for rule in RULES]}
    results = [_sarif_result(each, context) for each in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, 2)


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.message},
        "help": {"text": rule.hint},
        "defaultConfiguration": {"level": rule.severity},
    }


def _sarif_result(found: Diagnostic, context: FormatContext) -> dict[str, Any]:
    span = found.span
    region = {"startLine": span.line, "startColumn": span.column, "endColumn": span.column + span.width}
    location = {"artifactLocation": {"uri": url_part(context.path(found))}, "region": region}
    return {
        "ruleId": found.rule.code,
        "ruleIndex": RULES.index(found.rule),
        "level": found.rule.severity,
        "message": {"text": f"{found.message_in(context.translate)}. {found.hint_in(context.translate)}"},
        "locations": [{"physicalLocation": location}],
    }


FORMATS: Mapping[str, Callable[[Iterable[Diagnostic], FormatContext], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
