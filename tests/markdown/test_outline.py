"""The outline of a body: tasks, headings and the first paragraph, each with its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.markdown.outline import plain_text, read_outline

BODY = """\
First paragraph,
in two lines.

# Plan

- [x] one
  more of one
  - [ ] inner **bold**
    - a note
    - [X] innermost
- [ ] 한글 항목
- no task

Under
=====

1. [ ] numbered
2) [/] half
"""


def marks(body: str) -> list[str]:
    return [f"{task.mark} {task.text} {task.depth}" for task in read_outline("a.md", body, 1).tasks]


def test_every_task_knows_its_text_state_depth_heading_notes_and_place() -> None:
    found = read_outline("a.md", BODY, 5).tasks
    assert [(task.text, task.is_done, task.depth, task.heading) for task in found] == [
        ("one\nmore of one", True, 0, "Plan"),
        ("inner **bold**", False, 1, "Plan"),
        ("innermost", True, 2, "Plan"),
        ("한글 항목", False, 0, "Plan"),
        ("numbered", False, 0, "Under"),
        ("half", False, 0, "Under"),
    ]
    assert found[1].notes == ("a note",)
    lines = BODY.split("\n")
    for task in found:
        line = lines[task.span.line - 5]
        assert line[task.span.column - 1 :].startswith(f"[{task.mark}]"), task


def test_headings_and_the_first_paragraph_are_found() -> None:
    found = read_outline("a.md", BODY, 1)
    assert [(each.text, each.level, each.span.line) for each in found.headings] == [("Plan", 1, 4), ("Under", 1, 14)]
    assert found.paragraph == "First paragraph,\nin two lines."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("* [x] star\n+ [ ] plus", ["x star 0", "  plus 0"]),
        ("> - [ ] in a quote", ["  in a quote 0"]),
        ("- outer\n  - [ ] below plain text", ["  below plain text 0"]),
        ("- [x]\ttabbed", ["x tabbed 0"]),
        ("- [ ] [link](a.md)", ["  [link](a.md) 0"]),
        ("\t- [ ] indented code", []),
        ("```\n- [ ] fenced\n```", []),
        ("<!--\n- [ ] comment\n-->", []),
        ("| a |\n|---|\n| [ ] cell |", []),
        ("[ ] no list", []),
        ("- text [ ] within", []),
        ("- [ ]", []),
        ("- [] a\n- [x]a\n- [xx] a\n-[ ] a", []),
        ("- [x](a.md) a link", []),
    ],
)
def test_a_task_is_a_list_item_that_begins_with_a_box(body: str, expected: list[str]) -> None:
    assert marks(body) == expected


@pytest.mark.parametrize("depth", [1, 10, 50, 100])
def test_no_task_is_lost_however_deep_it_stands(depth: int) -> None:
    assert len(marks("\n".join("  " * level + "- [ ] t" for level in range(depth)))) == depth


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("**Redis** 클론", "Redis 클론"),
        ("`code` and [a link](b.md)", "code and a link"),
        ("![alt](x.png)", "alt"),
        ("A &amp; B &#9733;", "A & B ★"),
        ("one\ntwo  \nthree", "one two three"),
        ("1 < 2 <b>", "1 < 2 <b>"),
        (r"\*as it is\*", "*as it is*"),
        ("MAX_NESTING", "MAX_NESTING"),
        ("[ref] only", "[ref] only"),
    ],
)
def test_plain_text_is_what_a_reader_sees(written: str, seen: str) -> None:
    assert plain_text(written) == seen


@given(st.text(st.sampled_from("ab[]x- *>#`\n\t1.한|<")))
@settings(deadline=None)
def test_any_text_has_an_outline_whose_places_are_in_it(body: str) -> None:
    found = read_outline("a.md", body, 1)
    lines = body.split("\n")
    for span in (each.span for part in (found.tasks, found.headings) for each in part):
        assert 1 <= span.line <= len(lines)
        assert span.column <= len(lines[span.line - 1]) + 1
