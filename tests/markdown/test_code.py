"""Code in a text: spans between backticks, and blocks."""

from __future__ import annotations

import pytest

from milemark.markdown.code import code_places, code_spans, without_code
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


def test_code_is_masked_in_its_place() -> None:
    body = "a `b` c\n\n```\nd\n```\n\n    e\n\nf `g\nh` i"
    masked = "a xxx c\n\nxxx\nx\nxxx\n\nxxxxx\n\nf `g\nh` i"
    assert without_code(body, parse_blocks(body)) == masked
    assert without_code(body) == body.replace("`b`", "xxx")


def test_code_over_two_lines_of_a_paragraph_is_code() -> None:
    body = "```\na\n```\nf `g\nh` i"
    places = code_places(body, parse_blocks(body))
    assert "".join(letter for letter, is_code in zip(body, places, strict=False) if is_code) == "```\na\n```\n`g\nh`"
