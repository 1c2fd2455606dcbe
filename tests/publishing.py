"""What a publisher makes of a body: Python-Markdown with the extensions of our mkdocs.yml, without a site around it."""

from __future__ import annotations

import re
import tempfile
from functools import cache

import markdown
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from support import ROOT

_BLOCKS = frozenset({"ul", "ol", "dl", "p", "pre", "blockquote", "div", "details", "table", "hr"})


@cache
def _converter(name: str) -> markdown.Markdown:
    from mkdocs.config import load_config  # it takes a while

    with tempfile.TemporaryDirectory() as folder:
        config = load_config(str(ROOT / name), docs_dir=folder)
    return markdown.Markdown(extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"])


def html_of(text: str, settings: str = "mkdocs.yml") -> str:
    """Return the HTML of a text that is ready for a publisher."""
    return _converter(settings).reset().convert(text)


def shown_tasks(text: str) -> list[tuple[bool, str, int]]:
    """Return the checkboxes of a text that is ready for a publisher: ticked, text beside it, depth."""
    html = html_of(text)
    if "task-list-item" not in html:
        return []
    found: list[tuple[bool, str, int]] = []
    for item in BeautifulSoup(html, "html.parser").select("li.task-list-item:not([data-task])"):
        box = item.find("input", type="checkbox")
        assert box is not None, html
        found.append((box.has_attr("checked"), _text_of(item), len(item.find_parents(class_="task-list-item"))))
    return found


def _text_of(item: Tag) -> str:
    """Return the text of a list item's first paragraph, up to what is nested in it."""
    first = next((node for node in item.children if isinstance(node, Tag) or str(node).strip()), item)
    words: list[str] = []
    _read(first if isinstance(first, Tag) and first.name == "p" else item, words)
    return " ".join("".join(words).split())


def _read(parent: Tag, words: list[str]) -> bool:
    """Gather the words of an element, up to the first block in it; return whether there was none."""
    for node in parent.children:
        if type(node) is NavigableString:
            words.append(str(node))
        elif isinstance(node, Tag) and (
            node.name in _BLOCKS or re.fullmatch("h[1-6]", node.name) or not _read(node, words)
        ):
            return False
    return True
