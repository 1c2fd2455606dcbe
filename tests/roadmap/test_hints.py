"""Every hint leads to the text that the writer of a file probably meant."""

from __future__ import annotations

import pytest

from milemark.roadmap.load import Loaded
from support import cpu_within, load_texts

ROADMAP = """\
title: Plan
statuses: {planned: planned, in progress: active, on hold: paused, done: done}
collections:
  projects:
    fields: {status: , track: , due: , reason: , level: {choices: [low, high]}}
"""
UNFILLED = "fill in the template, or leave its folder out by `exclude` in roadmap.yml"
HINTS = (
    ("due: Q1 2027", 'did you mean "2027-Q1"?'),
    ("due: March 2027", 'did you mean "2027-03"?'),
    ("due: 12/31/2026", 'did you mean "2026-12-31"?'),
    ("due: 3/4/2027", 'did you mean "2027-03-04" or "2027-04-03"?'),
    ("due: 2027-02-30", "2027-02 has 28 days"),
    (
        "repo: https://github.com/a/b",
        "put it under `links`, as `repo: …`, or declare it under `fields` of its collection in roadmap.yml",
    ),
    ("poster: a.png", "declare it under `fields` of its collection in roadmap.yml"),
    ("owner: Kim", "declare it under `fields` of its collection in roadmap.yml"),
    ("stauts: done", 'did you mean "status"?'),
    ("links: [https://example.org]", "give it a name: links: {Name: https://example.org}"),
    ("links: https://example.org", "give it a name: links: {Name: https://example.org}"),
    ("status: Paused", 'write "on hold", your word for paused'),
    ("status: in-progress", 'did you mean "in progress"?'),
    (
        "status: finishd",
        "write one of planned, in progress, on hold, done, or declare it under `statuses` in roadmap.yml",
    ),
    (
        "title: {{title}}",
        (
            "fill in the template, leave its folder out by `exclude` in roadmap.yml, "
            "or quote the value if the braces belong to the text"
        ),
    ),
    *(
        (f"{field}: '{text}'", UNFILLED)
        for field in ("due", "status", "progress")
        for text in ("{{date}}", "<% tp.x %>")
    ),
)


def loaded(front: str, path: str = "projects/a.md") -> Loaded:
    title = "" if front.startswith("title:") else "title: A\n"
    return load_texts({"roadmap.yml": ROADMAP, path: f"---\n{title}{front}\n---\n"})


def hints(found: Loaded) -> list[str]:
    return [each.hint_in(str) for each in found.diagnostics]


@pytest.mark.parametrize(("front", "hint"), HINTS)
def test_a_wrong_field_gets_the_text_that_was_meant(front: str, hint: str) -> None:
    assert hints(loaded(front)) == [hint]


def test_a_list_of_links_without_names_is_marked_at_its_first_entry() -> None:
    (found,) = loaded("links:\n  - https://example.org").diagnostics
    assert (found.span.line, found.span.column, found.span.width) == (4, 5, 19)


@pytest.mark.parametrize(("front", "value"), [("status: In Progress", "in progress"), ("level: HIGH", "high")])
def test_the_case_of_a_word_has_no_meaning(front: str, value: str) -> None:
    found = loaded(front)
    assert (hints(found), found.roadmap.items[0].text(front.partition(":")[0])) == ([], value)


def test_a_status_in_another_case_has_its_stage_without_a_roadmap_file() -> None:
    (item,) = load_texts({"a.md": "---\nstatus: DONE\n---\n# A\n"}).roadmap.items
    assert (item.stage, item.text("status")) == ("done", "DONE")


@pytest.mark.parametrize("word", ["Active", "doing", "진행중"])
def test_a_stage_in_another_word_gets_the_stage(word: str) -> None:
    found = load_texts({"roadmap.yml": f"statuses: {{go: {word}}}\n"})
    assert [each.hint_in(str)[:23] for each in found.diagnostics] == [
        *([] if word == "Active" else ['did you mean "active"? '])
    ]


@pytest.mark.parametrize(("name", "count"), [("Kitchen shelf", 0), ("할 일", 0), ("Plan", 0), ("kitchen-shelf", 1)])
def test_a_file_name_in_words_is_a_title(name: str, count: int) -> None:
    found = load_texts({"roadmap.yml": ROADMAP, f"projects/{name}.md": "---\nstatus: done\n---\n"})
    assert [each.rule.code for each in found.diagnostics] == ["MM210"] * count


def test_thousands_of_unknown_names_are_answered_within_seconds() -> None:
    names = [f"{number:05}-{number * 7919 % 5003:x}-plan" for number in range(3_000)]
    files = {f"projects/{name}.md": f"---\ntitle: A\ntrack: {name[::-1]}\n---\n" for name in names}
    files["projects/fields.md"] = "---\ntitle: A\n" + "".join(f"f{n}: 1\n" for n in range(6_000)) + "---\n"
    with cpu_within(40):
        found = load_texts({"roadmap.yml": ROADMAP, **files})
    assert len(found.diagnostics) == 9_000
