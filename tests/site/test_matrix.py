"""Every kind of page with our content, none, much, and hostile words, on phones, tablets and desks, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from roadmaps import HOSTILE
from visits import SCHEMES, WIDTHS, Scheme, Visit, visiting

pytestmark = pytest.mark.browser

DASHBOARDS = ("", "progress/", "timeline/", "board/", "checklists/", "tags/")
PAGES = {
    "site_url": (
        *DASHBOARDS,
        *("analyses/", "candidates/", "ideas/", "learning/", "milestones/", "phases/", "portfolio/", "principles/"),
        *("projects/", "schedule/", "skills/", "tracks/"),
        *("phases/data-pipeline-clone/", "projects/storebridge/", "skills/django/", "tracks/hl-learn/"),
    ),
    "bare_url": DASHBOARDS,
    "crowded_url": (*DASHBOARDS, "items/", "milestones/", "tracks/", "items/i003/", "tracks/t1/"),
    "steady_url": (*DASHBOARDS, "items/", "tracks/", "items/i134/", "tracks/t1/"),
    "hostile_url": (
        *DASHBOARDS,
        *("grouped/", "items/", "milestones/", "skills/", "tracks/"),
        *(f"items/i-{name}/" for name in ("long", "word", "hebrew", "script", "markdown")),
        *("grouped/g-word/", "milestones/m-long/", "skills/s-word/", "tracks/t-word/"),
    ),
}
FAST: set[tuple[str, Scheme]] = {
    ("site_url", "light"),
    ("bare_url", "dark"),
}
EVERYTHING = [
    pytest.param(site, scheme, id=f"{site}-{scheme}", marks=[] if (site, scheme) in FAST else pytest.mark.slow)
    for site in PAGES
    for scheme in SCHEMES
]


@pytest.mark.slow
@pytest.mark.parametrize(("site", "scheme"), EVERYTHING)
def test_nothing_leaves_its_place_on_any_screen(
    browser: Browser, request: pytest.FixtureRequest, site: str, scheme: Scheme
) -> None:
    with visiting(browser, request.getfixturevalue(site), scheme) as visit:
        for path in PAGES[site]:
            visit.open(path)
            visit.check_scheme(SCHEMES[scheme])
            expect(visit.page.locator("article h1")).to_be_visible()
            for width in WIDTHS:
                visit.check_width(width)
                visit.check_layout()
    assert visit.findings == []


# --- hostile words -----------------------------------------------------------------------------------

HEADING = """() => {
  const heading = document.querySelector('article h1').cloneNode(true);
  heading.querySelector('.headerlink').remove();
  return heading.textContent;
}"""
# What the links to items say, by the item's id. A derivation says more than a title.
LINKS = """() => [...document.querySelectorAll('article a:not(.headerlink, .mm-rest)')]
  .filter(a => !a.closest('.mm-why, [aria-hidden=true]'))
  .map(a => [a.pathname.split('/').at(-2), a.textContent]).filter(([id]) => /^[gimst]-/.test(id))"""


def written(text: str) -> str:
    """Return a text with its blanks as HTML shows them."""
    return " ".join(text.split())


def check_words(visit: Visit) -> int:
    """Note which links do not say the title as it was written; return how many there are."""
    links = visit.page.evaluate(LINKS)
    for identity, text in links:
        if written(text) != written(HOSTILE[identity[2:]]):
            visit.note(f"{identity} is called {text}")
    return len(links)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        "items/i",
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("grouped/g", "milestones/m", "skills/s", "tracks/t")),
    ],
)
def test_a_hostile_title_heads_its_page_as_it_was_written(browser: Browser, hostile_url: str, kind: str) -> None:
    with visiting(browser, hostile_url) as visit:
        for name, title in HOSTILE.items():
            visit.open(f"{kind}-{name}/")
            assert written(visit.page.evaluate(HEADING)) == written(title)
            assert written(visit.page.title()).startswith(written(title))
            check_words(visit)
    assert visit.findings == []


@pytest.mark.slow
def test_hostile_titles_stand_on_every_other_page_as_they_were_written(browser: Browser, hostile_url: str) -> None:
    with visiting(browser, hostile_url) as visit:
        for path in (*DASHBOARDS, "grouped/", "items/", "milestones/", "skills/", "tracks/"):
            visit.open(path)
            assert check_words(visit) >= 5
    assert visit.findings == []


@pytest.mark.slow
def test_search_shows_hostile_titles_and_runs_nothing(browser: Browser, hostile_url: str) -> None:
    with visiting(browser, hostile_url) as visit:
        visit.open("")
        field = visit.page.locator("input.md-search__input")
        field.fill("onerror")
        field.press("End")
        expect(visit.page.locator(".md-search-result h1").first).to_have_text(HOSTILE["image"])
        field.fill("쿠버네티스가")  # 쿠버네티스를 is what was written
        field.press("End")
        expect(visit.page.locator(".md-search-result__item")).to_have_count(1)
        expect(visit.page.locator(".md-search-result__item")).to_contain_text("쿠버네티스를 배운다")
    assert visit.findings == []
