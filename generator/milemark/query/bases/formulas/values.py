"""The values of formulas: their types, conversions and equality. Nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from milemark.foundation.dates import PartialDate, parse_date
from milemark.foundation.identifiers import key_of
from milemark.markdown.wikilinks import parse_wikilink

Value = Any  # None, bool, Decimal, str, DateValue, Duration, LinkValue, FileValue, Regex, a tuple or a mapping of these
LARGEST = 30  # digits before the point; a larger number counts as an error
_NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*", re.ASCII)
_PART = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?", re.ASCII)
_UNITS: Mapping[str, tuple[int, int]] = {  # months, milliseconds
    **dict.fromkeys(("y", "year", "years"), (12, 0)),
    **dict.fromkeys(("M", "month", "months"), (1, 0)),
    **dict.fromkeys(("w", "week", "weeks"), (0, 604_800_000)),
    **dict.fromkeys(("d", "day", "days"), (0, 86_400_000)),
    **dict.fromkeys(("h", "hour", "hours"), (0, 3_600_000)),
    **dict.fromkeys(("m", "minute", "minutes"), (0, 60_000)),
    **dict.fromkeys(("s", "second", "seconds"), (0, 1000)),
}
_MONTH = Decimal(2629746000)  # milliseconds of a mean month
_LAST = time(23, 59, 59)


class DateValue(NamedTuple):
    """A date, a date with a time, or a span of days written as one: `2025-04`. `text` is shown."""

    first: datetime
    last: datetime
    text: str


class Duration(NamedTuple):
    """A duration: months, which differ in length, and milliseconds. A difference of two dates has no months."""

    months: Decimal
    milliseconds: Decimal

    @property
    def number(self) -> Decimal:
        """The duration in milliseconds, with months of average length."""
        return self.months * _MONTH + self.milliseconds


class LinkValue(NamedTuple):
    """A link to a file (`path`), or to the URL in `text`."""

    text: str
    path: str = ""
    display: str = ""


class FileValue(NamedTuple):
    """A file below content/."""

    path: str


class Regex(NamedTuple):
    """A regular expression with its flags."""

    text: str
    flags: str


class TagValue(str):
    """A tag. Tags compare without `#` and letter case."""

    __slots__ = ()


def date_value(when: datetime) -> DateValue:
    """Return a date with a time; at midnight, the day alone."""
    is_day = when.time() == time()
    return DateValue(when, when, when.date().isoformat() if is_day else when.isoformat(" ", "seconds"))


def point_of(when: PartialDate, *, is_start: bool) -> DateValue:
    """Return a date of an item as the one day it means: the first for a start, else the last."""
    day = datetime.combine(when.first if is_start else when.last, time())
    return DateValue(day, day, when.text)


def parse_date_value(text: str) -> DateValue | None:
    """Read `2025-04-01`, `2025-04-01 12:30:00`, `2025-04`, `2025-Q2` …, or return None."""
    text = text.strip()
    if _DATE_TIME.fullmatch(text):
        try:
            return date_value(datetime.fromisoformat(text))
        except ValueError:
            return None
    when = parse_date(text)
    if when is None:
        return None
    first, last = datetime.combine(when.first, time()), datetime.combine(when.last, _LAST)
    return date_value(first) if when.precision == "day" else DateValue(first, last, when.text)


def parse_duration(text: str) -> Duration | None:
    """Read `7d`, `1 week`, `1M 2d`; `M` is a month and `m` a minute."""
    months, milliseconds, at = Decimal(0), Decimal(0), 0
    while found := _PART.match(text, at):
        unit = _UNITS.get(found[2]) or _UNITS.get(found[2].lower() if len(found[2]) > 1 else "")
        if unit is None:
            return None
        months, milliseconds = months + Decimal(found[1]) * unit[0], milliseconds + Decimal(found[1]) * unit[1]
        at = found.end()
    return Duration(months, milliseconds) if at == len(text) and at else None


def type_name(value: Value) -> str:
    """Return the name of a value's type in Bases."""
    return next((name for type_, name in _TYPES if isinstance(value, type_)), "null")


_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    (DateValue, "date"),
    (Duration, "duration"),
    (LinkValue, "link"),
    (FileValue, "file"),
    (Regex, "regexp"),
    (tuple, "list"),
    (Mapping, "object"),
)


def is_list(value: Value) -> bool:
    """Whether a value is a list. Dates and links are tuples too, of their own classes."""
    return type(value) is tuple


def as_number(value: Value) -> Decimal | None:
    """Return a number, the number in a text, or the milliseconds of a duration; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Duration):
        return value.number
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return bounded(Decimal(value.strip()))
    return value if isinstance(value, Decimal) else None


def bounded(number: Decimal) -> Decimal | None:
    """Return a finite number that is not too large to show, else None."""
    return number if number.is_finite() and (number.adjusted() <= LARGEST or not number) else None


def as_date_value(value: Value) -> DateValue | None:
    """Return a date, or the date in a text; else None."""
    return value if isinstance(value, DateValue) else parse_date_value(value) if isinstance(value, str) else None


def as_text(value: Value) -> str:
    """Return a value as text; an empty text for None."""
    return next((read(value) for type_, read in _TEXTS if isinstance(value, type_)), "")


_TEXTS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, str),
    (bool, lambda value: "true" if value else "false"),
    (Decimal, lambda value: f"{value.normalize():f}" if value else "0"),
    (DateValue, lambda value: value.text),
    (Duration, lambda value: as_text(value.number)),
    (LinkValue, lambda value: value.display or value.text),
    (FileValue, lambda value: value.path),
    (Regex, lambda value: f"/{value.text}/{value.flags}"),
    (tuple, lambda value: ", ".join(map(as_text, value))),
    (Mapping, lambda value: ", ".join(f"{key}: {as_text(each)}" for key, each in value.items())),
)


def is_true(value: Value) -> bool:
    """Whether a value counts as true: it is not None, empty, zero or false."""
    return bool(value.number) if isinstance(value, Duration) else bool(value)


def is_equal(one: Value, other: Value) -> bool:
    """Whether two values are equal. Links compare by their target, numbers and dates also with texts."""
    if type(one) is type(other) is str:  # nearly all comparisons
        return bool(one == other)
    if one is None or other is None or isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return next((same(one, other) for types, same in _SAME if isinstance(one, types) or isinstance(other, types)))


def _same_dates(one: Value, other: Value) -> bool:
    first, second = as_date_value(one), as_date_value(other)
    return bool(first and second and (first[:2] == second[:2] or first.text == second.text))


def _same_numbers(one: Value, other: Value) -> bool:
    first, second = as_number(one), as_number(other)
    return first is not None and first == second


def _same_texts(one: Value, other: Value) -> bool:
    return isinstance(one, str) and isinstance(other, str) and str(one) == str(other)


def _same_lists(one: Value, other: Value) -> bool:
    return is_list(one) and is_list(other) and len(one) == len(other) and all(map(is_equal, one, other))


# The first type that either value has decides how they compare.
_SAME: tuple[tuple[type | tuple[type, ...], Callable[[Value, Value], bool]], ...] = (
    ((LinkValue, FileValue), lambda one, other: bool(_names(one) & _names(other))),
    (DateValue, _same_dates),
    ((Decimal, Duration), _same_numbers),
    (TagValue, lambda one, other: _tag(one) == _tag(other)),
    (str, _same_texts),
    (Regex, lambda one, other: bool(one == other)),
    (tuple, _same_lists),
    (object, lambda one, other: bool(one == other)),
)


def _tag(value: Value) -> str:
    return key_of(as_text(value).removeprefix("#"))


def _names(value: Value) -> set[str]:
    """Return the names of a file. Two values with a common name are the same file."""
    if isinstance(value, FileValue):
        return path_names(value.path)
    if isinstance(value, LinkValue):
        return path_names(value.path) | {value.text} if value.path else {value.text}
    if not isinstance(value, str):
        return set()
    link = parse_wikilink(value)
    return {link.address if link else value}


def path_names(path: str) -> set[str]:
    """Return the names of a file: its path, its path without `.md`, and its stem."""
    stem = path.removesuffix(".md")
    return {path, stem, stem.rpartition("/")[2]}


def is_empty(value: Value) -> bool:
    """Whether a value is None or an empty text, list or object."""
    return value is None or (isinstance(value, str | Mapping) and not value) or (is_list(value) and not value)


def is_shallow(value: Value, depth: int = 10) -> bool:
    """Whether lists and objects are nested at most `depth` levels deep."""
    if type(value) is not tuple and type(value) is not dict:
        return True
    inner = value.values() if isinstance(value, Mapping) else value
    return depth > 0 and all(is_shallow(each, depth - 1) for each in inner)
