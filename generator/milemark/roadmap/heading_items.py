"""Several items in one file: with `items: headings`, each heading of a level is an item, with the text below it.

An item has a path of its own, beside its file, as if `milemark split` had written it there. So everything else sees an
ordinary file; only the places of its parts lie in the file where they are written.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import PRIVATE
from milemark.markdown.document import Document, Heading, Node, Scalar
from milemark.markdown.document import Mapping as Written
from milemark.markdown.private_sections import read_sections, without_private
from milemark.markdown.rendering.attributes import split_attributes
from milemark.markdown.rendering.headings import name_of
from milemark.markdown.rendering.parser import read_blocks
from milemark.roadmap.heading_fields import HeadingFields, read_heading_fields
from milemark.roadmap.heading_marks import Marked, read_marks
from milemark.roadmap.schema import folder_collection, heading_text
from milemark.roadmap.settings import Settings
from milemark.roadmap.site_paths import NOW_PAGE, PAGE_TITLES, is_introduction

HEADINGS = "headings"
LEVELS: Mapping[str, int] = {HEADINGS: 2, **{f"h{level}": level for level in range(1, 7)}}
# A page of the author wins over *Now*, so a heading may have its name.
_RESERVED = frozenset(("readme", *(path.removesuffix(".md") for path in PAGE_TITLES if path != NOW_PAGE)))
_BLANK = re.compile(r"[^\n]")
_Range = tuple[int, int]


class HeadingItems(NamedTuple):
    """A file with several items: the document of the rest of its text, and one for each item, without outlines."""

    page: Document
    items: tuple[Document, ...]


def level_of(settings: Settings, document: Document) -> int:
    """Return the level of the headings of a file that are items; 0 if they are not."""
    written = document.fields.get("items")
    if isinstance(written, Scalar) and (level := LEVELS.get(written.text.strip().casefold())):
        return level
    collection = folder_collection(settings, document.path)
    is_page = document.is_broken or is_introduction(document.path, settings.collections)
    return collection.level if collection and not is_page else 0


def read_heading_items(settings: Settings, document: Document, level: int) -> HeadingItems:
    """Part the items of a file from the rest of its text. Every line keeps its number."""
    return _Splitter(settings, document, level).split()


class _Splitter:
    def __init__(self, settings: Settings, document: Document, level: int) -> None:
        self.settings, self.document, self.level = settings, document, level
        self.lines = document.body.split("\n")
        self.collection = folder_collection(settings, document.path) or settings.loose
        self.private = _PrivateLines(document.body)
        self.definitions = _Definitions(document.body)
        self.shown = without_private(document.body).split("\n")
        self.taken: set[str] = set()

    def split(self) -> HeadingItems:
        outer = [each for each in self.document.headings if not each.is_nested and each.level <= self.level]
        starts = [self._line(each) for each in outer]
        ends = [*starts[1:], self.definitions.tail] if starts else []
        rest, found = [*self.lines], []
        for number, (heading, start, end) in enumerate(zip(outer, starts, ends, strict=True)):
            if heading.level == self.level:
                rest[start:end] = [""] * (end - start)
                above = [each for each in outer[:number] if each.level < self.level]
                found.append((above, heading, start, end))
        top = starts[0] if starts else 0
        self.definitions.keep(rest, self.private.lines)
        page = replace(self.document, body="\n".join(self.private.closed(rest, 0, top)))
        return HeadingItems(page, tuple(self._item(page, *each) for each in found))

    def _line(self, heading: Heading) -> int:
        return heading.span.line - self.document.body_line

    def _item(self, page: Document, above: Sequence[Heading], heading: Heading, start: int, end: int) -> Document:
        written, attributes = split_attributes(heading.text, is_line=False)
        marked = read_marks(self.settings, written)
        top = start + heading.height
        lines = self.private.closed(self.lines, start, end)[top:end]
        first_line = self.document.body_line + top
        # Fields of a public item hold no comment and no private text.
        written_fields = lines if start in self.private else self.shown[top:end]
        fields = read_heading_fields(self.settings, self.collection, self.document.path, written_fields, first_line)
        marked = marked._replace(fields={**_inherited(self.settings, above), **marked.fields})
        name = self._name(attributes.get("id", ""), heading_text(replace(heading, text=marked.text)))
        entries = self._entries(heading, marked, fields, attributes.get("id", ""), name)
        if start in self.private:
            entries = [(_scalar("audience", heading), _scalar(PRIVATE, heading)), *entries]
        return Document(
            posixpath.join(posixpath.dirname(self.document.path), f"{name}.md"),
            Written(tuple(entries), heading.span),
            self.definitions.with_used("\n".join(lines[fields.height :])),
            first_line + fields.height,
            front="".join(f"{line}\n" for line in self.lines[start : top + fields.height]),
            within=page,
            start=heading.span,
        )

    def _name(self, own: str, title: str) -> str:
        """Return the name of an item's page: its id or the words of its title, with a number if it is taken."""
        name = name_of(own or title) or "item"
        name = f"{name}-item" if key_of(name) in _RESERVED else name
        found, number = name, 1
        while key_of(found) in self.taken:
            number += 1
            found = f"{name}-{number}"
        self.taken.add(key_of(found))
        return found

    def _entries(
        self, heading: Heading, marked: Marked, fields: HeadingFields, own: str, name: str
    ) -> list[tuple[Scalar, Node]]:
        """Return the fields of an item: those that are written, before those that marks tell."""
        written = {key.text for key, _node in fields.entries}
        told = {"title": heading_text(replace(heading, text=marked.text)), **marked.fields}
        if own and own != name:
            told["id"] = own
        own_entries = [(_scalar(key, heading), _scalar(text, heading)) for key, text in told.items()]
        return [*(each for each in own_entries if each[0].text not in written), *fields.entries]


def _inherited(settings: Settings, above: Iterable[Heading]) -> Mapping[str, str]:
    """Return the fields that the headings around an item tell, such as `Q2 2025`; the nearest one stands."""
    open_: list[Heading] = []
    for heading in above:
        open_ = [each for each in open_ if each.level < heading.level] + [heading]
    fields: dict[str, str] = {}
    for heading in open_:
        fields |= read_marks(settings, split_attributes(heading.text, is_line=False)[0], is_whole=True).fields
    return fields


def _scalar(text: str, heading: Heading) -> Scalar:
    return Scalar(text, heading.span)


class _Definitions:
    """The definitions of links, `[label]: address`, that all items of a file may use.

    They are those between the items, and those below the last one, which do not belong to it.
    """

    def __init__(self, body: str) -> None:
        lines = body.split("\n")
        found = read_blocks(body).definitions.values() if "]:" in body else ()
        self.places = [tuple(each["map"]) for each in found if each.get("map")]
        own = {line for first, end in self.places for line in range(first, end)}
        self.tail = len(lines)
        while own and self.tail and (self.tail - 1 in own or not lines[self.tail - 1].strip()):
            self.tail -= 1
        self.texts: list[str] = []

    def keep(self, rest: Sequence[str], private: Container[int]) -> None:
        """Keep the definitions in the rest of a file that are not private."""
        for first, end in self.places:
            lines = rest[first:end]
            if all(lines) and not any(line in private for line in range(first, end)):
                self.texts.append("\n".join(lines))

    def with_used(self, body: str) -> str:
        """Return the text of an item with the definitions that it uses below it."""
        plain = body.casefold()
        used = [each for each in self.texts if f"{each.partition(']:')[0].strip().casefold()}]" in plain]
        return "\n".join((body.rstrip("\n"), "", *used)) if used else body


class _PrivateLines:
    """The private sections of a file that hold headings: their items are private, whatever part holds the marks."""

    def __init__(self, body: str) -> None:
        self.sections = read_sections("", body, 1)
        self.starts = [*accumulate((len(line) + 1 for line in body.split("\n")), initial=0)]
        self.lines = {line for part in self.sections.parts for line in range(*self._lines(part))}

    def __contains__(self, line: int) -> bool:
        return line in self.lines

    def _lines(self, part: _Range) -> _Range:
        return bisect_right(self.starts, part[0]) - 1, bisect_right(self.starts, max(part[1] - 1, part[0]))

    def closed(self, lines: Sequence[str], start: int, end: int) -> Sequence[str]:
        """Return lines without the marks of sections that begin or end in other parts than `start` to `end`.

        A section that begins here and holds more than its mark keeps it: it stays private to the end of the part.
        """
        if not self.lines:
            return lines
        found = [*lines]
        for part in self.sections.parts:
            first, last = self._lines(part)
            inner = range(max(first, start), min(last, end))
            is_across = inner and (first < start or last > end)
            if is_across and (start in self.lines or self._is_empty(lines, inner)):
                self._cut(found, inner)
        return found

    def _is_empty(self, lines: Sequence[str], inner: range) -> bool:
        kept = [*lines]
        self._cut(kept, inner)
        return not any(kept[line].strip() for line in inner)

    def _cut(self, lines: list[str], inner: range) -> None:
        """Blank the marks in some lines."""
        for first, last in self.sections.marks:
            line = bisect_right(self.starts, first) - 1
            if line in inner and last <= self.starts[line + 1]:
                start, end = first - self.starts[line], last - self.starts[line]
                lines[line] = lines[line][:start] + _BLANK.sub(" ", lines[line][start:end]) + lines[line][end:]
