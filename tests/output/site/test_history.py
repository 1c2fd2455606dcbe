"""The history page: its charts and tables, the finished items of each month, and no page without a history."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.history.lifecycle import Lifecycle
from milemark.history.matching import TaskId
from milemark.history.model import Figures, History, Snapshot
from milemark.output.site.history import Cycle, CycleBin, burn_up, cycle
from repositories import ROADMAP, Repo, item, repository
from support import cli

START = date(2025, 1, 6)


def history(*counts: tuple[int, int, int], today: date = date(2025, 12, 31)) -> History:
    """Return a history of (day, done, total), the days counted from the first."""
    snapshots = [
        Snapshot(
            str(number),
            (str(number - 1),) if number else (),
            datetime(START.year, START.month, START.day, tzinfo=UTC) + timedelta(days=day),
            Figures(None, done, total, {}),
            {},
            {},
        )
        for number, (day, done, total) in enumerate(counts)
    ]
    return History(tuple(snapshots), today)


def test_lines_are_stairs_from_the_first_day_to_the_last() -> None:
    found = burn_up(history((0, 0, 10), (5, 5, 10), (5, 5, 20), (10, 10, 20), today=START + timedelta(days=10)))
    assert found.done == "0,40 50,40 50,30 100,30 100,20 100,20"
    assert found.scope == "0,20 50,20 50,0 100,0"
    assert [tuple(map(str, level)) for level in found.levels] == [
        ("2025-01-06", "0", "10"),
        ("2025-01-11", "5", "20"),
        ("2025-01-16", "10", "20"),
    ]


def test_a_line_goes_on_to_today() -> None:
    found = burn_up(history((0, 0, 10), (5, 5, 10), today=START + timedelta(days=10)))
    assert (found.done, str(found.last)) == ("0,40 50,40 50,20 100,20", "2025-01-16")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=200))
def test_whatever_the_numbers_every_point_is_on_the_chart(counts: list[tuple[int, int, int]]) -> None:
    ordered = sorted((day, min(done, total), total) for day, done, total in counts)
    found = burn_up(history(*ordered, today=START + timedelta(days=2000)))
    for line in (found.done, found.scope):
        places = [tuple(map(float, point.split(","))) for point in line.split()]
        assert [x for x, _ in places] == sorted(x for x, _ in places)
        assert all(0 <= x <= 100 and 0 <= y <= found.height for x, y in places)
    assert len(found.levels) <= 40


def test_a_long_history_has_a_table_that_can_be_read() -> None:
    found = burn_up(history(*((day, day, 800) for day in range(700)), today=START + timedelta(days=699)))
    assert len(found.levels) <= 40
    assert found.levels[-1].done == 699


def test_cycle_time_counts_items_with_a_known_start() -> None:
    def lifecycle(took: int | None) -> Lifecycle:
        started = START if took is not None else None
        return Lifecycle(TaskId("a"), "A", "", START, started, START + timedelta(days=took or 0), is_done=True)

    bins = (CycleBin(1, 7, 4, 100), CycleBin(8, 14, 0, 0), CycleBin(15, 28, 0, 0), CycleBin(29, 56, 1, 25))
    assert cycle(lifecycle(took) for took in (0, 1, 2, 3, 30, None)) == Cycle(5, 3, 31, bins)
    assert cycle([lifecycle(1)] * 4) is None


# The page.


@pytest.fixture
def repo(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1751241600")  # 2025-06-30
    found = repository(tmp_path / "project")
    settings_ = (root / "generator/milemark/app/starter_files/mkdocs.yml").read_text("utf-8")
    (found.folder / "mkdocs.yml").write_text(settings_, "utf-8")
    for number in range(10):
        done = item("done", "xone", title=f"<b>A{number}</b> & co", finished=f"2025-0{3 + number % 3}-10")
        tasks = [f"{'x' if task <= number else ' '}task {task:02}" for task in range(12)]
        rest = item("doing", *tasks, title="Rest", milestone="m")
        files = {f"projects/a{number}.md": done, "projects/rest.md": rest, "milestones/m.md": "---\ntitle: M\n---\n"}
        found.commit((date(2025, 4, 14) + timedelta(weeks=number)).isoformat(), files)
    return found


def generated(repo: Repo, *options: str) -> dict[str, str]:
    done = cli(repo.folder, *options, "generate")
    assert done.exit_code == 0, done.stderr
    docs = repo.folder / "build/docs"
    return {path.relative_to(docs).as_posix(): path.read_text("utf-8") for path in docs.rglob("*.md")}


def test_a_wrong_clock_is_no_matter_for_the_public_page(repo: Repo) -> None:
    repo.commit("1971-01-01", {"projects/rest.md": item("doing", " rest", title="Rest")})
    assert "wrong clock" not in generated(repo)["history.md"]
    assert cli(repo.folder, "generate", "--audience", "private").exit_code == 0
    assert "wrong clock" in (repo.folder / "build/docs-private/history.md").read_text("utf-8")
    assert "wrong clock" in cli(repo.folder, "history").stderr


def test_the_page_shows_charts_each_with_its_table_and_what_was_finished(repo: Repo) -> None:
    page = generated(repo)["history.md"]
    assert page.count("<svg") == page.count("</svg>") == 3
    assert page.count("As a table") == 3
    assert page.index("### May 2025") < page.index("### March 2025")
    assert '<a href="../projects/a9/">&lt;b&gt;A9&lt;/b&gt; &amp; co</a>' in page
    assert "## Forecast" not in page  # `forecast: public` is not set
    assert cli(repo.folder, "generate", "--audience", "private").exit_code == 0
    own = (repo.folder / "build/docs-private/history.md").read_text("utf-8")
    assert '<a href="../milestones/m/">M</a>' in own
    assert '<td data-label="85% chance by"><time datetime="2025-' in own
    assert "<b>A" not in page
    for part in page.split("<figure")[1:]:
        ET.fromstring("<svg" + part.split("<svg", 1)[1].split("</svg>")[0] + "</svg>")  # noqa: S314  our own


def test_the_progress_page_leads_there(repo: Repo) -> None:
    assert 'href="../history/"' in generated(repo)["progress.md"]


def test_the_home_page_tells_from_git_in_how_many_weeks_there_was_work_and_when_it_was_finished(repo: Repo) -> None:
    repo.commit("2025-06-25", {"projects/undated.md": item("done", title="Undated")})
    page = generated(repo)["index.md"]
    assert '<strong>11</strong> <span class="mm-label">of the last 12 weeks with work</span>' in page
    assert '<time datetime="2025-06-25">June 25, 2025</time><span><a href="projects/undated/">Undated</a>' in page


def test_commits_of_private_files_are_no_work_of_the_public_home_page(repo: Repo) -> None:
    before = generated(repo)["index.md"]
    secret = item("doing", " SECRET", title="SECRET", audience="private")
    repo.commit("2025-06-30", {"projects/secret.md": secret})
    assert generated(repo)["index.md"] == before
    assert "of the last 12 weeks" in before


def test_a_project_that_rests_or_is_new_tells_no_weeks_of_work(repo: Repo) -> None:
    for day in ("2027-01-01", "2025-04-30"):
        assert "weeks with work" not in generated(repo, "--as-of", day)["index.md"]


def test_without_git_there_is_no_page_and_nothing_leads_to_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.folder / ".git").rename(repo.folder.parent / "away")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repo.folder.parent))
    found = generated(repo)
    assert "history.md" not in found
    assert "history/" not in found["progress.md"]


def test_where_a_history_cannot_be_read_it_is_said_why_and_the_rest_is_made(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", f"file://{repo.folder}", str(tmp_path / "partial"))
    shutil.copy(repo.folder / "mkdocs.yml", tmp_path / "partial")
    done = cli(tmp_path / "partial", "generate")
    assert done.exit_code == 0
    assert "note: history skipped: some older files are missing here" in done.stderr
    assert not (tmp_path / "partial/build/docs/history.md").exists()
    assert (tmp_path / "partial/build/docs/progress.md").is_file()


def test_the_page_shows_commitments_moved_dates_and_days(repo: Repo) -> None:
    days = ("2025-Q2", "2025-08-01", "2025-07-01")
    for week, due in enumerate(days):
        moved = item("doing", title="<i>M</i>", due=due)
        repo.commit(f"2025-06-2{5 + week}", {"projects/m.md": moved, "projects/gone.md": item("planned", title="Gone")})
    repo.commit(
        "2025-06-29", {"projects/gone.md": None, "projects/late.md": item("doing", title="L", due="2025-06-30")}
    )
    page = generated(repo)["history.md"]
    assert "## Moved due dates" in page
    assert "&lt;i&gt;M&lt;/i&gt;" in page
    assert ">+1 day<" in page
    assert [page.count(text) for text in ("+32", "−31", "Gone", "<i>")] == [1, 1, 0, 0]
    assert page.index("## Moved due dates") < page.index("## Finished by month") < page.index("## Daily activity")
    assert "## Planned vs. actual" not in page  # nothing was due when the quarter began
    repo.commit("2025-06-30", {"projects/m.md": item("doing", title="<i>M</i>", due="2025-07-02")})
    later = generated(repo, "--as-of", "2025-07-10")["history.md"]
    assert later.index("Q3 2025") < later.index("current quarter") < later.index("Q2 2025")


def test_the_page_ends_at_the_day_of_the_roadmap(repo: Repo) -> None:
    assert "history.md" not in generated(repo, "--as-of", "2025-01-01")
    page = generated(repo, "--as-of", "2025-05-06")["history.md"]
    assert "2025-05-10" not in page
    assert "2025-06-" not in page


def test_what_was_deleted_is_not_named(repo: Repo) -> None:
    repo.commit("2025-06-29", {"projects/a3.md": None})
    assert "A3" not in generated(repo)["history.md"]


def test_the_same_repository_gives_the_same_page(repo: Repo) -> None:
    first = generated(repo)["history.md"]
    assert generated(repo)["history.md"] == first
    for path in (repo.folder.parent / "cache").rglob("*.sqlite"):
        path.unlink()
    assert generated(repo)["history.md"] == first


def test_a_page_of_the_user_s_own_introduces_it_and_a_folder_of_that_name_keeps_its_place(repo: Repo) -> None:
    repo.write({"history.md": "# History\n\nSo far so good.\n"})
    page = generated(repo)["history.md"]
    assert "So far so good." in page
    assert "<svg" in page
    repo.write({"history.md": None, "roadmap.yml": f"{ROADMAP}  history: {{label: Kingdoms}}\n"})
    repo.write({"history/silla.md": "---\ntitle: Silla\n---\n"})
    found = generated(repo)
    assert "history.md" not in found
    assert "Kingdoms" in found["history/index.md"]
