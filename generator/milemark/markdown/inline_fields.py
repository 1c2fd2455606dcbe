"""The fields that Dataview reads in a text: a line `due:: 2025-03-01` of a paragraph or of a list item."""

from __future__ import annotations

import re
from collections.abc import Iterator

from milemark.foundation.diagnostics import Span
from milemark.markdown.document import Scalar
from milemark.markdown.private_sections import without_private
from milemark.markdown.rendering.parser import inline_texts, read_blocks

_FIELD = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(?P<name>[^\W\d][\w -]*?)[ \t]*::[ \t]+(?P<value>\S.*?)\s*")


def inline_fields(path: str, body: str, first_line: int) -> Iterator[tuple[Scalar, Scalar]]:
    """Yield the fields in a body whose first line is `first_line` of its file. Private sections have none."""
    if "::" not in body:
        return
    shown = without_private(body)
    lines = shown.split("\n")
    for token, _text in inline_texts(read_blocks(shown)):
        first, after = token.map or (0, 0)
        for number in range(first, after):
            if found := _FIELD.fullmatch(lines[number]):
                yield _part(path, first_line + number, found, "name"), _part(path, first_line + number, found, "value")


def _part(path: str, line: int, found: re.Match[str], group: str) -> Scalar:
    return Scalar(found[group], Span(path, line, found.start(group) + 1, len(found[group])))
