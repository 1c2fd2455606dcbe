"""The JSON of everything: it fits its schema, and the schema says what would not fit."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import jsonschema
import pytest

import roadmaps
from milemark.foundation.disk import read_content
from milemark.output.export.json import roadmap_json, roadmap_json_schema
from milemark.roadmap.load import load
from support import ROOT, load_texts

DAY = date(2025, 6, 15)
CONTENT = {
    "roadmap.yml": """\
title: Plan
statuses: {open: active}
collections: {tracks: {role: track}, items: {fields: {size: {label: Size, choices: [small, large]}}}}
""",
    "tracks/work.md": "---\ntitle: Work\n---\n",
    "items/one.md": """\
---
title: One
track: work
status: open
due: 2025-Q2
size: small
weight: 0.5
---
- [x] a
- [?] b
""",
}
SCHEMA = json.loads(roadmap_json_schema())


def made(content: Mapping[str, str]) -> Any:
    return json.loads(roadmap_json(load_texts(content, DAY).roadmap))


@pytest.mark.parametrize(
    "content",
    [CONTENT, roadmaps.BARE, roadmaps.hostile(), roadmaps.crowded(), {"a.md": "---\nstatus: x\n---\n"}],
    ids=["small", "bare", "hostile", "crowded", "adopted"],
)
def test_every_roadmap_fits_the_schema(content: Mapping[str, str]) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(made(content))


def test_the_example_fits_the_schema() -> None:
    roadmap = load(read_content(ROOT / "content").files, DAY).roadmap
    found = json.loads(roadmap_json(roadmap))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    assert [each["id"] for each in found["items"]] == [item.id for item in roadmap.items]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 2),
        (("title",), None),
        (("progress", "value"), "50%"),
        (("statuses", "open"), "doing"),
        (("items", 1, "stage"), "open"),
        (("items", 1, "fields", "size"), None),
        (("items", 1, "tasks", 0, "line"), 0),
        (("items", 1, "progress", "basis"), "guessed"),
        (("collections", 1, "fields", 0, "type"), "text"),
    ],
)
def test_the_schema_refuses_what_is_never_written(path: tuple[str | int, ...], value: object) -> None:
    found = copy.deepcopy(made(CONTENT))
    place: Any = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(found)


def test_it_says_what_is_written_and_what_follows_from_it() -> None:
    found = made(CONTENT)
    assert (found["format"], found["title"], found["as_of"]) == (1, "Plan", "2025-06-15")
    assert found["progress"] == {"value": 100, "done": 1, "total": 1}
    assert found["collections"][1]["fields"] == [
        {"name": "size", "type": "string", "label": "Size", "choices": ["small", "large"]}
    ]
    track, item = found["items"]
    assert (track["role"], track["progress"]["basis"]) == ("track", "items")
    assert item == {
        "id": "one",
        "title": "One",
        "path": "content/items/one.md",
        "collection": "items",
        "role": "item",
        "stage": "active",
        "fields": {"title": "One", "track": "work", "status": "open", "due": "2025-Q2", "size": "small", "weight": 0.5},
        "progress": {"value": 100, "basis": "measured", "claimed": None, "done": 1, "total": 1},
        "tasks": [
            {"text": "a", "mark": "x", "stage": "done", "depth": 0, "line": 9},
            {"text": "b", "mark": "?", "stage": None, "depth": 0, "line": 10},
        ],
    }
