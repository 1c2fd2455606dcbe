"""The fields that Dataview reads in a text: a line `due:: 2025-03-01` of a paragraph or of a list item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from milemark.foundation.diagnostics import Span
from milemark.markdown.code import code_blocks, text_blocks, without_code
from milemark.markdown.comments import merged, without_ranges
from milemark.markdown.document import Scalar
from milemark.markdown.outline import parse_blocks
from milemark.markdown.private_sections import without_private
from milemark.markdown.rendering.parser import inline_texts, read_blocks
from milemark.markdown.task_marks import field_places

_FIELD = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(?P<name>[^\W\d][\w -]*?)[ \t]*::[ \t]+(?P<value>\S.*?)\s*")
# A line that any program may read as a field: `- **pay**::500`; and fields within a line, in brackets.
_LINE = re.compile(
    r"^(?:[\s>]|[-*+][ \t]|\d{1,9}[.)][ \t]|\[\^[^\]]*\]:)*+(?P<task>\[.\]\s+)?"
    r"(?P<field>[*_~=]*(?P<name>[^\W\d][\w -]*?)[*_~=]*[ \t]*::.*)?"
)
_IN_BRACKETS = re.compile(
    r"\[(?P<square>[^\[\]():\n]+)::(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*+(?:\]|$)?"
    r"|\((?P<round>[^\[\]():\n]+)::(?:[^()]|\([^()]*\))*+(?:\)|$)?"
)
_STYLE = " \t*_~="


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


def without_inline_fields(body: str, is_private: Callable[[str], bool]) -> str:
    """Return a body without the private fields in its text, in any form that a program may read; code stays."""
    if ":" not in body and "@" not in body:
        return body
    tokens = parse_blocks(body)
    shown = without_code(body, code_blocks(tokens), text_blocks(tokens))
    ranges: list[tuple[int, int]] = []
    start = 0
    for line in shown.split("\n"):
        found = ((first, end) for name, first, end in _places(line) if is_private(name.strip(_STYLE)))
        ranges += ((start + first, start + end) for first, end in found)
        start += len(line) + 1
    return without_ranges(body, merged(ranges)) if ranges else body


def _places(line: str) -> Iterator[tuple[str, int, int]]:
    """Yield the name and the place of each field that a line holds or is."""
    head = _LINE.match(line)
    if head and head["field"]:
        yield head["name"], head.start("field"), len(line)
    for found in _IN_BRACKETS.finditer(line) if "::" in line else ():
        yield found["square"] or found["round"], found.start(), found.end()
    if head and head["task"]:
        yield from field_places(line)
