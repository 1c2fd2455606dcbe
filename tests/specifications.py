"""The examples of CommonMark and of GitHub's Markdown, and the HTML that their specifications give.

Each difference of milemark is named here with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

_EXAMPLE = re.compile(r"^`{32} example[^\n]*\n(.*?)^\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)
_KEPT = frozenset({"pre", "textarea", "script"})

NEVER_CLOSED = "browsers close this HTML in different ways; each element is closed where its parent ends"
AUTOLINK = "GitHub's autolinks are on"
MARKUP_OF_FOOTNOTES = "the theme knows the footnotes of Python-Markdown"
MARKS = "marks of tasks beyond [x] are tasks"
UNFILTERED = "an author's own HTML is left alone; in an untrusted body, nh3 removes it"
NO_BROWSER = "no browser opens ftp:"
OPTION = "an option of cmark-gfm that GitHub does not use"
COMMENT = "CommonMark 0.31 reads more comments"
DIFFERENT = {
    "commonmark-spec/spec.txt": {148: NEVER_CLOSED, 175: NEVER_CLOSED, **dict.fromkeys((604, 610, 613, 614), AUTOLINK)},
    "cmark-gfm/test/spec.txt": {
        **dict.fromkeys((118, 142), NEVER_CLOSED),
        **dict.fromkeys((610, 616, 619, 620), AUTOLINK),
        **dict.fromkeys((645, 646), COMMENT),
        628: NO_BROWSER,
        653: UNFILTERED,
    },
    "cmark-gfm/test/extensions.txt": {22: UNFILTERED, 23: MARKUP_OF_FOOTNOTES, 27: MARKS, 28: MARKS},
    "cmark-gfm/test/regression.txt": {13: MARKUP_OF_FOOTNOTES},
    "cmark-gfm/test/extensions-full-info-string.txt": dict.fromkeys((2, 3, 4), OPTION),
    "cmark-gfm/test/extensions-table-prefer-style-attributes.txt": {},
}


def examples(data: Path, name: str) -> dict[int, tuple[str, str]]:
    """Return the examples of a specification by their numbers, each with its HTML."""
    text = (data / name).read_text("utf-8").replace("→", "\t")
    return {number: (found[1], found[2]) for number, found in enumerate(_EXAMPLE.finditer(text), 1)}


def is_as_specified(shown: str, html: str) -> bool:
    """Whether a browser shows HTML as a specification says."""
    return html.strip() == "<IGNORE>" or normalised(shown) == normalised(html)


def unwrapped(html: str) -> str:
    """Return the HTML of a body without the elements around each run of blocks."""
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all("div", attrs={}, recursive=False):
        if not tag.attrs:
            tag.unwrap()
    return str(soup)


def normalised(html: str) -> list[tuple[str, ...]]:
    """Return the tags and texts of HTML, in the words of the specifications: code without colours, boxes alone."""
    soup = BeautifulSoup(re.sub("<!--(?:-?>)", "", html), "html.parser")
    for piece in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        piece.extract()  # comments, declarations and the like show nothing
    for tag in soup.select("a.headerlink, span.task-list-indicator"):
        tag.extract()
    for tag in soup.select("label.task-list-control"):
        tag.unwrap()
    for tag in soup.select("input"):
        tag.attrs.pop("aria-label", None)
    for tag in soup.select("div.highlight"):
        tag.replace_with(_plain_code(soup, tag))
    for tag in soup.select("style"):
        tag.string = " ".join(tag.get_text().split())
    for tag in soup.select("li.task-list-item, h1, h2, h3, h4, h5, h6"):
        tag.attrs = {}
    return [*_joined(_pieces(soup))]


def _plain_code(soup: BeautifulSoup, block: Tag) -> Tag:
    code, names = block.find("code"), [name for name in block["class"] if name.startswith("language-")]
    pre, plain = soup.new_tag("pre"), soup.new_tag("code")
    if names != ["language-text"]:
        plain["class"] = " ".join(names)
    assert code is not None
    plain.append(code.get_text())
    pre.append(plain)
    return pre


def _pieces(parent: Tag, *, keeps: bool = False) -> Iterator[tuple[str, ...]]:
    for node in parent.children:
        if isinstance(node, Tag):
            yield ("<", node.name, *sorted(_attribute(name, value) for name, value in node.attrs.items()))
            yield from _pieces(node, keeps=keeps or node.name in _KEPT)
            yield ("/", node.name)
        else:
            yield ("text", str(node) if keeps else re.sub(r"[ \t\n\r\u200b]+", " ", str(node)))


def _attribute(name: str, value: object) -> str:
    text = " ".join(value) if isinstance(value, list) else str(value or "")
    if name in {"style", "align"} and (found := re.fullmatch(r"(?:text-align: ?)?(\w+);?", text)):
        return f"align={found[1]}"
    return f"{name}={text}"


def _joined(pieces: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    text = ""
    for piece in pieces:
        if piece[0] == "text":
            text += piece[1]
            continue
        if text.strip():
            yield ("text", text if "\n" in text else text.strip())
        text = ""
        yield piece
    if text.strip():
        yield ("text", text.strip())
