"""Callouts and admonitions of the kind `private`: `> [!private] Pay`, `!!! private`, `??? note private "Pay"`.

The title is text: `!!! note "Private lessons"` is public.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from milemark.markdown.admonitions import read_head
from milemark.markdown.private_words import mentions_private, seen

_CALLOUT = re.compile(r"\[!([^\[\]\n]{1,60})\]")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)([^\"\n]*)")


def may_hold_private_box(text: str) -> bool:
    """Whether a text may hold a private callout or admonition; a fast test."""
    is_possible = "[!" in text or "!!!" in text or "???" in text
    return is_possible and any(map(mentions_private, [*_CALLOUT.findall(text), *_ADMONITION.findall(seen(text))]))


def is_private_box(token: Token, lines: Sequence[str]) -> bool:
    """Whether a token opens a private callout or admonition; `lines` are those of the text it was read from."""
    if token.type == "container_open":
        return mentions_private(read_head(token.info).kinds)
    head = _CALLOUT.search(lines[token.map[0]]) if token.map and "callout" in token.meta else None
    return head is not None and mentions_private(head[1])
