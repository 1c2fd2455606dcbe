"""Forecasts of a roadmap: milestones in the order of their dates, one day for each everywhere, and reasons instead."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from milemark.app.project import read_project
from milemark.history.git import NoHistoryError
from milemark.history.landings import PlanForecast
from milemark.history.lifecycle import lifecycles, weeks
from milemark.history.model import History
from milemark.history.plan_forecast import Forecaster
from milemark.history.read import read_history
from milemark.history.refusal import NOTHING_OPEN, TOO_FEW_BUSY, TOO_FEW_WEEKS, Refusal
from repositories import Repo, item, repository

TODAY = date(2025, 6, 30)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Return a project in which every week two tasks are finished: ten weeks, and ten tasks left."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = repository(tmp_path / "project")
    milestones = {
        "milestones/late.md": "---\ntitle: Late\ndue: 2026-01\n---\n",
        "milestones/soon.md": "---\ntitle: Soon\ndue: 2025-09\n---\n",
        "milestones/empty.md": "---\ntitle: Empty\ndue: 2025-08\n---\n",
    }
    for number in range(11):
        marks = ["x" if task < 2 * number else " " for task in range(30)]
        tasks = [f"{mark}task {task:02}" for task, mark in enumerate(marks)]
        files = {
            "projects/one.md": item("doing", *tasks[:24], milestone="soon"),
            "projects/two.md": item("planned", milestone="late"),
            "projects/part.md": item("planned", *tasks[24:], parent="two"),
        }
        found.commit((date(2025, 4, 14) + timedelta(weeks=number)).isoformat(), {**milestones, **files})
    return found


def forecast(repo: Repo, today: date) -> PlanForecast | Refusal:
    history = read_history(repo.folder, TODAY).until(today)
    return Forecaster(read_project(repo.folder, TODAY).loaded.roadmap, history, today).forecast()


def test_milestones_are_done_in_the_order_of_their_dates(repo: Repo) -> None:
    """Two tasks a week: the four of `soon` come first, the six of `late` after them."""
    found = forecast(repo, TODAY)
    assert isinstance(found, PlanForecast)
    weeks_ahead = {id_: round((each.p50 - TODAY).days / 7) for id_, each in found.by_id.items() if each.p50}
    assert {id_: weeks_ahead[id_] for id_ in ("soon", "late")} == {"soon": 2, "late": 5}


@pytest.mark.parametrize(
    ("change", "today", "expected"),
    [
        ({}, date(2025, 5, 20), Refusal(TOO_FEW_WEEKS, (("weeks", 4), ("needed", 8)))),
        ({}, date(2025, 1, 12), Refusal(TOO_FEW_WEEKS, (("weeks", 0), ("needed", 8)))),  # before the first commit
        (
            {
                "projects/one.md": item("done"),
                "projects/part.md": item("done", parent="two"),
                "projects/two.md": item("done"),
            },
            TODAY,
            Refusal(NOTHING_OPEN),
        ),
    ],
)
def test_a_thin_history_gives_its_reason_instead(
    repo: Repo, change: dict[str, str], today: date, expected: Refusal
) -> None:
    repo.write(change)
    found = forecast(repo, today)
    assert found == expected
    assert expected.message.format(**dict(expected.values))


def test_few_weeks_with_finished_tasks_are_no_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repo = repository(tmp_path / "project")
    for number in range(12):
        mark = "x" if number > 5 else " "
        text = item("doing", f"{mark}one", " two", title=f"A{number}")
        repo.commit((date(2025, 4, 7) + timedelta(weeks=number)).isoformat(), {"projects/a.md": text})
    found = forecast(repo, TODAY)
    assert isinstance(found, Refusal)
    assert (found.message, dict(found.values)["busy"]) == (TOO_FEW_BUSY, 1)


def test_without_a_repository_there_is_no_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "content").mkdir()
    with pytest.raises(NoHistoryError):
        read_history(tmp_path, TODAY)


def test_before_the_first_commit_there_is_nothing_to_tell() -> None:
    assert weeks(lifecycles(History((), TODAY)).tasks, TODAY, TODAY) == ()
