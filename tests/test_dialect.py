"""Publishers read bodies with Python-Markdown; they must see the same tasks that we count."""

from __future__ import annotations

import re

import markdown
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.dialect import for_publisher
from milemark.outline import read_outline

EXTENSIONS = ("pymdownx.tasklist", "pymdownx.superfences", "tables", "def_list", "admonition", "md_in_html")


Box = tuple[bool, str, int]


def published(body: str) -> list[Box]:
    """Return the checkboxes that Python-Markdown makes of a body: ticked, text beside it, depth."""
    soup = BeautifulSoup(markdown.markdown(for_publisher(body), extensions=list(EXTENSIONS)), "html.parser")
    boxes = soup.select("li input[type=checkbox]")
    return [
        (box.has_attr("checked"), _beside(box), len(box.find_parents(class_="task-list-item")) - 1) for box in boxes
    ]


def _beside(box: Tag) -> str:
    """Return the text of a list item's first paragraph, up to what is nested in it."""
    paragraph = box.find_parent(["p", "li"])
    assert paragraph is not None
    words: list[str] = []
    for node in paragraph.descendants:
        if isinstance(node, Tag) and node.name in {"ul", "ol", "p", "pre", "blockquote"}:
            break
        if not isinstance(node, Tag):
            words.append(str(node))
    return " ".join("".join(words).split())


def counted(body: str) -> list[Box]:
    tasks = read_outline("a.md", body, 1).tasks
    return [(task.is_done, " ".join(task.text.split()), task.depth) for task in tasks if task.mark in " xX"]


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
    ("bold and code", "- [ ] **a** `b`\n- [x] [c](d.md)"),
)


@pytest.mark.parametrize("body", [body for _, body in WRITTEN], ids=[name for name, _ in WRITTEN])
def test_a_publisher_sees_the_tasks_that_are_counted(body: str) -> None:
    plain = [(done, re.sub(r"[*`]|\[(c)\]\(d.md\)", r"\1", text), depth) for done, text, depth in counted(body)]
    assert plain
    assert published(body) == plain


@pytest.mark.parametrize(
    "body",
    [
        "",
        "A paragraph.\n\nAnother.\n",
        "| a | b |\n|---|---|\n| - [ ] | c |\n",
        "```python\n- [ ] x\n  - y\n```\n",
        "    - indented code\n",
        "!!! note\n    A note.\n",
        "- a\n- b\n\ntext\n",
        "- a\n    - b\n        - c\n",
        "# Heading\n\n- a\n\n## Next\n",
        "trailing blanks  \nand tabs\t\n",
    ],
)
def test_a_body_that_both_read_alike_is_not_touched(body: str) -> None:
    assert for_publisher(body) == body


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Draw a body of nested lists as people write them, between paragraphs, headings and code."""
    count = iter(range(10_000))
    lines: list[str] = []

    def write_list(indent: int, depth: int) -> None:
        marker = draw(st.sampled_from(["-", "*", "+", "1.", "2)"]))
        is_loose = draw(st.booleans())
        for _ in range(draw(st.integers(1, 3))):
            box = draw(st.sampled_from(["[ ] ", "[x] ", "[X] ", ""]))
            lines.append(f"{' ' * indent}{marker} {box}word{next(count)}")
            inner = indent + len(marker) + 1
            more = draw(st.sampled_from(["", "", "", "", "\n{}text", "\n{0}```\n{0}- [ ] code\n{0}```", "{}lazy"]))
            lines.extend(more.format(" " * inner).split("\n") if more else [])
            if depth < 3 and draw(st.booleans()):
                lines.extend([""] * is_loose)
                write_list(inner, depth + 1)
            lines.extend([""] * is_loose)

    for _ in range(draw(st.integers(1, 3))):
        before = draw(st.sampled_from(["", "text\n", "text\n\n", "# heading\n", "```\n- [ ] code\n```\n"]))
        lines.extend(before.split("\n")[:-1])
        write_list(draw(st.sampled_from([0, 0, 1, 2])), 0)
        lines.extend(["", f"end{next(count)}", ""])
    return "\n".join(lines)


@given(bodies())
@settings(deadline=None, max_examples=50)
def test_whatever_is_nested_in_whatever_no_task_changes_on_its_way_to_the_page(body: str) -> None:
    assert published(body) == counted(body)


@given(st.text(st.sampled_from("-*1.)[] x\n\t>#`a한|")))
@settings(deadline=None)
def test_no_word_of_any_body_is_lost_on_its_way_to_a_publisher(body: str) -> None:
    def words(text: str) -> str:
        return re.sub(r"[\s.)]+", "", text)

    assert words(for_publisher(body)) == words(body)
