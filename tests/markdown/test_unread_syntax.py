"""Syntax that stays text although its author meant more is a finding, and only then."""

from __future__ import annotations

import pytest

from milemark.markdown.outline import read_outline


def found(body: str) -> list[tuple[str, int, int, str]]:
    """Return the code, the line, the column and the text of each finding."""
    diagnostics = read_outline("a.md", body, 1).diagnostics
    return [(each.rule.code, each.span.line, each.span.column, each.values["text"]) for each in diagnostics]


@pytest.mark.parametrize(
    ("body", "findings"),
    [
        ('a\n\n--8<-- "x/y.md"\n', [("MM126", 3, 1, '--8<-- "x/y.md"')]),
        ("- a\n\n  --8<-- 'x.md'\n", [("MM126", 3, 3, "--8<-- 'x.md'")]),
        ('```py\n--8<-- "x.py"\n```\n', [("MM126", 2, 1, '--8<-- "x.py"')]),
        ("--8<--\nx.md\n--8<--", [("MM126", 1, 1, "--8<--"), ("MM126", 1, 1, "--8<--")]),
        ("# A\n\n[TOC]\n\n## B\n", [("MM126", 3, 1, "[TOC]")]),
        ("* TOC\n{:toc}\n\n## A\n", [("MM126", 2, 1, "{:toc}")]),
        ("/// note | Title\n\ntext\n\n///\n", [("MM126", 1, 1, "/// note | Title")]),
        (":::tip[A title]\ntext\n:::\n", [("MM126", 1, 1, ":::tip[A title]")]),
        ("a\n\n::: {.note}\n\ntext\n\n:::\n", [("MM126", 3, 1, "::: {.note}")]),
        ("**정렬(sort)**은", [("MM127", 1, 1, "**정렬(sort)**")]),
        ("a\nb **`c`**, **40%**를", [("MM127", 2, 12, "**40%**")]),
        ("그는**(둘)** 다", [("MM127", 1, 3, "**(둘)**")]),
        ('**가(a)**은 나**"다"**고 **라**은', [("MM127", 1, 1, "**가(a)**")]),
        ("**`c`(x)**는", [("MM127", 1, 1, "**…(x)**")]),
        ("> - [ ] **가(a)**와 **나(b)**를", [("MM127", 1, 9, "**가(a)**"), ("MM127", 1, 19, "**나(b)**")]),
    ],
)
def test_syntax_that_stays_text_is_found_where_it_stands(body: str, findings: list[tuple[str, int, int, str]]) -> None:
    assert found(body) == findings


@pytest.mark.parametrize(
    "body",
    [
        *('`--8<-- "x.md"`', '```\ntext\n--8<-- "x.md"\n```\n', "a --8<-- b", "--- 8< ---"),
        *(
            "[TOC] and text",
            "`[TOC]`",
            "[TOC]\n\n[TOC]: a.md",
            "[toc]",
            "a {:toc}",
            "/// note\n\ntext\n",
            "::: tip\n\ntext\n",
            "a :: b\n\n:::\n",
            "// a\n\n///\n",
        ),
        *("**정렬**(sort)은", "**정렬(sort)** 은", "**정렬(sort)**.", "**sort**은", "<b>정렬(sort)</b>은", "2**3은 8"),
        *(
            "\\*\\*정렬(sort)\\*\\*은",
            "`**정렬(sort)**은`",
            "```\n**정렬(sort)**은\n```\n",
            "가** (b) **나",
            "**가**(나)**다**",
            "**가 `c`** (b)",
        ),
    ],
)
def test_other_text_is_no_finding(body: str) -> None:
    assert found(body) == []
