"""With `items: headings`, each heading of a file is an item, and behaves as a file of its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.privacy.audience import for_audience
from milemark.roadmap.dead_links import dead_links_of
from milemark.roadmap.load import Loaded
from milemark.roadmap.model import Item
from support import load_texts

ROADMAP = (
    "statuses: {todo: planned, doing: active, paused: paused, done: done, dropped: dropped}\n"
    "collections: {tracks: {role: track}, plans: {items: headings}, old: {}}\n"
)
PAGE = "---\nitems: headings\n---\n"


def plan(text: str, path: str = "plan.md", **others: str) -> Loaded:
    files = {f"{name}.md": each for name, each in others.items()}
    return load_texts({"roadmap.yml": ROADMAP, path: text, **files})


def only(text: str) -> Item:
    (item,) = plan(f"{PAGE}{text}").roadmap.items
    return item


HEADINGS: dict[str, tuple[str, str, str]] = {
    "Offline mode": ("Offline mode", "", ""),
    "✅ Offline mode": ("Offline mode", "done", ""),
    "Offline mode ✅": ("Offline mode", "done", ""),
    "🚧 Offline mode": ("Offline mode", "doing", ""),
    "[x] Offline mode": ("Offline mode", "done", ""),
    "[ ] Offline mode": ("Offline mode", "todo", ""),
    "~~Offline mode~~": ("Offline mode", "dropped", ""),
    "Offline mode (Q2 2025)": ("Offline mode", "", "2025-Q2"),
    "Offline mode (2025-03)": ("Offline mode", "", "2025-03"),
    "Offline mode (March 2025, in progress)": ("Offline mode", "doing", "2025-03"),
    "✅ Offline mode (done, Q1 2025)": ("Offline mode", "done", "2025-Q1"),
    "Phase 1: Offline mode (2025-Q1) ✅ COMPLETE": ("Phase 1: Offline mode", "done", "2025-Q1"),
    "Offline mode — Q2 2025": ("Offline mode", "", "2025-Q2"),
    "Offline mode: done": ("Offline mode", "done", ""),
    "**Offline** mode": ("Offline mode", "", ""),
    "🔧 Offline mode (for phones)": ("🔧 Offline mode (for phones)", "", ""),
    "Offline mode (Q9 2025)": ("Offline mode (Q9 2025)", "", ""),
    "[guide](https://example.org) of offline mode": ("guide of offline mode", "", ""),
    "Done": ("Done", "", ""),
    "오프라인 ✅": ("오프라인", "done", ""),
}


def test_a_comment_is_part_of_no_title_id_or_field() -> None:
    item = only("## Offline <!-- kanari --> mode\n\nstatus: todo <!-- kanari -->\n")
    assert (item.id, item.title, item.text("status")) == ("offline-mode", "Offline mode", "todo")


def test_a_private_block_around_headings_is_closed_and_hides_their_items() -> None:
    loaded = plan(f"{PAGE}## Shown\n\n::: private\n## Kanari\n\ntext\n:::\n\n## Ideas {{.private}}\n\n## Other\n")
    public = for_audience(loaded, "public")
    assert [each.rule.code for each in loaded.diagnostics] == []
    assert {item.title for item in public.roadmap.items} == {"Shown", "Other"}


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_tells_title_status_and_due_date(heading: str) -> None:
    item = only(f"## {heading}\n")
    assert (item.title, item.text("status"), item.text("due")) == HEADINGS[heading]


FIELDS: dict[str, dict[str, str]] = {
    "status: doing · due: 2025-Q2": {"status": "doing", "due": "2025-Q2"},
    "status: doing | due: 2025-Q2": {"status": "doing", "due": "2025-Q2"},
    "Status: Doing\ndue: 2025-Q2": {"status": "doing", "due": "2025-Q2"},
    "- **Status:** done\n- **Due**: 2025-Q2": {"status": "done", "due": "2025-Q2"},
    "status:: doing\ndue:: 2025-Q2": {"status": "doing", "due": "2025-Q2"},
    "[status:: doing] (due:: 2025-Q2)": {"status": "doing", "due": "2025-Q2"},
    "| field | value |\n|---|---|\n| status | doing |\n| Due | `2025-Q2` |": {"status": "doing", "due": "2025-Q2"},
    "Status | doing\n--- | ---\nDue | 2025-Q2": {"status": "doing", "due": "2025-Q2"},
    "tags: a, b · stack: [c, d]": {"tags": "a, b", "stack": "c, d"},
    "status: ✅ · note: to do": {"status": "done", "note": "to do"},
    "Note: this is a sentence.": {},
    "See https://example.org for more.": {},
    "- [ ] status: ask": {},
    "text\nstatus: done": {},
    "": {},
}


@pytest.mark.parametrize("text", FIELDS)
def test_the_first_lines_below_a_heading_are_its_fields_and_the_rest_is_its_body(text: str) -> None:
    item = only(f"## Offline\n\n{text}\n\nThe body.\n\n- [x] a\n- [ ] b\n")
    names = ("status", "due", "tags", "stack", "note")
    assert {name: item.text(name) for name in names if item.text(name)} == FIELDS[text]
    assert (text in item.document.body) == (not FIELDS[text])
    assert "The body." in item.document.body
    assert (item.counts.done, item.counts.total - text.count("[ ]")) == (1, 2)


def test_written_fields_stand_before_those_of_the_heading_and_these_before_those_of_headings_around_it() -> None:
    text = (
        "---\nitems: h3\n---\n# Plan\n## Q1 2025 ✅\n### One\n### Two (2025-03)\nstatus: doing\n## Later\n"
        "### [x] Zero\n### Three\n"
        "## In progress\n### Four\n"
    )
    found = [(each.title, each.text("status"), each.text("due")) for each in plan(text).roadmap.items]
    assert found == [
        ("One", "done", "2025-Q1"),
        ("Two", "doing", "2025-03"),
        ("Zero", "done", ""),
        ("Three", "todo", ""),
        ("Four", "doing", ""),
    ]


def test_an_id_is_that_of_the_heading_or_its_words_and_never_that_of_another_page() -> None:
    text = "## Sync {#SY-1}\n## Next steps\n## Next steps\n## Timeline\n## ???\n## 동기화\n## one\n"
    roadmap = plan(f"{PAGE}{text}", one="---\nstatus: doing\n---\n").roadmap
    found = {each.title: each.id for each in roadmap.items if each.document.within}
    assert found == {"Sync": "SY-1", "Next steps": "next-steps-2", "Timeline": "timeline-item"} | {
        "???": "item",
        "동기화": "동기화",
        "one": "one-2",
    }
    assert len({each.path for each in roadmap.items}) == len(roadmap.items)


PLACES: dict[str, tuple[str, int, str]] = {
    "## A\nstatus: doin\n": ("MM204", 5, "doin"),
    "## A\n\n| Field | Value |\n|---|---|\n| due | 2025-13 |\n": ("MM206", 8, "2025-13"),
    "## A\ntext\n\n[x](nope.md)\n": ("MM305", 7, "nope.md"),
    "## A\n### B\n[[nope]]\n": ("MM307", 6, "nope"),
    "## A\ndepends_on: b, nope\n## B\n": ("MM302", 5, "nope"),
    "## A\n- [?] x\n": ("MM405", 5, "[?]"),
    "## A {#x}\n## B {#x}\n": ("MM301", 5, ""),
}


@pytest.mark.parametrize("text", PLACES)
def test_a_finding_has_the_place_in_the_file(text: str) -> None:
    loaded = plan(f"{PAGE}{text}")
    code, line, shown = PLACES[text]
    found = [each for each in (*loaded.diagnostics, *dead_links_of(loaded, ())) if each.rule.code == code]
    assert [(each.span.path, each.span.line) for each in found] == [("plan.md", line)]
    written = f"{PAGE}{text}".split("\n")[line - 1]
    assert shown in written[found[0].span.column - 1 :]


def test_links_lead_to_the_item_of_a_heading_by_its_id_its_name_and_its_heading() -> None:
    text = "# Plan\n[a](#sync) [b](#one) [[one]]\n## One\n[x](#sync) [[sync]] [y](plan.md#sync)\n## Sync\n[o](one.md)\n"
    loaded = plan(f"{PAGE}{text}", other="[a](plan.md#sync) [[plan#Sync]] [[sync]] [p](plan.md#plan)\n")
    assert not [*dead_links_of(loaded, ())]


def test_definitions_of_links_between_and_below_the_items_are_those_of_every_item_that_uses_them() -> None:
    text = (
        "# Plan\n\n[a]: https://a.example\n\n## One\n\n[A] and [b][c]\n\n## Two\n\n[d]: https://d.example\n\n"
        "[d] [e]\n\n<!-- private -->\n[e]: https://canary.example\n<!-- /private -->\n\n[c]: https://c.example\n"
        "[f]: https://f.example\n"
    )
    one, two = plan(f"{PAGE}{text}").roadmap.items
    assert [each for each in "acdef" if f"[{each}]: " in one.document.body] == ["a", "c"]
    assert [each for each in "acdef" if f"[{each}]: " in two.document.body] == ["d", "e"]
    assert "f.example" in plan(f"{PAGE}{text}").roadmap.pages[0].body


def test_a_collection_of_headings_has_the_items_of_all_its_files() -> None:
    loaded = plan("## A\n## B\n- [ ] t\n", path="plans/one.md")
    assert [(each.id, each.collection.name, each.counts.total) for each in loaded.roadmap.items] == [
        ("a", "plans", 0),
        ("b", "plans", 1),
    ]
    assert [each.path for each in loaded.roadmap.pages] == ["plans/one.md"]


NO_ITEMS: dict[str, str] = {
    "without the setting": "## A\n",
    "with another word": "---\nitems: 5\n---\n## A\n",
    "with broken fields": "---\nitems: headings\n x: [\n---\n## A\n",
    "in code": f"{PAGE}```\n## A\n```\n",
    "in a quote": f"{PAGE}> ## A\n",
    "of another level": f"{PAGE}# A\n### B\n",
}


@pytest.mark.parametrize("kind", NO_ITEMS)
def test_other_headings_are_text(kind: str) -> None:
    assert not plan(NO_ITEMS[kind]).roadmap.items


WORDS = (
    "# T",
    "## A",
    "## B (Q1 2025)",
    "### C",
    "text",
    "",
    "- [ ] t",
    "- [x] u",
    "status: done",
    "due:: 2025",
    "```",
)
SIGNS = ("<!-- private -->", "<!-- /private -->", "%%", "| a | b |", "|---|---|", "| status | done |", "Set", "===")
lines = st.sampled_from((*WORDS, *SIGNS))


@given(st.lists(lines, max_size=14))
@settings(deadline=None)
def test_no_line_of_a_file_is_lost_or_belongs_to_two_items(text: list[str]) -> None:
    loaded = plan(PAGE + "\n".join(text))
    documents = [file.document for file in loaded.files]
    tasks: list[Any] = [task.span.line for document in documents for task in document.tasks]
    assert len(tasks) == len({*tasks})
    for number, line in enumerate(text, 4):
        if line == "text":
            held = [_line(document, number) for document in documents]
            assert held.count("text") == 1


def _line(document: Any, number: int) -> str:
    body = document.body.split("\n")
    place = number - document.body_line
    return body[place] if 0 <= place < len(body) else ""


@pytest.mark.parametrize(
    ("group", "status"),
    [
        *(
            ("Now", "doing"),
            ("🚀 Now", "doing"),
            ("지금", "doing"),
            ("Now (Q1 2025)", "doing"),
            ("NEXT", "todo"),
            ("Up next", "todo"),
        ),
        *(("다음", "todo"), ("Later", "todo"), ("나중에", "todo"), ("Someday", "todo"), ("Backlog", "todo")),
        *(
            ("Shipped", "done"),
            ("Done", "done"),
            ("완료", "done"),
            ("Now and then", ""),
            ("Next steps", ""),
            ("지금까지", ""),
        ),
    ],
)
def test_a_group_of_now_next_and_later_gives_its_items_a_status(group: str, status: str) -> None:
    item = only_h3(f"## {group}\n\n### 검색\n\n- [ ] 색인\n")
    assert (item.title, item.text("status")) == ("검색", status)


def test_a_group_gives_no_status_that_the_roadmap_has_not_and_an_own_one_stands() -> None:
    page = "---\nitems: h3\n---\n## Now\n\n### A\n\n### B ✅\n\n### Next\n"
    files = {"roadmap.yml": "statuses: {done: done}\n", "plan.md": page}
    assert [item.text("status") for item in load_texts(files).roadmap.items] == ["", "done", ""]
    assert [item.text("status") for item in plan(page).roadmap.items] == ["doing", "done", "doing"]


def only_h3(text: str) -> Item:
    (item,) = plan(f"---\nitems: h3\n---\n{text}").roadmap.items
    return item
