"""Dashboards in a real browser: today, the critical path, filters and sorting; and all of it read without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

WIDTHS = (390, 1440)
DASHBOARDS = ("", "progress/", "timeline/", "board/", "checklists/", "tags/")
Opening = Callable[[str], Page]


@contextmanager
def opening(browser: Browser, url: str, *, today: str = "", has_script: bool = True) -> Iterator[Opening]:
    """Give a function that opens pages of a site; what goes wrong in their scripts fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="ko-KR", java_script_enabled=has_script
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    if today:
        page.clock.set_fixed_time(f"{today}T12:00:00")

    def open_page(path: str) -> Page:
        page.goto(url + path)
        return page

    try:
        yield open_page
    finally:
        context.close()
    assert errors == []


# --- today -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("today", "share"), [("2025-01-01", 0), ("2025-04-01", 0.497), ("2025-06-30", 0.994)])
def test_the_line_of_today_stands_where_the_readers_clock_says(
    browser: Browser, site_url: str, today: str, share: float
) -> None:
    with opening(browser, site_url, today=today) as open_page:
        page = open_page("timeline/")
        line, plot = page.locator(".mm-g-day.mm-g-today"), page.locator(".mm-g-plot")
        expect(line).to_be_visible()
        expect(page.locator(".mm-g-days.mm-g-today")).to_have_text("오늘")
        ours, all_of_it = line.bounding_box(), plot.bounding_box()
        assert ours
        assert all_of_it
        assert (ours["x"] - all_of_it["x"]) / all_of_it["width"] == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("today", ["2024-12-31", "2025-07-01", "2031-01-01"])
def test_outside_the_chart_there_is_no_line_of_today(browser: Browser, site_url: str, today: str) -> None:
    with opening(browser, site_url, today=today) as open_page:
        page = open_page("timeline/")
        expect(page.locator(".mm-g-asof").first).to_be_visible()
        assert not page.locator(".mm-g-today:visible").count()


# --- the chart -------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_script", [True, False])
def test_the_critical_path_shows_on_demand(browser: Browser, site_url: str, has_script: bool) -> None:
    with opening(browser, site_url, has_script=has_script) as open_page:
        page = open_page("timeline/")
        switch, path = page.get_by_label("임계 경로 보기"), page.locator(".mm-g-path")
        expect(path).to_be_hidden()
        switch.focus()
        page.keyboard.press("Space")
        expect(path).to_be_visible()
        assert [text[:7] for text in path.locator("li").all_inner_texts()] == ["Phase 1", "Phase 2", "Phase 3"]
        switch.uncheck()
        expect(path).to_be_hidden()


# How many ends of lines touch no bar.
LOOSE_ENDS = """() => {
  const bars = [...document.querySelectorAll(".mm-g-row > .mm-g-bar")].map(bar => bar.getBoundingClientRect());
  const drawing = document.querySelector(".mm-g-links"), box = drawing.getBoundingClientRect();
  const rows = drawing.viewBox.baseVal.height;
  const isLoose = point => {
    const x = box.left + point.x / 100 * box.width, y = box.top + point.y / rows * box.height;
    return !bars.some(bar => y > bar.top && y < bar.bottom && x > bar.left - 9 && x < bar.right + 9);
  };
  return [...drawing.querySelectorAll("polyline")].flatMap(
    line => [line.points.getItem(0), line.points.getItem(line.points.length - 1)].filter(isLoose)).length;
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("site", ["site_url", "crowded_url"])
def test_dependencies_end_at_the_bars_they_belong_to(
    browser: Browser, request: pytest.FixtureRequest, site: str, width: int
) -> None:
    with opening(browser, request.getfixturevalue(site)) as open_page:
        page = open_page("timeline/")
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".mm-g-links polyline").count()
        assert page.evaluate(LOOSE_ENDS) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_every_bar_can_be_seen_and_stays_on_the_chart(browser: Browser, crowded_url: str, width: int) -> None:
    with opening(browser, crowded_url) as open_page:
        page = open_page("timeline/")
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(
            """() => {
              const plot = document.querySelector(".mm-g-plot").getBoundingClientRect();
              return [...document.querySelectorAll(".mm-g-row > .mm-g-bar, .mm-g-name")].filter(each => {
                const box = each.getBoundingClientRect();
                return box.width < 4 || box.left < plot.left - 8 || box.right > plot.right + 8;
              }).map(each => each.outerHTML.slice(0, 200));
            }"""
        )
        assert page.locator(".mm-g-row").count() > 100
        assert found == []


# --- checklists ------------------------------------------------------------------------------------


def shown(page: Page) -> int:
    return page.locator(".mm-checklist .mm-task:visible").count()


def test_lists_are_chosen_by_track_stage_and_tag_and_the_choice_can_be_linked(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("checklists/")
        said, everything = page.locator(".mm-filter output"), shown(page)
        expect(said).to_have_attribute("aria-live", "polite")
        expect(said).to_have_text(f"보이는 할 일 {everything}개")
        page.get_by_role("combobox", name="트랙").select_option("hl-learn")
        assert 0 < shown(page) < everything
        page.get_by_role("combobox", name="태그").select_option(label="Django")
        page.get_by_role("combobox", name="단계").select_option("planned")
        expect(said).to_have_text(f"보이는 할 일 {shown(page)}개")
        assert page.locator(".mm-checklist:visible h3").all_inner_texts() == ["Phase 1: 백엔드 클론 프로젝트"]
        assert page.locator("article h2:visible").count() == 2  # what is next, and the track
        address = page.url
        assert parse_qs(urlsplit(address).query) == {"track": ["hl-learn"], "stage": ["planned"], "tag": ["django"]}
        number = shown(page)
        page.goto("about:blank")
        page.goto(address)
        assert shown(page) == number
        page.get_by_role("button", name="모두 보기").click()
        expect(said).to_have_text(f"보이는 할 일 {everything}개")
        assert not urlsplit(page.url).query


@pytest.mark.parametrize("query", ["?track=nowhere", "?tag=__proto__&stage=constructor", "?other=1#x"])
def test_an_address_that_asks_for_what_is_not_there_shows_everything(
    browser: Browser, site_url: str, query: str
) -> None:
    with opening(browser, site_url) as open_page:
        everything = shown(open_page("checklists/"))
        assert shown(open_page(f"checklists/{query}")) == everything


# --- tables ----------------------------------------------------------------------------------------


def column(page: Page, name: str) -> list[str]:
    cells = page.locator("table.mm-sortable").first.locator(f'td[data-label="{name}"]')
    return [text.split("\n")[0] for text in cells.all_inner_texts()]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "프로젝트",
            ["focus-reader", "project-inspector", "realtime-crypto-pipeline", "StoreBridge", "youtube-project"],
        ),
        ("진행도", ["20%", "40%", "60%", "70%", "100%"]),
        ("우선순위", ["1순위", "2순위", "낮음", "낮음", ""]),
        ("상태", ["Active", "Paused", "Paused", "Paused", "Merged"]),  # as declared in roadmap.yml
    ],
)
def test_a_table_sorts_by_a_click_on_a_header_and_back(
    browser: Browser, site_url: str, header: str, expected: list[str]
) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("projects/")
        head = page.get_by_role("columnheader", name=header)
        button = head.get_by_role("button")
        button.click()
        expect(head).to_have_attribute("aria-sort", "ascending")
        assert column(page, header) == expected
        button.focus()
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", "descending")
        filled = [text for text in expected if text]
        assert column(page, header) == filled[::-1] + [""] * (len(expected) - len(filled))  # nothing comes last
        assert page.locator("[aria-sort]").count() == 1


def test_rows_that_are_equal_keep_their_order(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("projects/")
        page.get_by_role("button", name="우선순위").click()
        page.get_by_role("button", name="상태").click()
        paused = [row for row in column(page, "프로젝트") if row not in {"realtime-crypto-pipeline", "focus-reader"}]
        assert paused == ["StoreBridge", "youtube-project", "project-inspector"]


def test_days_sort_as_days(browser: Browser, crowded_url: str) -> None:
    with opening(browser, crowded_url) as open_page:
        page = open_page("items/")
        page.get_by_role("button", name="Due").click()
        days = page.locator('td[data-label="Due"]').evaluate_all("cells => cells.map(cell => cell.dataset.sort)")
        filled = [day for day in days if day]
        assert filled == sorted(filled)
        assert days == filled + [""] * (len(days) - len(filled))


def test_a_table_can_be_sorted_on_a_phone(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("projects/")
        page.set_viewport_size({"width": 390, "height": 900})
        page.get_by_role("button", name="진행도").click()
        assert column(page, "진행도")[0] == "20%"


# --- without a script, and with much or nothing to show --------------------------------------------


def test_everything_is_read_without_a_script(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url, has_script=False) as open_page:
        page = open_page("timeline/")
        expect(page.locator(".mm-g-row").first).to_be_visible()
        assert not page.locator(".mm-g-today:visible").count()
        page = open_page("checklists/")
        expect(page.locator(".mm-filter")).to_be_hidden()
        assert shown(page) == page.locator(".mm-checklist .mm-task").count() > 20
        expect(page.get_by_text("README with architecture diagram")).to_be_visible()
        page = open_page("projects/")
        assert page.locator("table.mm-sortable tbody tr:visible").count() == 5
        assert not page.locator(".mm-sort, [aria-sort]").count()
        for path in ("board/", "tags/"):
            expect(open_page(path).get_by_role("link", name="Phase 1: 백엔드 클론 프로젝트").first).to_be_visible()


@pytest.mark.parametrize("site", ["crowded_url", "bare_url"])
def test_dashboards_of_much_and_of_nothing_fit_phones_and_desks(
    browser: Browser, request: pytest.FixtureRequest, site: str
) -> None:
    with opening(browser, request.getfixturevalue(site)) as open_page:
        too_wide = {}
        for path in (*DASHBOARDS, *(["items/"] if site == "crowded_url" else [])):
            page = open_page(path)
            expect(page.locator("article h1")).to_be_visible()
            assert page.locator("article").inner_text().count("\n") > 0
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if excess > 0:
                    too_wide[path, width] = excess
        assert too_wide == {}
