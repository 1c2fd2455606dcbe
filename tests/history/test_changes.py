"""The report: the changes since a commit or a day, as text, Markdown and JSON."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from milemark.foundation.i18n import Language
from milemark.history.changes import Changes, compare
from milemark.output.text.report import LONGEST, ReportPeriod, as_json, as_markdown, as_text
from repositories import ROADMAP, Repo, item, repository
from support import cli, load_texts

TODAY = date(2025, 6, 30)
PERIOD = ReportPeriod("2025-06-01", "abc", date(2025, 6, 1), TODAY)
ENGLISH = Language("en")

BEFORE = {
    "tracks/t.md": "---\ntitle: Work\n---\n",
    "projects/a.md": item("doing", "xplan", " build", " a slip of the pen", title="A", track="t", due="2025-06"),
    "projects/b.md": item("planned", " think", title="B", weight="2"),
    "projects/c.md": item("planned", title="C"),
    "projects/d.md": item("done", title="D"),
    "projects/moved.md": item("planned", " stay", title="M", id="m"),
    "projects/bad.md": item("planned", title="Bad", track="nowhere", id="bad"),
    "projects/well.md": item("planned", title="Well", due="never"),
}
AFTER = {
    "tracks/t.md": "---\ntitle: Work\n---\n",
    "projects/a.md": item("done", "xplan", "xbuild", " a slip of a pen", title="A", track="t", due="2025-07"),
    "projects/b.md": item("doing", " think", " write", title="B", weight="3", due="2025-08"),
    "projects/d.md": item("doing", title="D"),
    "projects/e.md": item("dropped", title="E"),
    "projects/old/moved.md": item("planned", " stay", title="M", id="m", start="2025-99"),
    "projects/bad2.md": item("planned", title="Bad", track="nowhere", id="bad"),
    "projects/well.md": item("planned", title="Well"),
}


def compared(before: dict[str, str], after: dict[str, str], roadmap: str = ROADMAP) -> Changes:
    sources = ({**files, "roadmap.yml": roadmap} for files in (before, after))
    loaded = [load_texts(files, TODAY) for files in sources]
    return compare(loaded[0], loaded[1])


def test_items_are_listed_by_the_kind_of_change() -> None:
    found = compared(BEFORE, AFTER).items
    assert {name: [each.id for each in items] for name, items in found._asdict().items()} == {
        "finished": ["a"],
        "started": ["b"],
        "reopened": ["d"],
        "added": ["e"],
        "dropped": ["e"],
        "removed": ["c"],
    }


def test_a_reworded_task_is_neither_added_nor_removed() -> None:
    found = compared(BEFORE, AFTER).tasks
    assert {name: [each.text for each in tasks] for name, tasks in found._asdict().items()} == {
        "finished": ["build"],
        "added": ["write"],
        "removed": [],
    }


def test_progress_before_and_after_by_track() -> None:
    found = compared(BEFORE, AFTER)
    (track,) = found.tracks
    assert track.before
    assert track.after
    assert (track.item.title, str(track.before.progress), str(track.after.progress)) == ("Work", "33.33", "100.00")


def test_scope_and_moved_due_dates_of_open_items() -> None:
    found = compared(BEFORE, AFTER | {"projects/b.md": item("doing", " think", title="B", due="2025-W40")})
    assert [(each.item.id, [*map(int, each.weight)], each.tasks) for each in found.scope] == [("b", [2, 1], (1, 1))]
    later = {**BEFORE, "projects/a.md": item("doing", title="A", due="2025-07-14")}
    ((due, move),) = compared(BEFORE, later).due_moves
    assert (due.title, str(move.before), str(move.after), move.days) == ("A", "2025-06-30", "2025-07-14", 14)
    assert not found.due_moves


def test_a_moved_milestone_is_listed_and_is_no_work() -> None:
    stones = [{"milestones/v1.md": item("planned", " box", title="V1", due=due)} for due in ("2025-Q3", "2025-Q4")]
    found = compared(BEFORE | stones[0], BEFORE | stones[1])
    assert [(due.title, move.days) for due, move in found.due_moves] == [("V1", 92)]
    assert (found.whole.before, found.items.added, found.tasks.added) == (found.whole.after, (), ())


def test_a_finding_of_a_moved_file_is_not_new() -> None:
    found = compared(BEFORE, AFTER)
    assert [(each.rule.code, each.span.path) for each in found.problems] == [
        ("MM403", "projects/a.md"),
        ("MM206", "projects/old/moved.md"),
    ]
    assert found.solved == 1
    same = {path.replace("moved", "other"): text for path, text in AFTER.items()}
    assert compared(AFTER, same).problems == ()


def test_next_tasks_are_listed() -> None:
    found = compared(BEFORE, AFTER).next_up
    assert [(each.text, each.item.title) for each in found] == [("think", "B"), ("stay", "M")]


def test_without_earlier_files_everything_is_new() -> None:
    found = compared({}, AFTER)
    assert found.whole.before is None
    assert len(found.items.added) == 7


def test_an_item_that_got_another_id_is_neither_new_nor_gone() -> None:
    found = compared({"task-1.md": item("doing", " x", title="A")}, {"back-1.md": item("done", "xx", title="A")})
    assert [[each.id for each in items] for items in found.items] == [["back-1"], [], [], [], [], []]
    assert [len(tasks) for tasks in found.tasks] == [1, 0, 0]


# For a terminal.


def test_columns_stand_below_each_other_in_korean_too() -> None:
    files = {"tracks/긴.md": "---\ntitle: 아주 긴 트랙 이름\n---\n", "tracks/t.md": "---\ntitle: T\n---\n"}
    files["projects/a.md"] = item("doing", "x하나", track="긴")
    text = as_text(compared({}, files, f"locale: ko\n{ROADMAP}"), PERIOD, None, Language("ko"), 80)
    rows = [line for line in text.splitlines() if "→" in line]
    assert len({cell_len(row[: row.index("→")]) for row in rows}) == 1
    assert all(cell_len(line) <= 80 for line in text.splitlines())


def test_a_long_list_is_cut_in_text_and_complete_in_json() -> None:
    files = {"a.md": item("doing", *(f" task {number}" for number in range(80)))}
    found = compared({}, files)
    assert "and 30 more" in as_text(found, PERIOD, None, ENGLISH, 80)
    assert len(json.loads(as_json(found, PERIOD, None, ENGLISH))["tasks"]["added"]) == 80


def test_escapes_for_terminals_in_titles_are_spelled_out() -> None:
    found = compared({}, {"a.md": item("doing", " \x9b31m red", title='"a\\u001b[31m"')})
    assert "\x1b" not in as_text(found, PERIOD, None, ENGLISH, 80)
    assert "\x9b" not in as_text(found, PERIOD, None, ENGLISH, 80)


# For GitHub.

HOSTILE = (
    "@everyone",
    "fixes #1, GH-2",
    "[x](javascript:alert(1)) ![t](https://evil.example/t.png)",
    "<img src=x onerror=alert(1)> <!-- -->",
    "https://evil.example www.evil.example a@evil.example",
    "| a | b |",
    "`code` ~~no~~ **bold** _it_ $math$ :smile:",
    "- - # 1. > ***",
    "&lt;b&gt; \\",
    "::error::boo",
)


def rendered(markdown: str) -> str:
    return str(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_is_markup_a_link_or_a_mention(hostile: str) -> None:
    quoted = json.dumps(hostile)
    files = {"tracks/t.md": f"---\ntitle: {quoted}\n---\n", "projects/a.md": item("done", title=quoted, track="t")}
    text = as_markdown(compared({}, files, ROADMAP.replace("title: T", f"title: {quoted}")), PERIOD, None, ENGLISH)
    assert not re.search(r"https?:|www\.|^::", text, re.MULTILINE)
    page = rendered(text)
    assert not re.search(r"@\w|#\d", html.unescape(page))
    assert set(re.findall(r"<(\w+)", page)) <= {"h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
    shown = page.replace("\u200b", "")
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        hostile = hostile.replace(sign, entity)
    assert shown.count(" ".join(hostile.split())) == 6


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_one_cell(text: str) -> None:
    files = {"tracks/t.md": f"---\ntitle: {json.dumps('x' + text)}\n---\n"}
    page = rendered(as_markdown(compared({}, files), PERIOD, None, ENGLISH))
    assert page.count("<td>") == 8
    assert page.count("<h2>") == 1


def test_a_report_that_is_too_long_for_github_ends_with_a_note() -> None:
    files = {f"{n}.md": item("doing", " " + "가" * 2000 + str(n), title="나" * 2000 + str(n)) for n in range(60)}
    text = as_markdown(compared({}, files), PERIOD, None, ENGLISH)
    assert len(text) <= LONGEST
    assert text.endswith("\n\nThe rest is left out: GitHub shows no more than 65,536 characters.\n")
    assert text.split("\n\nThe rest")[0].splitlines()[-1].startswith("- ")


# The command, and what it looks back to.


@pytest.fixture(autouse=True)
def _same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1751241600")  # 2025-06-30


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = repository(tmp_path / "project")
    found.commit("2025-06-01", {"a.md": item("doing", " one", " two", " three", title="A")})
    found.git("tag", "v1")
    found.commit("2025-06-10", {"a.md": item("doing", "xone", " two", " three", title="A")})
    found.commit("2025-06-25", {"a.md": item("doing", "xone", "xtwo", " three", title="A")})
    return found


def run(repo: Repo, *arguments: str) -> tuple[int, str, str]:
    done = cli(repo.folder, "report", *arguments)
    return done.exit_code, done.stdout, done.stderr


def json_report(repo: Repo, *arguments: str) -> Any:
    code, out, err = run(repo, "--format", "json", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize(
    ("since", "finished"),
    [
        ((), ["two"]),
        (("--since", "2025-06-10"), ["one", "two"]),
        (("--since", "2025-06-11"), ["two"]),
        (("--since", "2025-06"), ["one", "two"]),
        (("--since", "v1"), ["one", "two"]),
        (("--since", "HEAD~1"), ["two"]),
        (("--since", "HEAD"), []),
        (("--since", "2020"), ["one", "two"]),
    ],
)
def test_it_looks_back_to_a_revision_or_to_the_beginning_of_a_day(
    repo: Repo, since: tuple[str, ...], finished: list[str]
) -> None:
    assert [each["text"] for each in json_report(repo, *since)["tasks"]["finished"]] == finished


def test_what_is_not_committed_yet_counts(repo: Repo) -> None:
    repo.write({"a.md": item("done", "xone", "xtwo", "xthree", title="A")})
    found = json_report(repo, "--since", "HEAD")
    assert [each["title"] for each in found["items"]["finished"]] == ["A"]


def test_the_later_work_of_another_branch_is_no_difference(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic", "HEAD~1")
    repo.commit("2025-06-26", {"b.md": item("done", title="B")})
    found = json_report(repo, "--since", "main")
    assert [each["title"] for each in found["items"]["added"]] == ["B"]
    assert found["progress"]["then"]["tasks_done"] == 1
    assert found["tasks"] == {"finished": [], "added": [], "removed": []}


def test_a_report_since_a_day_to_come_is_refused(repo: Repo) -> None:
    code, out, err = run(repo, "--since", "2099-01-01")
    assert (code, out) == (2, "")
    assert err.startswith("error: there is nothing to report since 2099-01-01: today is ")


@pytest.mark.parametrize("since", ["nothing", "--output=x", "2025-13-45"])
def test_what_is_no_revision_and_no_day_is_said(repo: Repo, since: str) -> None:
    code, out, err = run(repo, f"--since={since}")
    assert (code, out) == (2, "")
    assert err == (
        f'error: "{since}" is neither a revision that git knows nor a date: '
        "write a commit, a branch or a tag, or a day such as 2025-01-12\n"
    )


def test_a_shallow_clone_gives_no_wrong_comparison(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    code, _, err = run(Repo(tmp_path / "shallow"), "--since", "2025-06-10")
    assert (code, err) == (
        2,
        "error: the history before 2025-06-10 is missing (shallow clone): `git fetch --unshallow` fetches it\n",
    )
    code, out, err = run(Repo(tmp_path / "shallow"), "--since", "HEAD", "--format", "md")
    assert (code, err) == (0, "")
    assert "shallow clone" in out


def test_the_keys_of_json_stay(repo: Repo) -> None:
    found = json_report(repo)
    assert list(found) == [
        *(
            "schemaVersion",
            "kind",
            "title",
            "since",
            "notes",
            "progress",
            "tracks",
            "items",
            "tasks",
            "rescoped",
            "slipped",
        ),
        *("problems", "next", "forecast"),
    ]
    assert found["since"] == {
        "asked": "2025-06-23",
        "commit": repo.git("rev-parse", "HEAD~1").strip(),
        "from": "2025-06-23",
        "to": "2025-06-30",
    }


def test_the_report_is_in_the_language_of_the_roadmap(repo: Repo) -> None:
    repo.write({"roadmap.yml": f"locale: ko\n{ROADMAP}"})
    code, out, _ = run(repo, "--since", "v1", "--format", "md")
    assert code == 0
    assert "### 완료한 할 일 (2)" in out


def test_a_review_is_a_private_page_of_the_week_with_three_questions(repo: Repo) -> None:
    repo.write({"projects/slow.md": item("doing", " **bold** [[x]] <b> task", title="Slow [x]")})
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "x", "--date", "2025-05-01T12:00:00")
    done = cli(repo.folder, "--as-of", "2025-06-30", "report", "--since", "2025-06-23", "--review")
    assert done.exit_code == 0, done.output
    page = (repo.folder / "content/reviews/2025-06-30.md").read_text("utf-8")
    assert page.startswith("---\ntitle: Review 2025-06-30\naudience: private\n---\n")
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert headings == ["## Done", "## Slipped", "## Stalled", "## Next tasks", "## Questions"]
    assert page.count("?\n") == 3
    assert r"Slow \[x\]" in page
    checked = cli(repo.folder, "check", "content/reviews/2025-06-30.md", "--strict")
    assert "2025-06-30" not in checked.stdout
    assert cli(repo.folder, "--as-of", "2025-06-30", "report", "--review").exit_code != 0
    assert cli(repo.folder, "undo").exit_code == 0
    assert not (repo.folder / "content/reviews/2025-06-30.md").exists()


@pytest.mark.parametrize("options", [("--format", "md"), ("--audience", "public")])
def test_a_review_is_for_its_owner_only(repo: Repo, options: tuple[str, ...]) -> None:
    assert "--review writes a page of its own" in cli(repo.folder, "report", "--review", *options).stderr
