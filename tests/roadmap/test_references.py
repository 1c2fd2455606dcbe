"""References by id, alias, path and link; dangling, ambiguous and circular ones are reported and left out."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.foundation.i18n import Language
from milemark.foundation.layout import PUBLIC
from milemark.privacy.audience import for_audience
from milemark.privacy.hidden import hidden_closure, privacy_record
from milemark.query.bases.vault import Vault
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.metrics.backlinks import backlinks
from milemark.roadmap.references import UnknownItemError, cycles, find_item
from support import load_texts

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


FILES = {
    "roadmap.yml": "collections: {projects: {}, tracks: {role: track}}\n",
    "projects/api.md": "---\nid: shop-api\ntitle: API\naliases: [the api]\n---\n",
    "projects/shop/index.md": "# Shop\n",
    "projects/deep/old name.md": "# Old\n",
    "projects/한글.md": "# Hangul\n",
    "notes/api.md": "# A page\n",
    "tracks/web.md": "# Web\n",
}


def load_with(reference: str, path: str = "projects/site.md", **more: str) -> Loaded:
    """Load files with an item `site` that depends on a reference, as it is written in YAML."""
    site = f"---\ntitle: Site\ndepends_on: [{reference}]\nparent: {reference}\n---\n"
    files = {**FILES, path: site, **{f"{name.replace('__', '/')}.md": text for name, text in more.items()}}
    return load_texts(files)


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("shop-api", "shop-api"),
        ("the API", "shop-api"),
        ("api", "shop-api"),  # the item of the two files
        ("api.md", "shop-api"),
        ("projects/api", "shop-api"),
        ("projects/api.md", "shop-api"),
        ("/projects/api", "shop-api"),
        ("./api.md", "shop-api"),
        ("../projects/api.md", "shop-api"),
        ("Projects/API", "shop-api"),
        ("'[[projects/api|API]]'", "shop-api"),
        ("'[[projects/api#Goal]]'", "shop-api"),
        ("[[api]]", "shop-api"),
        ("'[the API](api.md)'", "shop-api"),
        ("'[the *API*](../projects/api.md#goal)'", "shop-api"),
        ("'[Old](deep/old%20name.md)'", "old name"),
        ("'[Old](<deep/old name.md>)'", "old name"),
        ("deep/old name", "old name"),
        ("Old", "old name"),  # a title
        ("'[[OLD|the old one]]'", "old name"),
        ("shop", "shop"),
        ("projects/shop", "shop"),
        ("projects/shop/index", "shop"),
        ("'[Shop](shop/index.md)'", "shop"),
        ("'[[shop/index]]'", "shop"),
        ("'[[한글]]'", "한글"),
        (unicodedata.normalize("NFD", "projects/한글"), "한글"),
        (f"'[x]({unicodedata.normalize('NFD', '한글.md')})'", "한글"),
    ],
)
def test_a_reference_may_be_an_id_an_alias_a_path_or_a_link(written: str, id_: str) -> None:
    loaded = load_with(written)
    site = loaded.roadmap.by_id["site"]
    assert codes(loaded) == []
    assert (site.texts("depends_on"), site.parent) == ((id_,), id_)


@pytest.mark.parametrize(
    "name", ["shop-api", "the api", "projects/api", "/projects/api.md", "shop", "shop/index", "projects/shop", "Old"]
)
def test_fields_commands_bases_and_wikilinks_find_the_same_file(name: str) -> None:
    roadmap = load_with(name, about=f"[[{name}]]").roadmap
    target = roadmap.by_id[roadmap.by_id["site"].parent]
    assert find_item(roadmap, name) is target
    assert Vault(roadmap, Language("en")).resolve(f"[[{name}|x]]") == target.path
    assert [link.path for link in backlinks(roadmap)[target.path]] == ["about.md"]


@pytest.mark.parametrize(
    ("reference", "code", "hint"),
    [
        ("notes/api", "MM302", "name an item: notes/api.md is a page"),
        ("../notes/api.md", "MM302", "name an item: notes/api.md is a page"),
        ("'[x](https://example.org/a.md)'", "MM302", "use the id of an item"),
        ("projects/gone", "MM302", "use the id of an item"),
    ],
)
def test_a_reference_to_no_item_says_why(reference: str, code: str, hint: str) -> None:
    loaded = load_with(reference)
    assert {each.rule.code for each in loaded.diagnostics} == {code}
    assert all(hint in each.hint_in(str) for each in loaded.diagnostics)
    assert not loaded.roadmap.by_id["site"].texts("depends_on")


def test_an_ambiguous_name_is_reported_with_its_candidates() -> None:
    other = "---\nid: other-api\ntitle: Other\n---\n"
    loaded = load_with("api", path="tracks/site.md", projects__x__api=other)
    assert {each.rule.code for each in loaded.diagnostics} == {"MM308"}
    assert loaded.diagnostics[0].values["files"] == "projects/api.md, projects/x/api.md"
    assert not loaded.roadmap.by_id["site"].texts("depends_on")
    for name in ("x/api", "other-api", "projects/x/api.md"):
        found = load_with(name, path="tracks/site.md", projects__x__api=other).roadmap
        assert found.by_id["site"].parent == "other-api"
    with pytest.raises(UnknownItemError, match=re.escape("content/projects/api.md, content/projects/x/api.md")):
        find_item(loaded.roadmap, "api")


def test_a_title_counts_where_nothing_else_has_the_name_and_one_item_has_it() -> None:
    titles = {"tracks__first": "# Shop api\n", "tracks__second": "# Twice\n", "tracks__third": "# TWICE\n"}
    assert load_with("shop-api", **titles).roadmap.by_id["site"].parent == "shop-api"
    assert load_with("Shop API", **titles).roadmap.by_id["site"].parent == "first"
    twice = load_with("Twice", **titles)
    assert {each.rule.code for each in twice.diagnostics} == {"MM308"}
    assert twice.diagnostics[0].values["files"] == "tracks/second.md, tracks/third.md"
    near = load_with("Shop apj", **titles).diagnostics[0]
    assert near.values["nearest"] == "first"


def test_a_file_of_the_same_folder_is_meant_first() -> None:
    other = "---\nid: other-api\ntitle: Other\n---\n"
    loaded = load_with("api", path="projects/x/site.md", projects__x__api=other)
    assert (codes(loaded), loaded.roadmap.by_id["site"].parent) == ([], "other-api")


@pytest.mark.parametrize(
    "owner", ["owner", "S", "projects/x", "x.md", "'[s](x.md)'", "'[[projects/x|S]]'", "../projects/x.md"]
)
def test_a_part_of_a_private_item_is_private_however_it_names_it(owner: str) -> None:
    private = "---\nid: owner\ntitle: S\naudience: private\n---\n"
    part = f"---\nparent: {owner}\n---\n# Y"
    loaded = load_texts({"roadmap.yml": FILES["roadmap.yml"], "projects/x.md": private, "projects/y.md": part})
    assert [item.id for item in loaded.roadmap.children(loaded.roadmap.by_id["owner"])] == ["y"]
    assert not for_audience(loaded, PUBLIC).roadmap.items
    written = [file.item for file in loaded.files if file.item]  # as of an old commit: references are not resolved
    records = [privacy_record(item.path, item, is_private=item.id == "owner") for item in written]
    assert hidden_closure(records)[0] == {"projects/x.md", "projects/y.md"}


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
