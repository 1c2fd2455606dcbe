"""Each syntax of a body gives the HTML that the theme expects; `dialect.txt` holds the examples.

`python tests/markdown/rendering/test_html.py` writes its HTML again.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from milemark.markdown.addresses import Form
from milemark.markdown.rendering.hooks import NO_HOOKS, Hooks
from milemark.markdown.rendering.html import render
from milemark.markdown.rendering.parser import read_blocks
from milemark.markdown.wikilinks import Wikilink

DIALECT = Path(__file__).with_name("dialect.txt")
EXAMPLE = re.compile(
    r"(?P<head>^`{8} example\n)(?P<body>.*?)(?P<mid>^\.\n)(?P<html>.*?)(?P<end>^`{8}$)", re.DOTALL | re.MULTILINE
)
BLOCK = r"(?:p|h\d|ul|ol|li|dl|dt|dd|div|details|summary|blockquote|table|thead|tbody|tr|t[dh]|pre|hr)"


def shown(body: str, hooks: Hooks = NO_HOOKS, marks: str = "") -> str:
    """Return the HTML of a body, with punctuation as it is and each block on a line of its own."""
    pieces = render(read_blocks(body), hooks, marks, splits=False)
    text = "".join(piece for piece in pieces if isinstance(piece, str))
    text = re.sub(r"&#(\d+);", lambda found: unescape(found[0]), text)
    return re.sub(
        rf"(?<=[^\n])(?=<{BLOCK}\b)|(?<=>)(?=</(?:ul|ol|dl|div|details|blockquote|table|thead|tbody|tr)>)", "\n", text
    )


def _wikilink(link: Wikilink) -> str | None:
    if link.target == "note":
        return "<div>\n  <p>The note</p>\n</div>"
    return f'<a class="w" href="{link.target}">{link.text or link.heading or link.target}</a>'


HOOKS = Hooks(
    link=lambda address, form: f"../{address}" if form != Form.HTML else f"html/{address}",
    wikilink=_wikilink,
    code=lambda code: "<b>42</b>" if code == "mm: count" else None,
    mention=lambda word: f"<i>{word}</i>" if word in {"#12", "#tag", "@ann", "1f2e3d4"} else None,
    task=lambda text, _mark: (text.partition(" 📅")[0], "<small>due 3 May</small>") if "📅" in text else None,
    icon=lambda name: "<svg viewBox='0 0 1 1'/>" if name == "material-check" else None,
)


@pytest.mark.parametrize(
    ("body", "html"), [(found["body"], found["html"]) for found in EXAMPLE.finditer(DIALECT.read_text("utf-8"))]
)
def test_a_syntax_gives_its_html(body: str, html: str) -> None:
    is_hooked = body.startswith("(hooks)\n")
    body = body.removeprefix("(hooks)\n")
    assert shown(body, HOOKS if is_hooked else NO_HOOKS, "p").rstrip("\n") == html.rstrip("\n")


def _write() -> None:
    def example(found: re.Match[str]) -> str:
        body = found["body"]
        html = shown(body.removeprefix("(hooks)\n"), HOOKS if body.startswith("(hooks)\n") else NO_HOOKS, "p")
        return f"{found['head']}{body}{found['mid']}{html.rstrip(chr(10))}\n{found['end']}"

    DIALECT.write_text(EXAMPLE.sub(example, DIALECT.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    _write()
