"""SQL as it is written: its words with their places, and dates in it that are less precise than a day.

`due < '2025-04'` means before April, `due <= '2025-04'` by its end, `due = '2025-04'` within it; a due date counts as
its last day, a start as its first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from milemark.dates import PartialDate, parse_date

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[^\W\d][\w$]*)
    |(?P<number>\d[\w.]*)
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


def with_days(sql: str, dates: Collection[str]) -> str:
    """Return SQL in which days are compared where a column of these names is compared with a date."""
    written, place = [], 0
    for start, end, text in _comparisons(tokens(sql), dates):
        written += [sql[place:start], text]
        place = end
    return "".join([*written, sql[place:]])


def _comparisons(found: Sequence[Token], dates: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Yield what is replaced, from where to where."""
    number = 0
    while number < len(found):
        comparison = _comparison(found, number, dates)
        if comparison:
            count, text = comparison
            yield found[number].start, found[number + count - 1].end, text
        number += comparison[0] if comparison else 1


def _comparison(found: Sequence[Token], first: int, dates: Collection[str]) -> tuple[int, str] | None:
    """Return how many words a comparison with a date takes, and what takes their place."""
    if length := _column(found, first, dates):
        return _behind(found, first, length)
    when, sign = _date(found, first), _text(found, first + 1)
    if when and sign in _TURNED and (length := _column(found, first + 2, dates)):
        return 2 + length, f"({_day(found, first + 2, length)} {_REPLACED[_TURNED[sign]](when)})"
    return None


def _behind(found: Sequence[Token], first: int, length: int) -> tuple[int, str] | None:
    """Return the comparison of a column with the date behind it."""
    at, day = first + length, _day(found, first, length)
    if when := _date(found, at + 1):
        sign = _text(found, at)
        return (length + 2, f"({day} {_REPLACED[sign](when)})") if sign in _REPLACED else None
    negated = "NOT " if _text(found, at) == "not" else ""
    at += bool(negated)
    low, high = _date(found, at + 1), _date(found, at + 3)
    if _text(found, at) == "between" and low and high:
        return at + 4 - first, f"({day} {negated}BETWEEN '{low.first}' AND '{high.last}')"
    return None


def _column(found: Sequence[Token], first: int, dates: Collection[str]) -> int:
    """Return how many words a date's column takes, `due` or `items.due`; 0 where there is none."""
    names = [token.name for token in found[first : first + 3]]
    if len(names) == 3 and found[first + 1].text == "." and names[2] in dates:  # noqa: PLR2004  name, dot, name
        return 3
    is_part = first > 0 and found[first - 1].text == "."
    is_called = _text(found, first + 1) in {".", "("}
    return 1 if names and names[0] in dates and not is_part and not is_called else 0


def _day(found: Sequence[Token], first: int, length: int) -> str:
    name = found[first + length - 1].name
    column = "".join(token.text for token in found[first : first + length])
    return f"{'first_day' if name == _FIRST_COUNTS else 'last_day'}({column})"


def _date(found: Sequence[Token], at: int) -> PartialDate | None:
    is_string = at < len(found) and found[at].kind == "string"
    return parse_date(found[at].text[1:-1]) if is_string else None


def _text(found: Sequence[Token], at: int) -> str:
    return found[at].text.lower() if at < len(found) else ""
