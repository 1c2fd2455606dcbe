"""Long pages in a browser: numbers open to their derivations, and filters keep the links to pages of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import serving
from support import ROOT, write_files

SCRIPT = '<!doctype html><meta charset="utf-8"><script defer src="/milemark.js"></script>'
DERIVATION = '<details class="mm-why"><summary>Where</summary><ul><li><a href="../b/">tasks</a></li></ul></details>'
NUMBERS = '<a class="mm-sourced" href="../items/a/"><b>33%</b></a> <a class="mm-sourced" href="../no/">4%</a>'
FORM = """<form class="mm-filter" hidden>
<select name="track"><option value="">all<option>x<option>y</select>
<select name="stage"><option value="">all<option>active<option>done</select>
<button type="reset" hidden>all</button><output data-text="#"></output></form>"""
GROUP = """<h2 id="{0}">{0}</h2><div class="mm-group">
<section class="mm-checklist" data-track='["{0}"]' data-stage='["active"]' data-tag="[]">A</section>{1}</div>"""
PAGES = {
    "long/index.html": NUMBERS,
    "items/a/index.html": f"<h1>A</h1>{DERIVATION}",
    "lists/index.html": FORM + GROUP.format("x", '<p class="mm-more">9 more</p>') + GROUP.format("y", ""),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("long")
    script = (ROOT / "templates/assets/milemark.js").read_text("utf-8")
    write_files(folder, {path: SCRIPT + body for path, body in PAGES.items()} | {"milemark.js": script})
    with serving(folder) as url:
        yield url


@pytest.fixture
def long(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(f"{address}long/")
    yield page
    page.close()


def test_a_number_opens_to_the_derivation_that_stands_on_the_page_of_its_item(long: Page) -> None:
    long.get_by_text("33%").click()
    expect(long.get_by_text("tasks")).to_be_visible()
    assert long.url.endswith("/long/")
    assert long.locator("details a").evaluate("link => link.pathname") == "/items/b/"
    assert long.locator("summary b").inner_text() == "33%"
    assert long.evaluate("document.activeElement.localName") == "summary"


def test_a_number_without_a_derivation_is_a_link(long: Page) -> None:
    long.get_by_text("4%").click()
    long.wait_for_url("**/no/")


def test_a_filter_keeps_the_link_to_more_lists_that_it_may_choose(browser: Browser, address: str) -> None:
    page = browser.new_page()
    for query, visible in (("stage=done", ["x"]), ("track=y", ["y"]), ("track=y&stage=done", [])):
        page.goto(f"{address}lists/?{query}")
        assert page.locator("h2:visible").all_inner_texts() == visible, query
        assert page.locator(".mm-more:visible").count() == (visible == ["x"])
    page.close()
