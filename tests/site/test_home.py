"""The built site in a real browser: whole and private, printed, searched, light or dark as its reader chooses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from visits import SCHEMES, WIDTHS, Scheme, pages_of, visiting

pytestmark = pytest.mark.browser

PARTS = 4

# Spellings of one word that stands in content/ (시스템과, Django): each finds what the others find.
SPELLINGS = (("시스템", "시스템은", "시스템에서"), ("Django", "Django를", "Django로는"))

# The switch says what it will do.
SWITCHES = (("밝게 보기", "default"), ("어둡게 보기", "slate"), ("시스템 설정 따르기", "default"))

NO_PAPER = (".md-header", ".md-tabs", ".md-sidebar", ".md-footer", ".mm-why > ul")


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_reader_chooses_light_or_dark_and_the_choice_stays(browser: Browser, site_url: str) -> None:
    with visiting(browser, site_url, "light") as visit:
        visit.open("index.html")
        shades = []
        for name, scheme in SWITCHES:
            visit.page.locator(f'label[title="{name}"]').click()
            for page in ("index.html", "progress/index.html"):
                visit.open(page)
                visit.check_scheme(scheme)
                expect(visit.page.locator(f'label[title="{name}"]')).to_be_hidden()
            shades.append(visit.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert shades[0] != shades[1]
        assert shades[0] == shades[2]  # as the system, which is light
    assert visit.findings == []
