"""Code in a text: spans between backticks, and blocks."""

from __future__ import annotations

import pytest

from milemark.markdown.code import code_blocks, code_places, code_spans, fences_by_line, text_blocks, without_code
from milemark.markdown.outline import parse_blocks


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a `b` c ``d ` e`` f", ["b", "d ` e"]),
        ("`a ``b` c", ["a ``b"]),
        ("\\`a` b` c", [" b"]),
        ("\\\\`a`", ["a"]),  # an escaped backslash
        ("`a\\` b`", ["a\\"]),  # no escapes in code
        ("\\``a`", ["a"]),
        ("``a` b", []),
        ("``` a", []),
        ("no code", []),
    ],
)
def test_code_goes_to_the_next_run_of_as_many_backticks(text: str, codes: list[str]) -> None:
    assert [span.code(text) for span in code_spans(text)] == codes


def masked(body: str) -> str:
    tokens = parse_blocks(body)
    return without_code(body, code_blocks(tokens), text_blocks(tokens))


def test_code_is_masked_in_its_place() -> None:
    body = "a `b` c\n\n```\nd\n```\n\n    e\n\nf `g\nh` i"
    assert masked(body) == "a xxx c\n\nxxx\nx\nxxx\n\nxxxxx\n\nf `g\nh` i"


@pytest.mark.parametrize(
    "body",
    [
        "a `b\nc` d",  # over two lines
        "<div>\n`a`\n</div>",  # not in a text
        '<a title="`"> b <a title="`">',  # the backticks of tags
        "| a | b |\n|---|---|\n| `c | d` |",  # over two cells
    ],
)
def test_code_that_may_be_text_is_not_masked(body: str) -> None:
    assert masked(body) == body


def test_fences_are_paired_by_their_lines_at_any_indent() -> None:
    body = "> ```sh\n> a\n> ```\nb\n     ~~~~\n~~~\n```\n    ~~~~\n```"
    assert [*fences_by_line(body)] == [(0, 3), (4, 8)]


def test_code_over_two_lines_of_a_paragraph_is_code() -> None:
    body = "```\na\n```\nf `g\nh` i"
    places = code_places(body, parse_blocks(body))
    assert "".join(letter for letter, is_code in zip(body, places, strict=False) if is_code) == "```\na\n```\n`g\nh`"
