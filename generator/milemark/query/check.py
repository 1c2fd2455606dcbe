"""Checks of the queries in a Markdown file: findings with their places, without running a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.suggestions import meant
from milemark.markdown.document import Document, Scalar
from milemark.markdown.yaml import read_yaml
from milemark.query.bases.parser import parse_base
from milemark.query.bases.vault import base_path
from milemark.query.finder import BASE, Fence, FoundBlocks, InlineQuery, find_blocks, has_blocks
from milemark.query.sql.block import read_block
from milemark.query.sql.engine import Engine
from milemark.query.sql.errors import QueryError
from milemark.query.tables.every import every_table
from milemark.roadmap.settings import Settings

_last_engine: list[tuple[Settings, Engine]] = []  # at most one: all files of a roadmap have the same settings


class EmbeddedView(NamedTuple):
    """A reference to a view of a base, with its place. The index stores it as a JSON list."""

    reference: str
    line: int
    column: int
    width: int


def check_queries(
    settings: Settings, document: Document, *, is_public: bool = False
) -> tuple[list[Diagnostic], tuple[EmbeddedView, ...]]:
    """Return the findings about the queries of a file, and its references to bases for `check_embedded_views`.

    With `is_public`, settings lack the statuses that only private items use, so any word may be one.
    """
    if not has_blocks(document.body):
        return [], ()
    blocks = find_blocks(document.body)
    return _check(_engine(settings, () if is_public else settings.known_statuses), document, blocks), tuple(
        _embedded_views(document, blocks)
    )


def _check(engine: Engine, document: Document, blocks: FoundBlocks) -> list[Diagnostic]:
    findings: list[Diagnostic] = []
    for fence in blocks.fences:
        line = document.body_line + fence.first
        if fence.is_nested:
            findings.append(Diagnostic(rules.BLOCK_ELSEWHERE, Span(document.source, line)))
        elif fence.word == BASE:
            findings += parse_base(document.source, fence.text, line + 1)[1]
        else:
            findings += read_block(document.source, fence.text, line + 1, engine)[1]
    for query in blocks.inline_queries:
        findings += check_inline_query(document.source, document.body_line, query, engine)
    return findings


# The columns of all tables follow from the settings, so each file's queries are checked without any other file.
def _engine(settings: Settings, statuses: tuple[str, ...]) -> Engine:
    if not _last_engine or _last_engine[0][0] is not settings:
        engine = Engine(every_table(settings, lambda: None), None, statuses=statuses)
        _last_engine[:] = [(settings, engine)]
    return _last_engine[0][1]


def check_inline_query(path: str, first_line: int, query: InlineQuery, engine: Engine) -> Iterator[Diagnostic]:
    """Yield the findings about a query in a sentence; the body of its file begins at `first_line`."""
    line, column = first_line + query.line, query.column + 1
    try:
        engine.check(query.full_sql)
        columns = len(engine.columns(query.full_sql))
    except QueryError as error:
        start = max(error.start - (len(query.full_sql) - len(query.sql)), 0)
        yield Diagnostic(error.rule, Span(path, line, column + start, error.width or 1), error.values, error.hint)
        return
    if columns != 1:
        span = Span(path, line, column, len(query.sql))
        yield Diagnostic(rules.NOT_ONE_VALUE, span, {"rows": "…", "columns": str(columns)})


def _embedded_views(document: Document, blocks: FoundBlocks) -> Iterator[EmbeddedView]:
    for embed in blocks.embeds:
        yield EmbeddedView(embed.reference, document.body_line + embed.line, embed.column + 2, len(embed.reference))
    for fence in blocks.fences:
        if fence.word != BASE:
            yield from _base_of_block(document, fence)


def _base_of_block(document: Document, fence: Fence) -> Iterator[EmbeddedView]:
    root, _found = read_yaml(document.source, fence.text, document.body_line + fence.first + 1)
    base = root.get(BASE) if root else None
    if isinstance(base, Scalar) and not base.is_empty:
        yield EmbeddedView(base.text, base.span.line, base.span.column, base.span.width)


def check_embedded_views(
    embedded: Mapping[str, Iterable[EmbeddedView]], views: Mapping[str, Sequence[str]]
) -> Iterator[Diagnostic]:
    """Yield the references to bases or views that do not exist.

    `embedded` has the references of each file, `views` the names of each base's views, both by path.
    """
    for path, references in embedded.items():
        for reference in references:
            yield from _check_reference(path, reference, views)


def _check_reference(path: str, embedded: EmbeddedView, views: Mapping[str, Sequence[str]]) -> Iterator[Diagnostic]:
    base, view = base_path(views, embedded.reference)
    span = Span(path, embedded.line, embedded.column, embedded.width)
    if not base:
        name = embedded.reference.strip("[]")
        yield _unknown(span, _("base"), name, tuple(views), name.partition("#")[0])
    elif view and key_of(view) not in map(key_of, views[base]):
        yield _unknown(span, _("view"), view, tuple(views[base]), view)


def _unknown(span: Span, what: str, name: str, known: tuple[str, ...], wanted: str) -> Diagnostic:
    hint, near = meant(wanted, known)
    values = {"what": what, "name": name, "known": ", ".join(known) or "–", **near}
    return Diagnostic(rules.UNKNOWN_IN_BASE, span, values, hint)
