"""Forecasts: the same history gives the same days, a thin one a reason instead, and earlier ones are tested."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.project import read_project
from milemark.history.forecast import (
    FARTHEST,
    GROWS,
    LEVELS,
    NOTHING_OPEN,
    TOO_FEW_BUSY,
    TOO_FEW_WEEKS,
    WINDOW,
    Forecast,
    Refusal,
    backtest,
    forecast,
    percentiles,
    roadmap_forecast,
)
from milemark.history.git import NoHistoryError
from milemark.history.lifecycle import Week, lifecycles, weeks
from milemark.history.model import History
from milemark.history.read import read_history
from repositories import Repo, item, repository
from support import cpu_within

TODAY = date(2025, 6, 30)


def weeks_of(*finished: int, added: int = 0, removed: int = 0) -> list[Week]:
    first = date(2024, 1, 1)
    return [Week(first + timedelta(weeks=number), count, added, removed) for number, count in enumerate(finished)]


def days(found: Forecast | Refusal) -> list[int | None]:
    """Return after how many weeks each level is reached."""
    assert isinstance(found, Forecast)
    return [(day - TODAY).days // 7 if day else None for day in found.days]


# What comes out where it can be said beforehand.


@pytest.mark.parametrize(
    ("history", "remaining", "expected"),
    [
        (weeks_of(*[2] * 10), 20, [10, 10, 10]),
        (weeks_of(*[2] * 10, added=1), 20, [20, 20, 20]),
        (weeks_of(*[2] * 10, added=2, removed=1), 20, [20, 20, 20]),
        (weeks_of(*[5] * 10), 1, [1, 1, 1]),
        (weeks_of(*[1] * 10), FARTHEST, [FARTHEST, FARTHEST, FARTHEST]),
        (weeks_of(*[1] * 10), FARTHEST + 1, [None, None, None]),
        (weeks_of(*[100] * 30, *[1] * WINDOW), 3, [3, 3, 3]),
    ],
)
def test_steady_weeks_leave_nothing_to_chance(history: list[Week], remaining: int, expected: list[int]) -> None:
    assert days(forecast(history, remaining, remaining, TODAY)) == expected


def test_a_part_grows_by_its_share_of_what_is_open() -> None:
    history = weeks_of(*[2] * 10, added=2)
    assert forecast(history, 40, 40, TODAY) == Refusal(GROWS, (("finished", 20), ("added", 20), ("weeks", 10)))
    assert days(forecast(history, 20, 40, TODAY)) == [20, 20, 20]


def test_uneven_weeks_make_the_safer_dates_later() -> None:
    fifty, likely, sure = days(forecast(weeks_of(0, 6, 0, 0, 8, 1, 0, 5, 0, 4), 30, 30, TODAY))
    assert fifty
    assert likely
    assert sure
    assert 10 <= fifty < likely < sure <= 40


def test_a_coin_is_thrown_as_often_as_mathematics_says() -> None:
    """One task is left, and one is finished in every second week: 1 − 1/2ⁿ of the runs end within n weeks."""
    assert percentiles([0, 1], 1)[1:] == (3, 5)


WEEKS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=8, max_size=20)


@settings(max_examples=40, deadline=None)
@given(WEEKS, st.integers(1, 60))
def test_levels_rise_and_more_work_never_ends_sooner(found: list[tuple[int, int]], remaining: int) -> None:
    nets = [finished - added for finished, added in found]
    late = [FARTHEST + 1 if each is None else each for each in percentiles(nets, remaining, 300)]
    assert late == sorted(late)
    more = [FARTHEST + 1 if each is None else each for each in percentiles(nets, remaining * 4, 300)]
    assert all(longer >= shorter for longer, shorter in zip(more, late, strict=True))


# The same every time, and at once.


def test_the_same_history_gives_the_same_days_whatever_chance_did_before() -> None:
    history = weeks_of(0, 6, 0, 0, 8, 1, 0, 5, 0, 4)
    first = forecast(history, 30, 30, TODAY)
    random.seed(1)
    random.random()  # noqa: S311  no secret
    assert forecast(history, 30, 30, TODAY) == first


def test_ten_thousand_runs_of_years_take_seconds_at_most() -> None:
    with cpu_within(10):
        percentiles([1, 0, -1, 1, 0, 1], 150)


# Refusals.


@pytest.mark.parametrize(
    ("history", "remaining", "expected"),
    [
        (weeks_of(*[2] * 10), 0, Refusal(NOTHING_OPEN)),
        (weeks_of(*[2] * 7), 5, Refusal(TOO_FEW_WEEKS, (("weeks", 7), ("needed", 8)))),
        (weeks_of(9, 9, 9, *[0] * 9), 5, Refusal(TOO_FEW_BUSY, (("busy", 3), ("weeks", 12), ("needed", 4)))),
        (
            weeks_of(*[5] * 9, *[0] * WINDOW),
            5,
            Refusal(TOO_FEW_BUSY, (("busy", 0), ("weeks", WINDOW), ("needed", 4))),
        ),
        (weeks_of(*[2] * 8, added=3), 5, Refusal(GROWS, (("finished", 16), ("added", 24), ("weeks", 8)))),
    ],
)
def test_a_thin_history_gives_its_reason_instead(history: list[Week], remaining: int, expected: Refusal) -> None:
    assert forecast(history, remaining, remaining, TODAY) == expected
    assert expected.message.format(**dict(expected.values))


# How earlier forecasts did.


def test_steady_work_kept_every_forecast() -> None:
    found = backtest(weeks_of(*[3] * 20))
    assert (found.count, found.size, [found.share(level) for level in LEVELS]) == (9, 12, [100, 100, 100])


def test_work_that_slows_down_keeps_none() -> None:
    found = backtest(weeks_of(*[9] * 12, *[1] * 40))
    assert found.count
    assert found.share(50) < 30


def test_chance_keeps_about_as_many_as_its_level_says() -> None:
    chance = random.Random(7)  # noqa: S311  no secret
    found = backtest(weeks_of(*(chance.choice([0, 1, 2, 3, 8]) for _ in range(150))))
    assert found.count > 40
    assert 40 <= found.share(50) <= 75
    assert 75 <= found.share(85) <= 97
    assert found.share(95) >= found.share(85)


def test_a_short_history_tests_nothing() -> None:
    assert (backtest([]).count, backtest(weeks_of(1, 2, 3)).count, backtest([]).share(85)) == (0, 0, 0)


# A roadmap's.


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


def test_milestones_are_done_in_the_order_of_their_dates(repo: Repo) -> None:
    today = date(2025, 6, 30)
    history = read_history(repo.folder, today)
    roadmap = read_project(repo.folder, today).loaded.roadmap
    found = roadmap_forecast(roadmap, history, today)
    assert [(each.item.id if each.item else "", each.result) for each in found.targets] == [
        ("", Forecast(10, (today + timedelta(weeks=5),) * 3)),
        ("soon", Forecast(4, (today + timedelta(weeks=2),) * 3)),
        ("late", Forecast(10, (today + timedelta(weeks=5),) * 3)),
    ]
    assert (found.backtest.count, found.backtest.share(85)) == (0, 0)


def test_a_forecast_can_be_made_for_an_earlier_day(repo: Repo) -> None:
    history = read_history(repo.folder, date(2025, 6, 30)).until(date(2025, 6, 16))
    roadmap = read_project(repo.folder, date(2025, 6, 30)).loaded.roadmap
    whole = roadmap_forecast(roadmap, history, date(2025, 6, 16)).targets[0].result
    assert whole == Forecast(12, (date(2025, 6, 16) + timedelta(weeks=6),) * 3)


def test_without_a_repository_there_is_no_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "content").mkdir()
    with pytest.raises(NoHistoryError):
        read_history(tmp_path, TODAY)


def test_before_the_first_commit_there_is_nothing_to_tell() -> None:
    assert weeks(lifecycles(History((), TODAY)).tasks, TODAY, TODAY) == ()
