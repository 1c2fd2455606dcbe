"""Findings as an editor shows them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from lsprotocol import types as lsp

from milemark.editor.view import Texts
from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Severity, Span
from milemark.foundation.i18n import Language

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}
_UNUSED = {rules.UNKNOWN_FIELD.code, rules.INTRODUCTION.code, rules.OTHER_FRONT_MATTER.code}  # milemark ignores these


def as_diagnostic(texts: Texts, finding: Diagnostic, language: Language) -> lsp.Diagnostic:
    """Return a finding with its hint, the page of its rule, and the other file that it is about."""
    translate, code = language.gettext, finding.rule.code
    return lsp.Diagnostic(
        range=texts.range(finding.span),
        message=f"{finding.message_in(translate)}\n{finding.hint_in(translate)}",
        severity=_SEVERITIES[finding.rule.severity],
        code=code,
        code_description=_page(code),
        source="milemark",
        tags=[lsp.DiagnosticTag.Unnecessary] if code in _UNUSED else None,
        related_information=_related(texts, finding, language),
    )


@cache
def _page(code: str) -> lsp.CodeDescription:
    """Return the address of the page of a rule."""
    return lsp.CodeDescription(Path(str(resources.files("milemark") / "manual" / f"{code}.md")).as_uri())


def _related(texts: Texts, finding: Diagnostic, language: Language) -> list[lsp.DiagnosticRelatedInformation] | None:
    other = finding.values.get("other", "")
    if other not in texts.files:
        return None
    return [lsp.DiagnosticRelatedInformation(texts.location(Span(other)), finding.message_in(language.gettext))]
