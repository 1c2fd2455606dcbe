"""Checklists, the board by stage, and tags."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.roadmap.load import load
from milemark.roadmap.metrics.board import board
from milemark.roadmap.metrics.checklists import checklists, dated_tasks
from milemark.roadmap.metrics.tags import tags
from milemark.roadmap.model import Roadmap

DECLARED = """\
statuses: {planned: planned, active: active, paused: paused, done: done, dropped: dropped}
collections: {items: {}, milestones: {role: milestone}, tracks: {role: track}}
marks: {"/": active, "-": dropped}
policies: {active_limit: 1}
"""


def roadmap_of(**texts: str) -> Roadmap:
    """Make a roadmap of items: `front | body`, lines parted by `; `."""
    files = {}
    for name, text in texts.items():
        front, _, body = text.replace("; ", "\n").partition(" | ")
        files[f"{name.replace('__', '/')}.md"] = f"---\ntitle: T\n{front}\n---\n{body}\n".encode()
    return load({"roadmap.yml": DECLARED.encode(), **files}, date(2025, 1, 12)).roadmap


def lists_of(roadmap: Roadmap) -> list[tuple[str, list[str]]]:
    groups = checklists(roadmap).groups
    return [(group.track.id if group.track else "", [each.item.id for each in group.lists]) for group in groups]


def test_checklists_are_grouped_by_track_with_active_items_first() -> None:
    roadmap = roadmap_of(
        tracks__t="",
        items__a="status: done; track: t | - [x] x",
        items__b="status: planned; track: t | - [ ] x",
        items__c="status: active; track: t | - [x] x",  # nothing open is left
        items__d="status: active; track: t | - [ ] x",
        items__e="status: dropped; track: t | - [ ] x",
        items__f="parent: d | - [ ] x",
        items__g=" | - [ ] x",
        items__h="track: t",
    )
    assert lists_of(roadmap) == [("t", ["d", "b", "f", "c", "a", "e"]), ("", ["g"])]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- [x] a; - [ ] b; - [x] c; - [ ] d", "bdac"),
        ("- [x] a;     - [ ] b; - [x] c; - [ ] d", "abdc"),  # what is open below keeps its place below
        ("- [-] a; - [/] b; - [?] c", "bac"),
    ],
)
def test_open_tasks_come_first_and_parts_stay_with_their_task(body: str, expected: str) -> None:
    ((group,),) = (checklists(roadmap_of(items__a=f" | {body}")).groups,)
    assert "".join(task.text for task in group.lists[0].tasks) == expected


def test_evidence_stays_with_its_task() -> None:
    (group,) = checklists(roadmap_of(items__a=" | - [x] a;     - why; - [ ] b")).groups
    assert [(task.text, task.notes) for task in group.lists[0].tasks] == [("b", ()), ("a", ("why",))]


def test_next_tasks_are_the_first_open_ones_of_active_items_then_by_due_date() -> None:
    roadmap = roadmap_of(
        items__a="status: planned; due: 2025-03 | - [ ] a1; - [ ] a2",
        items__b="status: planned; due: 2025-02 | - [x] b1; - [ ] b2",
        items__c="status: active | - [ ] c1;     - [x] c2;     - [ ] c3",
        items__d="status: paused | - [ ] d1",
        items__e="status: planned | - [ ] e1",
        items__f="status: active | - [x] f1; - [-] f2",
        items__g="status: done | - [ ] g1",
    )
    assert [each.task.text for each in checklists(roadmap).next_up] == ["c3", "b2", "a1", "e1"]


def test_the_list_of_next_tasks_is_short() -> None:
    roadmap = roadmap_of(**{f"items__i{n}": "status: active | - [ ] x" for n in range(30)})
    assert len(checklists(roadmap).next_up) == 7


def test_counts_and_choices_are_those_of_the_lists() -> None:
    found = checklists(
        roadmap_of(items__a="status: active; tags: [B] | - [x] x; - [ ] y; - [-] z", items__b="tags: [c]")
    )
    assert (found.counts.done, found.counts.total) == (1, 2)
    assert [stage.value for stage in found.stages] == ["active"]
    assert [tag.key for tag in found.tags] == ["b"]
    assert found.groups[0].lists[0].tags == ("b",)


def test_an_item_without_tasks_has_no_checklist() -> None:
    found = checklists(roadmap_of())
    assert (found.groups, found.next_up, found.counts.total) == ((), (), 0)


def columns_of(roadmap: Roadmap) -> dict[str, list[str]]:
    return {column.stage or "": [item.id for item in column.items] for column in board(roadmap)}


def test_the_board_has_a_column_for_each_stage_and_the_nearest_due_first() -> None:
    roadmap = roadmap_of(
        items__a="status: planned", items__b="status: planned; due: 2025", items__c="status: done", tracks__t=""
    )
    assert columns_of(roadmap) == {"planned": ["b", "a"], "active": [], "paused": [], "done": ["c"]}


def test_done_work_stands_on_the_board_by_the_day_it_was_finished() -> None:
    roadmap = roadmap_of(
        items__a="status: done; due: 2025-01; finished: 2025-01-10",
        items__b="status: done; due: 2025-06; finished: 2025-01-09",
        items__c="status: done; due: 2025-01-05",
    )
    assert columns_of(roadmap)["done"] == ["c", "b", "a"]


def test_dropped_work_and_work_without_a_status_have_columns_where_there_is_any() -> None:
    found = columns_of(roadmap_of(items__a="", items__b="status: dropped"))
    assert list(found) == ["planned", "active", "paused", "done", "dropped", ""]


@pytest.mark.parametrize(("parent", "is_over"), [("", True), ("; parent: a", False)])
def test_a_part_does_not_count_towards_the_limit(parent: str, is_over: bool) -> None:
    columns = board(roadmap_of(items__a="status: active", items__b=f"status: active{parent}"))
    assert [(column.limit, column.is_over) for column in columns][1] == (1, is_over)
    assert {column.limit for column in columns if column.stage != "active"} == {None}


def test_tags_and_stack_words_that_differ_only_in_case_are_one() -> None:
    found = tags(
        roadmap_of(items__a="tags: [Docker, big data]; stack: [docker]", items__b="stack: [DOCKER, Zig]").items
    )
    assert [(tag.text, tag.anchor, [item.id for item in tag.items]) for tag in found] == [
        ("big data", "tag-big-data", ["a"]),
        ("Docker", "tag-docker", ["a", "b"]),
        ("Zig", "tag-zig", ["b"]),
    ]


def test_open_tasks_are_sorted_by_due_day_and_then_by_priority() -> None:
    roadmap = roadmap_of(
        items__a="status: active | - [ ] late 📅 2025-01-10; - [ ] low 🔽; - [ ] z; - [x] x 📅 2025-01-01; - [-] y ⏫",
        items__b="status: active | - [ ] urgent ⏫ [due:: 2025-01-10]; - [/] next (due:: 2025-01-13) #x; - [ ] high ⏫",
        items__c="status: done | - [ ] left over 📅 2025-01-01",
    )
    found = [each.task.text.split()[0] for each in dated_tasks(roadmap)]
    assert found == ["urgent", "late", "next", "high", "low"]
