"""Regular expressions of formulas, each run with a time limit.

The library `regex` has a time limit for this. RE2 would take linear time, but has no wheels for every system.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from milemark.query.bases.formulas.values import Regex, Value, as_number, as_text

if TYPE_CHECKING:
    import regex

T = TypeVar("T")
PATIENCE = 0.2  # seconds for one text
MAX_LIST = 10_000
MAX_WRITTEN = 10_000_000  # characters of a replaced text
_FLAGS = "gimsuy"
# Syntax of the regex library beyond JavaScript, such as recursion and fuzzy matching: no time limit stops these.
_ESCAPED = re.compile(r"\\[pPuk][{<][^}>]*[}>]|\\.|\[(?:\\.|[^\]\\])*\]", re.DOTALL)
_FOREIGN = re.compile(r"\(\?(?![:=!]|<[=!\w])|\{(?!\d+(?:,\d*)?\})|[*+?}]\+", re.ASCII)
_GROUP = re.compile(r"\$(\$|&|\d{1,2}|<\w+>)", re.ASCII)


@lru_cache(maxsize=100)
def why_invalid(pattern: Regex) -> str:
    """Return the error of the regex library about a pattern, or an empty text."""
    import regex  # only bases with patterns need it

    if strange := pattern.flags.strip(_FLAGS):
        return f"flag {strange}"
    if found := _FOREIGN.search(_ESCAPED.sub("x", pattern.text)):
        return f"{found[0]}…"
    try:
        _compiled(pattern)
    except (regex.error, OverflowError, RecursionError, ValueError) as error:
        return str(error)
    return ""


@lru_cache(maxsize=100)
def _compiled(pattern: Regex) -> regex.Pattern[str]:
    import regex  # see why_invalid

    known = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
    flags = regex.ASCII  # \w and \d are those of JavaScript
    for flag in pattern.flags:
        flags |= known.get(flag, regex.ASCII)
    return regex.compile(pattern.text, flags)


class Patterns:
    """Runs the patterns of one view. A pattern that once takes too long is not run again."""

    def __init__(self) -> None:
        self.given_up: set[Regex] = set()

    def matches(self, pattern: Regex, value: Value) -> Value:
        """Return whether a text matches a pattern."""
        text = as_text(value)
        return self._run(pattern, lambda found: found.search(text, timeout=PATIENCE) is not None)

    def replaced(self, text: str, pattern: Value, by: Value) -> Value:
        """Return a text with one or all occurrences of a text or a pattern replaced."""
        if (len(text) + 1) * len(as_text(by)) > MAX_WRITTEN:
            return None
        if not isinstance(pattern, Regex):
            return text.replace(as_text(pattern), as_text(by))
        count = 0 if "g" in pattern.flags else 1
        return self._run(
            pattern, lambda found: found.sub(lambda each: _filled(as_text(by), each), text, count, timeout=PATIENCE)
        )

    def split(self, text: str, separator: Value, count: Value = None) -> Value:
        """Split a text at a text or a pattern; return all parts or the first `count`."""
        number = as_number(count)
        most = MAX_LIST if number is None else max(min(int(number), MAX_LIST), 0)
        if isinstance(separator, Regex):
            parts = self._run(separator, lambda found: found.split(text, timeout=PATIENCE))
            return None if parts is None else tuple(parts[:most])
        by = as_text(separator)
        return tuple(text.split(by, most) if by else text)[:most]

    def _run(self, pattern: Regex, run: Callable[[regex.Pattern[str]], T]) -> T | None:
        if pattern in self.given_up or why_invalid(pattern):
            return None
        try:
            return run(_compiled(pattern))
        except (TimeoutError, RecursionError, MemoryError):
            self.given_up.add(pattern)
            return None


def _filled(by: str, found: regex.Match[str]) -> str:
    """Return the replacement of a match: `$1` and `$<name>` are its groups, `$&` is all of it."""

    def part(wanted: re.Match[str]) -> str:
        name = wanted[1]
        if name == "$":
            return "$"
        try:
            return found[0 if name == "&" else int(name) if name.isdecimal() else name[1:-1]] or ""
        except IndexError:
            return wanted[0]

    return _GROUP.sub(part, by)
