"""Long groups: a page shows their first rows, and pages of the rest show every other row once, in the same order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html import unescape
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.i18n import Language
from milemark.history.model import Figures, History, ItemSnapshot, Snapshot
from milemark.output.site.folding import MOST, ROOM, Folding
from milemark.output.site.page import Page, SiteInputs
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.query.load import load_with_bases
from milemark.roadmap.site_paths import TakenPaths, page_path
from support import sampled

ROADMAP = """
title: 큰 로드맵
as_of: 2025-06-01
statuses: {예정: planned, 진행: active, 멈춤: paused, 완료: done}
collections:
  tracks: {role: track}
  items: {fields: {title: , status: , track: , start: , due: , tags: }}
  milestones: {role: milestone}
"""
NONE_TAKEN = TakenPaths((), ())
LARGEST = 170_000  # bytes of a page without its frame


def item(number: int, tracks: int) -> bytes:
    track = number % (tracks + 1)
    month = number % 12 + 1
    return f"""---
title: "항목 {number}: 데이터 파이프라인 구축과 운영"
status: {("예정", "진행", "멈춤", "완료")[number * 7 % 4]}
track: {f"t{track}" if track < tracks else ""}
start: 2025-{month:02d}
due: 2025-{month:02d}-28
depends_on: {[f"i{number // 2}"] if number else []}
tags: [data, tag-{number % 60}]
---
- [x] 프로젝트 셋업 (Docker, PostgreSQL)
  - [ ] schema
- [ ] 수집 레이어
- [ ] 변환 레이어
""".encode()


def files_of(items: int, tracks: int) -> dict[str, bytes]:
    files = {"roadmap.yml": ROADMAP.encode(), "milestones/m.md": b"---\ndue: 2025-09\n---\n"}
    files |= {f"tracks/t{number}.md": f"---\ntitle: Track {number}\n---\n".encode() for number in range(tracks)}
    return files | {f"items/i{number}.md": item(number, tracks) for number in range(items)}


def site_of(
    files: dict[str, bytes], attachments: tuple[str, ...] = (), history: History | None = None
) -> dict[str, Page]:
    loaded, language = load_with_bases(files, date(2025, 6, 1)), Language("ko")
    inputs = SiteInputs("key", lambda _path, _key: None, history, loaded.bases, attachments)
    found = list(pages(loaded.roadmap, Renderer((), language, is_directory=False), language, inputs=inputs))
    assert len({page.path for page in found}) == len(found)
    return {page.path: page for page in found}


def links_of(page: Page) -> set[str]:
    """Return the paths of the pages to which a page links."""
    found = (unquote(unescape(href)) for href in re.findall(r'href="([^":]*\.html)"', page.text))
    return {normpath(join(dirname(page.path), href)).removesuffix(".html") + ".md" for href in found}


def reached_from(site: dict[str, Page], start: str) -> set[str]:
    """Return the pages that links reach, through pages of the rest only."""
    reached, waiting = {start}, [start]
    while waiting:
        for path in links_of(site[waiting.pop()]) - reached:
            reached.add(path)
            if path.startswith(f"{page_path(start)}/") and is_rest(site[path]):
                waiting.append(path)
    return reached


def is_rest(page: Page) -> bool:
    return 'class="mm-pages"' in page.text


# --- the mechanism ---------------------------------------------------------------------------------


def rows(size: int) -> Any:
    return lambda items: "".join(f"<{each}>".ljust(size) for each in items)


@pytest.mark.parametrize(("number", "shown", "left"), [(0, 0, 0), (1, 1, 0), (MOST, MOST, 0), (MOST + 1, MOST, 1)])
def test_a_group_shows_its_first_fifty_rows(number: int, shown: int, left: int) -> None:
    fold = Folding("board.md", NONE_TAKEN)
    found = fold.first(fold.group(range(number), "Done", "done"), rows(10))
    assert (found.rows.count("<"), found.left, found.path) == (shown, left, "board/done-2.md" if left else "")
    assert [(each.path, each.rows.strip()) for each in fold.rest] == [("board/done-2.md", f"<{MOST}>")] * bool(left)


def test_pages_of_the_rest_are_a_chain_from_their_page() -> None:
    fold = Folding("items/index.md", NONE_TAKEN)
    first = fold.first(fold.group(range(700), name="트랙 #1/가"), rows(10))
    paths = ["items/index.md", *(f"items/트랙-1-가-{number}.md" for number in range(2, 6))]
    assert [first.path, *(each.path for each in fold.rest)] == [paths[1], *paths[1:]]
    assert [(each.before, each.after) for each in fold.rest] == list(zip(paths, [*paths[2:], ""], strict=False))
    assert [(each.number, each.last) for each in fold.rest] == [(2, 5), (3, 5), (4, 5), (5, 5)]


def test_two_groups_of_one_name_have_their_own_addresses() -> None:
    fold = Folding("tags.md", NONE_TAKEN)
    for name in ("C", "c", "c-2", "", "."):
        fold.first(fold.group(range(MOST + 1), name=name), rows(10))
    names = ["c-2", "c-2-2", "c-2-2-2", "more-2", "more-2-2"]
    assert [each.path for each in fold.rest] == [f"tags/{name}.md" for name in names]


@pytest.mark.parametrize("most", [10, 80])
def test_a_number_of_rows_that_an_author_wants_is_shown_in_full(most: int) -> None:
    fold = Folding("board.md", NONE_TAKEN)
    found = fold.first(fold.group(range(100)), rows(ROOM), most=most)
    assert (found.rows.count("<"), found.left) == (most, 100 - most)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 130), max_size=90), st.integers(8, 4000), st.integers(0, 4000))
def test_every_row_is_on_one_page_and_the_first_page_has_room(sizes: list[int], size: int, heading: int) -> None:
    groups = [[f"{place}.{number}" for number in range(length)] for place, length in enumerate(sizes)]
    fold = Folding("checklists.md", NONE_TAKEN)

    def render_groups(some: Sequence[tuple[int, list[str]]]) -> str:
        html = ""
        for place, (number, group) in enumerate(some):
            found = fold.first(fold.group(group, name=str(number)), rows(size), len(some) - place)
            html += "#" * heading + found.rows
        return html

    def render() -> str:
        return str(fold.first(fold.group(list(enumerate(groups))), render_groups).rows)

    text = fold.text(render)
    every = [text, *(each.rows for each in fold.rest)]
    shown = re.findall(r"<([\d.]+)>", "".join(every))
    assert sorted(shown) == sorted(each for group in groups for each in group)
    for group in groups:
        mine = [each for each in shown if each in set(group)]
        assert mine == group or not group
    assert len(text) <= ROOM or len(sizes) == 1 or len(text) <= heading + size
    if sum(map(len, groups)) * size + len(groups) * heading <= ROOM and max([*sizes, len(sizes)]) <= MOST:
        assert not fold.rest


@pytest.mark.parametrize(
    ("pages", "files", "path"),
    [
        ((), (), "board/done-2.md"),
        (("board/done-2.md",), (), "board/done-2-.md"),
        (("Board/Done-2/index.md", "board/done-2-.md"), (), "board/done-2--.md"),
        ((), ("board/done-2.html",), "board/done-2-.md"),
        ((), ("board/done-2/index.html",), "board/done-2-.md"),
        ((), ("board",), "board-/done-2.md"),
        (("board/done.md",), ("board/done-2.png",), "board/done-2.md"),
    ],
)
def test_the_address_of_a_page_of_the_rest_is_free(pages: tuple[str, ...], files: tuple[str, ...], path: str) -> None:
    assert TakenPaths(pages, files).free("board", "done-2") == path


# --- the pages -------------------------------------------------------------------------------------


DASHBOARDS = ("progress.md", "timeline.md", "checklists.md", "board.md", "tags.md", "items/index.md")


@pytest.fixture(scope="module")
def site() -> dict[str, Page]:
    return site_of(files_of(260, 3))


def test_a_site_of_small_groups_has_no_pages_of_the_rest() -> None:
    found = site_of(files_of(49, 1))
    assert not any(is_rest(page) for page in found.values())
    assert "mm-more" not in "".join(found[path].text for path in DASHBOARDS)


@pytest.mark.parametrize("path", DASHBOARDS)
def test_links_from_a_page_reach_every_item(site: dict[str, Page], path: str) -> None:
    assert any(is_rest(page) for page in site.values() if page.path.startswith(f"{page_path(path)}/"))
    assert reached_from(site, path) >= {each for each in site if each.startswith("items/i") and each[7].isdecimal()}


def test_every_link_between_pages_leads_to_a_page(site: dict[str, Page]) -> None:
    broken = {(page.path, link) for page in site.values() for link in links_of(page) if link not in site}
    assert not broken


def test_a_page_of_the_rest_leads_back_and_on_and_is_not_searched(site: dict[str, Page]) -> None:
    first = next(page for page in site.values() if is_rest(page) and page.path.startswith("checklists/"))
    assert "search: {exclude: true}" in first.text
    assert 'title: "체크리스트: Track 0 (2/2)"' in first.text
    soup = BeautifulSoup(first.text, "html.parser")
    assert [a.text for a in soup.select("nav a")] == ["체크리스트", "이전 페이지"]
    assert {a["href"] for a in soup.select("nav a")} == {"../checklists.html"}


def test_a_page_with_a_rest_is_rendered_each_time() -> None:
    files = files_of(60, 1) | {f"items/x{number}.md": b"---\ndepends_on: [i0]\n---\n" for number in range(60)}
    found = site_of(files)
    assert "items/i0/needed-by-2.md" in found
    assert not found["items/i0.md"].key
    assert found["items/i1.md"].key


def test_a_written_file_keeps_its_address(site: dict[str, Page]) -> None:
    files = files_of(260, 3)
    taken = next(path for path in site if path.startswith("checklists/"))
    found = site_of(files | {taken: b"# Mine\n"}, ("board/a.png",))
    assert "# Mine" in found[taken].text
    assert is_rest(found[taken.replace(".md", "-.md")])


QUERIES = {
    "table": "view: table\nfrom: items",
    "list": "view: list\nfrom: items",
    "list in groups": "view: list\nfrom: items\ngroup: status",
    "tasks": "view: tasks",
    "board": "view: board",
    "progress": "view: progress",
    "chart": "view: chart\nsql: select title, 1 from items",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(QUERIES, 4))
def test_a_query_without_a_limit_shows_its_first_rows_and_pages_of_the_rest(name: str) -> None:
    files = files_of(240, 1) | {"mine.md": f"# Mine\n\n```milemark\n{QUERIES[name]}\n```\n".encode()}
    found = site_of(files)
    rest = [page for page in found.values() if page.path.startswith("mine/")]
    assert rest
    shown = "".join(page.text for page in (found["mine.md"], *rest))
    assert all(f"항목 {number}:" in shown for number in range(240))
    assert found["mine.md"].text.count("항목 ") < 250


def test_a_query_with_a_limit_shows_all_of_its_rows() -> None:
    block = "# Mine\n\n```milemark\nview: table\nfrom: items\nlimit: 120\n```\n"
    found = site_of(files_of(200, 1) | {"mine.md": block.encode()})
    assert not any(path.startswith("mine/") for path in found)
    assert found["mine.md"].text.count("<tr>") == 121


def test_the_chart_shows_open_items_of_a_long_track_first() -> None:
    found = site_of(files_of(150, 1))["timeline.md"].text
    chart = BeautifulSoup(found, "html.parser").select_one(".mm-gantt")
    assert chart
    bars = chart.select(".mm-g-row")
    assert len(bars) == 2 * MOST
    done = [bar for bar in bars if "mm-stage-done" in bar.get_attribute_list("class")]
    assert len(done) == MOST - 38  # outside the tracks, 37 items and the milestone are open
    assert [a["href"] for a in chart.select(".mm-g-lane a.mm-rest")] == ["tracks/t0.html"]


def test_a_checklist_shows_the_first_tasks_of_an_item_and_leads_to_the_others() -> None:
    tasks = "".join(f"- [ ] task {number}\n" for number in range(MOST + 7))
    files = {"roadmap.yml": ROADMAP.encode(), "items/a.md": f"# A\n\n{tasks}".encode()}
    lists = BeautifulSoup(site_of(files)["checklists.md"].text, "html.parser").select_one(".mm-checklist")
    assert lists
    assert len(lists.select(".mm-task")) == MOST
    assert [(a.text, a["href"]) for a in lists.select(".mm-more a")] == [("그 밖에 7개", "items/a.html")]


# --- ten thousand items ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("tracks", [0, 2, 50, 600])
def test_the_pages_of_ten_thousand_items_are_small_and_reach_every_item(tracks: int) -> None:
    site = site_of(files_of(10_000, tracks))
    sizes = {path: len(page.text.encode()) for path, page in site.items()}
    assert {path: size for path, size in sizes.items() if size > LARGEST} == {}
    items = {path for path in site if re.fullmatch(r"items/i\d+\.md", path)}
    assert len(items) == 10_000
    for path in DASHBOARDS:
        assert not items - reached_from(site, path), path


def history_of(items: int, days: int) -> History:
    """Return a history of one commit a day, with items done and due dates moved on each."""
    begin, snapshots = date(2025, 5, 31) - timedelta(days=days), list[Snapshot]()
    each = items // days
    for day in range(days + 1):
        changed = range(each * (day - 1), each * day) if day else range(items)
        states = {f"i{number}": state_of(number, day) for number in changed}
        when = datetime.combine(begin + timedelta(days=day), time(), UTC)
        parents = (str(day - 1),) if day else ()
        figures = Figures(None, 4 * each * day, 4 * items, {})
        snapshots.append(Snapshot(str(day), parents, when, figures, {}, states))
    return History(tuple(snapshots), date(2025, 6, 1))


def state_of(number: int, day: int) -> ItemSnapshot:
    stage, done = ("done", 4) if day else ("planned", 0)
    due = f"2025-{number % 12 + 1:02d}-{28 if day else 10}"
    tasks = tuple((f"task {task}", stage) for task in range(4))
    return ItemSnapshot(f"I {number}", "t0", "", stage, None, done, 4, Decimal(1), due, "", tasks)


@pytest.mark.slow
@pytest.mark.parametrize("days", [30, 400, 1500])
def test_the_history_of_ten_thousand_items_is_small(days: int) -> None:
    site = site_of(files_of(9_000, 2), history=history_of(9_000, days))
    sizes = {path: len(page.text.encode()) for path, page in site.items() if path.startswith("history")}
    assert {path: size for path, size in sizes.items() if size > LARGEST} == {}
    assert len(reached_from(site, "history.md")) > 8_900
