"""Callouts and admonitions of the kind `private`: `> [!private] Pay`, `!!! private`, `??? note private "Pay"`.

A title is text: `!!! note "Private lessons"` is public. One that only says that the box is private is a label:
`!!! note "Private"`, `> [!note] Private notes`, `=== "Private"`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from milemark.markdown.admonitions import read_head
from milemark.markdown.private_words import is_label, mentions_private, seen

_CALLOUT = re.compile(r"\[!(?P<kind>[^\[\]\n]{1,60})\][+-]?(?P<title>[^\n]*)")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?|===)([^\n]*)")


def may_hold_private_box(text: str) -> bool:
    """Whether a text may hold a private callout or admonition; a fast test."""
    if not any(sign in text for sign in ("[!", "!!!", "???", "===")):
        return False
    heads = (*(found[0] for found in _CALLOUT.finditer(text)), *_ADMONITION.findall(seen(text)))
    return any(map(mentions_private, heads))


def is_private_box(token: Token, lines: Sequence[str]) -> bool:
    """Whether a token opens a private callout or admonition; `lines` are those of the text it was read from."""
    if token.type == "container_open":
        container = read_head(token.info)
        return mentions_private(container.kinds) or is_label(container.title)
    head = _CALLOUT.search(lines[token.map[0]]) if token.map and "callout" in token.meta else None
    return head is not None and (mentions_private(head["kind"]) or is_label(head["title"]))
