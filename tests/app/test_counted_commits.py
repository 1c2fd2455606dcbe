"""A measure of success counts commits: a year of them, of this repository and of others that roadmap.yml names."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.project import read_project
from milemark.history.commit_weeks import WEEKS, commit_weeks
from milemark.roadmap.metrics.health import measures
from repositories import repository
from support import ROOT, cli

TODAY = date(2025, 6, 30)
SETTINGS = "title: T\nstatuses: {done: done}\ncollections: {projects: {}, notes: {role: record}}\n"
MEASURE = "---\ntitle: Commits\ncounts: commits\n---\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    own, other = repository(tmp_path / "own"), repository(tmp_path / "other")
    for day in ("2024-01-01", "2025-01-07", "2025-01-08", "2025-06-30"):
        own.commit(day, {"notes/m.md": MEASURE, "notes/log.md": f"---\ntitle: {day}\n---\n", "roadmap.yml": SETTINGS})
    other.commit("2025-03-03", {"secret-name.md": "# Secret\n"})
    return own.folder


def commits(project: Path, settings: str = "") -> list[int]:
    (project / "content/roadmap.yml").write_text(SETTINGS + settings, "utf-8")
    (measure,) = measures(read_project(project, TODAY).loaded.roadmap)
    return [count for count in measure.commits if count]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", [2, 1]),
        ("repositories: [../other]\n", [2, 1, 1]),
        ("repositories: [., ../own, ../missing]\n", [2, 1]),
        ("repositories: [../other]\nuntrusted: true\n", [2, 1]),
    ],
)
def test_the_commits_of_a_year_are_counted_by_week(project: Path, settings: str, expected: list[int]) -> None:
    assert commits(project, settings) == expected


def test_the_site_shows_the_number_and_a_line(project: Path) -> None:
    (project / "content/roadmap.yml").write_text(f"{SETTINGS}repositories: [../other]\n", "utf-8")
    config = ROOT / "generator/milemark/app/starter_files/mkdocs.yml"
    (project / "mkdocs.yml").write_text(config.read_text("utf-8"), "utf-8")
    done = cli(project, "--as-of", "2025-06-30", "generate")
    assert done.exit_code == 0, done.stderr
    pages = {path.name: path.read_text("utf-8") for path in (project / "build/docs").rglob("*.md")}
    assert "4 commits, in 3 of the last 52 weeks" in pages["progress.md"]
    assert '<svg class="mm-year"' in pages["progress.md"]
    assert not any("other" in text.split("---", 2)[-1] and "secret-name" in text for text in pages.values())


def test_without_commits_the_measure_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "content/notes").mkdir(parents=True)
    (tmp_path / "content/roadmap.yml").write_text(SETTINGS, "utf-8")
    (tmp_path / "content/notes/m.md").write_text(MEASURE, "utf-8")
    assert measures(read_project(tmp_path, TODAY).loaded.roadmap) == ()
    assert cli(tmp_path, "check").exit_code == 0


@settings(deadline=None)
@given(st.lists(st.dates(date(2020, 1, 1), date(2026, 1, 1))), st.dates(date(2024, 6, 1), date(2025, 12, 31)))
def test_each_day_of_the_year_counts_once(days: list[date], as_of: date) -> None:
    found = commit_weeks(days, as_of)
    assert len(found) == WEEKS
    assert sum(found) == sum(as_of - timedelta(weeks=WEEKS) < day <= as_of for day in days)
    assert commit_weeks([as_of], as_of)[-1] == 1
    assert commit_weeks([as_of - timedelta(days=7)], as_of)[-2] == 1
