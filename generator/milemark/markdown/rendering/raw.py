"""Rewrite HTML that an author wrote: balanced, without comments, its addresses replaced, and no publisher reads it.

Browsers and publishers close tags by different rules, so each tag that is left open is closed here.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable

from milemark.foundation.escaping import page_attribute, page_code, page_text
from milemark.markdown.addresses import Form, replace_addresses
from milemark.markdown.rendering.inline_rules import OPAQUE

_PIECE = re.compile(
    r"<!--(?:>|->|.*?(?:-->|--!>|$))"
    r"|<!\[CDATA\[.*?(?:\]\]>|$)|<[!?][^>]*>?"
    r"|</(?P<end>[A-Za-z][^\s/>]*)[^>]*>"
    r"""|<(?P<tag>[A-Za-z][^\s/><]*)(?P<attributes>(?:[^"'><]|"[^"]*"|'[^']*')*+)>"""
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=<>`]+)))?"""
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_IS_EMPTY = re.compile(r"""(?:^|[\s"'])/\s*$""")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_KEEPS_BLANKS = frozenset({"pre", "textarea", "listing"})


class RawHtml:
    """Rewrites pieces of HTML one after the other. `opened` are the open tags with the depth of blocks around them."""

    def __init__(self, link: Callable[[str, Form], str]) -> None:
        self.link = link
        self.opened: list[tuple[str, int]] = []
        self._counts: Counter[tuple[str, int]] = Counter()
        self._kept = 0  # open elements that keep their blanks

    def rewrite(self, text: str, depth: int = 0) -> str:
        """Return a piece of HTML that stands at a depth of generated elements."""
        written: list[str] = []
        place = 0
        while found := _PIECE.match(text, place):
            place = found.end()
            name = (found["tag"] or found["end"] or "").lower()
            if found["text"]:
                written.append(self._text(found["text"]))
            elif found["end"]:
                written.append(self._end(name, depth))
            elif name:
                written.append(self._start(found, name, depth))
                if name in OPAQUE and self.opened and self.opened[-1] == (name, depth):
                    content, place = _opaque(text, place, name)
                    written += [content, self._end(name, depth)]
        return "".join(written)

    def close(self, depth: int) -> str:
        """Close the tags that are open at this depth, or deeper."""
        written = []
        while self.opened and self.opened[-1][1] >= depth:
            written.append(self._pop())
        return "".join(written)

    def end_paragraph(self) -> str:
        """Close a `<p>`: a block ends it."""
        return self._pop() if self.opened and self.opened[-1][0] == "p" else ""

    def _push(self, name: str, depth: int) -> None:
        self.opened.append((name, depth))
        self._counts[name, depth] += 1
        self._kept += name in _KEEPS_BLANKS

    def _pop(self) -> str:
        name, depth = self.opened.pop()
        self._counts[name, depth] -= 1
        self._kept -= name in _KEEPS_BLANKS
        return f"</{name}>"

    def _text(self, text: str) -> str:
        decoded = html.unescape(text) if "&" in text else text
        return page_code(decoded) if self._kept else page_text(_BLANKS.sub(" ", decoded))

    def _start(self, found: re.Match[str], name: str, depth: int) -> str:
        before = self.end_paragraph() if name == "p" else ""
        tag = f"{before}<{name}{self._attributes(found['attributes'])}>"
        if name in _VOID:
            return tag
        if _IS_EMPTY.search(found["attributes"]):
            return f"{tag}</{name}>"
        self._push(name, depth)
        return tag

    def _attributes(self, text: str) -> str:
        written = ""
        for found in _ATTRIBUTE.finditer(text):
            name = found["name"]
            if name.lower() != "markdown":
                value = found["double"] or found["single"] or found["bare"]
                decoded = _ENTITY.sub(lambda entity: html.unescape(entity[0]), value or "")
                shown = replace_addresses(name.lower(), decoded, self.link)
                written += f' {name}="{page_attribute(shown)}"' if value else f" {name}"
        return written

    def _end(self, name: str, depth: int) -> str:
        """Close a tag and those in it; an end without a beginning at this depth is dropped."""
        closed: list[str] = []
        while self._counts[name, depth]:
            closed.append(self._pop())
            if closed[-1] == f"</{name}>":
                break
        return "".join(closed)


def finished_html(text: str) -> str:
    """Return HTML that milemark made itself, whose addresses are those of the page, in one line."""
    raw = RawHtml(lambda address, _form: address)
    return raw.rewrite(text) + raw.close(0)


def _opaque(text: str, place: int, name: str) -> tuple[str, int]:
    """Return the content of an element that is no HTML, and the place behind its end."""
    found = re.compile(rf"</{name}[^>]*>", re.IGNORECASE).search(text, place)
    content, end = (text[place : found.start()], found.end()) if found else (text[place:], len(text))
    if name == "script":
        return content, end
    shown = {"style": " ".join(content.split()), "textarea": page_code(html.unescape(content))}
    return shown.get(name, ""), end
