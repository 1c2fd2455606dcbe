"""Queries over a roadmap: right results, a sandbox that only reads, limits, and error messages."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import Language
from milemark.query.sql import engine as query
from milemark.query.sql.engine import Engine
from milemark.query.sql.errors import QueryError
from milemark.query.tables.roadmap import roadmap_tables
from support import DAY, load_texts

CONTENT = {
    "roadmap.yml": """\
title: 계획
as_of: 2025-03-15
statuses: {진행: active, Now: planned, 끝: done, 그만: dropped}
collections:
  tracks: {role: track}
  plans:
    fields:
      effort: {type: number}
      target-date: {type: date}
      담당 자: {}
""",
    "tracks/work.md": "---\ntitle: Work\n---\n",
    "plans/a.md": (
        "---\ntitle: 하나\nstatus: 끝\ntrack: work\ndue: 2025-02\nstart: 2025\n"
        "tags: [Web, 쿠버네티스]\neffort: 2.5\n---\n- [x] one\n"
    ),
    "plans/b.md": (
        "---\ntitle: 둘\nstatus: 진행\ntrack: work\ndue: 2025-Q1\nstart: 2025-02\n"
        "target-date: 2025-04\n담당 자: 철수\n---\n- [ ] two\n- [x] three\n"
    ),
    "plans/c.md": "---\ntitle: it's\nstatus: Now\ndue: 2025-03-10\ndepends_on: [b]\n---\n",
    "plans/d.md": "---\ntitle: 넷\nstatus: 그만\n---\n",
}


def engine_of(content: dict[str, str]) -> Engine:
    roadmap = load_texts(content, date(2025, 1, 1)).roadmap
    return Engine(roadmap_tables(roadmap.settings), roadmap)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(CONTENT)


def refusal(engine: Engine, sql: str) -> QueryError:
    with pytest.raises(QueryError) as raised:
        engine.run(sql)
    return raised.value


def error_of(engine: Engine, sql: str) -> QueryError | None:
    """Run a query and return its error, if any."""
    try:
        engine.run(sql, 10)
    except QueryError as error:
        return error
    return None


def message_of(error: QueryError, locale: str = "en") -> tuple[str, str]:
    """Return the message and the hint of an error."""
    found, language = Diagnostic(error.rule, Span(""), error.values, error.hint), Language(locale)
    return found.message_in(language.gettext), found.hint_in(language.gettext)


# --- answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select title from items where stage = 'active'", [("둘",)]),
        ("select title from items where stage = 'ACTIVE' and 'now' <> status", [("둘",)]),
        ("select title from items where status in ('NOW', 'then') or status like 'NO%'", [("it's",)]),
        ("select item from tags where tag = 'WEB'", [("a",)]),
        ("select title from items where title = 'IT''S'", []),
        ("SELECT Title FROM Items WHERE status = 'Now'", [("it's",)]),
        ("select id from plans where due is not null order by due", [("a",), ("c",), ("b",)]),
        ("select id from plans where due is not null order by due desc", [("b",), ("c",), ("a",)]),
        ("select id from plans where start is not null order by start", [("a",), ("b",)]),
        ("select id from plans where due < today() order by id", [("a",), ("c",)]),
        ("select today()", [("2025-03-15",)]),
        ("select first_day(due), last_day(due) from items where id = 'b'", [("2025-01-01", "2025-03-31")]),
        (
            "select last_day('2024-02'), last_day('no date'), last_day(null), first_day(7)",
            [("2024-02-29", *[None] * 3)],
        ),
        ("select id from items where has(tags, 'web')", [("a",)]),
        ("select id from items where has(tags, '쿠버네티스')", [("a",)]),
        ("select id from items where has(tags, '쿠버')", []),
        ("select has(null, 'a'), has('[\"a\"]', null), has('a', 'A'), has('[', '['), has(1, 1)", [(0, 0, 1, 1, 1)]),
        ("select id from items where due_day <= '2025-02'", [("a",)]),
        ("select id, effort from plans where effort > 1", [("a", 2.5)]),
        ('select "target-date", "담당 자" from plans where "target-date" = \'2025\'', [("2025-04", "철수")]),
        ("select id from items where title = 'it''s'", [("c",)]),
        ("select progress, tasks_done, tasks_total from tracks", [(75.0, 2, 3)]),
        ("select text from tasks where item = 'b' and stage != 'done'", [("two",)]),
        ("select needs from dependencies where item = 'c'", [("b",)]),
        ("select days_late, is_blocked from items where id = 'c'", [(5, 1)]),
        (
            "select stage, count(*) n from plans group by stage having n > 0 order by stage limit 2",
            [("active", 1), ("done", 1)],
        ),
        ("select t.title, count(*) from items i join tracks t on t.id = i.track", [("Work", 2)]),
        ("with late as (select * from items where days_late > 0) select id from late", [("c",)]),
        ("select value from items, json_each(items.tags) order by 1", [("Web",), ("쿠버네티스",)]),
        ("select julianday(today()) - julianday(due_day) from items where id = 'c'", [(5.0,)]),
        (
            "select date(due_day, '+7 days'), strftime('%Y', due_day) from items where id = 'c'",
            [("2025-03-17", "2025")],
        ),
        ("select title from items where title = 'now' or title like 'Now%'", []),
        ("select status from items where status = 'Now'", [("Now",)]),
        ("select 1 -- a comment", [(1,)]),
        ("/* a comment */ select 1;", [(1,)]),
        ("values (1), (2)", [(1,), (2,)]),
        ("select 1/0, cast('x' as blob)", [(None, "x")]),
        ("select 1e308 * 10, -1e308 * 10, 1e308 * 10 - 1e308 * 10", [(None, None, None)]),
        ("select title from `items` where [id] = 'b' and \"stage\" = 'active'", [("둘",)]),
        ('select id as "이 름" from plans order by "이 름" limit 1', [("a",)]),
    ],
)
def test_a_query_returns_its_rows(engine: Engine, sql: str, expected: list[tuple[object, ...]]) -> None:
    assert list(engine.run(sql).rows) == expected


def test_a_result_names_its_columns_and_says_whether_it_is_cut(engine: Engine) -> None:
    answer = engine.run("select id, title as 제목 from items order by position", 2)
    assert (answer.columns, len(answer.rows), answer.is_cut) == (("id", "제목"), 2, True)
    assert not engine.run("select id from items", 5).is_cut
    assert engine.columns("select id, title as 제목 from items") == ("id", "제목")


def test_only_the_tables_that_a_query_reads_are_filled(engine: Engine) -> None:
    assert engine.check("select i.title from plans i join tasks on item = i.id") == {"plans", "tasks"}
    assert engine.check("select 1") == frozenset()


# --- nothing but reading -----------------------------------------------------------------------------

STATEMENTS = (
    *("insert into items (id) values ('x')", "replace into items (id) values ('x')", "delete from items"),
    *("update items set title = 'x'", "drop table items", "create table x (a)", "create view v as select 1"),
    *("create trigger t after insert on items begin select 1; end", "create virtual table v using fts5(a)"),
    *("alter table items add column x", "create index i on items (title)", "reindex", "analyze", "vacuum"),
    *("vacuum into '/tmp/milemark-asked-vacuum'", "begin", "commit", "rollback", "savepoint a", "release a"),
    *("attach '/etc/passwd' as other", "attach ':memory:' as other", "detach main", "pragma query_only = 0"),
    *("pragma table_info(items)", "pragma hard_heap_limit = 0", "with x as (select 1) delete from items"),
    *("explain select 1", "explain query plan select 1", "insert into items select * from items returning id"),
)
HIDDEN = (
    *("select * from sqlite_master", "select * from sqlite_schema", "select * from sqlite_temp_schema"),
    *("select * from pragma_table_info('items')", "select * from pragma_database_list", "select * from dbstat"),
    *("select * from main.sqlite_master", "select (select sql from sqlite_master) from items"),
    *(
        "select load_extension('x')",
        "select writefile('/tmp/milemark-asked-file', 'y')",
        "select readfile('/etc/passwd')",
    ),
    *(
        "select edit('x')",
        "select fts5('x')",
        "select sqlite_version()",
        "select last_insert_rowid()",
        "select changes()",
    ),
)
CHANCE = (
    *("select random()", "select id from items order by random()", "select hex(randomblob(4))", "select date('now')"),
    *("select DATE ( 'NOW' )", "select date()", "select datetime()", "select strftime('%Y')", "select current_date"),
    *(
        "select current_timestamp",
        "select CURRENT_TIME",
        "select date('no' || 'w')",
        "select date('2025-01-01', 'localtime')",
    ),
    *(
        "select time('12:00', 'utc')",
        "select julianday(lower('NOW'))",
        "select strftime('%s', substr('nowhere', 1, 3))",
    ),
)


@pytest.mark.parametrize("sql", [*STATEMENTS, *HIDDEN, *CHANCE])
def test_a_query_can_only_read_the_roadmap(engine: Engine, sql: str) -> None:
    before = engine.run("select * from items")
    error = refusal(engine, sql)
    assert error.rule.code in {"MM601", "MM603", "MM604"}
    assert 0 <= error.start <= error.start + error.width <= len(sql)
    assert engine.run("select * from items") == before
    assert not any(Path("/tmp").glob("milemark-asked-*"))  # noqa: S108  what a statement above would have written


INJECTED = (
    *(
        "'; drop table items; --",
        "' or '1'='1",
        '" OR 1=1',
        "') union select sql from sqlite_master --",
        "%",
        "_",
        "\\",
    ),
    *(
        "' || load_extension('x') || '",
        "x' and 1=(select count(*) from pragma_database_list) --",
        "a*b",
        'NEAR("a", 2)',
    ),
)


@pytest.mark.parametrize("text", INJECTED)
def test_a_quoted_text_stays_a_text(engine: Engine, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert engine.run(f"select {quoted}, title = {quoted} from items limit 1").rows == ((text, 0),)  # noqa: S608


@pytest.mark.parametrize("text", INJECTED)
def test_an_unquoted_text_is_an_error_with_a_message(engine: Engine, text: str) -> None:
    answers_or_refuses(engine, f"select title from items where title = '{text}'")  # noqa: S608  that is what it shows


def test_every_naughty_string_can_be_a_query_and_a_value(engine: Engine, real_markdown: Path) -> None:
    for text in json.loads((real_markdown / "blns/blns.json").read_bytes()):
        answers_or_refuses(engine, text)
        value = text.replace("\0", "").replace("'", "''")
        answers_or_refuses(engine, f"select title from items where title = '{value}' or title like '{value}'")  # noqa: S608


# --- an end to everything ----------------------------------------------------------------------------

ENDLESS = "with recursive t(x) as (select 1 union all select x + 1 from t) select "


@pytest.mark.parametrize(
    "sql",
    [
        f"{ENDLESS} count(*) from t",
        f"{ENDLESS} max(x) from t where x < 0",
        "select count(*) from items a, items b, items c, items d, items e, items f, items g, items h, items i, items j",
    ],
)
def test_an_endless_query_is_interrupted(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    monkeypatch.setattr(query, "_STEPS", 300_000)
    assert refusal(engine_of(CONTENT), sql).rule.code == "MM605"


def test_a_slow_query_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "_SECONDS", 0.05)
    assert refusal(engine_of(CONTENT), f"{ENDLESS} count(*) from t").rule.code == "MM605"


def test_an_engine_runs_queries_after_an_interrupted_one(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(CONTENT)
    with monkeypatch.context() as patched:
        patched.setattr(query, "_STEPS", 300_000)
        refusal(engine, f"{ENDLESS} count(*) from t")
    assert engine.run("select count(*) from plans").rows == ((4,),)


@pytest.mark.parametrize(
    "sql",
    [
        "select printf('%.*c', 5000000, 'x')",
        "select printf('%.*c', 3000000, 'x') || printf('%.*c', 3000000, 'x')",
        "select replace(printf('%.*c', 100000, 'x'), 'x', printf('%.*c', 1000, 'y'))",
        "select title from items where " + " or ".join(["1"] * 300),  # noqa: S608
        f"select {'(' * 300}1{')' * 300}",
        " union ".join(["select 1"] * 200),
        f"select '{'x' * 200_000}'",
        f"select {', '.join(['1'] * 3000)}",
        "select title from items where title like '" + "%a" * 2000 + "'",
    ],
)
def test_huge_values_and_queries_are_refused(engine: Engine, sql: str) -> None:
    refused = error_of(engine, sql)
    assert refused is None or refused.rule.code == "MM605"
    assert refused or all(cell is None for row in engine.run(sql).rows for cell in row)


def test_the_size_of_a_result_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(CONTENT)
    monkeypatch.setattr(query, "_MAX_TEXT", 10_000)
    assert refusal(engine, f"{ENDLESS} printf('%.*c', 1000, 'x') from t").rule.code == "MM605"
    assert engine.run(f"{ENDLESS} x from t", 1000).is_cut


GREEDY = """
from milemark.query.sql import engine
from milemark.query.sql.errors import QueryError
engine._MAX_MEMORY = 16 << 20
try:
    engine.Engine((), None).run("{sql}")
except QueryError as error:
    print(error.rule.code)
"""


def test_the_memory_of_a_query_is_limited() -> None:
    """SQLite's limit holds for the whole process, and can only be lowered."""
    many = "group_concat(x) from (select x from t limit 1000000) order by x"
    greedy = GREEDY.format(sql=ENDLESS + many)
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("MM605\n", "")


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("status = 'in-progress'", 'did you mean "in progress"?'),
        ("i.status in ('done', 'In Progres')", 'did you mean "in progress"?'),
        ("status = '진행'", "available: in progress, done"),
        ("status = 'In Progress'", ""),
        ("status is null or status <> 'DONE' or status like 'in%' or title = 'in-progress'", ""),
    ],
)
def test_a_status_that_roadmap_yml_does_not_have_is_reported(condition: str, hint: str) -> None:
    declared = "statuses: {in progress: active, done: done}\ncollections: {items: {}}\n"
    settings = load_texts({"roadmap.yml": declared}, DAY).roadmap.settings
    engine = Engine(roadmap_tables(settings), None, statuses=settings.known_statuses)
    try:
        engine.check(f"select title from items i where {condition}")  # noqa: S608  rows of this table
    except QueryError as error:
        finding = Diagnostic(error.rule, Span("query"), error.values, error.hint)
        assert (finding.rule.code, finding.hint_in(str)) == ("MM607", hint)
    else:
        assert hint == ""


def test_without_roadmap_yml_any_word_is_a_status() -> None:
    settings = load_texts({"items/a.md": "---\nstatus: odd\n---\n"}, DAY).roadmap.settings
    Engine(roadmap_tables(settings), None, statuses=settings.known_statuses).check(
        "select title from items where status = 'any'"
    )


# --- words for what is wrong -------------------------------------------------------------------------

WRONG = [
    ("select ⟦titel⟧ from items", "MM602", 'did you mean "title"?'),
    ("select items.⟦titel⟧ from items", "MM602", 'did you mean "title"?'),
    ("select count(⟦titel⟧) from items", "MM602", 'did you mean "title"?'),
    ("select ⟦제목⟧ from items", "MM602", "available columns: id, title,"),
    ("select ⟦effort⟧ from items", "MM602", "it is a column of: plans"),
    ("select ⟦담당⟧ 자 from plans", "MM602", 'did you mean "담당 자"?'),
    ("select title from ⟦itmes⟧", "MM603", 'did you mean "items"?'),
    ("select title from ⟦계획⟧", "MM603", "relations: roadmap, collections, items,"),
    ("select ⟦task⟧.text from tasks", "MM603", 'did you mean "tasks"?'),
    ("select ⟦title⟧ union select title from items", "MM602", "add a relation"),
    ("select title from items where stage = ⟦active⟧", "MM602", "single quotation marks: 'active'"),
    ('select title from items where stage = ⟦"active"⟧', "MM602", "single quotation marks: 'active'"),
    ("select title from items where stage = ⟦‘active’⟧", "MM602", "single quotation marks: 'active'"),
    ("select title from items where stage = ⟦'진행'⟧", "MM607", "available: planned, active, paused, done, dropped"),
    ("select title from items where stage in ('done', ⟦'Activ'⟧)", "MM607", 'did you mean "active"?'),
    ("select title from items where due < ⟦2025-04-01⟧", "MM206", "single quotation marks: '2025-04-01'"),
    ("select title from items where due < ⟦'2025년 4월'⟧", "MM206", 'did you mean "2025-04"?'),
    ("select title from items where ⟦'2025/4/1'⟧ > items.due", "MM206", 'did you mean "2025-04-01"?'),
    ("select title from items where due = ⟦'2025-02-30'⟧", "MM206", "2025-02 has 28 days"),
    ("select title from items where '2025' ⟦<⟧ due < '2026'", "MM601", "write two comparisons joined by `and`"),
    ("select title from items where due < ⟦today⟧", "MM602", 'did you mean "today()"?'),
    ("select title from items where due < ⟦now⟧()", "MM604", "write today()"),
    ("select title from items where due < date(⟦'now'⟧)", "MM604", "write today()"),
    ("⟦selct⟧ title from items", "MM601", 'did you mean "select"?'),
    ("select title ⟦form⟧ items", "MM601", 'did you mean "from"?'),
    ("select title from items ⟦wher⟧ stage = 'done'", "MM601", 'did you mean "where"?'),
    ("select title from items ⟦order⟧ title", "MM601", 'did you mean "order by"?'),
    ("⟦title⟧ where stage = 'done'", "MM601", "a query begins with `select`"),
    ("select title from items ⟦where⟧", "MM601", "the query ends too early"),
    ("select title, ⟦from⟧ items", "MM601", "check the words before it"),
    ("select title from items where title = ⟦'⟧Two", "MM601", "never closed"),
    ("select title from items where title = 'a' &⟦&⟧ 1", "MM601", "write `and`"),
    ("select title from items where tags ⟦contains⟧ 'x'", "MM601", "has(tags, 'word')"),
    ("⟦select⟧ title from items where 'x' in tags", "MM601", "has(tags, 'word')"),
    ("select title from items where stage in ⟦['done']⟧", "MM601", "in ('active', 'done')"),
    ("select title from items where ⟦count⟧(*) > 1", "MM601", "in `having` after `group by`"),
    ("select ⟦title⟧ from items i join tracks t on t.id = i.track", "MM601", "as in items.title"),
    ("select ⟦cuont⟧(*) from items", "MM604", 'did you mean "count"?'),
    ("select title from items where title ⟦regexp⟧ 'a'", "MM604", 'did you mean "like"?'),
    ("select ⟦substr⟧(title) from items", "MM601", "the number of arguments is wrong"),
    ("select title from items where id = ⟦?⟧", "MM601", "write the value itself"),
    ("select title from items⟦;⟧ select 1", "MM604", "write a single query"),
    ("⟦delete⟧ from items", "MM604", "a query only reads the roadmap"),
    ("select title from items where stage ⟦＝⟧ 'done'", "MM601", 'did you mean "="?'),
    ("⟦select⟧ 1 union select 1, 2", "MM601", "the same number of columns on both sides"),
]


@pytest.mark.parametrize(("marked", "code", "hint"), WRONG)
def test_an_error_has_its_place_and_a_hint(engine: Engine, marked: str, code: str, hint: str) -> None:
    before, word, _behind = marked.replace("⟧", "⟦").split("⟦")
    error = refusal(engine, marked.replace("⟦", "").replace("⟧", ""))
    assert (error.rule.code, error.start, error.width) == (code, len(before), len(word))
    assert hint in message_of(error)[1]
    assert all("{" not in text and text for text in (*message_of(error), *message_of(error, "ko")))


@pytest.mark.parametrize("sql", ["", " \n", "-- nothing", "/*"])
def test_an_empty_query_is_an_error_with_an_example(engine: Engine, sql: str) -> None:
    error = refusal(engine, sql)
    assert (error.rule.code, message_of(error)[1]) == ("MM601", "write for example: select title from items")


def test_an_error_in_a_query_of_several_lines_has_its_place(engine: Engine) -> None:
    sql = "select title\nfrom items\nwhere titel = 'x'"
    error = refusal(engine, sql)
    assert sql[error.start : error.start + error.width] == "titel"


# --- any text ----------------------------------------------------------------------------------------


def answers_or_refuses(engine: Engine, sql: str) -> None:
    """Run a query; an error must have a message, a hint and a place within the query."""
    if error := error_of(engine, sql):
        assert 0 <= error.start <= error.start + error.width <= max(len(sql), 1), sql
        assert all(message_of(error)), sql


WORDS: list[Any] = [
    *("select", "from", "where", "items", "title", "due", "stage", "tasks", "has(", "today()", "(", ")", ",", "*", ";"),
    *("'2025-04'", "'done'", "'", '"', "=", "<", "in", "and", "not", "group by", "order by", "limit", "1", "--", "/*"),
    *("count(", "[", "]", "``", ".", "||", "union", "with", "as", "join", "on", "is", "null", "between", "case", "end"),
    *("\0", "\ud800", "한글", "‘", "“", "\u00a0", "?", ":x", "@", "$", "\\", "x'00'", "0x1", "1e999", "date(", "'now'"),
]


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(st.characters()), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_any_text_is_run_or_refused_with_a_message(sql: str) -> None:
    answers_or_refuses(SHARED, sql)


def test_queries_with_a_missing_or_extra_word_are_run_or_refused_with_a_message(engine: Engine) -> None:
    choice = random.Random(1)  # noqa: S311  no secret
    for marked, _code, _hint in WRONG * 5:
        words = marked.replace("⟦", "").replace("⟧", "").split(" ")
        place = choice.randrange(len(words))
        changed = choice.choice([[], [choice.choice(WORDS)], [words[place]] * 2])
        answers_or_refuses(engine, " ".join([*words[:place], *changed, *words[place + 1 :]]))


SHARED = engine_of(CONTENT)


def test_the_choices_of_a_field_are_equal_in_any_case() -> None:
    roadmap = "collections: {plans: {fields: {level: {choices: [High, low]}, name: {}}}}\n"
    engine = engine_of({"roadmap.yml": roadmap, "plans/a.md": "---\nlevel: HIGH\nname: X\n---\n# A\n"})
    sql = "select id, level from plans where level {} and name {}"
    assert engine.run(sql.format("= 'high'", "= 'X'")).rows == (("a", "High"),)
    assert engine.run(sql.format("in ('LOW', 'HIGH')", "<> 'x'")).rows == (("a", "High"),)
    assert engine.run(sql.format("= 'high '", "= 'X'")).rows == (("a", "High"),)
    assert engine.run(sql.format("= 'hig'", "= 'X'")).rows == ()
