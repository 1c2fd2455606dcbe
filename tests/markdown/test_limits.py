"""A text that would keep a publisher busy is shown as plain text, and every other text as it is."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from milemark.markdown.limits import Excess

from milemark.markdown.addresses import addresses_in
from milemark.markdown.front_matter import parse_document
from milemark.markdown.links import links_in
from milemark.markdown.normalize import for_publisher
from milemark.markdown.outline import plain_text, read_blocks
from milemark.markdown.sanitize import sanitized
from publishing import html_of

UNITS = (
    *("[", "![", "[[", "![[", "[[a|https://a.b/", "}![", "[a](", "[a][", "[^", "<a ", "*a **a ", "*a_", "`a``", "&<"),
    *("a  \n", "<b ", "\\[", "{: a ", "~~a ", "`", "<![CDATA[", "</div>", "<div>", "<!--", "<div a="),
    *("# a\n", "#a\n", "# a\n\n", "a\n===\n", "***\n", "---\n", "-\n", "- a\n", "- [ ] a\n", "1. a\n", "> a\n\n"),
    *("a\n\n", "!!! a\n", "!!! a\n\n    ", "??? a\n", '=== "a"\n', "a\n: b\n", "```\n", "~~~\n", "```\na\n```\n"),
    *("> ", "<div markdown>\n\n"),
)
TABLE = "|a" * 10_000 + "\n" + "|-" * 10_000 + "\n" + "|a\n" * 10_000
SECONDS = 10  # of a slow machine; without the limits each takes minutes


def repeated(unit: str, size: int = 320_000) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def seconds(body: str) -> float:
    """Return the time that it takes to read a body and to render it, by ourselves and by a publisher."""
    started = time.process_time()
    document, _found = parse_document("a.md", body.encode())
    plain_text(document.paragraph)
    list(links_in(body))
    addresses_in(body)
    html_of(for_publisher(body))
    html_of(sanitized(body, "a.md", str))
    return time.process_time() - started


@pytest.mark.parametrize("unit", ["[", "[[a|https://a.b/", "}![", "# a\n", "<![CDATA[", "a\n: b\n", "```\n"])
def test_a_text_that_hung_a_publisher_takes_seconds(unit: str) -> None:
    assert seconds(repeated(unit, 60_000)) < SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_no_repeated_text_takes_longer_than_seconds(unit: str) -> None:
    assert seconds(repeated(unit)) < SECONDS


@pytest.mark.slow
def test_a_table_whose_rows_would_be_filled_takes_seconds() -> None:
    assert seconds(TABLE) < SECONDS


SIGNS = (*'[]()!*_`<>{}|\n a=~":#-\\&/^+.1$', "\n\n", "    ", "```", "- ", "> ", "](", "<a")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map("".join))
def test_no_text_of_signs_takes_longer_than_seconds(unit: str) -> None:
    assert seconds(repeated(unit, 20_000)) < SECONDS


def test_only_the_paragraph_is_shown_as_plain_text() -> None:
    long = repeated("[a|https://a.b/ ~~~ ", 20_000).strip()
    body = f"# Head\n\n- [ ] one\n\n**bold** [x](y.md)\n\n{long}\n\nend [z](z.md)"
    page = BeautifulSoup(html_of(for_publisher(body)), "html.parser")
    assert [each.get_text().strip() for each in page.find_all("code")] == [long]
    assert [each.get("href") for each in page.select('a:not([href^="#"])')] == ["y.md", "z.md"]
    assert len(page.select("li.task-list-item")) == 1
    document, found = parse_document("a.md", body.encode())
    assert [(each.rule.code, each.span.line) for each in found] == [("MM121", 7)]
    assert [task.text for task in document.tasks] == ["one"]


@pytest.mark.parametrize("before", ["- ", "> ", "1. x\n   - ", "!!! note\n\n    "])
def test_the_whole_body_is_shown_as_plain_text_if_the_paragraph_is_in_a_list_or_a_quote(before: str) -> None:
    body = f"# Head\n\n- [ ] one\n\ntext\n\n{before}{repeated('[', 20_000)}\n\n````\ncode\n````\n"
    assert [each.is_whole for each in read_blocks(body).excess] == [True]
    for text in (for_publisher(body), sanitized(body, "a.md", str)):
        page = BeautifulSoup(html_of(text), "html.parser")
        assert page.get_text().strip() == body.strip()
        assert not page.find_all(["h1", "li", "blockquote"])
    document, found = parse_document("a.md", body.encode())
    assert ([each.rule.code for each in found], document.tasks, document.headings) == (["MM121"], (), ())


@pytest.mark.parametrize("unit", ["~", "`", "~~~\n", "````\n"])
def test_no_fence_in_the_text_ends_its_code_block(unit: str) -> None:
    body = f"{repeated('[', 5_000)}\n{unit * 5}\nend\n# no heading\n"
    written = for_publisher(f"- {body}")
    page = BeautifulSoup(html_of(written), "html.parser")
    assert "# no heading" in page.get_text()
    assert page.find("h1") is None


def test_a_file_with_too_many_lines_is_not_read() -> None:
    _document, found = parse_document("a.md", b"a\n" * 100_001)
    assert [each.message_in(str) for each in found] == ["this file is larger than 100,000 lines"]


def test_a_long_front_matter_text_is_shown_as_written() -> None:
    text = repeated("[a](b) ", 60_000)
    started = time.process_time()
    assert plain_text(text) == " ".join(text.split())
    assert time.process_time() - started < SECONDS


@given(st.text(max_size=200))
def test_a_short_text_is_never_too_complex(text: str) -> None:
    assert read_blocks(text).excess == ()


def test_a_long_text_with_few_signs_is_not_too_complex() -> None:
    prose = "A sentence with a [link](https://example.org), *emphasis* and `code`. " * 12
    body = "\n\n".join(f"## Part {number}\n\n{prose}\n\n- [x] {prose}" for number in range(150))
    assert len(body) > 250_000
    assert read_blocks(body).excess == ()
    assert read_blocks("![](data:image/png;base64," + "A" * 1_000_000 + ")").excess == ()


def test_the_place_of_an_excess_is_its_first_line() -> None:
    body = "a\n\n" + "x [\n" * 3_000
    assert read_blocks(body).excess == (Excess(2, 3_002),)
