"""The fields below a heading: `status: Active · due: 2025-Q2`, `due:: 2025-Q2`, or a table of two columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.foundation.suggestions import plain_name
from milemark.markdown.document import Node, Scalar
from milemark.markdown.document import Sequence as Written
from milemark.roadmap.heading_marks import read_marks
from milemark.roadmap.schema import CORE_FIELDS, PUBLICATION_FIELDS, field_of
from milemark.roadmap.settings import Collection, Field, Settings

_BETWEEN = re.compile(r"[ \t]+[·•|][ \t]+|(?<=[\])])[ \t]+(?=[\[(])")
_PAIR = re.compile(
    r"(?:[-*+][ \t]+(?!\[.\][ \t]))?(?P<open>[\[(])?(?:\*\*|__)?(?P<key>[^\W\d_][\w -]{0,40}?)(?:\*\*|__)?[ \t]*"
    r"(?:::|:(?!//)|：)(?:\*\*|__)?(?:[ \t]+(?P<value>\S.*?)|)[ \t]*$"
)
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*\|[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_CUTS = ('"', "'", "`", "**", "__")
_ENTRY = re.compile(r"[^,，、]+")
_SAYS = frozenset({"private", "public", "true", "false", "yes", "no", "on", "off"})  # of fields that may hide an item
_VISIBLE = {"audience", *PUBLICATION_FIELDS}
_COLUMNS = 2


class Pair(NamedTuple):
    """A key and a value as written, each with its line, counted from 0, and its column."""

    key: str
    value: str
    line: int
    key_column: int
    value_column: int


class HeadingFields(NamedTuple):
    """The fields below a heading, and the number of lines that they take."""

    entries: tuple[tuple[Scalar, Node], ...]
    height: int


def read_heading_fields(
    settings: Settings, collection: Collection, path: str, lines: Sequence[str], first_line: int
) -> HeadingFields:
    """Read the fields at the top of the text of a heading, whose first line is `first_line` of the file `path`.

    A field that may hide the item counts in any line.
    """
    known = {
        plain_name(name): name
        for name in (*PUBLICATION_FIELDS, *CORE_FIELDS, *collection.fields, *collection.names.values())
    }
    top = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    pairs, height = _table(lines, top, known) or _lines(lines, top, known)
    hiding = [pair for number in range(height, len(lines)) for pair in _pairs(lines[number], number) if _hides(pair)]
    reader = _Nodes(settings, collection, path, first_line, known)
    return HeadingFields(tuple(map(reader.entry, (*pairs, *hiding))), height)


def _lines(lines: Sequence[str], top: int, known: Mapping[str, str]) -> tuple[list[Pair], int]:
    """Return the pairs of the lines that hold fields only, and the line below them."""
    found = takewhile(
        lambda pairs: pairs and any(_is_known(pair, known) for pair in pairs),
        ([*_pairs(lines[number], number)] for number in range(top, len(lines))),
    )
    rows = [*found]
    return [pair for pairs in rows for pair in pairs], top + len(rows) if rows else 0


def _is_known(pair: Pair, known: Mapping[str, str]) -> bool:
    """Whether a pair is a field, and no sentence with a colon. One that says yes, no or private may hide an item."""
    return plain_name(pair.key) in known or pair.value.casefold() in _SAYS


def _hides(pair: Pair) -> bool:
    return plain_name(pair.key) in _VISIBLE and pair.value.casefold() in _SAYS


def _pairs(line: str, number: int) -> Iterator[Pair]:
    """Yield the pairs of a line; none if the line holds anything else."""
    found: list[Pair] = []
    for start, part in _parts(line):
        pair = _PAIR.match(part)
        if pair is None:
            return
        value = pair["value"] or ""
        value = value.removesuffix({"[": "]", "(": ")"}.get(pair["open"] or "", "")).rstrip()
        at = pair.start("value") if pair["value"] else pair.end()
        found.append(Pair(pair["key"], value, number, start + pair.start("key") + 1, start + at + 1))
    yield from found


def _parts(line: str) -> Iterator[tuple[int, str]]:
    """Yield the parts of a line between `·` or `|`, each with its first character, without blanks around it."""
    start = 0
    for found in (*_BETWEEN.finditer(line), None):
        part = line[start : found.start() if found else len(line)]
        yield start + len(part) - len(part.lstrip()), part.strip()
        start = found.end() if found else 0


def _table(lines: Sequence[str], top: int, known: Mapping[str, str]) -> tuple[list[Pair], int] | None:
    """Return the pairs of a table of two columns, and the line below it."""
    if top + 1 >= len(lines) or not _RULE.fullmatch(lines[top + 1]):
        return None
    height = len([*takewhile(lambda line: "|" in line, lines[top:])])
    rows = [pair for number in range(top, top + height) if number != top + 1 and (pair := _row(lines[number], number))]
    pairs = [pair for pair in rows if pair.line > top or plain_name(pair.key) in known]
    return (pairs, top + height) if any(_is_known(pair, known) for pair in pairs) else None


def _row(line: str, number: int) -> Pair | None:
    bars = [-1, *(found.start() for found in _CELL.finditer(line)), len(line)]
    cells = [(first + 1, line[first + 1 : last]) for first, last in pairwise(bars)]
    cells = [(at + len(text) - len(text.lstrip()), text.strip()) for at, text in cells]
    inner = [cell for place, cell in enumerate(cells) if cell[1] or 0 < place < len(cells) - 1]
    if len(inner) != _COLUMNS or not inner[0][1]:
        return None
    (key_at, key), (value_at, value) = inner
    return Pair(_cut(key)[0].rstrip(":"), value.replace("\\|", "|"), number, key_at + 1, value_at + 1)


def _cut(text: str) -> tuple[str, int]:
    """Return a text without quotation marks or markup around it, and the number of characters cut at its start."""
    for mark in _CUTS:
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            return text[len(mark) : -len(mark)], len(mark)
    return text, 0


class _Nodes:
    """Makes the nodes of fields, as front matter has them: a list where the field is one."""

    def __init__(
        self, settings: Settings, collection: Collection, path: str, first_line: int, known: Mapping[str, str]
    ) -> None:
        self.settings, self.collection, self.path, self.first_line = settings, collection, path, first_line
        self.known = known

    def entry(self, pair: Pair) -> tuple[Scalar, Node]:
        name, line = self.known.get(plain_name(pair.key), pair.key), self.first_line + pair.line
        key = Scalar(name, Span(self.path, line, pair.key_column, max(len(pair.key), 1)))
        text, cut = _cut(pair.value)
        value = Scalar(text, Span(self.path, line, pair.value_column + cut, max(len(text), 1)), not cut)
        field = field_of(self.collection, name) or Field(name)
        if name == "status":
            return key, self._status(value)
        return key, _list(value) if field.type == "array" else value

    def _status(self, value: Scalar) -> Scalar:
        """Return a status without a sign: `✅ Done` is `Done`, and `✅` alone the user's word for it."""
        marked = read_marks(self.settings, value.text)
        return value._replace(text=marked.text or marked.fields.get("status", ""))


def _list(value: Scalar) -> Node:
    text = value.text
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        text = f" {text[1:-1]} "
    entries = []
    for found in _ENTRY.finditer(text):
        entry = found[0].strip()
        column = value.span.column + found.start() + len(found[0]) - len(found[0].lstrip())
        if entry:
            entries.append(Scalar(_cut(entry)[0], value.span._replace(column=column, width=len(entry))))
    return Written(tuple(entries), value.span) if entries else value
