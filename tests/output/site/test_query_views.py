"""Query blocks and inline queries on a published page, and notes in the place of broken ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

import roadmaps
from milemark.foundation.i18n import Language
from milemark.foundation.layout import PUBLIC
from milemark.output.site.page import NO_INPUTS
from milemark.output.site.pages import pages
from milemark.output.site.renderer import Renderer
from milemark.output.urls import NO_REPOSITORY
from milemark.privacy.audience import for_audience
from milemark.query.load import load_with_bases
from milemark.query.sql.block import VIEWS
from milemark.roadmap.load import load
from publishing import html_of
from support import sampled

CONTENT = {
    "roadmap.yml": """\
title: 계획
as_of: 2025-03-15
statuses: {진행: active, 예정: planned, 끝: done}
collections:
  tracks: {role: track}
  plans:
    label: 일
    columns: [title, status, due]
    fields:
      level: {label: 난이도, choices: [낮음, 높음]}
      effort: {type: number, label: 수고}
""",
    "tracks/work.md": "---\ntitle: Work\n---\n",
    "plans/a.md": (
        "---\ntitle: 하나\nstatus: 끝\nlevel: 높음\ntrack: work\nstart: 2025-01\ndue: 2025-02\neffort: 2\n"
        "tags: [x, y]\n---\n- [x] **one**\n"
    ),
    "plans/b.md": "---\ntitle: 둘\nstatus: 진행\nlevel: 낮음\ntrack: work\ndue: 2025-Q1\n---\n- [ ] two\n- [x] three\n",
    "plans/c.md": "---\ntitle: 셋\nstatus: 예정\nlevel: 높음\ndue: 2025-03-31\neffort: 1.5\n---\n",
}


def page_of(body: str, path: str = "notes.md", locale: str = "en", audience: str = "", **content: str) -> str:
    """Return the Markdown of a page with this body."""
    files = {**CONTENT, path: body, **content}
    files["roadmap.yml"] += f"locale: {locale}\n"
    loaded = load_with_bases({name: text.encode() for name, text in files.items()}, date(2025, 1, 1))
    renderer, inputs = Renderer((), Language(locale), is_directory=True), replace(NO_INPUTS, bases=loaded.bases)
    roadmap = for_audience(loaded, audience).roadmap if audience else loaded.roadmap
    made = pages(roadmap, renderer, Language(locale), NO_REPOSITORY, inputs)
    return next(page.text for page in made if page.path == path)


def shown(body: str, path: str = "notes.md", locale: str = "en", audience: str = "", **content: str) -> Tag:
    """Return a page as its reader sees it."""
    text = page_of(body, path, locale, audience, **content).split("---\n", 2)[-1]
    soup = BeautifulSoup(html_of(text), "html.parser")
    for anchor in soup.select("a.headerlink"):
        anchor.decompose()
    return soup


def block(options: str) -> str:
    return f"# Notes\n\n```milemark\n{options}\n```\n"


def texts(found: Tag, selector: str) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in found.select(selector)]


# --- views -------------------------------------------------------------------------------------------


def test_a_table_has_the_columns_of_its_collection_and_links_to_items() -> None:
    found = shown(block("from: plans\norder: due"))
    assert texts(found, "th") == ["Title", "Status", "Due"]
    assert texts(found, "tbody td:nth-of-type(1)") == ["하나", "둘", "셋"]
    assert [link["href"] for link in found.select("td a")][:1] == ["../plans/a/"]


def test_a_table_shows_expressions_labels_and_only_columns_that_hold_something() -> None:
    found = shown(
        block("from: plans\ncolumns: {title: 이름, effort * 2: 두 배, milestone: , due: 언제}\nwhere: effort > 1")
    )
    assert texts(found, "th") == ["이름", "두 배", "언제"]
    assert [texts(row, "td") for row in found.select("tbody tr")] == [
        ["하나", "4", "February 2025"],
        ["셋", "3", "March 31, 2025"],
    ]


def test_links_lead_from_the_page_they_stand_on() -> None:
    found = shown(block("from: plans\nlimit: 1"), "deep/er/page.md")
    assert [link["href"] for link in found.select("td a")] == ["../../../plans/a/"]
    inside = shown(f"---\ntitle: 넷\n---\n{block('view: list')}", "plans/d.md")
    assert inside.select_one('.mm-columns a[href="../../plans/a/"]')


@pytest.mark.parametrize(
    ("group", "headings"),
    [
        ("level", ["낮음", "높음"]),  # in the order of its choices
        ("stage", ["planned", "active", "done"]),
        ("track", ["Work", "Other"]),
        ("status", ["끝", "진행", "예정"]),  # in the order of the rows
        ("substr(due, 1, 4)", ["2025"]),
    ],
)
def test_groups_have_headings_in_their_order(group: str, headings: list[str]) -> None:
    found = shown(block(f"from: plans\ngroup: {group}"))
    assert texts(found, "h2") == headings
    assert len(found.select("tbody tr")) == 3


def test_headings_of_groups_stand_below_the_heading_of_the_block() -> None:
    body = "# Notes\n\n## Part\n\n### Deep\n\n```milemark\nfrom: plans\ngroup: level\n```\n"
    assert texts(shown(body), "h4") == ["낮음", "높음"]


def test_a_list_shows_its_first_column_as_a_link_and_then_the_rest() -> None:
    found = shown(block("view: list\nfrom: plans\ncolumns: [title, due]\nwhere: stage <> 'done'"))
    assert texts(found, ".mm-columns li") == ["둘 Q1 2025", "셋 March 31, 2025"]


def test_tasks_stand_with_their_items_as_plain_text() -> None:
    found = shown(block("view: tasks"))
    assert texts(found, ".mm-next-task") == ["one", "two", "three"]
    assert texts(found, ".mm-next-of a") == ["하나", "둘", "둘"]
    open_ones = shown(block("view: tasks\nwhere: stage = 'planned'"))
    assert texts(open_ones, ".mm-next-task") == ["two"]


def test_tasks_of_items_are_their_checklists() -> None:
    found = shown(block("view: tasks\nfrom: items\nwhere: stage = 'active'"))
    assert texts(found, ".mm-checklist .mm-name") == ["둘"]
    assert len(found.select(".mm-checklist .mm-task")) == 2


def test_a_board_has_a_column_for_each_stage_or_group() -> None:
    columns = shown(block("view: board\nfrom: plans")).select(".mm-column")
    cards = {" ".join(texts(column, "h2")): texts(column, ".mm-card .mm-name") for column in columns}
    assert {name.split()[0]: cards[name] for name in cards if cards[name]} == {
        "planned": ["셋"],
        "active": ["둘"],
        "done": ["하나"],
    }
    grouped = shown(block("view: board\nfrom: plans\ngroup: level")).select(".mm-column")
    assert [texts(column, ".mm-card .mm-name") for column in grouped] == [["둘"], ["하나", "셋"]]


def test_a_timeline_draws_the_items_with_dates() -> None:
    found = shown(block("view: timeline\nfrom: plans"))
    assert texts(found, ".mm-g-name") == ["하나", "둘", "셋"]
    assert not shown(block("view: timeline\nfrom: plans\nwhere: 0")).select(".mm-gantt")


def test_progress_is_that_of_items_or_of_groups() -> None:
    assert [bar["aria-valuenow"] for bar in shown(block("view: progress")).select("[role=progressbar]")] == [
        "100",
        "50",
    ]
    sums = shown(block("view: progress\nfrom: plans\ngroup: track"))
    assert [texts(row, "span")[0] for row in sums.select(".mm-sums li")] == ["Work", "Other"]
    assert sums.select_one("[role=progressbar]")["aria-valuenow"] == "75"  # type: ignore[index]


def test_a_count_is_a_number_or_one_for_each_group() -> None:
    assert texts(shown(block("view: count\nfrom: plans\ntitle: 모두")), ".mm-count") == ["3 모두"]
    found = shown(block("view: count\nfrom: plans\ngroup: level"))
    assert [*zip(texts(found, "dt"), texts(found, "dd"), strict=True)] == [("높음", "2"), ("낮음", "1")]


@pytest.mark.parametrize("view", ["count", "chart"])
def test_dates_with_the_same_last_day_are_different_groups_in_every_view(view: str) -> None:
    found = shown(block(f"view: {view}\nfrom: plans\ngroup: due"))
    names = texts(found, "dt" if view == "count" else "tbody th")
    assert (
        sorted(names)
        == sorted(texts(shown(block("from: plans\ngroup: due")), "h2"))
        == [
            "February 2025",
            "March 31, 2025",
            "Q1 2025",
        ]
    )


def test_a_chart_has_bars_as_long_as_their_values() -> None:
    found = shown(block("view: chart\nfrom: plans\ngroup: level\nvalue: sum(effort)\ntitle: 수고"))
    assert texts(found, "caption") == ["수고"]
    assert [*zip(texts(found, "th"), texts(found, ".mm-barnumber"), strict=True)] == [("높음", "3.5"), ("낮음", "0")]
    assert [bar["style"] for bar in found.select(".mm-barfill")] == ["width: 100%", "width: 0%"]


@pytest.mark.parametrize("kind", ["table", "cards", "list"])
def test_every_view_of_a_base_shows_its_summaries(kind: str) -> None:
    view = f"views:\n  - type: {kind}\n    order: [title, effort]\n    summaries: {{effort: Sum}}\n"
    assert "Sum 3.5" in " ".join(shown(f"```base\n{view}```\n").get_text(" ").split())


@pytest.mark.parametrize("group", ["", "    groupBy: level\n"])
def test_a_base_without_rows_says_so(group: str) -> None:
    view = f"views:\n  - type: table\n    order: [title]\n    filters: effort > 99\n{group}"
    assert "Nothing here yet." in shown(f"```base\n{view}```\n").get_text()


def test_a_chart_of_huge_numbers_is_shown() -> None:
    found = shown(
        block("view: chart\nsql: select 'a', 1e308 union all select 'b', 1e308 * 10 union all select 'c', 1e307")
    )
    assert [bar["style"] for bar in found.select(".mm-barfill")] == ["width: 100%", "width: 0%", "width: 10%"]


def test_a_result_of_sql_is_shown_as_it_is_and_ids_become_links() -> None:
    found = shown(block("sql: select id, stage, due, count(*) as 몇 from plans group by id order by id"))
    assert texts(found.select("tbody tr")[0], "td") == ["하나", "done", "February 2025", "1"]
    assert found.select_one('td a[href="../plans/a/"]')


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("locale", ["en", "ko"])
def test_every_view_without_rows_says_so(view: str, locale: str) -> None:
    found = shown(block(f"view: {view}\nfrom: items\nwhere: 0"), locale=locale)
    assert found.get_text().strip() != "Notes"
    assert not found.select(".mm-wrong")


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "count"])
def test_a_view_says_that_its_limit_leaves_rows_out(view: str) -> None:
    group = "\ngroup: level" if view == "chart" else ""
    found = shown(block(f"view: {view}\nfrom: plans\nlimit: 1{group}"), locale="ko")
    assert "최대 1개" in found.get_text()
    assert "최대" not in shown(block(f"view: {view}\nfrom: plans\nlimit: 3{group}"), locale="ko").get_text()


def test_two_timelines_on_a_page_have_ids_of_their_own() -> None:
    ids = [each["id"] for each in shown(block("view: timeline") + block("view: timeline")).select("[id]")]
    assert len(ids) == len(set(ids))


# --- values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("count(*) from plans", "3"),
        ("select count(*) from plans", "3"),
        ("max(due) from plans", "Q1 2025"),
        ("min(due) from plans", "February 2025"),
        ("today()", "March 15, 2025"),
        ("title from plans where id = 'a'", "하나"),
        ("id from plans where id = 'a'", "하나"),
        ("tags from plans where id = 'a'", "x, y"),
        ("progress from items where id = 'b'", "50%"),
        ("1234567.5", "1,234,567.5"),
        ("'<b>*x*</b> [a](b) | _c_'", "<b>*x*</b> [a](b) | _c_"),
        ("null", "–"),
        ("title from plans where 0", "–"),
    ],
)
def test_an_inline_query_shows_its_value(query: str, text: str) -> None:
    found = shown(f"# Notes\n\nThere are `milemark: {query}` of **them**.\n")
    assert (texts(found, ".mm-value"), texts(found, "strong")) == ([text], ["them"])


def test_inline_queries_work_in_lists_tables_and_headings() -> None:
    body = (
        "# N\n\n- a `milemark: 1`\n    - b `milemark: 2`\n\n> c `milemark: 3`\n\n"
        "| d |\n| - |\n| `milemark: 4` |\n\n## e `milemark: 5`\n"
    )
    assert texts(shown(body), ".mm-value") == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("titel from plans", "MM602"),
        ("id from plans", "MM609"),
        ("id, title from plans limit 1", "MM609"),
        ("1,", "MM601"),
    ],
)
def test_a_broken_inline_query_is_a_mark_in_its_place(query: str, code: str) -> None:
    found = shown(f"# Notes\n\nBefore `milemark: {query}` behind.\n")
    assert texts(found, ".mm-mark") == [code]
    assert code in str(found.select(".mm-mark")[0]["title"])
    assert texts(found, "p") == [f"Before {code} behind."]


# --- what stays literal ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "````\n```milemark\nfrom: plans\n```\n````",
        "````md\n```milemark\nfrom: plans\n```\n````",
        "~~~~\n```milemark\nfrom: plans\n```\n~~~~",
        "````milemark\nfrom: plans\n````",
        "    ```milemark\n    from: plans\n    ```",
        "- item\n\n    ```milemark\n    from: plans\n    ```",
        "1. ```milemark\n   from: plans\n   ```",
        "> ```milemark\n> from: plans\n> ```",
        '!!! note "N"\n\n    ```milemark\n    from: plans\n    ```',
        "```milemarks\nfrom: plans\n```",
        "```\nmilemark\nfrom: plans\n```",
        "a ``milemark: count(*) from plans`` b",
        "a `milemark:` b",
        "a `x milemark: 1` b",
        r"a \`milemark: 1\` b",
        "```\n`milemark: 1`\n```",
        "    `milemark: 1`",
    ],
)
def test_an_example_stays_as_it_is(body: str) -> None:
    found = shown(f"# Notes\n\n{body}\n")
    assert not found.select(".mm-table, .mm-value, .mm-wrong, .mm-mark")
    assert "milemark" in str(found) or "from: plans" in found.get_text()


def test_a_block_in_tildes_or_indented_a_little_is_a_block() -> None:
    for body in (
        "~~~milemark\nfrom: plans\n~~~",
        "   ```milemark\n   from: plans\n   ```",
        "``` milemark\nfrom: plans\n```",
    ):
        assert len(shown(f"# Notes\n\n{body}\n").select("tbody tr")) == 3, body


def test_text_around_blocks_stays_and_no_blank_line_is_needed() -> None:
    found = shown(
        "# Notes\nbefore\n```milemark\nview: count\nfrom: plans\n```\nbetween\n```milemark\nfrom: x\n```\nafter\n"
    )
    assert [word for word in found.get_text().split() if word in {"before", "between", "after"}] == [
        *("before", "between", "after"),
    ]
    assert (texts(found, ".mm-count"), len(found.select(".mm-wrong"))) == (["3"], 1)


# --- what is wrong, and hostile ----------------------------------------------------------------------


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_a_broken_block_is_a_note_in_its_place(locale: str) -> None:
    body = (
        block("from: plans\nwhere: titel = '<script>alert(1)</script>'\nview: <img src=x onerror=alert(2)>")
        + "\nAfter.\n"
    )
    found = shown(body, locale=locale)
    assert len(found.select('.mm-wrong[role="note"]')) == 1
    assert texts(found, ".mm-wrong li")[0].startswith("MM607: ")
    assert not found.select("script, img")
    assert "After." in found.get_text()


def test_the_public_reads_that_a_query_cannot_be_shown_and_not_what_it_names() -> None:
    body = (
        "# N\n\n```milemark\nsql: select pay from offers\n```\n\nx `milemark: pay from offers` y\n\n![[offers.base]]\n"
    )
    found = shown(body, audience=PUBLIC)
    assert (len(found.select(".mm-wrong")), "offers" in str(found), "pay" in str(found)) == (2, False, False)
    assert "x – y" in found.get_text()


def test_a_block_that_takes_too_long_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milemark.query.sql.engine._STEPS", 300_000)
    endless = "with recursive t(x) as (select 1 union all select x + 1 from t) select count(*) from t"
    found = shown(f"{block(f'sql: {endless}')}\n`milemark: {endless}`\n")
    assert [texts(found, ".mm-wrong li")[0][:5], texts(found, ".mm-mark")] == ["MM605", ["MM605"]]


def hostile(options: str) -> Tag:
    content = roadmaps.hostile()
    roadmap = load(
        {**{name: text.encode() for name, text in content.items()}, "q.md": options.encode()}, date(2025, 6, 15)
    )
    made = pages(
        roadmap.roadmap,
        Renderer((), Language("en"), is_directory=True),
        Language("en"),
        NO_REPOSITORY,
        NO_INPUTS,
    )
    text = next(page.text for page in made if page.path == "q.md").split("---\n", 2)[-1]
    return BeautifulSoup(html_of(text), "html.parser")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("group", sampled(["", "priority", "status", "title"], 4))
def test_hostile_words_do_no_harm_in_any_view(view: str, group: str) -> None:
    extra = "\ncolumns: [title, status, priority, tags, summary, problem, stack]" if view in {"table", "list"} else ""
    found = hostile(block(f"view: {view}\nfrom: items_items{extra}" + (f"\ngroup: {group}" if group else "")))
    assert not found.select("script, img, svg[onload], b[onclick], article table table, .mm-wrong")
    assert not [tag for tag in found.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert not [tag for tag in found.select("a[href]") if str(tag["href"]).startswith("javascript:")]


@pytest.mark.parametrize("word", sampled(list(roadmaps.HOSTILE), 6))
def test_a_hostile_word_in_a_note_stays_as_written(word: str) -> None:
    text = " ".join(roadmaps.HOSTILE[word].split())
    found = hostile(block(f"from: items\ncolumns: [summary || '', title || '']\nwhere: id = 'i-{word}'"))
    assert texts(found, "td")[1] == text
    value = hostile(f"# N\n\nx `milemark: title from items where id = 'i-{word}'` y\n")
    assert " ".join(value.select(".mm-value")[0].get_text().split()) == text


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in {"count", "chart"}])
def test_every_view_shows_its_title(view: str) -> None:
    found = shown(block(f"view: {view}\ntitle: What I do\nfrom: {'tasks' if view == 'tasks' else 'plans'}"))
    assert texts(found, ".mm-called") == ["What I do"]


def test_an_unreadable_base_is_a_note() -> None:
    files = {"lists/a.base": "filters: 'status != \"'\nviews:\n  - {type: table, name: A}\n"}
    found = shown("![[a.base]]\n", **files)
    assert "MM606" in texts(found, ".mm-wrong li")[0]


def test_each_table_of_a_page_has_a_name_of_its_own() -> None:
    found = shown("# Notes\n\n" + "\n\n".join("```milemark\nfrom: plans\n```" for _ in range(3)))
    assert [region["aria-label"] for region in found.select("[role=region]")] == ["Notes", "Notes 2", "Notes 3"]
