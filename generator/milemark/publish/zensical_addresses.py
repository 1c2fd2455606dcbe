"""A Python-Markdown extension for Zensical alone: addresses in raw HTML stay right on the finished page.

milemark writes finished addresses into raw HTML, relative to the page. MkDocs and ProperDocs copy them. Zensical takes
them as relative to the Markdown file: on a page such as `a/b.md`, which becomes `a/b/index.html`, it puts `../` in
front of `href`, `src` and `srcset`. This extension writes each address so that it is right with that `../`. The page
tree thus stays plain Markdown that every publisher builds, and Zensical's own server shows the right links as well.
"""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

if TYPE_CHECKING:
    from markdown import Markdown

_BEFORE_RAW_HTML = 31  # Python-Markdown puts raw HTML into the text with priority 30
_PARENT = "../"
_KEPT = re.compile(r"$|[/?#]|[a-z][a-z0-9+.-]*:", re.IGNORECASE)  # Zensical leaves these addresses alone
_ATTRIBUTE = re.compile(r"""(?P<start>[\s"'/](?P<name>[^\s"'>/=]+)\s*=\s*)(?P<value>"[^"]*"|'[^']*'|[^\s"'>][^\s>]*)""")
_CANDIDATE = re.compile(r"(?:^|(?<=,))(\s*)([^\s,]\S*?)(?=,?(?:\s|$))")  # an address in srcset


def makeExtension(**_options: Any) -> Extension:  # noqa: N802  Python-Markdown's name
    """Return the extension; Python-Markdown finds it by the name of this module."""
    return _Addresses()


class _Addresses(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.postprocessors.register(_Shift(md), "milemark_addresses", _BEFORE_RAW_HTML)


class _Shift(Postprocessor):
    """Changes the raw HTML that Python-Markdown has set apart from the text, each block once.

    Python-Markdown's table of contents runs all postprocessors, too, for each heading.
    """

    done = 0  # blocks; later ones are appended

    def run(self, text: str) -> str:
        blocks, folder = self.md.htmlStash.rawHtmlBlocks, _own_folder(self.md)
        if folder:
            new = blocks[self.done :]
            blocks[self.done :] = [for_source(each, folder) if isinstance(each, str) else each for each in new]
        self.done = len(blocks)
        return text


def _own_folder(md: Markdown) -> str:
    """Return the name of the folder that Zensical makes of a page, such as `b` of `a/b.md`; empty for an index page."""
    from zensical.extensions.context import ContextPreprocessor  # noqa: PLC0415  only Zensical runs this

    context = ContextPreprocessor.from_markdown(md)
    if context is None:
        return ""
    path, address = context.page.path, context.page.url
    return address.split("/")[-2] if address.count("/") > path.count("/") else ""


def for_source(html: str, folder: str) -> str:
    """Return HTML whose addresses, with `../` in front, lead from the folder of the page where they led before.

    On the page `b/`, `../x/` becomes `x/`, and `y/` becomes `b/y/`.
    """
    tags = _StartTags()
    tags.feed(html)
    tags.close()
    lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
    parts, end = [], 0
    for line, column, tag in tags.found:
        start = lines[line - 1] + column
        parts += [html[end:start], _ATTRIBUTE.sub(lambda found: _attribute(found, folder), tag)]
        end = start + len(tag)
    return "".join([*parts, html[end:]])


class _StartTags(HTMLParser):
    """Finds the start tags of HTML with line and column, as written; those in comments and scripts are text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, int, str]] = []

    def handle_starttag(self, _tag: str, _attrs: object) -> None:
        self.found.append((*self.getpos(), self.get_starttag_text() or ""))


def _attribute(found: re.Match[str], folder: str) -> str:
    name, written = found["name"].lower(), found["value"]
    value = unescape(written[1:-1] if written[0] in "\"'" else written)
    if name in {"href", "src"}:
        changed = _address(value, folder)
    elif name == "srcset":
        changed = _CANDIDATE.sub(lambda each: each[1] + _address(each[2], folder), value)
    else:
        return found[0]
    return found[0] if changed == value else f'{found["start"]}"{escape(changed)}"'


def _address(value: str, folder: str) -> str:
    address = value.strip()
    if _KEPT.match(address):
        return address
    if not address.startswith(_PARENT):
        return "." if address == ".." else f"{folder}/{address.removeprefix('./')}"
    above = address.removeprefix(_PARENT)
    return f"./{above}" if _KEPT.match(above) else above
