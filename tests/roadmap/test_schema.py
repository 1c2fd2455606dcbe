"""A file of a collection becomes a typed row; a file outside becomes a page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from milemark.foundation.diagnostics import Span
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Stage
from support import DAY

ROADMAP = """\
statuses: {진행 중: active, Merged: done}
collections:
  projects:
    fields:
      status: {required: true}
      level: {choices: [low, high], default: low}
      visits: {type: integer}
  projects/archive: {label: Archive}
"""


def load_files(**files: str) -> Loaded:
    """Load files given as `folder__name="text"`."""
    paths = {f"{name.replace('__', '/')}.md": text.encode() for name, text in files.items()}
    return load({"roadmap.yml": ROADMAP.encode(), **paths}, date(2025, 1, 12))


def load_item(text: str) -> tuple[Item, list[str]]:
    loaded = load_files(projects__one=text)
    return loaded.roadmap.items[0], [f"{each.rule.code} {each.span}" for each in loaded.diagnostics]


def test_a_status_is_a_word_of_the_user_and_has_a_stage() -> None:
    item, found = load_item("---\ntitle: One\nstatus: Merged\n---\n")
    assert (item.text("status"), item.stage, found) == ("Merged", Stage.DONE, [])


def test_an_unknown_status_is_kept_as_written_without_a_stage_and_reported() -> None:
    item, found = load_item("---\ntitle: One\nstatus: 진행중\n---\n")
    assert (item.text("status"), item.stage) == ("진행중", None)
    assert found == ["MM204 projects/one.md:3:9"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: From the field\nstatus: Merged\n---\n# Not this\n", "From the field"),
        ("---\nstatus: Merged\n---\n\n# From *the* [heading](a.md)\n", "From the heading"),
        ("---\nstatus: Merged\n---\n# The heading {#own .wide}\n", "The heading"),
        ("---\nstatus: Merged\n---\n", "one"),
        ("---\nstatus: Merged\n---\nA text.\n\nThe *heading*\nof it\n===\n## Goal", "The heading of it"),
        ("---\nstatus: Merged\n---\n> # Quoted\n\n- # Listed\n\n# Mine", "Mine"),
        ("---\nstatus: Merged\n---\n## Goal\n\nIt holds.\n\n# Later\n", "one"),
        ("---\nkanban-plugin: basic\nstatus: Merged\n---\n\n## Todo\n\n- [ ] a\n\n## Done\n", "one"),
        ("---\nstatus: Merged\n---\nGoal\n---\n", "one"),
        ("---\nstatus: Merged\n---\n#\n\n# Later\n", "one"),
        ("---\ntitle: 012\nstatus: Merged\n---\n", "012"),
        ("---\ntitle: >\n  two\n  lines\nstatus: Merged\n---\n", "two lines"),
    ],
)
def test_a_title_is_the_field_else_the_first_heading_of_level_1_else_the_file_name(text: str, title: str) -> None:
    item, _ = load_item(text)
    assert item.title == title


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("---\nstatus: Merged\n---\n", "one"),
        ("---\nid: 007\nstatus: Merged\n---\n", "007"),
        ('---\nid: "\u1112\u1161\u11ab"\nstatus: Merged\n---\n', "한"),  # decomposed, as macOS writes it
    ],
)
def test_an_id_is_text_as_written_or_the_name_of_the_file(text: str, id_: str) -> None:
    assert load_item(text)[0].id == id_


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("statsu: x", ["MM201 projects/one.md:4:1"]),
        ("level: medium", ["MM205 projects/one.md:4:8"]),
        ("visits: 1.5", ["MM203 projects/one.md:4:9"]),
        ("due: 2025-13-01", ["MM206 projects/one.md:4:6"]),
        ("audience: boss", ["MM205 projects/one.md:4:11"]),
        ("title: again", ["MM107 projects/one.md:4:1"]),
    ],
)
def test_a_wrong_field_is_reported_at_its_place_and_the_rest_of_the_item_stays(field: str, expected: list[str]) -> None:
    item, found = load_item(f"---\ntitle: One\nstatus: Merged\n{field}\n---\n")
    assert found == expected
    assert (item.title, item.stage) == ("One", Stage.DONE)


def test_a_missing_required_field_is_reported() -> None:
    assert "MM202 projects/one.md:1:1" in load_item("---\ntitle: One\n---\n")[1]


def test_broken_front_matter_causes_no_findings_about_missing_fields() -> None:
    item, found = load_item("---\ntitle: [One\n---\n- [x] kept\n")
    assert [each[:5] for each in found] == ["MM104"]
    assert [task.text for task in item.tasks] == ["kept"]


def test_a_default_applies_only_to_a_field_that_is_not_written() -> None:
    assert load_item("---\nstatus: Merged\n---\n")[0].text("level") == "low"
    assert load_item("---\nstatus: Merged\nlevel: high\n---\n")[0].text("level") == "high"


def test_an_undeclared_field_keeps_its_text() -> None:
    loaded = load_files(projects__archive__old="---\ntitle: Old\ncolour: 1.10\n---\n")
    assert loaded.roadmap.items[0].text("colour") == "1.10"
    assert not loaded.diagnostics


def test_a_file_belongs_to_the_nearest_declared_folder_and_elsewhere_only_if_it_has_a_status() -> None:
    loaded = load_files(
        projects__a="---\nstatus: Merged\n---\n# A",
        projects__2024__b="---\nstatus: Merged\n---\n# B",
        projects__archive__c="# C",
        projects__index="An introduction.",
        loose="---\nstatus: Merged\n---\n# Loose",
        about="Only a page.",
    )
    assert {item.path: item.collection.name for item in loaded.roadmap.items} == {
        "projects/a.md": "projects",
        "projects/2024/b.md": "projects",
        "projects/archive/c.md": "projects/archive",
        "loose.md": "",
    }
    assert [page.path for page in loaded.roadmap.pages] == ["about.md", "projects/index.md"]


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("projects/shop/index.md", "shop"),
        ("projects/shop/README.md", "shop"),
        ("projects/shop/Readme.md", "shop"),
        ("projects/2024/web/shop/index.md", "shop"),
        ("areas/shop/index.md", "shop"),  # outside of collections
        ("projects/shop/notes.md", "notes"),
        ("projects/Shop.md", "Shop"),
        ("README.md", "README"),
    ],
)
def test_the_page_of_a_folder_is_an_item_named_after_the_folder(path: str, id_: str) -> None:
    loaded = load({"roadmap.yml": ROADMAP.encode(), path: b"---\nstatus: Merged\n---\n- [x] a\n"}, DAY)
    items = [(item.id, item.title, item.path, item.counts.done) for item in loaded.roadmap.items]
    assert (items, loaded.roadmap.pages) == ([(id_, id_, path, 1)], ())


def test_two_pages_of_one_item_are_reported() -> None:
    text = "---\nstatus: Merged\n---\n# Shop\n"
    found = load_files(projects__shop=text, projects__shop__index=text, projects__shop__README=text)
    assert len({item.id for item in found.roadmap.items}) == 3
    reported = {(each.rule.code, each.span.path) for each in found.diagnostics}
    paths = ("projects/shop/README.md", "projects/shop/index.md")
    assert reported == {(code, path) for code in ("MM119", "MM301") for path in paths}


@pytest.mark.parametrize("path", ["index.md", "board.md", "projects/index.md", "projects/readme.md"])
def test_the_text_above_a_generated_page_is_no_item_and_its_status_is_reported(path: str) -> None:
    texts = {path: "---\nstatus: Merged\n---\n", "projects/blank.md": "---\nstatus: Merged\n---\n# B"}
    loaded = load({"roadmap.yml": ROADMAP.encode()} | {path: text.encode() for path, text in texts.items()}, DAY)
    assert [item.path for item in loaded.roadmap.items] == ["projects/blank.md"]
    assert "MM213" in {each.rule.code for each in loaded.diagnostics if each.span == Span(path, 2, 9, 6)}


def test_the_index_of_a_collection_below_a_collection_is_no_item() -> None:
    assert not load_files(projects__archive__index="# Archive").roadmap.items


def test_items_are_sorted_by_collection_then_order_then_path() -> None:
    loaded = load_files(
        projects__archive__a="# A",
        projects__z="---\nstatus: Merged\norder: 1\n---\n# Z",
        projects__y="---\nstatus: Merged\norder: 10\n---\n# Y",
        projects__x="---\nstatus: Merged\n---\n# X",
        projects__b="---\nstatus: Merged\n---\n# B",
        loose="---\nstatus: Merged\n---\n# L",
    )
    assert "".join(item.title for item in loaded.roadmap.items) == "ZYBXAL"


def test_numbers_dates_and_lists_are_read_as_such() -> None:
    item, found = load_item(
        "---\nstatus: 진행 중\nvisits: 3\nstart: 2025-01\ndue: 2025-Q1\ntags: [a, no]\nlinks: {Code: /c}\n---\n# T"
    )
    assert found == []
    assert item.number("visits") == Decimal(3)
    assert item.start is not None
    assert item.start.first == date(2025, 1, 1)
    assert item.due is not None
    assert item.due.last == date(2025, 3, 31)
    assert item.texts("tags") == ("a", "no")
    assert item.mapping("links") == {"Code": "/c"}


def test_a_blank_required_field_is_reported_at_its_place() -> None:
    files = {
        "roadmap.yml": b"collections: {items: {fields: {status: {required: true}}}}\n",
        "items/one.md": b"---\ntitle: One\nstatus:\n---\n",
    }
    (found,) = load(files, date(2025, 1, 12)).diagnostics
    assert (found.rule.code, found.span.line) == ("MM202", 3)
