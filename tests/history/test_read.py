"""The history of a roadmap: its figures at every commit, on the right day, and the lifecycle of each item and task."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.app.project import read_project
from milemark.foundation import pool
from milemark.foundation.cache import index_path
from milemark.history import blobs as rows
from milemark.history import read as reading
from milemark.history.git import NoHistoryError
from milemark.history.lifecycle import Lifecycle, lifecycles, weeks
from milemark.history.model import Figures, History, Snapshot, exact, ordered_days
from milemark.history.read import read_history
from milemark.history.snapshot import snapshot_content
from milemark.roadmap.load import File, load, read_file
from milemark.roadmap.metrics.progress import percent, whole
from milemark.roadmap.settings import Settings
from repositories import Repo, item, repository
from support import cli

TODAY = date(2025, 6, 30)


def read(repo: Repo) -> History:
    return read_history(repo.folder, TODAY)


def done_by_day(history: History) -> list[tuple[str, int, int]]:
    """Return the day, the tasks done and the tasks in all of each point of the line."""
    return [(str(each.day), each.snapshot.whole.done, each.snapshot.whole.total) for each in history.line]


def task(history: History, text: str) -> Lifecycle:
    (found,) = (each for each in lifecycles(history).tasks if each.id.text == text)
    return found


def days(lifecycle: Lifecycle) -> tuple[str, ...]:
    found = (lifecycle.added, lifecycle.started, lifecycle.finished, lifecycle.removed)
    return tuple(str(day)[5:] if day else "" for day in found)


# Figures.


def test_each_commit_has_the_figures_of_its_own_files(repo: Repo) -> None:
    repo.commit("2025-01-01", {"tracks/t.md": "# T\n", "projects/a.md": item("planned", " one", " two", track="t")})
    repo.commit("2025-01-02", {"projects/a.md": item("doing", "xone", " two", track="t")})
    repo.commit("2025-01-03", {"projects/b.md": item("done", weight="3", track="t")})
    found = read(repo)
    assert done_by_day(found) == [("2025-01-01", 0, 2), ("2025-01-02", 1, 2), ("2025-01-03", 1, 2)]
    last = found.line[-1].snapshot
    assert last.whole == last.tracks["t"] == Figures(Decimal("87.50"), 1, 2, {"active": 1, "done": 1})
    assert set(last.items) == {"b"}
    assert {id_: (each.stage, each.progress) for id_, each in found.items().items()} == {
        "a": ("active", Decimal("50.00")),
        "b": ("done", Decimal("100.00")),
    }


def test_a_file_that_moves_stays_the_item_it_is(repo: Repo) -> None:
    text = item("planned", " one", id="x", title="X")
    repo.commit("2025-01-01", {"projects/a.md": text})
    repo.commit("2025-01-02", {"projects/a.md": None, "projects/old/b.md": text})
    repo.commit("2025-01-03", {"projects/old/b.md": item("done", "xone", id="x", title="X")})
    found = read(repo)
    assert [set(each.snapshot.items) for each in found.line] == [{"x"}, set(), {"x"}]
    (lifecycle,) = lifecycles(found).items
    assert (lifecycle.id.item, days(lifecycle)) == ("x", ("01-01", "01-03", "01-03", ""))
    assert days(task(found, "one")) == ("01-01", "01-03", "01-03", "")


def test_a_commit_is_read_with_its_own_schema(repo: Repo) -> None:
    repo.commit("2025-01-01", {"projects/a.md": item("finished", " one")})
    repo.commit("2025-01-02", {"roadmap.yml": "statuses: {finished: done}\ncollections: {projects: {label: P}}\n"})
    repo.commit("2025-01-03", {"roadmap.yml": "statuses: {finished: active}\ncollections: {projects: {label: P}}\n"})
    assert [each.snapshot.whole.progress for each in read(repo).line] == [0, 100, 0]


def test_the_project_may_be_a_part_of_a_repository(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    inner = Repo(tmp_path / "plans/mine")
    inner.folder.mkdir(parents=True)
    repo.commit("2025-01-01", {"other.md": "1"})
    inner.commit("2025-01-02", {"a.md": item("doing", "xone")})
    repo.commit("2025-01-03", {"other.md": "2"})
    assert done_by_day(read(inner)) == [("2025-01-02", 1, 1)]


def test_hidden_and_temporary_files_do_not_count_as_on_the_disk(repo: Repo) -> None:
    text = item("doing", "xone")
    repo.commit("2025-01-01", {"a.md": text, ".b.md": text, "#c.md#": text, ".d/e.md": text, "f.txt": text})
    assert done_by_day(read(repo)) == [("2025-01-01", 1, 1)]


def test_milestones_are_followed_and_are_no_work(repo: Repo) -> None:
    repo.commit(
        "2025-01-01", {"a.md": item("doing", " one"), "milestones/m.md": item("planned", " box", due="2025-Q1")}
    )
    repo.commit("2025-01-02", {"milestones/m.md": None, "milestones/n.md": item("done", title="m", due="2025-Q2")})
    found = read(repo)
    assert done_by_day(found) == [("2025-01-01", 0, 1), ("2025-01-02", 0, 1)]
    assert (set(found.items()), set(found.milestones())) == ({"a"}, {"n"})
    (stone,) = lifecycles(found).milestones
    assert (stone.id.item, days(stone)) == ("n", ("01-01", "01-02", "01-02", ""))
    assert [(str(plan.day), plan.stage, str(plan.due)) for plan in stone.plans] == [
        ("2025-01-01", "planned", "2025-03-31"),
        ("2025-01-02", "done", "2025-06-30"),
    ]
    assert len(lifecycles(found).tasks) == len(lifecycles(found).items) == 1
    assert read(repo) == found  # from what was kept
    repo.write({"milestones/n.md": item("done", title="m", due="2025-Q3")})
    assert done_by_day(read(repo))[2:] == [("2025-06-30", 0, 1)]


# What is not committed yet.


def test_what_is_not_committed_is_the_last_point(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one")})
    repo.write({"a.md": item("doing", "xone"), "b.md": item("doing", " two")})
    found = read(repo)
    assert done_by_day(found) == [("2025-01-01", 0, 1), ("2025-06-30", 1, 2)]
    assert (found.line[-1].snapshot.commit, set(found.line[-1].snapshot.items)) == ("", {"a", "b"})


@pytest.mark.parametrize(
    "files", [{"notes.txt": "1"}, {"page.md": "# A page"}, {"a.md": item("doing", " one") + "\nMore.\n"}]
)
def test_what_changes_no_figure_is_no_point(repo: Repo, files: dict[str, str]) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one")})
    repo.write(files)
    assert done_by_day(read(repo)) == [("2025-01-01", 0, 1)]


def test_line_ends_of_windows_are_no_change(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one")})
    repo.write({"a.md": item("doing", " one").replace("\n", "\r\n")})
    assert done_by_day(read(repo)) == [("2025-01-01", 0, 1)]
    monkeypatch.setattr(rows, "read_file", None)  # and so are not read again
    repo.write({"b.txt": "1"})
    assert done_by_day(read(repo)) == [("2025-01-01", 0, 1)]


def test_a_sparse_checkout_misses_nothing_and_says_so(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one"), "projects/b.md": item("doing", " two")})
    repo.git("sparse-checkout", "set", "--no-cone", "/content/*.md")
    assert not (repo.folder / "content/projects/b.md").exists()
    found = read(repo)
    assert (done_by_day(found), found.partial) == ([("2025-01-01", 0, 2)], (reading.SPARSE,))


# The order of commits, and their clocks.


def test_a_branch_that_was_merged_is_followed_where_the_main_branch_has_no_commits(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one", " two")})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("2025-01-02", {"a.md": item("doing", "xone", " two")})
    repo.commit("2025-01-03", {"a.md": item("doing", "xone", "xtwo")})
    repo.git("checkout", "-q", "main")
    repo.merge("2025-01-04", "side")
    assert done_by_day(read(repo)) == [("2025-01-01", 0, 2), ("2025-01-02", 1, 2), ("2025-01-03", 2, 2)]


def two_sides(repo: Repo) -> History:
    repo.commit("2025-01-01", {"a.md": item("doing", " one"), "b.md": item("doing", " two")})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("2025-01-02", {"b.md": item("doing", "xtwo")})
    repo.git("checkout", "-q", "main")
    repo.commit("2025-01-03", {"a.md": item("doing", "xone")})
    repo.merge("2025-01-05", "side")
    return read(repo)


def test_two_sides_count_once_and_the_second_from_the_merge_on(repo: Repo) -> None:
    found = two_sides(repo)
    assert done_by_day(found) == [("2025-01-01", 0, 2), ("2025-01-03", 1, 2), ("2025-01-05", 2, 2)]
    assert len(found.snapshots) == 4


def test_what_a_merge_brought_in_was_finished_when_it_was_ticked(repo: Repo) -> None:
    assert days(task(two_sides(repo), "two")) == ("01-01", "01-02", "01-02", "")


def test_several_roots_and_an_octopus_are_one_line(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one")})
    for number, name in enumerate(("x", "y"), 2):
        repo.git("checkout", "-q", "--orphan", name)
        repo.git("rm", "-rfq", "content")
        repo.commit(f"2025-01-0{number}", {f"{name}.md": item("doing", f"x{name}")})
    repo.git("checkout", "-q", "main")
    repo.merge("2025-01-05", "--allow-unrelated-histories", "x")
    repo.merge("2025-01-06", "--allow-unrelated-histories", "y")
    for name in ("p", "q"):
        repo.git("checkout", "-q", "-b", name, "main")
        repo.commit("2025-01-07", {f"{name}.md": item("doing", " " + name)})
    repo.git("checkout", "-q", "main")
    repo.merge("2025-01-08", "p", "q")
    found = done_by_day(read(repo))
    assert (found[0], found[-1]) == (("2025-01-01", 0, 1), ("2025-01-08", 2, 5))
    assert [day for day, _, _ in found] == sorted(day for day, _, _ in found)


def test_a_detached_head_and_another_branch_have_their_own_history(repo: Repo) -> None:
    first = repo.commit("2025-01-01", {"a.md": item("doing", " one")})
    repo.commit("2025-01-02", {"a.md": item("doing", "xone")})
    assert done_by_day(read(repo))[-1] == ("2025-01-02", 1, 1)
    repo.git("checkout", "-q", first)
    assert done_by_day(read(repo)) == [("2025-01-01", 0, 1)]


def test_a_clock_that_was_wrong_moves_its_own_commits_only(repo: Repo) -> None:
    for number, day in enumerate(["2025-01-01", "2025-01-05", "2030-01-01", "1971-01-01", "2025-01-09"]):
        repo.commit(day, {"a.md": item("doing", *"x" * number, " rest")})
    found = read(repo)
    assert [str(each.day) for each in found.line] == [
        "2025-01-01",
        "2025-01-05",
        "2025-01-05",
        "2025-01-05",
        "2025-01-09",
    ]
    assert found.wrong_clocks == 2


DAYS = st.lists(st.dates(date(2024, 12, 1), date(2025, 7, 31)), max_size=12)


@given(DAYS)
def test_days_run_forwards_and_those_in_order_stay(found: list[date]) -> None:
    ordered = ordered_days(found, TODAY)
    assert ordered == sorted(ordered)
    assert len(ordered) == len(found)
    assert all(day <= TODAY for day in ordered)
    assert ordered_days(sorted(found), date.max) == sorted(found)
    assert ordered_days(ordered, TODAY) == ordered


# Histories that are not whole.


def test_a_shallow_clone_says_what_it_cannot_know(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one", " two"), "b.md": item("doing")})
    repo.commit("2025-01-02", {"a.md": item("doing", "xone", " two")})
    repo.commit("2025-01-03", {"a.md": item("doing", "xone", "xtwo")})
    repo.git("clone", "-q", "--depth=2", f"file://{repo.folder}", str(tmp_path / "shallow"))
    clone = Repo(tmp_path / "shallow")
    found = read(clone)
    assert (done_by_day(found), found.partial) == ([("2025-01-02", 1, 2), ("2025-01-03", 2, 2)], (reading.SHALLOW,))
    assert days(task(found, "one")) == ("", "", "", "")
    assert days(task(found, "two")) == ("", "01-03", "01-03", "")
    clone.git("fetch", "-q", "--unshallow")
    whole_ = read(clone)
    assert (done_by_day(whole_)[0], whole_.partial) == (("2025-01-01", 0, 2), ())
    assert set(whole_.line[1].snapshot.items) == {"a"}


def test_files_of_a_submodule_are_left_out_and_it_is_said(repo: Repo, tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    other.commit("2025-01-01", {"x.md": item("doing", " x")})
    repo.commit("2025-01-02", {"a.md": item("doing", " one")})
    repo.git("submodule", "--quiet", "add", str(other.folder), "content/sub")
    repo.commit("2025-01-03", {})
    found = read(repo)
    assert (done_by_day(found)[-1], found.partial) == (("2025-01-03", 0, 1), (reading.SUBMODULES,))


def test_content_that_is_a_submodule_has_the_history_of_that_repository(tmp_path: Path) -> None:
    other = repository(tmp_path / "other")
    for path in ("roadmap.yml",):
        (other.folder / "content" / path).rename(other.folder / path)
    (other.folder / "a.md").write_text(item("doing", "xone"))
    other.commit("2025-01-01", {})
    outer = Repo(tmp_path / "outer")
    outer.folder.mkdir()
    outer.git("init", "-q")
    outer.git("submodule", "--quiet", "add", str(other.folder), "content")
    outer.commit("2025-01-02", {})
    assert done_by_day(read(outer)) == [("2025-01-01", 1, 1)]


def test_content_that_was_never_committed_has_no_history(repo: Repo) -> None:
    (repo.folder / "x").write_text("1")
    repo.git("add", "x")
    repo.git("commit", "-qm", "x")
    with pytest.raises(NoHistoryError, match="none of its files is committed"):
        read(repo)


# What became of each task and item.


def test_a_task_that_moves_or_is_reworded_is_the_same(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " write the draft", " test"), "b.md": item("doing", " x")})
    repo.commit("2025-01-02", {"a.md": item("doing", " test", " write the **drafts**")})
    repo.commit("2025-01-03", {"a.md": item("doing", " test"), "b.md": item("doing", " write the drafts", " x")})
    repo.commit("2025-01-04", {"b.md": item("doing", "xwrite the drafts", " x")})
    found = read(repo)
    lifecycle = task(found, "write the drafts")
    assert (lifecycle.id.item, days(lifecycle)) == ("b", ("01-01", "01-04", "01-04", ""))
    assert len(lifecycles(found).tasks) == 3


def test_an_item_that_gets_another_id_is_the_same(repo: Repo) -> None:
    repo.commit("2025-01-01", {"task-1.md": item("doing", " one", title="A")})
    repo.commit("2025-01-02", {"task-1.md": None, "back-1.md": item("doing", " one", title="A")})
    found = lifecycles(read(repo))
    assert [(each.id.item, days(each)) for each in found.items] == [("back-1", ("01-01", "", "", ""))]
    assert [days(each) for each in found.tasks] == [("01-01", "", "", "")]


def test_what_was_undone_is_finished_when_it_was_done_for_good(repo: Repo) -> None:
    for day, mark in enumerate("x x", 2):
        repo.commit(f"2025-01-0{day - 1}", {"b.md": item("planned", f" {day}")})
        repo.commit(f"2025-01-0{day}", {"a.md": item("doing", f"{mark}one")})
    found = task(read(repo), "one")
    assert (found.is_done, days(found)) == (True, ("01-02", "01-02", "01-04", ""))


def test_what_is_finished_in_the_front_matter_was_finished_then(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("planned"), "b.md": item("planned")})
    repo.commit("2025-03-01", {"a.md": item("done", finished="2025-02-14"), "b.md": item("done")})
    found = {each.id.item: days(each) for each in lifecycles(read(repo)).items}
    assert found == {"a": ("01-01", "03-01", "02-14", ""), "b": ("01-01", "03-01", "03-01", "")}


def test_what_is_finished_in_a_period_that_still_runs_is_finished_by_today(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("planned")})
    repo.commit("2025-03-01", {"a.md": item("done", finished="2025")})
    found = [lifecycles(read(repo).until(date(2025, month, 2))).items[0].finished for month in (3, 5)]
    assert [str(day) for day in found] == ["2025-03-02", "2025-05-02"]


def test_a_finish_in_the_future_counts_on_the_day_of_its_commit(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("planned")})
    repo.commit("2025-03-01", {"a.md": item("done", finished="2025-06")})
    found = [lifecycles(read(repo).until(date(2025, *day))).items[0].finished for day in ((3, 2), (6, 2), (7, 2))]
    assert [str(day) for day in found] == ["2025-03-01", "2025-06-02", "2025-06-30"]


def test_what_was_done_when_the_history_begins_was_finished_on_no_known_day(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", "xold", " new")})
    repo.commit("2025-01-02", {"a.md": item("doing", "xold", "xnew")})
    found = read(repo)
    assert (task(found, "old").is_done, days(task(found, "old"))) == (True, ("01-01", "", "", ""))
    assert days(task(found, "new")) == ("01-01", "01-02", "01-02", "")


def test_what_is_dropped_or_left_open_in_what_is_done_is_no_longer_to_be_done(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " one", " two"), "b.md": item("doing", " three")})
    repo.commit("2025-01-02", {"a.md": item("done", "xone", " two"), "b.md": item("dropped", " three")})
    found = {each.id.text: days(each) for each in lifecycles(read(repo)).tasks}
    assert found == {
        "one": ("01-01", "01-02", "01-02", ""),
        "two": ("01-01", "", "", "01-02"),
        "three": ("01-01", "", "", "01-02"),
    }


def test_weeks_are_whole_ones_and_count_what_happened_in_them(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " 1", " 2", " 3")})
    repo.commit("2025-01-06", {"a.md": item("doing", "x1", " 2", " 3", " 4")})
    repo.commit("2025-01-19", {"a.md": item("doing", "x1", "x2", "x3")})
    found = weeks(lifecycles(read(repo)).tasks, date(2025, 1, 1), date(2025, 1, 20))
    assert [tuple(map(str, each)) for each in found] == [
        ("2025-01-06", "1", "1", "0"),
        ("2025-01-13", "2", "0", "1"),
    ]


# What is kept between runs.


def cache_of(repo: Repo) -> Path:
    place = index_path(repo.folder / "content")
    assert place
    return place


def test_a_second_run_reads_nothing_and_says_the_same(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    first = two_sides(repo)
    monkeypatch.setattr(rows, "read_file", None)
    assert read(repo) == first


def test_a_new_commit_is_all_that_is_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    two_sides(repo)
    seen: list[str] = []

    def spy(settings: Settings, path: str, data: bytes) -> File:
        seen.append(path)
        return read_file(settings, path, data)

    monkeypatch.setattr(rows, "read_file", spy)
    repo.commit("2025-01-06", {"c.md": item("doing", " three")})
    warm = read(repo)
    assert seen == ["c.md"]
    cache_of(repo).unlink()
    assert read(repo) == warm


def test_rewritten_history_is_read_again(repo: Repo) -> None:
    two_sides(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    repo.commit("2025-01-04", {"a.md": item("doing", "xone", "xmore")}, "--amend", "--date=2025-01-04T12:00:00+0900")
    found = read(repo)
    assert done_by_day(found) == [("2025-01-01", 0, 2), ("2025-01-04", 2, 3)]
    cache_of(repo).unlink()
    assert read(repo) == found


def corrupt(path: Path, how: str) -> None:
    if how in {"junk", "empty"}:
        path.write_bytes(b"junk" * 1000 if how == "junk" else b"")
        return
    with sqlite3.connect(path) as connection:
        if how == "bits":
            connection.execute("UPDATE meta SET value = replace(value, '2', '3')")
        elif how == "rows":
            connection.execute("UPDATE file SET record = '[]'")
        else:
            connection.execute("DROP TABLE meta")
    connection.close()


@pytest.mark.parametrize("how", ["junk", "empty", "bits", "rows", "table"])
def test_a_damaged_cache_is_the_same_as_none(repo: Repo, how: str) -> None:
    two_sides(repo)
    corrupt(cache_of(repo), how)
    repo.commit("2025-01-06", {"c.md": item("doing", " three")})
    found = read(repo)
    cache_of(repo).unlink()
    assert read(repo) == found


def test_without_a_cache_folder_the_history_is_read_all_the_same(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    first = two_sides(repo)
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert read(repo) == first


def test_many_files_are_read_in_several_processes_with_the_same_result(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = two_sides(repo)
    cache_of(repo).unlink()
    monkeypatch.setattr(pool, "_FEWEST", 1)
    monkeypatch.setattr(rows, "CHUNK", 2)
    assert read(repo) == first


# The command.


def run(repo: Repo, *arguments: str) -> tuple[int, str, str]:
    done = cli(repo.folder, "history", *arguments)
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_a_line_for_each_state_with_other_figures(repo: Repo) -> None:
    first = repo.commit("2025-01-01", {"가.md": item("doing", " 하나")})
    repo.commit("2025-01-02", {"page.md": "# Page\n"})
    last = repo.commit("2025-01-03", {"가.md": item("done", "x하나")})
    lines = [
        "Day         Commit   Progress  Tasks  Items",
        f"2025-01-01  {first[:7]}        0%  0 / 1  1 active",
        f"2025-01-03  {last[:7]}      100%  1 / 1  1 done",
        "",
    ]
    assert run(repo) == (0, "\n".join(lines), "")


def test_the_command_writes_csv_and_json_that_others_read(repo: Repo) -> None:
    two_sides(repo)
    repo.write({"=c.md": item("doing", " three")})
    _, text, _ = run(repo, "--format", "csv")
    found = list(csv.DictReader(io.StringIO(text)))
    assert [row["tasks_done"] for row in found if row["kind"] == "roadmap"] == ["0", "1", "1", "2", "2"]
    assert [row["is_main"] for row in found if row["kind"] == "roadmap"].count("false") == 1
    assert found[-1]["id"] == "'=c"
    printed = json.loads(run(repo, "--format", "json")[1])
    assert [each["tasks_done"] for each in printed["commits"]] == [0, 1, 1, 2, 2]
    assert {each["text"]: each["finished"] for each in printed["tasks"]} == {
        "one": "2025-01-03",
        "two": "2025-01-02",
        "three": None,
    }


def test_the_command_ends_at_the_given_day(repo: Repo) -> None:
    two_sides(repo)
    _, text, _ = run(repo, "--as-of", "2025-01-04")
    assert [line.split()[0] for line in text.splitlines()[1:]] == ["2025-01-01", "2025-01-03"]


def test_without_a_history_the_command_gives_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "p/content").mkdir(parents=True)
    code, out, err = run(Repo(tmp_path / "p"))
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no git history: ")


def _written(terminal: int) -> Iterator[bytes]:
    """Yield what is written to a terminal, until the last program that has it ends."""
    with suppress(OSError):  # how Linux says so
        while part := os.read(terminal, 4096):
            yield part


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("command", ["history", "generate"])
def test_on_a_terminal_reading_a_long_history_shows_progress(repo: Repo, command: str) -> None:
    import pty  # not on Windows

    (repo.folder / "mkdocs.yml").write_text("site_name: x\n")
    repo.commit("2025-01-01", {f"projects/{number}.md": item("doing", " one") for number in range(310)})
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "-m", "milemark", "-C", str(repo.folder), command]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=theirs):
        os.close(theirs)
        said = b"".join(_written(ours)).decode()
    os.close(ours)
    assert "reading the history" in said
    assert "100%" in said


# A real history of 744 commits.

REAL_ROADMAP = "statuses: {To Do: planned, In Progress: active, Done: done}\ncollections: {tasks: {label: Tasks}}\n"


@pytest.fixture(scope="module")
def real(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Return a real history as that of a project: its folder is content/, and has a schema from the beginning."""
    bundle = data_dir / "backlog-md-history.bundle"
    if not bundle.is_file():
        pytest.skip(f"no {bundle.name} in {data_dir}")
    folder = tmp_path_factory.mktemp("real")
    subprocess.run(["git", "clone", "-q", "-b", "main", str(bundle), str(folder / "source")], check=True)
    stream = subprocess.run(
        ["git", "fast-export", "--full-tree", "main"], cwd=folder / "source", capture_output=True, check=True
    ).stdout
    found = Repo(folder / "project")
    subprocess.run(["git", "init", "-q", "-b", "main", str(found.folder)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=found.folder, input=as_content(stream), check=True)
    found.git("reset", "-q", "--hard")
    return found


def as_content(stream: bytes) -> bytes:
    """Return an export with backlog/ as content/, and with a roadmap.yml in every commit."""
    schema = f"M 100644 inline content/roadmap.yml\ndata {len(REAL_ROADMAP)}\n{REAL_ROADMAP}\n".encode()
    found: list[bytes] = []
    for line in _lines(stream):
        is_file = line.startswith(b"M ")
        found.append(re.sub(rb'^(\S+ \S+ \S+ "?)backlog/', rb"\1content/", line) if is_file else line)
        if line == b"deleteall\n":
            found.append(schema)
    return b"".join(found)


def _lines(stream: bytes) -> Iterable[bytes]:
    """Yield the commands of an export, the data of blobs and messages as they are."""
    place = 0
    while place < len(stream):
        end = stream.index(b"\n", place) + 1
        line = stream[place:end]
        yield line
        if line.startswith(b"data "):
            size = int(line[5:])
            yield stream[end : end + size]
            end += size
        place = end


@pytest.mark.slow
def test_a_real_history_agrees_with_checking_its_commits_out(real: Repo, tmp_path: Path) -> None:
    found = read_history(real.folder, date(2026, 12, 31))
    assert (len(found.snapshots), found.partial) == (744, ())
    again = read_history(real.folder, date(2026, 12, 31))
    assert again == found
    snapshots = {snapshot.commit: snapshot for snapshot in found.snapshots}
    worktree = tmp_path / "worktree"
    real.git("worktree", "add", "-q", "--detach", str(worktree), "HEAD")
    chance = random.Random(os.environ.get("MILEMARK_SEED", "milemark"))  # noqa: S311  no secret
    for commit in chance.sample(sorted(snapshots), 20):
        Repo(worktree).git("checkout", "-q", commit)
        roadmap = read_project(worktree, date(2026, 12, 31)).loaded.roadmap
        now = snapshot_content(roadmap)
        assert (snapshots[commit].whole, snapshots[commit].tracks) == (now.whole, now.tracks), commit
        value, figures = whole(roadmap), snapshots[commit].whole
        assert percent(figures.progress or Decimal(0)) == percent(value.value or Decimal(0)), commit
    assert found.items() == snapshot_content(read_project(real.folder, date(2026, 12, 31)).loaded.roadmap).items


@pytest.mark.slow
def test_in_a_real_history_every_task_that_is_done_and_no_other_was_finished(real: Repo) -> None:
    found = lifecycles(read_history(real.folder, date(2026, 12, 31)))
    assert len(found.items) < 700
    assert sum(each.is_done and each.removed is None for each in found.tasks) > 3000
    for each in (*found.items, *found.tasks):
        known = [day for day in (each.added, each.started, each.finished) if day]
        assert each.is_done or each.finished is None
        assert known == sorted(known) or not each.id.text


def test_current_and_historic_percentages_agree() -> None:
    """The rounding keeps what people see: percent of the stored figure is that of the exact one."""
    for number in range(1, 200):
        files = {
            f"{n}.md": item("doing", *(["xa"] * (n % 3)), *([" b"] * (number % 7))).encode()
            for n in range(number % 11 + 1)
        }
        found = whole(load({**files, "roadmap.yml": b"statuses: {doing: active}"}, TODAY).roadmap).value
        rounded = exact(found)
        assert (found is None) == (rounded is None)
        if found is not None and rounded is not None:
            assert percent(found) == percent(rounded)


def test_a_history_ends_where_it_is_cut() -> None:
    snapshots = [
        Snapshot(
            str(n), (str(n - 1),) if n else (), datetime(2025, 1, n + 1, tzinfo=UTC), Figures(None, n, n, {}), {}, {}
        )
        for n in range(5)
    ]
    found = History(tuple(snapshots), TODAY)
    assert [len(found.until(date(2025, 1, day)).line) for day in (3, 31)] == [3, 5]
    assert str(found.until(date(2025, 1, 31)).today) == "2025-01-31"  # a chart of it goes no further
    assert found.until(date(2024, 1, 1)).line == ()
