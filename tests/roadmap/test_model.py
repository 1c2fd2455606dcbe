"""Properties of items: the days that count for their dates, and whether they are closed or late."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.roadmap.checks import finished_later
from milemark.roadmap.load import load
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.references import relate
from milemark.roadmap.settings import CLOSED, Settings, Stage

AS_OF = date(2025, 5, 15)
FINISHED = (  # the date as written, and the day that counts on 15 May 2025
    ("2024", "2024-12-31"),
    ("2025", "2025-05-15"),
    ("2026", "2026-01-01"),
    ("2025-Q1", "2025-03-31"),
    ("2025-Q2", "2025-05-15"),
    ("2025-Q3", "2025-07-01"),
    ("2025-04", "2025-04-30"),
    ("2025-05", "2025-05-15"),
    ("2025-06", "2025-06-01"),
    ("2025-W19", "2025-05-11"),
    ("2025-W20", "2025-05-15"),
    ("2025-W21", "2025-05-19"),
    ("2025-05-14", "2025-05-14"),
    ("2025-05-15", "2025-05-15"),
    ("2025-05-16", "2025-05-16"),
)


def item(text: str) -> Item:
    return plan(text).by_id["one"]


def plan(text: str) -> Roadmap:
    return load({"one.md": f"---\ntitle: One\n{text}\n---\n".encode()}, AS_OF).roadmap


@pytest.mark.parametrize(("written", "day"), FINISHED)
def test_a_finish_counts_on_the_last_day_of_its_period_but_not_in_the_future(written: str, day: str) -> None:
    assert str(item(f"status: done\nfinished: {written}").finished_day(AS_OF)) == day


@pytest.mark.parametrize(("written", "day"), FINISHED)
def test_a_finish_is_a_finding_only_if_its_day_is_in_the_future(written: str, day: str) -> None:
    _, references = relate(plan(f"status: done\nfinished: {written}").items)
    findings = list(finished_later(Settings(), references, AS_OF))
    assert bool(findings) is (date.fromisoformat(day) > AS_OF)


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("2025", "2025-12-31"),
        ("2025-Q1", "2025-03-31"),
        ("2025-02", "2025-02-28"),
        ("2025-W07", "2025-02-16"),
        ("2025-02-14", "2025-02-14"),
    ],
)
def test_a_due_date_counts_on_its_last_day(due: str, day: str) -> None:
    assert str(item(f"status: planned\ndue: {due}").due_day) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("status: planned\ndue: 2025-05-01", 14),
        ("status: planned\ndue: 2025-05", 0),
        ("status: planned\ndue: 2025-05-15", 0),
        ("status: planned", 0),
        ("status: done\ndue: 2025-05-01", 0),
        ("status: dropped\ndue: 2025-05-01", 0),
    ],
)
def test_only_an_open_item_is_late(text: str, days: int) -> None:
    assert item(text).days_late(AS_OF) == days


def test_a_stage_is_closed_if_it_is_done_or_dropped() -> None:
    assert {stage for stage in Stage if stage.is_closed} == {Stage.DONE, Stage.DROPPED} == CLOSED
