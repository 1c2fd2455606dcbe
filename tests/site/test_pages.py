"""Dashboards in a real browser: today, the critical path, filters and sorting; and all of it read without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from support import sampled

pytestmark = pytest.mark.browser

WIDTHS = (390, 1440)
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


@pytest.mark.parametrize(
    ("today", "share"), sampled([("2025-01-01", 0), ("2025-04-01", 0.497), ("2025-06-30", 0.994)], 3)
)
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


@pytest.mark.slow
@pytest.mark.parametrize("today", ["2024-12-31", "2025-07-01", "2031-01-01"])
def test_outside_the_chart_there_is_no_line_of_today(browser: Browser, site_url: str, today: str) -> None:
    with opening(browser, site_url, today=today) as open_page:
        page = open_page("timeline/")
        expect(page.locator(".mm-g-asof").first).to_be_visible()
        assert not page.locator(".mm-g-today:visible").count()


# --- the chart -------------------------------------------------------------------------------------


@pytest.mark.slow
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
  const looseOf = drawing => {
    const box = drawing.getBoundingClientRect(), row = drawing.viewBox.baseVal.y;
    const isLoose = point => {
      const x = box.left + point.x / 100 * box.width, y = box.top + (point.y - row) * box.height;
      return !bars.some(bar => y > bar.top && y < bar.bottom && x > bar.left - 9 && x < bar.right + 9);
    };
    return [...drawing.querySelectorAll("polyline")].flatMap(
      line => [line.points.getItem(0), line.points.getItem(line.points.length - 1)].filter(isLoose));
  };
  return [...document.querySelectorAll(".mm-g-links")].flatMap(looseOf).length;
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("site", sampled(["site_url", "crowded_url"], 2))
def test_dependencies_end_at_the_bars_they_belong_to(
    browser: Browser, request: pytest.FixtureRequest, site: str, width: int
) -> None:
    with opening(browser, request.getfixturevalue(site)) as open_page:
        page = open_page("timeline/")
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".mm-g-links polyline").count()
        assert page.evaluate(LOOSE_ENDS) == 0


LINES_SEEN = """() => [...document.querySelectorAll(".mm-g-links polyline")]
  .filter(line => line.checkVisibility({ visibilityProperty: true })).length"""


@pytest.mark.slow
@pytest.mark.parametrize("has_script", [True, False])
def test_many_dependencies_show_with_their_item_and_all_of_them_on_demand(
    browser: Browser, steady_url: str, has_script: bool
) -> None:
    with opening(browser, steady_url, has_script=has_script) as open_page:
        page = open_page("timeline/")
        every = page.locator(".mm-g-links polyline").count()
        assert page.evaluate(LINES_SEEN) == 0
        row = page.locator(".mm-g-row:has(.mm-g-links)").first
        row.locator("a").focus()
        assert page.evaluate(LINES_SEEN) == row.locator("polyline").count() > 0
        page.get_by_label("Show all dependencies").check()
        assert page.evaluate(LINES_SEEN) == every > 40


def test_a_few_dependencies_are_always_seen(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("timeline/")
        assert page.evaluate(LINES_SEEN) == page.locator(".mm-g-links polyline").count() > 0


def test_a_phone_shows_the_dates_of_the_chart(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("timeline/")
        page.set_viewport_size({"width": 390, "height": 900})
        times = page.locator(".mm-g-when")
        assert times.all_inner_texts()[0].endswith("2025년 1월~2월")
        assert all(box and box["width"] > 30 for box in (times.nth(n).bounding_box() for n in range(times.count())))


@pytest.mark.slow
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


@pytest.mark.slow
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


SHELF = {
    "roadmap.yml": """\
title: 책장
locale: ko
statuses: {Active: active, Paused: paused, Merged: done}
collections:
  shelf:
    columns: [title, status, progress, priority]
    fields: {title: {label: 프로젝트}, priority: {choices: [1순위, 2순위, 낮음]}}
""",
    **{
        f"shelf/{name}.md": f"---\ntitle: {name}\nstatus: {status}\nprogress: {progress}\npriority: {priority}\n---\n"
        for name, status, progress, priority in (
            ("realtime", "Active", 40, "1순위"),
            ("store", "Paused", 70, "2순위"),
            ("youtube", "Paused", 20, "낮음"),
            ("inspector", "Paused", 60, "낮음"),
            ("reader", "Merged", 100, '""'),
        )
    },
}


@pytest.fixture(scope="session")
def shelf_url(serve_roadmap: Callable[[str, Mapping[str, str]], str]) -> str:
    """Serve a roadmap whose index is a table of five items."""
    return serve_roadmap("shelf", SHELF)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "프로젝트",
            ["inspector", "reader", "realtime", "store", "youtube"],
        ),
        ("진행도", ["20%", "40%", "60%", "70%", "100%"]),
        ("우선순위", ["1순위", "2순위", "낮음", "낮음", ""]),
        ("상태", ["Active", "Paused", "Paused", "Paused", "Merged"]),  # as declared in roadmap.yml
    ],
)
def test_a_table_sorts_by_a_click_on_a_header_and_back(
    browser: Browser, shelf_url: str, header: str, expected: list[str]
) -> None:
    with opening(browser, shelf_url) as open_page:
        page = open_page("shelf/")
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


def test_rows_that_are_equal_keep_their_order(browser: Browser, shelf_url: str) -> None:
    with opening(browser, shelf_url) as open_page:
        page = open_page("shelf/")
        page.get_by_role("button", name="우선순위").click()
        page.get_by_role("button", name="상태").click()
        paused = [row for row in column(page, "프로젝트") if row not in {"realtime", "reader"}]
        assert paused == ["store", "inspector", "youtube"]


@pytest.mark.slow
def test_days_sort_as_days(browser: Browser, crowded_url: str) -> None:
    with opening(browser, crowded_url) as open_page:
        page = open_page("items/")
        page.get_by_role("button", name="Due").click()
        days = page.locator('td[data-label="Due"]').evaluate_all("cells => cells.map(cell => cell.dataset.sort)")
        filled = [day for day in days if day]
        assert filled == sorted(filled)
        assert days == filled + [""] * (len(days) - len(filled))


@pytest.mark.slow
def test_a_table_can_be_sorted_on_a_phone(browser: Browser, shelf_url: str) -> None:
    with opening(browser, shelf_url) as open_page:
        page = open_page("shelf/")
        page.set_viewport_size({"width": 390, "height": 900})
        page.get_by_role("button", name="진행도").click()
        assert column(page, "진행도")[0] == "20%"


# --- long lists, and where a reader is ---------------------------------------------------------------


def test_a_long_list_shows_its_beginning_and_the_rest_on_demand(browser: Browser, crowded_url: str) -> None:
    with opening(browser, crowded_url, has_script=False) as open_page:
        page = open_page("progress/")
        rows = page.locator("article .mm-rows > li")
        active = page.locator("article h2", has_text="Active")
        expect(active).to_be_visible()
        assert rows.locator("visible=true").count() == 10
        page.locator("details.mm-fold > summary").first.click()
        assert rows.locator("visible=true").count() == rows.count() > 20


def test_a_page_of_three_hundred_items_stays_short(browser: Browser, crowded_url: str) -> None:
    with opening(browser, crowded_url) as open_page:
        height = open_page("progress/").evaluate("document.documentElement.scrollHeight")
        assert height < 8000  # with a row for each item it is 20,000


def test_an_items_page_shows_the_section_of_its_collection(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        page = open_page("projects/storebridge/")
        expect(page.locator(".md-tabs__item--active")).to_have_text(re.compile("프로젝트"))
        expect(page.get_by_role("navigation", name="경로").get_by_role("link")).to_have_text("현재 프로젝트 현황")


@pytest.mark.slow
def test_the_facts_of_an_item_leave_no_half_line_empty(browser: Browser, site_url: str) -> None:
    holes = """() => [...document.querySelectorAll(".mm-fields")].map(list => {
      const facts = [...list.querySelectorAll(":scope > div")].map(each => each.getBoundingClientRect());
      const right = Math.max(...facts.map(box => box.right));
      const lines = new Map(facts.map(box => [Math.round(box.top), box])); // of each line, the last
      return [...lines.values()].filter(box => box.right < right - 1).length;
    }).reduce((sum, each) => sum + each, 0)"""
    with opening(browser, site_url) as open_page:
        for path in ("projects/storebridge/", "phases/data-pipeline-clone/", "skills/django/", "candidates/n8n/"):
            assert open_page(path).evaluate(holes) == 0, path


# What of the derivations, opened one by one, is narrower than a line of text wants, or leaves the screen.
CRAMPED = """() => [...document.querySelectorAll(".mm-why")].filter(why => {
  why.open = true;
  const box = why.querySelector("ul").getBoundingClientRect(), least = Math.min(180, 0.4 * innerWidth);
  const isCramped = box.width && (box.width < least || box.left < 0 || box.right > innerWidth + 1);
  const isTooWide = document.documentElement.scrollWidth > innerWidth;
  why.open = false;
  return isCramped || isTooWide;
}).map(why => why.textContent.slice(0, 60))"""


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 834, 1440])
def test_a_derivation_has_room_wherever_it_opens(browser: Browser, site_url: str, width: int) -> None:
    with opening(browser, site_url) as open_page:
        opened = 0
        for path in ("", "progress/", "board/", "checklists/", "projects/", "tracks/projects/", "portfolio/"):
            page = open_page(path)
            page.set_viewport_size({"width": width, "height": 900})
            opened += page.locator(".mm-why").count()
            assert page.evaluate(CRAMPED) == [], path
        assert opened > 20, "a public page has no bar of work that has not begun"


@pytest.mark.slow
def test_every_number_of_an_items_progress_says_where_it_comes_from(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url) as open_page:
        seen = 0
        for path in ("progress/", "board/", "projects/", "portfolio/", "tracks/projects/", "phases/crypto-pipeline/"):
            bars = open_page(path).locator("article .mm-progress")
            bare = bars.evaluate_all("""all => all.filter(bar => !bar.closest(".mm-why, .mm-whole, dd"))
              .map(bar => bar.outerHTML)""")
            seen += bars.count()
            assert bare == [], path
        assert seen > 10, "a public page has no bar of work that has not begun"


# --- without a script ------------------------------------------------------------------------------


def test_everything_is_read_without_a_script(browser: Browser, site_url: str) -> None:
    with opening(browser, site_url, has_script=False) as open_page:
        page = open_page("timeline/")
        expect(page.locator(".mm-g-row").first).to_be_visible()
        assert not page.locator(".mm-g-today:visible").count()
        page = open_page("checklists/")
        expect(page.locator(".mm-filter")).to_be_hidden()
        assert shown(page) == page.locator(".mm-checklist .mm-task").count() > 20
        expect(page.get_by_text("README with architecture diagram")).to_be_visible()
        page = open_page("candidates/")
        assert page.locator("table.mm-sortable tbody tr:visible").count() == 4
        assert not page.locator(".mm-sort, [aria-sort]").count()
        for path in ("board/", "tags/"):
            expect(open_page(path).get_by_role("link", name="Phase 1: 백엔드 클론 프로젝트").first).to_be_visible()
