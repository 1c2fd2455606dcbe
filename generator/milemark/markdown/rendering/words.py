"""The text that inline tokens show, without markup."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it.token import Token

from milemark.markdown.rendering.keys import key_names

_BREAKS = frozenset({"softbreak", "hardbreak"})
_TEXTS = frozenset({"text", "text_special", "code_inline", "emoji", "formula"})


def words_of(tokens: Iterable[Token], *, keeps_html: bool = False) -> str:
    """Return the text of inline tokens in one line, without icons, footnotes and embeds, and with HTML if wanted."""
    return " ".join("".join(_words(token, keeps_html=keeps_html) for token in tokens).split())


def _words(token: Token, *, keeps_html: bool) -> str:
    if token.type in _TEXTS or (keeps_html and token.type == "html_inline"):
        return token.content
    if token.type == "image":
        return words_of(token.children or (), keeps_html=keeps_html)
    if token.type == "wikilink":
        link = token.meta["link"]
        return "" if link.is_embed else link.text or link.address
    if token.type == "keys":
        return "+".join(shown for _name, shown in key_names(token.content))
    return " " if token.type in _BREAKS else ""
