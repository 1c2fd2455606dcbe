"""Callouts of Obsidian and alerts of GitHub: quotes that begin with `[!note]`, `[!tip]- Title` or `[!WARNING]+`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token

SIGN = "[!"
_HEAD = re.compile(r"\[!(?P<kind>[^\[\]\s|]{1,40})(?:\|[^\[\]\n]*)?\](?P<fold>[-+]?)[ \t]*(?P<title>[^\n]*)(?:\n|$)")
_ALIASES = {
    **dict.fromkeys(("summary", "tldr"), "abstract"),
    "todo": "info",
    **dict.fromkeys(("hint", "important"), "tip"),
    **dict.fromkeys(("check", "done"), "success"),
    **dict.fromkeys(("help", "faq"), "question"),
    **dict.fromkeys(("caution", "attention"), "warning"),
    **dict.fromkeys(("fail", "missing"), "failure"),
    "error": "danger",
    "cite": "quote",
}
KINDS = frozenset(
    (
        "note",
        "abstract",
        "info",
        "tip",
        "success",
        "question",
        "warning",
        "failure",
        "danger",
        "bug",
        "example",
        "quote",
    )
)


class Callout(NamedTuple):
    """The head of a callout: its kind for the theme, `-` or `+` if it folds, and its title, which may be Markdown."""

    kind: str
    fold: str
    title: str


def mark_callouts(tokens: Sequence[Token]) -> None:
    """Store the Callout of each quote that is one in its token, and take its line out of the text."""
    for number, token in enumerate(tokens[:-3]):
        if token.type == "blockquote_open" and tokens[number + 1].type == "paragraph_open":
            text = tokens[number + 2]
            if found := _HEAD.match(text.content):
                token.meta = {"callout": _callout(found)}
                _cut(tokens[number + 1 : number + 4], found.end())


def _callout(found: re.Match[str]) -> Callout:
    written = found["kind"].lower()
    kind = _ALIASES.get(written, written)
    title = found["title"].strip() or found["kind"].replace("-", " ").capitalize()
    return Callout(kind if kind in KINDS else "note", found["fold"], title)


def _cut(paragraph: Sequence[Token], end: int) -> None:
    """Cut the first line from a paragraph; one without other lines is not shown."""
    opener, text = paragraph[:2]
    text.content = text.content[end:]
    if text.map and text.content:
        opener.map = text.map = [text.map[0] + 1, text.map[1]]
    if not text.content:
        for token in paragraph:
            token.hidden = True
