"""Renders the queries of a page: each query block, inline query and embedded base is replaced by its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markdown_it.token import Token

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.escaping import html_text, markdown_text
from milemark.foundation.i18n import _
from milemark.foundation.layout import PUBLIC
from milemark.history.lifecycle import finish_days
from milemark.markdown.wikilinks import Wikilink
from milemark.output.cells import Viewer
from milemark.output.site.base_views import run_base
from milemark.output.site.forecasts import SiteForecasts
from milemark.output.site.gantt import NO_DAYS
from milemark.output.site.query_views import QueryViews, ViewResult
from milemark.query.bases.ast import Base, View
from milemark.query.bases.parser import parse_base
from milemark.query.bases.vault import Vault, find_base
from milemark.query.finder import BASE, Fence, InlineQuery, find_blocks, has_blocks, inline_query, shows_base
from milemark.query.sql.block import PART, Block, read_block
from milemark.query.sql.engine import Engine
from milemark.query.sql.errors import QueryError
from milemark.query.tables.every import every_table

Render = Callable[[str, Mapping[str, Any]], str]


class QueryBlocks:
    """Renders the queries in the pages of one roadmap. `render` makes HTML from a template of templates/views.

    `forecasts` has the git history of the roadmap, and what follows from it.
    """

    def __init__(self, viewer: Viewer, render: Render, forecasts: SiteForecasts, bases: Mapping[str, Base]) -> None:
        self.viewer, self.render, self.forecasts, self.bases = viewer, render, forecasts, bases
        self.history = forecasts.history
        self.number = 0
        self._results: tuple[str, dict[Block, ViewResult]] = "", {}

    @cached_property
    def engine(self) -> Engine:
        """The query engine, created on first use."""
        roadmap = self.viewer.roadmap
        tables = every_table(roadmap.settings, lambda: self.history, lambda _roadmap: self.forecasts.forecaster)
        return Engine(tables, roadmap)

    @cached_property
    def views(self) -> QueryViews:
        """The views of query blocks."""
        finished = finish_days(self.history) if self.history else NO_DAYS
        return QueryViews(self.viewer, self.engine, finished, self.forecasts)

    @cached_property
    def vault(self) -> Vault:
        """The files that bases are evaluated over."""
        return Vault(self.viewer.roadmap, self.viewer.language)

    def into(self, text: str, context: Mapping[str, Any]) -> str:
        """Return a Markdown text with its queries rendered; `context` has the variables of the page's templates."""
        if not has_blocks(text):
            return text
        self.number = 0
        blocks = find_blocks(text)
        lines = text.split("\n")
        for query in reversed(blocks.inline_queries):
            line = lines[query.line]
            lines[query.line] = line[: query.start] + self.value(query) + line[query.end :]
        rendered = [(each.line, each.line + 1, self.embed(each.reference, context)) for each in blocks.embeds]
        rendered += [(each.first, each.end, self.block(each, context)) for each in blocks.fences if not each.is_nested]
        for first, end, html in sorted(rendered, reverse=True):
            lines[first:end] = ["", html, ""]
        return "\n".join(lines)

    def views_of(self, body: str, context: Mapping[str, Any]) -> BodyViews | None:
        """Return the views of the queries in a body, or None if it has none."""
        if not has_blocks(body):
            return None
        self.number = 0
        fences = {each.first: each for each in find_blocks(body).fences if not each.is_nested}
        return BodyViews(self, fences, context)

    def value(self, query: InlineQuery) -> str:
        """Return the value of a query in a sentence as HTML."""
        try:
            text, result = self.views.value(query.full_sql)
        except QueryError as error:
            return self._note_in_line(Diagnostic(error.rule, Span(""), error.values, error.hint))
        if len(result.rows) > 1 or len(result.columns) > 1:
            rows = str(len(result.rows)) if len(result.rows) < 2 else "2+"  # noqa: PLR2004  more are not read
            values = {"rows": rows, "columns": str(len(result.columns))}
            return self._note_in_line(Diagnostic(rules.NOT_ONE_VALUE, Span(""), values))
        return f'<span class="mm-value">{markdown_text(text)}</span>'

    def embed(self, reference: str, context: Mapping[str, Any], title: str = "") -> str:
        """Return a view of a base."""
        base, name = find_base(self.bases, reference)
        view = base.view(name) if base else None
        if base is None or view is None:
            what, name = (_("view"), name) if base else (_("base"), reference.strip("[]"))
            known = ", ".join(base.view_names if base else self.bases) or "–"
            values = {"what": what, "name": name, "known": known}
            return self._note([Diagnostic(rules.UNKNOWN_IN_BASE, Span(""), values)])
        if base.is_broken:
            values = {"problem": _("this base has errors"), "about": _("`milemark check` shows where")}
            return self._note([Diagnostic(rules.BAD_BLOCK, Span(""), values)])
        return self._view(base, view, context, title)

    def _view(self, base: Base, view: View, context: Mapping[str, Any], title: str = "") -> str:
        shown = run_base(base, view, self.vault, str(context["page"]))
        return self.render("views/base.html.jinja", {**context, "shown": shown, "name": title or view.name})

    def block(self, fence: Fence, context: Mapping[str, Any]) -> str:
        """Return the view of a query block."""
        if fence.word == BASE:
            base, wrong = parse_base(str(context["page"]), fence.text)
            return self._note(wrong) if base.is_broken else self._view(base, base.views[0], context)
        block, found = read_block("", fence.text, 1, self.engine)
        if block is None:
            return self._note(found)
        if block.view == PART:
            return self.render(f"home/{block.source}.html.jinja", {**context, "called": block.title})
        if block.view == BASE:
            return self.embed(block.source, context, block.title)
        self.number += 1
        try:
            shown = self._shown(str(context["page"]), block)
        except QueryError as error:
            return self._note([Diagnostic(error.rule, Span(""), error.values, error.hint)])
        values = {**context, "shown": shown, "number": self.number, "level": fence.level}
        return self.render(f"views/{block.view}.html.jinja", values)

    def _shown(self, page: str, block: Block) -> ViewResult:
        """Return the result of a block. Those of the last page are kept, since a long page is rendered twice."""
        if self._results[0] != page:
            self._results = page, {}
        results = self._results[1]
        if block not in results:
            results[block] = self.views.shown(block)
        return results[block]

    def _note(self, findings: list[Diagnostic]) -> str:
        """Return a note to stand in the place of a block, for the owner with its errors."""
        lines = [self._message(each) for each in findings if each.is_error and self._is_owner]
        return self.render("views/wrong.html.jinja", {"lines": lines})

    def _note_in_line(self, finding: Diagnostic) -> str:
        if not self._is_owner:
            return "–"
        return (
            f'<span class="mm-mark" title="{html_text(self._message(finding))}">{html_text(finding.rule.code)}</span>'
        )

    # An error says what a query names, perhaps a private field; readers of the public site can do nothing about it.
    @property
    def _is_owner(self) -> bool:
        return self.viewer.roadmap.audience != PUBLIC

    def _message(self, finding: Diagnostic) -> str:
        translate = self.viewer.language.gettext
        return f"{finding.rule.code}: {finding.message_in(translate)} ({finding.hint_in(translate)})"


@dataclass(frozen=True, slots=True)
class BodyViews:
    """The views of the queries in one body. `fences` are its query blocks by their first line."""

    queries: QueryBlocks
    fences: Mapping[int, Fence]
    context: Mapping[str, Any]

    def block(self, query: Token | Wikilink) -> str | None:
        """Return the view of a query block or of an embedded base; None for other blocks and embeds."""
        if isinstance(query, Wikilink):
            return self.queries.embed(f"[[{query.address}]]", self.context) if shows_base(query) else None
        fence = self.fences.get(query.map[0]) if query.map else None
        return self.queries.block(fence, self.context) if fence else None

    def value(self, code: str) -> str | None:
        """Return the value of a query in a sentence; None for other code."""
        query = inline_query(code)
        return self.queries.value(query) if query else None
