"""Parquet files, as DuckDB reads them: another program than the one that writes them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import roadmaps
from milemark.foundation.identifiers import file_names
from milemark.output.export.csv import csv_files
from milemark.output.export.parquet import parquet_files
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.sqlite import database
from milemark.query.tables.table import Cell, Column, Table
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Settings
from support import ROOT, cli, load_texts, write_content

DAY = date(2025, 6, 15)
CONTENT = {
    "roadmap.yml": """\
title: 나의 계획
statuses: {open: active, done: done}
collections:
  tracks: {role: track}
  projects:
    fields: {effort: {type: number}, is_public: {type: boolean}, released: {type: date}, notes: {type: object}}
""",
    "tracks/work.md": "---\ntitle: Work\nallocation: 60\n---\n",
    "projects/one.md": '---\ntitle: 하나, "둘"\ntrack: work\nstatus: done\nfinished: 2025-02\nis_public: true\n---\n',
    "projects/two.md": """\
---
title: Two
status: open
start: 2025-W10
due: 2025-Q2
tags: [x, 가]
effort: 9007199254740993
released: 2024
notes: {a: b}
---
- [x] plan
- [ ] tell
""",
}
ROADMAPS: Mapping[str, Mapping[str, str]] = {"small": CONTENT, "bare": roadmaps.BARE, "hostile": roadmaps.hostile()}
each_roadmap = pytest.mark.parametrize("content", ROADMAPS.values(), ids=ROADMAPS)
TYPES = {"text": "VARCHAR", "integer": "BIGINT", "real": "DOUBLE"}


def roadmap_of(content: Mapping[str, str]) -> Roadmap:
    return load_texts(content, DAY).roadmap


def made(content: Mapping[str, str]) -> Mapping[str, bytes]:
    roadmap = roadmap_of(content)
    return parquet_files((*roadmap_tables(roadmap.settings), *history_tables(lambda: None)), roadmap)


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def ask(sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql, values).fetchall()


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return ask("select * from read_parquet(?)", str(path))


def as_cells(row: Iterable[Any]) -> tuple[Cell, ...]:
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row)


@each_roadmap
def test_duckdb_finds_the_rows_that_sqlite_finds(tmp_path: Path, content: Mapping[str, str]) -> None:
    roadmap = roadmap_of(content)
    found = roadmap_tables(roadmap.settings)
    write(parquet_files(found, roadmap), tmp_path)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database(found, roadmap))
        for relation in found:
            (name,) = file_names([relation.name])
            expected = connection.execute(f'select * from "{relation.name}"').fetchall()  # noqa: S608  our own names
            assert [as_cells(row) for row in rows_of(tmp_path / f"{name}.parquet")] == expected


@each_roadmap
def test_columns_have_their_types_whatever_stands_in_them(tmp_path: Path, content: Mapping[str, str]) -> None:
    write(made(content), tmp_path)
    for relation in roadmap_tables(roadmap_of(content).settings):
        (name,) = file_names([relation.name])
        described = ask("describe select * from read_parquet(?)", str(tmp_path / f"{name}.parquet"))
        assert [row[:2] for row in described] == [
            (column.name, "DATE" if column.is_day else TYPES[column.type]) for column in relation.columns
        ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select title, as_of from 'roadmap.parquet'", [("나의 계획", DAY)]),
        ("select id, title from 'projects.parquet' where is_public = 1", [("one", '하나, "둘"')]),
        ("select finished, last_day(finished_day) from 'items.parquet' where id = 'one'",
         [("2025-02", date(2025, 2, 28))]),
        ("select start_day, due, due_day, finished, days_late from 'items.parquet' where id = 'two'",
         [(date(2025, 3, 3), "2025-Q2", date(2025, 6, 30), None, None)]),
        ("select released, released_day, notes ->> 'a' from 'projects.parquet' where id = 'two'",
         [("2024", date(2024, 12, 31), "b")]),
        ("""select unnest(from_json(tags, '["VARCHAR"]')) from 'items.parquet' where id = 'two'""", [("x",), ("가",)]),
        ("select item, count(*) filter (stage = 'done'), count(*) from 'tasks.parquet' group by item", [("two", 1, 2)]),
    ],
)  # fmt: skip
def test_duckdb_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, expected: list[tuple[object, ...]]
) -> None:
    monkeypatch.chdir(write(made(CONTENT), tmp_path))
    assert ask(query) == expected


def test_the_example_of_the_page_of_exports_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/exports.md").read_text("utf-8")
    (query,) = re.findall(r'^duckdb -c "(.*)"$', page, re.MULTILINE)
    (tmp_path / "data").mkdir()
    write(made({"roadmap.yml": "title: x\n", "one.md": "---\nstatus: x\ndue: 9999\n---\n# One\n"}), tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    assert ask(query) == [("One", (date(9999, 12, 31) - ask("select current_date")[0][0]).days)]


def test_a_file_says_what_it_and_each_of_its_columns_is(tmp_path: Path) -> None:
    import pyarrow.parquet  # asked, too

    write(made(CONTENT), tmp_path)
    path = tmp_path / "items.parquet"
    about = dict(ask("select decode(key), decode(value) from parquet_kv_metadata(?)", str(path)))
    del about["ARROW:schema"]
    assert about == {
        "milemark.format": "1",
        "name": "items",
        "description": "the files of collections, and other files with a status",
    }
    schema = pyarrow.parquet.read_schema(path)
    assert schema.field("due_day").metadata == {b"description": b"the last day of that date"}


def test_every_column_of_days_is_one() -> None:
    """A relation that comes later says so of its own."""
    for relation in roadmap_tables(Settings()):
        for column in relation.columns:
            is_named_so = column.name in {"day", "as_of"} or column.name.endswith("_day")
            assert column.is_day == is_named_so, f"{relation.name}.{column.name}"


def written(kind: str, *values: Cell) -> bytes:
    """Return the Parquet file of a table with one column."""
    relation = Table("t", "", (Column("c", kind, ""),), lambda _roadmap: [(value,) for value in values])
    return parquet_files([relation], roadmap_of({}))["t.parquet"]


@pytest.mark.parametrize("value", [0, -1, 1.5, 2**53 + 1, 10**20, -(10**300), 1e-300, None])
def test_any_number_is_as_near_as_a_double_can_be(tmp_path: Path, value: float | None) -> None:
    write({"t.parquet": written("real", value)}, tmp_path)
    assert rows_of(tmp_path / "t.parquet") == [(value if value is None else float(value),)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_text_is_read_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]) -> None:
    path = tmp_path_factory.mktemp("parquet", numbered=True) / "t.parquet"
    path.write_bytes(written("text", *texts))
    assert rows_of(path) == [(text,) for text in texts]


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    write_content(tmp_path, roadmaps.hostile())
    for seed in ("1", "2"):
        command = (sys.executable, "-m", "milemark", "--as-of", "2025-06-15", "export", "parquet", "-o", seed)
        subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / seed).iterdir()} for seed in ("1", "2"))
    assert first == second == dict(made(roadmaps.hostile()))


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/roadmap.yml").write_text("title: x\n", "utf-8")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    found = cli(tmp_path, "export", "parquet", "-o", "out")
    assert (found.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert found.stderr == "error: pyarrow is not installed: pip install 'milemark[parquet]'\n"


# --- names of files ----------------------------------------------------------------------------------------

NAMES = ("a/b", "a-b", "work/a b", "C:/x", "con", "NUL.txt", "한국어", "x.", "!!", "?!", "w" * 90, "Strasse", "a b")


@pytest.mark.parametrize("make", [csv_files, parquet_files])
def test_no_name_of_a_collection_leads_out_of_the_folder_or_to_the_file_of_another(make: Any) -> None:
    roadmap = roadmap_of({"roadmap.yml": json.dumps({"collections": {name: {} for name in NAMES}})})
    assert set(NAMES) <= set(roadmap.settings.collections)
    found = roadmap_tables(roadmap.settings)
    files = list(make(found, roadmap))
    assert len({name.casefold() for name in files}) == len(found)
    for name in files:
        stem = name.rsplit(".", 1)[0]
        assert stem.strip("-.") == stem
        assert all(letter.isalnum() or letter in "-._" for letter in name)
        assert len(name.encode()) < 255
        assert stem.split(".")[0].casefold() not in {"con", "nul"}
    assert {f"{name}{Path(files[0]).suffix}" for name in ("items", "a-b", "한국어", "Strasse")} <= set(files)


@pytest.mark.parametrize(
    ("names", "are_kept"),
    [
        (("a", "b"), True),
        (("a", "A"), False),
        (("카페", "카페"), False),
        (("../x",), False),
        (("..",), False),
        (("",), False),
        (("com1",), False),
        (("lpt9.md",), False),
        (("console",), True),
    ],
)
def test_a_name_is_kept_where_every_system_can_hold_it(names: tuple[str, ...], are_kept: bool) -> None:
    found = file_names(names)
    assert (found == [*names]) == are_kept
    assert len({name.casefold() for name in found}) == len(names)
    assert all(name and not name.startswith(".") and "/" not in name for name in found)
