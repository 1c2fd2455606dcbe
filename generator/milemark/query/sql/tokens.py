"""SQL split into tokens, and comparisons with dates that are less precise than a day.

`due < '2025-04'` means before April, `due <= '2025-04'` by its end, `due = '2025-04'` within it; a due date counts as
its last day, a start as its first.

A collation alone cannot do this: `<` and `<=` need different days of the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from milemark.foundation.dates import PartialDate, parse_date

# To SQLite, every character beyond ASCII is part of a name, typographic spaces and quotation marks included.
_TOKEN = re.compile(
    r"""(?P<space>[ \t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|(?:[A-Za-z_]|[^\x00-\x7f])(?:[A-Za-z0-9_$]|[^\x00-\x7f])*)
    |(?P<number>[0-9](?:[A-Za-z0-9_.]|[^\x00-\x7f])*)
    |(?P<sign><=|>=|<>|!=|==|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "==": "==", "!=": "!=", "<>": "<>"}
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
_BY_FIRST_DAY = "start"  # this date compares by its first day, the others by their last
# Operators that bind as tightly as a comparison or tighter: next to one, a column and a date are not compared.
_CLOSER = {*_REPLACED, "||", "+", "-", "*", "/", "%", "&", "|", "~", "collate"}


class Token(NamedTuple):
    """A token of SQL: its kind (`string`, `name`, `number`, `sign`), its text, and its offset in the SQL."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """A name in lower case, without quotation marks; empty for other kinds."""
        is_quoted = self.text[:1] in {'"', "`", "["}
        return (self.text[1:-1] if is_quoted else self.text).replace('""', '"').lower() if self.kind == "name" else ""


def tokenize(sql: str) -> list[Token]:
    """Return the tokens of SQL without spaces and comments; a quotation mark that is never closed is a `sign`."""
    matches = ((match.lastgroup or "", match[0], match.start()) for match in _TOKEN.finditer(sql))
    return [Token(*each) for each in matches if each[0] != "space"]


def with_days(sql: str, dates: Collection[str], days: Collection[str] = ()) -> str:
    """Return SQL that compares by days: `due <= '2025-04'` becomes `(last_day(due) <= '2025-04-30')`.

    `dates` are the names of columns with dates of any precision, `days` of columns with days.
    """
    written, place = [], 0
    for start, end, text in _comparisons(tokenize(sql), _DayColumns(dates, days)):
        written += [sql[place:start], text]
        place = end
    return "".join([*written, sql[place:]])


class _DayColumns(NamedTuple):
    """The names of columns that compare with dates: `dates` of any precision, and `days`."""

    dates: Collection[str]
    days: Collection[str]

    def has(self, name: str) -> bool:
        """Whether a column of this name compares with a date."""
        return name in self.dates or name in self.days


def _comparisons(tokens: Sequence[Token], names: _DayColumns) -> Iterator[tuple[int, int, str]]:
    """Yield the comparisons with a date: start, end and replacement."""
    number = 0
    while number < len(tokens):
        comparison = _comparison(tokens, number, names)
        if comparison and not {_text(tokens, number - 1), _text(tokens, number + comparison[0])} & _CLOSER:
            count, text = comparison
            yield tokens[number].start, tokens[number + count - 1].end, text
            number += count
        else:
            number += 1


def _comparison(tokens: Sequence[Token], first: int, names: _DayColumns) -> tuple[int, str] | None:
    """Return the number of tokens of a comparison with a date, and its replacement."""
    if length := _column(tokens, first, names):
        return _compared_dates(tokens, first + length, length, _day(tokens, first, length, names))
    when, sign = _date(tokens, first), _text(tokens, first + 1)
    if when and sign in _MIRRORED and (length := _column(tokens, first + 2, names)):
        return 2 + length, f"({_day(tokens, first + 2, length, names)} {_REPLACED[_MIRRORED[sign]](when)})"
    return None


def _compared_dates(tokens: Sequence[Token], at: int, length: int, day: str) -> tuple[int, str] | None:
    """Return the comparison of a column, which ends before token `at`, with the dates after it."""
    sign = _text(tokens, at)
    if sign in _REPLACED:
        when = _date(tokens, at + 1)
        return (length + 2, f"({day} {_REPLACED[sign](when)})") if when else None
    first, negated = at, "NOT " if _text(tokens, at) == "not" else ""
    at += bool(negated)
    low, high = _date(tokens, at + 1), _date(tokens, at + 3)
    if _text(tokens, at) == "between" and low and high and _text(tokens, at + 2) == "and":
        return length + at + 4 - first, f"({day} {negated}BETWEEN '{low.first}' AND '{high.last}')"
    listed = _listed(tokens, at + 1) if _text(tokens, at) == "in" else []
    if listed:
        within = " OR ".join(f"{day} {_REPLACED['='](when)}" for when in listed)
        return length + at + 2 + 2 * len(listed) - first, f"({negated}({within}))"
    return None


def _listed(tokens: Sequence[Token], at: int) -> list[PartialDate]:
    """Return the dates of a list in brackets, or none where it holds anything else."""
    listed: list[PartialDate] = []
    sign = "("
    while _text(tokens, at) == sign and (when := _date(tokens, at + 1)):
        listed.append(when)
        at, sign = at + 2, ","
    return listed if _text(tokens, at) == ")" else []


def _column(tokens: Sequence[Token], first: int, names: _DayColumns) -> int:
    """Return the number of tokens of a date column, `due` or `items.due`; 0 for anything else."""
    words = [token.name for token in tokens[first : first + 3]]
    if len(words) == 3 and tokens[first + 1].text == "." and names.has(words[2]):  # noqa: PLR2004  name, dot, name
        return 3 if _text(tokens, first + 3) not in {".", "("} else 0
    is_part = first > 0 and tokens[first - 1].text == "."
    is_called = _text(tokens, first + 1) in {".", "("}
    return 1 if words and names.has(words[0]) and not is_part and not is_called else 0


def _day(tokens: Sequence[Token], first: int, length: int, names: _DayColumns) -> str:
    name = tokens[first + length - 1].name
    column = "".join(token.text for token in tokens[first : first + length])
    if name not in names.dates:
        return column
    return f"{'first_day' if name == _BY_FIRST_DAY else 'last_day'}({column})"


def _date(tokens: Sequence[Token], at: int) -> PartialDate | None:
    is_string = 0 <= at < len(tokens) and tokens[at].kind == "string"
    return parse_date(tokens[at].text[1:-1]) if is_string else None


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text.lower() if 0 <= at < len(tokens) else ""
