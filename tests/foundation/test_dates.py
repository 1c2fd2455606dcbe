"""Dates are as precise as they were written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milemark.foundation.dates import PartialDate, days_late, parse_date, periods, quarter_of

ACCEPTED = (
    ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
    ("2025-Q1", "quarter", date(2025, 1, 1), date(2025, 3, 31)),
    ("2025-Q4", "quarter", date(2025, 10, 1), date(2025, 12, 31)),
    ("2025-02", "month", date(2025, 2, 1), date(2025, 2, 28)),
    ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
    ("2025-12", "month", date(2025, 12, 1), date(2025, 12, 31)),
    ("9999-12", "month", date(9999, 12, 1), date(9999, 12, 31)),
    ("9999-Q4", "quarter", date(9999, 10, 1), date(9999, 12, 31)),
    ("2025-W01", "week", date(2024, 12, 30), date(2025, 1, 5)),
    ("2020-W53", "week", date(2020, 12, 28), date(2021, 1, 3)),
    ("2025-02-14", "day", date(2025, 2, 14), date(2025, 2, 14)),
    (" 2025-02-14 ", "day", date(2025, 2, 14), date(2025, 2, 14)),
    ("2025-02-14T23:30:00+09:00", "day", date(2025, 2, 14), date(2025, 2, 14)),
    ("2025-02-14 23:30", "day", date(2025, 2, 14), date(2025, 2, 14)),
)
REFUSED = (
    "",
    "soon",
    "25",
    "2025-13",
    "2025-00",
    "2025-02-30",
    "2025-30-01",
    "2023-02-29",
    "0000-00-00",
    "2025-Q0",
    "2025-Q5",
    "2025-W00",
    "2025-W53",  # 2025 has 52 weeks
    "2025-1-1",
    "2025.03.01",
    "2025/03/01",
    "25-03-01",
    "2025년 3월 1일",
    "２０２５-03-01",
    "2025-03-01x",
)


@pytest.mark.parametrize(("text", "precision", "first", "last"), ACCEPTED)
def test_a_date_means_the_whole_period_that_was_written(text: str, precision: str, first: date, last: date) -> None:
    found = parse_date(text)
    assert found is not None
    assert (found.precision, found.first, found.last) == (precision, first, last)


@pytest.mark.parametrize("text", REFUSED)
def test_a_day_that_no_calendar_has_is_not_a_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text() | st.from_regex(r"\d{4}(-(W|Q)?\d{1,2}){0,2}([T ]\d\d:\d\d)?"))
@example("9999-12")
@example("9999-W52")
@example("9999-Q4")
@example("0000")
@example("²025")
@settings(deadline=None)
def test_any_text_is_no_date_or_a_period_that_begins_before_it_ends(text: str) -> None:
    found = parse_date(text)
    if found:
        assert found.first <= found.last
        assert parse_date(found.text) == found


@given(st.dates())
@settings(deadline=None)
def test_every_day_of_the_calendar_can_be_written(day: date) -> None:
    found = parse_date(day.isoformat())
    assert found is not None
    assert (found.first, found.last, str(found)) == (day, day, day.isoformat())


CONTAINING = (
    ("2025-02-14", "day", "2025-02-14"),
    ("2025-02-14", "week", "2025-W07"),
    ("2024-12-30", "week", "2025-W01"),
    ("2025-02-14", "month", "2025-02"),
    ("2025-03-31", "quarter", "2025-Q1"),
    ("2025-04-01", "quarter", "2025-Q2"),
    ("2025-12-31", "year", "2025"),
    ("0001-01-01", "year", "0001"),
    ("9999-12-31", "quarter", "9999-Q4"),
)


@pytest.mark.parametrize(("day", "precision", "period"), CONTAINING)
def test_a_day_lies_in_one_period_of_each_precision(day: str, precision: str, period: str) -> None:
    assert PartialDate.containing(date.fromisoformat(day), precision) == parse_date(period)


@given(st.dates(), st.sampled_from(["day", "week", "month", "quarter", "year"]))
@example(date.max, "week")
@example(date.min, "week")
def test_a_period_holds_its_day(day: date, precision: str) -> None:
    period = PartialDate.containing(day, precision)
    assert period.first <= day <= period.last
    assert parse_date(period.text) == period


@pytest.mark.parametrize(
    ("first", "last", "precision", "texts"),
    [
        ("2024-11-05", "2025-02-01", "month", ["2024-11", "2024-12", "2025-01", "2025-02"]),
        ("2024-12-31", "2025-04-01", "quarter", ["2024-Q4", "2025-Q1", "2025-Q2"]),
        ("2025-02-14", "2025-02-14", "year", ["2025"]),
        ("9999-01-01", "9999-12-31", "quarter", ["9999-Q1", "9999-Q2", "9999-Q3", "9999-Q4"]),
    ],
)
def test_periods_between_two_days(first: str, last: str, precision: str, texts: list[str]) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert [period.text for period in periods(*days, precision)] == texts


def test_quarter_of_each_month() -> None:
    assert [quarter_of(date(2025, month, 1)) for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]


def test_days_late_are_never_negative() -> None:
    due = date(2025, 2, 14)
    assert [days_late(due, date(2025, 2, day)) for day in (1, 14, 15, 28)] == [0, 0, 1, 14]
