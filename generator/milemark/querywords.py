"""What a question may do, and in words what is wrong with one: SQLite's own messages, with a place and a hint."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from milemark import rules
from milemark.diagnostic import Rule
from milemark.fields import nearest
from milemark.messages import _
from milemark.relation import Relation
from milemark.sqltext import Token, tokens

_ACTIONS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_OWN = ("today", "first_day", "last_day", "has")
_FUNCTIONS = frozenset(
    [
        *_OWN,
        *("count", "sum", "total", "avg", "min", "max", "group_concat", "string_agg", "json_group_array"),
        *("json_group_object", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"),
        *("first_value", "last_value", "nth_value", "coalesce", "ifnull", "nullif", "iif", "abs", "round", "sign"),
        *("ceil", "ceiling", "floor", "trunc", "mod", "pow", "power", "sqrt", "exp", "ln", "log", "log10", "log2"),
        *("length", "octet_length", "lower", "upper", "trim", "ltrim", "rtrim", "substr", "substring", "instr"),
        *("replace", "like", "glob", "printf", "format", "char", "unicode", "hex", "quote", "concat", "concat_ws"),
        *("typeof", "date", "time", "datetime", "julianday", "strftime", "unixepoch", "timediff", "json", "->", "->>"),
        *("json_array", "json_array_length", "json_extract", "json_object", "json_type", "json_valid", "json_quote"),
        *("likely", "unlikely", "likelihood"),
    ]
)
_TABLES = {"json_each", "json_tree"}
_CLOCKS = {"current_date", "current_time", "current_timestamp"}
_TIMES = {"date", "time", "datetime", "julianday", "strftime", "unixepoch"}
_WRITE_TODAY = _("the clock of a machine is not the roadmap's day: write today()")
_TEXT_QUOTES = _("a text stands in single quotation marks: '{name}'")
_NEAR = _('did you mean "{nearest}"?')


class QueryError(Exception):
    """A question that cannot be asked: a rule with its values, and which part of the question it is about."""

    def __init__(self, rule: Rule, start: int = 0, width: int = 0, hint: str = "", **values: str) -> None:
        super().__init__(rule.code)
        self.rule, self.start, self.width, self.hint, self.values = rule, start, width, hint, values


def allowed(asked: tuple[Any, ...], relations: Collection[str], read: set[str]) -> int:
    """Tell SQLite whether a question may do something, and note which relations it reads."""
    action, first, second, *_rest = asked
    if action not in _ACTIONS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if str(second).lower() in _FUNCTIONS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and first:
        name = str(first).lower()
        if name in relations:
            read.add(name)
        elif name.startswith(("sqlite_", "pragma_")) or name == "dbstat":
            return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def refuse_unclear(sql: str, relations: Mapping[str, Relation]) -> None:
    """Refuse what SQLite would answer, and not as it was meant: nothing, the machine's clock, a name that is a text."""
    found = tokens(sql)
    if not found:
        raise QueryError(rules.QUERY_SYNTAX, problem="", about=_("write for example: select title from items"))
    _refuse_clock(found)
    _refuse_text(found, relations)


def _refuse_clock(found: Sequence[Token]) -> None:
    """Refuse what reads the clock of the machine: the same roadmap gives the same answer on any day."""
    for number, token in enumerate(found):
        is_now = token.kind == "string" and token.text[1:-1].strip().lower() == "now"
        is_call = token.name in _TIMES and "".join(each.text for each in found[number + 1 : number + 3]) == "()"
        if is_now or is_call or token.name in _CLOCKS:
            raise _at(token, rules.NOT_ALLOWED, _WRITE_TODAY, name=token.text)


def _refuse_text(found: Sequence[Token], relations: Mapping[str, Relation]) -> None:
    """Refuse a name in quotation marks that nothing has: SQLite would take it for a text."""
    known = {column.name.lower() for each in relations.values() for column in each.columns} | relations.keys()
    known |= {other.name for one, other in pairwise(found) if one.name not in _BEFORE_VALUES}
    known |= {other.name for one, other in pairwise(found) if one.text == ")"}
    for token in found:
        if token.text.startswith('"') and token.name not in known:
            raise _at(token, rules.UNKNOWN_COLUMN, _TEXT_QUOTES, name=token.text[1:-1], known="")


def explained(sql: str, error: BaseException, relations: Mapping[str, Relation]) -> QueryError:
    """Return in our words why SQLite cannot answer a question."""
    message = str(error)
    for pattern, explain in _MESSAGES:
        if found := re.match(pattern, message, re.DOTALL):
            return explain(sql, found[1] if found.groups() else "", relations)
    return QueryError(rules.QUERY_SYNTAX, problem=message, about=_("look it up in the documentation of SQLite"))


def _at(token: Token | None, rule: Rule, hint: str = "", **values: str) -> QueryError:
    start, width = (token.start, len(token.text)) if token else (0, 0)
    return QueryError(rule, start, width, hint, **values)


def _find(sql: str, name: str) -> Token | None:
    """Return the first word of a question that is this name, or its last part; or this text."""
    found, plain = tokens(sql), name.lower()
    last = plain.rpartition(".")[2]
    names = (token for token in found if token.name in {plain, last})
    return next(names, None) or next((token for token in found if token.text.lower() == plain), None)


def _column(sql: str, name: str, relations: Mapping[str, Relation]) -> QueryError:
    token, short = _find(sql, name), name.rpartition(".")[2]
    named = {each.name for each in tokens(sql)}
    read = [relation for key, relation in relations.items() if key in named]
    known = tuple(dict.fromkeys(column.name for relation in read for column in relation.columns))
    if token and token.text.startswith('"'):
        return _at(token, rules.UNKNOWN_COLUMN, _TEXT_QUOTES, name=short, known=", ".join(known))
    return _named(token, rules.UNKNOWN_COLUMN, short, known)


def _relation(sql: str, name: str, relations: Mapping[str, Relation]) -> QueryError:
    return _named(_find(sql, name), rules.UNKNOWN_RELATION, name, tuple(each.name for each in relations.values()))


def _named(token: Token | None, rule: Rule, name: str, known: Iterable[str]) -> QueryError:
    """Return what is wrong with a name, with the nearest that there is."""
    known = tuple(known)
    near = nearest(name, known) or ""
    return _at(token, rule, _NEAR if near else "", name=name, known=", ".join(known), nearest=near)


def _function(sql: str, name: str, _relations: Mapping[str, Relation]) -> QueryError:
    token, near = _find(sql, name), nearest(name, tuple(sorted(_FUNCTIONS))) or ""
    hint = _NEAR if near and near != name.lower() else ""
    return _at(token, rules.NOT_ALLOWED, hint, name=f"{name}()", nearest=near)


def _syntax(sql: str, near: str, _relations: Mapping[str, Relation]) -> QueryError:
    token = next((each for each in tokens(sql) if each.text.lower() == near.lower()), None)
    about = _("a question begins with `select`") if token and token.start == 0 else _("look at what stands before it")
    return _at(token, rules.QUERY_SYNTAX, problem=f"{near}", about=about)


def _unclosed(sql: str, near: str, _relations: Mapping[str, Relation]) -> QueryError:
    start = max(sql.find(near), 0)
    about = _("a quotation mark or a bracket is opened and never closed")
    return QueryError(rules.QUERY_SYNTAX, start, max(len(near), 1), problem=near or "…", about=about)


def _incomplete(sql: str, _near: str, _relations: Mapping[str, Relation]) -> QueryError:
    end = len(sql.rstrip())
    about = _("it ends too early: something is missing here")
    return QueryError(rules.QUERY_SYNTAX, max(end - 1, 0), 1, problem=sql.rstrip()[-20:], about=about)


def _more(sql: str, _near: str, _relations: Mapping[str, Relation]) -> QueryError:
    token = next((each for each in tokens(sql) if each.text == ";"), None)
    return _at(token, rules.NOT_ALLOWED, _("ask one question at a time"), name=_("a second question"))


def _forbidden(sql: str, _near: str, _relations: Mapping[str, Relation]) -> QueryError:
    """Return why something is not allowed: the first word, if that is no question, else a function or a table."""
    found = tokens(sql)
    first = found[0] if found else None
    if first and first.name not in {"select", "with", "values", "explain"}:
        return _at(first, rules.NOT_ALLOWED, name=first.text.upper())
    calls = (one for one, other in pairwise(found) if other.text == "(" and one.name)
    for token in calls:
        if token.name not in _FUNCTIONS | _TABLES and token.text.isidentifier() and token.text.lower() not in _WORDS:
            return _function(sql, token.text, _relations)
    hidden = next((each for each in found if each.name.startswith(("sqlite_", "pragma_"))), first)
    return _at(hidden, rules.NOT_ALLOWED, name=hidden.text if hidden else "")


def _expensive(_sql: str, _near: str, _relations: Mapping[str, Relation]) -> QueryError:
    return QueryError(rules.TOO_EXPENSIVE)


_WORDS = {"in", "exists", "and", "or", "not", "as", "over", "values", "filter", "by", "on", "when", "then", "else"} | {
    *("where", "from", "select", "case", "having", "like", "between", "join", "union", "using", "limit", "with")
}
_BEFORE_VALUES = _WORDS - {"as"} | {"", "distinct", "is", "collate", "escape", "offset", "order", "group"}
_Explain = Callable[[str, str, Mapping[str, Relation]], QueryError]
_MESSAGES: tuple[tuple[str, _Explain], ...] = (
    (r"no such column: (.*)", _column),
    (r"no such table: (?:main\.)?(.*)", _relation),
    (r"no such function: (.*)", _function),
    (r"not authorized to use function: (.*)", _function),
    (r'near "(.*)": syntax error', _syntax),
    (r'unrecognized token: "(.*)"', _unclosed),
    (r"incomplete input", _incomplete),
    (r"You can only execute one statement at a time", _more),
    (r"not authorized|access to .* is prohibited|authorizer", _forbidden),
    (r"interrupted|string or blob too big|out of memory|$", _expensive),
)
