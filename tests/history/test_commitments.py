"""Planned against actual: the commitments of each quarter, their outcomes, and moved due dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milemark.app.project import read_project
from milemark.history.commitments import Outcome, QuarterOutcome, quarter_outcomes
from milemark.history.lifecycle import lifecycles
from milemark.history.read import read_history
from milemark.history.slippage import Slippage, SlippageChart, slippage
from repositories import Repo, item, repository

TODAY = date(2025, 8, 10)
Q1, Q2 = "2025-03-20", "2025-06-20"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return repository(tmp_path / "project")


def quarters(repo: Repo) -> dict[str, QuarterOutcome]:
    history = read_history(repo.folder, TODAY).until(TODAY)
    roadmap = read_project(repo.folder, TODAY).loaded.roadmap
    found = quarter_outcomes(roadmap, lifecycles(history), history.line[0].day, TODAY)
    assert [each.when.text for each in found] == sorted((each.when.text for each in found), reverse=True)
    return {each.when.text: each for each in found}


def moved(repo: Repo) -> SlippageChart | None:
    history = read_history(repo.folder, TODAY).until(TODAY)
    return slippage(read_project(repo.folder, TODAY).loaded.roadmap, lifecycles(history))


def outcomes(quarter: QuarterOutcome) -> dict[str, str]:
    return {each.item.id: each.outcome for each in quarter.commitments}


# What an item due in the second quarter says in that quarter, and after it; None deletes it.
BECAME: dict[str, tuple[str | None, str | None, Outcome]] = {
    "in-time": (item("done", due=Q2), item("done", due=Q2), Outcome.IN_QUARTER),
    "written-later": (item("doing", due=Q2), item("done", due=Q2, finished="2025-06-29"), Outcome.IN_QUARTER),
    "later": (item("doing", due=Q2), item("done", due=Q2), Outcome.LATER),
    "within": (item("doing", due="2025-06-30"), item("done", due="2025-06-30"), Outcome.LATER),
    "moved": (item("doing", due="2025-09"), item("done", due="2025-09"), Outcome.MOVED),
    "earlier": (item("doing", due=Q1), item("doing", due=Q1), Outcome.MOVED),
    "undated": (item("doing"), item("doing"), Outcome.MOVED),
    "dropped": (item("dropped", due=Q2), item("dropped", due=Q2), Outcome.DROPPED),
    "given-up": (item("doing", due=Q2), item("dropped", due=Q2), Outcome.DROPPED),
    "reopened": (item("done", due=Q2), item("doing", due=Q2), Outcome.OPEN),
    "open": (item("doing", due=Q2), item("doing", due="2025-12"), Outcome.OPEN),
}


@pytest.mark.parametrize("name", BECAME)
@pytest.mark.parametrize("folder", ["projects", "milestones"])
def test_outcome_of_a_commitment(repo: Repo, name: str, folder: str) -> None:
    path, (inside, after, expected) = f"{folder}/{name}.md", BECAME[name]
    repo.commit("2025-02-01", {path: item("planned", due=Q2)})
    repo.commit("2025-05-01", {path: inside}, "--allow-empty")
    repo.commit("2025-07-15", {path: after}, "--allow-empty")
    assert outcomes(quarters(repo)["2025-Q2"]) == {name: expected}


def test_a_commitment_finished_in_the_current_quarter_is_in_time(repo: Repo) -> None:
    repo.commit("2025-07-15", {"projects/a.md": item("planned", due="2025-Q3")})
    repo.commit("2025-07-16", {"projects/a.md": item("done", due="2025-Q3", finished="2025-Q3")})
    assert outcomes(quarters(repo)["2025-Q3"]) == {"a": Outcome.IN_QUARTER}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"status": "done", "due": Q2}, {"status": "done", "due": Q2}),  # was done already
        ({"status": "planned", "due": "2025-Q3"}, {"status": "planned", "due": Q2}),  # came into the quarter afterwards
        ({"status": "planned", "due": Q1}, {"status": "done", "due": Q1}),  # had been due before
        ({"status": "planned"}, {"status": "done"}),
    ],
)
def test_items_that_are_no_commitments(repo: Repo, first: dict[str, str], second: dict[str, str]) -> None:
    other = {"projects/kept.md": item("planned", due=Q2)}
    repo.commit("2025-02-01", {"projects/a.md": item(**first), **other})
    repo.commit("2025-04-02", {"projects/a.md": item(**second)}, "--allow-empty")
    assert "a" not in outcomes(quarters(repo)["2025-Q2"])


def test_an_item_finished_without_a_commitment_is_unplanned_in_its_quarter(repo: Repo) -> None:
    repo.commit("2025-02-01", {"projects/a.md": item("planned"), "projects/b.md": item("planned", due=Q2)})
    repo.commit("2025-04-02", {"projects/a.md": item("done"), "projects/c.md": item("done")})
    repo.commit("2025-04-03", {"projects/c.md": None})
    quarter = quarters(repo)["2025-Q2"]
    assert ([(each.item.id, str(each.day)) for each in quarter.unplanned], quarter.unplanned_count) == (
        [("a", "2025-04-02")],
        2,
    )


def test_in_the_first_quarter_the_first_day_counts_and_the_last_one_runs(repo: Repo) -> None:
    repo.commit(
        "2025-02-10", {"projects/a.md": item("planned", due=Q1), "projects/c.md": item("planned", due="2025-Q3")}
    )
    repo.commit("2025-02-11", {"projects/b.md": item("planned", due=Q1)})
    found = quarters(repo)
    assert outcomes(found["2025-Q1"]) == {"a": Outcome.OPEN}
    assert [(name, each.is_first, each.is_running) for name, each in found.items()] == [
        ("2025-Q3", False, True),
        ("2025-Q2", False, False),
        ("2025-Q1", True, False),
    ]
    assert outcomes(found["2025-Q3"]) == {"c": Outcome.OPEN}


def test_what_was_deleted_is_counted_and_not_named(repo: Repo) -> None:
    files: dict[str, str | None] = {f"projects/{name}.md": item("planned", due=Q2) for name in "ab"}
    repo.commit("2025-02-01", files)
    repo.commit("2025-05-01", {"projects/a.md": None, "projects/b.md": item("done", due=Q2)})
    repo.commit("2025-07-20", {"projects/b.md": None})
    quarter = quarters(repo)["2025-Q2"]
    assert (quarter.commitments, quarter.counts) == ((), {Outcome.DROPPED: 1, Outcome.IN_QUARTER: 1})


def test_an_item_that_gets_another_file_and_id_keeps_its_commitment(repo: Repo) -> None:
    repo.commit("2025-02-01", {"projects/a.md": item("planned", title="A", due=Q2)})
    repo.commit("2025-05-01", {"projects/a.md": None, "projects/b.md": item("done", title="A", due=Q2)})
    assert outcomes(quarters(repo)["2025-Q2"]) == {"b": Outcome.IN_QUARTER}


def test_without_due_dates_there_are_no_quarters(repo: Repo) -> None:
    repo.commit("2025-02-01", {"projects/a.md": item("planned")})
    repo.commit("2025-04-02", {"projects/a.md": item("done")})
    assert quarters(repo) == {}
    assert moved(repo) is None


# Due dates that moved.


def rows(found: SlippageChart | None) -> list[tuple[str, int, list[tuple[str, str, str]]]]:
    def steps(slip: Slippage) -> list[tuple[str, str, str]]:
        return [(str(each.day)[5:], str(each.before)[5:], str(each.after)[5:]) for each in slip.moves]

    return [(slip.item.id, slip.days, steps(slip)) for slip in (found.moved if found else ())]


def test_the_largest_slip_stands_first_with_each_day_it_moved(repo: Repo) -> None:
    due = {"a": "2025-03-10", "b": "2025-04", "m": "2025-Q2"}
    start = {f"projects/{name}.md": item("planned", due=due[name]) for name in "ab"}
    repo.commit("2025-01-01", {**start, "milestones/m.md": item("planned", due=due["m"])})
    repo.commit("2025-02-01", {"projects/a.md": item("planned", due="2025-03-20"), "projects/b.md": item("planned")})
    repo.commit(
        "2025-02-02",
        {"projects/a.md": item("doing", due="2025-03-15"), "milestones/m.md": item("doing", due="2025-Q3")},
    )
    repo.commit("2025-02-03", {"projects/b.md": item("planned", due="2025-04-10")})
    repo.commit("2025-04-01", {"projects/a.md": item("done", due="2025-04-01")})
    found = moved(repo)
    assert rows(found) == [
        ("m", 92, [("02-02", "06-30", "09-30")]),
        ("a", 5, [("02-01", "03-10", "03-20"), ("02-02", "03-20", "03-15")]),
        ("b", -20, [("02-03", "04-30", "04-10")]),
    ]
    assert found
    assert [found.place(day) for day in (found.first, date(2025, 6, 20), found.last)] == [0, 50.0, 100]


def test_a_date_said_less_precisely_or_moved_back_on_the_same_day_has_not_moved(repo: Repo) -> None:
    repo.commit("2025-01-01", {"a.md": item("planned", due="2025-03-31"), "b.md": item("planned", due="2025-05-01")})
    repo.commit("2025-01-02", {"a.md": item("planned", due="2025-Q1"), "b.md": item("planned", due="2025-06-01")})
    repo.commit("2025-01-02", {"b.md": item("planned", due="2025-05-01")})
    assert moved(repo) is None
