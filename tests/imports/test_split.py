"""A file with several items becomes a file for each, and back; every item stays the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.imports.split import LayoutError, join, split
from milemark.markdown.front_matter import parse_document
from milemark.roadmap.load import load
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings_file import parse_settings
from repositories import Repo, repository
from support import DAY, cli, write_content

ROADMAP = (
    "statuses: {todo: planned, doing: active, done: done}\ncollections: {tracks: {role: track}, plans: {}}\n"
    "exclude: [hidden/]\n"
)
PLAN = """\
---
items: headings
title: The plan
---
# Plan

Text above.

## ✅ Offline mode (Q1 2025)

Works offline. See [sync](#sync) and [other](other.md).

- [x] cache

## Sync {#sy}

status: doing · tags: api, "web" · depends_on: offline-mode

### Details

- [ ] conflicts

## Secret: the deal

audience: private

- [ ] canary
"""


def project(folder: Path, **files: str) -> Path:
    return write_content(folder, {"roadmap.yml": ROADMAP, **{f"{name}.md": text for name, text in files.items()}})


def items(root: Path) -> str:
    rows = cli(
        root, "query", "select id, title, status, due, tasks_done, tasks_total, tags from items order by id"
    ).stdout
    return f"{rows}{cli(root, 'list', '--from', 'tasks', '--order', 'text').stdout}"


def names(root: Path, folder: str = "") -> list[str]:
    return sorted(path.name for path in (root / "content" / folder).glob("*.md"))


@pytest.mark.parametrize("folder", ["", "plans"])
def test_splitting_is_previewed_and_keeps_every_item(tmp_path: Path, folder: str) -> None:
    root = project(tmp_path, other="text")
    content = root / "content" / folder
    write_content(root, {f"{folder}/PLAN.md".lstrip("/"): PLAN, f"{folder}/other.md".lstrip("/"): "text\n"})
    before, old = items(root), names(root, folder)
    shown = cli(root, "split", str(content / "PLAN.md"))
    assert shown.exit_code == 0, shown.output
    assert "+title: Offline mode" in shown.stdout
    assert names(root, folder) == old
    assert cli(root, "split", str(content / "PLAN.md"), "--write").exit_code == 0
    assert items(root) == before
    assert names(root, folder) == sorted([*old, "offline-mode.md", "sy.md", "secret-the-deal.md"])
    page = (content / "PLAN.md").read_text("utf-8")
    front = "---\nitems: headings\ntitle: The plan\n---\n" if folder else "---\ntitle: The plan\n---\n"
    assert page == f"{front}# Plan\n\nText above.\n\n- [Offline mode](offline-mode.md)\n- [Sync](sy.md)\n"
    done = cli(
        root, "join", str(content / "all.md"), str(content / "offline-mode.md"), str(content / "sy.md"), "--write"
    )
    assert done.exit_code == 0, done.output
    assert items(root) == before
    assert (content / "all.md").read_text("utf-8") == (
        "---\nitems: headings\n---\n\n## Offline mode\n\nstatus: done · due: 2025-Q1\n\n"
        "Works offline. See [sync](sy.md) and [other](other.md).\n\n- [x] cache\n\n"
        "## Sync {#sy}\n\nstatus: doing · tags: api, web · depends_on: offline-mode\n\n### Details\n\n- [ ] conflicts\n"
    )


def test_links_to_headings_lead_to_the_new_files(tmp_path: Path) -> None:
    plan = (
        "---\nitems: headings\n---\n## One\n[two](#two) [here](#in-one) [o](other.md)\n\n### In one\n\n## Two\ntext\n"
    )
    other = "[a](PLAN.md#one) [[PLAN#Two|2]] [[one]] [all](PLAN.md)\r\n`[a](PLAN.md#one)`\n"
    root = project(tmp_path, PLAN=plan)
    (root / "content/other.md").write_bytes(other.encode())
    assert cli(root, "split", str(root / "content/PLAN.md"), "--into", "plans", "--write").exit_code == 0
    one = (root / "content/plans/one.md").read_text("utf-8")
    assert "[two](two.md) [here](#in-one) [o](../other.md)" in one
    assert (root / "content/other.md").read_bytes().decode() == (
        "[a](plans/one.md) [[two|2]] [[one]] [all](PLAN.md)\r\n`[a](PLAN.md#one)`\n"
    )
    page = (root / "content/PLAN.md").read_text("utf-8")
    assert re.findall(r"- .*", page) == ["- [One](plans/one.md)", "- [Two](plans/two.md)"]


@pytest.mark.parametrize("folder", ["features", "items"])
def test_a_long_roadmap_becomes_a_site_and_then_files_with_its_whole_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rest = "\n\n- [ ] part one\n- [ ] part two\n\nMore words.\n\n"
    features = (
        f"## {'🚧 ' * (number < 6)}F {number} (Q{number % 4 + 1} 2025)\n\n[next](#f-{number % 30 + 1}){rest}"
        for number in range(1, 31)
    )
    text = "# Acme roadmap\n\n" + "".join(features)
    repo = Repo(tmp_path / "acme")
    root = repo.folder
    root.mkdir()
    repo.git("init", "-q", ".")
    for day, shown in (("2025-01-06", text), ("2025-02-06", text.replace("[ ] part one", "[x] part one"))):
        (root / "ROADMAP.md").write_text(shown, "utf-8")
        repo.commit(day, {})
    assert cli(root.parent, "init", str(root)).exit_code == 0
    assert cli(root, "check").stdout == ""
    assert (root / "ROADMAP.md").read_text("utf-8") == shown, "the file stays as it is"
    past = cli(root, "history", "--format", "json").stdout
    assert '"tasks_done": 30' in past
    assert cli(root, "generate").exit_code == 0
    assert (root / "build/docs/f-7.md").exists()
    assert cli(root, "split", str(root / "ROADMAP.md"), "--into", folder, "--write").exit_code == 0
    assert len([*(root / folder).glob("*.md")]) == 30
    assert cli(root, "check").stdout == ""
    repo.commit("2025-03-06", {})
    assert cli(root, "history", "--format", "json").stdout == past


def test_the_history_goes_on_where_a_file_is_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = repository(tmp_path / "project")
    repo.commit("2025-01-06", {"projects/plan.md": "---\nitems: headings\n---\n## A\n- [ ] t\n"})
    repo.commit("2025-01-07", {"projects/plan.md": "---\nitems: headings\n---\n## A\n- [x] t\n"})
    before = cli(repo.folder, "history", "--format", "json").stdout
    assert cli(repo.folder, "split", str(repo.folder / "content/projects/plan.md"), "--write").exit_code == 0
    repo.commit("2025-01-08", {})
    assert cli(repo.folder, "history", "--format", "json").stdout == before


REFUSED: dict[str, tuple[dict[str, str], tuple[str, ...], str]] = {
    "no items": ({"a": "## A\n"}, ("split", "a.md"), "has one item at most"),
    "a taken name": ({"a": "---\nitems: headings\n---\n## B\n", "b": "x\n"}, ("split", "a.md"), "is there already"),
    "its own name": ({"a": "---\nitems: headings\n---\n## A\n"}, ("split", "a.md"), "needs another id"),
    "no short form": (
        {"a": "---\nstatus: todo\nlinks: {x: https://example.org}\n---\n"},
        ("join", "all.md", "a.md"),
        "is neither a text nor a list of texts",
    ),
    "several lines": (
        {"a": '---\nstatus: todo\ngoal: "a\\nb"\n---\n'},
        ("join", "all.md", "a.md"),
        "has several lines",
    ),
    "another folder": ({"plans/a": "x\n"}, ("join", "all.md", "plans/a.md"), "does not stand beside"),
    "a page": ({"a": "---\nstatus: todo\n---\n", "b": "text\n"}, ("join", "b.md", "a.md"), "name a new file"),
    "nothing": ({"b": "text\n"}, ("join", "all.md", "b.md"), "no items to join"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_lose_something_is_refused_and_nothing_is_written(tmp_path: Path, kind: str) -> None:
    files, (command, *paths), message = REFUSED[kind]
    root = project(tmp_path, **files)
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    done = cli(root, command, *(str(root / "content" / path) for path in paths), "--write")
    assert (done.exit_code, message in done.stderr) == (2, True), done.output
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before


def test_windows_line_ends_are_kept(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "content/p.md").write_bytes(PLAN.replace("\n", "\r\n").encode())
    assert cli(root, "split", str(root / "content/p.md"), "--write").exit_code == 0
    assert b"# Plan\r\n\r\nText" in (root / "content/p.md").read_bytes()


SETTINGS, _FINDINGS = parse_settings(ROADMAP.encode())
HEADS = ("## A", "## ✅ B (Q1 2025)", "## C {#x}", "## *D*", "### E", "# F", "## 가나")
LINES = ("text", "", "- [ ] t", "- [x] u", "status: doing", "due:: 2025", "tags: a, b", "```", "| a | b |")
SIGNS = ("<!-- private -->", "<!-- /private -->", "%%", "Set", "===", "audience: private", "goal: a · b", "- item")
texts = st.lists(st.sampled_from((*HEADS, *LINES, *SIGNS)), max_size=12)


def state(roadmap: Roadmap) -> dict[str, object]:
    told = {"title", "id"}
    return {
        item.id: (
            item.title,
            item.stage,
            {name: each for name, each in item.values.items() if name not in told},
            item.counts,
        )
        for item in roadmap.items
    }


@given(texts)
@settings(deadline=None)
def test_the_parts_of_a_split_file_are_its_items(lines: list[str]) -> None:
    text = "---\nitems: headings\n---\n" + "\n".join(lines) + "\n"
    document, _found = parse_document("plans/all-of-it.md", text.encode(), SETTINGS.marks)
    before = load({"roadmap.yml": ROADMAP.encode(), "plans/all-of-it.md": text.encode()}, DAY).roadmap
    try:
        files = split(SETTINGS, document)
    except LayoutError:
        return
    data = {path: each.encode() for path, each in files.items() if each is not None and path != document.path}
    after = load({"roadmap.yml": ROADMAP.encode(), **data}, DAY).roadmap
    assert state(after) == state(before)
    try:
        joined = join(
            [item.document for item in after.items], {each.path: each.id for each in after.items}, "plans/j.md", None
        )
    except LayoutError:
        return
    assert after.items or joined == {"plans/j.md": "---\nitems: headings\n---\n"}
