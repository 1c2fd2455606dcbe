"""SQL as it is written: its words with their places, and dates in it that are less precise than a day.

`due < '2025-04'` means before April, `due <= '2025-04'` by its end, `due = '2025-04'` within it; a due date counts as
its last day, a start as its first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from milemark.foundation.dates import PartialDate, parse_date

# To SQLite, every letter that is not ASCII is part of a name: blanks and quotation marks of typesetters too.
_TOKEN = re.compile(
    r"""(?P<space>[ \t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|(?:[A-Za-z_]|[^\x00-\x7f])(?:[A-Za-z0-9_$]|[^\x00-\x7f])*)
    |(?P<number>[0-9](?:[A-Za-z0-9_.]|[^\x00-\x7f])*)
    |(?P<sign><=|>=|<>|!=|==|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "==": "==", "!=": "!=", "<>": "<>"}
_REPLACED: dict[str, Callable[[PartialDate], str]] = {
    "<": lambda when: f"< '{when.first}'",
    "<=": lambda when: f"<= '{when.last}'",
    ">": lambda when: f"> '{when.last}'",
    ">=": lambda when: f">= '{when.first}'",
    "=": lambda when: f"BETWEEN '{when.first}' AND '{when.last}'",
    "==": lambda when: f"BETWEEN '{when.first}' AND '{when.last}'",
    "!=": lambda when: f"NOT BETWEEN '{when.first}' AND '{when.last}'",
    "<>": lambda when: f"NOT BETWEEN '{when.first}' AND '{when.last}'",
}
_FIRST_COUNTS = "start"
# What stands beside a comparison and binds as close or closer: it is not one of a column with a date, then.
_CLOSER = {*_REPLACED, "||", "+", "-", "*", "/", "%", "&", "|", "~", "collate"}


class Token(NamedTuple):
    """One word of SQL: its kind (`string`, `name`, `number`, `sign`), its text, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """What a name is without its quotation marks, in small letters."""
        is_quoted = self.text[:1] in {'"', "`", "["}
        return (self.text[1:-1] if is_quoted else self.text).replace('""', '"').lower() if self.kind == "name" else ""


def tokens(sql: str) -> list[Token]:
    """Return the words of SQL without blanks and comments; a quotation mark that is never closed is a sign."""
    found = ((match.lastgroup or "", match[0], match.start()) for match in _TOKEN.finditer(sql))
    return [Token(*each) for each in found if each[0] != "space"]


def with_days(sql: str, dates: Collection[str], days: Collection[str] = ()) -> str:
    """Return SQL in which days are compared where a column of these names is compared with a date.

    `dates` are columns of dates as precise as they were written, `days` those of days.
    """
    written, place = [], 0
    for start, end, text in _comparisons(tokens(sql), _DayColumns(dates, days)):
        written += [sql[place:start], text]
        place = end
    return "".join([*written, sql[place:]])


class _DayColumns(NamedTuple):
    """The names of columns: those of dates as precise as they were written, and those of days."""

    dates: Collection[str]
    days: Collection[str]

    def has(self, name: str) -> bool:
        """Whether a column of this name can be compared with a date."""
        return name in self.dates or name in self.days


def _comparisons(found: Sequence[Token], names: _DayColumns) -> Iterator[tuple[int, int, str]]:
    """Yield what is replaced, from where to where."""
    number = 0
    while number < len(found):
        comparison = _comparison(found, number, names)
        if comparison and not {_text(found, number - 1), _text(found, number + comparison[0])} & _CLOSER:
            count, text = comparison
            yield found[number].start, found[number + count - 1].end, text
            number += count
        else:
            number += 1


def _comparison(found: Sequence[Token], first: int, names: _DayColumns) -> tuple[int, str] | None:
    """Return how many words a comparison with a date takes, and what takes their place."""
    if length := _column(found, first, names):
        return _behind(found, first + length, length, _day(found, first, length, names))
    when, sign = _date(found, first), _text(found, first + 1)
    if when and sign in _TURNED and (length := _column(found, first + 2, names)):
        return 2 + length, f"({_day(found, first + 2, length, names)} {_REPLACED[_TURNED[sign]](when)})"
    return None


def _behind(found: Sequence[Token], at: int, length: int, day: str) -> tuple[int, str] | None:
    """Return the comparison of a column, which ends before a word, with the dates behind it."""
    sign = _text(found, at)
    if sign in _REPLACED:
        when = _date(found, at + 1)
        return (length + 2, f"({day} {_REPLACED[sign](when)})") if when else None
    first, negated = at, "NOT " if _text(found, at) == "not" else ""
    at += bool(negated)
    low, high = _date(found, at + 1), _date(found, at + 3)
    if _text(found, at) == "between" and low and high and _text(found, at + 2) == "and":
        return length + at + 4 - first, f"({day} {negated}BETWEEN '{low.first}' AND '{high.last}')"
    listed = _listed(found, at + 1) if _text(found, at) == "in" else []
    if listed:
        within = " OR ".join(f"{day} {_REPLACED['='](when)}" for when in listed)
        return length + at + 2 + 2 * len(listed) - first, f"({negated}({within}))"
    return None


def _listed(found: Sequence[Token], at: int) -> list[PartialDate]:
    """Return the dates of a list in brackets; none where something else stands in it."""
    listed: list[PartialDate] = []
    sign = "("
    while _text(found, at) == sign and (when := _date(found, at + 1)):
        listed.append(when)
        at, sign = at + 2, ","
    return listed if _text(found, at) == ")" else []


def _column(found: Sequence[Token], first: int, names: _DayColumns) -> int:
    """Return how many words a date's column takes, `due` or `items.due`; 0 where there is none."""
    words = [token.name for token in found[first : first + 3]]
    if len(words) == 3 and found[first + 1].text == "." and names.has(words[2]):  # noqa: PLR2004  name, dot, name
        return 3 if _text(found, first + 3) not in {".", "("} else 0
    is_part = first > 0 and found[first - 1].text == "."
    is_called = _text(found, first + 1) in {".", "("}
    return 1 if words and names.has(words[0]) and not is_part and not is_called else 0


def _day(found: Sequence[Token], first: int, length: int, names: _DayColumns) -> str:
    name = found[first + length - 1].name
    column = "".join(token.text for token in found[first : first + length])
    if name not in names.dates:
        return column
    return f"{'first_day' if name == _FIRST_COUNTS else 'last_day'}({column})"


def _date(found: Sequence[Token], at: int) -> PartialDate | None:
    is_string = 0 <= at < len(found) and found[at].kind == "string"
    return parse_date(found[at].text[1:-1]) if is_string else None


def _text(found: Sequence[Token], at: int) -> str:
    return found[at].text.lower() if 0 <= at < len(found) else ""
