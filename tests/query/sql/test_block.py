"""Query blocks: their options, their queries, and the places of errors."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.i18n import Language
from milemark.query.sql.block import OPTIONS, VIEWS, Block, read_block
from milemark.query.sql.engine import MAX_ROWS, Engine
from milemark.query.sql.errors import QueryError
from milemark.query.sql.list_options import list_block
from milemark.query.tables.roadmap import roadmap_tables
from support import load_texts

CONTENT = {
    "roadmap.yml": """\
title: 계획
as_of: 2025-03-15
statuses: {진행: active, 예정: planned}
collections:
  tracks: {role: track}
  plans:
    columns: [title, effort]
    fields:
      effort: {type: number}
      target-date: {type: date, label: 목표}
      담당 자: {}
      "예산(만원)": {type: number}
""",
    "tracks/work.md": "---\ntitle: Work\n---\n",
    "plans/a.md": (
        "---\ntitle: 하나\nstatus: 진행\ntarget-date: 2025-04\n담당 자: 철수\n예산(만원): 3\ndue: 2025-02\n---\n"
        "- [ ] one\n"
    ),
    "plans/b.md": "---\ntitle: 둘\nstatus: 예정\n담당 자: 영희\ntags: [a]\neffort: 2\ndue: 2025-Q1\n---\n- [x] two\n",
    "notes.md": "---\ntitle: Note\nstatus: 예정\n---\n",
}


def engine_of() -> Engine:
    roadmap = load_texts(CONTENT, date(2025, 1, 1)).roadmap
    return Engine(roadmap_tables(roadmap.settings), roadmap)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of()


def block_of(engine: Engine, text: str) -> Block:
    block, found = read_block("page.md", text, 5, engine)
    assert (block is not None, found) == (True, [])
    assert block
    return block


def findings(engine: Engine, text: str) -> list[tuple[str, str, str]]:
    """Return the code, place and hint of each finding about a block that begins at line 5."""
    _block, found = read_block("page.md", text, 5, engine)
    for each in found:
        assert all("{" not in said for said in (each.message_in(str), each.hint_in(Language("ko").gettext)))
    return [(each.rule.code, str(each.span), each.hint_in(str)) for each in found]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("from: items", ["work", "a", "b", "notes"]),
        ("view: list", ["a", "b", "notes"]),  # of planned work, without `from`
        ("view: timeline", ["a", "b", "notes"]),
        ("from: plans\nwhere: stage = 'active'", ["a"]),
        ("from: plans\nwhere: due < '2025-03' or effort > 1\norder: due desc, title", ["b", "a"]),
        ("from: plans\norder: title\nlimit: 1", ["b"]),
        ("from: PLANS\nwhere: |\n  stage = 'active'\n  -- a comment\n", ["a"]),
        ("from: plans\nwhere: \"title = '하나'\"", ["a"]),
        ("from: plans\nwhere: title = '하나' -- or not", ["a"]),
        ("from: plans\nwhere: has(tags, 'a')", ["b"]),
        ("view: tasks", ["a", "b"]),
        ("view: tasks\nwhere: stage = 'done'", ["b"]),
        ("sql: select id from plans where effort > 1", ["b"]),
        ("sql: |\n  select id\n  from plans\n  limit 1\nview: list\ntitle: 하나만", ["a"]),
    ],
)
def test_a_block_selects_rows(engine: Engine, text: str, ids: list[str]) -> None:
    block = block_of(engine, text)
    assert [row[0] for row in engine.run(block.sql, block.limit).rows] == ids


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('from: plans\ncolumns: ["coalesce(effort, 0)"]', [("a", 0), ("b", 2.0)]),
        ("from: plans\ncolumns: [due || '!']", [("a", "2025-02!"), ("b", "2025-Q1!")]),
        ("from: plans\ncolumns: [title]\ngroup: 담당 자", [("a", "철수"), ("b", "영희")]),
        ("from: plans\ncolumns: [title]\ngroup: 예산(만원)", [("a", 3.0), ("b", None)]),
        ('from: plans\ncolumns: [title]\ngroup: "\'담당\' || \\"담당 자\\""', [("a", "담당철수"), ("b", "담당영희")]),
        ("view: tasks", [("a", 1, "content/plans/a.md"), ("b", 1, "content/plans/b.md")]),
        ("from: tags", [("b", "b", "a", "tags")]),
        ("view: count", [(3,)]),
        ("view: count\nfrom: plans\nvalue: sum(effort)", [(2.0,)]),
        ("view: chart\nfrom: plans\ngroup: 담당 자", [("영희", 1), ("철수", 1)]),
        ("view: chart\nfrom: plans\ngroup: substr(title, 1, 1)\nvalue: max(effort)", [("둘", 2.0), ("하", None)]),
    ],
)
def test_a_row_has_its_item_its_group_and_the_columns_that_are_not_fields(
    engine: Engine, text: str, rows: list[tuple[object, ...]]
) -> None:
    block = block_of(engine, text)
    assert list(engine.run(block.sql, block.limit).rows) == rows


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("from: items", ["title", "status", "progress", "due"]),
        ("from: plans", ["title", "effort"]),  # those of its pages
        ("view: list\nfrom: plans", ["title"]),
        ("from: tasks", ["text", "item"]),
        ("from: dependencies", ["item", "needs"]),
        ("view: board", []),
        ("view: timeline", []),
        ("view: progress", []),
        ("from: plans\ncolumns: [id, due]", ["id", "due"]),
        ("from: plans\ncolumns: id", ["id"]),
        ("from: plans\ncolumns: [target-date, 담당 자, 예산(만원)]", ["target-date", "담당 자", "예산(만원)"]),
    ],
)
def test_a_block_shows_the_usual_columns_or_those_it_names(engine: Engine, text: str, columns: list[str]) -> None:
    block = block_of(engine, text)
    assert [column.text for column in block.columns] == columns
    engine.run(block.sql)


def test_a_column_has_the_label_of_its_pair(engine: Engine) -> None:
    block = block_of(engine, "from: plans\ncolumns:\n  target-date: 언제까지\n  effort * 2: 두 배\n  title:\n")
    assert [(column.text, column.label) for column in block.columns] == [
        ("target-date", "언제까지"),
        ("effort * 2", "두 배"),
        ("title", ""),
    ]


def test_a_block_needs_no_option_but_one(engine: Engine) -> None:
    for view in VIEWS:
        block = block_of(engine, f"view: {view}")
        assert (block.view, block.limit) == (view, MAX_ROWS)
        engine.run(block.sql)


WRONG = [
    ("", "MM606", "page.md:4:1", "write for example `from: items`"),
    ("# only a comment", "MM606", "page.md:4:1", "write for example `from: items`"),
    ("form: items", "MM607", "page.md:5:1", 'did you mean "from"?'),
    ("from: itmes", "MM607", "page.md:5:7", 'did you mean "items"?'),
    ("from: 계획", "MM607", "page.md:5:7", "available: roadmap, collections,"),
    ("view: tabel", "MM607", "page.md:5:7", 'did you mean "table"?'),
    ("view: 표", "MM607", "page.md:5:7", f"available: {', '.join(VIEWS)}"),
    ("보기: table", "MM607", "page.md:5:1", f"available: {', '.join(OPTIONS)}"),
    ("view: board\nfrom: tags\nsql: ", "", "", ""),
    (
        "view: board\nfrom: collections",
        "MM606",
        "page.md:5:7",
        "use table, list, count or chart, or write `from: items`",
    ),
    ("limit: 0", "MM606", "page.md:5:8", "write for example limit: 10"),
    ("limit: -1", "MM606", "page.md:5:8", "write for example limit: 10"),
    ("limit: ten", "MM606", "page.md:5:8", "write for example limit: 10"),
    ("limit: 100001", "MM606", "page.md:5:8", "write for example limit: 10"),
    ("limit: ２", "", "", ""),  # a digit all the same
    (f"limit: {'9' * 5000}", "MM606", "page.md:5:8", "write for example limit: 10"),
    ("from: [items]", "MM606", "page.md:5:7", "write it on one line"),
    ("where: {a: b}", "MM606", "page.md:5:8", "write it on one line"),
    ("columns: title, due", "MM606", "page.md:5:15", "a comma needs brackets; write columns as a list"),
    ("columns: [titel]", "MM602", "page.md:5:11", 'did you mean "title"?'),
    ("columns:\n  titel: Name", "MM602", "page.md:6:3", 'did you mean "title"?'),
    ('columns: [title, "(titel"]', "MM606", "page.md:5:18", "the brackets do not match"),
    ("where: titel = 'x'", "MM602", "page.md:5:8", 'did you mean "title"?'),
    ('where: "titel = 1"', "MM602", "page.md:5:9", 'did you mean "title"?'),
    ("where: title = 'x' and titel = 'x'", "MM602", "page.md:5:24", 'did you mean "title"?'),
    ("where: due < 2025-04", "MM206", "page.md:5:14", "write it in single quotation marks: '2025-04'"),
    ("where: 1) or (1", "MM606", "page.md:5:9", "the brackets do not match"),
    ("where: (1", "MM606", "page.md:5:8", "the brackets do not match"),
    ("where: 1; select 1", "MM606", "page.md:5:9", "write a single query"),
    ("where: title = 'a", "MM606", "page.md:5:16", "a quotation mark or a bracket is never closed"),
    ("where: title =", "MM601", "page.md:5:14", "the query ends too early"),
    ("where: due <", "MM601", "page.md:5:12", "the query ends too early"),
    ("where: stage = 'active' and", "MM601", "page.md:5:25", "the query ends too early"),
    ("where: title like", "MM601", "page.md:5:14", "the query ends too early"),
    ("columns: [id, title, due <, stage]", "MM601", "page.md:5:26", "the query ends too early"),
    ("order: titel desc", "MM602", "page.md:5:8", 'did you mean "title"?'),
    ("order: title descending", "MM601", "page.md:5:14", "check the words before it"),
    ("group: titel", "MM602", "page.md:5:8", 'did you mean "title"?'),
    ("group: track, stage", "MM606", "page.md:5:13", "a comma needs brackets; write columns as a list"),
    ("view: count\nvalue: cuont(*)", "MM604", "page.md:6:8", 'did you mean "count"?'),
    ("sql: select titel from items", "MM602", "page.md:5:13", 'did you mean "title"?'),
    ("sql: |\n  select titel\n  from items", "MM602", "page.md:5:6", 'did you mean "title"?'),
    ("sql: select 1\nwhere: 1", "MM606", "page.md:6:1", "remove one of the two"),
    ("sql: select 1\nview: board", "MM606", "page.md:6:7", "with `sql`, the view must be table, list, count or chart"),
    ("sql: delete from items", "MM604", "page.md:5:6", "a query only reads the roadmap"),
]


@pytest.mark.parametrize(("text", "code", "place", "hint"), WRONG)
def test_an_error_in_a_block_is_reported_at_its_place(
    engine: Engine, text: str, code: str, place: str, hint: str
) -> None:
    found = findings(engine, text)
    if not code:
        assert found == []
        return
    assert [each[:2] for each in found] == [(code, place)]
    assert hint in found[0][2]


def test_all_errors_in_options_are_reported_at_once(engine: Engine) -> None:
    found = findings(engine, "form: items\nview: tabel\nlimit: many\nfrom: [x]")
    assert [place for _code, place, _hint in found] == ["page.md:5:1", "page.md:6:7", "page.md:8:7", "page.md:7:8"]


def test_invalid_yaml_is_reported_as_in_front_matter(engine: Engine) -> None:
    for text in ("from: [items", "from: items\nfrom: tags", "from items", "- from: items", "\tfrom: items", "a: &a *a"):
        found = findings(engine, text)
        assert found, text
        assert all(place.startswith("page.md:") for _code, place, _hint in found)


# --- milemark list -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"--columns": "id"}, [("a",), ("b",), ("notes",)]),
        ({"--columns": "id, coalesce(effort, 0)", "--from": "plans"}, [("a", 0), ("b", 2.0)]),
        ({"--columns": " id ,iif(stage = 'active', 'x,y', 'z')"}, [("a", "x,y"), ("b", "z"), ("notes", "z")]),
        ({"--columns": "id,담당 자", "--from": "plans", "--order": "id desc"}, [("b", "영희"), ("a", "철수")]),
        ({"--from": "tags"}, [("b", "a", "tags")]),
        ({"--columns": "id", "--where": "due < '2025-03'", "--limit": "5"}, [("a",)]),
    ],
)
def test_the_options_of_list_select_rows(
    engine: Engine, options: dict[str, str], expected: list[tuple[object, ...]]
) -> None:
    block, found = list_block(options, engine)
    assert found == []
    assert block
    assert list(engine.run(block.sql, block.limit).rows) == expected


@pytest.mark.parametrize(
    ("options", "code", "place"),
    [
        ({"--columns": "id, titel"}, "MM602", "--columns:1:5"),
        ({"--columns": "id, (titel"}, "MM606", "--columns:1:5"),
        ({"--where": "stage = 'x'"}, "MM607", "--where:1:9"),
        ({"--where": "titel = 1", "--columns": "id"}, "MM602", "--where:1:1"),
        ({"--order": "titel"}, "MM602", "--order:1:1"),
        ({"--from": "itmes"}, "MM607", "--from:1:1"),
        ({"--limit": "many"}, "MM606", "--limit:1:1"),
    ],
)
def test_an_error_in_an_option_of_list_is_reported_at_its_place(
    engine: Engine, options: dict[str, str], code: str, place: str
) -> None:
    _block, found = list_block(options, engine)
    assert [(each.rule.code, str(each.span)) for each in found] == [(code, place)]


# --- any text ----------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.sampled_from(
        ["items", "plans", "title", "due desc", "stage = 'done'", "1", "(", "'", "--", "count(*)", "[a, b]"]
    ),
    st.text(st.characters(exclude_categories=["Cs"])),
)
BLOCKS = st.lists(st.tuples(st.sampled_from(OPTIONS), VALUES), max_size=4)


@settings(deadline=None, max_examples=300)
@given(st.one_of(BLOCKS.map(lambda lines: "\n".join(f"{name}: {value}" for name, value in lines)), st.text()))
def test_any_block_can_be_run_or_has_findings(text: str) -> None:
    block, found = read_block("page.md", text, 5, SHARED)
    assert block or found
    lines = len(text.splitlines()) + 5
    assert all(4 <= each.span.line <= lines and each.message_in(str) and each.hint_in(str) for each in found)
    if block and block.view != "base":
        try:
            SHARED.run(block.sql, 10)
        except QueryError as error:
            assert error.rule.code in {"MM601", "MM604", "MM605"}  # noqa: PT017  what only rows can tell


SHARED = engine_of()
