"""Formulas show without a script of another host; their source stays as MathJax and KaTeX expect it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_page
from milemark.output.site.formulas import mathml

HOOKS = Hooks(formula=lambda source, is_displayed: mathml(source, is_displayed=is_displayed))


@pytest.mark.parametrize(
    ("body", "name", "source", "display"),
    [
        ("a $x^2$ b", "span", "\\(x^2\\)", "inline"),
        ("a $$x_1$$ b", "span", "\\[x_1\\]", "block"),
        ("$$\nx \\le 1\n$$", "div", "\\[\nx \\le 1\n\\]", "block"),
        ("\\begin{align}\na &= b\n\\end{align}", "div", "\\[\n\\begin{align}\na &= b\n\\end{align}\n\\]", "block"),
    ],
)
def test_a_formula_keeps_its_source_and_gets_mathml(body: str, name: str, source: str, display: str) -> None:
    found = BeautifulSoup(for_page(body, HOOKS), "html.parser").find(class_="arithmatex")
    assert found is not None
    assert (found.name, found.get_text()) == (name, source)
    assert str(found["data-mathml"]).startswith(f'<math display="{display}">')


@pytest.mark.parametrize(
    "source", ["\\frac", "{" * 400, "a^b^c", "\\floor x", "\\left(", "\\begin{matrix}a", "^" * 3_000, "a+" * 9_000]
)
def test_a_formula_that_is_broken_or_unknown_has_no_mathml(source: str) -> None:
    assert mathml(source, is_displayed=False) == ""


@pytest.mark.parametrize(
    "source",
    [
        "\\text{<img src=x onerror=alert(1)>}",
        "\\text{<script>alert(1)</script>}",
        "\\href{javascript:alert(1)}{x}",
        '\\color{red" onclick="alert(1)}{x}',
        "\\style{background:url(javascript:1)}{x}",
        "\\class{md-search}{x}",
    ],
)
def test_a_formula_brings_nothing_that_a_browser_runs(source: str) -> None:
    found = BeautifulSoup(mathml(source, is_displayed=False), "html.parser")
    assert {tag.name for tag in found.find_all(True)} <= {"math", "mrow", "mi", "mtext", "mstyle"}
    assert {name for tag in found.find_all(True) for name in tag.attrs} <= {"display", "mathcolor"}
