"""Progress: done, claimed, measured or none; weights, parts and allocations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.roadmap.metrics.progress import Basis, percent, progress_of, rollup, stage_counts, whole
from milemark.roadmap.model import Counts, Roadmap
from milemark.roadmap.settings import Role, Stage
from support import load_texts

ROADMAP = """\
statuses: {planned: planned, active: active, paused: paused, done: done, dropped: dropped}
collections: {tracks: {role: track}, items: {}, milestones: {role: milestone}, facts: {role: record}}
"""
TASKS = "- [x] a\n- [ ] b\n- [ ] c\n- [X] d\n"  # a half


def roadmap_of(**files: str) -> Roadmap:
    """Make a roadmap of files given as `folder__name="field: value | body"`."""
    texts = {"roadmap.yml": ROADMAP}
    for name, text in files.items():
        front, _, body = text.partition(" | ")
        fields = "\n".join(part.strip() for part in front.split(";"))
        texts[f"{name.replace('__', '/')}.md"] = f"---\ntitle: {name}\n{fields}\n---\n{body}\n"
    return load_texts(texts, date(2025, 1, 12)).roadmap


@pytest.mark.parametrize(
    ("text", "value", "basis"),
    [
        ("status: done", 100, Basis.DONE),
        ("status: done; progress: 40 | - [ ] open", 100, Basis.DONE),
        ("status: active; progress: 40", 40, Basis.CLAIMED),
        (f"status: active; progress: 40 | {TASKS}", 40, Basis.CLAIMED),
        (f"status: active; progress: 0 | {TASKS}", 0, Basis.CLAIMED),
        (f"status: active | {TASKS}", 50, Basis.MEASURED),
        (f"status: paused | {TASKS}", 50, Basis.MEASURED),
        ("status: planned | - [ ] a", 0, Basis.MEASURED),
        ("status: active | - [x] a", 100, Basis.MEASURED),
        ("status: active", None, Basis.NONE),
        ("tags: [x]", None, Basis.NONE),
    ],
)
def test_an_items_progress_is_done_else_claimed_else_measured_else_none(
    text: str, value: int | None, basis: Basis
) -> None:
    roadmap = roadmap_of(items__one=text)
    found = progress_of(roadmap, roadmap.by_id["one"])
    assert (found.value, found.basis) == (value, basis)


def test_a_claim_never_hides_what_the_tasks_say() -> None:
    roadmap = roadmap_of(items__one=f"status: active; progress: 90 | {TASKS}")
    found = progress_of(roadmap, roadmap.by_id["one"])
    assert (found.claimed, found.counts) == (Decimal(90), Counts(2, 4))


@pytest.mark.parametrize(
    ("items", "value"),
    [
        ([], None),
        (["status: dropped"], None),
        (["status: dropped; progress: 80", "status: dropped"], None),
        (["status: done"], 100),
        (["status: done", "status: planned"], 50),
        (["status: done", "status: dropped"], 100),
        (["status: active; progress: 30", f"status: active | {TASKS}"], 40),
        (["status: done; weight: 3", "status: active; progress: 20"], 80),
        (["status: done; weight: 0", "status: active; progress: 20"], 20),
        (["status: done; weight: 0", "status: active; weight: 0"], None),
        (["status: done; weight: 0.5", "status: planned; weight: 1.5"], 25),
        (["progress: 10"] * 3, 10),
    ],
)
def test_a_rollup_is_the_weighted_mean_of_items_that_are_not_dropped(items: list[str], value: int | None) -> None:
    roadmap = roadmap_of(**{f"items__i{n}": text for n, text in enumerate(items)})
    assert rollup(roadmap, roadmap.items).value == value
    assert whole(roadmap).value == value


def test_decimals_add_up_exactly() -> None:
    roadmap = roadmap_of(**{f"items__i{n}": "progress: 0.1; weight: 0.1" for n in range(10)})
    found = rollup(roadmap, roadmap.items)
    assert (found.value, found.weight) == (Decimal("0.1"), Decimal(1))


def test_a_part_counts_through_its_parent_only() -> None:
    roadmap = roadmap_of(
        items__parent="status: active | - [ ] own",
        items__part="parent: parent | - [x] one\n- [x] two",
        items__part_of_part="parent: part | - [x] three",
        items__dropped="parent: parent; status: dropped | - [ ] never\n- [ ] never",
    )
    found = rollup(roadmap, roadmap.items)
    assert (found.value, found.counts) == (Decimal(75), Counts(3, 4))
    assert [part.item.id for part, _ in found.parts] == ["parent"]


def test_an_open_part_of_a_dropped_item_counts_by_itself() -> None:
    roadmap = roadmap_of(items__parent="status: dropped", items__part="parent: parent; status: done")
    assert rollup(roadmap, roadmap.items).value == 100


def test_a_part_without_a_track_counts_once_in_the_track_of_its_parent() -> None:
    roadmap = roadmap_of(
        tracks__t="",
        items__parent="track: t; status: active",
        items__part="parent: parent | - [x] a",
        items__part_of_part="parent: part | - [ ] b",
    )
    found = whole(roadmap)
    assert (found.value, found.counts, found.trackless.parts) == (Decimal(50), Counts(1, 2), ())


@pytest.mark.parametrize(
    ("tracks", "value"),
    [
        ({"a": "allocation: 60", "b": "allocation: 40"}, 60),
        ({"a": "allocation: 75%", "b": "allocation: 25%"}, 75),
        ({"a": "", "b": ""}, 50),
        ({"a": "allocation: 60", "b": ""}, 100),
        ({"a": "allocation: 0", "b": "allocation: 0"}, None),
        ({"a": "allocation: 30", "b": "allocation: 10", "empty": "allocation: 60"}, 75),
    ],
)
def test_tracks_count_by_allocation_or_equally_without_one(tracks: dict[str, str], value: int | None) -> None:
    files = {f"tracks__{name}": text for name, text in tracks.items()}
    roadmap = roadmap_of(**files, items__x="track: a; status: done", items__y="track: b; status: planned | - [ ] a")
    found = whole(roadmap)
    assert found.value == value
    assert [each.track.id for each in found.tracks] == list(tracks)


def test_only_planned_work_is_counted() -> None:
    roadmap = roadmap_of(
        tracks__t="allocation: 100 | - [ ] a track's own box",
        items__one=f"track: t | {TASKS}",
        items__loose="status: done | - [x] outside",
        milestones__m="track: t; status: done | - [x] a milestone's",
        facts__f="track: t; status: done | - [x] a record's",
    )
    found = whole(roadmap)
    assert (found.value, found.counts) == (Decimal(50), Counts(3, 5))
    assert (found.trackless.value, found.trackless.counts) == (Decimal(100), Counts(1, 1))


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0", 0), ("0.01", 1), ("0.5", 1), ("1.49", 1), ("1.5", 2), ("2.5", 3), ("99.4", 99), ("99.99", 99), ("100", 100)],
)
def test_only_exactly_100_rounds_to_100_and_only_exactly_0_to_0(value: str, shown: int) -> None:
    assert percent(Decimal(value)) == shown


def test_stage_counts_are_in_order_and_include_items_without_a_status() -> None:
    roadmap = roadmap_of(items__a="status: done", items__b="status: done", items__c="", items__d="status: dropped")
    found = stage_counts(roadmap.of_role(Role.ITEM))
    assert list(found) == [*Stage, None]
    assert (found[Stage.DONE], found[Stage.DROPPED], found[Stage.ACTIVE], found[None]) == (2, 1, 0, 1)


ITEM = st.tuples(
    st.sampled_from(["planned", "active", "paused", "done", "dropped"]),
    st.none() | st.integers(0, 100),
    st.integers(0, 5),
    st.integers(0, 3),
    st.integers(0, 3),
)


@given(st.lists(ITEM, max_size=5))
@settings(deadline=None, max_examples=50)
def test_a_mean_stays_between_its_parts(drawn: list[tuple[str, int | None, int, int, int]]) -> None:
    files = {
        f"items__i{n}": f"status: {status}; weight: {weight}"
        + (f"; progress: {claim}" if claim is not None else "")
        + " | "
        + "- [x] t\n" * done
        + "- [ ] t\n" * left
        for n, (status, claim, weight, done, left) in enumerate(drawn)
    }
    roadmap = roadmap_of(**files)
    found = rollup(roadmap, roadmap.items)
    weighed = [part.value or Decimal(0) for part, weight in found.parts if weight]
    assert (found.value is None) == (not weighed)
    if found.value is not None:
        tolerance = Decimal("1e-20")
        assert min(weighed) - tolerance <= found.value <= max(weighed) + tolerance
