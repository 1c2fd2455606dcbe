"""The relations of items have a column for every core field, and for every declared one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.query.sql.engine import Engine
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.sqlite import database
from milemark.roadmap.field_types import TYPES
from milemark.roadmap.schema import CORE_FIELDS
from support import DAY, cli, load_texts, sampled, write_content, write_files

ITEM = """\
---
title: Web shop
status: paused
track: building
parent: site
milestone: launch
depends_on: [site]
aliases: [shop2]
priority: high
start: 2025-01
due: 2025-Q1
finished: 2025-01-10
weight: 2
progress: 40
allocation: 60
tags: [web]
stack: [Go]
summary: A shop
goal: Sell
problem: No shop
approach: Build it
result: Sold
reason: no time
counts: [projects]
current: 3
target: 4.5
unit: ms
links: {Code: https://example.org}
featured: true
audience: public
description: About the shop
order: 3
---
"""
VALUES = {
    "id": "shop",
    "track": "building",
    "depends_on": ["site"],
    "reason": "no time",
    "counts": ["projects"],
    "current": 3,
    "target": 4.5,
    "unit": "ms",
    "links": {"Code": "https://example.org"},
    "featured": 1,
    "order": 3,
    "allocation": 60,
    "aliases": ["shop2"],
}
ROADMAP = "statuses: {paused: paused}\ncollections:\n  tracks: {role: track}\n  milestones: {role: milestone}\n"
OTHERS = {"tracks/building.md": "# Building\n", "milestones/launch.md": "# Launch\n", "projects/site.md": "# Site\n"}


def project_of(folder: Path, collection: str, **files: str) -> Path:
    write_files(folder, {"mkdocs.yml": "site_name: Plan\ndocs_dir: build/docs\n"})
    content = {"roadmap.yml": f"{ROADMAP}  projects: {collection}\n", "projects/shop.md": ITEM, **OTHERS}
    return write_content(folder, {**content, **{f"{name}.md": text for name, text in files.items()}})


@pytest.mark.parametrize("name", sampled(CORE_FIELDS, 5))
def test_a_core_field_is_a_column_everywhere(tmp_path: Path, name: str) -> None:
    columns = "[title]" if name == "title" else f"[title, {name}]"
    block = f"```milemark\nfrom: projects\ncolumns: {columns}\n```\n"
    project = project_of(tmp_path, f"{{columns: {columns}}}", about=block)
    listed = json.loads(must(project, "list", "--from", "projects", "--where", "id = 'shop'", "--format", "json"))[
        "rows"
    ]
    selected = json.loads(
        must(project, "query", f"select \"{name}\" from items where id = 'shop'", "--format", "json")  # noqa: S608
    )["rows"]
    assert listed[0][name] == selected[0][name]
    assert selected[0][name] == VALUES.get(name, selected[0][name])
    assert selected[0][name] not in {None, ""} if isinstance(selected[0][name], str) else True
    assert must(project, "list", "--columns", name)
    assert "MM" not in must(project, "check", "--format", "text")
    must(project, "generate")
    for path in ("about.md", "projects/index.md"):
        assert "mm-wrong" not in (project / "build/docs" / path).read_text("utf-8")


def must(project: Path, *arguments: str) -> str:
    done = cli(project, "--as-of", "2025-01-12", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_declared_field_is_listed_though_every_item_has_a_column_of_its_name(tmp_path: Path) -> None:
    project = project_of(tmp_path, "{columns: [title, stage], fields: {stage: {label: Stage}}}")
    write_content(project, {"projects/shop.md": ITEM.replace("status: paused", "stage: beta")})
    listed = json.loads(must(project, "list", "--from", "projects", "--where", "id = 'shop'", "--format", "json"))[
        "rows"
    ]
    assert listed == [{"title": "Web shop", "field_stage": "beta"}]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["goal", "links", "stage", "reason", "mine", "due"]), st.sampled_from(TYPES)),
    st.sampled_from(["x", "12", "2025-01", "[a, b]", "{a: b}", "true"]),
)
def test_every_column_of_a_collection_can_be_read_whatever_types_it_declares(types: dict[str, str], value: str) -> None:
    fields = ", ".join(f"{name}: {{type: {type_}}}" for name, type_ in types.items())
    front = "".join(f"{name}: {value}\n" for name in types)
    roadmap = f"collections: {{a: {{fields: {{{fields}}}}}, b: {{}}}}\n"
    loaded = load_texts({"roadmap.yml": roadmap, "a/x.md": f"---\n{front}---\n", "b/y.md": f"---\n{front}---\n"}, DAY)
    tables = roadmap_tables(loaded.roadmap.settings)
    for table in tables:
        names = {column.name.casefold() for column in table.columns}
        assert len(names) == len(table.columns)
        assert {name.casefold() for name in table.shown} <= names
        for row in table.read(loaded.roadmap):
            for column, found in zip(table.columns, row, strict=True):
                assert found is None or isinstance(found, str) == (column.type == "text"), column
    assert database(tables, loaded.roadmap)
    assert Engine(tables, loaded.roadmap).run('select "goal", "links" from a').columns == ("goal", "links")
