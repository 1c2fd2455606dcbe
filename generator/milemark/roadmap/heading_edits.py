"""Edits of an item that is a heading of a file: the fields below the heading, its id, and its tasks.

As in front matter, a new value takes the place and the style of the old one, and the result is read again: the field
must be the whole difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from milemark.markdown.byte_tree import ByteLines
from milemark.markdown.document import Document, Node, Scalar
from milemark.markdown.document import Sequence as Written
from milemark.markdown.edit import AddEntry, Edit, EditRefusedError, RemoveField, SetField, SetMark, edit_bytes
from milemark.markdown.edits import Splice
from milemark.roadmap.load import File, read_file
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Settings

_OWN_ID = re.compile(r"(?<=\{#)[^\s{}]+(?=[^{}]*\}[ \t]*$)")
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$|[ \t]*$")
_CUT = re.compile(r"[ \t]+[·•|][ \t]+")
_BAR = " · "
_ID = "id"


def edit_heading(settings: Settings, item: Item, data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the bytes of a file with edits of one of its headings, one after the other. Raises EditRefusedError."""
    path, start = item.document.source, item.document.span.line
    for edit in edits:
        if isinstance(edit, SetMark):
            data = edit_bytes(path, data, [edit], "".join(settings.marks))
            continue
        before = read_file(settings, path, data)
        found = next(each for each in before.parts if each.document.span.line == start)
        data = _edited(settings, before, found, data, edit)
    return data


def _edited(settings: Settings, before: File, file: File, data: bytes, edit: Edit) -> bytes:
    assert file.item is not None, "a heading is an item"  # noqa: S101
    if isinstance(edit, SetMark) or len(edit.path) > 1:
        raise _refused(file, "a heading has no fields with names: edit it by hand")
    name = file.item.collection.core_name(edit.path[0])
    wanted = _wanted(file.document.fields.get(name), edit)
    heading = _Heading(file.document, ByteLines(data), file.item.collection.own_name(name))
    splice = heading.id_splice(wanted) if name == _ID else heading.splice(name, wanted)
    if splice is None:
        return data
    new = data[: splice.start] + splice.new + data[splice.end :]
    if not _is_proved(before, read_file(settings, before.document.path, new), file, name, wanted):
        raise _refused(file, "it would change more than this value: edit it by hand")
    return new


def _refused(file: File, reason: str) -> EditRefusedError:
    return EditRefusedError(file.document.span, reason)


def _wanted(old: Node | None, edit: Edit) -> tuple[str, ...]:
    """Return the texts that a field will have; none if it is removed."""
    texts = _texts(old)
    if isinstance(edit, SetField):
        return (edit.value,) if isinstance(edit.value, str) else tuple(edit.value)
    if isinstance(edit, AddEntry):
        return (*texts, edit.text)
    if isinstance(edit, RemoveField | SetMark):
        return ()
    return tuple(text for number, text in enumerate(texts) if number != edit.number)


def _texts(node: Node | None) -> tuple[str, ...]:
    nodes = node.items if isinstance(node, Written) else (node,) if node else ()
    return tuple(each.text for each in nodes if isinstance(each, Scalar) and not each.is_empty)


class _Pair(NamedTuple):
    """A field below a heading: the bytes of its key, and those of its value."""

    line: int
    key: slice
    value: slice


@dataclass(frozen=True)
class _Heading:
    """Finds the splice that writes a field below a heading. `own` is the name that the file gives to the field."""

    document: Document
    lines: ByteLines
    own: str

    def splice(self, name: str, wanted: tuple[str, ...]) -> Splice | None:
        node = self.document.fields.get(name)
        if node is not None and _texts(node) == wanted:
            return None
        text = ", ".join(wanted).encode()
        pairs = dict(self._pairs())
        old = pairs.get(name)
        if old and wanted:
            return self._value(old, text)
        if old:
            return self._removed(old, [*pairs.values()])
        if not wanted:
            if node is None:
                return None
            raise EditRefusedError(self.document.span, f'the heading itself tells "{self.own}": edit it by hand')
        return self._added([*pairs.values()], text)

    def id_splice(self, wanted: tuple[str, ...]) -> Splice | None:
        """Return the splice that writes the id of the heading: `{#id}`."""
        line = self.document.span.line
        text, start = self.lines.text(line), self.lines.start(line)
        if found := _OWN_ID.search(text):
            return Splice(start + _size(text[: found.start()]), start + _size(text[: found.end()]), wanted[0].encode())
        end = _CLOSING.search(text)
        place = start + _size(text[: end.start()] if end else text)
        return Splice(place, place, f" {{#{wanted[0]}}}".encode())

    def _pairs(self) -> Iterator[tuple[str, _Pair]]:
        """Yield the fields that are written below the heading, and not told by it."""
        for key, node in self.document.fields.entries:
            if key.span.line > self.document.span.line:
                value = node.span
                start = self.lines.offset(key.span.line, key.span.column)
                first = self.lines.offset(value.line, value.column)
                is_empty = isinstance(node, Scalar) and not node.text
                last = first if is_empty else self.lines.offset(value.line, value.column + value.width)
                written = _size(self._word(start))
                yield key.text, _Pair(key.span.line, slice(start, start + written), slice(first, last))

    def _word(self, start: int) -> str:
        """Return the key as written, which begins at a byte."""
        line = self.lines.line_of(start)
        rest = self.lines.data[start : self.lines.end(line)].decode()
        return re.split(r"\*\*|__|[ \t]*(?:::?|：|\|)", rest, maxsplit=1)[0].rstrip()

    def _value(self, old: _Pair, text: bytes) -> Splice:
        is_bare = old.value.start == old.value.stop and self.lines.data[old.value.start - 1 : old.value.start] not in {
            b" ",
            b"\t",
        }
        return Splice(old.value.start, old.value.stop, (b" " if is_bare else b"") + text)

    def _removed(self, old: _Pair, pairs: Iterable[_Pair]) -> Splice:
        same = sorted((each for each in pairs if each.line == old.line), key=lambda each: each.key.start)
        if len(same) == 1:
            return Splice(self.lines.start(old.line), self.lines.start(old.line + 1), b"")
        number = same.index(old)
        first, last = self._part(same, number)
        if number:
            return Splice(self._part(same, number - 1)[1], last, b"")
        return Splice(first, self._part(same, 1)[0], b"")

    def _part(self, same: Sequence[_Pair], number: int) -> tuple[int, int]:
        """Return the bytes of a pair with its marks: those between the separators around it."""
        line, each = same[number].line, same[number]
        start, text = self.lines.start(line), self.lines.text(line)
        cuts = [(start + _size(text[: cut.start()]), start + _size(text[: cut.end()])) for cut in _CUT.finditer(text)]
        first = max((end for _start, end in cuts if end <= each.key.start), default=start)
        last = min((begin for begin, _end in cuts if begin >= each.value.stop), default=self.lines.end(line))
        return first, last

    def _added(self, pairs: Sequence[_Pair], text: bytes) -> Splice:
        if not pairs:
            return self._first(text)
        last = max(pairs, key=lambda each: (each.line, each.key.start))
        same = sorted((each for each in pairs if each.line == last.line), key=lambda each: each.key.start)
        begin, end = self._part(same, len(same) - 1)
        data = self.lines.data
        line_start, line_end = self.lines.start(last.line), self.lines.end(last.line)
        is_table = data[line_start:line_end].lstrip().startswith(b"|") or _is_row(data[line_start:line_end])
        is_joined = not is_table and (
            len(same) > 1 or (len({each.line for each in pairs}) == 1 and begin == last.key.start)
        )
        head = data[(begin if is_joined else line_start) : last.key.start]
        tail = data[last.value.stop : (end if is_joined else line_end)]
        new = head + self.own.encode() + data[last.key.stop : last.value.start] + text + tail
        if is_joined:
            return Splice(line_end, line_end, self._separator(same) + new)
        return Splice(line_end, line_end, self.lines.line_end(last.line) + new)

    def _separator(self, same: Sequence[_Pair]) -> bytes:
        if len(same) == 1:
            return _BAR.encode()
        return self.lines.data[self._part(same, 0)[1] : self._part(same, 1)[0]]

    def _first(self, text: bytes) -> Splice:
        """Return the splice that writes the first field, as a paragraph of its own below the heading."""
        below = self.document.body_line
        head = below - 1
        newline, written = self.lines.line_end(head), self.own.encode() + b": " + text
        place = self.lines.end(head)
        is_last = place == len(self.lines.data) or not self.lines.data[place:].strip()
        is_apart = is_last or not self.lines.text(below).strip()
        return Splice(place, place, newline * 2 + written + (b"" if is_apart else newline))


def _is_row(line: bytes) -> bool:
    return line.rstrip().endswith(b"|")


def _size(text: str) -> int:
    return len(text.encode())


# --- the difference


def _is_proved(before: File, after: File, file: File, name: str, wanted: tuple[str, ...]) -> bool:
    """Whether a field of one heading is the whole difference of two files."""
    if len(before.parts) != len(after.parts) or _page(before) != _page(after):
        return False
    for one, other in zip(before.parts, after.parts, strict=True):
        if one is not file and _content(one) != _content(other):
            return False
        if one is file and (_content(one, name) != _content(other, name) or not _has(other, name, wanted)):
            return False
    return True


def _has(file: File, name: str, wanted: tuple[str, ...]) -> bool:
    if name == _ID:
        return file.item is not None and file.item.id == wanted[0]
    return _texts(file.document.fields.get(name)) in {wanted, tuple(filter(None, (", ".join(wanted),)))}


def _page(file: File) -> object:
    return [line for line in file.document.body.split("\n") if line.strip()], file.document.front


def _content(file: File, name: str = "") -> object:
    """Return all that a heading has but one field."""
    fields = {key.text: _texts(node) for key, node in file.document.fields.entries if key.text != name}
    tasks = [(task.text, task.mark, task.depth) for task in file.document.tasks]
    id_ = file.item.id if file.item and name != _ID else ""
    return fields, tasks, id_, file.document.body.strip()
