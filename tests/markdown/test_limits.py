"""A text that would keep a publisher busy is shown as plain text, and every other text as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.markdown.addresses import addresses_in, links_in
from milemark.markdown.front_matter import parse_document
from milemark.markdown.outline import plain_text
from milemark.markdown.rendering.page import for_page
from milemark.markdown.sanitize import cleaned
from publishing import html_of
from support import cpu_within

UNITS = (
    *("[", "![", "[[", "![[", "[[a|https://a.b/", "}![", "[a](", "[a][", "[^", "<a ", "*a **a ", "*a_", "`a``", "&<"),
    *("a  \n", "<b ", "\\[", "{: a ", "~~a ", "`", "<![CDATA[", "</div>", "<div>", "<!--", "<div a="),
    *("# a\n", "#a\n", "# a\n\n", "a\n===\n", "***\n", "---\n", "-\n", "- a\n", "- [ ] a\n", "1. a\n", "> a\n\n"),
    *("a\n\n", "!!! a\n", "!!! a\n\n    ", "??? a\n", '=== "a"\n', "a\n: b\n", "```\n", "~~~\n", "```\na\n```\n"),
    *("> ", "<div markdown>\n\n"),
)
TABLE = "|a" * 10_000 + "\n" + "|-" * 10_000 + "\n" + "|a\n" * 10_000
SECONDS = 40


def repeated(unit: str, size: int = 200_000) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def read_and_render(body: str) -> None:
    """Read a body and render it, by ourselves and by a publisher, within seconds."""
    with cpu_within(SECONDS):
        _read_and_render(body)


def _read_and_render(body: str) -> None:
    document, _found = parse_document("a.md", body.encode())
    plain_text(document.paragraph)
    list(links_in(body))
    addresses_in(body)
    for_page(body, clean=cleaned)
    html_of(for_page(body))


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["[", "[[a|https://a.b/", "}![", "# a\n", "<![CDATA[", "a\n: b\n", "```\n"])
def test_a_text_that_hung_a_publisher_takes_seconds(unit: str) -> None:
    read_and_render(repeated(unit, 60_000))


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_no_repeated_text_takes_longer_than_seconds(unit: str) -> None:
    read_and_render(repeated(unit))


@pytest.mark.slow
def test_a_table_whose_rows_would_be_filled_takes_seconds() -> None:
    read_and_render(TABLE)


SIGNS = (*'[]()!*_`<>{}|\n a=~":#-\\&/^+.1$', "\n\n", "    ", "```", "- ", "> ", "](", "<a")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map("".join))
def test_no_text_of_signs_takes_longer_than_seconds(unit: str) -> None:
    read_and_render(repeated(unit, 20_000))
