"""Links in Markdown that run a script when a reader follows them: `[a](javascript:…)`, in every spelling.

A browser drops blanks and control characters from an address and decodes its entities. The patterns here allow any of
these between two letters of a scheme. Rendering disables these links; `check` reports them.

Everything else that Markdown and HTML can do stays, since the authors of content/ own the site. Only these links are
disabled: no author intends them, but pasted text may contain them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it.token import Token

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.markdown.code import code_places

# Possessive: a long text takes linear time.
_LEFT_OUT = (
    r"(?:[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\ufffd\\`+$<]"
    r"|&(?:tab|newline);|&\#0*+(?:[1-9]|[12]\d|3[012])(?!\d);?|&\#x0*+(?:[1-9a-f]|1[0-9a-f]|20)(?![\da-f]);?)*+"
)


def _letter(letter: str) -> str:
    own, other = ord(letter), ord(letter.upper())
    return rf"(?:{letter}|&\#0*+(?:{own}|{other})(?!\d);?|&\#x0*+(?:{own:x}|{other:x})(?![\da-f]);?)"


def _scheme(word: str) -> str:
    return _LEFT_OUT.join(map(_letter, word)) + _LEFT_OUT


_COLON = r"(?::|&colon;|&\#0*+58(?!\d);?|&\#x0*+3a(?![\da-f]);?)"
_NO_PICTURE = r"(?!image/(?:png|jpe?g|gif|webp|avif|bmp)[;,])"  # a picture as a data: address is safe
_ADDRESS = (
    rf"{_LEFT_OUT}(?:(?:{_scheme('javascript')}|{_scheme('vbscript')}){_COLON}|{_scheme('data')}{_COLON}{_NO_PICTURE})"
)
# A definition has no blank in its address: `[note]: data: what we measured` is text.
_FOUND = re.compile(
    r"\](?:"
    rf"\([ \t\n]*+<?+(?P<link>(?={_ADDRESS}))|:[ \t]*+\n?+[ \t]*+<?+(?P<name>(?={_ADDRESS}\S)))",
    re.IGNORECASE,
)
_SHOWN_PICTURE = re.compile(r"!\[[^\[\]\n]{,200}$")  # may be SVG; scripts in an <img> do not run
_SHOWN = 60  # characters of an address


@dataclass(frozen=True, slots=True)
class UnsafeLink:
    """An unsafe address as written, and the offset `start` in its body."""

    start: int
    address: str


def unsafe_links(body: str, tokens: Iterable[Token]) -> Iterator[UnsafeLink]:
    """Yield the unsafe addresses of a body; code holds no links. `tokens` are its blocks."""
    found = [(match, max(match.start("link"), match.start("name"))) for match in _FOUND.finditer(body)]
    if not found:
        return
    is_code = code_places(body, tokens)
    for match, start in found:
        before = body[max(match.start() - 202, 0) : match.start()]
        is_picture = body.startswith("data:image/", start) and _SHOWN_PICTURE.search(before)
        if not is_code[match.start()] and not is_picture:
            yield UnsafeLink(start, body[start : start + _SHOWN].partition("\n")[0])


def check_links(path: str, body: str, first_line: int, tokens: Iterable[Token]) -> Iterator[Diagnostic]:
    """Yield a finding for each unsafe address of a body."""
    for link in unsafe_links(body, tokens):
        line = body.count("\n", 0, link.start)
        column = link.start - body.rfind("\n", 0, link.start)
        address = _as_written(link.address)
        span = Span(path, first_line + line, column, max(len(address), 1))
        yield Diagnostic(rules.UNSAFE_LINK, span, {"address": address})


def _as_written(text: str) -> str:
    """Return the address at the start of a text: up to a blank or the closing bracket of the link."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if place and (letter.isspace() or letter == ">" or depth < 0):
            return text[:place]
    return text
