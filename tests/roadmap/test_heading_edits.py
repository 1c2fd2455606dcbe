"""An item that is a heading is edited like a file: one value changes, and all other bytes stay."""

from __future__ import annotations

import pytest

from milemark.markdown.edit import EditRefusedError
from milemark.roadmap.field_edits import (
    done_assignments,
    field_edits,
    find_task,
    mark_edit,
    parse_assignment,
    task_name,
)
from milemark.roadmap.heading_edits import edit_heading
from milemark.roadmap.load import load
from support import DAY

ROADMAP = b"statuses: {To do: planned, Active: active, Done: done}\ncollections: {projects: {names: {due: deadline}}}\n"
HEAD = "---\nitems: headings\n---\n# Plan\n\n## Before\n\nstatus: Active\n\n"
TAIL = "\n## After\nstatus: Active · tags: a\n- [ ] real API\n"

# The text of a heading, an assignment, and the new text; an empty one stays as it is.
EDITS = {
    "a value": (
        "## Shop\n\nstatus: Active · tags: a\n\ntext\n",
        "status=done",
        "## Shop\n\nstatus: Done · tags: a\n\ntext\n",
    ),
    "the same value": ("## Shop\nstatus: Active\n", "status=active", ""),
    "a new field in the line": (
        "## Shop\nstatus: Active · tags: a\ntext\n",
        "due=2025-Q2",
        "## Shop\nstatus: Active · tags: a · deadline: 2025-Q2\ntext\n",
    ),
    "bars": ("## Shop\nstatus: Active | tags: a\n", "due=2025", "## Shop\nstatus: Active | tags: a | deadline: 2025\n"),
    "a line of one": ("## Shop\nstatus: Active\n", "tags+=a", "## Shop\nstatus: Active · tags: a\n"),
    "the first field": ("## Shop\n\ntext\n", "due=2025", "## Shop\n\ndeadline: 2025\n\ntext\n"),
    "the first field above a text": ("## Shop\ntext\n", "due=2025", "## Shop\n\ndeadline: 2025\n\ntext\n"),
    "an empty heading": ("## Shop\n", "due=2025", "## Shop\n\ndeadline: 2025\n"),
    "a list": (
        "## Shop\n- **Status:** Active\n- **Tags:** a\n",
        "due=2025",
        "## Shop\n- **Status:** Active\n- **Tags:** a\n- **deadline:** 2025\n",
    ),
    "Dataview": (
        "## Shop\nstatus:: Active\ntags:: a\n",
        "due=2025",
        "## Shop\nstatus:: Active\ntags:: a\ndeadline:: 2025\n",
    ),
    "brackets": ("## Shop\n[status:: Active] [tags:: a]\n", "status=Done", "## Shop\n[status:: Done] [tags:: a]\n"),
    "a table": (
        "## Shop\n| field | value |\n|---|---|\n| status | Active |\n",
        "due=2025",
        "## Shop\n| field | value |\n|---|---|\n| status | Active |\n| deadline | 2025 |\n",
    ),
    "a list of values": ("## Shop\nstatus: Active · tags: a, b\n", "tags-=a", "## Shop\nstatus: Active · tags: b\n"),
    "one more value": ("## Shop\ntags: a, b\n", "tags+=c", "## Shop\ntags: a, b, c\n"),
    "no value": ("## Shop\nstatus: Active · tags: a\n", "tags=", "## Shop\nstatus: Active\n"),
    "no first value": ("## Shop\nstatus: Active · tags: a\n", "status=", "## Shop\ntags: a\n"),
    "no line": ("## Shop\nstatus: Active\n\ntext\n", "status=", "## Shop\n\ntext\n"),
    "an empty value": ("## Shop\ndeadline:\nstatus: Active\n", "due=2025", "## Shop\ndeadline: 2025\nstatus: Active\n"),
    "a mark": ("## ✅ Shop\n- [x] a\n", "status=Active", "## ✅ Shop\n\nstatus: Active\n\n- [x] a\n"),
    "an id": ("## Shop {#shop}\n", "id=market", "## Shop {#market}\n"),
    "an id of words": ("## Shop ##\n", "id=market", "## Shop {#market} ##\n"),
    "line ends": (
        "## 📅 {#shop}\r\n\r\nstatus: Active\r\n",
        "tags+=한글",
        "## 📅 {#shop}\r\n\r\nstatus: Active · tags: 한글\r\n",
    ),
}


def edited(text: str, change: str) -> str:
    data = (HEAD + text + TAIL).encode()
    loaded = load({"roadmap.yml": ROADMAP, "projects/plan.md": data}, DAY)
    item = loaded.roadmap.by_id["shop"]
    settings = loaded.roadmap.settings
    if change == "done":
        edits = [*field_edits(settings, item, done_assignments(settings, item, DAY))]
    elif change.startswith("tick "):
        task = find_task(item, task_name("shop", change[5:]))
        edits = [mark_edit(settings, task, "x", DAY, this_one=False)]
    else:
        edits = [*field_edits(settings, item, [parse_assignment(change)])]
    new = edit_heading(settings, item, data, edits).decode()
    assert new.startswith(HEAD)
    assert new.endswith(TAIL)
    return new[len(HEAD) : -len(TAIL)]


@pytest.mark.parametrize(("text", "change", "new"), EDITS.values(), ids=EDITS)
def test_an_edit_of_a_heading_changes_one_value(text: str, change: str, new: str) -> None:
    assert edited(text, change) == (new or text)


def test_done_and_tick_work_on_a_heading() -> None:
    assert edited("## Shop\nstatus: Active\n", "done") == "## Shop\nstatus: Done · finished: 2025-01-12\n"
    assert edited("## Shop\n- [ ] real API\n", "tick real") == "## Shop\n- [x] real API\n"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("## ✅ Shop\n", "status="),
        ("## Shop\nstatus: Active\n", "summary=a · due: 2025"),
        ("## Shop\n", "links.Code=https://example.org"),
    ],
)
def test_what_a_heading_cannot_hold_is_refused(text: str, change: str) -> None:
    with pytest.raises(EditRefusedError):
        edited(text, change)
