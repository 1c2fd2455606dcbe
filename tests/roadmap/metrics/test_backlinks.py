"""Backlinks from bodies and fields."""

from __future__ import annotations

from datetime import date

import pytest

from milemark.output.urls import RepositoryUrls
from milemark.roadmap.load import load
from milemark.roadmap.metrics.backlinks import backlinks

ROADMAP = """\
collections:
  tracks: {role: track}
  work: {fields: {about: {type: reference, label: About}}}
  milestones: {role: milestone}
"""
TARGETS = {
    "work/one.md": "---\ntitle: One\naliases: [uno]\n---\n",
    "work/deep/two words.md": "---\ntitle: Two\n---\n",
    "tracks/t.md": "---\ntitle: T\n---\n",
    "milestones/m.md": "---\ntitle: M\n---\n",
    "notes.md": "A page.\n",
}


def linked(text: str, path: str = "work/from.md") -> dict[str, list[str]]:
    files = {name: body.encode() for name, body in {"roadmap.yml": ROADMAP, **TARGETS, path: text}.items()}
    found = backlinks(load(files, date(2025, 1, 12)).roadmap)
    return {target: [link.field or link.path for link in links] for target, links in found.items()}


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ("[a](one.md)", "work/one.md"),
        ("[a](./one.md)", "work/one.md"),
        ("[a](../work/one.md#heading)", "work/one.md"),
        ("[a](one.md?x=1)", "work/one.md"),
        ("[a](deep/two%20words.md)", "work/deep/two words.md"),
        ("[a](<deep/two words.md>)", "work/deep/two words.md"),
        ("[a][ref]\n\n[ref]: one.md", "work/one.md"),
        ("- [ ] a **[task](one.md)**", "work/one.md"),
        ("[a](../notes.md)", "notes.md"),
        ("[[one]]", "work/one.md"),
        ("[[ONE|shown]]", "work/one.md"),
        ("[[one#heading]]", "work/one.md"),
        ("[[uno]]", "work/one.md"),
        ("[[work/one]]", "work/one.md"),
        ("[[two words]]", "work/deep/two words.md"),
    ],
)
def test_a_link_in_a_body_is_a_backlink_of_its_target(body: str, target: str) -> None:
    assert linked(f"---\ntitle: From\n---\n{body}\n") == {target: ["work/from.md"]}


@pytest.mark.parametrize(
    "body",
    [
        "no link",
        "`[a](one.md)`",
        "```\n[a](one.md)\n[[one]]\n```",
        "`[[one]]`",
        "[a](https://example.org/one.md)",
        "[a](//example.org/work/one.md)",
        "[a](#one.md)",
        "[a](from.md)",
        "[a](missing.md)",
        "[a](../../one.md)",
        "![a](one.md)",
        "[[missing]]",
        "[a](http://[one.md)",
        "[[]] [[|x]] [](",
    ],
)
def test_a_link_that_leads_to_no_file_is_no_backlink(body: str) -> None:
    assert linked(f"---\ntitle: From\n---\n{body}\n") == {}


@pytest.mark.parametrize(
    ("field", "target"),
    [
        ("milestone: m", {"milestones/m.md": ["milestone"]}),
        ("about: one", {"work/one.md": ["about"]}),
        ("about: UNO", {"work/one.md": ["about"]}),
        ("track: t", {}),  # a track's page lists its items anyway
        ("parent: one", {}),
        ("depends_on: [one]", {}),
        ("about: missing", {}),
    ],
)
def test_a_reference_in_a_field_is_a_backlink_unless_the_page_lists_it_already(
    field: str, target: dict[str, list[str]]
) -> None:
    assert linked(f"---\ntitle: From\n{field}\n---\n") == target


def test_a_file_counts_once_for_its_body_and_once_for_each_field() -> None:
    text = "---\ntitle: From\nabout: one\n---\n[a](one.md) [b](one.md) [[one]]\n"
    assert linked(text) == {"work/one.md": ["work/from.md", "about"]}


def test_a_hand_written_page_links_too() -> None:
    assert linked("[a](work/one.md)", "about.md") == {"work/one.md": ["about.md"]}


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("about.md", "# About me {/*about*/}\n", "About me"),
        ("about.md", "", "about"),
        ("index.md", "", "홈"),
        ("index.md", "---\ntitle: Start\n---\n", "Start"),
        ("board.md", "", "보드"),
        ("work/index.md", "", "Tasks"),
    ],
)
def test_a_page_without_a_title_of_its_own_has_that_of_the_page_it_introduces(path: str, text: str, title: str) -> None:
    settings = "locale: ko\ncollections: {work: {label: Tasks}}\n"
    files = {"roadmap.yml": settings, "work/one.md": "", path: f"{text}\n[[one]]\n"}
    found = backlinks(load({name: body.encode() for name, body in files.items()}, date(2025, 1, 12)).roadmap)
    assert [link.title for link in found["work/one.md"]] == [title]


@pytest.mark.parametrize(
    ("url", "edit_uri", "edit", "source"),
    [
        ("", "", "", ""),
        ("https://github.com/o/r", "", "", ""),
        ("", "edit/main/content/", "", ""),
        (
            "https://github.com/o/r",
            "edit/main/content/",
            "https://github.com/o/r/edit/main/content/a%20b.md",
            "https://github.com/o/r/blob/main/content/a%20b.md#L7",
        ),
        (
            "https://gitlab.com/o/r/",
            "-/edit/main/content",
            "https://gitlab.com/o/r/-/edit/main/content/a%20b.md",
            "https://gitlab.com/o/r/-/blob/main/content/a%20b.md#L7",
        ),
        (
            "https://example.org/r",
            "https://other.org/src?file=",
            "https://other.org/src?file=a%20b.md",
            "https://other.org/src?file=a%20b.md",
        ),
        ("javascript:alert(1)//", "edit/main/content/", "", ""),
    ],
)
def test_a_file_is_found_in_its_repository(url: str, edit_uri: str, edit: str, source: str) -> None:
    repository = RepositoryUrls(url, edit_uri)
    assert (repository.edit("a b.md"), repository.source("a b.md", 7)) == (edit, source)
