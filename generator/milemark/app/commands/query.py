"""`milemark query` and `milemark list`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import click

from milemark.app.command import command, open_project, terminal_width
from milemark.app.options import Options, ReadOptions, audience_option
from milemark.foundation.escaping import encodable
from milemark.foundation.i18n import _, counted
from milemark.foundation.layout import PRIVATE
from milemark.output.text.query_result import FORMATS, ResultTable

if TYPE_CHECKING:
    from milemark.app.project import Project
    from milemark.foundation.diagnostics import Diagnostic
    from milemark.query.sql.engine import Engine, QueryResult
    from milemark.query.sql.errors import QueryError

_COLUMNS = "id, title, status, progress, due"
_PRIVATE = "case when is_private then 'private' end as private"
_QUERY, _LIST = "query", "list"
_SHELL_QUOTES = _("write text in single quotation marks: '{name}'; for the shell, put all of it in double ones")
_audience = audience_option(PRIVATE)
_formats = click.Choice(list(FORMATS))
_format = click.option("--format", "format_", type=_formats, default="table", help="Output format.")


@command("query")
@click.argument("sql")
@_format
@_audience
def query(options: Options, sql: str, format_: str, audience: str) -> None:
    """Run an SQL query over the roadmap, such as "select title, due from items where stage = 'active'".

    The relations are items, tasks, tracks, milestones, tags, links, dependencies, and one for each collection. A query
    can only read.
    """
    with _engine(options, audience) as engine:
        _print(engine, lambda: engine.run(sql), {_QUERY: sql}, format_)


@command("list")
@click.option("--from", "from_", metavar="RELATION", help="The relation to list. [items with the role item]")
@click.option("--where", metavar="EXPR", help="A condition, such as \"stage = 'active' and due < '2025-04'\".")
@click.option("--columns", metavar="LIST", help=f"The columns to print, separated by commas. [{_COLUMNS}]")
@click.option("--order", metavar="EXPR", help='The order of the rows, such as "due, title desc".')
@click.option("--limit", metavar="N", help="The maximum number of rows.")
@_format
@_audience
def list_(options: Options, format_: str, audience: str, **given: str | None) -> None:
    """List items, or the rows of another relation, that meet a condition."""
    with _engine(options, audience) as engine:
        given["columns"] = given["columns"] or _usual_columns(engine, given["from_"], is_marked=format_ == "table")
        written = {f"--{name.rstrip('_')}": text for name, text in given.items() if text}
        _print(engine, lambda: _listed(engine, written), written, format_)


def _usual_columns(engine: Engine, relation: str | None, *, is_marked: bool) -> str | None:
    """Return the columns of `list` without --columns, None for those of the relation; private items get a mark."""
    table = engine.tables.get((relation or "items").lower())
    names = _COLUMNS if relation is None else ", ".join(table.shown) if table else ""
    has_mark = is_marked and table is not None and any(column.name == "is_private" for column in table.columns)
    if has_mark and engine.run("select 1 from items where is_private").rows:
        return f"{names}, {_PRIVATE}"
    return None if relation else names


def _print(engine: Engine, run: Callable[[], QueryResult], texts: Mapping[str, str], format_: str) -> None:
    """Run a query and print its result. `texts` has the arguments of the command line, for the places of errors."""
    from milemark.query.sql.errors import QueryError

    try:
        result = run()
    except QueryError as error:
        _refuse(error, texts, _locale(engine))
    click.echo(
        FORMATS[format_](ResultTable(result, engine.lists, terminal_width(), _QUERY if _QUERY in texts else _LIST))
    )
    if result.is_cut and "--limit" not in texts:
        click.echo(f"note: there are more than {counted(len(result.rows), 'row')}; only these are printed", err=True)


def _engine(options: Options, audience: str) -> AbstractContextManager[Engine]:
    from milemark.app.query_cache import engine_of, query_engine

    def read() -> Project:
        return open_project(options, ReadOptions(audience))

    if audience != PRIVATE:
        return nullcontext(engine_of(read()))
    return query_engine(options.root(), options.today, options.as_of, read)


def _listed(engine: Engine, written: Mapping[str, str]) -> QueryResult:
    from milemark.query.sql.list_options import list_block

    block, found = list_block(written, engine)
    if block is None or any(each.is_error for each in found):
        _exit(found, written, _locale(engine))
    return engine.run(block.sql, block.limit)


def _locale(engine: Engine) -> str:
    return engine.roadmap.settings.locale if engine.roadmap else ""


def _refuse(error: QueryError, texts: Mapping[str, str], locale: str) -> NoReturn:
    from milemark.foundation.diagnostics import Diagnostic, Span

    sql = texts.get(_QUERY, "")
    before = sql[: error.start]
    column = error.start - (before.rfind("\n") + 1) + 1
    span = Span(_QUERY if _QUERY in texts else _LIST, before.count("\n") + 1, column, max(error.width, 1))
    _exit([Diagnostic(error.rule, span, error.values, error.hint)], texts, locale)


def _exit(findings: Sequence[Diagnostic], texts: Mapping[str, str], locale: str) -> NoReturn:
    """Print the findings about a query with their places, and exit with code 2."""
    from milemark.app.terminal_language import terminal_language
    from milemark.output.text.diagnostics import FormatContext, as_text

    context = FormatContext(lambda path: encodable(texts.get(path, "")).encode(), terminal_language(locale).gettext)
    click.echo(as_text([_in_shell(each, texts) for each in findings], context), err=True)
    sys.exit(2)


def _in_shell(finding: Diagnostic, texts: Mapping[str, str]) -> Diagnostic:
    """Return a finding about a text without quotation marks, which the shell may have removed."""
    from milemark.query.sql.errors import TEXT_QUOTES

    is_bare = finding.hint == TEXT_QUOTES and "'" not in texts.get(finding.span.path, "'")
    return replace(finding, hint=_SHELL_QUOTES) if is_bare else finding
