"""The values of one parsed Markdown file: keys, values, tasks and headings, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from milemark.foundation.diagnostics import Span


class Scalar(NamedTuple):
    """One YAML value as written; `is_plain` if it has no quotes."""

    text: str
    span: Span
    is_plain: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether the value is missing: blank, with or without quotes, or `~` or `null` without them."""
        return not self.text.strip() or (self.is_plain and self.text in {"~", "null"})


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file. `get` returns the first value of a key."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, name: str) -> Node | None:
        """Return the value of the key `name`, or None."""
        return next((value for key, value in self.entries if key.text == name), None)

    def key(self, name: str) -> Scalar | None:
        """Return the key `name` with its place, or None."""
        return next((key for key, _ in self.entries if key.text == name), None)


Node = Scalar | Sequence | Mapping


def scalars(node: Node | None) -> Iterator[Scalar]:
    """Yield the single values of a node, however deep they stand."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        yield from (each for part in node.items for each in scalars(part))
    elif isinstance(node, Mapping):
        yield from (each for _key, part in node.entries for each in scalars(part))


@dataclass(frozen=True, slots=True)
class Task:
    """One checkbox: `- [x] text`. `depth` counts the tasks around it; `notes` are the plain list items below it."""

    text: str
    mark: str
    span: Span
    depth: int = 0
    heading: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether the box is ticked."""
        return self.mark in {"x", "X"}


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a body: `level` is 1 to 6, `height` its number of lines, with that of an underline.

    `is_nested` if it is part of a list, a quote or a container.
    """

    text: str
    level: int
    span: Span
    height: int = 1
    is_nested: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One Markdown file. `body` is the text below the front matter; its first line is `body_line` of the file.

    `is_broken` if the front matter could not be read: then a missing field does not mean that the author left it out.
    `front` is the text above the body as written, with its two lines `---`. `revision` is a digest of the file's bytes.

    An item that is a heading of a file has a path of its own, beside that file. `within` is the document of the rest of
    the file, and `start` the place of the heading; its fields, tasks and headings have their places in the file.
    """

    path: str
    fields: Mapping
    body: str = ""
    body_line: int = 1
    tasks: tuple[Task, ...] = ()
    headings: tuple[Heading, ...] = ()
    paragraph: str = ""
    is_broken: bool = False
    front: str = ""
    within: Document | None = None
    start: Span | None = None
    revision: str = field(default="", compare=False)

    @property
    def source(self) -> str:
        """The path of the file in which it is written."""
        return self.within.path if self.within else self.path

    @property
    def span(self) -> Span:
        """The place where it begins."""
        return self.start or Span(self.path)
