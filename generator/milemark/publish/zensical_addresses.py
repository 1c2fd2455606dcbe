"""A Python-Markdown extension for Zensical alone, which keeps the addresses in raw HTML as milemark wrote them.

milemark writes finished addresses into raw HTML, relative to the page. MkDocs and ProperDocs copy them. Zensical takes
them as relative to the Markdown file: it puts `../` in front, and spells entities in its own way. So this extension
hides the attributes with addresses behind another name, and `show_addresses` gives them their names back in the
finished site.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

if TYPE_CHECKING:
    from markdown import Markdown

# Python-Markdown puts raw HTML into the text with priority 30; Zensical's extensions for pictures run before, with 31.
_BEFORE_RAW_HTML = 30.5
_PREFIX = "data-milemark-"
_TAG = re.compile(r"""<[A-Za-z](?:[^"'<>]|"[^"]*"|'[^']*')*+>""")
_NAME = rf"(?:{_PREFIX})*(?:href|src|srcset)\s*="  # an author's own prefix gets one more
_SHOWN = re.compile(rf"""(?<=[\s"'/])(?={_NAME})""", re.IGNORECASE)
_HIDDEN = re.compile(rf"{_PREFIX}({_NAME})".encode(), re.IGNORECASE)


def makeExtension(**_options: Any) -> Extension:  # noqa: N802  Python-Markdown's name
    """Return the extension; Python-Markdown finds it by the name of this module."""
    return _Addresses()


class _Addresses(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.postprocessors.register(_Hide(md), "milemark_addresses", _BEFORE_RAW_HTML)


class _Hide(Postprocessor):
    """Changes the raw HTML that Python-Markdown has set apart from the text, each block once.

    Python-Markdown's table of contents runs all postprocessors, too, for each heading.
    """

    done = 0  # blocks; later ones are appended

    def run(self, text: str) -> str:
        blocks = self.md.htmlStash.rawHtmlBlocks
        new = blocks[self.done :]
        blocks[self.done :] = [hide_addresses(each) if isinstance(each, str) else each for each in new]
        self.done = len(blocks)
        return text


def hide_addresses(html: str) -> str:
    """Return HTML in which no attribute holds an address: `<a href="x/">` is `<a data-milemark-href="x/">`."""
    return _TAG.sub(lambda tag: _SHOWN.sub(_PREFIX, tag[0]), html)


def show_addresses(site: Path) -> None:
    """Undo `hide_addresses` in the pages of a finished site."""
    for path in site.rglob("*.html"):
        written = path.read_bytes()
        shown = _HIDDEN.sub(rb"\1", written)
        if shown != written:
            path.write_bytes(shown)
