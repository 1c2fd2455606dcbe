"""A formula is shown as MathML by the script of the site, unless the site loads MathJax or KaTeX."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_page
from milemark.output.site.formulas import mathml
from support import ROOT

pytestmark = pytest.mark.browser

BODY = "a $x^2$, $$\\frac{1}{2}$$ and $\\floor x$\n\n$$\ny \\le 1\n$$\n"


@pytest.mark.parametrize(("other", "count"), [("", 3), ("window.MathJax = {}", 0), ("window.katex = {}", 0)])
def test_the_script_shows_mathml_unless_another_reads_the_source(browser: Browser, other: str, count: int) -> None:
    hooks = Hooks(formula=lambda source, is_displayed: mathml(source, is_displayed=is_displayed))
    page = browser.new_page()
    page.set_content(for_page(BODY, hooks))
    page.evaluate(f"() => {{ {other} }}")
    page.add_script_tag(path=ROOT / "templates/assets/milemark.js")
    assert page.locator(".arithmatex math").count() == count
    assert page.locator(".arithmatex", has_text="\\floor x").count() == 1
    if count:
        assert page.locator("mfrac").bounding_box()["height"] > page.locator("msup").bounding_box()["height"]  # type: ignore[index]
    page.close()
