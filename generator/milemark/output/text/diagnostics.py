"""Findings as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from milemark import __version__
from milemark.foundation.diagnostics import Diagnostic, Rule, Severity, Span
from milemark.foundation.escaping import command_text, json_text, url_part, visible
from milemark.foundation.fixes import fix_of
from milemark.foundation.rules import RULES
from milemark.markdown.encoding import readable
from milemark.output.text.envelope import envelope

Translate = Callable[[str], str]
_SHOWN = 400  # characters of a source line
_BEFORE = 80  # characters shown before a place far into a line
_GITHUB = {Severity.NOTE: "notice"}  # GitHub has its own word for this one
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class FormatContext:
    """The context of a rendering: a reader of files, the translation, and the form in which paths are shown.

    `revision` returns the revision of a file for `--if-revision`, empty for an audience that edits nothing.
    """

    read: Callable[[str], bytes]
    translate: Translate
    shown: Callable[[str], str] = str
    revision: Callable[[str], str] = lambda _path: ""

    def path(self, finding: Diagnostic) -> str:
        """Return the path of a finding as it is shown."""
        return self.shown(finding.span.path)


def as_text(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return findings with their source lines and carets under the values."""
    lines = cache(lambda path: _lines(context.read(path)))
    return "\n".join(_text(each, context, lines(each.span.path)) for each in diagnostics)


def _lines(data: bytes) -> list[str]:
    return readable(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _text(finding: Diagnostic, context: FormatContext, source: list[str]) -> str:
    translate = context.translate
    head = f"{finding.rule.severity}[{finding.rule.code}]: {visible(finding.message_in(translate))}"
    place = f"{context.path(finding)}:{finding.span.line}:{finding.span.column}"
    lines = [head, f"  --> {visible(place)}"]
    if finding.span.line <= len(source) and source[finding.span.line - 1].strip():
        lines += [f"   | {each}" for each in _shown(source[finding.span.line - 1], finding.span)]
    return "\n".join([*lines, f"   = {visible(finding.hint_in(translate))}", ""])


def _shown(line: str, span: Span) -> tuple[str, str]:
    """Return a source line and carets under the span; a long line is cut around it."""
    first = 0 if span.column + _BEFORE < _SHOWN else span.column - 1 - _BEFORE
    cut = "…" if first else ""
    part = line[first : first + _SHOWN]
    start = span.column - 1 - first
    marked = visible(part[start : start + span.width])
    before = cut + visible(part[:start])
    return cut + visible(part), " " * _columns(before) + "^" * max(_columns(marked), 1)


def _columns(text: str) -> int:
    """Return the columns of a text in a terminal: Hangul and other wide characters take two."""
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else 0 if unicodedata.combining(each) else 1 for each in text
    )


def as_json(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return findings as JSON, and the revision of each file that has some, where the audience may edit it."""
    found = list(diagnostics)
    shown = {each.span.path: context.path(each) for each in found}
    revisions = {name: context.revision(path) for path, name in shown.items()}
    values = {"diagnostics": plain_findings(found, context)}
    return envelope("check", values | {"revisions": {name: each for name, each in revisions.items() if each}})


def plain_findings(diagnostics: Iterable[Diagnostic], context: FormatContext) -> list[dict[str, object]]:
    """Return findings as plain values; lines and columns count from 1, `end_column` follows the last character.

    `fix` is the correction that a finding suggests, or None; `certain` if `check --fix` makes it.
    """
    lines = cache(lambda path: _lines(context.read(path)))
    return [_plain(each, context, lines(each.span.path)) for each in diagnostics]


def _plain(finding: Diagnostic, context: FormatContext, source: list[str]) -> dict[str, object]:
    return {
        "code": finding.rule.code,
        "name": finding.rule.name,
        "severity": finding.rule.severity,
        "message": finding.message_in(context.translate),
        "hint": finding.hint_in(context.translate),
        "path": context.path(finding),
        "line": finding.span.line,
        "column": finding.span.column,
        "end_column": finding.span.column + finding.span.width,
        "fix": _fix(finding, source),
    }


def _fix(finding: Diagnostic, source: list[str]) -> dict[str, object] | None:
    fix = fix_of(finding, source)
    if fix is None:
        return None
    place = {"line": fix.span.line, "column": fix.span.column, "end_column": fix.span.column + fix.span.width}
    return {**place, "text": fix.text, "certain": fix.is_certain}


def as_github(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return findings as workflow commands, which GitHub shows at the lines of a pull request."""
    return "\n".join(_github(each, context) for each in diagnostics)


def _github(finding: Diagnostic, context: FormatContext) -> str:
    span = finding.span
    properties = {
        "file": context.path(finding),
        "line": span.line,
        "col": span.column,
        "endColumn": span.column + span.width,
        "title": f"{finding.rule.code} {finding.rule.name}",
    }
    named = ",".join(f"{name}={command_text(str(value), is_property=True)}" for name, value in properties.items())
    text = f"{finding.message_in(context.translate)}\n{finding.hint_in(context.translate)}"
    return f"::{_GITHUB.get(finding.rule.severity, finding.rule.severity)} {named}::{command_text(text)}"


def as_sarif(diagnostics: Iterable[Diagnostic], context: FormatContext) -> str:
    """Return findings as SARIF 2.1.0 for code scanning services."""
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


def _sarif_result(finding: Diagnostic, context: FormatContext) -> dict[str, Any]:
    span = finding.span
    region = {"startLine": span.line, "startColumn": span.column, "endColumn": span.column + span.width}
    location = {"artifactLocation": {"uri": url_part(context.path(finding))}, "region": region}
    return {
        "ruleId": finding.rule.code,
        "ruleIndex": RULES.index(finding.rule),
        "level": finding.rule.severity,
        "message": {"text": f"{finding.message_in(context.translate)}. {finding.hint_in(context.translate)}"},
        "locations": [{"physicalLocation": location}],
    }


FORMATS: Mapping[str, Callable[[Iterable[Diagnostic], FormatContext], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
