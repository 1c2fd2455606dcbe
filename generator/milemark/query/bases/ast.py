"""An Obsidian base as it was written: expressions as trees, filters, formulas and views, all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.foundation.identifiers import key_of


class Literal(NamedTuple):
    """A text, a number, true, false or null. `start` and `end` are places in the expression, as in all nodes."""

    value: str | Decimal | bool | None
    start: int
    end: int


class Pattern(NamedTuple):
    """A regular expression: `/abc/g`."""

    text: str
    flags: str
    start: int
    end: int


class Name(NamedTuple):
    """A word that stands alone: a property of the note, or `note`, `file`, `formula`, `this`, `value` …."""

    name: str
    start: int
    end: int


class MemberExpression(NamedTuple):
    """What stands behind a dot: `file.name`."""

    of: Node
    name: str
    start: int
    end: int


class IndexExpression(NamedTuple):
    """What stands in brackets: `note["my property"]`, `tags[0]`."""

    of: Node
    key: Node
    start: int
    end: int


class Call(NamedTuple):
    """A function, or one of a value: `of` is None for `today()`. The place is that of its name."""

    of: Node | None
    name: str
    arguments: tuple[Node, ...]
    start: int
    end: int


class Unary(NamedTuple):
    """`!done`, `-1`."""

    operator: str
    operand: Node
    start: int
    end: int


class Binary(NamedTuple):
    """Two values and what stands between them. The place is that of the operator."""

    operator: str
    left: Node
    right: Node
    start: int
    end: int


class Several(NamedTuple):
    """A list: `[1, 2]`."""

    items: tuple[Node, ...]
    start: int
    end: int


class Pairs(NamedTuple):
    """An object: `{"a": 1}`."""

    entries: tuple[tuple[str, Node], ...]
    start: int
    end: int


Node = Literal | Pattern | Name | MemberExpression | IndexExpression | Call | Unary | Binary | Several | Pairs


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression with its place; `root` is None where it could not be read."""

    text: str
    root: Node | None
    span: Span


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all, one, or none of which must hold: `joint` is `and`, `or` or `not`."""

    joint: str
    parts: tuple[Filter | Expression, ...]


class Property(NamedTuple):
    """What a column shows or rows are sorted by: `kind` is `note`, `file` or `formula`."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """The property as it is written in full: `note.status`."""
        return f"{self.kind}.{self.name}"

    @classmethod
    def of(cls, text: str) -> Property:
        """Read `file.name`, `formula.cost`, `note.status`; a name alone is a property of the note."""
        kind, dot, name = text.strip().partition(".")
        return cls(kind, name) if dot and kind in {"note", "file", "formula"} else cls("note", text.strip())


class Sort(NamedTuple):
    """A property that rows are sorted or grouped by, and its direction."""

    property: Property
    is_descending: bool = False


FILE_NAME = Property("file", "name")


@dataclass(frozen=True, slots=True)
class View:
    """One way to show a base. `kind` is `table`, `cards` or `list`; `summaries` has the name of one for each key."""

    kind: str = "table"
    name: str = ""
    limit: int | None = None
    filters: Filter | Expression | None = None
    order: tuple[Property, ...] = (FILE_NAME,)
    sort: tuple[Sort, ...] = ()
    group: Sort | None = None
    summaries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Base:
    """One .base file, or one block of that kind: `labels` are display names by key, `summaries` are the user's own.

    `is_broken` tells that something in it could not be read, so that it would not show what its author means.
    """

    path: str
    views: tuple[View, ...] = (View(),)
    filters: Filter | Expression | None = None
    formulas: Mapping[str, Expression] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    summaries: Mapping[str, Expression] = field(default_factory=dict)
    is_broken: bool = False

    @property
    def view_names(self) -> tuple[str, ...]:
        """The names of the views, in order."""
        return tuple(view.name for view in self.views if view.name)

    def view(self, name: str) -> View | None:
        """Return the view of a name in any letter case, the first for an empty one, or None."""
        if not name:
            return self.views[0]
        return next((view for view in self.views if key_of(view.name) == key_of(name.strip())), None)
