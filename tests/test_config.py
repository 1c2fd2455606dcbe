"""roadmap.yml says what the database holds; what it says wrongly is reported, and the default stands."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.config import DEFAULT_STATUSES, parse_settings
from milemark.model import Role, Settings, Stage

FULL = """\
title: 커리어
goal: 이직
locale: ko
as_of: 2025-01-12
statuses: {진행 중: active, Merged: done}
collections:
  projects:
    label: 프로젝트
    description: 지금 하는 일
    role: track
    group: kind
    columns: [title, status]
    fields:
      priority: {label: 우선순위, choices: [높음, 낮음], required: true, default: 낮음}
      kind:
      visits: {type: array, items: {type: date}}
"""


def codes(yaml: str) -> tuple[Settings, list[str]]:
    settings, found = parse_settings(yaml.encode())
    return settings, [f"{each.rule.code} {each.span.line}:{each.span.column}" for each in found]


def test_every_setting_is_read_as_it_was_written() -> None:
    settings, found = codes(FULL)
    projects = settings.collections["projects"]
    assert found == []
    assert (settings.title, settings.goal, settings.locale) == ("커리어", "이직", "ko")
    assert settings.as_of == date(2025, 1, 12)
    assert settings.statuses == {"진행 중": Stage.ACTIVE, "Merged": Stage.DONE}
    assert (projects.label, projects.description, projects.role) == ("프로젝트", "지금 하는 일", Role.TRACK)
    assert (projects.group, projects.columns) == ("kind", ("title", "status"))
    assert projects.fields["priority"].choices == ("높음", "낮음")
    assert projects.fields["priority"].required
    assert projects.fields["priority"].default == "낮음"
    assert projects.fields["visits"].item_type == "date"


def test_a_folder_without_a_roadmap_file_still_has_words_for_every_stage() -> None:
    settings, found = parse_settings(None)
    assert [each.rule.code for each in found] == ["MM501"]
    assert not any(each.is_error for each in found)
    assert set(settings.statuses.values()) == set(Stage)


@pytest.mark.parametrize("yaml", ["", "# nothing yet\n", "title: T\n", "statuses:\ncollections:\n"])
def test_an_almost_empty_roadmap_file_is_fine_and_has_the_default_statuses(yaml: str) -> None:
    settings, found = codes(yaml)
    assert found == []
    assert settings.statuses == DEFAULT_STATUSES


def test_a_core_field_named_again_keeps_its_type() -> None:
    settings, _ = codes("collections: {a: {fields: {due: {label: Deadline}, depends_on: {label: Needs}}}}")
    fields = settings.collections["a"].fields
    assert (fields["due"].type, fields["due"].label) == ("date", "Deadline")
    assert (fields["depends_on"].type, fields["depends_on"].item_type) == ("array", "reference")


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("titel: x", ["MM503 1:1"]),
        ("locale: fr", ["MM502 1:9"]),
        ("as_of: 2025-01", ["MM502 1:8"]),
        ("as_of: soon", ["MM502 1:8"]),
        ("title: [a]", ["MM502 1:8"]),
        ("statuses: [done]", ["MM502 1:11"]),
        ("statuses: {finished: over}", ["MM502 1:22"]),
        ("collections: projects", ["MM502 1:14"]),
        ("collections: {a: 1}", ["MM502 1:18"]),
        ("collections: {a: {rolle: item}}", ["MM503 1:19"]),
        ("collections: {a: {role: folder}}", ["MM502 1:25"]),
        ("collections: {a: {columns: [titel]}}", ["MM503 1:29"]),
        ("collections: {a: {group: knd}}", ["MM503 1:26"]),
        ("collections: {a: {fields: [x]}}", ["MM502 1:27"]),
        ("collections: {a: {fields: {x: text}}}", ["MM502 1:31"]),
        ("collections: {a: {fields: {x: {typ: date}}}}", ["MM503 1:32"]),
        ("collections: {a: {fields: {x: {type: text}}}}", ["MM502 1:38"]),
        ("collections: {a: {fields: {x: {required: maybe}}}}", ["MM502 1:42"]),
        ("title: a\ntitle: b", ["MM107 2:1"]),
        ("- a", ["MM106 1:1"]),
    ],
)
def test_a_wrong_setting_is_reported_at_its_place(yaml: str, expected: list[str]) -> None:
    assert codes(yaml)[1] == expected


def test_one_wrong_setting_does_not_take_the_others_with_it() -> None:
    settings, found = codes("title: T\nlocale: fr\ncollections: {a: {role: x, label: A}, b: 1}")
    assert len(found) == 3
    assert (settings.title, settings.locale) == ("T", "en")
    assert settings.collections["a"].label == "A"
    assert settings.collections["b"].label == "b"


@pytest.mark.parametrize(
    "name", ["../evil", "/evil", "a/../../evil", "..", ".", "", "a\\b", "a//b", "a/", ".git", "a\0b"]
)
def test_a_collection_must_be_a_folder_below_content(name: str) -> None:
    escaped = name.replace("\\", "\\\\").replace("\0", "\\0")
    settings, found = codes(f'collections: {{"{escaped}": {{label: X}}, fine: {{}}, deep/er: {{}}}}')
    assert list(settings.collections) == ["fine", "deep/er"]
    assert [each[:5] for each in found] == ["MM103" if "\0" in name else "MM502"]


def test_a_misspelt_setting_is_answered_with_the_nearest() -> None:
    _, found = parse_settings(b"collektions: {}")
    assert found[0].hint_in(str) == 'did you mean "collections"?'
