"""Compiles syntax trees to Python functions of a row. They run within a budget.

Expressions become closures over the functions of this package, never Python source, so they can do nothing else.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal

from milemark.query.bases.ast import (
    Binary,
    Call,
    Expression,
    Filter,
    IndexExpression,
    Literal,
    MemberExpression,
    Name,
    Node,
    Pairs,
    Pattern,
    Property,
    Several,
    Unary,
)
from milemark.query.bases.formulas.functions import ANY, GLOBALS, METHODS, Function
from milemark.query.bases.formulas.operators import calculate, compare
from milemark.query.bases.formulas.run import OF_LISTS, Compiled, Scope, nothing, value_of
from milemark.query.bases.formulas.values import (
    DateValue,
    Duration,
    FileValue,
    LinkValue,
    Regex,
    Value,
    as_number,
    as_text,
    is_equal,
    is_list,
    is_true,
    type_name,
)

_HOUR, _DAY = 3_600_000, 86_400_000
_FIELDS: Mapping[str, Callable[[DateValue], int]] = {
    **{name: operator.attrgetter(f"first.{name}") for name in ("year", "month", "day", "hour", "minute", "second")},
    "millisecond": lambda when: when.first.microsecond // 1000,
}
_CONSTANT = {"date", "duration"}  # of a constant text they are computed once
_LENGTHS: Mapping[str, int] = {"days": _DAY, "hours": _HOUR, "minutes": 60_000, "seconds": 1000, "milliseconds": 1}


def compiled(node: Node | None) -> Compiled:
    """Compile a tree; None, an expression that failed to parse, evaluates to None."""
    return nothing if node is None else _MAKERS[type(node)](node)


def property_of(wanted: Property) -> Compiled:
    """Return the function that reads a property."""
    return _read(wanted.kind, wanted.name)


def condition(filters: Filter | Expression | None) -> Compiled:
    """Compile filters to a test of a row; a filter that failed to parse matches no row."""
    if filters is None:
        return lambda _scope: True
    if isinstance(filters, Expression):
        test = compiled(filters.root)
        return lambda scope: is_true(value_of(test, scope))
    parts = tuple(map(condition, filters.parts))
    if filters.joint == "and":
        return lambda scope: all(part(scope) for part in parts)
    if filters.joint == "or":
        return lambda scope: any(part(scope) for part in parts) or not parts
    return lambda scope: not any(part(scope) for part in parts)


def _read(kind: str, name: str) -> Compiled:
    if kind == "file":
        return lambda scope: scope.run.world.file_field(scope.path, name)
    if kind == "formula":
        return lambda scope: _formula(scope, name)
    return lambda scope: scope.run.world.note(scope.path, name)


def _formula(scope: Scope, name: str) -> Value:
    """Return the value of a formula, computed once for each row; None within itself, which ends a cycle."""
    if name not in scope.formulas:
        scope.formulas[name] = None
        names, scope.names = scope.names, {}
        scope.formulas[name] = value_of(scope.run.formulas.get(name, nothing), scope)
        scope.names = names
    return scope.formulas[name]


def _literal(node: Literal) -> Compiled:
    return lambda _scope: node.value


def _pattern(node: Pattern) -> Compiled:
    value = Regex(node.text, node.flags)
    return lambda _scope: value


def _several(node: Several) -> Compiled:
    items = tuple(map(compiled, node.items))
    return lambda scope: tuple(item(scope) for item in items)


def _pairs(node: Pairs) -> Compiled:
    entries = tuple((key, compiled(value)) for key, value in node.entries)
    return lambda scope: {key: value(scope) for key, value in entries}


def _name(node: Name) -> Compiled:
    name = node.name
    if name == "file":
        return lambda scope: FileValue(scope.path)
    if name == "this":
        return lambda scope: FileValue(scope.run.this)
    if name == "note":
        return lambda scope: scope.run.world.file_field(scope.path, "properties")

    def read(scope: Scope) -> Value:
        return scope.names[name] if name in scope.names else scope.run.world.note(scope.path, name)

    return read


def _member(node: MemberExpression) -> Compiled:
    return _part(node.of, node.name)


def _part(of: Node, name: str) -> Compiled:
    """Return the function that reads a member by its name."""
    if isinstance(of, Name) and of.name in {"note", "file", "formula"}:
        return _read(of.name, name)
    if isinstance(of, Name) and of.name == "this":
        this = "file" if name == "file" else ""
        return lambda scope: FileValue(scope.run.this) if this else scope.run.world.note(scope.run.this, name)
    whole = compiled(of)
    return lambda scope: _field(scope, whole(scope), name)


def _field(scope: Scope, value: Value, name: str) -> Value:
    """Return a field of a value: `.year` of a date, `.length` of a list, `.name` of a file …."""
    if isinstance(value, DateValue):
        return Decimal(_FIELDS[name](value)) if name in _FIELDS else None
    if isinstance(value, Duration):
        return value.number / _LENGTHS[name] if name in _LENGTHS else None
    if isinstance(value, FileValue):
        return scope.run.world.file_field(value.path, name)
    if isinstance(value, Mapping):
        return value.get(name)
    if name == "length" and (isinstance(value, str | LinkValue) or is_list(value)):
        return Decimal(len(as_text(value) if isinstance(value, LinkValue) else value))
    return None


def _index(node: IndexExpression) -> Compiled:
    if isinstance(node.key, Literal) and isinstance(node.key.value, str):
        return _part(node.of, node.key.value)
    whole, key = compiled(node.of), compiled(node.key)

    def read(scope: Scope) -> Value:
        value, at = whole(scope), key(scope)
        number = as_number(at)
        if is_list(value) or (isinstance(value, str) and number is not None):
            is_there = number is not None and 0 <= number < len(value)
            return value[int(number)] if number is not None and is_there else None
        return _field(scope, value, as_text(at))

    return read


def _unary(node: Unary) -> Compiled:
    operand = compiled(node.operand)
    if node.operator == "!":
        return lambda scope: not is_true(operand(scope))
    return lambda scope: calculate("-", Decimal(0), operand(scope))


def _binary(node: Binary) -> Compiled:
    left, right, sign = compiled(node.left), compiled(node.right), node.operator
    if sign == "&&":
        return lambda scope: is_true(left(scope)) and is_true(right(scope))
    if sign == "||":
        return lambda scope: is_true(left(scope)) or is_true(right(scope))
    if sign == "==":
        return lambda scope: is_equal(left(scope), right(scope))
    if sign == "!=":
        return lambda scope: not is_equal(left(scope), right(scope))
    if sign in {"<", ">", "<=", ">="}:
        return lambda scope: compare(sign, left(scope), right(scope))
    return lambda scope: scope.run.spend(calculate(sign, left(scope), right(scope)))


def _call(node: Call) -> Compiled:
    arguments = tuple(map(compiled, node.arguments))
    if node.of is None and node.name in _CONSTANT and [*map(type, node.arguments)] == [Literal]:
        value = GLOBALS[node.name].call(None, *(each.value for each in node.arguments if isinstance(each, Literal)))
        return lambda _scope: value
    if node.of is None:
        return _if(arguments) if node.name == "if" else _global(GLOBALS.get(node.name), arguments)
    receiver, name = compiled(node.of), node.name

    def run(scope: Scope) -> Value:
        value = receiver(scope)
        if name in OF_LISTS and is_list(value):
            return OF_LISTS[name](scope, value, arguments)
        function = METHODS.get(type_name(value), {}).get(name) or ANY.get(name)
        if function is None or not function.least <= len(arguments) <= function.most:
            return None
        text = as_text(value) if isinstance(value, LinkValue) and name in METHODS["string"] else value
        text = value.number if isinstance(value, Duration) and name in METHODS["number"] else text
        return scope.run.spend(function.call(scope.run.world, text, *(each(scope) for each in arguments)))

    return run


def _global(function: Function | None, arguments: tuple[Compiled, ...]) -> Compiled:
    if function is None or not function.least <= len(arguments) <= function.most:
        return nothing
    return lambda scope: scope.run.spend(function.call(scope.run.world, *(each(scope) for each in arguments)))


def _if(arguments: tuple[Compiled, ...]) -> Compiled:
    test, then, *rest = (*arguments, nothing, nothing)
    return lambda scope: then(scope) if is_true(test(scope)) else rest[0](scope)


_MAKERS: Mapping[type, Callable[..., Compiled]] = {
    Literal: _literal,
    Pattern: _pattern,
    Several: _several,
    Pairs: _pairs,
    Name: _name,
    MemberExpression: _member,
    IndexExpression: _index,
    Unary: _unary,
    Binary: _binary,
    Call: _call,
}
