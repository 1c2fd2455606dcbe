"""A task stays the same task when tools mark, move or reword it, and was done on the day in its text."""

from __future__ import annotations

import json
from datetime import date

import pytest

from milemark.history.lifecycle import Lifecycle, lifecycles, weeks
from milemark.history.matching import TaskId, matched_tasks, task_identity
from milemark.history.read import read_history
from milemark.output.site.history import burn_up
from repositories import Repo, item
from support import cli

TODAY = date(2025, 6, 30)


def tasks(repo: Repo, today: date = TODAY) -> dict[str, tuple[str, ...]]:
    """Return the days added, started, finished and removed of each task, by its text."""
    return {each.id.text: days(each) for each in lifecycles(read_history(repo.folder, today)).tasks}


def days(found: Lifecycle) -> tuple[str, ...]:
    return tuple(str(day)[5:] if day else "" for day in (found.added, found.started, found.finished, found.removed))


def report(repo: Repo, since: str) -> dict[str, list[str]]:
    printed = json.loads(cli(repo.folder, "report", "--since", since, "--format", "json").stdout)
    return {name: [each["text"] for each in found] for name, found in printed["tasks"].items()}


TICKED = (
    ("Pay rent", "Pay rent ✅ 2025-01-16"),
    ("이력서 정리", "이력서 정리 ✅ 2025-01-16"),
    ("Test", "Test [completion:: 2025-01-16]"),
    ("Test 📅 2025-02-01", "Test 📅 2025-02-01 ✅ 2025-01-16 ^a1"),
    ("Test", "~~Test~~ @done(2025-01-16) #later"),
    ("Test", "#task **Test** ⏫ ✅ 2025-01-16"),
)


@pytest.mark.parametrize(("before", "after"), TICKED)
def test_a_task_that_is_ticked_by_a_tool_is_the_same_and_was_done_on_the_day_it_says(
    repo: Repo, before: str, after: str
) -> None:
    first = repo.commit("2025-01-01", {"a.md": item("doing", f" {before}", " other")})
    repo.commit("2025-01-17", {"a.md": item("doing", f"x{after}", " other")})
    found = tasks(repo)
    assert [each for text, each in found.items() if text != "other"] == [("01-01", "01-16", "01-16", "")]
    assert {name: len(texts) for name, texts in report(repo, first).items()} == {
        "finished": 1,
        "added": 0,
        "removed": 0,
    }


@pytest.mark.parametrize(
    "marks",
    [
        "📅 2025-02-01",
        "⏳ 2025-02-01",
        "🔁 every week",
        "⏫",
        "[due:: 2025-02-01]",
        "due:2025-02-01",
        "#a",
        "^b",
        "(#7)",
    ],
)
def test_an_open_task_that_gets_marks_is_the_same(repo: Repo, marks: str) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " Go")})
    repo.commit("2025-01-02", {"a.md": item("doing", f" Go {marks}")})
    repo.commit("2025-01-03", {"b.md": item("doing", f" Go {marks} #moved"), "a.md": item("doing")})
    assert days(next(each for each in lifecycles(read_history(repo.folder, TODAY)).tasks if each.id.item == "b")) == (
        ("01-01", "", "", "")
    )


def test_tasks_that_differ_in_their_tags_only_are_different_tasks(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " Review #one", " Review #two")})
    repo.commit("2025-01-02", {"a.md": item("doing", " Review #two", "xReview #one ✅ 2025-01-02")})
    assert tasks(repo) == {
        "Review #one ✅ 2025-01-02": ("01-01", "01-02", "01-02", ""),
        "Review #two": ("01-01", "", "", ""),
    }


RECURRING = (
    ("Water 🔁 every week 📅 2025-01-14", "Water 🔁 every week 📅 2025-01-21"),
    ("Water [repeat:: every week] [due:: 2025-01-14]", "Water [repeat:: every week] [due:: 2025-01-21]"),
    ("Water due:2025-01-14 rec:1w", "Water due:2025-01-21 rec:1w"),
    ("Water 🔁 every week", "Water 🔁 every week"),
)


@pytest.mark.parametrize(("old", "new"), RECURRING)
def test_of_a_recurring_task_the_ticked_line_takes_the_past(repo: Repo, old: str, new: str) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", f" {old}")})
    ticked = f"{old} ✅ 2025-01-15"
    repo.commit("2025-01-16", {"a.md": item("doing", f" {new}", f"x{ticked}")})
    assert tasks(repo) == {ticked: ("01-01", "01-15", "01-15", ""), new: ("01-16", "", "", "")}


def test_a_day_in_the_future_is_a_mistake_and_the_commit_counts(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " Go")})
    repo.commit("2025-01-03", {"a.md": item("doing", "xGo ✅ 2025-03-03")})
    assert tasks(repo, date(2025, 2, 1)) == {"Go ✅ 2025-03-03": ("01-01", "01-03", "01-03", "")}


def test_an_open_task_is_not_finished_whatever_its_text_says(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " Go")})
    repo.commit("2025-01-03", {"a.md": item("doing", " Go ✅ 2025-01-02")})
    assert tasks(repo) == {"Go ✅ 2025-01-02": ("01-01", "", "", "")}


def test_what_was_done_before_the_history_begins_has_the_day_in_its_text(repo: Repo) -> None:
    repo.commit("2025-03-01", {"a.md": item("doing", "xGo ✅ 2025-01-02", "xStay")})
    assert tasks(repo) == {"Go ✅ 2025-01-02": ("01-02", "", "01-02", ""), "Stay": ("03-01", "", "", "")}


def test_weeks_and_the_burn_up_count_a_task_on_the_day_in_its_text(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("doing", " One", " Two")})
    repo.commit("2025-01-20", {"a.md": item("doing", "xOne ✅ 2025-01-07", " Two", "xThree ✅ 2025-01-09")})
    history = read_history(repo.folder, date(2025, 1, 27))
    found = lifecycles(history).tasks
    assert [
        (str(each.monday), each.finished, each.added) for each in weeks(found, date(2025, 1, 1), history.today)
    ] == [
        ("2025-01-06", 2, 1),
        ("2025-01-13", 0, 0),
        ("2025-01-20", 0, 0),
    ]
    assert [(str(day), done, total) for day, done, total in burn_up(history, found).levels] == [
        ("2025-01-01", 0, 2),
        ("2025-01-07", 1, 2),
        ("2025-01-09", 2, 3),
        ("2025-01-27", 2, 3),
    ]


def test_tasks_are_matched_by_what_is_left_without_marks() -> None:
    assert task_identity("~~Pay rent~~ ✅ 2025-03-01") == "Pay rent"
    assert task_identity("#a #b") == "#a #b"
    gone = dict.fromkeys((TaskId("a", "write it"), TaskId("b", "write it 📅 2025-01-01")), "planned")
    new = dict.fromkeys((TaskId("a", "write it ✅ 2025-01-02"), TaskId("b", "write it")), "planned")
    assert {one.item: other.item for one, other in matched_tasks(gone, new, {}).items()} == {"a": "a", "b": "b"}
