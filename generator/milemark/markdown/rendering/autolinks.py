"""Addresses that stand in a text by themselves, as GitHub finds them: URLs, `www.` and e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.common.utils import isLinkClose, isLinkOpen
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.gfm_autolink._match import check_prev, match_any_email, match_http, match_www

BARE = "bare"  # the `info` of a link that is only a URL or an address of e-mail in the text
_SCHEMES = ("https", "http", "mailto", "xmpp")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9.+_/-])[A-Za-z0-9.+_-]+@(?=[A-Za-z0-9])[A-Za-z0-9_-]*+(?:\.[A-Za-z0-9_-]++)+(?<![_-])(?!@)"
)
_UNTIL_BLANK = re.compile(r"[^\s<]{,4000}+(?![^\s<])")  # a longer URL is text
_WORD = re.compile(r"[A-Za-z0-9]")


def read_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `https://example.org` or `mailto:a@example.org` behind any sign but a letter, as GitHub does."""
    scheme = "" if silent or state.linkLevel else next(filter(state.pending.endswith, _SCHEMES), "")
    start = state.pos - len(scheme)
    if not scheme or (start and _WORD.match(state.src[start - 1])):
        return False
    text = _until_blank(state, start)
    found = match_http(text) if scheme.startswith("http") else match_any_email(text, len(scheme) + 1, scheme)
    if found is None:
        return False
    state.pending = state.pending[: -len(scheme)]
    return _push_link(state, found[0], found[0], start + found[1])


def read_www(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  markdown-it calls it
    """Read `www.example.org`."""
    if silent or state.linkLevel or (state.pos and not check_prev(state.src[state.pos - 1])):
        return False
    text = _until_blank(state, state.pos)
    found = match_www(text)
    return found is not None and _push_link(state, found[0], text[: found[1]], state.pos + found[1])


def _until_blank(state: StateInline, start: int) -> str:
    found = _UNTIL_BLANK.match(state.src, start, state.posMax)
    return found[0] if found else ""


def _push_link(state: StateInline, address: str, text: str, end: int) -> bool:
    opener = state.push("link_open", "a", 1)
    opener.attrs, opener.markup, opener.info = {"href": address}, "autolink", BARE
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1).markup = "autolink"
    state.pos = end
    return True


def link_emails(state: StateInline) -> None:
    """Turn addresses of e-mail into links, but not those in links."""
    if "@" not in state.src:
        return
    links = 0
    tokens: list[Token] = []
    for token in state.tokens:
        links += token.nesting if token.type.startswith("link_") else 0
        links += isLinkOpen(token.content) - isLinkClose(token.content) if token.type == "html_inline" else 0
        tokens += _linked(token) if token.type == "text" and links <= 0 and "@" in token.content else (token,)
    state.tokens[:] = tokens


def _linked(token: Token) -> Iterator[Token]:
    place = 0
    for found in _EMAIL.finditer(token.content):
        yield Token("text", "", 0, content=token.content[place : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": f"mailto:{found[0]}"}, markup="autolink", info=BARE)
        yield Token("text", "", 0, content=found[0])
        yield Token("link_close", "a", -1, markup="autolink")
        place = found.end()
    yield Token("text", "", 0, content=token.content[place:])
