"""The page of the past in a real browser, of a roadmap with eighteen months of it: all of it is seen and has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from visits import OPEN, SCHEMES, Scheme, violations, visiting

pytestmark = pytest.mark.browser

WIDTHS = (390, 1440)
PATH = "history/"


@pytest.fixture
def page(browser: Browser, lived_url: str) -> Iterator[Page]:
    with visiting(browser, lived_url) as visit:
        visit.open(PATH)
        yield visit.page
        assert visit.findings == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_and_axe_finds_nothing_whatever_is_unfolded(
    browser: Browser, lived_url: str, scheme: Scheme, width: int
) -> None:
    with visiting(browser, lived_url, scheme) as visit:
        visit.page.emulate_media(reduced_motion="reduce")
        visit.open(PATH)
        visit.check_scheme(SCHEMES[scheme])
        for _ in ("folded", "unfolded"):
            visit.check_width(width)
            visit.check_layout()
            visit.page.evaluate(OPEN)
        for violation in violations(visit.page):
            visit.note(violation)
    assert visit.findings == []


PICTURES = ("Tasks over time", "Tasks finished per week", "Daily activity")


def test_every_chart_has_a_name_and_its_table_behind_it(page: Page) -> None:
    assert page.locator("article svg[role=img]").count() == len(PICTURES)
    for name in PICTURES:
        expect(page.get_by_role("img", name=name)).to_be_visible()
    expect(page.get_by_role("list", name="Moved due dates").first).to_be_visible()
    for name in (*PICTURES, "Moved due dates"):
        table = page.get_by_role("region", name=name).get_by_role("table")
        assert not table.count()  # until it is asked for
        page.locator("h2", has_text=name).locator("xpath=following::summary[text()='As a table'][1]").click()
        expect(table).to_be_visible()
        assert table.get_by_role("row").count() > 3


def test_the_numbers_of_a_quarter_lead_to_the_items_they_count(page: Page) -> None:
    row = page.get_by_role("row", name="Q2 2024")
    promised = int(row.get_by_role("cell").nth(1).inner_text().split()[2])
    page.get_by_text("Items by quarter", exact=True).click()
    page.locator("summary", has_text="Q2 2024").click()
    links = page.locator("details", has=page.locator("> summary", has_text="Q2 2024")).last.get_by_role("listitem")
    assert links.filter(has_not_text="unplanned").count() == promised > 3
    addresses = links.get_by_role("link").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert {"../milestones/beta/", "../projects/item-11/"} < set(addresses)


def test_on_a_phone_the_calendar_begins_at_its_end(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    box = page.locator(".mm-activity rect").last.bounding_box()
    assert box
    assert 195 < box["x"] < 390


def test_a_long_past_has_few_headings_and_the_rest_on_demand(page: Page) -> None:
    months = page.locator("article h3:visible")
    assert months.count() == 6
    page.get_by_text("more months").click()
    assert months.count() > 12
