"""The built-in summaries of columns, as in Obsidian."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from milemark.query.bases.formulas.lists import mean, numbers, total, unique
from milemark.query.bases.formulas.operators import calculate
from milemark.query.bases.formulas.values import DateValue, Value, bounded, is_empty, is_true

Values = Sequence[Value]


def _dates(values: Values) -> list[DateValue]:
    return sorted(value for value in values if isinstance(value, DateValue))


def _range(values: Values) -> Value:
    if dates := _dates(values):
        return calculate("-", dates[-1], dates[0])
    found = numbers(values)
    return bounded(max(found) - min(found)) if found else None


def _count(test: Callable[[Value], bool]) -> Callable[[Values], Value]:
    return lambda values: Decimal(sum(test(value) for value in values))


SUMMARIES: Mapping[str, Callable[[Values], Value]] = {
    "Average": mean,
    "Min": lambda values: min(numbers(values), default=None),
    "Max": lambda values: max(numbers(values), default=None),
    "Sum": total,
    "Range": _range,
    "Median": lambda values: statistics.median(found) if (found := numbers(values)) else None,
    "Stddev": lambda values: bounded(statistics.pstdev(found)) if (found := numbers(values)) else None,
    "Earliest": lambda values: next(iter(_dates(values)), None),
    "Latest": lambda values: next(iter(_dates(values)[::-1]), None),
    "Checked": _count(lambda value: isinstance(value, bool) and value),
    "Unchecked": _count(lambda value: not is_true(value)),
    "Empty": _count(is_empty),
    "Filled": _count(lambda value: not is_empty(value)),
    "Unique": lambda values: Decimal(len(unique(tuple(value for value in values if not is_empty(value))))),
}
