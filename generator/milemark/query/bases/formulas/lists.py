"""Functions of lists in formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from milemark.query.bases.formulas.values import Value, as_number, as_text, bounded, is_equal, is_list, type_name

MAX_TEXT = 100_000  # characters


def extreme(choose: Callable[[list[Decimal]], Decimal], values: Value) -> Value:
    """Return the smallest or largest number among values and the entries of lists."""
    found = numbers(flat(values))
    return choose(found) if found else None


def numbers(values: Iterable[Value]) -> list[Decimal]:
    """Return the numbers among values, texts with a number included."""
    return [number for value in values if (number := as_number(value)) is not None]


def has(values: Value, wanted: Value) -> bool:
    """Whether one of the values equals the wanted one."""
    return any(is_equal(each, wanted) for each in values)


def flat(values: Value) -> Iterator[Value]:
    """Yield the entries of a list and of its nested lists."""
    for each in values:
        if is_list(each):
            yield from flat(each)
        else:
            yield each


def unique(values: Value) -> Value:
    """Return the entries of a list without later duplicates."""
    found: dict[tuple[str, str], Value] = {}
    for each in values:
        found.setdefault((type_name(each), getattr(each, "path", "") or as_text(each)), each)
    return tuple(found.values())


def mean(values: Value) -> Value:
    """Return the mean of the numbers in a list."""
    found = numbers(values)
    return bounded(sum(found, Decimal(0)) / len(found)) if found else None


def total(values: Value) -> Value:
    """Return the sum of the numbers in a list."""
    return bounded(sum(numbers(values), Decimal(0)))


def join(values: Value, by: Value) -> Value:
    """Return the entries as one text."""
    texts, between = list(map(as_text, values)), as_text(by)
    length = sum(map(len, texts)) + len(between) * len(texts)
    return between.join(texts) if length <= MAX_TEXT else None
