"""The state of one evaluation of a view: its budget, its current row, and the functions over lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from milemark.query.bases.formulas.functions import World
from milemark.query.bases.formulas.lists import MAX_TEXT
from milemark.query.bases.formulas.patterns import MAX_LIST
from milemark.query.bases.formulas.values import Value, is_list, is_shallow, is_true

# Steps, not seconds: the same view shows the same values on every machine.
BUDGET = 5_000_000  # steps of one view: one for each call of a function, and one for each hundred characters
_PER_STEP = 100


class SpentError(Exception):
    """The budget of a view is spent; the remaining rows are left out."""


@dataclass
class Run:
    """One evaluation of a view. `this` is the path of the page it is on; `left` is the rest of the budget."""

    world: World
    this: str = ""
    formulas: Mapping[str, Compiled] = field(default_factory=dict)
    left: int = BUDGET

    def spend(self, value: Value) -> Value:
        """Return a value and charge its size; None if it is too large. Raises SpentError."""
        size = len(value) if isinstance(value, str) or is_list(value) else 0
        self.left -= 1 + size // _PER_STEP
        if self.left < 0:
            raise SpentError
        return None if size > (MAX_TEXT if isinstance(value, str) else MAX_LIST) else value


@dataclass
class Scope:
    """One row: the path of its file, its computed formulas, and the names `value`, `index`, `acc` within a list."""

    run: Run
    path: str
    names: Mapping[str, Value] = field(default_factory=dict)
    formulas: dict[str, Value] = field(default_factory=dict)


Compiled = Callable[[Scope], Value]


def nothing(_scope: Scope) -> Value:
    """Evaluate to None; stands in for an expression that failed to parse."""
    return None


def value_of(expression: Compiled, scope: Scope) -> Value:
    """Evaluate an expression for a row; None on errors, and for a value nested too deep to be read."""
    try:
        value = expression(scope)
        return value if is_shallow(value) else None
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return None


def _each(scope: Scope, values: tuple[Value, ...], body: Compiled) -> list[Value]:
    """Evaluate an expression for each entry of a list, which it can read as `value`, with its position as `index`."""
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
