"""The places of HTML comments: the short way for texts in which none can be code finds what the parser finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.markdown import comments
from milemark.markdown.comments import comment_ranges

PIECES = (
    "<!-- note -->",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "`",
    "``",
    "```",
    "~~~",
    "- ",
    "- [ ] a",
    "1. b",
    "(a) ",
    "[^1]: ",
    ": term",
    "    ",
    "\t",
    "> ",
    "| a | b |",
    "|---|---|",
    "$$",
    "!!! note",
    "=== tab",
    "<div>",
    "</div>",
    "<pre>",
    "word",
)
bodies = st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map("".join), max_size=8).map("\n".join)


@given(bodies)
def test_comments_are_found_without_parsing_where_none_can_be_code(body: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comments, "_is_outside_code", lambda _body: False)
        expected = comment_ranges(body)
    assert comment_ranges(body) == expected


def test_a_body_of_plain_comments_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "parse_loosely", None)
    assert comment_ranges("<!-- a -->\n`x`\n<!-- b -->") == [(0, 10), (15, 25)]
