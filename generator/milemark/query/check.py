"""The questions in a Markdown file: whether they can be asked, told at their places without an answer being made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import key_of
from milemark.foundation.suggestions import meant
from milemark.markdown.document import Document, Scalar
from milemark.markdown.yaml import read_yaml
from milemark.query.bases.parser import parse_base, read_bases
from milemark.query.bases.vault import base_path
from milemark.query.finder import BASE, Fence, FoundBlocks, InlineQuery, find_blocks, has_blocks
from milemark.query.sql.block import read_block
from milemark.query.sql.engine import Engine
from milemark.query.sql.errors import QueryError
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.roadmap.load import Loaded, Reading, load, without_ignored
from milemark.roadmap.settings import Settings

_known: list[tuple[Settings, Engine]] = []  # the last one: all files of a roadmap are asked by the same settings


class EmbeddedView(NamedTuple):
    """A view of a base that a file shows, and where it says so: plain, since an index keeps it."""

    reference: str
    line: int
    column: int
    width: int


def load_with_bases(
    files: Mapping[str, bytes],
    today: date,
    as_of: date | None = None,
    reading: Reading | None = None,
    beside: Iterable[Diagnostic] = (),
) -> Loaded:
    """Load a roadmap from `{path: bytes}` as `load` does, its .base files included."""
    bases, found = read_bases(files)
    return replace(load(files, today, as_of, reading, [*beside, *found]), bases=bases)


def with_block_findings(loaded: Loaded) -> Loaded:
    """Add the findings about query blocks and embedded bases to a loaded roadmap."""
    settings, found = loaded.roadmap.settings, list[Diagnostic]()
    views = {path: base.view_names for path, base in loaded.bases.items()}
    for file in loaded.files:
        wrong, embeds = check_blocks(settings, file.document)
        found += [*wrong, *check_embedded(file.document.path, embeds, views)]
    return replace(loaded, diagnostics=without_ignored(settings, [*loaded.diagnostics, *found])) if found else loaded


def check_blocks(settings: Settings, document: Document) -> tuple[list[Diagnostic], tuple[EmbeddedView, ...]]:
    """Return what is wrong with the questions of a file, and the views of bases that it shows; most ask nothing."""
    if not has_blocks(document.body):
        return [], ()
    asked = find_blocks(document.body)
    return _check(_engine(settings), document, asked), tuple(_embedded(document, asked))


def _check(engine: Engine, document: Document, asked: FoundBlocks) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for block in asked.fences:
        line = document.body_line + block.first
        if block.is_nested:
            found.append(Diagnostic(rules.BLOCK_ELSEWHERE, Span(document.path, line)))
        elif block.word == BASE:
            found += parse_base(document.path, block.text, line + 1)[1]
        else:
            found += read_block(document.path, block.text, line + 1, engine)[1]
    for value in asked.values:
        found += check_value(document.path, document.body_line, value, engine)
    return found


def _engine(settings: Settings) -> Engine:
    if not _known or _known[0][0] is not settings:
        _known[:] = [(settings, Engine(roadmap_tables(settings), None, history_tables(lambda: None)))]
    return _known[0][1]


def check_value(path: str, first_line: int, value: InlineQuery, engine: Engine) -> Iterator[Diagnostic]:
    """Yield what is wrong with a value in a sentence."""
    sql, before = complete_sql(value.sql)
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


def complete_sql(sql: str) -> tuple[str, int]:
    """Return the question that a value stands for, and how much was put before it: `select ` may be left out."""
    is_whole = sql.split(maxsplit=1)[:1] and sql.split(maxsplit=1)[0].lower() in {"select", "with"}
    before = "" if is_whole or not sql else "select "
    return before + sql, len(before)


def _embedded(document: Document, asked: FoundBlocks) -> Iterator[EmbeddedView]:
    for each in asked.embeds:
        yield EmbeddedView(each.reference, document.body_line + each.line, each.column + 2, len(each.reference))
    for block in asked.fences:
        if block.word != BASE:
            yield from _base_of(document, block)


def _base_of(document: Document, block: Fence) -> Iterator[EmbeddedView]:
    root, _found = read_yaml(document.path, block.text, document.body_line + block.first + 1)
    written = root.get(BASE) if root else None
    if isinstance(written, Scalar) and not written.is_empty:
        yield EmbeddedView(written.text, written.span.line, written.span.column, written.span.width)


def check_embedded(
    path: str, found: Sequence[EmbeddedView], views: Mapping[str, Sequence[str]]
) -> Iterator[Diagnostic]:
    """Yield what is shown of bases that are not there. `views` are the names of each base's views, by its path."""
    for each in found:
        base, view = base_path(views, each.reference)
        span = Span(path, each.line, each.column, each.width)
        names = [key_of(name) for name in views.get(base, ())]
        if not base:
            hint, near = meant(each.reference.strip("[]").partition("#")[0], tuple(views))
            values = {"what": _("base"), "name": each.reference.strip("[]"), "known": ", ".join(views) or "–", **near}
            yield Diagnostic(rules.UNKNOWN_IN_BASE, span, values, hint)
        elif view and key_of(view) not in names:
            hint, near = meant(view, tuple(views[base]))
            values = {"what": _("view"), "name": view, "known": ", ".join(views[base]), **near}
            yield Diagnostic(rules.UNKNOWN_IN_BASE, span, values, hint)
