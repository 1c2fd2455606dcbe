"""Query blocks grouped by person: an item of two people stands in the group of each."""

from __future__ import annotations

import pytest

from milemark.foundation.i18n import Language
from milemark.output.cells import Viewer
from milemark.output.site.query_views import QueryViews, ViewResult
from milemark.query.sql.block import read_block
from milemark.query.sql.engine import Engine
from milemark.query.tables.roadmap import roadmap_tables
from support import load_texts

ROADMAP = """\
statuses: {doing: active, done: done}
collections: {items: {}, tracks: {role: track}, people: {role: person}}
"""
FILES = {
    "roadmap.yml": ROADMAP,
    "tracks/main.md": "---\ntitle: Main\n---\n",
    "people/kim.md": "---\ntitle: Kim\n---\n",
    "people/lee.md": "---\ntitle: Lee\n---\n",
    "people/idle.md": "---\ntitle: Idle\n---\n",
    "items/one.md": "---\ntitle: One\nstatus: doing\nassignee: kim\ndue: 2026-11\ntrack: main\n---\n- [x] a\n- [ ] b\n",
    "items/two.md": "---\ntitle: Two\nstatus: doing\nassignee: [lee, kim]\nstart: 2026-10\n---\n- [ ] c\n",
    "items/free.md": "---\ntitle: Free\nstatus: done\ndue: 2026-12\n---\n- [x] d\n",
}
ALL = {"Kim": ["One", "Two"], "Lee": ["Two"], "Other": ["Free"]}


def shown(view: str) -> ViewResult:
    roadmap = load_texts(FILES).roadmap
    engine = Engine(roadmap_tables(roadmap.settings), roadmap)
    block, found = read_block("", f"view: {view}\ngroup: assignee\norder: items.id = 'free', title\n", 1, engine)
    if view == "tasks":
        block, found = read_block("", "view: tasks\nfrom: items\ngroup: assignee\n", 1, engine)
    assert not found
    assert block
    return QueryViews(Viewer(roadmap, Language("en")), engine).shown(block)


@pytest.mark.parametrize("view", ["table", "list"])
def test_rows_have_a_group_for_each_person(view: str) -> None:
    found = {group.title: [item.title for item in group.items] for group in shown(view).groups}
    assert found == ALL


def test_a_board_has_a_column_for_each_person() -> None:
    assert {column.title: [item.title for item in column.items] for column in shown("board").columns} == ALL


def test_progress_has_a_line_for_each_person() -> None:
    found = {title: (rollup.counts.done, rollup.counts.total) for title, rollup in shown("progress").rollups}
    assert found == {"Kim": (1, 3), "Lee": (0, 1), "Other": (1, 1)}


def test_a_timeline_has_a_lane_for_each_person() -> None:
    chart = shown("timeline").chart
    assert chart
    assert {lane.title: [bar.item.title for bar in lane.bars] for lane in chart.lanes} == {
        "Kim": ["Two", "One"],
        "Lee": ["Two"],
        "Other": ["Free"],
    }
    assert all(lane.has_heading and lane.track is None for lane in chart.lanes)
    assert chart.rows == 7
    assert chart.tracks == ()


def test_tasks_have_a_group_for_each_person() -> None:
    found = {group.title: [item.title for item in group.items] for group in shown("tasks").groups}
    assert set(found) == {"Kim", "Lee", "Other"}
