"""Rejects queries that are valid SQL but almost certainly a mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from milemark.foundation import rules
from milemark.foundation.date_forms import date_hint, suggest_date
from milemark.foundation.dates import parse_date
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import declared_word, meant
from milemark.query.sql.errors import BEFORE_VALUES, COMPARING, TEXT_QUOTES, WRITE_TODAY, QueryError, at
from milemark.query.sql.sandbox import DATE_FUNCTIONS
from milemark.query.sql.tokens import Token, tokenize
from milemark.query.tables.table import Table
from milemark.roadmap.settings import Stage

_CLOCKS = {"current_date", "current_time", "current_timestamp"}
_SPLIT = _("write two comparisons joined by `and`, or use `between`")


def check_query(sql: str, tables: Mapping[str, Table], dates: Collection[str], statuses: tuple[str, ...] = ()) -> None:
    """Raise QueryError for a query that SQLite would run, but not as its author intends.

    These are an empty query, the clock of the machine, an unknown name in double quotation marks, and a date or a stage
    compared with a text that is not one. `dates` are the names of columns of dates, `statuses` the words of
    roadmap.yml; without them, any word is a status.
    """
    tokens = tokenize(sql)
    if not tokens:
        raise QueryError(rules.QUERY_SYNTAX, word="…", about=_("write for example: select title from items"))
    _check_clock(tokens)
    _check_names(tokens, tables)
    _check_dates(tokens, dates)
    _check_words(tokens, "stage", _("stage"), tuple(Stage))
    if statuses:
        _check_words(tokens, "status", _("status"), statuses)


def _check_clock(tokens: Sequence[Token]) -> None:
    """Reject reading the clock of the machine: the same roadmap gives the same result on any day."""
    for number, token in enumerate(tokens):
        if token.text.lower() in _CLOCKS:
            raise at(token, rules.NOT_ALLOWED, WRITE_TODAY, name=token.text)
        if token.name in DATE_FUNCTIONS and tokens[number + 1 : number + 2] and tokens[number + 1].text == "(":
            inside = _inside(tokens, number + 1)
            now = next((each for each in inside if each.text.lower() == "'now'"), None)
            if now or not inside:
                raise at(now or token, rules.NOT_ALLOWED, WRITE_TODAY, name=now.text if now else f"{token.text}()")


def _inside(tokens: Sequence[Token], opened: int) -> Sequence[Token]:
    """Return the tokens between a bracket and its closing one."""
    depth = 0
    for number in range(opened, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[number].text, 0)
        if not depth:
            return tokens[opened + 1 : number]
    return tokens[opened + 1 :]


def _check_names(tokens: Sequence[Token], tables: Mapping[str, Table]) -> None:
    """Reject an unknown name in double quotation marks, which SQLite takes for a text."""
    known = {column.name.lower() for table in tables.values() for column in table.columns} | tables.keys()
    known |= {other.name for one, other in pairwise(tokens) if one.name not in BEFORE_VALUES}
    known |= {other.name for one, other in pairwise(tokens) if one.text == ")"}
    for token in tokens:
        if token.text.startswith('"') and token.name not in known:
            raise at(token, rules.UNKNOWN_COLUMN, TEXT_QUOTES, name=token.text[1:-1], known="")


def _check_dates(tokens: Sequence[Token], dates: Collection[str]) -> None:
    """Reject comparing a date column with a value that is not a date: SQLite would compare them as texts."""
    for number, token in enumerate(tokens):
        if token.name in dates:
            first = number - 2 if number > 1 and tokens[number - 1].text == "." else number
            _check_date(tokens[number + 1 : number + 3], tokens[number + 3 : number + 7])
            _check_date(tokens[max(first - 2, 0) : first][::-1], ())
            if first and _is_comparing(tokens[first - 1]) and _is_comparing(*tokens[number + 1 : number + 2]):
                raise at(tokens[first - 1], rules.QUERY_SYNTAX, word=tokens[first - 1].text, about=_SPLIT)


def _check_words(tokens: Sequence[Token], column: str, what: str, known: tuple[str, ...]) -> None:
    """Reject comparing a column with a word that it never holds, such as the stage with a status."""
    for number, token in enumerate(tokens):
        if token.name == column:
            for value in _compared(tokens[number + 1 :]):
                text = value.text.strip("'")
                if text and declared_word(text, known) is None:
                    hint, near = meant(text, known)
                    values = {"what": what, "option": text, "known": ", ".join(known), **near}
                    raise at(value, rules.UNKNOWN_OPTION, hint, **values)


def _compared(rest: Sequence[Token]) -> Iterator[Token]:
    """Yield the texts that a column is compared with, after an operator or in a list in brackets."""
    words = [token.text.lower() for token in rest[:3]]
    if words[:2] == ["in", "("] or words == ["not", "in", "("]:
        inside = _inside(rest, words.index("("))
        yield from (token for token in inside if token.kind == "string" and all(each.text != "(" for each in inside))
    elif len(rest) > 1 and _is_comparing(rest[0]) and rest[1].kind == "string":
        yield from rest[1:2] if [each.text for each in rest[2:3]] != ["||"] else ()


def _is_comparing(token: Token | None = None) -> bool:
    return token is not None and token.text in COMPARING


def _check_date(compared: Sequence[Token], rest: Sequence[Token]) -> None:
    """Reject an operator with a value that is not a date; `rest` are the tokens after them."""
    if len(compared) < 2 or not _is_comparing(compared[0]):  # noqa: PLR2004  an operator and a value
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
        hint, values = date_hint(text)
        raise at(value, rules.BAD_DATE, hint, value=text, **values)


def _digits(rest: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens that continue a date without quotation marks: `-04-01` of `2025-04-01`."""
    count = 0
    while len(rest) > count + 1 and rest[count].text == "-" and rest[count + 1].kind == "number":
        count += 2
    return rest[:count]
