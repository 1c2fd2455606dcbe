"""The edits of a front matter as values, and the places of fields in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.foundation.errors import UserError
from milemark.markdown.byte_tree import ByteNode, Source

Path = tuple[str, ...]
Splices = tuple["Splice", ...]


class EditRefusedError(UserError):
    """An edit that cannot be made without changing something else; names its place."""

    def __init__(self, span: Span, reason: str) -> None:
        super().__init__(reason)
        self.span = span


class Splice(NamedTuple):
    """New bytes in place of those from `start` to `end`."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class SetField:
    """Give a field a value: a text, or a list of texts. `path` leads into objects: `("links", "Code")`.

    `is_text`: a word such as `yes` or `2025` is a text, not a truth value or a number. A new field stands behind the
    last of the fields `after`.
    """

    path: Path
    value: str | tuple[str, ...]
    is_text: bool = True
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveField:
    """Remove a field with its value."""

    path: Path


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Add an entry to the list of a field, at its end."""

    path: Path
    text: str
    is_text: bool = True
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeEntry:
    """Remove an entry from the list of a field, by its number from 0."""

    path: Path
    number: int


FieldEdit = SetField | RemoveField | AddEntry | TakeEntry


class Place(NamedTuple):
    """The place of a field: the mapping in which it stands or will stand, and its key and value if they exist.

    `rest` are the names of the path that do not exist yet.
    """

    parent: ByteNode
    key: ByteNode | None = None
    value: ByteNode | None = None
    rest: Path = ()


def place_of(source: Source, root: ByteNode, path: Path) -> Place:
    """Return the place of a field. Raises EditRefusedError if it is ambiguous or leads through a single value."""
    parent = root
    for number, name in enumerate(path):
        if not parent.is_mapping:
            raise refused(source, parent.start, f'"{path[number - 1]}" is not a set of `name: value` lines')
        found = [pair for pair in parent.pairs if pair[0].text == name]
        if len(found) > 1:
            raise refused(source, found[1][0].start, f'"{name}" is written twice: keep one of the two')
        if not found:
            return Place(parent, rest=path[number:])
        key, value = found[0]
        rest = path[number + 1 :]
        if not rest or value.is_missing:
            return Place(parent, key, value, rest)
        parent = value
    return Place(parent)


def refused(source: Source, offset: int, reason: str) -> EditRefusedError:
    """Return the error for an edit that cannot be made at a byte."""
    return EditRefusedError(source.lines.span(source.document.path, offset), reason)


def with_list(edit: SetField, old: ByteNode | None) -> SetField:
    """Return an edit that writes a list of one entry as the single value that the file has."""
    is_single = isinstance(edit.value, tuple) and len(edit.value) == 1
    is_scalar = old is not None and old.is_scalar and not old.is_missing
    return replace(edit, value=edit.value[0]) if is_single and is_scalar else edit
