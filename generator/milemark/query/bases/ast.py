"""The syntax tree of an Obsidian base: views, filters, formulas and their expressions, all frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.foundation.identifiers import key_of


class Literal(NamedTuple):
    """A text, a number, true, false or null. `start` and `end` are offsets in the expression, as in all nodes."""

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
    """A member after a dot: `file.name`."""

    of: Node
    name: str
    start: int
    end: int


class IndexExpression(NamedTuple):
    """An index in brackets: `note["my property"]`, `tags[0]`."""

    of: Node
    key: Node
    start: int
    end: int


class Call(NamedTuple):
    """A call of a function or a method; `of` is None for `today()`. The offsets are those of its name."""

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
    """Two operands and their operator, which has the offsets."""

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
    """One expression with its place; `root` is None if it failed to parse."""

    text: str
    root: Node | None
    span: Span


@dataclass(frozen=True, slots=True)
class Filter:
    """A group of conditions: all (`joint` is `and`), one (`or`) or none (`not`) of them must hold."""

    joint: str
    parts: tuple[Filter | Expression, ...]


class Property(NamedTuple):
    """A property that a column shows or rows are sorted by. `kind` is `note`, `file` or `formula`."""

    kind: str
    name: str

    @property
    def key(self) -> str:
        """The full name: `note.status`."""
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
    """One view of a base. `kind` is `table`, `cards` or `list`; `summaries` has names of summaries by property key."""

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
    """A .base file or a `base` block. `labels` are display names by property key, `summaries` those of the author.

    `is_broken` means that the base has errors, so that its views would differ from the author's intention.
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
        """Return the view of a name in any letter case, the first one for an empty name, or None."""
        if not name:
            return self.views[0]
        return next((view for view in self.views if key_of(view.name) == key_of(name.strip())), None)
