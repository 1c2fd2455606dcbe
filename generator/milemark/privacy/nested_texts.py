"""The texts within frozen values, such as settings and bases, without the names of private files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.privacy.guard import Guard

T = TypeVar("T")
_HINT = _("use other words in `{setting}`")


@dataclass
class NestedTexts:
    """Blanks private names in nested values, and collects a finding for each text that had one."""

    guard: Guard
    findings: list[Diagnostic] = field(default_factory=list)

    def without_names(self, value: T, path: str) -> T:
        """Return a value of the file `path` with `…` in place of private names; the same one if it holds none."""
        shown: T = self._shown(value, path, ())
        return shown

    def _shown(self, value: Any, path: str, names: tuple[str, ...]) -> Any:
        if type(value) is str:  # no member of an enumeration
            return self._text(value, path, names)
        if isinstance(value, Mapping):
            pairs = [(self._text(key, path, names), self._shown(value[key], path, (*names, key))) for key in value]
            return value if pairs == [*value.items()] else dict(pairs)
        if isinstance(value, tuple):
            parts = [self._shown(each, path, (*names, str(place))) for place, each in enumerate(value, 1)]
            return value if parts == [*value] else type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
        if is_dataclass(value) and not isinstance(value, type):
            own = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
            shown = {name: self._shown(each, path, (*names, name)) for name, each in own.items()}
            return value if shown == own else replace(value, **shown)
        return value

    def _text(self, text: str, path: str, names: tuple[str, ...]) -> str:
        seen = self.guard.blanked(text)
        if seen.gaps:
            setting = self.guard.blanked(".".join(names)).text
            self.findings.append(Diagnostic(rules.PRIVATE_NAME, Span(path), {"setting": setting}, _HINT))
        return seen.text
