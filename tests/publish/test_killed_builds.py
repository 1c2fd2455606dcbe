"""A build that is killed at any moment leaves the last good site, whole, and the next build needs no help."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support import write_content, write_files

MOMENTS = 12
SETTINGS = (
    "site_name: T\ndocs_dir: build/docs\nsite_dir: site\ntheme: {name: material, font: false}\nnot_in_nav: '/*/**'\n"
)
ROADMAP = "title: T\ncollections: {items: {}}\n"
LONGEST = 300  # seconds, on a machine that is very busy
ONE_DAY = {"SOURCE_DATE_EPOCH": "1750000000"}


def content(stage: str) -> dict[str, str]:
    items = {
        f"items/item-{number}.md": f"---\ntitle: Item {number}\nstatus: {stage}\n---\n- [ ] {stage}\n"
        for number in range(60)
    }
    return {"roadmap.yml": ROADMAP, **items}


def started(project: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "milemark", "-C", str(project), "build"],
        env=os.environ | ONE_DAY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def build(project: Path) -> float:
    """Build to the end, and return the seconds it took."""
    began = time.monotonic()
    assert started(project).wait(LONGEST) == 0
    return time.monotonic() - began


def is_killed(project: Path, after: float) -> bool:
    """Kill a build and its publisher after some seconds; False if it was done before."""
    running = started(project)
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return True
    return False


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no groups of processes to kill")
def test_a_build_that_is_killed_at_any_moment_leaves_the_last_good_site(tmp_path: Path) -> None:
    write_files(tmp_path, {"mkdocs.yml": SETTINGS})
    sites: dict[str, dict[str, bytes]] = {}
    durations: list[float] = []
    for stage in ("planned", "active"):
        write_content(tmp_path, content(stage))
        durations.append(build(tmp_path))
        sites[stage] = files(tmp_path / "site")
    assert sites["planned"] != sites["active"]
    shown, kills, moments = "active", 0, random.Random(1)  # noqa: S311  moments, no secrets
    for _ in range(MOMENTS):
        wanted = "planned" if shown == "active" else "active"
        write_content(tmp_path, content(wanted))
        kills += is_killed(tmp_path, moments.uniform(0, durations[-1]))
        found = files(tmp_path / "site")
        assert found in (sites[shown], sites[wanted]), "the site is neither the last one nor the new one"
        durations.append(build(tmp_path))
        shown = wanted
        assert files(tmp_path / "site") == sites[shown], "the next build makes the site as if none had been killed"
    assert kills > MOMENTS // 3
