"""Syntax that stays text on the site although its author meant more: snippets, `[TOC]`, `**` that does not close."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from markdown_it.token import Token

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span
from milemark.foundation.i18n import _
from milemark.markdown.rendering.parser import Blocks, inline_text

_SNIPPET = re.compile(r"^[ \t]*-+8<-+(?:[ \t]+(?:\"[^\"\n]+\"|'[^'\n]+'))?[ \t]*$", re.MULTILINE)
# `/// note | Title` and, of Docusaurus, VitePress and Pandoc, `:::tip[Title]`
_BLOCK = re.compile(r"(?:/{3,}[ \t]*[a-z][a-z-]*(?:[ \t]*\|.*)?|:{3,}[ \t]*[a-z{].*)$", re.MULTILINE)
_BLOCK_END = re.compile(r"^[ \t]*(?:/{3,}|:{3,})[ \t]*$", re.MULTILINE)
_CONTENTS = "[TOC]"
_OF_KRAMDOWN = re.compile(r"^\{:[ ]?toc\}[ \t]*$", re.MULTILINE)  # a table of contents in Jekyll
_OF_SNIPPET = _("it would read a file of your computer; write the text here, or embed a note as `![[note]]`")
_OF_CONTENTS = _("delete it: the page has a table of contents at its side")
_OF_BLOCK = _("write it as `!!! note`, `??? note` or `> [!NOTE]`")
# By CommonMark, `**` with punctuation on its inner side and a letter on its outer side does not open or close. Between
# words of other languages stands a blank, but a Korean particle follows the word at once.
_HANGUL = "[\uac00-\ud7a3]"
_MAY_FAIL = re.compile(rf"[^\w\s*]\*\*{_HANGUL}|{_HANGUL}\*\*[^\w\s*]")
_LITERAL, _OPEN, _CLOSE, _OTHER = (
    "\x01",
    "\x02",
    "\x03",
    "\ufffc",
)  # for `**` as text, as tags, and for code and the like
_FAILED = re.compile(
    rf"[\x01\x02](?P<closes>[^\s\x01-\x03][^\n\x01-\x03]{{,200}}(?<=[^\w\s]))[\x01\x02](?={_HANGUL})"
    rf"|(?<={_HANGUL})\x01(?P<opens>[^\w\s\x01-\x03][^\n\x01-\x03]{{,200}}(?<=\S))[\x01\x03]"
)


def check_syntax(
    path: str, lines: list[str], first_line: int, blocks: Blocks, marks: Container[str]
) -> Iterator[Diagnostic]:
    """Yield the findings about a body whose first line is `first_line` of its file."""
    for token in blocks.tokens:
        if token.map:
            for rule, text, hint in _found_in(token, blocks, marks):
                yield Diagnostic(rule, _span(path, lines, first_line, token.map, text), {"text": text}, hint)


def _found_in(token: Token, blocks: Blocks, marks: Container[str]) -> Iterator[tuple[Rule, str, str]]:
    """Yield the rule, the text and the hint of each finding about a block."""
    if token.type == "fence" and _SNIPPET.fullmatch(token.content.rstrip("\n")):
        yield rules.UNREAD_SYNTAX, token.content.strip(), _OF_SNIPPET
    elif token.type == "inline" and token.info in {"paragraph", "item"}:
        yield from ((rules.UNREAD_SYNTAX, *found) for found in _unread(token.content, blocks))
        if "**" in token.content and _MAY_FAIL.search(token.content):
            yield from ((rules.UNCLOSED_EMPHASIS, found, "") for found in _emphasis(token, blocks, marks))


def _unread(text: str, blocks: Blocks) -> Iterator[tuple[str, str]]:
    if "8<-" in text:
        yield from ((found[0].strip(), _OF_SNIPPET) for found in _SNIPPET.finditer(text))
    if text == _CONTENTS and "TOC" not in blocks.definitions:
        yield text, _OF_CONTENTS
    if "toc}" in text and (found := _OF_KRAMDOWN.search(text)):
        yield found[0].strip(), _OF_CONTENTS
    if (found := _BLOCK.match(text)) and any(_BLOCK_END.search(token.content) for token in blocks.tokens):
        yield found[0], _OF_BLOCK


def _emphasis(token: Token, blocks: Blocks, marks: Container[str]) -> Iterator[str]:
    """Yield the texts between `**` of which the parser did not make bold text, or not from these to those."""
    text = "".join(map(_signed, inline_text(token, blocks, marks).tokens))
    for found in _FAILED.finditer(text):
        yield f"**{(found['closes'] or found['opens']).replace(_OTHER, '…')}**"


def _signed(token: Token) -> str:
    if token.type == "text":
        return token.content.replace("**", _LITERAL)
    if token.type in {"strong_open", "strong_close"} and token.markup == "**":
        return _OPEN if token.nesting > 0 else _CLOSE
    if token.nesting:
        return ""
    return "\n" if token.type.endswith("break") else _OTHER


def _span(path: str, lines: list[str], first_line: int, range_: list[int], text: str) -> Span:
    for number in range(*range_):
        column = lines[number].find(text)
        if column >= 0:
            return Span(path, first_line + number, column + 1, len(text))
    return Span(path, first_line + range_[0], 1, 1)
