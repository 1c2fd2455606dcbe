"""The timeline as a picture: what has a date stands where it belongs, however many, short, long or far away."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.output.site.gantt import Chart, GanttBar, chart
from milemark.roadmap.load import load
from milemark.roadmap.metrics.critical_path import critical_path
from milemark.roadmap.model import Roadmap
from support import cpu_within

DECLARED = """\
statuses: {planned: planned, active: active, done: done, dropped: dropped}
collections: {items: {}, milestones: {role: milestone}, tracks: {role: track}}
"""
TODAY = date(2025, 1, 12)


def roadmap_of(today: date = TODAY, /, **fronts: str) -> Roadmap:
    files = {
        f"{name.replace('__', '/')}.md": f"---\ntitle: T\n{front.replace('; ', chr(10))}\n---\n".encode()
        for name, front in fronts.items()
    }
    return load({"roadmap.yml": DECLARED.encode(), **files}, today).roadmap


def chart_of(today: date = TODAY, /, **fronts: str) -> Chart:
    found = chart(roadmap_of(today, **fronts))
    assert found
    return found


def bars_of(found: Chart) -> dict[str, GanttBar]:
    return {bar.item.id: bar for lane in found.lanes for bar in lane.bars}


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("start: 2025-01-01; due: 2025-03-31", (0, 100)),
        ("start: 2025-02", (34.44, 31.12)),
        ("due: 2025-Q1", (0, 100)),
        ("start: 2025-01-28; due: 2025-01-28", (30, 1.11)),
        ("start: 2025-03-31; due: 2025-03-01", (98.89, 1.11)),  # ends before it starts: a finding, and one day here
    ],
)
def test_a_bar_covers_its_days(front: str, expected: tuple[float, float]) -> None:
    bar = bars_of(chart_of(items__a=front, items__b="due: 2025-Q1"))["a"]
    assert (bar.left, bar.width) == expected


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("start: 2025-01-01; due: 2025-03-31; finished: 2025-01-09", (0, 10)),
        ("start: 2025-01-01; finished: 2025-01-09", (0, 10)),
        ("finished: 2025-01-01", (0, 1.11)),
        ("due: 2025-03; finished: 2025-01-01", (0, 1.11)),
        ("start: 2025-01-01; due: 2025-01-02; finished: 2025-01-09", (0, 10)),
        ("start: 2025-01-01; finished: 2025-01", (0, 13.33)),  # until the day of the roadmap
        ("start: 2025-01-01; due: 2025-01-09", (0, 10)),
    ],
)
def test_a_done_bar_ends_when_it_was_finished(front: str, expected: tuple[float, float]) -> None:
    fronts = {"items__a": f"status: done; {front}", "items__b": "due: 2025-Q1"}
    bar = bars_of(chart_of(**fronts))["a"]
    assert (bar.left, bar.width) == expected


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("start: 2025-01-01; due: 2025-03-31", (0, 100, 0)),
        ("start: 2025-01-01; due: 2025-01-09", (0, 13.33, 3.33)),  # open: late until the day of the roadmap
        ("due: 2024", (0, 82.89, 2.63)),
        ("status: done; start: 2025-01-01; due: 2025-01-02; finished: 2025-01-09", (0, 10, 7.78)),
        ("status: done; start: 2025-01-01; due: 2025-01-09; finished: 2025-01-09", (0, 10, 0)),
        ("status: done; start: 2025-01-01; due: 2025-03", (0, 8.89, 0)),  # finished on January 8, as git knows
        ("status: done; start: 2025-02; due: 2025-03", (7.78, 1.11, 0)),  # before it was due to start
    ],
)
def test_the_part_of_a_bar_after_its_due_day_is_late(front: str, expected: tuple[float, float, float]) -> None:
    roadmap = roadmap_of(items__a=front, items__b="start: 2025-01-01; due: 2025-Q1")
    found = chart(roadmap, roadmap.items, {"a": date(2025, 1, 8)})
    assert found
    bar = bars_of(found)["a"]
    assert (bar.left, bar.width, bar.late) == expected


def test_done_work_does_not_end_in_the_future() -> None:
    bars = bars_of(chart_of(items__a="status: done; start: 2025-01-01; due: 2025-03", items__b="due: 2025-Q1"))
    assert bars["a"].right == 13.33  # the day of the roadmap, since its finish is not known


@pytest.mark.parametrize(
    ("fronts", "expected"),
    [
        ({"a": "due: 2025-02-03"}, ("2025-01-01", "2025-03-31")),
        ({"a": "start: 2024-12-31; due: 2025-04-01"}, ("2024-10-01", "2025-06-30")),
        ({"a": "due: 2025-04"}, ("2025-01-01", "2025-06-30")),  # the day of the roadmap is near enough to be shown
        ({"a": "due: 2025-11"}, ("2025-10-01", "2025-12-31")),  # and here it is not
        ({"a": "start: 1999; due: 2060"}, ("2024-01-01", "2027-03-31")),
        (
            {"a": "due: 2019-02; status: done", "b": "due: 2010; status: done"},
            ("2017-01-01", "2019-03-31"),
        ),  # all over: how it ended
        ({"a": "due: 2031-02", "b": "due: 2060"}, ("2031-01-01", "2033-03-31")),  # all far away: how it begins
        ({"a": "due: 0001; status: done"}, ("0001-01-01", "0001-12-31")),
        ({"a": "due: 9999"}, ("9999-01-01", "9999-12-31")),
        ({"a": "due: 9999-12"}, ("9999-10-01", "9999-12-31")),
    ],
)
def test_the_chart_shows_whole_quarters_near_the_day_of_the_roadmap(
    fronts: dict[str, str], expected: tuple[str, str]
) -> None:
    found = chart_of(**{f"items__{name}": front for name, front in fronts.items()})
    assert (found.first.isoformat(), found.last.isoformat()) == expected


def test_bars_longer_than_the_chart_are_marked_where_they_are_cut() -> None:
    bars = bars_of(chart_of(items__a="start: 1999; due: 2060", items__b="start: 1999; due: 2025-02"))
    assert {id_: (bar.is_cut_left, bar.is_cut_right) for id_, bar in bars.items()} == {
        "a": (True, True),
        "b": (True, False),
    }
    assert (bars["a"].left, bars["a"].width) == (0, 100)


def test_what_lies_beyond_the_chart_is_listed_apart() -> None:
    found = chart_of(items__a="due: 2025-02", items__b="due: 1999; status: done", items__c="due: 2060", items__d="")
    assert [item.id for item in found.outside] == ["b", "c"]
    assert list(bars_of(found)) == ["a"]


@pytest.mark.parametrize("fronts", [{}, {"items__a": ""}, {"items__a": "due: 2025; status: dropped"}])
def test_there_is_no_chart_without_dates(fronts: dict[str, str]) -> None:
    assert chart(roadmap_of(**fronts)) is None


def test_tracks_are_lanes_in_their_order_and_rows_do_not_overlap() -> None:
    found = chart_of(
        tracks__a="order: 2",
        tracks__b="order: 1",
        items__a1="track: a; due: 2025-02",
        items__b2="track: b; due: 2025-03",
        items__b1="track: b; due: 2025-01",
        items__b3="parent: b1; due: 2025-04",  # a part stands in the lane of what it is a part of
        items__c1="due: 2025-01",
    )
    lanes = [(lane.track.id if lane.track else "", [bar.item.id for bar in lane.bars]) for lane in found.lanes]
    assert lanes == [("b", ["b1", "b2", "b3"]), ("a", ["a1"]), ("", ["c1"])]
    rows = [row for lane in found.lanes for row in (lane.row, *(bar.row for bar in lane.bars))]
    assert rows == [*range(found.rows)]


def test_without_tracks_no_row_is_lost_to_headings() -> None:
    found = chart_of(items__a="due: 2025-01", items__b="due: 2025-02")
    assert found.rows == 2
    assert [bar.row for bar in bars_of(found).values()] == [0, 1]


def test_ticks_cover_the_chart_without_gaps() -> None:
    found = chart_of(items__a="start: 2024-11; due: 2025-05")
    assert [str(tick.when) for tick in found.years] == ["2024", "2025"]
    assert [str(tick.when) for tick in found.quarters] == ["2024-Q4", "2025-Q1", "2025-Q2"]
    assert [str(tick.when) for tick in found.months][:4] == ["2024-10", "2024-11", "2024-12", "2025-01"]
    for ticks in (found.years, found.quarters, found.months):
        edges = [tick.left for tick in ticks] + [100]
        assert [round(tick.left + tick.width, 2) for tick in ticks] == edges[1:]


def test_a_long_chart_has_no_ticks_for_months() -> None:
    assert chart_of(items__a="start: 2024; due: 2028").months == ()


@pytest.mark.parametrize(
    ("today", "expected"), [(date(2025, 1, 1), 0), (date(2025, 2, 15), 50), (date(2025, 12, 31), None)]
)
def test_the_day_of_the_roadmap_has_its_place(today: date, expected: float | None) -> None:
    assert chart_of(today, items__a="start: 2025-01-01; finished: 2025-03-31; status: done").day == expected


def test_a_dependency_leads_from_the_end_of_one_bar_to_the_beginning_of_the_other() -> None:
    found = chart_of(
        items__a="start: 2025-01; due: 2025-01", items__b="start: 2025-03; due: 2025-03; depends_on: [a, b, c]"
    )
    (link,) = found.links
    one, other = bars_of(found)["a"], bars_of(found)["b"]
    assert link.points[0][0] == one.end
    assert link.points[-1][0] == other.left


@pytest.mark.parametrize("needed", ["start: 2025-01; due: 2025-03", "start: 2025-03; due: 2025-03"])
def test_a_dependency_that_begins_too_early_leads_back_between_rows(needed: str) -> None:
    found = chart_of(items__a=needed, items__b="start: 2025-01; due: 2025-02; depends_on: [a]")
    (link,) = found.links
    assert all(0 <= x <= 100 and 0 <= y <= found.rows for x, y in link.points)
    assert float(link.points[2][1]).is_integer()
    for (x1, y1), (x2, y2) in zip(link.points, link.points[1:], strict=False):
        assert x1 == x2 or y1 == y2


_DAYS = st.dates(date(2024, 10, 1), date(2025, 6, 30))


@settings(deadline=None)
@given(st.lists(st.tuples(_DAYS, _DAYS, st.booleans(), st.sets(st.integers(0, 7))), min_size=2, max_size=8))
def test_no_dependency_crosses_the_bar_of_another_item(items: list[tuple[date, date, bool, set[int]]]) -> None:
    fronts = {
        f"items__i{n}": f"start: {min(one, other)}; due: {max(one, other)}; status: {'done' if is_done else 'planned'}"
        f"; depends_on: [{', '.join(f'i{each}' for each in needed if each < len(items) and each != n)}]"
        for n, (one, other, is_done, needed) in enumerate(items)
    }
    found = chart_of(**fronts)
    for link in found.links:
        for (x1, y1), (x2, y2) in pairwise(link.points):
            assert x1 == x2 or y1 == y2
            for bar in bars_of(found).values():
                is_in_row = min(y1, y2) < bar.row + 0.8 and max(y1, y2) > bar.row + 0.64
                is_foreign = bar.item not in (link.source, link.target)
                assert not (is_foreign and is_in_row and max(x1, x2) > bar.left and min(x1, x2) < bar.right)


def test_a_dependency_whose_end_is_beyond_the_chart_is_not_drawn() -> None:
    found = chart_of(items__a="start: 2025-01; due: 2060", items__b="start: 2025-03; due: 2060; depends_on: [a]")
    assert found.links == ()


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("due: 2025-03", 82.78),
        ("due: 2025-03-31", 99.44),
        ("start: 2025-01; due: 2025-03", 82.78),  # its start says nothing of a milestone
        ("start: 2025-03", 82.78),
        ("due: 2025-Q1", 50),
    ],
)
def test_a_milestone_stands_in_the_middle_of_what_is_known_of_its_day(front: str, expected: float) -> None:
    found = chart_of(items__a="due: 2025-01", milestones__m=f"{front}; depends_on: [a]")
    milestone = bars_of(found)["m"]
    assert milestone.end == pytest.approx(expected, abs=0.02)
    assert milestone.left < milestone.end < milestone.left + milestone.width
    (link,) = found.links
    assert link.points[-1][0] == milestone.end


@pytest.mark.parametrize(
    ("fronts", "expected"),
    [
        ({"a": "due: 2025-01", "b": "due: 2025-02"}, ()),
        ({"a": "due: 2025-01", "b": "due: 2025-02; depends_on: [a]"}, ("a", "b")),
        ({"a": "due: 2025-01; status: done", "b": "due: 2025-02; depends_on: [a]"}, ()),
        (
            {"a": "due: 2025-01-01", "b": "due: 2025-02", "c": "due: 2025-03; depends_on: [a, b]"},
            ("b", "c"),
        ),
        # The longest chain of days, not the one of the most items.
        (
            {
                "a": "due: 2025-01-01",
                "b": "due: 2025-01-02; depends_on: [a]",
                "c": "due: 2025-01-03; depends_on: [b]",
                "d": "due: 2025-02",
                "e": "due: 2025-03; depends_on: [d]",
            },
            ("d", "e"),
        ),
        # What runs in a circle is left out, and so is what waits for it.
        (
            {
                "a": "due: 2025; depends_on: [b]",
                "b": "due: 2025; depends_on: [a]",
                "c": "due: 2025; depends_on: [b]",
                "d": "due: 2025-01",
                "e": "due: 2025-02; depends_on: [d]",
            },
            ("d", "e"),
        ),
    ],
)
def test_the_critical_path_is_the_chain_that_takes_the_most_days(
    fronts: dict[str, str], expected: tuple[str, ...]
) -> None:
    roadmap = roadmap_of(**{f"items__{name}": front for name, front in fronts.items()})
    assert critical_path(roadmap.items) == expected


def test_only_the_links_of_the_critical_path_are_critical() -> None:
    found = chart_of(
        items__a="due: 2025-01", items__b="due: 2025-02; depends_on: [a]", items__c="due: 2025-03; depends_on: [a, b]"
    )
    assert [item.id for item in found.critical] == ["a", "b", "c"]
    assert {(link.source.id, link.target.id) for link in found.links if link.is_critical} == {("a", "b"), ("b", "c")}


def test_a_chain_of_ten_thousand_is_followed_in_no_time() -> None:
    chain = {f"items__i{n:05d}": f"due: 2025-01-01; depends_on: [i{n - 1:05d}]" for n in range(1, 10_000)}
    roadmap = roadmap_of(items__i00000="due: 2025-01-01", **chain)
    with cpu_within(10):
        assert len(critical_path(roadmap.items)) == 10_000
