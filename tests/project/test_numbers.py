"""Numbers agree: the terminal, the site and the history count the same tasks, and say where private items differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.check import check_folder
from milemark.app.check_summary import Checked, Summary, summary_text
from milemark.app.public_check import PublicCheck
from milemark.foundation.layout import PUBLIC
from milemark.history.snapshot import snapshot_content
from milemark.privacy.audience import for_audience
from milemark.roadmap.metrics.checklists import checklists
from milemark.roadmap.metrics.progress import counted_work, whole
from milemark.roadmap.model import Counts
from support import DAY, cli, load_texts, must, write_content, write_files

ROADMAP = """\
title: Plan
statuses: {planned: planned, done: done, dropped: dropped}
collections:
  tracks: {role: track}
  milestones: {role: milestone}
  facts: {role: record}
  items: {}
"""
NAMES = ("tracks/t", "milestones/m", "facts/f", "items/a", "items/b", "items/c", "items/d")
IDS = tuple(name.rpartition("/")[2] for name in NAMES)
FRONT = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["planned", "done", "dropped"]),
        "track": st.sampled_from(IDS),
        "parent": st.sampled_from(IDS),
        "audience": st.just("private"),
    },
)


def text_of(front: dict[str, str], tasks: str) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return f"---\ntitle: T\n{lines}---\n" + "".join(f"- [{mark}] x\n" for mark in tasks)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FRONT, st.text(" x", max_size=3)), min_size=len(NAMES), max_size=len(NAMES)))
def test_check_checklists_history_and_progress_count_the_same_tasks(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[dict[str, str], str]]
) -> None:
    texts = {f"{name}.md": text_of(*each) for name, each in zip(NAMES, drawn, strict=True)}
    files = {"roadmap.yml": ROADMAP, "about.md": "- [x] on a page\n", **texts}
    folder = write_files(tmp_path_factory.mktemp("content"), files)
    roadmap = load_texts(files).roadmap
    expected = whole(roadmap).counts
    counted = counted_work(roadmap)
    assert sum((item.counts for item in roadmap.items if item.id in counted), Counts()) == expected
    assert checklists(roadmap).counts == expected
    summary = check_folder(folder, DAY, use_index=False).summary
    assert Counts(summary.tasks_done, summary.tasks) == expected
    assert summary.other_tasks == 1 + sum(item.counts.total for item in roadmap.items) - expected.total
    figures = snapshot_content(roadmap).whole
    assert Counts(figures.done, figures.total) == expected
    summary = PublicCheck(folder, DAY, None).checked.summary
    shown = whole(for_audience(load_texts(files), PUBLIC).roadmap).counts
    assert Counts(summary.tasks_done, summary.tasks) == shown


def test_an_item_whose_track_is_no_track_counts_outside_the_tracks() -> None:
    item = "---\ntitle: A\ntrack: m\n---\n- [x] a\n"
    roadmap = load_texts({"roadmap.yml": ROADMAP, "milestones/m.md": "# M\n", "items/a.md": item}).roadmap
    assert [each.item.id for each, _ in whole(roadmap).trackless.parts] == ["a"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, {"track": 0}, 0, 0, 0, 0), "1 item, 0 pages"),
        ((2, {"track": 2, "milestone": 1}, 1, 1, 3, 0), "2 items, 2 tracks, 1 milestone, 1 page, 3 tasks (1 done)"),
        (
            (2, {"record": 4}, 1, 1, 3, 2),
            "2 items, 4 records, 1 page, 3 tasks (1 done; not counted: 2 of pages, records or dropped items)",
        ),
    ],
)
def test_a_check_counts_items_by_the_role_of_their_collection(
    numbers: tuple[int, dict[str, int], int, int, int, int], expected: str
) -> None:
    summary = Summary(*numbers, {}, is_adopted=False, locale="en")
    assert summary_text(Checked((), summary)).startswith(f"{expected}: 0 errors")


PROJECT = {
    "roadmap.yml": ROADMAP,
    "tracks/t.md": "# Track\n",
    "items/open.md": text_of({"title": "Open", "track": "t"} | {"status": "planned"}, " "),
    "items/Globex.md": "---\ntitle: Globex\ntrack: t\nstatus: done\naudience: private\n---\n- [x] a\n",
    "milestones/m.md": "---\ntitle: M\n---\n- [ ] not work\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_content(tmp_path, PROJECT | {"items/open.md": "---\ntitle: Open\ntrack: t\nstatus: planned\n---\n- [ ] a\n"})
    must("git", "init", "-q", ".", cwd=tmp_path)
    must("git", "add", "-A", cwd=tmp_path)
    must("git", "-c", "user.name=A", "-c", "user.email=a@b.kr", "commit", "-qm", "x", cwd=tmp_path)
    return tmp_path


NOTE = "with 1 private item; the public site shows 0%"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("explain", "roadmap"), ["Overall progress: 50%", NOTE]),
        (("explain", "t"), ["Track: 50%", NOTE]),
        (("show", "t"), ["50%", NOTE]),
        (("report",), [f"Overall progress: 50% {NOTE}", "Globex (private)"]),
        (("report", "--format", "md", "--audience", "private"), ["50%", "Globex (private)"]),
        (("list",), ["due  private", "100       private"]),
        (("list", "--from", "items"), ["private"]),
        (("query", "select title from items where is_private"), ["Globex"]),
    ],
)
def test_the_owner_sees_what_is_private_and_what_the_public_site_shows(
    project: Path, arguments: tuple[str, ...], expected: list[str]
) -> None:
    done = cli(project, *arguments)
    assert done.exit_code == 0, done.output
    assert [text for text in expected if text not in done.output] == []


@pytest.mark.parametrize("arguments", [("explain", "roadmap"), ("show", "t"), ("report",), ("list",), ("explain", "t")])
def test_the_public_learns_of_no_private_item(project: Path, arguments: tuple[str, ...]) -> None:
    done = cli(project, *arguments, "--audience", "public")
    assert done.exit_code == 0, done.output
    assert "private" not in done.output
    assert "Globex" not in done.output
    assert "50%" not in done.output


def test_the_checklists_page_says_which_tasks_do_not_count(project: Path) -> None:
    write_files(project, {"mkdocs.yml": "site_name: Plan\ndocs_dir: build/docs\n"})
    assert cli(project, "generate").exit_code == 0
    page = (project / "build/docs/checklists.md").read_text("utf-8")
    assert "tasks: 0 of 1" not in page, "nothing is done yet: the public page has no empty bar"
    assert "not counted, in dropped items, milestones, records or pages: 1" in page
    assert (
        "1 task (0 done; not counted: 1 of pages, records or dropped items)"
        in cli(project, "check", "--audience", "public").stderr
    )


EVERYWHERE = {
    "mkdocs.yml": "site_name: Plan\ndocs_dir: build/docs\n",
    "content/roadmap.yml": "statuses: {doing: active, no: dropped}\nmarks: {'-': dropped}\n"
    "collections: {items: {}, goals: {role: milestone}}\n",
    "content/items/a.md": "---\nstatus: doing\n---\n# A\n\n- [x] one\n- [ ] two\n",
    "content/items/b.md": "---\nstatus: no\n---\n# B\n\n- [ ] three\n",
    "content/goals/c.md": "# C\n\n- [ ] four\n",
    "content/notes/d.md": "# Day\n\n- [x] five\n- [ ] six\n- [-] seven\n",
    "content/notes/secret.md": "---\naudience: private\n---\n# Zebrafish\n\n- [ ] feed it\n",
    "content/board.md": "- [ ] eight\n",
    "content/asking.md": "# Asking\n\n```milemark\nview: tasks\nwhere: item is null\n```\n",
}


def test_all_tasks_are_the_same_number_on_every_screen(tmp_path: Path) -> None:
    write_files(tmp_path, EVERYWHERE)
    assert "2 tasks (1 done; not counted: 6 of pages, records or dropped items)" in cli(tmp_path, "check").stderr
    assert (
        "2 tasks (1 done; not counted: 5 of pages, records or dropped items)"
        in cli(tmp_path, "check", "--audience", "public").stderr
    )
    assert cli(tmp_path, "generate").exit_code == 0
    page = (tmp_path / "build/docs/checklists.md").read_text("utf-8")
    assert "tasks: 1 of 2" in page
    assert "records or pages: 5" in page
    counted = cli(
        tmp_path, "query", "select count(*), count(item) from tasks where stage <> 'dropped'", "--format", "csv"
    )
    assert counted.stdout.splitlines()[1:] == ["8,4"]
    assert "1 / 2" in cli(tmp_path, "explain", "roadmap").stdout or "50%" in cli(tmp_path, "explain", "a").stdout


def test_tasks_of_pages_have_a_group_of_their_own_and_a_path(tmp_path: Path) -> None:
    write_files(tmp_path, EVERYWHERE)
    query = "select path || ':' || position || ' ' || text as task from tasks where item is null"
    rows = json.loads(cli(tmp_path, "query", query, "--format", "json").stdout)["rows"]
    assert [row["task"] for row in rows] == [
        "content/board.md:1 eight",
        "content/notes/d.md:1 five",
        "content/notes/d.md:2 six",
        "content/notes/d.md:3 seven",
        "content/notes/secret.md:1 feed it",
    ]
    assert cli(tmp_path, "generate").exit_code == 0
    page = (tmp_path / "build/docs/checklists.md").read_text("utf-8")
    group = page[page.index("## Other pages") :]
    assert "notes/d/" in group
    assert "six" in group
    asking = (tmp_path / "build/docs/asking.md").read_text("utf-8")
    assert "notes/d/" in asking
    made = "".join(path.read_text("utf-8") for path in (tmp_path / "build/docs").rglob("*.md"))
    assert "feed it" not in made
