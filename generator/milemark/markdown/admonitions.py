"""Rules for markdown-it: admonitions, details, tabs and HTML with the attribute `markdown`, as publishers read them.

Their content is Markdown, so a task in an admonition counts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, html_block

INDENT = 4
_WORDS = r"[\w-]+(?: +[\w-]+)*"
_OPENER = re.compile(
    rf'(?:!!! ?{_WORDS}(?: +".*?")?|\?\?\?\+? ?(?:(?:{_WORDS})? +".*?"|{_WORDS})|===[+!]{{0,2}} +".*?") *$'
)
_MARKED = re.compile(
    r"<(?:(?!p\b|h[1-6]\b|li\b|t[dh]\b|d[dt]\b)\w[^<>]*\smarkdown(?:=[\"']?(?:1|block|markdown)[\"']?)?"
    r"|\w[^<>]*\smarkdown=[\"']?block[\"']?)(?:\s[^<>]*)?>\s*$"
)
_ENDS_AT_BLANK = re.compile(r"<(?!!|\?|(?:pre|script|style|textarea)\b)", re.IGNORECASE)
_HEAD = re.compile(r'(?P<sign>!!!|\?\?\?\+?|===[+!]*) ?(?P<kinds>[^"\n]*)(?:"(?P<title>.*)" *$)?')
_BREAKS = ["paragraph", "reference", "blockquote", "list"]


class ContainerHead(NamedTuple):
    """The first line of a container: its sign, its kinds for the theme, and its title, which may be Markdown."""

    sign: str
    kinds: str
    title: str


def read_head(line: str) -> ContainerHead:
    """Read the first line of a container: `!!! note inline "Title"`. Without a title, the first kind is the title."""
    found = _HEAD.match(line)
    if found is None:
        return ContainerHead("!!!", "", "")
    kinds = found["kinds"].lower().split()
    title = found["title"] if found["title"] is not None else " ".join(kinds[:1]).capitalize()
    return ContainerHead(found["sign"], " ".join(kinds), title)


def read_containers(parser: MarkdownIt) -> None:
    """Add the rules to a parser."""
    parser.block.ruler.at("html_block", _html, {"alt": _BREAKS[:3]})
    parser.block.ruler.before("html_block", "marked_html", _marked_html, {"alt": _BREAKS})
    parser.block.ruler.before("fence", "container", _container, {"alt": _BREAKS})


def _container(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `!!! note`, `??? note` or `=== "tab"` and the lines indented below it."""
    if not _opens(state, line):
        return False
    if silent:
        return True
    indent = state.sCount[line] + INDENT
    last = _end(state, line, end, indent)
    opener = state.push("container_open", "div", 1)
    opener.map = [line, last]
    opener.info = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    outer = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax, state.blkIndent = "container", last, indent
    state.md.block.tokenize(state, line + 1, last)
    state.parentType, state.lineMax, state.blkIndent = outer
    state.push("container_close", "div", -1)
    state.line = last
    return True


def _end(state: StateBlock, line: int, end: int, indent: int) -> int:
    last = line + 1
    for number in range(line + 1, end):
        if state.isEmpty(number):
            continue
        if state.sCount[number] < indent:
            break
        last = number + 1
    return last


def _html(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read HTML as markdown-it does, but end it before a container or a comment of several lines."""
    begin = state.bMarks[line] + state.tShift[line]
    if silent or not _ENDS_AT_BLANK.match(state.src, begin, state.eMarks[line]):
        return html_block(state, line, end, silent)
    last = line + 1
    while last < end and not state.isEmpty(last) and not _is_own(state, last):
        last += 1
    return html_block(state, line, min(end, last), silent)


def _is_own(state: StateBlock, line: int) -> bool:
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    return (text.startswith("<!--") and "-->" not in text) or _opens(state, line)


def _opens(state: StateBlock, line: int) -> bool:
    begin = state.bMarks[line] + state.tShift[line]
    return not state.is_code_block(line) and _OPENER.match(state.src, begin, state.eMarks[line]) is not None


def _marked_html(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: ARG001, FBT001  markdown-it calls it
    """Read `<div markdown>` as a line of its own: what follows is Markdown at once."""
    begin = state.bMarks[line] + state.tShift[line]
    if state.level or state.sCount[line] >= INDENT or not _MARKED.match(state.src, begin, state.eMarks[line]):
        return False
    if silent:
        return True
    token = state.push("html_block", "", 0)
    token.map = [line, line + 1]
    token.content = state.getLines(line, line + 1, state.blkIndent, keepLastLF=True)
    state.line = line + 1
    return True
