"""References by id and alias; dangling and circular ones are reported and left out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.roadmap.load import Loaded, load
from milemark.roadmap.references import cycles

ROADMAP = "collections: {a: {}, b: {fields: {needs: {type: reference}, many: {type: array, items: {type: reference}}}}}"


def load_items(*fronts: str, folder: str = "a") -> Loaded:
    """Load items from front matters; the first is `one`, then `two`, and so on."""
    names = ("one", "two", "three", "four")
    files = {
        f"{folder}/{name}.md": f"---\ntitle: T\n{front}\n---\n" for name, front in zip(names, fronts, strict=False)
    }
    return load({"roadmap.yml": ROADMAP.encode()} | {k: v.encode() for k, v in files.items()}, date(2025, 1, 12))


def codes(loaded: Loaded) -> list[str]:
    return [f"{each.rule.code} {each.span}" for each in loaded.diagnostics]


@pytest.mark.parametrize(
    "written", ["Caf\u00e9", "cafe\u0301", "CAF\u00c9", "coffee", "[[Caf\u00e9]]", "'[[/coffee|a shop]]'"]
)
def test_a_reference_finds_an_id_or_an_alias_in_any_case_and_unicode_form(written: str) -> None:
    loaded = load_items("id: Café\naliases: [coffee]", f"parent: {written}\ndepends_on: [{written}]")
    roadmap = loaded.roadmap
    assert codes(loaded) == []
    assert roadmap.by_id["two"].parent == "Café"
    assert roadmap.by_id["two"].texts("depends_on") == ("Café",)
    assert [item.id for item in roadmap.children(roadmap.by_id["Café"])] == ["two"]
    assert [item.id for item in roadmap.dependents(roadmap.by_id["Café"])] == ["two"]


def test_a_declared_reference_field_is_resolved_as_the_core_ones_are() -> None:
    loaded = load_items("aliases: [uno]", "needs: uno\nmany: [uno, one, nowhere]", folder="b")
    two = loaded.roadmap.by_id["two"]
    assert (two.text("needs"), two.texts("many")) == ("one", ("one",))
    assert codes(loaded) == ["MM302 b/two.md:4:18"]


@pytest.mark.parametrize("front", ["depends_on: []", "depends_on:", "depends_on: [~]", "parent:", "track: ''"])
def test_an_empty_reference_refers_to_nothing(front: str) -> None:
    loaded = load_items(front)
    assert [code for code in codes(loaded) if not code.startswith("MM203")] == []


def test_a_dangling_reference_is_left_out_and_reported_with_the_nearest_id() -> None:
    loaded = load_items("id: storebridge", "depends_on: [storebrigde, xyzzy]\nparent: nowhere")
    assert codes(loaded) == ["MM302 a/two.md:3:14", "MM302 a/two.md:3:27", "MM302 a/two.md:4:9"]
    hints = [each.hint_in(str) for each in loaded.diagnostics]
    assert 'did you mean "storebridge"?' in hints
    assert loaded.roadmap.by_id["two"].texts("depends_on") == ()
    assert loaded.roadmap.by_id["two"].parent == ""


def test_two_items_with_one_id_are_both_kept_and_the_second_is_reported() -> None:
    loaded = load_items("id: x", "id: X", "depends_on: [x]")
    assert codes(loaded) == ["MM301 a/two.md:3:5"]
    assert {item.id for item in loaded.roadmap.items} == {"x", "three", "a/two"}
    assert loaded.roadmap.by_id["three"].texts("depends_on") == ("x",)


def test_an_alias_that_is_taken_is_reported_and_does_not_win() -> None:
    loaded = load_items("", "aliases: [one]", "depends_on: [one]")
    assert codes(loaded) == ["MM301 a/two.md:3:10"]
    assert loaded.roadmap.by_id["three"].texts("depends_on") == ("one",)


@pytest.mark.parametrize(
    ("fronts", "expected"),
    [
        (["depends_on: [one]"], ["one → one"]),
        (["depends_on: [two]", "depends_on: [one]"], ["one → two → one"]),
        (["depends_on: [two]", "depends_on: [three]", "depends_on: [two]"], ["three → two → three"]),
        (["depends_on: [two]", "depends_on: [three]", ""], []),
        (["parent: two", "parent: one"], ["one → two → one"]),
        (["parent: one"], ["one → one"]),
    ],
)
def test_a_circle_is_reported_with_its_path(fronts: list[str], expected: list[str]) -> None:
    found = [each for each in load_items(*fronts).diagnostics if each.rule.code == "MM303"]
    assert [each.values["cycle"] for each in found] == expected


def test_items_that_are_parts_of_each_other_are_parts_of_nothing() -> None:
    roadmap = load_items("parent: two", "parent: one", "parent: one").roadmap
    assert {item.id: item.parent for item in roadmap.items} == {"one": "", "two": "", "three": "one"}


LONG = 10_000


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_chain_of_ten_thousand_items_is_no_problem(is_closed: bool) -> None:
    edges: dict[str, tuple[str, ...]] = {str(n): (str(n + 1),) for n in range(LONG)}
    edges[str(LONG)] = ("0",) if is_closed else ()
    found = list(cycles(edges))
    assert [len(circle) for circle in found] == ([LONG + 1] if is_closed else [])


EDGES = st.dictionaries(
    st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefgh"), max_size=4).map(tuple), max_size=7
)


@given(EDGES)
@settings(deadline=None)
def test_all_circles_and_only_circles_are_found(edges: dict[str, tuple[str, ...]]) -> None:
    found = list(cycles(edges))
    for circle in found:
        steps = zip(circle, (*circle[1:], circle[0]), strict=True)
        assert all(target in edges[node] for node, target in steps)
        assert len(set(circle)) == len(circle)
    grouped = {node for circle in found for node in circle}
    left = {node: {t for t in targets if t in edges} for node, targets in edges.items() if node not in grouped}
    assert found or _is_acyclic(left)


def _is_acyclic(edges: dict[str, set[str]]) -> bool:
    left = dict(edges)
    while ends := [node for node, targets in left.items() if not targets & set(left)]:
        for node in ends:
            del left[node]
    return not left
