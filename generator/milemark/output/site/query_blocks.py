"""Pages with their questions answered: each query block and each value in a sentence is replaced by what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.escaping import html_text, markdown_text
from milemark.foundation.i18n import _
from milemark.history.model import History
from milemark.output.cells import Viewer
from milemark.output.site.base_views import run_base
from milemark.output.site.query_views import QueryViews
from milemark.query.bases.ast import Base, View
from milemark.query.bases.parser import parse_base
from milemark.query.bases.vault import Vault, find_base
from milemark.query.finder import BASE, Fence, InlineQuery, find_blocks, has_blocks
from milemark.query.sql.block import read_block
from milemark.query.sql.engine import Engine
from milemark.query.sql.errors import QueryError
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables

Render = Callable[[str, Mapping[str, Any]], str]


class QueryBlocks:
    """Answers the questions in the pages of one roadmap. `render` makes HTML of a template of views.

    `history` is what git tells of the roadmap, None where it tells nothing.
    """

    def __init__(self, viewer: Viewer, render: Render, history: History | None, bases: Mapping[str, Base]) -> None:
        self.viewer, self.render, self.history, self.bases = viewer, render, history, bases
        self.number = 0

    @cached_property
    def engine(self) -> Engine:
        """What answers: most roadmaps never ask."""
        roadmap = self.viewer.roadmap
        return Engine(roadmap_tables(roadmap.settings), roadmap, history_tables(lambda: self.history))

    @cached_property
    def answers(self) -> QueryViews:
        """What shows the answers."""
        return QueryViews(self.viewer, self.engine)

    @cached_property
    def vault(self) -> Vault:
        """What bases are evaluated over."""
        return Vault(self.viewer.roadmap, self.viewer.language)

    def into(self, text: str, context: Mapping[str, Any]) -> str:
        """Return a Markdown text with its questions answered; `context` is what the templates of the page see."""
        if not has_blocks(text):
            return text
        self.number = 0
        found = find_blocks(text)
        lines = text.split("\n")
        for value in reversed(found.inline_queries):
            line = lines[value.line]
            lines[value.line] = line[: value.start] + self._value(value) + line[value.end :]
        blocks = [(each.line, each.line + 1, self._embed(each.reference, context)) for each in found.embeds]
        blocks += [(each.first, each.end, self._block(each, context)) for each in found.fences if not each.is_nested]
        for first, end, shown in sorted(blocks, reverse=True):
            lines[first:end] = ["", shown, ""]
        return "\n".join(lines)

    def _value(self, value: InlineQuery) -> str:
        try:
            text, answer = self.answers.value(value.full_sql)
        except QueryError as error:
            return self._note_in_line(Diagnostic(error.rule, Span(""), error.values, error.hint))
        if len(answer.rows) > 1 or len(answer.columns) > 1:
            rows = str(len(answer.rows)) if len(answer.rows) < 2 else "2+"  # noqa: PLR2004  more are not asked for
            values = {"rows": rows, "columns": str(len(answer.columns))}
            return self._note_in_line(Diagnostic(rules.NOT_ONE_VALUE, Span(""), values))
        return f'<span class="mm-value">{markdown_text(text)}</span>'

    def _embed(self, reference: str, context: Mapping[str, Any], title: str = "") -> str:
        """Return a view of a base."""
        base, name = find_base(self.bases, reference)
        view = base.view(name) if base else None
        if base is None or view is None:
            what, name = (_("view"), name) if base else (_("base"), reference.strip("[]"))
            known = ", ".join(base.view_names if base else self.bases) or "–"
            values = {"what": what, "name": name, "known": known}
            return self._note([Diagnostic(rules.UNKNOWN_IN_BASE, Span(""), values)])
        if base.is_broken:
            values = {"problem": _("this base has errors"), "about": _("`milemark check` says where")}
            return self._note([Diagnostic(rules.BAD_BLOCK, Span(""), values)])
        return self._view(base, view, context, title)

    def _view(self, base: Base, view: View, context: Mapping[str, Any], title: str = "") -> str:
        shown = run_base(base, view, self.vault, str(context["page"]))
        return self.render("views/base.html.jinja", {**context, "shown": shown, "name": title or view.name})

    def _block(self, fence: Fence, context: Mapping[str, Any]) -> str:
        if fence.word == BASE:
            base, wrong = parse_base(str(context["page"]), fence.text)
            return self._note(wrong) if base.is_broken else self._view(base, base.views[0], context)
        block, found = read_block("", fence.text, 1, self.engine)
        if block is None:
            return self._note(found)
        if block.view == BASE:
            return self._embed(block.source, context, block.title)
        self.number += 1
        try:
            shown = self.answers.shown(block)
        except QueryError as error:
            return self._note([Diagnostic(error.rule, Span(""), error.values, error.hint)])
        values = {**context, "shown": shown, "number": self.number, "level": fence.level}
        return self.render(f"views/{block.view}.html.jinja", values)

    def _note(self, found: list[Diagnostic]) -> str:
        """Return in the place of a block what is wrong with it."""
        return self.render("views/wrong.html.jinja", {"lines": [self._told(each) for each in found if each.is_error]})

    def _note_in_line(self, found: Diagnostic) -> str:
        return f'<span class="mm-mark" title="{html_text(self._told(found))}">{html_text(found.rule.code)}</span>'

    def _told(self, found: Diagnostic) -> str:
        translate = self.viewer.language.gettext
        return f"{found.rule.code}: {found.message_in(translate)} ({found.hint_in(translate)})"
