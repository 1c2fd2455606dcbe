"""The level of the items of a file is the one whose headings tell a status, a date or tasks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.markdown.front_matter import parse_document
from milemark.roadmap.heading_levels import likely_level
from milemark.roadmap.settings import Settings
from support import cli, write_content, write_files

TEXTS = {
    "level 2 by default": ("# 계획\n\n## 하나\n\n글\n\n## 둘\n", 2),
    "fields at level 3": (
        "# P\n\n## 지금\n\n### A\nstatus: done\n\n### B\n**Status:** planned\n\n## 나중\n- [ ] x\n",
        3,
    ),
    "a field table at level 3": ("# P\n## Web\n### A\n| field | value |\n|---|---|\n| due | 2025 |\n### B\n글\n", 3),
    "marks at level 3": ("# P\n## Q1 2025\n### ✅ A\n### B (2025-03)\n## Q2 2025\n### C\n", 3),
    "dates above items": ("# P\n## 2025-Q1\n### A\n글\n## 2025-Q2\n### B\n글\n", 3),
    "groups above items": ("# 로드맵\n## 지금\n### 로그인\n글\n### 결제\n## 다음\n### 정산\n글\n", 3),
    "tasks at level 2": ("# P\n## A\n- [x] t\n### 메모\n글\n## B\n- [ ] t\n### 메모\n", 2),
    "tasks of parts": ("# P\n## A\n### 앱\n- [ ] a\n### 웹\n- [ ] b\n## B\n### 앱\n- [ ] a\n### 웹\n- [ ] b\n", 2),
    "statuses above tasks": ("# P\n## A\nstatus: done\n### 앱\n- [x] a\n## B\nstatus: done\n### 웹\n- [x] a\n", 2),
    "level 1": ("# ✅ A\n글\n# 🚧 B\n- [ ] x\n", 1),
    "no headings": ("글\n", 2),
    "a title alone": ("# ✅ P\nstatus: done\n\n- [ ] x\n", 2),
    "headings of code": ("# P\n## A\n- [ ] x\n\n```\n### B\nstatus: done\n### C\nstatus: done\n```\n", 2),
}


@pytest.mark.parametrize(("text", "level"), TEXTS.values(), ids=TEXTS)
def test_the_level_of_the_items_is_recognised(text: str, level: int) -> None:
    document, _findings = parse_document("ROADMAP.md", text.encode(), {})
    assert likely_level(Settings(), document) == level


_LINES = st.sampled_from(
    [
        "# A",
        "## Q1 2025",
        "## ✅ B",
        "### 다",
        "###### e",
        "status: done",
        "due:: 2025",
        "- [ ] x",
        "글",
        "",
        "```",
        "<!--",
    ]
)


@given(st.lists(_LINES, max_size=14))
def test_the_level_is_always_one_of_a_heading_or_the_usual_one(lines: list[str]) -> None:
    document, _findings = parse_document("ROADMAP.md", "\n".join(lines).encode(), {})
    assert likely_level(Settings(), document) in {2, *(each.level for each in document.headings)}


@pytest.mark.parametrize("kind", ["level 2 by default", "fields at level 3", "marks at level 3", "level 1"])
def test_init_and_import_read_the_same_level(tmp_path: Path, kind: str) -> None:
    text, level = TEXTS[kind]
    write_files(tmp_path / "a", {"ROADMAP.md": text})
    assert cli(tmp_path / "a", "init").exit_code == 0
    write_content(tmp_path / "b", {"roadmap.yml": "title: B\ncollections: {items: {}}\n"})
    told = cli(tmp_path / "b", "import", "roadmap", str(tmp_path / "a/ROADMAP.md")).stderr
    assert f"the headings of level {level}; --level reads others" in told
    read, imported = (cli(tmp_path / name, "list", "--columns", "id").stdout for name in "ab")
    assert sorted(read.split()) == sorted(imported.split())


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("🚀 Now", "now"),
        ("Now 🚀", "now"),
        ("✨ 새 기능 ✨", "새-기능"),
        ("— Later —", "later"),
        ("🚀", "item"),
        ("_private_", "private"),
    ],
)
def test_a_heading_has_the_same_id_in_its_file_and_when_it_is_imported(tmp_path: Path, heading: str, name: str) -> None:
    text = f"---\nitems: headings\n---\n# P\n\n## {heading}\n\n- [ ] x\n"
    write_content(tmp_path / "a", {"roadmap.yml": "title: A\n", "ROADMAP.md": text})
    write_content(tmp_path / "b", {"roadmap.yml": "title: B\ncollections: {items: {}}\n"})
    cli(tmp_path / "b", "import", "roadmap", str(tmp_path / "a/content/ROADMAP.md"))
    for folder in "ab":
        assert cli(tmp_path / folder, "list", "--columns", "id").stdout.split() == ["id", name]
    assert cli(tmp_path / "a", "split", str(tmp_path / "a/content/ROADMAP.md"), "--write").exit_code == 0
    assert (tmp_path / "a/content" / f"{name}.md").is_file()
    joined = cli(
        tmp_path / "a", "join", str(tmp_path / "a/content/PLAN.md"), str(tmp_path / "a/content" / f"{name}.md")
    )
    assert (joined.exit_code, "{#" in joined.stdout) == (0, name == "item")
