"""The operators of formulas, and the order of values. Nothing here raises."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from milemark.query.bases.formulas.values import (
    DateValue,
    Duration,
    Value,
    as_date_value,
    as_number,
    as_text,
    bounded,
    date_value,
    is_list,
    parse_duration,
)

_DIGITS = re.compile(r"(\d+)", re.ASCII)


def compare(operator: str, one: Value, other: Value) -> Value:
    """Return whether `<`, `>`, `<=` or `>=` holds; None for values without an order."""
    if operator in {">", "<="}:
        is_less = _is_less(other, one)
        return is_less if operator == ">" or is_less is None else not is_less
    is_less = _is_less(one, other)
    return is_less if operator == "<" or is_less is None else not is_less


def _is_less(one: Value, other: Value) -> bool | None:
    if isinstance(one, DateValue) or isinstance(other, DateValue):
        first, second = as_date_value(one), as_date_value(other)
        return first.last < second.first if first and second else None
    first_number, second_number = as_number(one), as_number(other)
    if first_number is not None and second_number is not None:
        return first_number < second_number
    return one < other if isinstance(one, str) and isinstance(other, str) else None


def calculate(operator: str, one: Value, other: Value) -> Value:
    """Return the result of `+`, `-`, `*`, `/` or `%`; None if there is none."""
    try:
        return _calculated(operator, one, other)
    except (DecimalException, OverflowError, ValueError):
        return None


def _calculated(operator: str, one: Value, other: Value) -> Value:
    if isinstance(one, DateValue) and operator in {"+", "-"}:
        return _moved(operator, one, other)
    if operator == "+" and (isinstance(one, str) or isinstance(other, str)):
        return as_text(one) + as_text(other)
    if isinstance(one, Duration) and isinstance(other, Duration) and operator in {"+", "-"}:
        sign = 1 if operator == "+" else -1
        return Duration(one.months + sign * other.months, one.milliseconds + sign * other.milliseconds)
    first, second = as_number(one), as_number(other)
    if first is None or second is None:
        return None
    if isinstance(one, Duration) and operator == "*":
        return Duration(one.months * second, one.milliseconds * second)
    return _of_numbers(operator, first, second)


def _of_numbers(operator: str, one: Decimal, other: Decimal) -> Decimal | None:
    if operator in {"/", "%"} and not other:
        return None
    if operator == "+":
        return bounded(one + other)
    if operator == "-":
        return bounded(one - other)
    if operator == "*":
        return bounded(one * other)
    return bounded(one / other if operator == "/" else one % other)


def _moved(operator: str, when: DateValue, by: Value) -> Value:
    """Return a date plus or minus a duration, or the duration between two dates."""
    if operator == "-" and isinstance(by, DateValue):
        return Duration(Decimal(0), Decimal((when.first - by.first) // timedelta(milliseconds=1)))
    length = by if isinstance(by, Duration) else parse_duration(by) if isinstance(by, str) else None
    if length is None:
        return when.text + by if operator == "+" and isinstance(by, str) else None
    sign = 1 if operator == "+" else -1
    moved = _months_later(when.first, int(length.months) * sign)
    return date_value(moved + timedelta(milliseconds=float(length.milliseconds) * sign))


def _months_later(when: datetime, months: int) -> datetime:
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    return when.replace(year=year, month=month + 1, day=min(when.day, calendar.monthrange(year, month + 1)[1]))


def sort_key(value: Value) -> tuple[int, Any]:
    """Return a sort key: booleans, numbers, dates, texts in natural order (`a2` before `a10`), empty values last."""
    if value is None or value == "" or (is_list(value) and not value):
        return 9, 0
    if isinstance(value, bool):
        return 0, value
    if (number := as_number(value)) is not None:
        return 1, number
    if isinstance(value, DateValue):
        return 2, (value.first, value.last)
    parts = _DIGITS.split(as_text(value).casefold())
    return 3, [(len(part), part) if place % 2 else part for place, part in enumerate(parts)]
