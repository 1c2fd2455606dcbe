"""Tokens of SQL with their offsets, and comparisons with dates less precise than a day."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.dates import PartialDate, parse_date
from milemark.query.sql.engine import Engine
from milemark.query.sql.tokens import tokenize, with_days
from milemark.query.tables.roadmap import roadmap_tables
from milemark.roadmap.load import load

WITHIN = "last_day(due) BETWEEN '{}' AND '{}'"
DATES, DAYS = {"start", "due", "target-date"}, {"due_day"}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1", ["select", "1"]),
        ("a<=b", ["a", "<=", "b"]),
        ("a<>b!=c==d||e", ["a", "<>", "b", "!=", "c", "==", "d", "||", "e"]),
        ("'it''s' x", ["'it''s'", "x"]),
        ("'a -- b' c", ["'a -- b'", "c"]),
        ("a -- 'b'\nc", ["a", "c"]),
        ("a /* 'b' \n -- */ c", ["a", "c"]),
        ("a /* never closed", ["a"]),
        ('"a "" b" [c d] `e f`', ['"a "" b"', "[c d]", "`e f`"]),
        ("'never closed", ["'", "never", "closed"]),
        ("제목 = '가'", ["제목", "=", "'가'"]),
        ("stage = ‘active’", ["stage", "=", "‘active’"]),
        ("title\u00a0from", ["title\u00a0from"]),  # no blank to SQLite
        ("1.5e3 2025-04", ["1.5e3", "2025", "-", "04"]),
        ("", []),
    ],
)
def test_sql_has_the_same_tokens_as_in_sqlite(sql: str, expected: list[str]) -> None:
    assert [token.text for token in tokenize(sql)] == expected
    assert all(sql[token.start : token.end] == token.text for token in tokenize(sql))


@pytest.mark.parametrize(
    ("written", "name"),
    [("Due", "due"), ('"Due"', "due"), ("[Due]", "due"), ("`Due`", "due"), ('"a""b"', 'a"b'), ("'due'", ""), ("1", "")],
)
def test_a_name_is_the_same_in_any_quotation_marks_and_case(written: str, name: str) -> None:
    assert tokenize(written)[0].name == name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("due < '2025-04'", "(last_day(due) < '2025-04-01')"),
        ("due <= '2025-04'", "(last_day(due) <= '2025-04-30')"),
        ("due > '2025-04'", "(last_day(due) > '2025-04-30')"),
        ("due >= '2025-04'", "(last_day(due) >= '2025-04-01')"),
        ("due = '2025-Q1'", "(last_day(due) BETWEEN '2025-01-01' AND '2025-03-31')"),
        ("due == '2025'", "(last_day(due) BETWEEN '2025-01-01' AND '2025-12-31')"),
        ("due != '2025-W01'", "(last_day(due) NOT BETWEEN '2024-12-30' AND '2025-01-05')"),
        ("due <> '2025-04-02'", "(last_day(due) NOT BETWEEN '2025-04-02' AND '2025-04-02')"),
        ("'2025-04' < due", "(last_day(due) > '2025-04-30')"),
        ("'2025-04' <= due", "(last_day(due) >= '2025-04-01')"),
        ("'2025-04' > due", "(last_day(due) < '2025-04-01')"),
        ("'2025-04' >= due", "(last_day(due) <= '2025-04-30')"),
        ("'2025-04' = due", "(last_day(due) BETWEEN '2025-04-01' AND '2025-04-30')"),
        ("due between '2025-02' and '2025-03'", "(last_day(due) BETWEEN '2025-02-01' AND '2025-03-31')"),
        ("due NOT BETWEEN '2025' AND '2026'", "(last_day(due) NOT BETWEEN '2025-01-01' AND '2026-12-31')"),
        (
            "due in ('2025-02', '2024')",
            f"(({WITHIN.format('2025-02-01', '2025-02-28')} OR {WITHIN.format('2024-01-01', '2024-12-31')}))",
        ),
        ("due not in ('2025-02')", "(NOT (last_day(due) BETWEEN '2025-02-01' AND '2025-02-28'))"),
        ("start < '2025-04'", "(first_day(start) < '2025-04-01')"),
        ("items.due < '2025-04'", "(last_day(items.due) < '2025-04-01')"),
        ("i.\"target-date\" < '2025-04'", "(last_day(i.\"target-date\") < '2025-04-01')"),
        ("[Due]<'2025-04'", "(last_day([Due]) < '2025-04-01')"),
        ("due /* or */ < -- x\n '2025'", "(last_day(due) < '2025-01-01')"),
        ("due_day <= '2025-04'", "(due_day <= '2025-04-30')"),
        ("due < '2025' or due > '2026'", "(last_day(due) < '2025-01-01') or (last_day(due) > '2026-12-31')"),
        (
            "not due < '2025' and (due>'2020')",
            "not (last_day(due) < '2025-01-01') and ((last_day(due) > '2020-12-31'))",
        ),
    ],
)
def test_a_comparison_with_a_date_becomes_one_of_days(written: str, meant: str) -> None:
    assert with_days(written, DATES, DAYS) == meant


@pytest.mark.parametrize(
    "sql",
    [
        "title < '2025'",
        "select 'due < ''2025'''",
        "-- due < '2025'\n1",
        "/* due < '2025' */ 1",
        "\"due < '2025'\"",
        "due < '2025-13'",
        "due < 2025",
        "due < today()",
        "due < start",
        "due like '2025%'",
        "due is '2025'",
        "due(1) < '2025'",
        "due.title < '2025'",
        "x.due.y < '2025'",
        "'2025' || due < '2025'",
        "due < '2025' || '-01'",
        "due < '2025' collate nocase",
        "'2025' < due < '2026'",
        "due between '2025' and x",
        "due between '2025' or '2026'",
        "due in (select '2025')",
        "due in ('2025', title)",
        "due in ()",
        "due <",
        "due",
        "'2025' <",
        "'2025",
    ],
)
def test_other_expressions_stay_as_they_are(sql: str) -> None:
    assert with_days(sql, DATES, DAYS) == sql


WORDS = st.sampled_from(
    [
        *(
            "due",
            "start",
            "title",
            "items",
            ".",
            ",",
            "(",
            ")",
            "between",
            "and",
            "or",
            "not",
            "in",
            "select",
            "||",
            "'",
        ),
        *(
            "<",
            "<=",
            ">",
            ">=",
            "=",
            "==",
            "!=",
            "<>",
            "'2025'",
            "'2025-Q1'",
            "'x'",
            '"due"',
            "[due]",
            "--",
            "/*",
            "*/",
        ),
    ]
)


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_any_text_without_dates_stays_as_it_is(sql: str) -> None:
    assert with_days(sql, ()) == sql
    assert isinstance(with_days(sql, DATES, DAYS), str)
    assert all(sql[token.start : token.end] == token.text for token in tokenize(sql))


# --- compared with what a person would say -----------------------------------------------------------

YEARS = st.integers(2023, 2026)
PARTIAL = st.one_of(
    YEARS.map(str),
    st.builds("{}-Q{}".format, YEARS, st.integers(1, 4)),
    st.builds("{}-{:02d}".format, YEARS, st.integers(1, 12)),
    st.builds("{}-W{:02d}".format, YEARS, st.integers(1, 52)),
    st.dates(date(2023, 1, 1), date(2026, 12, 31)).map(date.isoformat),
)
# Whether a day meets a date that is less precise: before its first day, by its last one, within it.
MEANT: dict[str, Callable[[date, PartialDate], bool]] = {
    "<": lambda day, when: day < when.first,
    "<=": lambda day, when: day <= when.last,
    ">": lambda day, when: day > when.last,
    ">=": lambda day, when: day >= when.first,
    "=": lambda day, when: when.first <= day <= when.last,
    "!=": lambda day, when: not when.first <= day <= when.last,
}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def engine_of(items: list[tuple[str, str]]) -> Engine:
    content = {"roadmap.yml": b"title: T\nstatuses: {open: active}\n"}
    for number, (start, due) in enumerate(items):
        content[f"{number}.md"] = f"---\nstatus: open\nstart: {start}\ndue: {due}\n---\n# {number}\n".encode()
    roadmap = load(content, date(2025, 1, 12)).roadmap
    return Engine(roadmap_tables(roadmap.settings), roadmap)


def dates_of(text: str) -> PartialDate:
    when = parse_date(text)
    assert when
    return when


def found(engine: Engine, condition: str) -> set[int]:
    answer = engine.run(f"select cast(title as integer) from items where {condition}")  # noqa: S608  it can only read
    return {int(str(number)) for (number,) in answer.rows}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(PARTIAL, PARTIAL), min_size=1, max_size=5), PARTIAL, PARTIAL)
def test_every_comparison_finds_the_rows_that_a_person_would_find(
    items: list[tuple[str, str]], one: str, other: str
) -> None:
    engine, when, until = engine_of(items), dates_of(one), dates_of(other)
    days = {"start": [dates_of(start).first for start, _ in items], "due": [dates_of(due).last for _, due in items]}
    for column, known in days.items():
        for sign, meets in MEANT.items():
            expected = {number for number, day in enumerate(known) if meets(day, when)}
            assert found(engine, f"{column} {sign} '{one}'") == expected
            assert found(engine, f"'{one}' {TURNED[sign]} items.{column}") == expected
        within = {number for number, day in enumerate(known) if when.first <= day <= until.last}
        either = {number for number, day in enumerate(known) if MEANT["="](day, when) or MEANT["="](day, until)}
        assert found(engine, f"{column} between '{one}' and '{other}'") == within
        assert found(engine, f"{column} not between '{one}' and '{other}'") == {*range(len(items))} - within
        assert found(engine, f"{column} in ('{one}', '{other}')") == either
        assert found(engine, f"{column} not in ('{one}', '{other}')") == {*range(len(items))} - either


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(PARTIAL, PARTIAL), min_size=1, max_size=6))
def test_rows_are_in_the_order_of_their_days(items: list[tuple[str, str]]) -> None:
    engine = engine_of(items)
    for column, day in (("start", operator.attrgetter("first")), ("due", operator.attrgetter("last"))):
        rows = engine.run(f"select {column} from items order by {column}").rows  # noqa: S608  it can only read
        days = [day(dates_of(str(text))) for (text,) in rows]
        assert days == sorted(days)
