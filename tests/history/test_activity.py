"""What happened day by day: the last year, and where each day stands in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.history.activity import Activity, activity
from milemark.history.lifecycle import Lifecycle, Lifecycles
from milemark.history.matching import TaskId

TODAY = date(2025, 6, 18)  # a Wednesday


def journey(name: str, added: date, started: date | None = None, finished: date | None = None) -> Lifecycle:
    id_, _, text = name.partition("/")
    return Lifecycle(TaskId(id_, text), name, "", added, started, finished)


def test_items_and_tasks_count_on_the_day_something_became_of_them() -> None:
    day = date(2025, 6, 2)
    found = Lifecycles(
        (journey("a", day, day, TODAY), journey("b", day)),
        (journey("a/one", day, TODAY, TODAY), journey("b", day)),  # b has no tasks: it is one itself
        (journey("m", day, None, TODAY),),
    )
    told = activity(found, day, TODAY)
    assert told
    assert [tuple(each) for each in told.days] == [(day, 0, 1, 4), (TODAY, 3, 1, 0)]
    assert (told.monday, told.weeks, told.week(TODAY)) == (date(2025, 6, 2), 3, 2)


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (1000, 4)])
def test_the_more_was_finished_the_larger_is_a_day(count: int, size: int) -> None:
    tasks = tuple(
        journey(f"a/{number}", date(2025, 1, 1), None, TODAY if number < count else None) for number in range(1000)
    )
    told = activity(Lifecycles((), tasks), date(2025, 1, 1), TODAY)
    assert told
    assert [each.size for each in told.days if each.when == TODAY] == ([size] if count else [])


def test_nothing_in_the_last_year_is_no_calendar() -> None:
    found = Lifecycles((journey("a", date(2020, 1, 1), None, date(2099, 1, 1)),), ())
    assert activity(found, date(2020, 1, 1), TODAY) is None


def test_months_are_named_above_the_week_of_their_first_day() -> None:
    told = Activity((), date(2025, 3, 31), TODAY)
    assert [(label.week, label.when.text) for label in told.labels] == [(0, "2025-04"), (4, "2025-05"), (8, "2025-06")]
    assert [label.when.text for label in Activity((), date(2025, 3, 31), date(2025, 5, 1)).labels] == ["2025-04"]


@given(st.dates(), st.dates(), st.lists(st.dates(), max_size=5))
def test_every_day_stands_in_one_of_53_weeks(first: date, today: date, days: list[date]) -> None:
    told = activity(Lifecycles(tuple(journey(f"{n}", day) for n, day in enumerate(days)), ()), first, today)
    if told:
        assert told.monday.weekday() == 0
        assert 1 <= told.weeks <= 53
        assert all(0 <= told.week(each.when) < told.weeks for each in told.days)
        assert all(told.monday <= label.when.first <= today for label in told.labels)
        assert told.monday >= today - timedelta(weeks=53) if today > date(2, 1, 10) else True
