"""Work on many files is spread over the cores, which changes the time that it takes and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import write_content, write_files

# milemark with processes for few files, and with none for many.
PROGRAM = """
from milemark.foundation import pool
pool._FEWEST, pool._cores = ({}, lambda: 2)
from milemark.app.cli import main
main()
"""
SPREAD, ALONE = PROGRAM.format(0), PROGRAM.format(1_000_000)
MKDOCS = "site_name: T q7-plan\ndocs_dir: build/docs\ntheme: {name: material, font: false}\nplugins: [search]\n"
MKDOCS += "nav: [index.md]\n"
CONTENT = {
    "roadmap.yml": "title: T\nas_of: 2025-03-15\nstatuses: {open: active, done: done}\ncollections: {plans: {}}\n",
    "index.md": "# Home\n\n[A](plans/a.md)\n\n```query\nfrom: plans\nview: board\n```\n",
    "plans/q7-plan.md": "---\ntitle: Q7\nstatus: open\naudience: private\n---\nsecret\n",
    **{
        f"plans/{name}.md": f"---\ntitle: 계획 {name}\nstatus: open\n---\n- [x] a\n- [ ] {name}\n"
        for name in "abcdefgh"
    },
}
# One that fails on an item.
TEMPLATE = '{% extends "milemark/item.md.jinja" %}{% block body %}{{ 1 // (0 if item.id == "c" else 1) }}{% endblock %}'


def built(folder: Path, program: str, *, is_failing: bool) -> tuple[str, dict[str, bytes]]:
    """Build a site twice, with an edit in between; return what it prints, and the files."""
    write_content(folder, CONTENT)
    write_files(folder, {"mkdocs.yml": MKDOCS, **({"templates/items/plans.md.jinja": TEMPLATE} if is_failing else {})})
    printed = []
    for text in ("", "- [ ] one more\n"):
        with (folder / "content/plans/a.md").open("a", encoding="utf-8") as file:
            file.write(text)
        command = [sys.executable, "-c", program, "build"]
        env = os.environ | {"XDG_CACHE_HOME": str(folder.parent / "cache")}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        printed.append(f"{done.returncode} {done.stderr}".replace(str(folder), ""))
    files = (path for name in ("build/docs", "site") for path in (folder / name).rglob("*") if path.is_file())
    return "".join(printed), {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("is_failing", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_site_made_on_all_cores_is_the_one_made_on_one(tmp_path: Path, is_failing: bool) -> None:
    spread, alone = (
        built(tmp_path / name / "project", program, is_failing=is_failing)
        for name, program in (("spread", SPREAD), ("alone", ALONE))
    )
    assert spread[0] == alone[0]
    assert spread[1].keys() == alone[1].keys()
    assert [path for path, data in spread[1].items() if data != alone[1][path]] == []
    assert ("MM" in spread[0], b"q7-plan" in spread[1]["site/index.html"]) == (True, False)
