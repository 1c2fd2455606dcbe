"""axe-core, which ships with axe-playwright-python, finds nothing serious on any page of ours."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from visits import HEIGHT, Scheme, pages_of, violations, visiting

pytestmark = pytest.mark.browser

MAIN = ("", "now/", "progress/", "timeline/", "board/", "checklists/", "projects/", "projects/storebridge/", "skills/")
PER_COLLECTION = 2  # items of each collection; those of one collection are made alike
PARTS = 4


class Screen(NamedTuple):
    """A way to look at a page."""

    width: int
    scheme: Scheme


PHONE, DESK = 390, 1440


def check(browser: Browser, url: str, paths: list[str], screen: Screen) -> None:
    with visiting(browser, url, screen.scheme) as visit:
        visit.page.emulate_media(reduced_motion="reduce")  # a colour that is on its way to another has no contrast
        visit.page.set_viewport_size({"width": screen.width, "height": HEIGHT})
        for path in paths:
            visit.open(path)
            for violation in violations(visit.page):
                visit.note(violation)
    assert visit.findings == []


def sample_of(site: Path) -> list[str]:
    """Return every dashboard and index, and some items of each collection."""
    chosen, seen = [], dict[str, int]()
    for path in (page.removesuffix("index.html") for page in pages_of(site) if page != "404.html"):
        folder = path.split("/")[0]
        if path.count("/") > 1:
            seen[folder] = seen.get(folder, 0) + 1
        if seen.get(folder, 0) <= PER_COLLECTION:
            chosen.append(path)
    return chosen


@pytest.mark.slow
@pytest.mark.parametrize("screen", [Screen(DESK, "light"), pytest.param(Screen(PHONE, "dark"), marks=pytest.mark.slow)])
def test_the_main_pages_have_no_serious_violation(browser: Browser, site_url: str, screen: Screen) -> None:
    check(browser, site_url, list(MAIN), screen)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("screen", [Screen(width, scheme) for scheme in ("light", "dark") for width in (PHONE, DESK)])
def test_no_page_has_a_serious_violation(
    browser: Browser, career_site: Path, site_url: str, screen: Screen, part: int
) -> None:
    paths = sample_of(career_site)
    assert len(paths) > 30
    check(browser, site_url, paths[part::PARTS], screen)


def test_a_violation_would_be_found(browser: Browser) -> None:
    with visiting(browser, "about:") as visit:
        visit.page.set_content("<html lang=en><title>x</title><main><h1>x</h1><p>an <img src='data:,'></p></main>")
        assert [found.split(":")[0] for found in violations(visit.page)] == ["image-alt"]
