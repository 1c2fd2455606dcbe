"""Findings as plain values, which caches keep as JSON, and back."""

from __future__ import annotations

from typing import Any

from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.rules import RULES

_RULES = {rule.code: rule for rule in RULES}


def row_of(diagnostic: Diagnostic) -> list[Any]:
    """Return a diagnostic as plain values, which `diagnostic_of` reads."""
    return [diagnostic.rule.code, *diagnostic.span, dict(diagnostic.values), diagnostic.hint]


def diagnostic_of(row: list[Any]) -> Diagnostic:
    """Return the diagnostic that `row_of` wrote."""
    code, path, line, column, width, values, hint = row
    return Diagnostic(_RULES[code], Span(path, line, column, width), values, hint)
