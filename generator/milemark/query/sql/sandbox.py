"""The rights of a query: it may read the tables, and call functions that only compute."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any

_ACTIONS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
DATE_FUNCTIONS = ("date", "time", "datetime", "julianday", "strftime", "unixepoch")
_OWN = ("today", "first_day", "last_day", "has")
FUNCTIONS = frozenset(
    [
        *_OWN,
        *("count", "sum", "total", "avg", "min", "max", "group_concat", "string_agg", "json_group_array"),
        *("json_group_object", "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"),
        *("first_value", "last_value", "nth_value", "coalesce", "ifnull", "nullif", "iif", "abs", "round", "sign"),
        *("ceil", "ceiling", "floor", "trunc", "mod", "pow", "power", "sqrt", "exp", "ln", "log", "log10", "log2"),
        *("length", "octet_length", "lower", "upper", "trim", "ltrim", "rtrim", "substr", "substring", "instr"),
        *("replace", "like", "glob", "printf", "format", "char", "unicode", "hex", "quote", "concat", "concat_ws"),
        *("typeof", *DATE_FUNCTIONS, "json", "->", "->>"),
        *("json_array", "json_array_length", "json_extract", "json_object", "json_type", "json_valid", "json_quote"),
        *("likely", "unlikely", "likelihood"),
    ]
)
TABLE_FUNCTIONS = {"json_each", "json_tree"}


def authorize(request: tuple[Any, ...], tables: Collection[str], read: set[str]) -> int:
    """Answer a request of SQLite's authorizer, and add the table that it reads to `read`.

    `request` is an action code and up to four names: https://www.sqlite.org/c3ref/c_alter_table.html
    """
    action, first, second, *_rest = request
    if action not in _ACTIONS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_OK if str(second).lower() in FUNCTIONS else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and first:
        name = str(first).lower()
        if name in tables:
            read.add(name)
        elif name.startswith(("sqlite_", "pragma_")) or name == "dbstat":
            return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
