"""The history in exports, as read by SQLite, the csv module and a feed reader."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from milemark.app.cli import group
from repositories import Repo, item, repository

MILESTONE = "---\ntitle: M\nstatus: {}\n---\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = repository(tmp_path / "project")
    (found.folder / "mkdocs.yml").write_text("site_name: x\nsite_url: https://example.org\n")
    a, gone = item("planned", " one", " two", " one", track="t"), item("done", "xsecret", title="Secret")
    start = {"tracks/t.md": "# T\n", "projects/a.md": a, "milestones/m.md": MILESTONE.format("planned")}
    found.commit("2025-01-01", {**start, "projects/gone.md": gone, "tracks/old.md": "# Secret\n"})
    doing = item("doing", "xone", " two", "-three", " one", track="t")
    found.commit("2025-01-02", {"projects/a.md": doing, "milestones/m.md": MILESTONE.format("done")})
    done = item("done", "xone", "xone", "xnew **one**", track="t")
    found.commit("2025-01-05", {"projects/a.md": done, "projects/gone.md": None, "tracks/old.md": None})
    found.write({"projects/b.md": item("done", finished="2024-12-01")})
    return found


def export(repo: Repo, name: str, *options: str) -> Path:
    target = repo.folder.parent / name
    arguments = ["-C", str(repo.folder), "--as-of", "2025-01-06", *options, "export", name, "-o", str(target)]
    done = CliRunner().invoke(group, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return target


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "select position, day, progress, tasks_done, tasks_total, planned, active, done from history",
            [
                (1, "2025-01-01", 0.0, 1, 4, 1, 0, 1),
                (2, "2025-01-02", 33.33, 2, 4, 0, 1, 1),
                (3, "2025-01-05", 100.0, 3, 3, 0, 0, 1),
            ],
        ),
        ("select time, length(commit_id) from history where position = 1", [("2025-01-01T12:00:00+09:00", 40)]),
        (
            "select h.day, t.track, t.tasks_done from track_history t join history h using (position)",
            [("2025-01-01", "t", 0), ("2025-01-02", "t", 1), ("2025-01-05", "t", 3)],
        ),
        (
            "select item, added, started, finished, removed from item_history",
            [("a", "2025-01-01", "2025-01-02", "2025-01-05", None), ("m", "2025-01-01", *["2025-01-02"] * 2, None)],
        ),
        (
            "select h.position, tasks.text, h.text, h.finished from task_history h join tasks using (item, position)",
            [
                (1, "one", "one", "2025-01-02"),
                (2, "one", "one", "2025-01-05"),
                (3, "new **one**", "new one", "2025-01-05"),
            ],
        ),
    ],
)
def test_the_database_tells_what_became_of_everything(
    repo: Repo, query: str, expected: list[tuple[object, ...]]
) -> None:
    (repo.folder / "content/projects/b.md").unlink()
    with closing(sqlite3.connect(export(repo, "sqlite"))) as connection:
        assert connection.execute(query).fetchall() == expected
        assert connection.execute("pragma foreign_key_check").fetchall() == []


def test_what_is_not_committed_is_the_last_row_of_the_day_it_is_read(repo: Repo) -> None:
    arguments = ["-C", str(repo.folder), "export", "sqlite", "-o", str(repo.folder.parent / "now.sqlite")]
    assert CliRunner().invoke(group, arguments, env={"SOURCE_DATE_EPOCH": "1736208000"}).exit_code == 0  # 2025-01-07
    with closing(sqlite3.connect(repo.folder.parent / "now.sqlite")) as connection:
        rows = connection.execute("select day, commit_id from history where position > 3").fetchall()
        assert rows == [("2025-01-07", None)]
        days = connection.execute("select added, finished from item_history where item = 'b'").fetchall()
        assert days == [("2025-01-07", "2024-12-01")]


def test_spreadsheets_have_the_same_rows(repo: Repo) -> None:
    folder = export(repo, "csv")
    with (folder / "history.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["day"], row["tasks_done"], row["unstaged"]) for row in rows] == [
        ("2025-01-01", "1", "0"),
        ("2025-01-02", "2", "0"),
        ("2025-01-05", "3", "0"),
    ]


def test_deleted_items_are_left_out(repo: Repo) -> None:
    exports = [export(repo, name) for name in ("sqlite", "csv", "feed")]
    files = [path for each in exports for path in ((each,) if each.is_file() else each.iterdir())]
    assert len(files) > 10
    for path in files:
        assert not [word for word in (b"ecret", b"gone", b"two") if word in path.read_bytes()], path.name


def test_without_git_the_history_tables_are_empty(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.folder / ".git").rename(repo.folder.parent / "away")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repo.folder.parent))
    with closing(sqlite3.connect(export(repo, "sqlite"))) as connection:
        for name in ("history", "track_history", "item_history", "task_history", "forecasts"):
            assert connection.execute(f"select * from {name}").fetchall() == []  # noqa: S608  our own names
    assert [entry.title for entry in feedparser.parse(export(repo, "feed") / "feed.xml").entries] == ["b"]


def test_a_feed_tells_the_day_of_the_commit_unless_the_item_says_another(repo: Repo) -> None:
    entries = feedparser.parse(export(repo, "feed") / "feed.xml").entries
    assert [(entry.title, entry.updated[:10]) for entry in entries] == [
        ("a", "2025-01-05"),
        ("M", "2025-01-02"),
        ("b", "2024-12-01"),
    ]
