"""The measuring of pages says clearly why it measures nothing; a page that falls short fails it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lighthouse import measure
from lighthouse.measure import Scores, scores_of

SCRIPT = Path(measure.__file__)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<title>x</title>")
    return tmp_path / "site"


def machine(folder: Path, **programs: str) -> dict[str, str]:
    """Return the environment of a machine that has these programs only; each says one thing."""
    for name, said in programs.items():
        (folder / name).write_text(f"#!/bin/sh\necho '{said}'\n")
        (folder / name).chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize(
    ("programs", "why"),
    [
        ({}, "none of chromium, chromium-browser, google-chrome is on the PATH"),
        ({"chromium": ""}, "node and npm are not on the PATH"),
        ({"chromium": "", "node": "v18.20.4"}, "node and npm are not on the PATH"),
        ({"chromium": "", "node": "v18.20.4", "npm": ""}, "needs node 20 or newer, and here is v18.20.4"),
        ({"chromium": "", "node": "", "npm": ""}, "needs node 20 or newer, and here is none that runs"),
    ],
)
def test_what_a_machine_lacks_is_said_and_nothing_fails(
    tmp_path: Path, site: Path, programs: dict[str, str], why: str
) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(site)],
        env=machine(tmp_path, **programs),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("LEFT OUT: no page was measured, since ")
    assert why in done.stdout


def test_without_a_site_there_is_nothing_to_measure(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, f"there is no site in {tmp_path}: `make site` builds one\n")


@pytest.mark.parametrize(("short", "code"), [([], 0), (["timeline/"], 1)])
def test_a_page_that_falls_short_fails(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], short: list[str], code: int
) -> None:
    for name, made in (("what_is_missing", ""), ("install", "")):
        monkeypatch.setattr(measure, name, lambda made=made: made)
    monkeypatch.setattr(measure, "measure_all", lambda _site: short)
    monkeypatch.setattr(sys, "argv", ["measure.py", str(site)])
    assert measure.main() == code
    assert all(page in capsys.readouterr().out for page in short)


def test_a_slow_page_is_measured_three_times_and_its_best_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [Scores((100,), 70), Scores((100,), 85), Scores((100,), 80), Scores((100,), 99)]
    monkeypatch.setattr(measure, "run", lambda _url: runs.pop(0))
    assert measure.measure("x", 90) == Scores((100,), 85)
    assert measure.measure("x", 90) == Scores((100,), 99)


def test_scores_are_points_of_a_hundred_and_what_failed_is_named() -> None:
    report: dict[str, Any] = {
        "categories": {
            "accessibility": {"score": 0.915, "auditRefs": [{"id": "link-name"}, {"id": "lang"}]},
            "best-practices": {"score": 1, "auditRefs": [{"id": "doctype"}]},
            "seo": {"score": 0.9, "auditRefs": [{"id": "meta-description"}]},
            "performance": {"score": None},
        },
        "audits": {
            "link-name": {"score": 0},
            "lang": {"score": 1},
            "doctype": {"score": 1},
            "meta-description": {"score": 0},
        },
    }
    assert scores_of(report) == Scores((92, 100, 90), 0, ("link-name", "meta-description"))


@pytest.mark.parametrize(
    ("scores", "falls_short"),
    [
        (Scores((95, 100, 100), 90), False),
        (Scores((94, 100, 100), 90), True),
        (Scores((95, 100, 94), 90), True),
        (Scores((95, 100, 100), 89), True),
    ],
)
def test_a_page_needs_every_score(scores: Scores, falls_short: bool) -> None:
    assert scores.falls_short(90) == falls_short
