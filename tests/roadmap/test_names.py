"""Fields have the user's names: `names`, `match` and `like` of roadmap.yml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from milemark.foundation.i18n import Language
from milemark.privacy.audience import for_audience
from milemark.query.tables.values import item_values
from milemark.roadmap.load import Loaded
from milemark.roadmap.model import text_of
from support import cli, load_texts, write_content

KOREAN = Language("ko")
NAMES = """\
collections:
  projects:
    names: {due: deadline, status: state, depends_on: blockedBy, priority: rank}
    private: [rank]
    columns: [title, deadline]
    fields: {deadline: {label: 마감, required: true}, area: {}}
"""


def loaded(front: str, roadmap: str = NAMES, path: str = "projects/shop.md", body: str = "# Shop\n") -> Loaded:
    return load_texts({"roadmap.yml": roadmap, path: f"---\n{front}---\n{body}", "projects/base.md": BASE})


BASE = "---\nstate: planned\ndeadline: 2025-01\n---\n# Base\n"


def findings(found: Loaded) -> list[str]:
    """Return findings as text with their places, those of roadmap.yml and projects/base.md left out."""
    return [
        f"{each.span.line}:{each.span.column} {each.message_in(str)} | {each.hint_in(str)}"
        for each in found.diagnostics
        if each.span.path == "projects/shop.md"
    ]


def test_fields_are_read_under_the_users_names() -> None:
    found = loaded("state: Doing\ndeadline: 2025-Q1\nblockedBy: [base]\narea: web\n")
    item = found.roadmap.by_id["shop"]
    assert (item.text("status"), text_of(item.due or ""), item.texts("depends_on")) == ("doing", "2025-Q1", ("base",))
    assert item.collection.columns == ("title", "due")
    assert found.diagnostics == ()
    assert list(item_values(found.roadmap, item)["fields"]) == ["state", "deadline", "blockedBy", "area"]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("deadline: soon\n", '2:11 "soon" is not a date'),
        ("deadline:\n", "write a value after `deadline:`"),
        ("state: doing\n", 'the field "deadline" is required'),
        ("deadlin: 2025\n", "`deadline: …`"),
        ("deadline: 2025\ndue: 2024\n", "3:1 line 2 already sets the field deadline"),
        ("deadline: 2025\nblockedBy: [nope]\n", "blockedBy refers to"),
        ("deadline: 2025\nblockedBy: [shop]\n", "circular blockedBy"),
        ("deadline: 2025-01\nstart: 2025-03\n", "2:11 `deadline` 2025-01 is before"),
        ("deadline: 2025\nblockedby: [base]\n", 'did you mean "blockedBy"?'),
    ],
)
def test_findings_speak_the_users_names(front: str, expected: str) -> None:
    assert expected in "\n".join(findings(loaded(front)))


@pytest.mark.parametrize(
    ("front", "body", "path", "collection"),
    [
        ("", "# A\n", "projects/a.md", "projects"),
        ("", "# A\n", "archive/old/a.md", "projects"),
        ("", "# A\n", "archive/a.md", None),
        ("tags: [Task/home]\n", "# A\n", "notes/a.md", "projects"),
        ("", "# A\n\nfor #task\n", "notes/a.md", "projects"),
        ("tags: tasks\n", "# A\n", "notes/a.md", None),
        ("kind: Project\n", "# A\n", "notes/a.md", "projects"),
        ("kind: [x, project]\n", "# A\n", "notes/a.md", "projects"),
        ("kind: person\n", "# A\n", "notes/a.md", None),
        ("owner: me\n", "# A\n", "notes/a.md", "projects"),
        ("deadline: someday\n", "# A\n", "notes/a.md", "projects"),
        ("owner:\n", "# A\n", "notes/a.md", None),
        ("status: doing\n", "# A\n", "notes/a.md", ""),
    ],
)
def test_an_item_is_recognised_by_a_folder_a_tag_or_a_field(
    front: str, body: str, path: str, collection: str | None
) -> None:
    roadmap = (
        "statuses: {doing: active}\ncollections:\n  projects:\n"
        "    match: {folder: [projects, archive/old], tag: '#task', "
        "field: {kind: project, owner: [me, you], deadline: }}\n"
    )
    item = load_texts({"roadmap.yml": roadmap, path: f"---\n{front}---\n{body}"}).roadmap.by_id.get("a")
    assert (item.collection.name if item else None) == collection


def test_a_folder_wins_over_a_tag_and_both_over_the_folder_of_all_files() -> None:
    roadmap = "collections:\n  all: {match: {folder: .}}\n  tagged: {match: {tag: x}}\n  deep: {match: {folder: a/b}}\n"
    files = {"a/b/one.md": "#x\n", "a/two.md": "text #x\n", "three.md": "text\n"}
    items = load_texts({"roadmap.yml": roadmap, **files}).roadmap.by_id
    assert {id_: item.collection.name for id_, item in items.items()} == {
        "one": "deep",
        "three": "all",
        "two": "all",
    } | {"two": "tagged"}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("names: {duw: deadline}", 'unknown field "duw"'),
        ("names: {due: x, start: x}", '"x" is not the name of a field, once'),
        ("names: 3", '"3" is not a list of `name: value` lines'),
        ("match: {foldr: a}", 'unknown setting "foldr"'),
        ("match: {folder: ../a}", '"../a" is not a folder below the folder of the files'),
        ("match: {tag: {a: b}}", "is not a text, or a list of texts"),
        ("like: taksnotes", '"taksnotes" is not the name of a tool'),
    ],
)
def test_wrong_settings_are_reported(setting: str, expected: str) -> None:
    found = load_texts({"roadmap.yml": f"collections:\n  projects:\n    {setting}\n"})
    assert expected in "\n".join(each.message_in(str) for each in found.diagnostics)


def test_tasknotes_files_are_read_as_they_are() -> None:
    note = """\
---
title: Call Kim
status: in-progress
priority: high
scheduled: 2025-03-01
due: 2025-03-04T10:00
tags: [task]
contexts: [phone]
projects: ["[[Move]]"]
timeEstimate: 30
timeEntries: [{startTime: 2025-03-01T10:00:00Z, description: Work}]
blockedBy: [{uid: "[[Find number]]", reltype: FINISHTOSTART}]
dateCreated: 2025-02-28T10:00:00.000+09:00
---
"""
    files = {
        "roadmap.yml": "collections: {tasks: {like: tasknotes}}\nstatuses: {in-progress: active}\n",
        "TaskNotes/Tasks/Call Kim.md": note,
        "TaskNotes/Tasks/Find number.md": "---\nstatus: in-progress\ntags: [task]\n---\n",
        "Move.md": "---\ntags: [task]\nstatus: in-progress\n---\n",
        "Daily.md": "# Day\n",
    }
    found = load_texts(files)
    item = found.roadmap.by_id["Call Kim"]
    assert item.collection.name == "tasks"
    assert text_of(item.start or "") == "2025-03-01"
    assert (item.texts("depends_on"), item.texts("projects")) == (("Find number",), ("[[Move]]",))
    assert [each.message_in(str) for each in found.diagnostics if each.is_error] == []


def test_dataview_fields_in_the_text_are_fields() -> None:
    body = "# Shop\n\nstate:: doing\n- deadline:: 2025-04\n\n```\narea:: code\n```\n\n%%\narea:: secret\n%%\n"
    roadmap = NAMES.replace("names:", "like: dataview\n    names:")
    item = loaded("priority: high\n", roadmap, body=body).roadmap.by_id["shop"]
    assert (item.text("status"), text_of(item.due or ""), item.text("area")) == ("doing", "2025-04", "")
    assert item.span("due").line == 7


def test_backlog_md_as_a_whole() -> None:
    files = {
        "roadmap.yml": "like: backlog\n",
        "tasks/back-1 - One.md": "---\nid: BACK-1\ntitle: One\nstatus: To Do\nlabels: [cli]\nmilestone: m-1\n---\n",
        "completed/back-2 - Two.md": (
            "---\nid: BACK-2\nstatus: Done\ndependencies: [task-1]\nparent_task_id: BACK-1\n---\n"
        ),
        "archive/tasks/back-3 - Three.md": "---\nid: BACK-3\nstatus: To Do\n---\n",
        "archive/milestones/m-1.md": "---\nid: m-1\ntitle: First\n---\n",
    }
    loaded = load_texts(files)
    assert not [each for each in loaded.diagnostics if each.is_error]
    roadmap = loaded.roadmap
    two = roadmap.by_id["BACK-2"]
    assert sorted(roadmap.by_id) == ["BACK-1", "BACK-2", "m-1"]
    assert (two.texts("depends_on"), two.parent, roadmap.by_id["BACK-1"].text("milestone")) == (
        ("BACK-1",),
        "BACK-1",
        "m-1",
    )


@pytest.mark.parametrize(
    ("roadmap", "is_private"),
    [
        ("like: backlog\n", True),
        ("collections: {tasks: {like: backlog}}\n", True),
        ("collections: {할일: {like: backlog, label: 할 일}}\n", True),
        ("like: backlog\ncollections: {drafts: {label: 초안}}\n", False),
    ],
)
def test_the_drafts_of_a_backlog_are_private_unless_the_owner_says_otherwise(roadmap: str, is_private: bool) -> None:
    files = {"roadmap.yml": roadmap, "drafts/draft-1 - One.md": "---\nid: DRAFT-1\ntitle: 초안\nstatus: Draft\n---\n"}
    loaded = load_texts({**files, "tasks/task-1 - One.md": "---\nid: TASK-1\ntitle: One\nstatus: Draft\n---\n"})
    public = for_audience(loaded, "public").roadmap.by_id
    assert (sorted(loaded.roadmap.by_id), "DRAFT-1" not in public) == (["DRAFT-1", "TASK-1"], is_private)


def test_a_private_draft_does_not_take_the_name_of_the_task_with_its_number() -> None:
    files = {
        "roadmap.yml": "like: backlog\nstatuses: {Draft: planned}\n",
        "drafts/draft-1 - One.md": "---\nid: DRAFT-1\ntitle: 초안\nstatus: Draft\n---\n",
        "tasks/back-1 - One.md": "---\nid: BACK-1\ntitle: One\nstatus: Draft\n---\n",
        "docs/doc-1 - Guide.md": "see task-1 and draft-1\n",
    }
    public = for_audience(load_texts(files), "public").roadmap
    assert public.pages[0].body == "see task-1 and …\n"


def test_queries_have_the_users_names(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": NAMES, "projects/base.md": BASE})
    for name in ("items", "projects"):
        arguments = ["--from", name, "--columns", "due, deadline, deadline_day, state", "--format", "json"]
        (row,) = json.loads(cli(tmp_path, "list", *arguments).stdout)["rows"]
        assert row == {"due": "2025-01", "deadline": "2025-01", "deadline_day": "2025-01-31", "state": "planned"}


def test_the_json_schema_and_the_export_have_the_users_names(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": NAMES, "projects/base.md": BASE})
    schema = json.loads(cli(tmp_path, "schema", "projects").stdout)
    assert {"deadline", "state", "blockedBy"} <= schema["properties"].keys()
    assert schema["required"] == ["deadline"]
    exported = json.loads(cli(tmp_path, "export", "json").stdout)
    assert list(exported["items"][0]["fields"]) == ["state", "deadline"]


PRIVATE_BY = [
    ("names: {audience: visibility}", "", "visibility: private\n", "notes/zebra.md"),
    ("audience: private\n    match: {tag: secret}", "", "tags: [secret]\n", "notes/zebra.md"),
    ("audience: private\n    match: {field: {kind: mine}}", "", "kind: mine\n", "notes/zebra.md"),
    ("audience: private\n    match: {folder: deep/er}", "", "kind: mine\n", "deep/er/zebra.md"),
    ("audience: private\n    match: {tag: secret}", "", "tags: [secret]\nbroken: [\n", "notes/zebra.md"),
    ("audience: private\n    match: {folder: .}", "", "kind: mine\n", "zebra.md"),
]


@pytest.mark.parametrize(("setting", "top", "front", "path"), PRIVATE_BY)
def test_private_files_are_recognised_as_private(setting: str, top: str, front: str, path: str) -> None:
    if "names" in setting:
        top, setting = f"{setting}\n", "label: X"
    roadmap = f"{top}collections:\n  hidden:\n    {setting}\n  items: {{}}\n"
    files = {"roadmap.yml": roadmap, path: f"---\n{front}---\n# Zebrafish\n", "items/a.md": "# A\n\n[[zebra]]\n"}
    public = for_audience(load_texts(files), "public")
    assert [file.document.path for file in public.files] == ["items/a.md"]
    assert "zebra" not in public.files[0].document.body.casefold()


def test_a_private_field_is_hidden_under_the_users_name() -> None:
    found = loaded("deadline: 2025\nrank: Zebrafish\nranks: Zebrafish\n")
    public = for_audience(found, "public")
    item = public.roadmap.by_id["shop"]
    assert "Zebrafish" not in repr((item.values, item.document, public.diagnostics))
    assert "rank" not in " ".join(each.message_in(str) for each in public.diagnostics)


def test_own_statuses_stand_beside_those_of_the_tool() -> None:
    roadmap = "like: backlog\nstatuses: {Blocked: paused, in progress: paused}\n"
    files = {"roadmap.yml": roadmap, "tasks/a.md": "---\ntitle: A\nstatus: To Do\n---\n"}
    found = load_texts(files)
    assert [each.rule.code for each in found.diagnostics] == []
    assert {word: str(stage) for word, stage in found.roadmap.settings.statuses.items()} == {
        "Blocked": "paused",
        "in progress": "paused",
        "Draft": "planned",
        "To Do": "planned",
        "Done": "done",
    }
