"""The byte range of each node of a front matter, and of each line of a file, as one parse of its bytes finds them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import yaml

from milemark.foundation.diagnostics import Span
from milemark.markdown.document import Document
from milemark.markdown.encoding import BOM
from milemark.markdown.front_matter import parse_document
from milemark.markdown.yaml import Loader

_LINE_END = re.compile(rb"\r\n?|\n")
_COLLECTIONS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
BLOCK_STYLES = ("|", ">")


class ByteLines:
    """Finds the bytes of lines and columns, which count from 1, in a UTF-8 text with any line ends."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        ends = [(found.start(), found.end()) for found in _LINE_END.finditer(data)]
        self._starts = [len(BOM) if data.startswith(BOM) else 0, *(end for _start, end in ends)]
        self._ends = [*(start for start, _end in ends), len(data)]

    def start(self, line: int) -> int:
        """Return the first byte of a line; the end of the file for a line below the last."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.data)

    def end(self, line: int) -> int:
        """Return the end of a line, before its line end."""
        return self._ends[min(line, len(self._ends)) - 1]

    def line_end(self, line: int) -> bytes:
        r"""Return the line end that a line has, or that of the line before it; `\n` in a file of one line."""
        found = self.data[self.end(line) : self.start(line + 1)]
        return found or (self.line_end(line - 1) if line > 1 else b"\n")

    def text(self, line: int) -> str:
        """Return a line without its line end."""
        return self.data[self.start(line) : self.end(line)].decode()

    def offset(self, line: int, column: int) -> int:
        """Return the byte at which a column of a line begins."""
        return self.start(line) + len(self.text(line)[: column - 1].encode())

    def line_of(self, offset: int) -> int:
        """Return the line that holds a byte."""
        return bisect_right(self._starts, offset) or 1

    def span(self, path: str, offset: int) -> Span:
        """Return the place of a byte."""
        line = self.line_of(offset)
        return Span(path, line, len(self.data[self.start(line) : offset].decode(errors="replace")) + 1)


class ByteNode(NamedTuple):
    """A node of a front matter: its bytes, without comments and blank lines behind it.

    `style` is that of a scalar (`'`, `"`, `|`, `>`, empty if plain), `[` or `{` in flow style, `-` or `:` in block
    style. The parts of a mapping are a key and its value in turn.
    """

    start: int
    end: int
    style: str
    text: str = ""
    parts: tuple[ByteNode, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return self.style in {"[", "-"}

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return self.style in {"{", ":"}

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single value."""
        return not self.is_list and not self.is_mapping

    @property
    def is_flow(self) -> bool:
        """Whether it is a list or a mapping in brackets."""
        return self.style in {"[", "{"}

    @property
    def is_missing(self) -> bool:
        """Whether no value is written."""
        return self.is_scalar and self.start == self.end

    @property
    def is_null(self) -> bool:
        """Whether it has no value, also as `~` or `null`."""
        return self.is_scalar and not self.style and self.text in {"", "~", "null"}

    @property
    def pairs(self) -> list[tuple[ByteNode, ByteNode]]:
        """The keys and values of a mapping."""
        return list(zip(self.parts[::2], self.parts[1::2], strict=True))

    def leaves(self) -> Iterator[ByteNode]:
        """Yield the scalars in it, itself included."""
        if self.is_scalar:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True)
class Source:
    """The bytes of one file, the document that they hold, and the nodes of its front matter."""

    data: bytes
    document: Document
    lines: ByteLines

    @property
    def closing_line(self) -> int:
        """The line that ends the front matter; 0 without front matter."""
        return self.document.body_line - 1 if self.document.front else 0

    @cached_property
    def root(self) -> ByteNode | None:
        """The mapping of the front matter, or None if it has no key."""
        text = "".join(f"{line}\n" for line in self.document.front.split("\n")[1 : self.closing_line - 1])
        loader = Loader(text)
        try:
            return _Builder(self.lines).root(loader)
        finally:
            loader.dispose()

    def has_comment(self, start: int, end: int, *nodes: ByteNode) -> bool:
        """Whether a comment stands between two bytes, outside the scalars of nodes."""
        gaps, place = [], start
        for leaf in (leaf for node in nodes for leaf in node.leaves()):
            gaps.append(self.data[place : leaf.start])
            place = max(place, leaf.end)
        return b"#" in b"".join([*gaps, self.data[place:end]])


def read_source(path: str, data: bytes, marks: str = "") -> Source:
    """Parse the bytes of one file. A broken file has `document.is_broken`, and no nodes."""
    document, _findings = parse_document(path, data, marks)
    return Source(data, document, ByteLines(data))


class _Builder:
    """Builds nodes from the events of a front matter that milemark has read, so that it needs no limits."""

    def __init__(self, lines: ByteLines) -> None:
        self._lines = lines
        self._open: list[tuple[Any, list[ByteNode]]] = []

    def root(self, loader: Any) -> ByteNode | None:
        while event := loader.get_event():
            node = self._node(event)
            if node is not None and not self._open:
                return node
            if node is not None:
                self._open[-1][1].append(node)
        return None

    def _node(self, event: Any) -> ByteNode | None:
        """Return the node that an event ends, if it ends one."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, _COLLECTIONS):
            self._open.append((event, []))
        if isinstance(event, yaml.CollectionEndEvent):
            begin, parts = self._open.pop()
            return self._collection(begin, event, tuple(parts))
        return None

    def _scalar(self, event: Any) -> ByteNode:
        start, end = self._at(event.start_mark), self._at(event.end_mark)
        if event.style in BLOCK_STYLES:
            end = start + len(self._lines.data[start:end].rstrip())
        return ByteNode(start, end, event.style or "", event.value)

    def _collection(self, begin: Any, end: Any, parts: tuple[ByteNode, ...]) -> ByteNode:
        is_list = isinstance(begin, yaml.SequenceStartEvent)
        start = self._at(begin.start_mark)
        if begin.flow_style:
            return ByteNode(start, self._at(end.end_mark), "[" if is_list else "{", parts=parts)
        return ByteNode(start, parts[-1].end if parts else start, "-" if is_list else ":", parts=parts)

    def _at(self, mark: Any) -> int:
        return self._lines.offset(mark.line + 2, mark.column + 1)
