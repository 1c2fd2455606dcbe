"""`milemark query` and `milemark list`: results in every format, and errors with their places."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from rich.cells import cell_len

import roadmaps
from support import cli, write_content

CONTENT = {
    "roadmap.yml": """\
title: 계획
locale: {locale}
as_of: 2025-03-15
statuses: {{진행 중: active, planned: planned}}
collections:
  plans: {{fields: {{effort: {{type: number}}, 담당 자: {{}}, notes: {{type: object}}}}}}
""",
    "plans/a.md": (
        "---\ntitle: 데이터 파이프라인\nstatus: 진행 중\ndue: 2025-Q1\ntags: [a, 나]\neffort: 2.5\n---\n"
        "- [x] one\n- [ ] two\n"
    ),
    "plans/b.md": '---\ntitle: "=1+1, \\"x\\" | y"\nstatus: planned\ndue: 2025-02\nnotes: {k: v}\n---\n',
    "plans/c.md": '---\ntitle: "\\x1b[31mred\\x1b]8;;http://x\\a"\nstatus: planned\n---\n',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write(tmp_path / "project", {**CONTENT, "roadmap.yml": CONTENT["roadmap.yml"].format(locale="en")})


def write(folder: Path, content: dict[str, str]) -> Path:
    write_content(folder, content)
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return cli(folder, *arguments)


def result_of(folder: Path, *arguments: str) -> str:
    done = run(folder, *arguments)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done.stdout


def test_a_table_with_wide_characters_is_aligned(folder: Path) -> None:
    lines = result_of(folder, "query", "select title, due from items where due is not null order by id").splitlines()
    assert lines[0].split() == ["title", "due"]
    places = [
        cell_len(line[: line.index(word)]) for line, word in zip(lines, ("due", "2025-Q1", "2025-02"), strict=True)
    ]
    assert len(set(places)) == 1


def test_numbers_are_right_aligned_and_missing_values_empty(folder: Path) -> None:
    lines = result_of(folder, "query", "select id, effort from plans order by id").splitlines()
    assert lines == ["id  effort", "a      2.5", "b", "c"]


def test_a_table_for_people_has_two_digits_of_a_fraction_and_json_all(folder: Path) -> None:
    query = ("query", "select 200 / 3.0 as third")
    assert result_of(folder, *query).split() == ["third", "66.67"]
    assert json.loads(result_of(folder, *query, "--format", "json"))["rows"][0]["third"] == pytest.approx(200 / 3)


def test_json_has_values_of_their_types_and_lists(folder: Path) -> None:
    sql = "select id, effort, tags, notes, is_blocked, title, title from plans where id != 'c' order by id"
    one, other = json.loads(result_of(folder, "query", sql, "--format", "json"))["rows"]
    assert [*one.values()] == ["a", 2.5, ["a", "나"], None, 0, "데이터 파이프라인", "데이터 파이프라인"]
    assert [*one] == ["id", "effort", "tags", "notes", "is_blocked", "title", "title_2"]
    assert other["notes"] == {"k": "v"}


def test_csv_holds_no_formula(folder: Path) -> None:
    text = result_of(
        folder, "query", "select id, title from items where id in ('a', 'b') order by id", "--format", "csv"
    )
    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["id", "title"], ["a", "데이터 파이프라인"], ["b", '\'=1+1, "x" | y']]


def test_markdown_is_a_table_in_which_nothing_is_markup(folder: Path) -> None:
    text = result_of(folder, "query", "select id as \"a|b\", title from items where id = 'b'", "--format", "md")
    cells = [line.strip("| ").split(" | ") for line in text.splitlines()]
    assert [[html.unescape(cell) for cell in row] for row in cells] == [
        ["a|b", "title"],
        ["---", "---"],
        ["b", '=1+1, "x" | y'],
    ]
    assert not re.search(r"[<>*_`\[\]\\]", text)


WRAPPED = """\
---
title: Wrapped
status: active
summary: |
  two

    lines
  of it
tags: ["a\\n b"]
---
- [ ] write the long
      description of it
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("list", "--from", "tasks"), "write the long description of it"),
        (("list", "--from", "tasks", "--format", "md"), "write the long description of it"),
        (("list", "--columns", "summary, tags"), "two lines of it  a b"),
        (("query", "select summary from items", "--format", "md"), "two lines of it"),
        (("query", "select 1 as 'a\n  b'"), "a b"),
        (("show", "wrapped"), "two lines of it"),
        (("show", "wrapped"), "write the long description of it"),
        (("explain", "wrapped"), "write the long description of it"),
        (("query", "select text from tasks", "--format", "json"), "write the long\\n"),
        (("query", "select text from tasks", "--format", "csv"), "write the long\n"),
    ],
)
def test_a_line_break_in_a_text_is_a_blank_in_a_table(tmp_path: Path, arguments: list[str], expected: str) -> None:
    write(tmp_path, {"roadmap.yml": "collections: {items: {}}\n", "items/wrapped.md": WRAPPED})
    assert expected in result_of(tmp_path, *arguments)


@pytest.mark.parametrize("format_", ["table", "md"])
def test_no_escape_sequence_reaches_a_terminal(folder: Path, format_: str) -> None:
    text = result_of(folder, "query", "select title, title as '\x1b[2J' from items", "--format", format_)
    assert "\\u001b" in html.unescape(text)
    assert all(each == "\n" or each.isprintable() for each in text)


@pytest.mark.parametrize("format_", ["table", "json", "csv", "md"])
def test_hostile_words_are_printed_in_every_format(tmp_path: Path, format_: str) -> None:
    folder = write(tmp_path, roadmaps.hostile())
    done = run(folder, "query", "select * from items_items", "--format", format_)
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("format_", ["table", "json", "csv", "md"])
def test_a_result_may_have_no_rows(folder: Path, format_: str) -> None:
    text = result_of(folder, "query", "select id, title from items where 0", "--format", format_)
    assert (json.loads(text)["rows"] if format_ == "json" else text.strip()) == {
        "table": "id  title",
        "json": [],
        "csv": '"id","title"',
        "md": "| id | title |\n| --- | --- |",
    }[format_]


# --- list --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "first"),
    [
        ([], [["id", "title", "status", "progress", "due"], ["a", "데이터 파이프라인", "진행 중", "50.0", "2025-Q1"]]),
        (["--where", "due < '2025-03'", "--columns", "id"], [["id"], ["b"]]),
        (["--order", "due", "--columns", "id,due", "--where", "due is not null"], [["id", "due"], ["b", "2025-02"]]),
        (["--from", "tasks"], [["text", "item"], ["one", "a"]]),
        (["--from", "plans", "--columns", "id, coalesce(effort, 0)"], [["id", "coalesce(effort, 0)"], ["a", "2.5"]]),
        (["--from", "plans", "--columns", "담당 자, id"], [["담당 자", "id"], ["", "a"]]),
        (["--where", "stage = 'active' -- comment", "--columns", "id"], [["id"], ["a"]]),
    ],
)
def test_list_prints_the_selected_rows(folder: Path, arguments: list[str], first: list[list[str]]) -> None:
    rows = list(csv.reader(io.StringIO(result_of(folder, "list", "--format", "csv", *arguments))))
    assert rows[:2] == first


def test_rows_beyond_the_option_limit_give_no_note(folder: Path) -> None:
    assert len(result_of(folder, "list", "--limit", "2", "--columns", "id").splitlines()) == 3


def test_rows_beyond_the_maximum_give_a_note(folder: Path) -> None:
    sql = "with recursive t(x) as (select 1 union all select x + 1 from t) select x from t"
    done = run(folder, "query", sql, "--format", "csv")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 100_001)
    assert "100000" in done.stderr


# --- what was asked wrongly --------------------------------------------------------------------------


WRONG = [
    (["query", "select titel from items"], "query:1:8", "titel", 'did you mean "title"?'),
    (["query", "select title\nfrom itmes"], "query:2:6", "itmes", 'did you mean "items"?'),
    (["query", "drop table items"], "query:1:1", "drop", "a query only reads the roadmap"),
    (["query", "select title from items where 상태 = '가'"], "query:1:31", "상태", "available columns:"),
    (["list", "--columns", "id, titel, (1"], "--columns:1:12", "(1", "the brackets do not match"),
    (["list", "--columns", "id, titel"], "--columns:1:5", "titel", 'did you mean "title"?'),
    (["list", "--where", "stage = active"], "--where:1:9", "active", "single quotation marks: 'active'"),
    (["list", "--where", "status=in progress"], "--where:1:8", "in", "single quotation marks: 'in progress'; for the"),
    (["list", "--where", "title like %a%"], "--where:1:12", "%", "check the words before it"),
    (["list", "--where", "titel = 1"], "--where:1:1", "titel", 'did you mean "title"?'),
    (["list", "--order", "due,, id"], "--order:1:5", ",", "check the words before it"),
    (["list", "--from", "plan"], "--from:1:1", "plan", 'did you mean "plans"?'),
    (["list", "--limit", "many"], "--limit:1:1", "many", "limit: 10"),
]


@pytest.mark.parametrize(("arguments", "place", "marked", "hint"), WRONG)
def test_a_wrong_query_exits_with_2_and_has_its_place(
    folder: Path, arguments: list[str], place: str, marked: str, hint: str
) -> None:
    done = run(folder, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert isinstance(done.exception, SystemExit)
    assert f"--> {place}\n" in done.stderr
    carets = [line for line in done.stderr.splitlines() if re.fullmatch(r" {3}\| +\^+", line)]
    assert [line.count("^") for line in carets] == [cell_len(marked)]
    assert hint in done.stderr


def test_an_empty_query_is_reported_at_its_start(folder: Path) -> None:
    done = run(folder, "query", "")
    assert done.exit_code == 2
    assert "--> query:1:1\n" in done.stderr


def test_errors_are_in_the_language_of_the_roadmap(folder: Path) -> None:
    write(folder, {"roadmap.yml": CONTENT["roadmap.yml"].format(locale="ko")})
    assert '여기에는 "titel" 열이 없습니다' in run(folder, "query", "select titel from items").stderr


def test_an_unknown_format_or_option_is_a_usage_error(folder: Path) -> None:
    for arguments in (["query"], ["query", "select 1", "--format", "xml"], ["list", "--colums", "id"], ["list", "x"]):
        assert run(folder, *arguments).exit_code == 2


def test_a_folder_without_content_exits_with_2(tmp_path: Path) -> None:
    for arguments in (["query", "select 1"], ["list"]):
        done = run(tmp_path, *arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "milemark init" in done.stderr


def test_a_roadmap_with_errors_causes_no_traceback(folder: Path) -> None:
    write(folder, {"roadmap.yml": "title: [T\n"})
    done = run(folder, "list")
    assert "Traceback" not in done.output
    assert done.exit_code in {0, 1, 2}
