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


def lifecycle(name: str, added: date, started: date | None = None, finished: date | None = None) -> Lifecycle:
    id_, _, text = name.partition("/")
    return Lifecycle(TaskId(id_, text), name, "", added, started, finished)


def test_items_and_tasks_count_on_the_day_something_became_of_them() -> None:
    day = date(2025, 6, 2)
    found = Lifecycles(
        (lifecycle("a", day, day, TODAY), lifecycle("b", day)),
        (lifecycle("a/one", day, TODAY, TODAY), lifecycle("b", day)),  # b has no tasks: it is one itself
        (lifecycle("m", day, None, TODAY),),
    )
    calendar = activity(found, day, TODAY)
    assert calendar
    assert [tuple(each) for each in calendar.days] == [(day, 0, 1, 4), (TODAY, 3, 1, 0)]
    assert (calendar.monday, calendar.weeks, calendar.week(TODAY)) == (date(2025, 6, 2), 3, 2)


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4), (1000, 4)])
def test_the_more_was_finished_the_larger_is_a_day(count: int, size: int) -> None:
    tasks = tuple(
        lifecycle(f"a/{number}", date(2025, 1, 1), None, TODAY if number < count else None) for number in range(1000)
    )
    calendar = activity(Lifecycles((), tasks), date(2025, 1, 1), TODAY)
    assert calendar
    assert [each.size for each in calendar.days if each.when == TODAY] == ([size] if count else [])


def test_nothing_in_the_last_year_is_no_calendar() -> None:
    found = Lifecycles((lifecycle("a", date(2020, 1, 1), None, date(2099, 1, 1)),), ())
    assert activity(found, date(2020, 1, 1), TODAY) is None


def test_months_are_named_above_the_week_of_their_first_day() -> None:
    calendar = Activity((), date(2025, 3, 31), TODAY)
    labels = [(label.week, label.when.text) for label in calendar.labels]
    assert labels == [
        (0, "2025-04"),
        (4, "2025-05"),
        (8, "2025-06"),
    ]
    assert [label.when.text for label in Activity((), date(2025, 3, 31), date(2025, 5, 1)).labels] == ["2025-04"]


@given(st.dates(), st.dates(), st.lists(st.dates(), max_size=5))
def test_every_day_stands_in_one_of_53_weeks(first: date, today: date, days: list[date]) -> None:
    calendar = activity(Lifecycles(tuple(lifecycle(f"{n}", day) for n, day in enumerate(days)), ()), first, today)
    if calendar:
        assert calendar.monday.weekday() == 0
        assert 1 <= calendar.weeks <= 53
        assert all(0 <= calendar.week(each.when) < calendar.weeks for each in calendar.days)
        assert all(calendar.monday <= label.when.first <= today for label in calendar.labels)
        assert calendar.monday >= today - timedelta(weeks=53) if today > date(2, 1, 10) else True
