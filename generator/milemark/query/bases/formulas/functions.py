"""The functions of formulas by the type of their value, as in https://help.obsidian.md/bases/functions.

None of them raises on data: a result that cannot be computed is None, an empty cell.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple, Protocol

from milemark.foundation.i18n import Language
from milemark.foundation.identifiers import key_of
from milemark.markdown.wikilinks import parse_reference
from milemark.query.bases.formulas.dates import formatted, relative
from milemark.query.bases.formulas.lists import MAX_TEXT, extreme, flat, has, join, mean, total, unique
from milemark.query.bases.formulas.operators import sort_key
from milemark.query.bases.formulas.patterns import Patterns
from milemark.query.bases.formulas.values import (
    DateValue,
    FileValue,
    LinkValue,
    Value,
    as_date_value,
    as_number,
    as_text,
    bounded,
    date_value,
    is_list,
    is_true,
    parse_duration,
    type_name,
)

_MAX_DIGITS = 20
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  dates of a roadmap have no time zone


class World(Protocol):
    """The surroundings that a formula can read: the day, the language, and the files of the roadmap."""

    @property
    def now(self) -> datetime:
        """The day of the roadmap."""

    @property
    def language(self) -> Language:
        """The language of words in results: names of months, `3 days ago`."""

    @property
    def patterns(self) -> Patterns:
        """The runner of regular expressions."""

    def resolve(self, text: str) -> str:
        """Return the path of the file that a name, a path or a wikilink means, or an empty text."""

    def note(self, path: str, name: str) -> Value:
        """Return a property of a file."""

    def file_field(self, path: str, name: str) -> Value:
        """Return `file.name`, `file.tags` …."""


class Function(NamedTuple):
    """A function with its number of arguments. `result` is its type, empty if it depends on the arguments."""

    call: Callable[..., Value]
    result: str = ""
    least: int = 0
    most: int = 0


MANY = 99


def _as_list(_world: World, value: Value = None) -> Value:
    return value if is_list(value) else () if value is None else (value,)


def _number(_world: World, value: Value) -> Value:
    if isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, DateValue):
        return Decimal((value.first - _EPOCH) // timedelta(milliseconds=1))
    return as_number(value)


def _link(world: World, target: Value, display: Value = None) -> Value:
    if isinstance(target, LinkValue):
        return target._replace(display=as_text(display) or target.display)
    text = as_text(target).strip()
    link = parse_reference(text)
    return LinkValue(link.address, world.resolve(text), as_text(display) or link.text) if text else None


def _file(world: World, target: Value) -> Value:
    if isinstance(target, FileValue):
        return target
    path = target.path if isinstance(target, LinkValue) else world.resolve(as_text(target))
    return FileValue(path) if path else None


def _rounded(rounding: str) -> Callable[..., Value]:
    def to_whole(_world: World, number: Decimal) -> Value:
        return number.to_integral_value(rounding)

    return to_whole


def _round(_world: World, number: Decimal, digits: Value = None) -> Value:
    places = as_number(digits) or Decimal(0)
    if not 0 <= places <= _MAX_DIGITS:
        return None
    unit = Decimal(1).scaleb(-int(places))
    half = unit / 2
    return bounded(((number + half) / unit).to_integral_value(ROUND_FLOOR) * unit)  # as in a browser: -2.5 is -2


def _to_fixed(_world: World, number: Decimal, digits: Value = None) -> Value:
    places = as_number(digits) or Decimal(0)
    if not 0 <= places <= _MAX_DIGITS:
        return None
    return f"{number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP):f}"


def _contains(_world: World, text: str, part: Value) -> Value:
    return as_text(part) in text


def _slice(_world: World, value: Value, start: Value, end: Value = None) -> Value:
    first, last = as_number(start), as_number(end)
    return None if first is None else value[int(first) : None if last is None else int(last)]


def _repeat(_world: World, text: str, count: Value) -> Value:
    number = as_number(count)
    return text * int(number) if number is not None and 0 <= number * len(text) <= MAX_TEXT else None


def _title(_world: World, text: str) -> Value:
    return " ".join(word[:1].upper() + word[1:].lower() for word in text.split(" "))


def _has_tag(world: World, file: FileValue, *wanted: Value) -> Value:
    names = [key_of(as_text(each).removeprefix("#")) for each in wanted]
    tags = [key_of(each.removeprefix("#")) for each in world.file_field(file.path, "tags") or ()]
    return any(tag == name or tag.startswith(f"{name}/") for tag in tags for name in names)


def _in_folder(_world: World, file: FileValue, folder: Value) -> Value:
    name = as_text(folder).strip("/")
    return not name or file.path.startswith(f"{name}/")


def _has_property(world: World, file: FileValue, name: Value) -> Value:
    return as_text(name) in (world.file_field(file.path, "properties") or {})


def _links_to(world: World, value: LinkValue | FileValue, other: Value) -> Value:
    target = _file(world, other)
    links = world.file_field(value.path, "links") or ()
    return has(links, target or LinkValue(as_text(other)))


def _as_link(world: World, file: FileValue, display: Value = None) -> Value:
    return LinkValue(as_text(world.file_field(file.path, "basename")), file.path, as_text(display))


GLOBALS: Mapping[str, Function] = {
    "date": Function(lambda _world, value: as_date_value(value), "date", 1, 1),
    "duration": Function(lambda _world, value: parse_duration(as_text(value)), "duration", 1, 1),
    "escapeHTML": Function(lambda _world, value: html.escape(as_text(value)), "string", 1, 1),
    "file": Function(_file, "file", 1, 1),
    "link": Function(_link, "link", 1, 2),
    "list": Function(_as_list, "list", 1, 1),
    "max": Function(lambda _world, *values: extreme(max, values), "number", 1, MANY),
    "min": Function(lambda _world, *values: extreme(min, values), "number", 1, MANY),
    "now": Function(lambda world: date_value(world.now), "date"),
    "number": Function(_number, "number", 1, 1),
    "today": Function(lambda world: date_value(world.now), "date"),
}
# These evaluate their arguments lazily or repeatedly: see `evaluation` and `run`.
IF = Function(lambda: None, "", 2, 3)
OF_LISTS: Mapping[str, Function] = {
    "filter": Function(lambda: None, "list", 1, 1),
    "map": Function(lambda: None, "list", 1, 1),
    "reduce": Function(lambda: None, "", 1, 2),
}
ANY: Mapping[str, Function] = {
    "isTruthy": Function(lambda _world, value: is_true(value), "boolean"),
    "isType": Function(lambda _world, value, name: type_name(value) == as_text(name).lower(), "boolean", 1, 1),
    "toString": Function(lambda _world, value: as_text(value), "string"),
    "isEmpty": Function(lambda _world, value: value is None or value in ("", ()) or value == {}, "boolean"),
}
_STRING: Mapping[str, Function] = {
    "contains": Function(_contains, "boolean", 1, 1),
    "containsAll": Function(lambda _world, text, *parts: all(as_text(p) in text for p in parts), "boolean", 1, MANY),
    "containsAny": Function(lambda _world, text, *parts: any(as_text(p) in text for p in parts), "boolean", 1, MANY),
    "endsWith": Function(lambda _world, text, end: text.endswith(as_text(end)), "boolean", 1, 1),
    "startsWith": Function(lambda _world, text, start: text.startswith(as_text(start)), "boolean", 1, 1),
    "lower": Function(lambda _world, text: text.lower(), "string"),
    "upper": Function(lambda _world, text: text.upper(), "string"),
    "title": Function(_title, "string"),
    "trim": Function(lambda _world, text: text.strip(), "string"),
    "repeat": Function(_repeat, "string", 1, 1),
    "replace": Function(lambda world, *values: world.patterns.replaced(*values), "string", 2, 2),
    "reverse": Function(lambda _world, text: text[::-1], "string"),
    "slice": Function(_slice, "string", 1, 2),
    "split": Function(lambda world, *values: world.patterns.split(*values), "list", 1, 2),
}
_NUMBER: Mapping[str, Function] = {
    "abs": Function(lambda _world, number: abs(number), "number"),
    "ceil": Function(_rounded(ROUND_CEILING), "number"),
    "floor": Function(_rounded(ROUND_FLOOR), "number"),
    "round": Function(_round, "number", 0, 1),
    "toFixed": Function(_to_fixed, "string", 0, 1),
}
METHODS: Mapping[str, Mapping[str, Function]] = {
    "string": _STRING,
    "number": _NUMBER,
    "duration": _NUMBER,  # by its milliseconds
    "date": {
        "date": Function(lambda _world, when: date_value(datetime.combine(when.first, datetime.min.time())), "date"),
        "format": Function(lambda world, when, form: formatted(when, as_text(form), world.language), "string", 1, 1),
        "relative": Function(lambda world, when: relative(when, world.now, world.language), "string"),
        "time": Function(lambda _world, when: when.first.strftime("%H:%M:%S"), "string"),
    },
    "list": {
        "contains": Function(lambda _world, values, wanted: has(values, wanted), "boolean", 1, 1),
        "containsAll": Function(lambda _w, values, *each: all(has(values, e) for e in each), "boolean", 1, MANY),
        "containsAny": Function(lambda _w, values, *each: any(has(values, e) for e in each), "boolean", 1, MANY),
        "flat": Function(lambda _world, values: tuple(flat(values)), "list"),
        "join": Function(lambda _world, values, by: join(values, by), "string", 1, 1),
        "mean": Function(lambda _world, values: mean(values), "number"),
        "reverse": Function(lambda _world, values: values[::-1], "list"),
        "slice": Function(_slice, "list", 1, 2),
        "sort": Function(lambda _world, values: tuple(sorted(values, key=sort_key)), "list"),
        "sum": Function(lambda _world, values: total(values), "number"),
        "unique": Function(lambda _world, values: unique(values), "list"),
    },
    "link": {
        **_STRING,
        "asFile": Function(_file, "file"),
        "linksTo": Function(_links_to, "boolean", 1, 1),
    },
    "file": {
        "asLink": Function(_as_link, "link", 0, 1),
        "hasLink": Function(_links_to, "boolean", 1, 1),
        "hasProperty": Function(_has_property, "boolean", 1, 1),
        "hasTag": Function(_has_tag, "boolean", 1, MANY),
        "inFolder": Function(_in_folder, "boolean", 1, 1),
    },
    "object": {
        "keys": Function(lambda _world, pairs: tuple(pairs), "list"),
        "values": Function(lambda _world, pairs: tuple(pairs.values()), "list"),
    },
    "regexp": {"matches": Function(lambda world, *values: world.patterns.matches(*values), "boolean", 1, 1)},
    "boolean": {},
}
