"""The built site in a real browser: it is whole, private, and fits phones, tablets and desks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCHEMES: dict[Scheme, str] = {"light": "default", "dark": "slate"}
WIDTHS = (390, 834, 1440)
HEIGHT = 900
PARTS = 4

# One page of each kind; of items and tracks, the first.
MAIN_PAGES = (
    "index.html",
    "progress/index.html",
    "timeline/index.html",
    "checklists/index.html",
    "board/index.html",
    "tags/index.html",
    "tracks/index.html",
    "skills/index.html",
    "portfolio/index.html",
    "schedule/index.html",
    "principles/index.html",
)
KINDS = ("projects", "tracks", "phases")

# Spellings of one word that stands in content/ (시스템과, Django): each finds what the others find.
SPELLINGS = (("시스템", "시스템은", "시스템에서"), ("Django", "Django를", "Django로는"))

# What sticks out to the right, innermost last, unless something around it scrolls by itself.
STICKING_OUT = """() => {
  const scrolls = e => e && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX)
    && e !== document.body && e !== document.documentElement || scrolls(e.parentElement));
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement))
    .slice(-3).map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
}"""
NO_PAPER = (".md-header", ".md-tabs", ".md-sidebar", ".md-footer", ".mm-why > ul")
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
SCHEME = "document.body.dataset.mdColorScheme"


class Visit:
    """Opens pages of the site and notes what is wrong with them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.path = ""
        self.findings: list[str] = []
        page.on("request", lambda request: self._note_request(request.url))
        page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        page.on(
            "console",
            lambda message: self._note(f"console: {message.text}") if message.type == "error" else None,
        )

    def _note(self, finding: str) -> None:
        self.findings.append(f"{self.path}: {finding}")

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self._note(f"request to {url}")

    def open(self, path: str) -> None:
        """Load a page until its scripts have run."""
        self.path = path
        response = self.page.goto(self.url + path.removesuffix("index.html"))
        if response is None or not response.ok:
            self._note("does not load")

    def check_width(self, width: int) -> None:
        """Note whether the page scrolls sideways on a screen of this width, and what makes it."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        excess = self.page.evaluate(OVERFLOW)
        if excess > 0:
            self._note(f"{excess} px too wide for {width}: {self.page.evaluate(STICKING_OUT)}")

    def check_scheme(self, expected: str) -> None:
        """Note whether the page ignores the system's choice of light or dark."""
        actual = self.page.evaluate(SCHEME)
        if actual != expected:
            self._note(f"colour scheme {actual}, expected {expected}")


@contextmanager
def visiting(browser: Browser, url: str, scheme: Scheme = "light") -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": WIDTHS[-1], "height": HEIGHT}, color_scheme=scheme, locale="ko-KR")
    try:
        yield Visit(context.new_page(), url)
    finally:
        context.close()


def pages_of(site: Path) -> list[str]:
    return sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html"))


def main_pages_of(site: Path) -> list[str]:
    firsts = [
        next(page for page in pages_of(site) if page.startswith(f"{kind}/") and page.count("/") > 1) for kind in KINDS
    ]
    return [*MAIN_PAGES, *firsts]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_whole_private_and_fits_a_phone(
    browser: Browser, career_site: Path, site_url: str, part: int
) -> None:
    pages = [page for page in pages_of(career_site) if page != "404.html"][part::PARTS]
    assert pages
    with visiting(browser, site_url) as visit:
        for page in pages:
            visit.open(page)
            visit.check_width(WIDTHS[0])
    assert visit.findings == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_main_pages_fit_every_screen_in_light_and_dark(
    browser: Browser, career_site: Path, site_url: str, scheme: Scheme
) -> None:
    with visiting(browser, site_url, scheme) as visit:
        for page in main_pages_of(career_site):
            visit.open(page)
            visit.check_scheme(SCHEMES[scheme])
            for width in WIDTHS:
                visit.check_width(width)
    assert visit.findings == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_home_page_prints_on_two_pages(browser: Browser, site_url: str, scheme: Scheme) -> None:
    with visiting(browser, site_url, scheme) as visit:
        visit.open("index.html")
        printed = visit.page.pdf(format="A4")
        visit.page.emulate_media(media="print")
        shown = [name for name in NO_PAPER if visit.page.locator(name).first.is_visible()]
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    assert shown == []


def hits(page: Page, query: str) -> str:
    """Return what the search says about its number of hits."""
    field, said = page.locator("input.md-search__input"), page.locator(".md-search-result__meta")
    for text, answer in (("", "검색어를 입력"), (query, "일치하는")):
        field.fill(text)
        field.press("End")
        said.filter(has_text=answer).wait_for(timeout=30_000)
    return said.inner_text()


def test_search_finds_a_word_whatever_particle_follows_it(browser: Browser, site_url: str) -> None:
    with visiting(browser, site_url) as visit:
        visit.open("index.html")
        for words in SPELLINGS:
            (found,) = {hits(visit.page, word) for word in words}
            assert "없습니다" not in found
        assert "없습니다" in hits(visit.page, "없는낱말")
    assert visit.findings == []
