"""A plan is simulated from past weeks: in its order, at its pace, the same each time, and as often right as it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up import FIRST, PACES, as_known, made_up
from milemark.history.pace import events
from milemark.history.reliability import ForecastOutcome, reliability
from milemark.history.simulation import FARTHEST, NEVER, Pace, Work, WorkPlan, simulate
from support import cpu_within

AGES = 9
TWO_A_WEEK = Pace(((2,) * AGES,) * 10, ((0,) * AGES,) * 10, 20)


def work(id_: str, size: float, *needs: str, stream: str | None = "") -> Work:
    return Work(id_, (size,), needs, stream)


def weeks(plan: WorkPlan) -> dict[str, float]:
    """Return the end of each work in a plan that leaves nothing to chance."""
    found = simulate(plan, 5)
    assert all(len(set(ends)) == 1 for ends in found.values())
    return {id_: ends[0] for id_, ends in found.items()}


@pytest.mark.parametrize(
    ("works", "limit", "expected"),
    [
        ([work("a", 4), work("b", 2)], 1, {"a": 2, "b": 3}),
        ([work("a", 4), work("b", 2)], 2, {"a": 3, "b": 2}),
        ([work("a", 4), work("b", 2, "a"), work("c", 2)], 2, {"a": 3, "c": 2, "b": 4}),
        ([work("a", 4), work("whole", 0, "a", stream=None)], 1, {"a": 2, "whole": 2}),
        ([work("a", 0), work("b", 1)], 1, {"a": 0, "b": 0.5}),
        ([work("a", 2 * FARTHEST), work("b", 1)], 1, {"a": FARTHEST, "b": NEVER}),
        ([work("a", 4, stream="slow"), work("b", 2, "a")], 1, {"a": 4, "b": 4}),
    ],
    ids=["in order", "side by side", "after what it needs", "a sum", "nothing left", "too far", "of another stream"],
)
def test_works_end_in_their_order_at_the_pace(works: list[Work], limit: int, expected: dict[str, float]) -> None:
    slow = Pace(((1,) * AGES,) * 10, ((0,) * AGES,) * 10, 20)
    assert weeks(WorkPlan(tuple(works), {"": TWO_A_WEEK, "slow": slow}, limit)) == expected


def test_a_growing_scope_delays_the_last_work_most() -> None:
    grows = Pace(((2,) * AGES,) * 10, ((1,) * AGES,) * 10, 20)
    found = weeks(WorkPlan((work("a", 2), work("b", 18)), {"": grows}))
    assert 1 <= found["a"] < 1.2
    assert 18 < found["b"] < 20


def test_work_on_items_that_are_new_by_then_does_not_count() -> None:
    """Half of each week went to items of the same month: the plan of today gets less and less of it."""
    week = (2.0, 2.0, 2.0, 1.0, *(1.0,) * 5)
    found = weeks(WorkPlan((work("a", 6), work("b", 6)), {"": Pace((week,) * 10, ((0,) * AGES,) * 10, 12)}))
    assert found == {"a": 3, "b": 9}


def test_days_away_and_more_hours_move_the_same_weeks() -> None:
    works = (work("a", 4),)
    assert weeks(WorkPlan(works, {"": TWO_A_WEEK}, idle={0: 1, 1: 0.5})) == {"a": 3.5}
    assert weeks(WorkPlan(works, {"": TWO_A_WEEK}, factor=2)) == {"a": 1}


UNEVEN = Pace(tuple((n,) * AGES for n in (0, 6, 0, 0, 8, 1, 0, 5)), ((0,) * AGES,) * 8, 40)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 8), min_size=2, max_size=8), st.integers(0, 7), st.integers(1, 3))
def test_dropping_a_work_delays_nothing(sizes: list[int], dropped: int, limit: int) -> None:
    """The same weeks and sizes are drawn before and after, so that every run is at least as early."""
    works = [work(f"w{n}", size) for n, size in enumerate(sizes)]
    less = [each for n, each in enumerate(works) if n != dropped % len(works)]
    before, after = (simulate(WorkPlan(tuple(each), {"": UNEVEN}, 1), 40) for each in (works, less))
    assert all(
        late <= early + 1e-9 for each in less for late, early in zip(after[each.id], before[each.id], strict=True)
    )
    assert before == simulate(WorkPlan(tuple(works), {"": UNEVEN}, 1), 40)
    assert simulate(WorkPlan(tuple(works), {"": UNEVEN}, limit), 40).keys() == before.keys()


def test_drawn_sizes_spread_the_ends() -> None:
    ends = simulate(WorkPlan((Work("a", (1, 20), (), ""),), {"": TWO_A_WEEK}))["a"]
    assert (min(ends), max(ends)) == (0.5, 10)
    assert 0.3 < sum(end < 1 for end in ends) / len(ends) < 0.7


def test_a_thousand_items_take_a_second_or_two() -> None:
    works = tuple(Work(f"w{n}", (1, 2, 3), (), "") for n in range(1000))
    with cpu_within(6):
        simulate(WorkPlan(works, {"": UNEVEN}))


# How often it is right.


def test_without_earlier_forecasts_the_runs_are_the_chance() -> None:
    ends = [1.0, 2.0, 3.0, 4.0]
    assert [reliability([]).chance(ends, week) for week in (0, 2, 9)] == [0, 50, 100]
    assert [reliability([]).weeks(ends, level) for level in (50, 85)] == [2, 4]


def test_earlier_forecasts_that_came_true_late_make_later_days() -> None:
    ends = [float(week) for week in range(1, 101)]
    late = reliability([ForecastOutcome(0.95, is_done=True)] * 60)
    assert late.weeks(ends, 85) == 95
    assert late.chance(ends, 85) < 40


def test_items_that_are_never_done_take_the_day_away() -> None:
    ends = [float(week) for week in range(1, 101)]
    never = reliability([ForecastOutcome(1, is_done=False)] * 400)
    assert never.weeks(ends, 85) is None
    assert never.chance(ends, 100) < 10


@pytest.mark.slow
@pytest.mark.parametrize("kind", PACES)
def test_of_made_up_histories_85_in_100_keep_their_85_percent_day(kind: str) -> None:
    count = kept = 0
    day = FIRST + timedelta(weeks=60)
    for seed in range(50):
        items = made_up(kind, seed)
        known, open_ = as_known(items, day)
        pace = events(known, FIRST - timedelta(days=1)).pace(day, sum(open_.values()))
        ends = simulate(WorkPlan(tuple(work(id_, size) for id_, size in open_.items()), {"": pace}), 100)
        finished = {item.id: item.finished for item in items}
        for id_, own in ends.items():
            sure, end = reliability([]).weeks(own, 85), finished[id_]
            if sure is not None and sure <= FARTHEST:
                count += 1
                kept += end is not None and end <= day + timedelta(weeks=sure)
    assert count > 400
    assert 78 <= 100 * kept / count <= 92
