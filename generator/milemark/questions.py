"""The questions in a Markdown file: whether they can be asked, told at their places without an answer being made."""

from __future__ import annotations

from collections.abc import Iterator

from milemark import rules
from milemark.diagnostic import Diagnostic, Span
from milemark.document import Document
from milemark.model import Settings
from milemark.query import Engine
from milemark.queryblock import read_block
from milemark.queryplaces import Value, has_questions, questions_in
from milemark.querywords import QueryError
from milemark.relations import relations

_known: list[tuple[Settings, Engine]] = []  # the last one: all files of a roadmap are asked by the same settings


def check_questions(settings: Settings, document: Document) -> list[Diagnostic]:
    """Return what is wrong with the blocks and values of a file; most have none."""
    if not has_questions(document.body):
        return []
    engine = _engine(settings)
    asked = questions_in(document.body)
    found: list[Diagnostic] = []
    for block in asked.fences:
        line = document.body_line + block.first
        if block.is_nested:
            found.append(Diagnostic(rules.BLOCK_ELSEWHERE, Span(document.path, line)))
        else:
            found += read_block(document.path, block.text, line + 1, engine)[1]
    for value in asked.values:
        found += check_value(document.path, document.body_line, value, engine)
    return found


def _engine(settings: Settings) -> Engine:
    if not _known or _known[0][0] is not settings:
        _known[:] = [(settings, Engine(relations(settings), None))]
    return _known[0][1]


def check_value(path: str, first_line: int, value: Value, engine: Engine) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value in a sentence."""
    sql, before = whole_question(value.sql)
    line, column = first_line + value.line, value.column + 1
    try:
        engine.check(sql)
        columns = len(engine.columns(sql))
    except QueryError as error:
        start = max(error.start - before, 0)
        yield Diagnostic(error.rule, Span(path, line, column + start, error.width or 1), error.values, error.hint)
        return
    if columns != 1:
        span = Span(path, line, column, len(value.sql))
        yield Diagnostic(rules.NOT_ONE_VALUE, span, {"rows": "…", "columns": str(columns)})


def whole_question(sql: str) -> tuple[str, int]:
    """Return the question that a value stands for, and how much was put before it: `select ` may be left out."""
    is_whole = sql.split(maxsplit=1)[:1] and sql.split(maxsplit=1)[0].lower() in {"select", "with"}
    before = "" if is_whole or not sql else "select "
    return before + sql, len(before)
