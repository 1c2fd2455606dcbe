"""The JSON Schema for editors: it accepts what `check` accepts, and points at what people mistype."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from milemark.foundation.suggestions import declared_word
from milemark.output.export.json_schema import any_case, json_schema
from milemark.roadmap.load import read_file
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings
from support import ROOT, cli

ROADMAP = """\
statuses: {예정: planned, 진행 중: active, 완료: done, on: active, In progress: active, Straße: done, "İ (a|b)": done}
collections:
  projects:
    label: 프로젝트
    description: 만드는 것
    fields:
      status: {label: 상태, required: true}
      level: {choices: [1, 2, 낮음, 높음], default: 낮음}
      repository: {type: url}
      visits: {type: integer}
      score: {type: number, default: 3}
      needs: {type: array, items: {type: reference}}
      notes: {type: object}
  loose: {}
"""


class CoreLoader(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does, and so as editors do: dates, `yes` and `1:30` are texts."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first))
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])
CoreLoader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))


def as_editors_read(text: str) -> Any:
    return yaml.load(text, CoreLoader)  # noqa: S506  a SafeLoader


def front_matter(path: Path) -> str:
    return path.read_text("utf-8").split("---\n", 2)[1]


@cache
def roadmap() -> Settings:
    found, diagnostics = parse_settings(ROADMAP.encode())
    assert diagnostics == []
    return found


@cache
def validator(collection: str = "projects") -> Draft202012Validator:
    return Draft202012Validator(json_schema(roadmap(), roadmap().collections[collection]))


def complaints(text: str, collection: str = "projects") -> list[str]:
    """Return the fields that an editor underlines, or an empty name for the whole."""
    found = validator(collection).iter_errors(as_editors_read(text) or {})
    return sorted({str(error.path[0]) if error.path else "" for error in found})


def errors(text: str) -> list[str]:
    """Return what `check` finds wrong in a file of its own."""
    file = read_file(roadmap(), "projects/one.md", f"---\n{text}\n---\n# One\n".encode())
    return [str(each.rule.code) for each in file.diagnostics]


@cache
def printed_schemas() -> dict[str, Any]:
    printed = cli(ROOT, "schema")
    assert printed.exit_code == 0, printed.output
    return dict(json.loads(printed.stdout))


CONTENT = sorted(path for path in (ROOT / "content").rglob("*.md") if path.name != "index.md")


@pytest.mark.parametrize("path", CONTENT, ids=[path.relative_to(ROOT / "content").as_posix() for path in CONTENT])
def test_our_own_content_is_valid_in_an_editor(path: Path) -> None:
    schema = printed_schemas()[path.parent.name]
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(as_editors_read(front_matter(path)))


def test_our_own_content_is_all_covered() -> None:
    assert {path.parent.name for path in CONTENT} == {*printed_schemas()}


@pytest.mark.parametrize(
    ("mistake", "field"),
    [
        ("status: 진행중", "status"),
        ("staus: 예정\nstatus: 예정", ""),
        ("title: x", ""),  # no status
        ("status: 예정\nlevel: 중간", "level"),
        ("status: 예정\nlevel: 3", "level"),
        ("status: 예정\nprogress: 120", "progress"),
        ("status: 예정\nprogress: -1", "progress"),
        ("status: 예정\nprogress: 절반", "progress"),
        ("status: 예정\nweight: -1", "weight"),
        ("status: 예정\nvisits: 1.5", "visits"),
        ("status: 예정\ndue: 2025년 3월", "due"),
        ("status: 예정\ndue: 2025-13", "due"),
        ("status: 예정\ndue: 2025.03.01", "due"),
        ("status: 예정\nrepository: javascript:alert(1)", "repository"),
        ("status: 예정\nfeatured: 네", "featured"),
        ("status: 예정\naudience: boss", "audience"),
        ("status: 예정\nlinks: https://example.org", "links"),
        ("status: 예정\nlinks: {Demo: 'localhost:3000'}", "links"),
        ("status: 예정\ntags: {a: b}", "tags"),
        ("status: 예정\nparent: {a: b}", "parent"),
        ("status: 예정\ntitle: [a]", "title"),
    ],
)
def test_a_typical_mistake_is_underlined(mistake: str, field: str) -> None:
    assert complaints(mistake) == [field]
    assert errors(mistake) != []


@pytest.mark.parametrize(
    "front",
    [
        "status: on",
        "status: ON",
        "status: in Progress",
        "status: ' In progress  '",
        "status: STRAßE",
        "status: İ (A|B)",
        "status: 예정\nlevel: ' 낮음'",
        "status: 예정\naudience: Public",
        "status: 예정\ntitle: 007\nid: 1.10\naliases: [no, 2025]\nsummary:",
        "status: 예정\ntitle: no\ntags: Kafka",
        "status: 예정\nlevel: 1",
        "status: 예정\nlevel: '2'",
        "status: 예정\nprogress: 70%\nweight: '0.5'",
        "status: 예정\ndue: 2025\nstart: 2025-Q1\nfinished: 2025-W07",
        "status: 예정\ndue: 2025-02-14T09:00:00+09:00",
        "status: 예정\nfeatured: yes",
        "status: 예정\nparent: [[one]]\ndepends_on: [[one]]\nneeds: ['[[one]]', 12]",
        "status: 예정\nlinks: {Repo: https://example.org, Notes: notes/a.md}\nnotes: {a: 1}",
        "status: 예정\ndue:\ntags:\nlinks:\nfeatured:\nprogress:\nlevel:\nrepository:",
    ],
)
def test_what_check_accepts_is_not_underlined(front: str) -> None:
    assert errors(front) == []
    assert complaints(front) == []


SCALARS = st.one_of(
    st.integers(-5, 2100).map(str),
    st.decimals(-2, 120, places=1).map(str),
    st.dates().map(str),
    st.sampled_from(
        ["yes", "No", "true", "TRUE", "off", "~", "null", "", "1e3", ".5", "0x1F", "2025-Q1", "70 %", "+5"]
    ),
    st.sampled_from(["https://example.org", "a/b.md", "mailto:a@b.kr", "[[one]]", "[a, b]", "{a: b}", "'12'", "낮음"]),
    st.text("ab가 -./:", max_size=6).map(json.dumps),
)
FIELDS = (
    "title",
    "due",
    "progress",
    "visits",
    "score",
    "level",
    "featured",
    "repository",
    "parent",
    "needs",
    "tags",
    "links",
    "notes",
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FIELDS), SCALARS)
@example("featured", "TRUE")
@example("score", "+5")
def test_an_editor_never_contradicts_check(field: str, written: str) -> None:
    front = f"status: 예정\n{field}: {written}"
    if not errors(front):
        assert complaints(front) == [], front


WORDS = sorted((*roadmap().statuses, "planned", "in-progress"))


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from([str.upper, str.lower, str.swapcase, str.title, str.casefold, " {} ".format]), max_size=3),
)
def test_an_editor_accepts_each_spelling_of_a_status_that_check_accepts(
    word: str, spellings: list[Callable[[str], str]]
) -> None:
    for spelling in spellings:
        word = spelling(word)
    front = f"status: {json.dumps(word, ensure_ascii=False)}"
    assert bool(errors(front)) or complaints(front) == [], front


def test_every_letter_in_either_case_is_one_word_for_an_editor() -> None:
    letters = {letter for each in map(chr, range(sys.maxunicode + 1)) for letter in {each.lower(), each.upper()}}
    cased = sorted(letter for letter in letters if len(letter) == 1 and letter.lower() != letter.upper())
    for letter in cased:
        pattern = re.compile(f"^{any_case(letter)}$")
        assert all(pattern.search(each) for each in (letter, letter.lower()) if declared_word(each, [letter])), letter


def test_what_is_not_declared_is_allowed_where_nothing_is() -> None:
    assert complaints("anything: goes", "loose") == []


def test_titles_and_defaults_help_while_typing() -> None:
    schema = json_schema(roadmap(), roadmap().collections["projects"])
    assert (schema["title"], schema["description"]) == ("프로젝트", "만드는 것")
    assert schema["properties"]["status"]["title"] == "상태"
    assert schema["properties"]["level"]["default"] == "낮음"
    assert schema["properties"]["score"]["default"] == 3
    assert schema["required"] == ["status"]


def test_one_collection_is_printed_by_name_and_an_unknown_one_is_answered() -> None:
    one = cli(ROOT, "schema", "projects")
    assert json.loads(one.stdout) == printed_schemas()["projects"]
    unknown = cli(ROOT, "schema", "project")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "projects" in unknown.stderr
