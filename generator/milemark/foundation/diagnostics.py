"""Findings: rules, spans (places in files) and diagnostics, each with a message and a hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from milemark.foundation.layout import ROADMAP_FILE

_CORRECTION = ("wrong", "right")  # values of a finding
_TRANSLATED = {"about", "example", "expected", "kind", "meant", "problem", "reason", "what"}


class Severity(StrEnum):
    """An error means that a value is lost, a warning that one is doubtful, a note that the plan is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Span(NamedTuple):
    """A place in a file. Line and column count from 1; column and width are in characters."""

    path: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        """Return `path:line:column`, as editors and terminals link it."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding. `message` and `hint` are format strings with named fields, in English."""

    code: str
    name: str
    severity: Severity
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of a rule at a place. `hint` replaces that of the rule."""

    rule: Rule
    span: Span
    values: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the rule is an error."""
        return self.rule.severity is Severity.ERROR

    def message_in(self, translate: Callable[[str], str]) -> str:
        """Return the message in the language of `translate`."""
        return self._text(self.rule.message, translate)

    def hint_in(self, translate: Callable[[str], str]) -> str:
        """Return the hint in the language of `translate`."""
        return self._text(self.hint or self.rule.hint, translate)

    def _text(self, text: str, translate: Callable[[str], str]) -> str:
        """Return a translated text with its values; a value with a name such as "`due`" replaces that word."""
        text = translate(text)
        for word, own in self.values.items():
            if word.startswith("`"):
                text = text.replace(word, own)
        return text.format(**self._values_in(translate))

    def _values_in(self, translate: Callable[[str], str]) -> dict[str, str]:
        """Translate the values that are words of milemark; text of the user stays."""
        return {name: translate(text) if name in _TRANSLATED else text for name, text in self.values.items()}


def in_order(diagnostics: list[Diagnostic] | tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Return the findings without duplicates, sorted by place; those of roadmap.yml come first."""
    unique = {(each.span, each.rule.code, tuple(sorted(each.values.items()))): each for each in diagnostics}
    # An error in the schema may be the cause of all others.
    return tuple(unique[key] for key in sorted(unique, key=lambda key: (key[0].path != ROADMAP_FILE, key)))


def correction(wrong: str, right: str) -> dict[str, str]:
    """Return the values of a finding that suggest to write `right` in place of `wrong`: see `fix_of`."""
    return dict(zip(_CORRECTION, (wrong, right), strict=True))


def uncorrected(values: Mapping[str, str]) -> dict[str, str]:
    """Return values without a correction."""
    return {name: value for name, value in values.items() if name not in _CORRECTION}
