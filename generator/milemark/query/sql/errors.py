"""In words why SQLite cannot answer a question: its own messages, with a place and a hint."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import pairwise

from milemark.foundation import rules
from milemark.foundation.diagnostics import Rule
from milemark.foundation.i18n import _
from milemark.foundation.suggestions import nearest
from milemark.query.sql.sandbox import FUNCTIONS, TABLES, TIMES
from milemark.query.sql.tokens import Token, tokens
from milemark.query.tables.table import Table

_CLOCKS = ("now", "getdate", "curdate", "sysdate", "current_date", "current_timestamp")  # as other databases have them
_KEYWORDS = ("select", "distinct", "from", "join", "where", "group", "having", "order", "limit", "between", "and")
_WITH_BY = ("group", "order")
NEVER_CLOSED = _("a quotation mark or a bracket is opened and never closed")
WRITE_TODAY = _("the clock of a machine is not the roadmap's day: write today()")
TEXT_QUOTES = _("a text stands in single quotation marks: '{name}'")
_NEAR = _('did you mean "{nearest}"?')


class QueryError(Exception):
    """A question that cannot be asked: a rule with its values, and which part of the question it is about."""

    def __init__(self, rule: Rule, start: int = 0, width: int = 0, hint: str = "", **values: str) -> None:
        super().__init__(rule.code)
        self.rule, self.start, self.width, self.hint, self.values = rule, start, width, hint, values


_Explain = Callable[[str, str, Mapping[str, Table]], QueryError]


def explain_error(sql: str, error: BaseException, relations: Mapping[str, Table]) -> QueryError:
    """Return in our words why SQLite cannot answer a question."""
    message = str(error)
    for pattern, explain in _MESSAGES:
        if found := re.match(pattern, message, re.DOTALL):
            return explain(sql, found[1] if found.groups() else "", relations)
    return _about(_("look it up in the documentation of SQLite"))(sql, message, relations)


def at(token: Token | None, rule: Rule, hint: str = "", **values: str) -> QueryError:
    """Return what is wrong with a word of a question."""
    start, width = (token.start, len(token.text)) if token else (0, 0)
    return QueryError(rule, start, width, hint, **values)


def _find(sql: str, name: str) -> Token | None:
    """Return the first word of a question that is this name, or its last part; or this text."""
    found, plain = tokens(sql), name.lower()
    last = plain.rpartition(".")[2]
    names = (token for token in found if token.name in {plain, last})
    return next(names, None) or next((token for token in found if token.text.lower() == plain), None)


def _column(sql: str, name: str, relations: Mapping[str, Table]) -> QueryError:
    token, (whose, _dot, short) = _find(sql, name), name.rpartition(".")
    found = tokens(sql)
    named = {other.name for one, other in pairwise(found) if one.name in {"from", "join"}} or {t.name for t in found}
    read = [relation for key, relation in relations.items() if key in named]
    known = tuple(dict.fromkeys(column.name for relation in read for column in relation.columns))
    if whose and short in known:  # the column is right, and what is said of it is not
        return _named(_find(sql, whose), rules.UNKNOWN_RELATION, whose, [relation.name for relation in read])
    is_value = any(one.text.lower() in {*COMPARING, "is"} and other == token for one, other in pairwise(found))
    if token and (token.text.startswith('"') or (is_value and f"{short.lower()}()" not in _CALLS)):
        return at(token, rules.UNKNOWN_COLUMN, TEXT_QUOTES, name=short.strip(_ODD_QUOTES), known=", ".join(known))
    if short in known or not read:
        return at(token, rules.UNKNOWN_COLUMN, _("say what it is read from, such as `from items`"), name=short)
    elsewhere = [relation.name for relation in relations.values() if _has(relation, short)]
    if elsewhere:
        values = {"name": short, "known": ", ".join(known), "relation": ", ".join(elsewhere)}
        return at(token, rules.UNKNOWN_COLUMN, _("it is a column of: {relation}"), **values)
    return _named(token, rules.UNKNOWN_COLUMN, short, (*known, *_CALLS))


def _has(relation: Table, name: str) -> bool:
    return any(column.name.lower() == name.lower() for column in relation.columns)


def _relation(sql: str, name: str, relations: Mapping[str, Table]) -> QueryError:
    token, known = _find(sql, name), tuple(each.name for each in relations.values())
    if token and token.text.startswith("["):
        return at(token, rules.QUERY_SYNTAX, word=token.text, about=_ROUND_BRACKETS)
    short = name.rpartition(".")[2]
    return _named(token, rules.UNKNOWN_RELATION, name, (short,) if short.lower() in relations else known)


def _named(token: Token | None, rule: Rule, name: str, known: Iterable[str]) -> QueryError:
    """Return what is wrong with a name, with the nearest that there is."""
    known = tuple(each for each in known if each != name)
    near = nearest(name, known) or ""
    listed = ", ".join(each for each in known if each not in _CALLS)
    return at(token, rule, _NEAR if near else "", name=name, known=listed, nearest=near)


def _unknown_function(sql: str, name: str, _relations: Mapping[str, Table]) -> QueryError:
    token, plain = _find(sql, name), name.lower()
    if plain in _CLOCKS:
        return at(token, rules.NOT_ALLOWED, WRITE_TODAY, name=f"{name}()")
    near = _OF_OTHERS.get(plain) or nearest(name, tuple(sorted(FUNCTIONS))) or ""
    return at(token, rules.NOT_ALLOWED, _NEAR if near and near != plain else "", name=f"{name}()", nearest=near)


def _denied_function(sql: str, name: str, _relations: Mapping[str, Table]) -> QueryError:
    near = _OF_OTHERS.get(name.lower(), "")
    return at(_find(sql, name), rules.NOT_ALLOWED, _NEAR if near else "", name=f"{name}()", nearest=near)


def _arguments(sql: str, name: str, _relations: Mapping[str, Table]) -> QueryError:
    return at(_find(sql, name), rules.QUERY_SYNTAX, word=f"{name}()", about=_("it takes fewer values, or more"))


def _aggregate(sql: str, name: str, _relations: Mapping[str, Table]) -> QueryError:
    about = _("what is counted stands after `select`, and a condition on it in `having`, after `group by`")
    return at(_find(sql, name), rules.QUERY_SYNTAX, word=f"{name}()", about=about)


def _ambiguous(sql: str, name: str, _relations: Mapping[str, Table]) -> QueryError:
    about = _("several relations here have this column: write whose it is, such as items.title")
    return at(_find(sql, name), rules.QUERY_SYNTAX, word=name.rpartition(".")[2], about=about)


def _values(sql: str, _near: str, _relations: Mapping[str, Table]) -> QueryError:
    token = next((each for each in tokens(sql) if each.text[0] in "?:@$"), None)
    about = _("write the value itself: nothing takes the place of a sign")
    return at(token, rules.QUERY_SYNTAX, word=token.text if token else "?", about=about)


def _syntax(sql: str, near: str, _relations: Mapping[str, Table]) -> QueryError:
    """Return what is wrong with a word that cannot stand where it stands, or the one before it."""
    found = tokens(sql)
    number = next((number for number in _alike(found, near) if _fails_at(sql, found[number])), None)
    if number is None:
        return QueryError(rules.QUERY_SYNTAX, word=near, about=_LOOK_BEFORE)
    token, before = found[number], found[number - 1] if number else None
    if before and before.name in _WITH_BY:
        return at(before, rules.QUERY_SYNTAX, _NEAR, word=before.text, nearest=f"{before.name} by")
    for each in (token, before):
        meant = _keyword(each.text) if each and each.name and not each.text.startswith('"') else ""
        if each and (meant == "select" if not number else meant):
            return at(each, rules.QUERY_SYNTAX, _NEAR, word=each.text, nearest=meant)
    about = _("a question begins with `select`") if not number else _ABOUT.get(token.text.lower(), _LOOK_BEFORE)
    return at(token, rules.QUERY_SYNTAX, word=token.text, about=about)


def _alike(found: Sequence[Token], text: str) -> list[int]:
    return [number for number, token in enumerate(found) if token.text.lower() == text.lower()]


def _fails_at(sql: str, token: Token) -> bool:
    """Whether SQLite reads a question up to a word, and not that word: it names the word, and not its place."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(f"EXPLAIN {sql[: token.end]}")
        except (sqlite3.Error, sqlite3.Warning) as error:
            return str(error) == f'near "{token.text}": syntax error'
    return False


def _keyword(word: str) -> str:
    """Return the word of SQL that was meant by one that is none."""
    plain = unicodedata.normalize("NFKC", word).strip()
    if plain != word and plain.isascii():
        return plain
    near = nearest(word, _KEYWORDS) if len(word) > 2 and word.lower() not in _WORDS else ""  # noqa: PLR2004  or, as
    return near if near and near != word.lower() else ""


def _unclosed(sql: str, near: str, _relations: Mapping[str, Table]) -> QueryError:
    """Return what is wrong with what is no word: a quotation mark that is never closed, or a sign that SQL has not."""
    opened = next((each for each in tokens(sql) if each.kind == "sign" and each.text in "'\"`["), None)
    token = opened or _find(sql, near)
    about = _ABOUT.get(near) or NEVER_CLOSED
    return at(
        token,
        rules.QUERY_SYNTAX,
        word=token.text if token else near,
        about=about if opened or near in _ABOUT else _LOOK_BEFORE,
    )


def _incomplete(sql: str, _near: str, _relations: Mapping[str, Table]) -> QueryError:
    last = tokens(sql)[-1]
    return at(last, rules.QUERY_SYNTAX, word=last.text, about=_("it ends too early: something is missing here"))


def _more(sql: str, _near: str, _relations: Mapping[str, Table]) -> QueryError:
    token = next((each for each in tokens(sql) if each.text == ";"), None)
    return at(token, rules.NOT_ALLOWED, _("ask one question at a time"), name=";")


def _forbidden(sql: str, _near: str, _relations: Mapping[str, Table]) -> QueryError:
    """Return why something is not allowed: the first word, if that is no question, else a function or a table."""
    found = tokens(sql)
    first = found[0] if found else None
    if first and first.name not in {"select", "with", "values", "explain"}:
        return at(first, rules.NOT_ALLOWED, name=first.text.upper())
    calls = (one for one, other in pairwise(found) if other.text == "(" and one.name)
    for token in calls:
        if token.name not in FUNCTIONS | TABLES and token.text.isidentifier() and token.text.lower() not in _WORDS:
            return at(token, rules.NOT_ALLOWED, name=f"{token.text}()")
    hidden = next((each for each in found if each.name.startswith(("sqlite_", "pragma_", "dbstat"))), first)
    return at(hidden, rules.NOT_ALLOWED, name=hidden.text if hidden else "")


def _clock(sql: str, _near: str, _relations: Mapping[str, Table]) -> QueryError:
    token = next((each for each in tokens(sql) if each.name in TIMES), None)
    return at(token, rules.NOT_ALLOWED, WRITE_TODAY, name=f"{token.text}()" if token else "")


def _expensive(_sql: str, _near: str, _relations: Mapping[str, Table]) -> QueryError:
    return QueryError(rules.TOO_EXPENSIVE)


def _about(about: str) -> _Explain:
    """Return what tells that a question cannot be asked, at its first word, and what may be done about it."""

    def explain(sql: str, problem: str, _relations: Mapping[str, Table]) -> QueryError:
        return at(next(iter(tokens(sql)), None), rules.QUERY_SYNTAX, word=problem, about=about)

    return explain


_WORDS = {"in", "exists", "and", "or", "not", "as", "over", "values", "filter", "by", "on", "when", "then", "else"} | {
    *("where", "from", "select", "case", "having", "like", "between", "join", "union", "using", "limit", "with")
}
BEFORE_VALUES = _WORDS - {"as"} | {"", "distinct", "is", "collate", "escape", "offset", "order", "group"}
COMPARING = {"=", "==", "!=", "<>", "<", "<=", ">", ">="}
_ODD_QUOTES = "‘’“”「」'\"`"
_CALLS = ("today()",)
_OF_OTHERS = {"regexp": "like", "match": "like", "contains": "has", "includes": "has", "len": "length", "if": "iif"}
_ROUND_BRACKETS = _("a list stands in round brackets: in ('active', 'done')")
_LOOK_BEFORE = _("look at what stands before it")
_CONTAINS = _("write title like '%word%', and of a list has(tags, 'word')")
_ABOUT = {
    **dict.fromkeys(("contains", "includes", "has"), _CONTAINS),
    **dict.fromkeys(("&", "&&"), _("write `and`")),
    "!": _("write `not` or !="),
}
_ONE_COLUMN = _("a question within another has one column; a word in a list is has(tags, 'word')")
_SAME_NUMBER = _("write as many columns on both sides")
_MESSAGES: tuple[tuple[str, _Explain], ...] = (
    (r"no such column: (.*)", _column),
    (r"no such table: (?:main\.)?(.*)", _relation),
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
    (r"(HAVING clause on a non-aggregate query)", _about(_("`having` comes after `group by`: write `where`"))),
    (r"(integer overflow)", _about(_("a number is too large"))),
    (r"not authorized|access to .* is prohibited|authoriz|vtable constructor failed", _forbidden),
    (r"Expression tree is too large|parser stack overflow|too many|at most|.*too (?:complex|large)", _expensive),
    (r"interrupted|string or blob too big|out of memory|$", _expensive),
)
