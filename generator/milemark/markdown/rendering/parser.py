"""The one parser of bodies: their blocks, and the inline text of each block, as the page shows them.

CommonMark and GitHub's tables, task lists, alerts and footnotes; Material's admonitions, tabs, attribute lists and
keys; Obsidian's wikilinks, callouts, marks and block ids; formulas, definition lists and abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, hr
from markdown_it.token import Token

from milemark.markdown import admonitions
from milemark.markdown.rendering import block_rules
from milemark.markdown.rendering.attributes import NO_ATTRIBUTES, split_attributes, split_mdx_id
from milemark.markdown.rendering.callouts import SIGN, mark_callouts
from milemark.markdown.rendering.inline_rules import InlineParser
from milemark.markdown.rendering.signs import SignRuler

_BOX = re.compile(r"\[([^\]\n])\][ \t]+")
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}+[ \t]*$")
_BLOCK_ID = re.compile(r"(?:^|[ \t\n])\^(?P<id>(?=[\d-]*[A-Za-z])[A-Za-z0-9-]+)[ \t]*$")
_MAX_NESTING = 250  # levels of blocks; a list item takes two, and the parser is recursive
_KEPT = 1_500_000  # characters of texts whose blocks are kept
_COST = 100  # of a text, besides its characters
_MAX_INLINE = 50  # levels of links: the parser is recursive
_TEXT_OF = {
    **dict.fromkeys(("th_open", "td_open", "dt_open"), "cell"),
    "heading_open": "heading",
    "paragraph_open": "paragraph",
}
# The text that these rules need to match anywhere. markdown-it tries them at every line, so they are switched off
# where they cannot match; the tokens stay the same.
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "table": re.compile(r"\|"),
    "lheading": re.compile(r"[-=][ \t\r]*$", re.MULTILINE),
    "deflist": re.compile(r"^[ \t>]*:[ \t]", re.MULTILINE),
}


class AsWritten(MarkdownIt):
    """A parser that leaves addresses as the author wrote them, unsafe ones too; the renderer quotes and checks them."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  the name of markdown-it
        """Return an address as it is."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802  as above
        """Return the text of an address as it is."""
        return link

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802  as above
        """Accept any address."""
        return True


@cache
def _block_parser(idle: tuple[str, ...]) -> MarkdownIt:
    parser = AsWritten("js-default", {"maxNesting": _MAX_NESTING, "html": True})
    parser.disable(["inline", "linkify", "replacements", "smartquotes", "text_join"])
    admonitions.read_containers(parser)
    block_rules.add_block_rules(parser)
    parser.block.ruler.at("hr", _is_rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.disable(list(idle))
    parser.block.ruler = SignRuler(parser.block.ruler.__rules__)
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    parser = AsWritten("js-default", {"maxNesting": _MAX_INLINE, "html": True, "store_labels": True})
    parser.inline = InlineParser()
    return parser


def _is_rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read a line that is only `---`, as markdown-it does, but reject other long lines at once."""
    begin = state.bMarks[line] + state.tShift[line]
    return _RULE.match(state.src, begin, state.eMarks[line]) is not None and hr(state, line, end, silent)


class Blocks(NamedTuple):
    """The block tokens of a text, with line numbers, and its definitions of links, footnotes and abbreviations.

    The `info` of an inline token is the kind of its text: `paragraph`, `item` for the first of a list item, `heading`,
    or `cell` of a table or a definition list.
    """

    tokens: tuple[Token, ...]
    definitions: Mapping[str, Any]
    footnotes: frozenset[str] = frozenset()
    abbreviations: Mapping[str, str] = {}


NO_BLOCKS = Blocks((), {})


class InlineText(NamedTuple):
    """The inline tokens of a block's text, and this text; its task mark, attributes and block id are not in them."""

    tokens: list[Token]
    content: str
    mark: str = ""
    attributes: Mapping[str, str] = NO_ATTRIBUTES
    block_id: str = ""


class _ReadTexts:
    """The blocks of the texts that were read last, up to a number of characters."""

    def __init__(self) -> None:
        self.blocks: dict[str, Blocks] = {}
        self.size = 0

    def of(self, text: str) -> Blocks:
        """Return the blocks of a text, parsed unless they are kept."""
        found = self.blocks.pop(text, None)
        if found is None:
            found = _parsed(text)
            if self.size + len(text) + _COST > _KEPT:
                self._forget()
            self.size += len(text) + _COST
        self.blocks[text] = found
        return found

    def _forget(self) -> None:
        """Drop all texts but the last ones, which fill half of the room."""
        sizes = {text: len(text) + _COST for text in reversed([*self.blocks])}
        kept = [text for text, size in zip(sizes, accumulate(sizes.values()), strict=True) if size <= _KEPT // 2]
        self.blocks = {text: self.blocks[text] for text in reversed(kept)}
        self.size = sum(sizes[text] for text in kept)


_READ = _ReadTexts()


def read_blocks(text: str) -> Blocks:
    """Return the blocks of a Markdown text. Its readers share them, so they must not change the tokens.

    The outline, the links and the page of a file come from one parse: blocks are kept by their text, in 50 MB at most.
    """
    return _READ.of(text)


def _parsed(text: str) -> Blocks:
    idle = [name for name, pattern in _PATTERNS.items() if not pattern.search(text)]
    found: dict[str, Any] = {}
    tokens = _block_parser(tuple(idle)).parse(text, found)
    _name_texts(tokens)
    if SIGN in text:
        mark_callouts(tokens)
    labels = frozenset(label[1:] for label in found.get("footnotes", {}).get("refs", ()))
    return Blocks(tuple(tokens), found.get("references", {}), labels, found.get("abbreviations", {}))


def parse_blocks(text: str) -> list[Token]:
    """Return the block tokens of a Markdown text, as `read_blocks` does."""
    return [*read_blocks(text).tokens]


def _name_texts(tokens: list[Token]) -> None:
    before = last = ""
    for token in tokens:
        kind = token.type
        if kind == "inline":
            is_item = (before, last) == ("list_item_open", "paragraph_open")
            token.info = "item" if is_item else _TEXT_OF.get(last, "paragraph")
            if token.map and token.map[0] == token.map[1]:  # the plugin for definition lists gives no end
                token.map = [token.map[0], token.map[0] + 1]
        before, last = last, kind


def box_of(text: str, marks: Container[str] = "") -> re.Match[str] | None:
    """Match the box that a list item begins with, up to its text; group 1 is its mark."""
    found = _BOX.match(text)
    return found if found and (not found[1].isalnum() or found[1] in "xX" or found[1] in marks) else None


def inline_text(token: Token, blocks: Blocks, marks: Container[str] = "") -> InlineText:
    """Return the text of an inline token. It is parsed once, unless `marks` turn its first word into a box."""
    box = box_of(token.content, marks) if token.info == "item" else None
    kept: InlineText | None = token.meta.get("text")
    if kept is None or kept.mark != (box[1] if box else ""):
        kept = _parse_text(token, blocks, box)
        token.meta["text"] = kept
    return kept


def _parse_text(token: Token, blocks: Blocks, box: re.Match[str] | None) -> InlineText:
    content, block_id, attributes = token.content, "", NO_ATTRIBUTES
    if "^" in content and token.info != "heading" and (found := _BLOCK_ID.search(content)):
        content, block_id = content[: found.start()], found["id"]
    if content.endswith(("}", "} ", "}\t")):
        content, attributes = split_attributes(content, is_line=token.info in {"paragraph", "item"})
        content, id_ = split_mdx_id(content) if token.info == "heading" else (content, "")
        attributes = {"id": id_, **attributes} if id_ else attributes
    content = content[box.end() :] if box else content
    return InlineText(parse_inline(content, blocks), content, box[1] if box else "", attributes, block_id)


def parse_inline(text: str, blocks: Blocks = NO_BLOCKS) -> list[Token]:
    """Return the inline tokens of a text that stands in a body with these blocks."""
    parser = _inline_parser()
    tokens: list[Token] = []
    environment = {"references": blocks.definitions, "footnotes": blocks.footnotes}
    return parser.inline.parse(text, parser, environment, tokens)


def inline_texts(blocks: Blocks, marks: Container[str] = "") -> Iterator[tuple[Token, InlineText]]:
    """Yield the block tokens that hold inline text, with this text."""
    yield from ((token, inline_text(token, blocks, marks)) for token in blocks.tokens if token.type == "inline")
