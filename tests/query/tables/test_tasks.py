"""The rows of tasks: the days and the priority of the marks of tools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import cli, write_content

NONE = {"start_day": None, "scheduled_day": None, "due_day": None, "finished_day": None, "priority": 4}


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("[ ] 이력서", {}),
        (
            "[ ] 이력서 🛫 2025-01-02 ⏳ 2025-01-03 📅 2025-01-04 ⏫",
            {"start_day": "2025-01-02", "scheduled_day": "2025-01-03"},
        ),
        ("[x] 이력서 ✅ 2025-01-05", {"finished_day": "2025-01-05"}),
        (
            "[x] 이력서 [due:: 2025-01-04] (completion:: 2025-01-05)",
            {"due_day": "2025-01-04", "finished_day": "2025-01-05"},
        ),
        ("[x] 이력서 @done(2025-01-05)", {"finished_day": "2025-01-05"}),
        ("[ ] 이력서 📅 someday", {}),
    ],
)
def test_a_task_has_the_days_of_its_marks(tmp_path: Path, task: str, expected: dict[str, str]) -> None:
    body = f"---\ntitle: A\nstatus: active\n---\n\n- {task}\n"
    write_content(tmp_path, {"roadmap.yml": "title: T\n", "a.md": body})
    query = "select start_day, scheduled_day, due_day, finished_day, priority from tasks"
    (row,) = json.loads(cli(tmp_path, "query", query, "--format", "json").stdout)["rows"]
    wanted = NONE | expected | ({"due_day": "2025-01-04", "priority": 2} if "⏫" in task else {})
    assert row == wanted
