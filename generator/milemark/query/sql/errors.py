"""Turns SQLite's error messages into findings with a place and a hint."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import pairwise

from milemark.foundation import rules
from milemark.foundation.diagnostics import Rule, correction
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import nearest
from milemark.query.sql.sandbox import DATE_FUNCTIONS, FUNCTIONS, TABLE_FUNCTIONS
from milemark.query.sql.tokens import Token, tokenize
from milemark.query.tables.table import Table

_CLOCKS = ("now", "getdate", "curdate", "sysdate", "current_date", "current_timestamp")  # functions of other databases
_KEYWORDS = ("select", "distinct", "from", "join", "where", "group", "having", "order", "limit", "between", "and")
_WITH_BY = ("group", "order")
NEVER_CLOSED = _("a quotation mark or a bracket is never closed")
ONE_QUERY = _("write a single query")
WRITE_TODAY = _("write today(): a query cannot read the clock")
TEXT_QUOTES = _("write text in single quotation marks: '{name}'")
_NEAR = _('did you mean "{nearest}"?')


class QueryError(Exception):
    """A query that cannot be run: the rule it breaks, the values and hint of the message, and its place in the SQL."""

    def __init__(self, rule: Rule, start: int = 0, width: int = 0, hint: str = "", **values: str) -> None:
        super().__init__(rule.code)
        self.rule, self.start, self.width, self.hint, self.values = rule, start, width, hint, values


_Explain = Callable[[str, str, Mapping[str, Table]], QueryError]


def explain_error(sql: str, error: BaseException, tables: Mapping[str, Table]) -> QueryError:
    """Return the error for a query that SQLite refused."""
    message = str(error)
    for pattern, explain in _MESSAGES:
        if match := re.match(pattern, message, re.DOTALL):
            return explain(sql, match[1] if match.groups() else "", tables)
    return _about(_("see the SQLite documentation"))(sql, message, tables)


def at(token: Token | None, rule: Rule, hint: str = "", **values: str) -> QueryError:
    """Return an error at a token."""
    start, width = (token.start, len(token.text)) if token else (0, 0)
    values |= correction(token.text, values["nearest"]) if token and hint == _NEAR else {}
    return QueryError(rule, start, width, hint, **values)


def _find(sql: str, name: str) -> Token | None:
    """Return the first token that is this name or its last part, else the first with this text."""
    tokens, plain = tokenize(sql), name.lower()
    last = plain.rpartition(".")[2]
    names = (token for token in tokens if token.name in {plain, last})
    return next(names, None) or next((token for token in tokens if token.text.lower() == plain), None)


def _column(sql: str, name: str, tables: Mapping[str, Table]) -> QueryError:
    token, (prefix, _dot, short) = _find(sql, name), name.rpartition(".")
    tokens = tokenize(sql)
    named = {other.name for one, other in pairwise(tokens) if one.name in {"from", "join"}} or {t.name for t in tokens}
    read = [table for key, table in tables.items() if key in named]
    known = tuple(dict.fromkeys(column.name for table in read for column in table.columns))
    if prefix and short in known:  # the column exists, the name before the dot does not
        return _unknown_name(_find(sql, prefix), rules.UNKNOWN_RELATION, prefix, [table.name for table in read])
    is_value = any(one.text.lower() in {*COMPARING, "is"} and other == token for one, other in pairwise(tokens))
    if token and (token.text.startswith('"') or (is_value and f"{short.lower()}()" not in _CALLS)):
        return at(token, rules.UNKNOWN_COLUMN, TEXT_QUOTES, name=short.strip(_ODD_QUOTES), known=", ".join(known))
    if short in known or not read:
        return at(token, rules.UNKNOWN_COLUMN, _("add a relation, such as `from items`"), name=short)
    elsewhere = [table.name for table in tables.values() if _has_column(table, short)]
    if elsewhere:
        values = {"name": short, "known": ", ".join(known), "relation": ", ".join(elsewhere)}
        return at(token, rules.UNKNOWN_COLUMN, _("it is a column of: {relation}"), **values)
    return _unknown_name(token, rules.UNKNOWN_COLUMN, short, (*known, *_CALLS))


def _has_column(table: Table, name: str) -> bool:
    return any(column.name.lower() == name.lower() for column in table.columns)


def _table(sql: str, name: str, tables: Mapping[str, Table]) -> QueryError:
    token, known = _find(sql, name), tuple(each.name for each in tables.values())
    if token and token.text.startswith("["):
        return at(token, rules.QUERY_SYNTAX, word=token.text, about=_ROUND_BRACKETS)
    short = name.rpartition(".")[2]
    return _unknown_name(token, rules.UNKNOWN_RELATION, name, (short,) if short.lower() in tables else known)


def _unknown_name(token: Token | None, rule: Rule, name: str, known: Iterable[str]) -> QueryError:
    """Return an error about an unknown name, with the nearest known one as its hint."""
    known = tuple(each for each in known if each != name)
    near = nearest(name, known) or ""
    listed = ", ".join(each for each in known if each not in _CALLS)
    return at(token, rule, _NEAR if near else "", name=name, known=listed, nearest=near)


def _unknown_function(sql: str, name: str, _tables: Mapping[str, Table]) -> QueryError:
    token, plain = _find(sql, name), name.lower()
    if plain in _CLOCKS:
        return at(token, rules.NOT_ALLOWED, WRITE_TODAY, name=f"{name}()")
    near = _OF_OTHERS.get(plain) or nearest(name, tuple(sorted(FUNCTIONS))) or ""
    return at(token, rules.NOT_ALLOWED, _NEAR if near and near != plain else "", name=f"{name}()", nearest=near)


def _denied_function(sql: str, name: str, _tables: Mapping[str, Table]) -> QueryError:
    near = _OF_OTHERS.get(name.lower(), "")
    return at(_find(sql, name), rules.NOT_ALLOWED, _NEAR if near else "", name=f"{name}()", nearest=near)


def _arguments(sql: str, name: str, _tables: Mapping[str, Table]) -> QueryError:
    return at(_find(sql, name), rules.QUERY_SYNTAX, word=f"{name}()", about=_("the number of arguments is wrong"))


def _aggregate(sql: str, name: str, _tables: Mapping[str, Table]) -> QueryError:
    about = _("use it after `select`, or in `having` after `group by`")
    return at(_find(sql, name), rules.QUERY_SYNTAX, word=f"{name}()", about=about)


def _ambiguous(sql: str, name: str, _tables: Mapping[str, Table]) -> QueryError:
    about = _("several relations here have this column: name one of them, as in items.title")
    return at(_find(sql, name), rules.QUERY_SYNTAX, word=name.rpartition(".")[2], about=about)


def _values(sql: str, _near: str, _tables: Mapping[str, Table]) -> QueryError:
    token = next((each for each in tokenize(sql) if each.text[0] in "?:@$"), None)
    about = _("write the value itself instead of a placeholder")
    return at(token, rules.QUERY_SYNTAX, word=token.text if token else "?", about=about)


def _syntax(sql: str, near: str, _tables: Mapping[str, Table]) -> QueryError:
    """Return an error at the token that SQLite names, or at a misspelled keyword before it."""
    tokens = tokenize(sql)
    number = next((number for number in _alike(tokens, near) if _fails_at(sql, tokens[number])), None)
    if number is None:
        return QueryError(rules.QUERY_SYNTAX, word=near, about=_LOOK_BEFORE)
    token, before = tokens[number], tokens[number - 1] if number else None
    if before and before.name in _WITH_BY:
        return at(before, rules.QUERY_SYNTAX, _NEAR, word=before.text, nearest=f"{before.name} by")
    for each in (token, before):
        keyword = _keyword(each.text) if each and each.name and not each.text.startswith('"') else ""
        if each and (keyword == "select" if not number else keyword):
            return at(each, rules.QUERY_SYNTAX, _NEAR, word=each.text, nearest=keyword)
    if text := _unquoted(tokens, number):
        return at(token, rules.QUERY_SYNTAX, TEXT_QUOTES, word=token.text, name=text)
    about = _("a query begins with `select`") if not number else _ABOUT.get(token.text.lower(), _LOOK_BEFORE)
    return at(token, rules.QUERY_SYNTAX, word=token.text, about=about)


def _unquoted(tokens: Sequence[Token], number: int) -> str:
    """Return the words around a token that follow an operator, as in `status = in progress`, or an empty text."""
    is_word = [bool(each.name) and each.name not in _JOINING for each in tokens]
    first = number
    while first and is_word[first - 1] and tokens[first - 1].name != "like":
        first -= 1
    end = next((place for place in range(first, len(tokens)) if not is_word[place]), len(tokens))
    is_value = first and (tokens[first - 1].text in COMPARING or tokens[first - 1].name == "like")
    return " ".join(token.text for token in tokens[first:end]) if is_value else ""


def _alike(tokens: Sequence[Token], text: str) -> list[int]:
    return [number for number, token in enumerate(tokens) if token.text.lower() == text.lower()]


def _fails_at(sql: str, token: Token) -> bool:
    """Whether SQLite fails exactly at a token. Its messages have the text of the token, but not its place."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(f"EXPLAIN {sql[: token.end]}")
        except (sqlite3.Error, sqlite3.Warning) as error:
            return str(error) == f'near "{token.text}": syntax error'
    return False


def _keyword(word: str) -> str:
    """Return the keyword that a misspelled word is closest to, or an empty text."""
    plain = unicodedata.normalize("NFKC", word).strip()
    if plain != word and plain.isascii():
        return plain
    near = nearest(word, _KEYWORDS) if len(word) > 2 and word.lower() not in _WORDS else ""  # noqa: PLR2004  or, as
    return near if near and near != word.lower() else ""


def _unclosed(sql: str, near: str, _tables: Mapping[str, Table]) -> QueryError:
    """Return an error at a quotation mark that is never closed, or at a character that SQL does not have."""
    opened = next((each for each in tokenize(sql) if each.kind == "sign" and each.text in "'\"`["), None)
    token = opened or _find(sql, near)
    about = _ABOUT.get(near) or NEVER_CLOSED
    return at(
        token,
        rules.QUERY_SYNTAX,
        word=token.text if token else near,
        about=about if opened or near in _ABOUT else _LOOK_BEFORE,
    )


def _incomplete(sql: str, _near: str, _tables: Mapping[str, Table]) -> QueryError:
    last = tokenize(sql)[-1]
    return at(last, rules.QUERY_SYNTAX, word=last.text, about=_("the query ends too early"))


def _more(sql: str, _near: str, _tables: Mapping[str, Table]) -> QueryError:
    token = next((each for each in tokenize(sql) if each.text == ";"), None)
    return at(token, rules.NOT_ALLOWED, ONE_QUERY, name=";")


def _forbidden(sql: str, _near: str, _tables: Mapping[str, Table]) -> QueryError:
    """Return an error at the part that the sandbox denied: a statement other than a query, a function, or a table."""
    tokens = tokenize(sql)
    first = tokens[0] if tokens else None
    if first and first.name not in {"select", "with", "values", "explain"}:
        return at(first, rules.NOT_ALLOWED, name=first.text.upper())
    calls = (one for one, other in pairwise(tokens) if other.text == "(" and one.name)
    for token in calls:
        if (
            token.name not in FUNCTIONS | TABLE_FUNCTIONS
            and token.text.isidentifier()
            and token.text.lower() not in _WORDS
        ):
            return at(token, rules.NOT_ALLOWED, name=f"{token.text}()")
    hidden = next((each for each in tokens if each.name.startswith(("sqlite_", "pragma_", "dbstat"))), first)
    return at(hidden, rules.NOT_ALLOWED, name=hidden.text if hidden else "")


def _clock(sql: str, _near: str, _tables: Mapping[str, Table]) -> QueryError:
    token = next((each for each in tokenize(sql) if each.name in DATE_FUNCTIONS), None)
    return at(token, rules.NOT_ALLOWED, WRITE_TODAY, name=f"{token.text}()" if token else "")


def _expensive(_sql: str, _near: str, _tables: Mapping[str, Table]) -> QueryError:
    return QueryError(rules.TOO_EXPENSIVE)


def _about(about: str) -> _Explain:
    """Return a function that makes an error at the first token of a query, with a hint."""

    def explain(sql: str, problem: str, _tables: Mapping[str, Table]) -> QueryError:
        return at(next(iter(tokenize(sql)), None), rules.QUERY_SYNTAX, word=problem, about=about)

    return explain


_WORDS = {"in", "exists", "and", "or", "not", "as", "over", "values", "filter", "by", "on", "when", "then", "else"} | {
    *("where", "from", "select", "case", "having", "like", "between", "join", "union", "using", "limit", "with")
}
BEFORE_VALUES = _WORDS - {"as"} | {"", "distinct", "is", "collate", "escape", "offset", "order", "group"}
_JOINING = {"and", "or", "order", "group", "limit", "like"}
COMPARING = {"=", "==", "!=", "<>", "<", "<=", ">", ">="}
_ODD_QUOTES = "‘’“”「」'\"`"
_CALLS = ("today()",)
_OF_OTHERS = {"regexp": "like", "match": "like", "contains": "has", "includes": "has", "len": "length", "if": "iif"}
_ROUND_BRACKETS = _("write a list in round brackets: in ('active', 'done')")
_LOOK_BEFORE = _("check the words before it")
_CONTAINS = _("write title like '%word%', or for a list has(tags, 'word')")
_ABOUT = {
    **dict.fromkeys(("contains", "includes", "has"), _CONTAINS),
    **dict.fromkeys(("&", "&&"), _("write `and`")),
    "!": _("write `not` or !="),
}
_ONE_COLUMN = _("a subquery has one column; to find a word in a list, write has(tags, 'word')")
_SAME_NUMBER = _("write the same number of columns on both sides")
_MESSAGES: tuple[tuple[str, _Explain], ...] = (
    (r"no such column: (.*)", _column),
    (r"no such table: (?:main\.)?(.*)", _table),
    (r"no such function: (.*)", _unknown_function),
    (r"not authorized to use function: (.*)", _denied_function),
    (r"wrong number of arguments to function (.*)\(\)", _arguments),
    (r"misuse of (?:aliased )?(?:aggregate|window)(?: function)?:? (\w+)", _aggregate),
    (r"ambiguous column name: (.*)", _ambiguous),
    (r"Incorrect number of bindings", _values),
    (r'near "(.*)": syntax error', _syntax),
    (r'unrecognized token: "(.*)"', _unclosed),
    (r"incomplete input", _incomplete),
    (r"You can only execute one statement at a time", _more),
    (r"user-defined function raised exception", _clock),
    (r"(sub-select returns .*)", _about(_ONE_COLUMN)),
    (
        r"(SELECTs to the left and right.*|row value misused.*|all VALUES must.*|.*has \d+ columns? .*)",
        _about(_SAME_NUMBER),
    ),
    (r"(datatype mismatch)", _about(_("a limit is a number from 1 to 100000"))),
    (r"(HAVING clause on a non-aggregate query)", _about(_("`having` needs `group by`: write `where`"))),
    (r"(integer overflow)", _about(_("a number is too large"))),
    (r"not authorized|access to .* is prohibited|authoriz|vtable constructor failed", _forbidden),
    (r"Expression tree is too large|parser stack overflow|too many|at most|.*too (?:complex|large)", _expensive),
    (r"interrupted|string or blob too big|out of memory|$", _expensive),
)
