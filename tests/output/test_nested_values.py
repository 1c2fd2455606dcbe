"""Lists of objects, lists in lists and typed lists: JSON in each export, a table on the page, never Python."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from milemark.foundation.i18n import Language
from milemark.output.cells import Viewer
from milemark.output.export.json import roadmap_json_schema
from milemark.output.export.json_schema import json_schema
from milemark.query.tables.items import cell
from milemark.query.tables.values import plain
from milemark.roadmap.model import Value
from milemark.roadmap.settings import Field
from milemark.roadmap.settings_file import parse_settings
from support import cli, load_texts, write_content, write_files

ROADMAP = """\
title: Plan
statuses: {planned: planned}
collections:
  projects:
    fields:
      entries: {type: array, items: {type: object}}
      pairs: {type: array, items: {type: array}}
      numbers: {type: array, items: {type: number}}
      flags: {type: array, items: {type: boolean}}
      dates: {type: array, items: {type: date}}
      lists: {type: object, items: {type: array}}
      objects: {type: object, items: {type: object}}
      deep: {type: array, items: {type: object}}
"""
ITEM = """\
---
title: Web shop
status: planned
entries:
  - startTime: 2026-11-20T08:00:00.000Z
    endTime: "it's 9:30"
  - {startTime: 2026-11-21}
pairs: [[a, b], [c]]
numbers: [1, 2.50]
flags: [yes, false]
dates: [2025-Q1, 2025-02-14]
lists: {one: [a, b]}
objects: {one: {x: 1}}
deep:
  - days: [mon, tue]
    done: yes
    parts: [{name: a, sizes: [[1, 2], [3]], empty: []}, b]
  - days:
---
"""
VALUES: dict[str, Any] = {
    "entries": [{"startTime": "2026-11-20T08:00:00.000Z", "endTime": "it's 9:30"}, {"startTime": "2026-11-21"}],
    "pairs": [["a", "b"], ["c"]],
    "numbers": [1, 2.5],
    "flags": [True, False],
    "dates": ["2025-Q1", "2025-02-14"],
    "lists": {"one": ["a", "b"]},
    "objects": {"one": {"x": "1"}},
    "deep": [
        {"days": ["mon", "tue"], "done": "yes", "parts": [{"name": "a", "sizes": [["1", "2"], ["3"]]}, "b"]},
    ],
}
SELECT = f"select {', '.join(VALUES)} from projects"  # noqa: S608  our own names
TEXTS = {
    "entries": "startTime: 2026-11-20T08:00:00.000Z, endTime: it's 9:30; startTime: 2026-11-21",
    "pairs": "a, b; c",
    "numbers": "1, 2.5",
    "flags": "true, false",
    "dates": "2025-Q1, 2025-02-14",
    "lists": "one: a, b",
    "objects": "one: x: 1",
    "deep": "days: mon, tue; done: yes; parts: name: a; sizes: 1, 2; 3; b",
}

HEADS = ":scope > thead th"
DEEP_KEYS = {"projects/shop.md": [["days", "done", "parts"]], "about.md": []}  # of the tables after that of `entries`


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_files(tmp_path, {"mkdocs.yml": "site_name: Plan\ndocs_dir: build/docs\n"})
    return write_content(tmp_path, {"roadmap.yml": ROADMAP, "projects/shop.md": ITEM})


def run(project: Path, *arguments: str) -> str:
    done = cli(project, *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_query_returns_json(project: Path) -> None:
    assert json.loads(run(project, "query", SELECT, "--format", "json"))["rows"] == [VALUES]
    found = run(project, "query", "select json_extract(entries, '$[0].startTime') from projects", "--format", "csv")
    assert "2026-11-20T08:00:00.000Z" in found


def test_a_result_in_the_terminal_is_plain_text(project: Path) -> None:
    found = run(project, "query", SELECT)
    assert [text for text in TEXTS.values() if text not in found] == []
    assert "startTime: 2026-11-21" in run(project, "show", "shop")
    assert "{" not in found + run(project, "show", "shop")


def test_every_export_holds_json(project: Path) -> None:
    run(project, "export", "json", "-o", str(project / "roadmap.json"))
    found = json.loads((project / "roadmap.json").read_text())
    Draft202012Validator(json.loads(roadmap_json_schema())).validate(found)
    assert {name: found["items"][0]["fields"][name] for name in VALUES} == VALUES
    run(project, "export", "csv", "-o", str(project / "csv"))
    (row,) = csv.DictReader(io.StringIO((project / "csv/projects.csv").read_text("utf-8-sig")))
    assert {name: json.loads(row[name]) for name in VALUES} == VALUES
    run(project, "export", "sqlite", "-o", str(project / "roadmap.sqlite"))
    (cells,) = sqlite3.connect(project / "roadmap.sqlite").execute(SELECT)
    assert dict(zip(VALUES, map(json.loads, cells), strict=True)) == VALUES
    parquet = pytest.importorskip("pyarrow.parquet")
    run(project, "export", "parquet", "-o", str(project / "parquet"))
    (typed,) = parquet.read_table(project / "parquet/projects.parquet").to_pylist()
    assert {name: json.loads(typed[name]) for name in VALUES} == VALUES


def test_the_relation_of_fields_has_a_row_for_each_entry(project: Path) -> None:
    sql = "select field, key, value, number from fields where field in ('entries', 'numbers', 'lists', 'flags')"
    rows = [tuple(row.values()) for row in json.loads(run(project, "query", sql, "--format", "json"))["rows"]]
    assert ("entries", None, json.dumps(VALUES["entries"][1]), None) in rows
    assert ("lists", "one", '["a", "b"]', None) in rows
    assert {("numbers", None, "2.5", 2.5), ("flags", None, "true", 1)} <= set(rows)


def test_a_page_shows_objects_as_a_table(project: Path) -> None:
    block = "```milemark\nfrom: projects\ncolumns: [title, entries, \"json_array(1, 'a') as pairs\"]\n```\n"
    write_content(project, {"about.md": block})
    run(project, "generate")
    for path in ("projects/shop.md", "about.md"):
        page = (project / "build/docs" / path).read_text("utf-8")
        table, *deep = BeautifulSoup(page, "html.parser").select("table.mm-records")
        rows = [[each.get_text() for each in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        assert rows[0] == ["startTime", "endTime"]
        assert rows[1:] == [["2026-11-20T08:00:00.000Z", "it's 9:30"], ["2026-11-21", ""]]
        assert [[each.get_text() for each in inner.select(HEADS)] for inner in deep] == DEEP_KEYS[path]
        assert not any(python in page for python in ("{'", "&#123;'", "['", "('", "True", "Decimal"))


def test_the_schema_for_editors_accepts_them() -> None:
    found, _ = parse_settings(ROADMAP.encode())
    schema = Draft202012Validator(json_schema(found, found.collections["projects"]))
    schema.validate({"status": "planned", **VALUES})


VALUE = st.recursive(
    st.one_of(st.text(max_size=5), st.booleans(), st.decimals(-99, 99, places=2)),
    lambda parts: st.one_of(
        st.lists(parts, max_size=3).map(tuple), st.dictionaries(st.text(max_size=5), parts, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(VALUE)
@example(({"a": (True, Decimal("1.5"))}, ("b",)))
def test_any_value_is_json_and_readable_text(value: Value) -> None:
    written = cell(value)
    if isinstance(value, tuple | dict):
        assert (json.loads(str(written)) if written else type(plain(value))()) == plain(value)
    viewer = Viewer(load_texts({}).roadmap, Language("en"))
    shown = viewer.value(Field("x", "array"), value)
    assert shown.line is not None
    assert "Decimal(" not in shown.line
