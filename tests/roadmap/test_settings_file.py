"""Settings are read from roadmap.yml; a wrong one is reported and keeps its default."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.rules import UNREADABLE
from milemark.roadmap.checks import without_consequences
from milemark.roadmap.load import load
from milemark.roadmap.settings import Role, Settings, Stage
from milemark.roadmap.settings_file import parse_settings
from milemark.roadmap.statuses import DEFAULT_STATUSES, known_stage, likely_stage

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


def test_a_collection_without_settings_needs_no_braces() -> None:
    assert codes("collections:\n  skills:\n  talks: {}\n") == codes("collections: {skills: {}, talks: {}}")


def test_private_collections_fields_and_their_count_are_read_and_a_slip_hides() -> None:
    collections = "collections: {a: {private: [title, pay], fields: {pay: {}}}, b: {audience: private}}"
    settings, found = codes(f"policies: {{count_private: true}}\n{collections}\n")
    assert found == []
    assert settings.policies.count_private
    assert settings.collections["a"].private == ("title", "pay")
    assert [name for name, each in settings.collections.items() if each.is_private] == ["b"]
    assert codes("collections: {a: {audience: privat}}")[0].collections["a"].is_private
    assert not codes("collections: {a: {audience: public}}")[0].collections["a"].is_private


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
        ("policies: {evidence: skils}\ncollections: {skills: {}}", ["MM502 1:22"]),
        ("policies: {evidence: skills}", ["MM502 1:22"]),
        ("ignore: [MM999]", ["MM503 1:10"]),
        ("ignore: [stail]", ["MM503 1:10"]),
        ("ignore: MM402, MM403", ["MM212 1:9"]),
        ("marks: {완료: done}", ["MM502 1:9"]),
        ("title: a\u009bb", ["MM103 1:9"]),
        ("<<<<<<< HEAD\ntitle: a", ["MM114 1:1"]),
        ("title: a\n---\ntitle: b", ["MM113 2:1"]),
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
        ("collections: {a: {private: [titel]}}", ["MM503 1:29"]),
        ("collections: {a: {private: titel}}", ["MM503 1:28"]),
        ("collections: {a: {private: {title: x}}}", ["MM502 1:28"]),
        ("collections: {a: {audience: privat}}", ["MM502 1:29"]),
        ("policies: {count_private: maybe}", ["MM502 1:27"]),
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


def test_one_wrong_setting_keeps_the_others() -> None:
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


@pytest.mark.parametrize("name", ["board", "Checklists", "progress", "tags", "timeline"])
def test_a_collection_does_not_take_the_address_of_a_generated_page(name: str) -> None:
    settings, found = parse_settings(f"collections: {{fine: {{}}, {name}: {{}}, a/{name}: {{}}}}".encode())
    assert list(settings.collections) == ["fine", f"a/{name}"]
    (one,) = found
    assert (one.rule.code, one.span.column) == ("MM502", 25)
    expected = f"the site has a page of that name: rename the folder, for example to {name}-items"
    assert one.hint_in(str) == expected


def test_a_misspelt_setting_gives_the_nearest_one() -> None:
    _, found = parse_settings(b"collektions: {}")
    assert found[0].hint_in(str) == 'did you mean "collections"?'


@pytest.mark.parametrize(
    ("yaml", "said", "hint"),
    [
        (
            "policies: {evidence: skils}\ncollections: {skills: {}}",
            '"skils" is not the name of a collection',
            '"skills"?',
        ),
        ("policies: {evidence: skills}", '"skills" is not the name of a collection', "under `collections`"),
        ("ignore: [MM999]", 'unknown rule "MM999"', "from MM101 to MM615"),
        ("ignore: [MM4O2]", 'unknown rule "MM4O2"', 'did you mean "MM402"?'),
        ("ignore: [unknown-statsu]", "unknown rule", 'did you mean "unknown-status"?'),
        (
            "statuses: {끝: doen}",
            '"doen" is not a stage',
            '"done"? available: planned, active, paused, done, dropped',
        ),
        ("statuses: {끝: 끝남}", '"끝남" is not a stage', "choose one of: planned, active, paused, done, dropped"),
        ("collections: {a: {role: recrod}}", "is not a role", '"record"? available: item, track, milestone, record'),
        (
            "collections: {a: {fields: {x: {type: datetime}}}}",
            "is not a field type",
            "available: string, number",
        ),
        ("collections: {a: {fields: {x: {required: 네}}}}", "is not true or false", "write true or false"),
        ("collections: {a: {columns: [titel]}}", 'unknown field "titel"', 'did you mean "title"?'),
        ("title: a: b", "roadmap.yml is not valid YAML: there is one colon too many", "quote the value"),
        ("- a", "roadmap.yml does not consist of `key: value` lines", "write each field"),
    ],
)
def test_each_wrong_setting_has_its_own_message(yaml: str, said: str, hint: str) -> None:
    (found,) = parse_settings(yaml.encode())[1]
    assert said in found.message_in(str)
    assert hint in found.hint_in(str)


@pytest.mark.parametrize("written", ["MM402", "mm402", "claim-differs", "Claim-Differs"])
def test_a_rule_is_ignored_by_its_code_or_its_name_in_any_case(written: str) -> None:
    settings, found = codes(f"ignore: [{written}]")
    assert (settings.ignore, found) == (("MM402",), [])


def test_an_unknown_rule_in_ignore_hides_no_known_rule() -> None:
    assert codes("ignore: [MM999, mm204]")[0].ignore == ("MM204",)


@pytest.mark.parametrize("data", [b"title: a: b\n", b"- a\n", "title: 로드맵\n".encode("cp949"), b"<<<<<<< HEAD\n"])
def test_an_unreadable_roadmap_yml_is_the_first_finding_and_causes_no_others(data: bytes) -> None:
    files = {
        "roadmap.yml": data,
        "a/one.md": "---\nstatus: 사업자등록 후\ntrack: projects\nparent: two\n---\n- [/] x\n".encode(),
        "a/two.md": b"---\ntitle: [x\n---\n",
    }
    found = load(files, date(2025, 1, 12)).diagnostics
    assert [each.span.path for each in found] == ["roadmap.yml", "a/two.md"]
    assert not any(each.rule.code == "MM501" for each in found)


def test_a_missing_roadmap_yml_causes_no_findings_about_undeclared_names() -> None:
    item = b"---\nstatus: done\ntrack: a\nmilestone: m\ndepends_on: [gone]\n---\n# One\n"
    found = load({"one.md": item}, date(2025, 1, 12)).diagnostics
    assert [f"{each.rule.code} {each.span}" for each in found] == ["MM501 roadmap.yml:1:1", "MM302 one.md:5:14"]


def test_a_roadmap_yml_without_read_permission_is_not_reported_as_missing() -> None:
    settings, found = parse_settings(None)
    unread = Diagnostic(UNREADABLE, Span("roadmap.yml"), {"reason": "Permission denied"})
    assert [each.rule.code for each in without_consequences(settings, [*found, unread])] == ["MM101"]


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (Stage.PLANNED, "Draft Provisional implementable To-Do 초안 xyz"),
        (Stage.ACTIVE, "Review Last-Call IN_PROGRESS wip 진행중"),
        (Stage.PAUSED, "Deferred Stagnant on-hold 연기"),
        (Stage.DONE, "Final Accepted Living Implemented DONE Merged 종료"),
        (Stage.DROPPED, "Withdrawn Rejected Superseded Moved Won't-Do 폐기"),
    ],
)
def test_common_statuses_have_a_likely_stage(stage: Stage, words: str) -> None:
    assert {word: likely_stage(word.replace("-", " ")) for word in words.split()} == dict.fromkeys(words.split(), stage)


def test_the_lanes_of_other_tools_in_korean_and_english_are_known() -> None:
    words = ("할 일", "시작 전", "Not started", "할일")
    assert {word: known_stage(word) for word in words} == dict.fromkeys(words, Stage.PLANNED)


@pytest.mark.parametrize(
    ("settings", "is_private", "fields"),
    [
        ("{audiense: private}", True, set()),
        ("{visibility: private}", True, set()),
        ("{draft: true}", True, set()),
        ("{private: true}", True, {"true"}),
        ("private", True, set()),
        ("{audiense: public}", False, set()),
        ("{labels: [a]}", False, set()),
        ("{privat: [pay], fields: {pay: {}}}", False, {"pay"}),
        ("{private: {pay: true}, fields: {pay: {}}}", False, {"pay"}),
        ("{private: 'pay, near', fields: {pay: {}, near: {}, open: {}}}", False, {"pay, near", "pay", "near"}),
        ("{private: [salery], fields: {salary: {}, open: {}}}", False, {"salery", "salary"}),
        ("{private: [priority], fields: {salary: {}}}", False, {"priority"}),
        ("{fields: {pay: {private: true}, near: {audience: private}, open: {private: false}}}", False, {"pay", "near"}),
    ],
)
def test_a_misspelt_setting_hides_what_it_may_mean(settings: str, is_private: bool, fields: set[str]) -> None:
    found, _ = parse_settings(f"collections:\n  items: {settings}\n".encode())
    assert (found.collections["items"].is_private, {*found.collections["items"].private}) == (is_private, fields)
