r"""Private directives within a line, as other tools write them: `:private[pay]`, `\private{pay}`, and in MyST a role.

As for blocks between colons, the name makes it private. A directive without an end hides the rest of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from milemark.markdown.private_words import mentions_private

_NAME = r"(?P<name>[^\W\d_][\w-]{5,40})"
_IN = r"[^\[\]{}\n]"
_SQUARE, _CURLY = rf"\[(?:{_IN}|\[{_IN}*+\])*+\]", rf"\{{(?:{_IN}|\{{{_IN}*+\}})*+\}}"
_REST = r"[^\n]*+"
_DIRECTIVE = re.compile(rf":(?<![\w:\\]:):?{_NAME}(?=[\[{{])(?:(?:{_SQUARE}|{_CURLY})++(?![\[{{])|{_REST})")
_COMMAND = re.compile(rf"\\(?<!\\\\){_NAME}(?=[\[{{])(?:(?:{_SQUARE}|{_CURLY})++(?![\[{{])|{_REST})")
_ROLE = re.compile(r"\{(?P<name>[^\W\d_][\w-]{5,40})\}(?P<ticks>`++)(?:.*?(?<!`)(?P=ticks)(?!`)|[^\n]*+)", re.DOTALL)


def may_hold_private_directive(text: str) -> bool:
    """Whether a text may hold a private directive; a fast test."""
    return ("[" in text or "{" in text) and any(True for _each in private_directives(text, text))


def private_directives(text: str, shown: str) -> Iterator[tuple[int, int]]:
    """Yield the characters of each private directive of a text; `shown` is the text with its code masked."""
    for pattern in (_DIRECTIVE, _COMMAND):
        yield from (found.span() for found in pattern.finditer(shown) if mentions_private(found["name"]))
    for found in _ROLE.finditer(text):
        if mentions_private(found["name"]) and shown.startswith("{", found.start()):
            yield found.span()
