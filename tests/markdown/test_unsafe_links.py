"""Unsafe links in Markdown: found in every spelling, and linked nowhere."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.markdown.front_matter import parse_document
from milemark.markdown.outline import parse_blocks
from milemark.markdown.rendering.page import for_page
from milemark.markdown.unsafe_links import unsafe_links
from publishing import html_of
from support import cpu_within

_BETWEEN = ("", "", "", "\t", "\n", "&Tab;", "&NewLine;", "&#9;", "&#x0A;", "\\", "`", "++", "\x01", "&#13;", "<")
_FORMS = (
    "[a]({})",
    "[a]( {} 'title')",
    "[a](<{}>)",
    "![a]({})",
    "- [ ] [a]({})",
    "> [a]({})",
    "# [a]({})",
    "| [a]({}) |\n|---|\n",
    "!!! note\n    [a]({})",
    "[![a]({})]({})",
    "[a][b]\n\n[b]: {}",
    "[a]\n\n[a]:\n    {} 'title'",
    "![a][b]\n\n[b]: <{}>",
    "x[^1]\n\n[^1]: [b]: {}\n    [b]",
)


def runs(address: str) -> bool:
    """Whether a browser runs an address: it drops control characters and blanks."""
    return (
        re.match(r"(?:javascript|vbscript|data:text)", re.sub(r"[\x00-\x20]", "", address), re.IGNORECASE) is not None
    )


def running(body: str) -> list[str]:
    """Return the addresses of a published body that a browser would run."""
    soup = BeautifulSoup(html_of(for_page(body)), "html.parser")
    found = [str(tag[name]) for tag in soup.find_all(True) for name in ("href", "src") if tag.get(name)]
    return [address for address in found if runs(address)]


@st.composite
def schemes(draw: st.DrawFn) -> str:
    """Draw a spelling that a browser reads as an unsafe scheme."""
    word = draw(st.sampled_from(("javascript:", "vbscript:", "data:")))
    written = draw(st.sampled_from(_BETWEEN))
    for letter in word:
        ways = (letter, letter.upper(), f"&#{ord(letter)};", f"&#x{ord(letter):X};", f"&#0{ord(letter)};")
        written += draw(st.sampled_from(ways)) + draw(st.sampled_from(_BETWEEN))
    return written + "text/html,alert(1)"


@settings(deadline=None)
@given(schemes(), st.sampled_from(_FORMS))
def test_no_link_of_a_body_runs_in_any_spelling(address: str, form: str) -> None:
    assert running(form.replace("{}", address)) == []


@pytest.mark.parametrize("form", _FORMS)
def test_an_unsafe_link_is_a_finding_at_its_place(form: str) -> None:
    body = form.replace("{}", "javascript:x")
    _document, found = parse_document("a.md", f"---\ntitle: T\n---\n{body}\n".encode())
    told = [each for each in found if each.rule.code == "MM120"]
    assert told
    for each in told:
        line = f"---\ntitle: T\n---\n{body}".split("\n")[each.span.line - 1]
        assert line[each.span.column - 1 :].startswith("javascript:x")


@pytest.mark.parametrize(
    "body",
    [
        "`[a](javascript:x)`",
        "a `` [a](javascript:x) ` `` b",
        "```\n[a](javascript:x)\n```",
        "    [a](javascript:x)",
        "![a](data:image/png;base64,AA==)",
        "![a](data:image/svg+xml,x)",
        "[a](tel:+82) [b](https://example.org/javascript:x) [c](../data:x.md)",
        "[data]: data: what we measured",
        "javascript: is a scheme, and so is data:text",
        '<a href="javascript:x">HTML is the power of the author</a>',
    ],
)
def test_safe_text_is_no_finding_and_no_link_of_it_is_disabled(body: str) -> None:
    assert list(unsafe_links(body, parse_blocks(body))) == []
    assert "unsafe:" not in for_page(body)


def test_the_words_of_a_link_that_leads_nowhere_stay() -> None:
    html = html_of(for_page("Go [there](javascript:alert(1)) now"))
    assert BeautifulSoup(html, "html.parser").get_text().strip() == "Go there now"
    assert 'href="unsafe:javascript:alert(1)"' in html


@pytest.mark.parametrize(
    "text",
    [
        "](" + " " * 10**6,
        "](" * 400_000,
        "]:javascript:" * 70_000,
        "![a" * 300_000 + "](",
        "](&#" + "0" * 10**6,
        "](java" + "&Tab;" * 200_000,
        "[a](javascript:1) `" * 20_000,
    ],
)
def test_a_long_text_is_fast(text: str) -> None:
    with cpu_within(20):
        list(unsafe_links(text, []))
