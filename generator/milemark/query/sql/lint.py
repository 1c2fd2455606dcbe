"""What SQLite would answer, and not as it was meant: refused, with a hint, before it is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from milemark.foundation import rules
from milemark.foundation.dates import parse_date, suggest_date
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import meant
from milemark.query.sql.errors import BEFORE_VALUES, COMPARING, TEXT_QUOTES, WRITE_TODAY, QueryError, at
from milemark.query.sql.sandbox import TIMES
from milemark.query.sql.tokens import Token, tokens
from milemark.query.tables.table import Table
from milemark.roadmap.settings import Stage

_CLOCKS = {"current_date", "current_time", "current_timestamp"}
_SPLIT = _("write two comparisons with `and` between them, or `between`")


def refuse_unclear(sql: str, relations: Mapping[str, Table], dates: Collection[str]) -> None:
    """Refuse what SQLite would answer, and not as it was meant.

    That is: nothing, the machine's clock, a name that is a text, a date compared with what is none, a stage too.
    """
    found = tokens(sql)
    if not found:
        raise QueryError(rules.QUERY_SYNTAX, word="…", about=_("write for example: select title from items"))
    _refuse_clock(found)
    _refuse_text(found, relations)
    _refuse_no_dates(found, dates)
    _refuse_no_stages(found)


def _refuse_clock(found: Sequence[Token]) -> None:
    """Refuse what reads the clock of the machine: the same roadmap gives the same answer on any day."""
    for number, token in enumerate(found):
        if token.text.lower() in _CLOCKS:
            raise at(token, rules.NOT_ALLOWED, WRITE_TODAY, name=token.text)
        if token.name in TIMES and found[number + 1 : number + 2] and found[number + 1].text == "(":
            inside = _inside(found, number + 1)
            now = next((each for each in inside if each.text.lower() == "'now'"), None)
            if now or not inside:
                raise at(now or token, rules.NOT_ALLOWED, WRITE_TODAY, name=now.text if now else f"{token.text}()")


def _inside(found: Sequence[Token], opened: int) -> Sequence[Token]:
    """Return the words between a bracket and the one that closes it."""
    depth = 0
    for number in range(opened, len(found)):
        depth += {"(": 1, ")": -1}.get(found[number].text, 0)
        if not depth:
            return found[opened + 1 : number]
    return found[opened + 1 :]


def _refuse_text(found: Sequence[Token], relations: Mapping[str, Table]) -> None:
    """Refuse a name in quotation marks that nothing has: SQLite would take it for a text."""
    known = {column.name.lower() for each in relations.values() for column in each.columns} | relations.keys()
    known |= {other.name for one, other in pairwise(found) if one.name not in BEFORE_VALUES}
    known |= {other.name for one, other in pairwise(found) if one.text == ")"}
    for token in found:
        if token.text.startswith('"') and token.name not in known:
            raise at(token, rules.UNKNOWN_COLUMN, TEXT_QUOTES, name=token.text[1:-1], known="")


def _refuse_no_dates(found: Sequence[Token], dates: Collection[str]) -> None:
    """Refuse the column of a date compared with what is no date, since both would be compared as texts."""
    for number, token in enumerate(found):
        if token.name in dates:
            first = number - 2 if number > 1 and found[number - 1].text == "." else number
            _refuse_value(found[number + 1 : number + 3], found[number + 3 : number + 7])
            _refuse_value(found[max(first - 2, 0) : first][::-1], ())
            if first and _is_comparing(found[first - 1]) and _is_comparing(*found[number + 1 : number + 2]):
                raise at(found[first - 1], rules.QUERY_SYNTAX, word=found[first - 1].text, about=_SPLIT)


def _refuse_no_stages(found: Sequence[Token]) -> None:
    """Refuse what no stage is called, such as the word of a status: nothing would ever be found."""
    for number, token in enumerate(found):
        if token.name == "stage":
            for value in _compared(found[number + 1 :]):
                text = value.text.strip("'")
                if text and text not in tuple(Stage):
                    hint, near = meant(text, tuple(Stage))
                    values = {"what": _("stage"), "option": text, "known": ", ".join(Stage), **near}
                    raise at(value, rules.UNKNOWN_OPTION, hint, **values)


def _compared(rest: Sequence[Token]) -> Iterator[Token]:
    """Yield the texts that a column is compared with: behind a sign, or in a list in brackets."""
    words = [token.text.lower() for token in rest[:3]]
    if words[:2] == ["in", "("] or words == ["not", "in", "("]:
        inside = _inside(rest, words.index("("))
        yield from (token for token in inside if token.kind == "string" and all(each.text != "(" for each in inside))
    elif len(rest) > 1 and _is_comparing(rest[0]) and rest[1].kind == "string":
        yield from rest[1:2] if [each.text for each in rest[2:3]] != ["||"] else ()


def _is_comparing(sign: Token | None = None) -> bool:
    return sign is not None and sign.text in COMPARING


def _refuse_value(compared: Sequence[Token], rest: Sequence[Token]) -> None:
    """Refuse what a date is compared with, a sign and a value, if it is no date; `rest` are words behind that."""
    if len(compared) < 2 or not _is_comparing(compared[0]):  # noqa: PLR2004  a sign and a value
        return
    value, text = compared[1], compared[1].text.strip("'")
    if value.kind == "number" and not (rest and rest[0].text in {"*", "/", "||"}):
        written = "".join(each.text for each in (value, *_digits(rest)))
        token = Token("number", written, value.start)
        raise at(
            token,
            rules.BAD_DATE,
            _("write it in single quotation marks: '{name}'"),
            value=written,
            name=suggest_date(written) or written,
        )
    is_whole = not (rest and rest[0].text == "||")
    if value.kind == "string" and text.strip() and is_whole and not parse_date(text):
        near = suggest_date(text) or ""
        raise at(value, rules.BAD_DATE, rules.DID_YOU_MEAN if near else "", value=text, nearest=near)


def _digits(rest: Sequence[Token]) -> Sequence[Token]:
    """Return the words that go on with a date in numbers: `-04-01` of `2025-04-01`."""
    count = 0
    while len(rest) > count + 1 and rest[count].text == "-" and rest[count + 1].kind == "number":
        count += 2
    return rest[:count]
