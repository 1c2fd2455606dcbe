"""A page shows the tasks that are counted, and loses no word of a body."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.markdown.outline import plain_text, read_outline
from milemark.markdown.rendering.page import for_page
from publishing import html_of, shown_tasks

Box = tuple[bool, str, int]


def published(body: str) -> list[Box]:
    """Return the checkboxes that a publisher shows for a body: ticked, text up to the next `<`, depth."""
    return [
        (done, text.split("<", 1)[0].replace("\\", "").strip(), depth)
        for done, text, depth in shown_tasks(for_page(body))
    ]


def counted(body: str) -> list[Box]:
    tasks = read_outline("a.md", body, 1).tasks
    return [
        (task.is_done, plain_text(task.text.split("<", maxsplit=1)[0]).replace("\\", ""), task.depth)
        for task in tasks
        if task.mark in " xX"
    ]


WRITTEN = (
    ("two blanks", "- [ ] a\n  - [x] b\n    - [ ] c\n- [ ] d"),
    ("four blanks", "- [ ] a\n    - [x] b\n        - [ ] c"),
    ("tabs", "- [ ] a\n\t- [x] b\n\t\t- [ ] c"),
    ("numbers", "1. [ ] a\n   1. [x] b\n   2. [ ] c\n2. [ ] d"),
    ("parentheses", "1) [ ] a\n2) [x] b"),
    ("numbers of two digits", "9. [ ] a\n10. [x] b\n    - [ ] c"),
    ("every marker", "* [ ] a\n\n+ [x] b\n\n- [ ] c"),
    ("under a paragraph", "text\n- [ ] a\n- [x] b"),
    ("before a heading", "- [ ] a\n# heading\n- [x] b"),
    ("a list after a list", "- [ ] a\n1. [x] b"),
    ("empty lines between", "- [ ] a\n\n  - [x] b\n\n- [ ] c"),
    ("a paragraph within", "- [ ] a\n\n  more of a\n\n  - [x] b"),
    ("a lazy line", "- [ ] a\nmore\n- [x] b"),
    ("code within", "- [ ] a\n\n  ```\n  - [x] no task\n  ```\n\n  - [x] b"),
    ("a fence around", "```\n- [ ] no\n```\n- [x] a"),
    ("plain items between", "- plain\n  - [ ] a\n- plain\n  - plain\n    - [x] b"),
    ("indented a little", " - [ ] a\n - [x] b\n   - [ ] c"),
    ("wide markers", "-   [ ] a\n    - [x] b\n-   [ ] c"),
    ("a quote", "> - [ ] a\n> - [x] b"),
    ("Windows", "- [ ] a\n  - [x] b"),
    ("a quote in an item", "- [ ] a\n  > - [x] b\n  >   - [ ] c"),
    ("a list in a quote, deep", ">   2. [ ] b\n>      - [x] c"),
    ("a quote that goes on without its sign", "> - [ ] a\nmore\n>\n> - [x] b"),
    ("a quote under a table", "| a |\n|---|\n> - [ ] a"),
    ("a wide rule", "- [ ] a\n  -   ---\n      - [ ] code\n\n-   -   -\n      - [ ] code"),
    ("two quotes", "> - [ ] a\n\n>     - [ ] code\n\n- [x] b"),
    ("a rule under a quote", "> - [ ] a\n---\n- [x] b"),
    ("a wide blank before the sign", "- [ ] a\n\u00a0 - [ ] no\n- [x] b"),
    ("two signs in one line", "- - [ ] a\n  - [x] b\n    - [ ] c"),
    ("code behind the sign", "- ```\n  - [ ] no\n  ```\n- [x] a"),
    ("indented code behind the sign", "-     - [ ] no\n\n- [x] a"),
    ("an item without text", "- [ ] a\n-\n- [x] b"),
    ("code after an item without text", "- [ ] a\n-\n\n      - [ ] no"),
    ("a fence that is never closed", "- [x] a\n\n~~~\n- [ ] no\n"),
    ("a fence that ends with more signs", "```\n- [ ] no\n````\n- [x] a"),
    ("a fence that is indented", "  ```\n- [ ] no\n  ```\n\n- [x] a"),
    ("a fence that says more than its language", "```js{1,3} x=y\n- [ ] no\n```\n\n- [x] a"),
    ("a fence's sign in code", "     ```\n```\n- [ ] no\n```\n- [x] a"),
    ("a comment in an item", "- [ ] a\n  <!--\n\n  - [ ] no\n  -->\n- [x] b"),
    ("a comment that is never closed", "- [x] a\n\n<!--\n- [ ] no\n"),
    ("code in a comment", "<!--\n```\n-->\n- [x] a\n\n```\n- [ ] no\n```"),
    ("an underline by chance", "- [ ] a\n- [ ] heading\n  -\n- [x] b"),
    ("details", "<details>\n<summary>s</summary>\n\n- [ ] a\n  - [x] b\n\n</details>\n\n- [x] c"),
    ("details in details", "<details>\n<p>\n\n<details>\n\n- [ ] a\n\n</details>\n</p>\n</details>\n\n- [x] b"),
    ("details that are never closed", "<details>\n\n- [ ] a\n\n<details>\n\n- [x] b"),
    ("raw HTML", "<div>\n- [ ] no\n</div>\n- [ ] no\n\n- [x] a"),
    ("HTML that says markdown", "<div markdown>\n- [ ] a\n  - [x] b\n</div>\n\n- [x] c"),
    ("an admonition", "!!! note\n    - [ ] a\n      - [x] b\n\n- [x] c"),
    ("an admonition with a title", '!!! tip inline end "T"\n\n    text\n    - [ ] a\n\ntext\n- [x] b'),
    ("an admonition in an item", "- [ ] a\n  !!! note\n      - [x] b\n- [ ] c"),
    ("an admonition behind the sign", "- !!! note\n      - [x] b\n- [ ] c"),
    ("an admonition in a quote", "> !!! note\n>     - [x] b\n>       - [ ] c"),
    ("an admonition below HTML", "<hr>\n!!! note\n    - [x] b"),
    ("an admonition's loose list", "!!! note\n    - [X] a\n      1. [ ] b\n\n      - [x] c"),
    ("collapsed", '??? note "More"\n    1. [ ] a\n       - [x] b\n\n???+ tip\n\n    - [x] c'),
    ("tabs", '=== "A"\n    - [ ] a\n      - [x] b\n\n=== "B"\n\n    - [x] c'),
    ("containers in containers", '=== "A"\n    !!! note\n        - [ ] a\n          ??? tip\n              - [x] b'),
    ("under no container", "!!! note\n- [ ] a\n\n!!!\n    - [ ] no"),
    ("bold and code", "- [ ] **a** `b`\n- [x] [c](d.md)"),
)


@pytest.mark.parametrize("body", [body for _, body in WRITTEN], ids=[name for name, _ in WRITTEN])
def test_a_publisher_sees_the_tasks_that_are_counted(body: str) -> None:
    assert counted(body)
    assert published(body) == counted(body)


CONTAINERS = ("!!! note", '!!! tip "T"', "??? note", '???+ tip "T"', '=== "A"', '=== "B"')
OTHERS = (
    "```py\n- [ ] code\n\n  - [x] code\n```",
    "# heading",
    "<!--\n\n- [ ] comment\n-->",
    "| a | b |\n|---|---|\n| - [ ] | c |",
    "---",
)


def indented(lines: list[str], width: int) -> list[str]:
    return [" " * width + line if line else "" for line in lines]


class Writer:
    """Writes random bodies: lists in quotes in lists, in containers and HTML, with and without empty lines."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw, self.words, self.is_in_html = draw, 0, False

    def one_of(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def word(self) -> str:
        self.words += 1
        return f"word{self.words}"

    def blocks(self, depth: int) -> list[str]:
        lines = self.block(depth)
        while self.words < 12 and self.draw(st.booleans()):
            lines += [""] * self.draw(st.booleans()) + self.block(depth)
        return lines

    def block(self, depth: int) -> list[str]:
        kinds = (
            ("text", "other")
            if depth > 3 or self.words > 12
            else ("text", "list", "list", "quote", "container", "html", "other")
        )
        kind = self.one_of(*kinds)
        if kind == "text":
            return [self.word(), self.word()]
        if kind == "other":
            return self.one_of(*OTHERS).split("\n")
        if kind == "list":
            return self.list_(depth)
        if kind == "html":
            return self.html(depth)
        inner = self.blocks(depth + 1)
        if kind == "quote":
            return [f"> {line}" if line else ">" for line in inner]
        return [self.one_of(*CONTAINERS), *[""] * self.draw(st.booleans()), *indented(inner, 4)]

    def html(self, depth: int) -> list[str]:
        """Write HTML around blocks, but none in HTML: to Python-Markdown an inner end tag ends the outer element."""
        if self.is_in_html:
            return [self.word()]
        self.is_in_html = True
        inner = self.blocks(depth + 1)
        self.is_in_html = False
        name, more = self.one_of("details", "div"), self.one_of("", " markdown", ' class="a"')
        return [f"<{name}{more}>", "", *inner, "", f"</{name}>", ""]

    def list_(self, depth: int) -> list[str]:
        marker = self.one_of("-", "*", "+", "1.", "2)", "10.") + self.one_of(" ", " ", "  ", "   ")
        lines: list[str] = []
        for _ in range(self.draw(st.integers(1, 3))):
            text = [self.one_of("[ ] ", "[x] ", "[X] ", "") + self.word()] if self.draw(st.booleans()) else []
            more = self.blocks(depth + 1) if not text or self.draw(st.booleans()) else []
            first, *rest = [*text, *[""] * (bool(text) and self.draw(st.booleans())), *more]
            lines += [marker + first, *indented(rest, len(marker)), *[""] * self.draw(st.booleans())]
        return lines


def without_comments(body: str) -> str:
    """Return a body without openings of comments: on a page they hide the text that follows."""
    return re.sub(r"(?m)^(.*\w.*)<!--", r"\1", body)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    return without_comments("\n".join(Writer(draw).blocks(0)))


@given(bodies())
@settings(deadline=None, max_examples=50)
def test_no_task_changes_on_its_way_to_the_page_in_any_nesting(body: str) -> None:
    assert published(body) == counted(body)


@given(st.text(st.sampled_from("-*1.)[] x\n\t>#a한|!^=~:_")))
@settings(deadline=None)
def test_no_word_of_any_body_is_lost_on_its_way_to_a_publisher(body: str) -> None:
    shown = BeautifulSoup(html_of(for_page(body)), "html.parser").get_text()
    lost = [word for word in re.findall("[a한]+", body) if word not in shown and not _is_definition(word, body)]
    assert lost == []


def _is_definition(word: str, body: str) -> bool:
    """Whether a word defines a link, a footnote, an abbreviation or an id: it is shown where it is used."""
    lines = [line for line in body.split("\n") if word in line]
    return all("]:" in line or "^" in line or "](" in line or "!!!" in line or "===" in line for line in lines)
