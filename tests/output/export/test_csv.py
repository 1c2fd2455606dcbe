"""CSV files and the database: what the csv module, SQLite and a spreadsheet find in them."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date

import pytest

import roadmaps
from milemark.output.export.csv import csv_files
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.sqlite import database
from milemark.query.tables.table import Cell, Table
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Settings
from support import ROOT, load_texts

DAY = date(2025, 6, 15)
CONTENT = {
    "roadmap.yml": """\
title: Plan
goal: 가나다
statuses: {open: active, done: done, gone: dropped}
marks: {"-": dropped}
collections:
  tracks: {role: track}
  items: {label: 항목, fields: {effort: {type: number}, notes: {type: object}}}
  milestones: {role: milestone}
""",
    "tracks/work.md": "---\ntitle: Work\nallocation: 60\n---\n",
    "milestones/stone.md": "---\ntitle: Stone\ndue: 2025-Q3\ntrack: work\n---\n",
    "items/one.md": "---\ntitle: 하나\ntrack: work\nstatus: done\nfinished: 2025-02\n---\n",
    "items/two.md": """\
---
title: Two
track: work
status: open
start: 2025-W10
due: 2025-Q2
milestone: stone
depends_on: [one]
progress: 40
weight: 0.5
effort: -3
featured: true
notes: {a: b}
tags: [x]
stack: [Django, Celery]
links: {repository: "https://example.org/two"}
---
- [x] plan
    - [ ] tell "all", and more
- [-] not this
""",
    "loose.md": "---\ntitle: Loose\nstatus: gone\nparent: two\n---\n",
}


def roadmap_of(content: Mapping[str, str]) -> Roadmap:
    return load_texts(content, DAY).roadmap


def opened(data: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return connection


def made(content: Mapping[str, str]) -> bytes:
    roadmap = roadmap_of(content)
    return database(roadmap_tables(roadmap.settings), roadmap)


def answer(content: Mapping[str, str], query: str) -> list[tuple[object, ...]]:
    with closing(opened(made(content))) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "select title, goal, locale, as_of, progress, tasks_done, tasks_total from roadmap",
            [("Plan", "가나다", "en", "2025-06-15", 80.0, 1, 2)],
        ),
        ("select name, label, role, position from collections where position = 2", [("items", "항목", "item", 2)]),
        ("select id, effort, notes from items_items where id = 'two'", [("two", -3.0, '{"a": "b"}')]),
        ("select depends_on, tags, is_blocked, days_late from items where id = 'two'", [('["one"]', '["x"]', 0, None)]),
        (
            "select id, title, path, collection, role, status, stage, track from items where id = 'one'",
            [("one", "하나", "content/items/one.md", "items", "item", "done", "done", "work")],
        ),
        (
            "select start, start_day, due, due_day, milestone, weight from items where id = 'two'",
            [("2025-W10", "2025-03-03", "2025-Q2", "2025-06-30", "stone", 0.5)],
        ),
        (
            "select claimed, progress, basis, tasks_total from items where id = 'two'",
            [(40.0, 40.0, "claimed", 2)],
        ),
        (
            "select finished, finished_day, progress, tasks_total from items where id = 'one'",
            [("2025-02", "2025-02-28", 100.0, 0)],
        ),
        (
            "select collection, parent, stage, track, progress from items where id = 'loose'",
            [(None, "two", "dropped", None, None)],
        ),
        ("select id from items order by position", [("work",), ("one",), ("two",), ("stone",), ("loose",)]),
        ("select id, allocation, progress, tasks_done, tasks_total from tracks", [("work", 60.0, 80.0, 1, 2)]),
        (
            "select id, title, track, due, due_day, stage from milestones",
            [("stone", "Stone", "work", "2025-Q3", "2025-09-30", None)],
        ),
        (
            "select position, text, mark, stage, depth, line from tasks where item = 'two'",
            [
                (1, "plan", "x", "done", 0, 18),
                (2, 'tell "all", and more', " ", "planned", 1, 19),
                (3, "not this", "-", "dropped", 0, 20),
            ],
        ),
        ("select * from dependencies", [("two", "one")]),
        ("select * from tags", [("two", "x", "tags"), ("two", "Django", "stack"), ("two", "Celery", "stack")]),
        ("select * from links", [("two", "repository", "https://example.org/two")]),
        (
            "select position, key, value, number from fields where field in ('stack', 'effort', 'notes', 'featured')",
            [
                (1, None, "-3", -3.0),
                (1, None, "true", 1.0),
                (1, "a", "b", None),
                (1, None, "Django", None),
                (2, None, "Celery", None),
            ],
        ),
        (
            "select value, first_day, last_day from fields where item = 'two' and field = 'due'",
            [("2025-Q2", "2025-04-01", "2025-06-30")],
        ),
    ],
)
def test_the_database_answers(query: str, expected: list[tuple[object, ...]]) -> None:
    assert answer(CONTENT, query) == expected


@pytest.mark.parametrize("content", [CONTENT, roadmaps.BARE, roadmaps.hostile()], ids=["small", "bare", "hostile"])
def test_the_database_is_sound_and_every_reference_leads_somewhere(content: Mapping[str, str]) -> None:
    assert answer(content, "pragma integrity_check") == [("ok",)]
    assert answer(content, "pragma foreign_key_check") == []
    assert answer(content, "pragma freelist_count") == [(0,)]
    assert answer(content, "pragma user_version") == [(1,)]


@pytest.mark.parametrize("content", [CONTENT, roadmaps.hostile()], ids=["small", "hostile"])
def test_both_hold_what_the_relations_hold(content: Mapping[str, str]) -> None:
    roadmap = roadmap_of(content)
    found = roadmap_tables(roadmap.settings)
    files = csv_files(found, roadmap)
    with closing(opened(database(found, roadmap))) as connection:
        for relation in found:
            rows = list(relation.read(roadmap))
            assert connection.execute(f'select * from "{relation.name}"').fetchall() == rows  # noqa: S608  our own names
            head, *lines = read(files[f"{relation.name}.csv"])
            assert head == [column.name for column in relation.columns]
            assert [[unescaped(cell) for cell in line] for line in lines] == [
                ["" if cell is None else str(cell) for cell in row] for row in rows
            ]


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in {*"=+-@\t\r\n＝＋－＠"} else cell


@pytest.mark.parametrize("kind", ["text", "integer", "real"])
def test_every_value_is_of_its_columns_type(kind: str) -> None:
    types: tuple[type, ...] = {"text": (str,), "integer": (int,), "real": (int, float)}[kind]
    roadmap = roadmap_of(CONTENT)
    for relation in roadmap_tables(roadmap.settings):
        rows = list(relation.read(roadmap))
        for number, column in enumerate(relation.columns):
            if column.type == kind:
                assert all(row[number] is None or isinstance(row[number], types) for row in rows)


def written(*row: Cell) -> bytes:
    """Return the CSV file of a table with one row."""
    return csv_files([Table("t", "", (), lambda _roadmap: [row])], roadmap_of({}))["t.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("https://e.org")',
        "+1",
        "-1",
        "@cmd",
        "＝1",
        "－1",
        "a;=1",
        'a","=1',
        "plain",
        "'quoted",
        "1-2",
        "=",
        "\x00=1",
    ],
)
def test_no_text_is_a_formula(text: str) -> None:
    found = written(text, -1, None).decode("utf-8-sig")
    (cell, number, nothing) = next(csv.reader(io.StringIO(found.split("\r\n", 1)[1])))
    assert not cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert (unescaped(cell), number, nothing) == (text.replace("\0", "\ufffd"), "-1", "")
    cells = next(csv.reader(io.StringIO(found.split("\r\n", 1)[1]), delimiter=";"))  # as Excel reads in some countries
    assert not [each for each in cells if each.startswith(("=", "+", "@"))]


@pytest.mark.parametrize("start", ["\t", "\r", "\n"])
def test_no_text_that_begins_with_a_blank_is_a_formula(start: str) -> None:
    found = written(f"{start}=1")
    assert f'"\'{start}=1"'.encode() in found


def test_spreadsheets_see_that_a_file_is_utf_8() -> None:
    roadmap = roadmap_of(CONTENT)
    for data in csv_files(roadmap_tables(roadmap.settings), roadmap).values():
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.endswith(b"\r\n")


def test_the_page_of_exports_tells_every_relation_and_column() -> None:
    page = (ROOT / "docs" / "exports.md").read_text("utf-8")
    for relation in (*roadmap_tables(Settings()), *history_tables(lambda: None)):
        rows = [f"| `{column.name}` | {column.type} | {column.description} |" for column in relation.columns]
        table = "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])
        assert f"### `{relation.name}`: {relation.description}\n\n{table}\n" in page
