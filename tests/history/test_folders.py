"""A history goes on where content/ was in another folder before, or says that it begins there."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from milemark.foundation.cache import index_path
from milemark.history.lifecycle import lifecycles
from milemark.history.model import History
from milemark.history.read import MOVED, read_history
from repositories import ROADMAP, Repo, item, repository
from support import cli

TODAY = date(2025, 6, 30)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    folder = tmp_path / "repo"
    folder.mkdir()
    Repo(folder).git("init", "-q", "-b", "main")
    return Repo(folder)


def save(repo: Repo, day: str, files: dict[str, str | None]) -> str:
    """Commit files by their paths from the top of a repository."""
    return repo.commit(day, {f"../{path}": text for path, text in files.items()})


def move(repo: Repo, day: str, old: str, new: str) -> str:
    shutil.rmtree(repo.folder / new, ignore_errors=True)
    (repo.folder / new).parent.mkdir(parents=True, exist_ok=True)
    repo.git("mv", old, new)
    return repo.commit(day, {})


def in_folder(prefix: str, *marks: str) -> dict[str, str | None]:
    """Return a roadmap in a folder, with a task for each mark."""
    tasks = [f"{mark}task {number}" for number, mark in enumerate(marks)]
    return {
        f"{prefix}roadmap.yml": ROADMAP,
        f"{prefix}projects/a.md": item("doing", *tasks),
        f"{prefix}projects/b.md": item("doing", " other", title="B"),
    }


def two_months(repo: Repo, prefix: str) -> None:
    repo.folder.joinpath("content").mkdir(exist_ok=True)
    save(repo, "2025-01-01", in_folder(prefix, " ", " "))
    save(repo, "2025-01-10", in_folder(prefix, "x", " "))


def read(folder: Path) -> History:
    """Read a history without a cache, and with one in two runs: they are the same."""
    found = read_history(folder, TODAY)
    assert read_history(folder, TODAY) == found
    place = index_path(folder / "content")
    assert place
    place.unlink()
    assert read_history(folder, TODAY) == found
    return found


def done_by_day(history: History) -> list[tuple[str, int, int]]:
    return [(str(each.day)[5:], each.snapshot.whole.done, each.snapshot.whole.total) for each in history.line]


def days(history: History) -> dict[str, tuple[str, ...]]:
    return {
        each.id.text: tuple(str(day)[5:] if day else "" for day in (each.added, each.finished, each.removed))
        for each in lifecycles(history).tasks
    }


FOLLOWED = {
    "task 0": ("01-01", "01-10", ""),
    "task 1": ("01-01", "03-01", ""),
    "other": ("01-01", "", ""),
}


def test_a_history_goes_on_through_a_move_of_the_folder(repo: Repo) -> None:
    two_months(repo, "docs/plan/")
    move(repo, "2025-02-01", "docs/plan", "content")
    save(repo, "2025-03-01", in_folder("content/", "x", "x"))
    found = read(repo.folder)
    assert done_by_day(found) == [("01-01", 0, 3), ("01-10", 1, 3), ("02-01", 1, 3), ("03-01", 2, 3)]
    assert (days(found), found.partial) == (FOLLOWED, ())


def test_a_move_with_edits_new_files_and_a_new_schema_is_followed(repo: Repo) -> None:
    two_months(repo, "docs/plan/")
    shutil.rmtree(repo.folder / "content")
    repo.git("mv", "docs/plan", "content")
    roadmap = ROADMAP.replace("title: T", "title: Plan")
    edited = item("active", "xtask 0", " task 1", "xnew", title="A")
    new = {"roadmap.yml": roadmap, "index.md": "# Home\n", "projects/a.md": edited}
    repo.commit("2025-02-01", dict(new))
    save(repo, "2025-03-01", {"content/projects/a.md": edited.replace("[ ]", "[x]")})
    assert days(read(repo.folder)) == {**FOLLOWED, "new": ("02-01", "02-01", "")}


def test_a_history_goes_on_into_a_part_of_a_larger_repository(repo: Repo) -> None:
    two_months(repo, "content/")
    save(repo, "2025-01-20", {"other.md": "1"})
    move(repo, "2025-02-01", "content", "plans/mine/content")
    save(repo, "2025-03-01", in_folder("plans/mine/content/", "x", "x"))
    assert days(read(repo.folder / "plans/mine")) == FOLLOWED


def test_a_folder_that_moved_there_and_back_is_followed_twice(repo: Repo) -> None:
    two_months(repo, "content/")
    move(repo, "2025-02-01", "content", "plan")
    save(repo, "2025-02-10", {"plan/projects/b.md": item("doing", " other", " more", title="B")})
    move(repo, "2025-02-20", "plan", "content")
    save(repo, "2025-03-01", in_folder("content/", "x", "x"))
    found = read(repo.folder)
    assert [day for day, _, _ in done_by_day(found)] == ["01-01", "01-10", "02-01", "02-10", "02-20", "03-01"]
    assert days(found) == {**FOLLOWED, "more": ("02-10", "", "03-01")}


def test_files_that_move_into_a_folder_of_samples_bring_their_history(repo: Repo) -> None:
    two_months(repo, "notes/")
    save(repo, "2025-01-20", {"content/projects/sample.md": item("doing", " sample")})
    repo.git("rm", "-q", "content/projects/sample.md")
    (repo.folder / "content").mkdir(exist_ok=True)
    for name in ("roadmap.yml", "projects"):
        repo.git("mv", f"notes/{name}", f"content/{name}")
    repo.commit("2025-02-01", {})
    save(repo, "2025-03-01", in_folder("content/", "x", "x"))
    assert days(read(repo.folder)) == FOLLOWED


def test_of_the_top_of_a_repository_only_what_moved_is_followed(repo: Repo) -> None:
    two_months(repo, "")
    save(repo, "2025-01-15", {"README.md": "# R\n\n- [ ] not of the plan\n", "docs/x.md": "- [ ] nor this\n"})
    for name in ("roadmap.yml", "projects"):
        repo.git("mv", name, f"content/{name}")
    repo.commit("2025-02-01", {})
    save(repo, "2025-03-01", in_folder("content/", "x", "x"))
    found = read(repo.folder)
    assert days(found) == FOLLOWED
    assert [day for day, _, _ in done_by_day(found)] == ["01-01", "01-10", "02-01", "03-01"]


def test_a_repository_that_became_a_folder_of_another_is_followed(repo: Repo, tmp_path: Path) -> None:
    """As `git subtree add` does it, which git does not always have."""
    two_months(repo, "")
    large = repository(tmp_path / "large")
    large.git("rm", "-q", "--cached", "-r", "--ignore-unmatch", ".")
    shutil.rmtree(large.folder / "content")
    save(large, "2025-01-20", {"code/x.py": "1", "docs/y.md": "2"})
    large.git("fetch", "-q", str(repo.folder), "main")
    large.git("merge", "-q", "-s", "ours", "--no-commit", "--allow-unrelated-histories", "FETCH_HEAD")
    large.git("read-tree", "--prefix=content/", "-u", "FETCH_HEAD")
    large.commit("2025-02-01", {})
    save(large, "2025-03-01", in_folder("content/", "x", "x"))
    found = read(large.folder)
    assert (days(found), found.partial) == (FOLLOWED, ())


def test_an_import_without_its_commits_says_that_the_history_begins_there(repo: Repo) -> None:
    save(repo, "2025-01-01", {"code.py": "1"})
    tree = in_folder("content/", "x", " ")
    repo.git("checkout", "-q", "--orphan", "split")
    save(repo, "2025-02-01", tree)
    repo.git("commit", "-q", "--amend", "-m", "Squashed 'content/'\n\ngit-subtree-dir: content\ngit-subtree-split: 1")
    found = read(repo.folder)
    assert found.partial == (MOVED,)
    assert days(found) == {"task 0": ("", "", ""), "task 1": ("", "", ""), "other": ("", "", "")}
    assert "begins where the files came from" in cli(repo.folder, "history").stderr
    assert json.loads(cli(repo.folder, "history", "--format", "json").stdout)["partial"]


def test_a_part_that_came_from_another_folder_is_said(repo: Repo) -> None:
    two_months(repo, "docs/plan/")
    repo.git("mv", "docs/plan/projects/a.md", "content/a.md")
    save(repo, "2025-02-01", {f"content/{name}.md": item("doing", f" {name}") for name in "xy"})
    assert read(repo.folder).partial == (MOVED,)


@pytest.mark.parametrize("has_parent", [False, True])
def test_a_folder_that_is_new_begins_a_history_without_a_word(repo: Repo, *, has_parent: bool) -> None:
    if has_parent:
        save(repo, "2025-01-01", {"README.md": "# R\n", "src/main.c": "1"})
    save(repo, "2025-02-01", in_folder("content/", "x", " "))
    found = read(repo.folder)
    assert (found.partial, days(found)["task 1"]) == ((), ("02-01", "", ""))


def test_new_commits_after_a_move_are_read_alone(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    two_months(repo, "docs/plan/")
    move(repo, "2025-02-01", "docs/plan", "content")
    read_history(repo.folder, TODAY)
    monkeypatch.setattr("milemark.history.folders.find_move", None)
    assert len(read_history(repo.folder, TODAY).line) == 3
    save(repo, "2025-03-01", in_folder("content/", "x", "x"))
    assert days(read_history(repo.folder, TODAY)) == FOLLOWED


def test_a_report_compares_with_the_folder_of_then(repo: Repo) -> None:
    two_months(repo, "docs/plan/")
    before = repo.head
    move(repo, "2025-02-01", "docs/plan", "content")
    save(repo, "2025-03-01", in_folder("content/", "x", "x"))
    for since in ("2025-01-15", before, "2025-02-10"):
        for audience in ("private", "public"):
            done = cli(repo.folder, "report", "--since", since, "--format", "json", "--audience", audience)
            tasks = json.loads(done.stdout)["tasks"]
            assert {name: [each["text"] for each in found] for name, found in tasks.items()} == {
                "finished": ["task 1"],
                "added": [],
                "removed": [],
            }


def test_a_private_thing_of_the_old_folder_stays_private(repo: Repo) -> None:
    two_months(repo, "docs/plan/")
    save(repo, "2025-01-20", {"docs/plan/projects/c.md": item("doing", " kanari", title="Kanari", audience="private")})
    save(repo, "2025-01-21", {"docs/plan/projects/c.md": None})
    move(repo, "2025-02-01", "docs/plan", "content")
    save(repo, "2025-02-02", {"content/projects/b.md": item("doing", " other", audience="private", title="B")})
    text = cli(repo.folder, "history", "--format", "json").stdout.lower()
    assert "task 1" in text
    assert [word for word in ("kanari", "other") if word in text] == []
