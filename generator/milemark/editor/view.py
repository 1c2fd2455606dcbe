"""One file as an editor has it, with the roadmap around it; places as the client counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lsprotocol import types as lsp

from milemark.foundation.content_folder import ContentFolder
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import Language
from milemark.foundation.layout import ROADMAP_FILE
from milemark.markdown.document import Document
from milemark.markdown.encoding import readable
from milemark.roadmap.content_paths import ContentPaths
from milemark.roadmap.load import File, Loaded, read_file
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Settings


def lines_of(data: bytes) -> list[str]:
    """Return the lines of a file, as findings count them."""
    return readable(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")


class Units:
    """Columns in characters as columns of a client, which counts UTF-16 units, bytes or characters, and back."""

    def __init__(self, encoding: lsp.PositionEncodingKind) -> None:
        self._size = {lsp.PositionEncodingKind.Utf8: 1, lsp.PositionEncodingKind.Utf16: 2}.get(encoding, 0)
        self._codec = {1: "utf-8", 2: "utf-16-le"}.get(self._size, "")

    def to_client(self, line: str, column: int) -> int:
        """Return a column of a line, which counts from 0, as the client counts it."""
        return len(line[:column].encode(self._codec, "surrogatepass")) // self._size if self._size else column

    def to_characters(self, line: str, column: int) -> int:
        """Return a column of the client in characters; one within a character is that of the character."""
        if not self._size:
            return min(column, len(line))
        data = line.encode(self._codec, "surrogatepass")[: column * self._size]
        return len(data.decode(self._codec, "ignore"))


@dataclass(frozen=True)
class Texts:
    """The files of a project as the editor shows them, or as they are on the disk, with places and addresses."""

    folder: ContentFolder
    files: Mapping[str, bytes]
    encoding: lsp.PositionEncodingKind = lsp.PositionEncodingKind.Utf16
    _lines: dict[str, tuple[bytes, list[str]]] = field(default_factory=dict)

    @cached_property
    def units(self) -> Units:
        """The columns of the client."""
        return Units(self.encoding)

    def lines(self, path: str) -> list[str]:
        """Return the lines of a file; none if there is none."""
        data = self.files.get(path, b"")
        known = self._lines.get(path)
        if known is None or known[0] is not data:
            known = self._lines[path] = (data, lines_of(data))
        return known[1]

    def uri(self, path: str) -> str:
        """Return the address of a file."""
        return (self.folder.roadmap if path == ROADMAP_FILE else self.folder.path / path).as_uri()

    def position(self, path: str, line: int, column: int) -> lsp.Position:
        """Return a place whose line and column count from 1."""
        lines = self.lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return lsp.Position(max(line - 1, 0), self.units.to_client(text, max(column - 1, 0)))

    def range(self, span: Span) -> lsp.Range:
        """Return a span as a range."""
        start = self.position(span.path, span.line, span.column)
        return lsp.Range(start, self.position(span.path, span.line, span.column + span.width))

    def location(self, span: Span) -> lsp.Location:
        """Return a span with the address of its file."""
        return lsp.Location(self.uri(span.path), self.range(span))

    def replacement(self, path: str, new: bytes) -> list[lsp.TextEdit]:
        """Return the one edit that makes a file of new bytes; its range is the part that differs, in whole lines."""
        old, after = self.lines(path), lines_of(new)
        same = next(
            (n for n, pair in enumerate(zip(old, after, strict=False)) if pair[0] != pair[1]), min(len(old), len(after))
        )
        rest = min(len(old), len(after)) - same
        tail = next((n for n in range(rest) if old[-1 - n] != after[-1 - n]), rest)
        first, last = same, len(old) - tail
        end = "\r\n" if b"\r\n" in self.files.get(path, b"") else "\n"
        lines = after[first : len(after) - tail]
        if tail:
            text = "".join(f"{line}{end}" for line in lines)
            return [lsp.TextEdit(lsp.Range(lsp.Position(first, 0), lsp.Position(last, 0)), text)]
        if not first:
            whole = self.position(path, len(old), len(old[-1]) + 1)
            return [lsp.TextEdit(lsp.Range(lsp.Position(0, 0), whole), end.join(lines))]
        start = self.position(path, first, len(old[first - 1]) + 1)
        whole = self.position(path, len(old), len(old[-1]) + 1)
        return [lsp.TextEdit(lsp.Range(start, whole), "".join(f"{end}{line}" for line in lines))]


@dataclass(frozen=True)
class FileView:
    """A file as the editor shows it. `findings` are its own, `all_findings` the last ones of the whole roadmap.

    `changed` are the open files that differ from those that were related last.
    """

    loaded: Loaded
    texts: Texts
    path: str
    language: Language
    findings: Sequence[Diagnostic] = ()
    attachments: tuple[str, ...] = ()
    changed: frozenset[str] = frozenset()
    all_findings: Sequence[Diagnostic] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All items, with the places that they have now."""
        kept = tuple(item for item in self.roadmap.items if item.document.source not in self.changed)
        return (*kept, *(file.item for file in self._changed if file.item))

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """All files and items of headings, with the places that they have now."""
        pages = tuple(page for page in self.roadmap.pages if page.source not in self.changed)
        now = (file.document for file in self._changed if not file.item)
        return (*(item.document for item in self.items), *pages, *now)

    @cached_property
    def _changed(self) -> tuple[File, ...]:
        files = (read_file(self.settings, path, self.texts.files[path]) for path in sorted(self.changed))
        return tuple(each for file in files for each in (file, *file.parts))

    @cached_property
    def paths(self) -> ContentPaths:
        """The files to which addresses may lead."""
        roadmap = self.roadmap
        own = [*(item.path for item in roadmap.items), *(page.path for page in roadmap.pages)]
        return ContentPaths([*own, *self.attachments])

    @property
    def roadmap(self) -> Roadmap:
        """The roadmap as it was related last."""
        return self.loaded.roadmap

    @property
    def settings(self) -> Settings:
        """Its settings."""
        return self.roadmap.settings

    @property
    def is_settings(self) -> bool:
        """Whether the file is roadmap.yml."""
        return self.path == ROADMAP_FILE

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.texts.files.get(self.path, b"")

    @property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.texts.lines(self.path)

    @cached_property
    def file(self) -> File:
        """The file as read now."""
        return read_file(self.settings, self.path, self.data)

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The file, and the items of its headings."""
        return (self.file, *self.file.parts)

    @property
    def document(self) -> Document:
        """The file as parsed now."""
        return self.file.document

    @property
    def item(self) -> Item | None:
        """The item of the file, as related last, or as read now; None for a page."""
        return self.roadmap.by_id.get(self.roadmap.file_names.id_of.get(self.path, "")) or self.file.item

    def item_at(self, row: int) -> Item | None:
        """Return the item that holds a line, which counts from 0: that of a heading, or of the file."""
        parts = [each.item for each in self.file.parts if each.document.span.line <= row + 1 and each.item]
        return parts[-1] if parts else self.file.item

    def at(self, position: lsp.Position) -> tuple[int, int]:
        """Return a position of the client as a line and a column in characters, both from 0."""
        row = min(position.line, len(self.lines) - 1)
        return row, self.texts.units.to_characters(self.lines[row], position.character)

    @property
    def front_end(self) -> int:
        """The row of the line that ends the front matter; that of the last line if none does, 0 without one."""
        if not self.lines[0].startswith("---"):
            return 0
        ends = (n for n, line in enumerate(self.lines) if n and line.rstrip() in {"---", "..."})
        return next(ends, len(self.lines))

    def is_front(self, row: int) -> bool:
        """Whether a row is one of the front matter."""
        return 0 < row < self.front_end
