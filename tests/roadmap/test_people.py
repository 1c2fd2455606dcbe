"""People: `assignee` names files of a collection with the role `person`; without one, names are plain text."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.foundation.layout import PUBLIC
from milemark.privacy.audience import for_audience
from milemark.query.sql.engine import Engine
from milemark.query.tables.roadmap import roadmap_tables
from milemark.roadmap.load import Loaded
from milemark.roadmap.metrics.checklists import checklists
from milemark.roadmap.metrics.people import workloads
from support import load_texts

DAY = date(2026, 11, 28)
STATUSES = "statuses: {todo: planned, doing: active, done: done}\n"
PEOPLE = f"{STATUSES}collections: {{items: {{}}, people: {{role: person}}}}\n"
KIM = "---\ntitle: Kim Min-su\naliases: [minsu]\n{}---\n"


def load_team(*assignees: str, roadmap: str = PEOPLE, capacity: str = "", **files: str) -> Loaded:
    """Load items with these assignees, all active, and the people kim, lee, and two called Park."""
    items = {
        f"items/{name}.md": f"---\ntitle: {name}\nstatus: doing\nassignee: {written}\n---\n- [ ] {name}\n"
        for name, written in zip(("one", "two", "three", "four"), assignees, strict=False)
    }
    people = {
        "people/kim.md": KIM.format(f"capacity: {capacity}\n" if capacity else ""),
        "people/lee.md": "---\ntitle: Lee\n---\n",
        "people/park.md": "---\ntitle: Park\n---\n",
        "people/park2.md": "---\ntitle: Park\n---\n",
    }
    return load_texts({"roadmap.yml": roadmap, **people, **items, **files}, DAY)


def findings(loaded: Loaded) -> list[str]:
    return [f"{each.rule.code} {each.span}" for each in loaded.diagnostics]


@pytest.mark.parametrize(
    "written",
    ["kim", "KIM", "'@kim'", "minsu", "Kim Min-su", '"[[kim]]"', "[kim]", "['@minsu', Kim Min-su]", "people/kim"],
)
def test_an_assignee_is_found_by_every_name_that_people_write(written: str) -> None:
    loaded = load_team(written)
    assert findings(loaded) == []
    assert loaded.roadmap.by_id["one"].assignees == ("kim",)
    assert [item.id for item in loaded.roadmap.assigned(loaded.roadmap.by_id["kim"])] == ["one"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("lea", 'did you mean "lee"?'),
        ("Zaphod", "use the id of a person, or add a file to the collection with the role person"),
        ("two", "name a person: this item is in a collection without the role person"),
        ("Park", 'did you mean "park2"?'),
    ],
)
def test_an_unknown_person_is_reported_with_the_nearest_one(written: str, hint: str) -> None:
    loaded = load_team(f"[lee, {written}]", "lee")
    found = [each for each in loaded.diagnostics if each.rule.code == "MM302"]
    if written == "Park":  # an id wins over a title that two people have
        assert found == []
        return
    assert [str(each.span) for each in found] == ["items/one.md:4:17"]
    assert found[0].hint.format(**found[0].values) == hint
    assert loaded.roadmap.by_id["one"].assignees == ("lee",)


def test_names_are_plain_text_without_a_collection_of_people() -> None:
    roadmap = f"{STATUSES}collections: {{items: {{}}, people: {{role: record}}}}\n"
    loaded = load_team("'@kim'", "[Zaphod, Lee]", roadmap=roadmap)
    assert findings(loaded) == []
    assert loaded.roadmap.by_id["two"].assignees == ("Zaphod", "Lee")


@pytest.mark.parametrize(("capacity", "expected"), [("", []), ("2", []), ("1", ["MM410 people/kim.md:4:11"])])
def test_people_with_more_active_items_than_their_capacity_are_reported(capacity: str, expected: list[str]) -> None:
    part = "---\ntitle: Part\nstatus: doing\nparent: one\nassignee: kim\n---\n"  # counts through its parent
    loaded = load_team("kim", "[lee, kim]", "lee", capacity=capacity, **{"items/part.md": part})
    assert findings(loaded) == expected
    work = workloads(loaded.roadmap)["kim"]
    assert (work.active, work.tasks, work.is_over) == (2, 2, bool(expected))


def test_the_work_of_each_person_is_ordered_by_its_end() -> None:
    files = {
        f"items/{name}.md": f"---\ntitle: T\nstatus: {status}\nassignee: kim\ndue: {due}\n---\n"
        for name, status, due in (("later", "todo", "2027"), ("late", "doing", "2026-11-01"), ("old", "done", "2025"))
    }
    found = workloads(load_team("lee", **files).roadmap)
    assert [item.id for item in found["kim"].open] == ["late", "later"]
    assert [item.id for item in found["kim"].late] == ["late"]
    assert [item.id for item in found["kim"].closed] == ["old"]
    assert [item.id for item in found["lee"].open] == ["one"]


def test_the_checklists_can_be_filtered_by_person() -> None:
    found = checklists(load_team("kim", "[lee, kim]").roadmap).people
    assert [(person.key, person.text) for person in found] == [("kim", "Kim Min-su"), ("lee", "Lee")]


def test_queries_know_the_people_of_items() -> None:
    roadmap = load_team("kim", "[lee, kim]").roadmap
    rows = (
        Engine(roadmap_tables(roadmap.settings), roadmap).run("select item, person from assignees order by 1, 2").rows
    )
    assert [tuple(row) for row in rows] == [("one", "kim"), ("two", "kim"), ("two", "lee")]
    rows = Engine(roadmap_tables(roadmap.settings), roadmap).run("select assignee from items where id = 'two'").rows
    assert [tuple(row) for row in rows] == [('["lee", "kim"]',)]


@pytest.mark.parametrize("roadmap", [PEOPLE, PEOPLE.replace("role: person", "role: person, audience: private")])
def test_a_private_person_is_no_assignee_of_public_items(roadmap: str) -> None:
    quiet = "---\ntitle: Quiet One\naudience: private\n---\n"
    loaded = load_team("[lee, secret]", "Quiet One", "'@secret'", roadmap=roadmap, **{"people/secret.md": quiet})
    assert loaded.roadmap.by_id["two"].assignees == ("secret",)
    public = for_audience(loaded, PUBLIC)
    shown = {item.id: item.assignees for item in public.roadmap.items if item.collection.name == "items"}
    assert shown == {"one": ("lee",) if roadmap == PEOPLE else (), "two": (), "three": ()}
    assert findings(public) == []
    assert "Quiet" not in repr(public)
    assert "secret" not in repr(public)


def test_hours_as_the_capacity_of_a_person_are_an_error_that_says_where_they_stand() -> None:
    (found,) = load_team("kim", capacity="{mon: 2}").diagnostics
    assert (found.rule.code, str(found.span)) == ("MM203", "people/kim.md:4:11")
    assert "roadmap.yml" in found.hint
