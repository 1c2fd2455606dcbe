"""Render the blocks of a body to HTML in one line, with the classes that Material gives to Python-Markdown's output.

No extension or plugin of a publisher finds anything to read in it: see `page_text` in foundation/escaping.py.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from milemark.foundation.escaping import page_attribute, page_code
from milemark.markdown.admonitions import ContainerHead, read_head
from milemark.markdown.rendering.anchors import Anchor, anchors_in
from milemark.markdown.rendering.callouts import Callout
from milemark.markdown.rendering.code_html import code_block
from milemark.markdown.rendering.footnotes import Footnotes
from milemark.markdown.rendering.headings import heading_ids
from milemark.markdown.rendering.hooks import NO_HOOKS, Hooks
from milemark.markdown.rendering.inline_html import InlineRenderer, attributes_html, mathml_of
from milemark.markdown.rendering.parser import Blocks, InlineText, inline_text, parse_inline
from milemark.markdown.rendering.raw import RawHtml, finished_html
from milemark.markdown.rendering.tabs import continues_tabs, following_tabs, tabs_html
from milemark.markdown.rendering.words import words_of
from milemark.markdown.wikilinks import Wikilink

_BOX = (
    '<label class="task-list-control"><input type="checkbox" disabled{}{}>'
    '<span class="task-list-indicator"></span></label> '
)
_DISPLAYED = "\\[\n{}\n\\]"
_BLOCKS = ("<div", "<section", "<blockquote", "<details", "<table", "<figure", "<pre", "<ul", "<ol", "<p", "<h")


class HeadingPiece(NamedTuple):
    """A heading that stays Markdown: its level, its text as HTML, its id and its classes."""

    level: int
    html: str
    id: str
    classes: str = ""


class ViewPiece(NamedTuple):
    """The view of a query, in the Markdown of milemark's templates."""

    text: str


Piece = str | HeadingPiece | ViewPiece


def render(blocks: Blocks, hooks: Hooks = NO_HOOKS, marks: Container[str] = "", *, splits: bool = True) -> list[Piece]:
    """Return a body as HTML. With `splits`, its top-level headings are pieces of their own.

    `marks` are the letters that are marks of tasks in this project.
    """
    return _Renderer(blocks, hooks, marks, splits=splits).render(0, len(blocks.tokens))


def render_part(blocks: Blocks, part: Anchor | None, prefix: str, hooks: Hooks, marks: Container[str] = "") -> str:
    """Return a body, or a part of it, as HTML that stands within another body. Its ids begin with `prefix`."""
    first, end = (part.first, part.end) if part else (0, len(blocks.tokens))
    renderer = _Renderer(blocks, hooks, marks, splits=False, prefix=prefix)
    written = "".join(piece for piece in renderer.render(first, end) if isinstance(piece, str))
    is_item = part is not None and blocks.tokens[first].type == "list_item_open"
    return f"<ul>{written}</ul>" if is_item else written


class _Renderer:
    """Walks over the tokens once. `closers` are the ends of the open quotes and containers, `depth` counts elements."""

    def __init__(self, blocks: Blocks, hooks: Hooks, marks: Container[str], *, splits: bool, prefix: str = "") -> None:
        self.blocks, self.tokens, self.hooks, self.marks = blocks, blocks.tokens, hooks, marks
        self.splits, self.prefix = splits, prefix
        ids = heading_ids(blocks, marks)
        self.ids = {number: prefix + id_ for number, id_ in ids.items()}
        has_ids = any(token.type == "inline" and token.content.startswith("^") for token in self.tokens)
        anchors = anchors_in(blocks, ids, marks) if has_ids else ()
        self.anchors = {each.first: each.id for each in anchors if not each.text}
        self.raw = RawHtml(hooks.link)
        self.footnotes = Footnotes(self.tokens, prefix)
        self.inline = InlineRenderer(hooks, self.raw, self.footnotes, blocks.abbreviations)
        self.pieces: list[Piece] = []
        self.out: list[str] = []
        self.closers: list[str] = []
        self.depth = 0
        self.in_tabs = False  # the last token ended a tab, and the next begins another of its set
        self.tab_sets = count(1)

    def render(self, first: int, end: int) -> list[Piece]:
        self._walk(first, end)
        self.out.append(self.raw.close(0))
        self.out.append(self.footnotes.render(self._part, lambda tokens: self.inline.render(tokens, 1)))
        self._end_piece()
        return self.pieces

    def _end_piece(self) -> None:
        written = "".join(self.out)
        if written.strip():
            self.pieces.append(written)
        self.out = []

    def _part(self, first: int, end: int) -> list[str]:
        """Return the HTML of some tokens, in pieces."""
        outer, self.out = self.out, []
        self._walk(first, end)
        written, self.out = [*self.out, self.raw.close(0)], outer
        return [piece for piece in written if piece]

    def _walk(self, number: int, end: int) -> None:
        while number < end:
            token = self.tokens[number]
            if number in self.footnotes.ranges:
                number = self.footnotes.ranges[number]
                continue
            if number in self.anchors:
                self.out.append(f"<span{attributes_html({'id': self.prefix + self.anchors[number]})}></span>")
            reader = _READERS.get(token.type)
            if reader:
                number = reader(self, token, number)
            elif token.nesting > 0:
                self._open(f"<{token.tag}{attributes_html(token.attrs)}>")
            elif token.nesting < 0:
                self._close(f"</{token.tag}>")
            number += 1

    def _open(self, tag: str) -> None:
        if self.raw.opened:
            self.out.append(self.raw.end_paragraph())
        self.out.append(tag)
        self.depth += 1

    def _close(self, tag: str) -> None:
        if self.raw.opened:
            self.out.append(self.raw.close(self.depth))
        self.out.append(tag)
        self.depth -= 1

    def _leaf(self, written: str) -> None:
        if self.raw.opened:
            self.out.append(self.raw.end_paragraph())
        self.out.append(written)

    # Each reader returns the number of the last token that it read.

    def paragraph(self, token: Token, number: int) -> int:
        text = inline_text(self.tokens[number + 1], self.blocks, self.marks)
        if (
            len(text.tokens) == 1
            and text.tokens[0].type == "wikilink"
            and self._view(token, text.tokens[0].meta["link"])
        ):
            return number + 2
        shown = self._task(text) if text.mark else self.inline.render(text.tokens, self.depth + 1)
        if token.hidden or (len(text.tokens) == 1 and shown.startswith(_BLOCKS)):
            self._leaf(shown)
        elif shown or not text.block_id:
            self._open(f"<p{attributes_html(self._named(text))}>")
            self.out.append(shown)
            self._close("</p>")
        return number + 2

    def _task(self, text: InlineText) -> str:
        """Return the text of a task behind its box, and the labels of its marks behind it."""
        *tokens, last = text.tokens or [Token("text", "", 0)]
        labelled = self.hooks.task(last.content, text.mark) if last.type == "text" else None
        tokens.append(replace(last, content=labelled[0]) if labelled else last)
        label = attributes_html({"aria-label": words_of(tokens)})
        box = _BOX.format(" checked" if text.mark in "xX" else "", label)
        labels = f" {finished_html(labelled[1])}" if labelled and labelled[1] else ""
        return f"{box}{self.inline.render(tokens, self.depth + 1)}{labels}"

    def item(self, token: Token, number: int) -> int:
        attributes = dict(token.attrs)
        if self.tokens[number + 1].type == "paragraph_open":
            text = inline_text(self.tokens[number + 2], self.blocks, self.marks)
            attributes |= self._named(text) if self.tokens[number + 1].hidden else {}
            if text.mark:
                attributes["class"] = f"task-list-item {attributes.get('class', '')}".strip()
                attributes |= {"data-task": text.mark} if text.mark not in " xX" else {}
        self._open(f"<li{attributes_html(attributes)}>")
        return number

    def cell(self, token: Token, number: int) -> int:
        text = inline_text(self.tokens[number + 1], self.blocks, self.marks)
        self._open(f"<{token.tag}{attributes_html({**token.attrs, **self._named(text)})}>")
        return number

    def text(self, token: Token, number: int) -> int:
        self.out.append(self.inline.render(inline_text(token, self.blocks, self.marks).tokens, self.depth))
        return number

    def heading(self, token: Token, number: int) -> int:
        text = inline_text(self.tokens[number + 1], self.blocks, self.marks)
        if self.raw.opened:
            self.out.append(self.raw.end_paragraph())
        if self.splits and not token.level and not self.raw.opened:
            self._end_piece()
            shown = self.inline.render(text.tokens, 0)
            classes = text.attributes.get("class", "")
            self.pieces.append(HeadingPiece(int(token.tag[1]), shown, self.ids[number], classes))
        else:
            self._open(f"<{token.tag}{attributes_html({**self._named(text), 'id': self.ids[number]})}>")
            self.out.append(self.inline.render(text.tokens, self.depth))
            self._close(f"</{token.tag}>")
        return number + 2

    def _named(self, text: InlineText) -> dict[str, str]:
        """Return the attributes of a block, with the id that it ends with."""
        return {"id": f"{self.prefix}^{text.block_id}", **text.attributes} if text.block_id else dict(text.attributes)

    def rule(self, _token: Token, number: int) -> int:
        self._leaf("<hr>")
        return number

    def fence(self, token: Token, number: int) -> int:
        if not self._view(token, token):
            self._leaf(code_block(token.content, unescapeAll(token.info)))
        return number

    def _view(self, block: Token, query: Token | Wikilink) -> bool:
        """Show the view of a query as a piece of its own; return whether the block is one."""
        shown = None if block.level or not self.splits else self.hooks.view(query)
        if shown is not None:
            self._end_piece()
            self.pieces.append(ViewPiece(shown))
        return shown is not None

    def code(self, token: Token, number: int) -> int:
        self._leaf(code_block(token.content, ""))
        return number

    def formula(self, token: Token, number: int) -> int:
        named = attributes_html({**mathml_of(self.hooks, token), "class": "arithmatex"})
        self._leaf(f"<div{named}>{page_code(_DISPLAYED.format(token.content))}</div>")
        return number

    def html(self, token: Token, number: int) -> int:
        self.out.append(self.raw.rewrite(token.content, self.depth))
        return number

    def quotation(self, token: Token, number: int) -> int:
        callout: Callout | None = token.meta.get("callout")
        if callout is None:
            self._open("<blockquote>")
            self.closers.append("</blockquote>")
        elif callout.fold:
            self._details(callout.kind, callout.title, is_open=callout.fold == "+")
        else:
            self._admonition(callout.kind, callout.title)
        return number

    def container(self, token: Token, number: int) -> int:
        head = read_head(token.info)
        if head.sign.startswith("="):
            self._tab(head, number)
        elif head.sign.startswith("?"):
            self._details(head.kinds, head.title, is_open=head.sign.endswith("+"))
        else:
            self._admonition(head.kinds, head.title)
        return number

    def end(self, _token: Token, number: int) -> int:
        """End a quote or a container."""
        closer = self.closers.pop()
        if closer == _TAB_END:
            self.in_tabs = continues_tabs(self.tokens, number + 1)
            closer = "</div>" if self.in_tabs else closer
        self._close(closer)
        return number

    def _admonition(self, kinds: str, title: str) -> None:
        shown = f'<p class="admonition-title">{self._title(title)}</p>' if title else ""
        self._open(f'<div class="{page_attribute(f"admonition {kinds}".strip())}">{shown}')
        self.closers.append("</div>")

    def _details(self, kinds: str, title: str, *, is_open: bool) -> None:
        opener = f'<details class="{page_attribute(kinds)}"{" open" if is_open else ""}>'
        self._open(f"{opener}<summary>{self._title(title)}</summary>")
        self.closers.append("</details>")

    def _title(self, text: str) -> str:
        return self.inline.render(parse_inline(text, self.blocks), self.depth + 1)

    def _tab(self, head: ContainerHead, number: int) -> None:
        if not self.in_tabs:
            heads = [head, *following_tabs(self.tokens, number)]
            group = f"{self.prefix}{next(self.tab_sets)}"
            self._open(tabs_html([(each.sign, self._title(each.title)) for each in heads], group))
            self.depth -= 1  # the end of the last tab ends the set
        self._open('<div class="tabbed-block">')
        self.closers.append(_TAB_END)
        self.in_tabs = False


_TAB_END = "</div></div></div>"
_READERS: Mapping[str, Callable[[_Renderer, Token, int], int]] = {
    "paragraph_open": _Renderer.paragraph,
    "list_item_open": _Renderer.item,
    **dict.fromkeys(("th_open", "td_open", "dt_open"), _Renderer.cell),
    "inline": _Renderer.text,
    "heading_open": _Renderer.heading,
    "hr": _Renderer.rule,
    "fence": _Renderer.fence,
    "code_block": _Renderer.code,
    "formula": _Renderer.formula,
    "html_block": _Renderer.html,
    "blockquote_open": _Renderer.quotation,
    "container_open": _Renderer.container,
    **dict.fromkeys(("blockquote_close", "container_close"), _Renderer.end),
}
