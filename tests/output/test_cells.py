"""A field is shown with its label, in the roadmap's language, as its type asks."""

from __future__ import annotations

from datetime import date

import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milemark.foundation.escaping import markdown_text, one_line
from milemark.foundation.i18n import Language
from milemark.output.cells import EMPTY, Cell, Viewer, shortened
from milemark.roadmap.load import load

ROADMAP = """\
locale: ko
statuses: {진행 중: active}
collections:
  tracks: {role: track}
  projects:
    fields:
      title: {label: 프로젝트}
      stars: {type: string, label: Stars}
      visits: {type: integer}
      is_open: {type: boolean}
      site: {type: url}
      builds: {type: object}
      needs: {type: array, items: {type: reference}}
  bare: {}
  chosen: {columns: [due, title]}
"""
PROJECT = """\
---
title: One
status: 진행 중
track: t
due: 2025-Q1
progress: 40
stars: 1.10
visits: 1234567
is_open: yes
site: https://example.org
builds: {Redis: 캐시}
needs: [t]
links: {Code: /code}
summary:
tags: []
aliases: [uno]
weight: 3
order: 1
note: undeclared
---
"""


def viewer_of(**files: str) -> Viewer:
    paths = {f"{name.replace('__', '/')}.md": text.encode() for name, text in files.items()}
    loaded = load({"roadmap.yml": ROADMAP.encode(), **paths}, date(2025, 1, 12))
    return Viewer(loaded.roadmap, Language("ko"))


@pytest.fixture(scope="module")
def viewer() -> Viewer:
    return viewer_of(projects__one=PROJECT, tracks__t="---\ntitle: Track T\n---\n- [ ] x\n")


def shown(cell: Cell) -> str:
    """Return a cell in one line: its text, its parts, and where it leads."""
    parts = f"[{', '.join(shown(part) for part in cell.parts)}]" if cell.parts else ""
    return cell.text + parts + (f" -> {cell.target or cell.url}" if cell.target or cell.url else "")


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("title", "link", "One -> projects/one.md"),
        ("status", "status", "진행 중"),
        ("track", "link", "Track T -> tracks/t.md"),
        ("due", "date", "2025년 1분기 -> 2025-03-31"),
        ("stars", "text", "1.10"),
        ("visits", "text", "1,234,567"),
        ("is_open", "text", "예"),
        ("site", "link", "https://example.org -> https://example.org"),
        ("builds", "pairs", "[Redis[캐시]]"),
        ("needs", "list", "[Track T -> tracks/t.md]"),
        ("links", "pairs", "[Code -> /code]"),
        ("note", "text", "undeclared"),
        ("summary", "empty", ""),
        ("tags", "empty", ""),
        ("nothing", "empty", ""),
    ],
)
def test_a_field_is_shown_as_its_type_asks(viewer: Viewer, name: str, kind: str, expected: str) -> None:
    cell = viewer.cell(viewer.roadmap.by_id["one"], name)
    assert (cell.kind, shown(cell)) == (kind, expected)


def test_progress_is_shown_for_work_only(viewer: Viewer) -> None:
    found = viewer.cell(viewer.roadmap.by_id["one"], "progress").progress
    assert found is not None
    assert found.value == 40
    assert viewer.cell(viewer.roadmap.by_id["t"], "progress") == EMPTY


def test_an_items_page_shows_declared_fields_first_and_leaves_out_what_is_for_the_machine(viewer: Viewer) -> None:
    names = [row.name for row in viewer.rows(viewer.roadmap.by_id["one"])]
    assert names[:6] == ["stars", "visits", "is_open", "site", "builds", "needs"]
    assert set(names[6:]) == {"track", "status", "due", "progress", "links", "note"}


@pytest.mark.parametrize(
    ("collection", "name", "label"),
    [
        ("projects", "title", "프로젝트"),
        ("projects", "stars", "Stars"),
        ("projects", "visits", "Visits"),
        ("projects", "status", "상태"),
        ("projects", "learn_by", "Learn by"),
        ("bare", "depends_on", "선행 항목"),
    ],
)
def test_a_label_is_the_declared_one_else_the_interfaces_else_the_name(
    viewer: Viewer, collection: str, name: str, label: str
) -> None:
    assert viewer.label(viewer.roadmap.settings.collections[collection], name) == label


@pytest.mark.parametrize(
    ("collection", "columns"),
    [
        ("projects", ("title", "stars", "visits", "is_open", "site", "needs")),
        ("bare", ("title", "status", "track", "due")),
        ("chosen", ("due", "title")),
    ],
)
def test_a_table_has_the_declared_columns_else_the_declared_fields(
    viewer: Viewer, collection: str, columns: tuple[str, ...]
) -> None:
    assert viewer.columns(viewer.roadmap.settings.collections[collection]) == columns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: T\ndescription: D\nsummary: S\n---\nText.", "D"),
        ("---\ntitle: T\nsummary: S\n---\nText.", "S"),
        ("---\ntitle: T\n---\n# H\n\nThe **first**\nparagraph.\n\nMore.", "The first paragraph."),
        ("---\ntitle: T\n---\n", "T"),
        ("---\ntitle: T\n---\n" + "word " * 60, "word " * 31 + "word…"),
    ],
)
def test_an_item_is_described_in_one_sentence_of_its_author(text: str, expected: str) -> None:
    viewer = viewer_of(bare__one=text)
    assert viewer.description(viewer.roadmap.by_id["one"]) == expected


@given(st.text())
@settings(deadline=None)
def test_a_shortened_text_is_short(text: str) -> None:
    assert len(shortened(text)) <= 161


HEADINGS = st.text(st.characters(codec="utf-8")) | st.text(st.sampled_from("_*`[]()<>&#;!{}\\~|:-=+^\"' ab1\n"))


@given(HEADINGS)
@example("__init__ and _x_")
@example("{ #id onclick=x }")
@example("[a]: b")
@example("a ##")
@example("&amp; &#35;")
@example("[^1] ==x== ~~y~~ ++k++ ^^z^^")
@example("`#!python x`")
@settings(deadline=None)
def test_any_text_in_a_heading_is_read_as_that_text(text: str) -> None:
    page = markdown.markdown(f"# {markdown_text(text)}", extensions=["attr_list", "footnotes", "pymdownx.betterem"])
    soup = BeautifulSoup(page, "html.parser")
    seen = " ".join(one_line(text).split())
    if seen:
        assert [(tag.name, tag.attrs) for tag in soup.find_all()] == [("h1", {})]
        assert " ".join(soup.get_text().split()) == seen


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\n\n```\r\ntwo", "one ``` two"),
        ("a\u0007b\u0000c\u001bd\x7fe\x9ff", "abcdef"),
        ("a\u2028b\u0085c", "a b c"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
    ],
)
def test_data_stands_in_one_line_of_characters_that_can_be_seen(text: str, line: str) -> None:
    assert one_line(text) == line


SORTED = """\
locale: en
statuses: {Idea: planned, Doing: active}
collections:
  items:
    fields: {level: {choices: [low, high]}, visits: {type: integer}, is_open: {type: boolean}, words: {type: array}}
"""


@pytest.mark.parametrize(
    ("name", "written", "order", "rank"),
    [
        ("title", "A", "word", ""),
        ("words", "[b, a]", "word", ""),
        ("level", "high", "number", "1"),
        ("status", "Doing", "number", "1"),
        ("progress", "40", "number", "40"),
        ("weight", "1.5", "number", "1.5"),
        ("visits", "1000", "number", "1000"),
        ("is_open", "yes", "number", "1"),
        ("start", "2025-Q1", "day", "2025-01-01"),
        ("due", "2025-Q1", "day", "2025-03-31"),
        ("due", "", "day", ""),
    ],
)
def test_a_column_sorts_by_what_its_values_mean(name: str, written: str, order: str, rank: str) -> None:
    files = {"roadmap.yml": SORTED.encode(), "items/a.md": f"---\n{name}: {written}\n---\n".encode()}
    roadmap = load(files, date(2025, 1, 12)).roadmap
    viewer, (item,) = Viewer(roadmap, Language("en")), roadmap.items
    assert (viewer.order(item.collection, name), viewer.rank(item, name)) == (order, rank)
