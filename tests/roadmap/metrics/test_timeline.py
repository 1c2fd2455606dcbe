"""Starts and due dates stand in their quarter and month, as precisely as they were written."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.roadmap.load import load
from milemark.roadmap.metrics.timeline import Timeline, timeline

ROADMAP = """\
statuses: {done: done, active: active}
collections: {items: {}, milestones: {role: milestone}, facts: {role: record}, tracks: {role: track}}
"""


def timeline_of(**fronts: str) -> Timeline:
    files = {
        f"{name.replace('__', '/')}.md": f"---\ntitle: T\n{front.replace('; ', chr(10))}\n---\n".encode()
        for name, front in fronts.items()
    }
    return timeline(load({"roadmap.yml": ROADMAP.encode(), **files}, date(2025, 1, 12)).roadmap)


def events(found: Timeline) -> list[str]:
    return [
        f"{quarter.when} {period.when} {entry.kind} {entry.item.id}"
        for quarter in found.quarters
        for period in quarter.periods
        for entry in period.entries
    ]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("start: 2025-01-15; due: 2025-03-02", ["2025-Q1 2025-01 start a", "2025-Q1 2025-03 due a"]),
        ("start: 2025-01-15; due: 2025-01-31", ["2025-Q1 2025-01 span a"]),
        ("start: 2025-Q1; due: 2025-Q1", ["2025-Q1 2025-Q1 span a"]),
        ("due: 2025-Q2", ["2025-Q2 2025-Q2 due a"]),
        ("due: 2025", ["2025 2025 due a"]),
        # A start means its first day, a due its last: this week reaches over the turn of the year.
        ("start: 2025-W01; due: 2025-W01", ["2024-Q4 2024-12 start a", "2025-Q1 2025-01 due a"]),
        ("start: 0999-12-01", ["0999-Q4 0999-12 start a"]),
        ("status: done; due: 2025-09; finished: 2025-01-10", ["2025-Q1 2025-01 finished a"]),
        ("status: done; finished: 2025", ["2025 2025 finished a"]),
        ("status: done; start: 2025-01; due: 2025-03; finished: 2025-01-10", ["2025-Q1 2025-01 span-finished a"]),
        ("status: done; start: 2024-12-30; due: 2025-03", ["2024-Q4 2024-12 start a", "2025-Q1 2025-03 due a"]),
        ("status: active; due: 2025-03; finished: 2025-01-10", ["2025-Q1 2025-03 due a"]),
        ("tags: [x]", []),
    ],
)
def test_an_item_has_an_entry_at_its_start_and_at_its_due_date(front: str, expected: list[str]) -> None:
    assert events(timeline_of(items__a=front)) == expected


def test_a_milestone_has_one_entry() -> None:
    found = timeline_of(milestones__a="start: 2025-01-01; due: 2025-02-14", milestones__b="start: 2025-03")
    assert events(found) == ["2025-Q1 2025-02 milestone a", "2025-Q1 2025-03 milestone b"]
    found = timeline_of(milestones__a="due: 2025-06; finished: 2025-01-10; status: done")
    assert events(found) == ["2025-Q1 2025-01 milestone a"]


def test_periods_follow_the_calendar_and_a_vague_due_date_follows_its_months() -> None:
    found = timeline_of(
        items__a="due: 2025-10",
        items__b="due: 2025-02",
        items__c="due: 2025-Q1",
        items__d="due: 2025",
        items__e="due: 2024-12",
        items__f="start: 2025",
        items__g="start: 2025-Q1",
    )
    assert [event.split(maxsplit=1)[1] for event in events(found)] == [
        "2024-12 due e",
        "2025 start f",
        "2025-Q1 start g",
        "2025-02 due b",
        "2025-Q1 due c",
        "2025-10 due a",
        "2025 due d",
    ]
    assert [(str(quarter.when), quarter.is_after) for quarter in found.quarters if quarter.when.text == "2025"] == [
        ("2025", False),
        ("2025", True),
    ]
    assert [period.is_after for period in found.quarters[2].periods] == [False, False, True]


@pytest.mark.parametrize("start", ["2025-01-31", "2025-W06", "2025-02", "2025-Q1", "2025"])
@pytest.mark.parametrize("due", ["2025-02-28", "2025-03", "2025-Q1", "2025-Q4", "2025"])
def test_an_item_starts_before_it_ends_however_vague_its_dates_are(start: str, due: str) -> None:
    found = timeline_of(items__a=f"start: {start}; due: {due}", items__b="start: 2025-02; due: 2025-03")
    kinds = [event.split()[2] for event in events(found) if event.endswith(" a")]
    assert kinds in (["start", "due"], ["span"])


def test_entries_of_a_month_are_sorted_by_day() -> None:
    found = timeline_of(items__a="due: 2025-02-20", items__b="start: 2025-02-10", items__c="due: 2025-02")
    assert [event.split()[-1] for event in events(found)] == ["b", "a", "c"]


def test_the_timeline_has_items_and_milestones_and_lists_undated_ones() -> None:
    found = timeline_of(
        items__a="",
        items__b="status: active; finished: 2025-01-10",
        milestones__m="",
        facts__f="due: 2025",
        tracks__t="start: 2025",
    )
    assert events(found) == []
    assert [item.id for item in found.undated] == ["a", "b", "m"]
