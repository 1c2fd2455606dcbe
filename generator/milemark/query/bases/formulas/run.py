"""One evaluation of a view: the row that is looked at, the budget, and what runs for each entry of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from milemark.query.bases.formulas.functions import World
from milemark.query.bases.formulas.lists import MAX_TEXT
from milemark.query.bases.formulas.patterns import MAX_LIST
from milemark.query.bases.formulas.values import Value, is_list, is_shallow, is_true

# Steps, not seconds: the same view shows the same values on every machine.
BUDGET = 5_000_000  # steps of one view: a function is one, and so are a hundred characters
_PER_STEP = 100


class SpentError(Exception):
    """The budget of a view is spent: what is not evaluated yet stays empty."""


@dataclass
class Run:
    """One evaluation of a view: the world, the file that `this` is, the formulas, and what is left of the budget."""

    world: World
    this: str = ""
    formulas: Mapping[str, Compiled] = field(default_factory=dict)
    left: int = BUDGET

    def spend(self, value: Value) -> Value:
        """Return a value, if there is room for it."""
        size = len(value) if isinstance(value, str) or is_list(value) else 0
        self.left -= 1 + size // _PER_STEP
        if self.left < 0:
            raise SpentError
        return None if size > (MAX_TEXT if isinstance(value, str) else MAX_LIST) else value


@dataclass
class Scope:
    """One row: the path of the file, its formulas so far, and the names that a list's function gives to entries."""

    run: Run
    path: str
    names: Mapping[str, Value] = field(default_factory=dict)
    formulas: dict[str, Value] = field(default_factory=dict)


Compiled = Callable[[Scope], Value]


def nothing(_scope: Scope) -> Value:
    """Be what an expression is that could not be read."""
    return None


def value_of(expression: Compiled, scope: Scope) -> Value:
    """Return what a compiled expression is for a row; nothing where it cannot be told, or nobody could read it."""
    try:
        value = expression(scope)
        return value if is_shallow(value) else None
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return None


def _each(scope: Scope, values: tuple[Value, ...], body: Compiled) -> list[Value]:
    """Return what an expression is for every entry of a list, which it calls `value`, and its place `index`."""
    before, found = scope.names, []
    try:
        for index, value in enumerate(values):
            scope.names = {**before, "value": value, "index": Decimal(index)}
            found.append(scope.run.spend(body(scope)))
    finally:
        scope.names = before
    return found


def _map(scope: Scope, values: tuple[Value, ...], arguments: tuple[Compiled, ...]) -> Value:
    return tuple(_each(scope, values, arguments[0])) if arguments else None


def _filter(scope: Scope, values: tuple[Value, ...], arguments: tuple[Compiled, ...]) -> Value:
    kept = _each(scope, values, arguments[0]) if arguments else ()
    return tuple(value for value, is_kept in zip(values, kept, strict=False) if is_true(is_kept))


def _reduce(scope: Scope, values: tuple[Value, ...], arguments: tuple[Compiled, ...]) -> Value:
    body, start, *_ = (*arguments, nothing, nothing)
    total, before = start(scope), scope.names
    try:
        for index, value in enumerate(values):
            scope.names = {**before, "value": value, "index": Decimal(index), "acc": total}
            total = scope.run.spend(body(scope))
    finally:
        scope.names = before
    return total


OF_LISTS: Mapping[str, Callable[[Scope, tuple[Value, ...], tuple[Compiled, ...]], Value]] = {
    "map": _map,
    "filter": _filter,
    "reduce": _reduce,
}
