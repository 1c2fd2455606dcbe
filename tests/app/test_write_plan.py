"""A plan shows the roadmap as it will be, and reads no file again that it does not change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milemark.app.options import ReadOptions
from milemark.app.project import load_everything, read_project
from milemark.app.write_plan import WritePlan
from milemark.foundation.layout import PRIVATE
from support import write_content

DAY = date(2025, 1, 1)
ROADMAP = "statuses: {Doing: active, Done: done}\ncollections: {projects: {}, notes: {items: headings}}\n"
FILES = {
    "roadmap.yml": ROADMAP,
    "projects/shop.md": "---\nstatus: Doing\ndepends_on: [pay]\n---\n# Shop\n",
    "projects/pay.md": "# Pay\n",
    "notes/all.md": "# All\n\n## One\n\nstatus:: Doing\n\n## Two\n\n- [ ] a\n",
    "about.md": "# About\n",
}
CHANGES: list[tuple[str, dict[str, str | None], int]] = [
    ("an item", {"projects/shop.md": "---\nstatus: Dong\n---\n"}, 2),
    ("a file of items", {"notes/all.md": "# All\n\n## One\n\n## Three\n"}, 3),
    ("another name", {"projects/pay.md": None, "projects/cash.md": "# Pay\n"}, 2),
    ("a page", {"about.md": "# Us\n"}, 2),
    ("the settings", {"roadmap.yml": ROADMAP.replace("Doing", "Now")}, 0),
]


@pytest.mark.parametrize(("changes", "kept"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_the_roadmap_after_a_change_is_the_one_that_is_read_then(
    tmp_path: Path, changes: dict[str, str | None], kept: int
) -> None:
    write_content(tmp_path, FILES)
    project = read_project(tmp_path, DAY, read_options=ReadOptions(PRIVATE))
    plan = WritePlan.of(project, {path: text.encode() if text else None for path, text in changes.items()})
    after = plan.after.everything
    fresh = load_everything(plan.after.content, DAY)
    assert (after.files, after.diagnostics) == (fresh.files, fresh.diagnostics)
    before = {id(file) for file in project.everything.files if not file.document.within}
    assert sum(id(file) in before for file in after.files) == kept
