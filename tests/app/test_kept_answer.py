"""The answers of `history` and `report` that are kept between runs: the same bytes as without them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from milemark.app.kept_answer import kept_answer
from milemark.foundation.cache import index_path
from repositories import Repo, repository
from support import cli

COMMANDS = (
    ("history",),
    *(("history", "--format", each) for each in ("json", "csv")),
    ("history", "--audience", "public"),
    ("report", "--since", "side"),
    ("report", "--since", "2025-01-02", "--audience", "public"),
    ("report", "--since", "side", "--format", "json"),
    ("report", "--since", "side", "--format", "md"),
)
ITEM = "---\nstatus: {}\n---\n# {}\n\n- [x] first\n- [ ] second\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1736899200")  # 2025-01-15
    found = repository(tmp_path / "project")
    for day, name in enumerate(("a", "b", "c"), 1):
        found.commit(f"2025-01-0{day}", {f"projects/{name}.md": ITEM.format("doing", name)})
    found.git("branch", "side", "HEAD~1")
    return found


def answers(repo: Repo) -> list[tuple[int, str, str]]:
    done = [cli(repo.folder, *each) for each in COMMANDS]
    return [(each.exit_code, each.stdout, each.stderr) for each in done]


def place_of(repo: Repo) -> Path:
    index = index_path(repo.folder / "content")
    assert index
    return index


def write(path: str, text: str) -> Callable[[Repo, pytest.MonkeyPatch], object]:
    return lambda repo, _monkeypatch: repo.write({path: text})


CHANGES: dict[str, Callable[[Repo, pytest.MonkeyPatch], object]] = {
    "an edit": write("projects/a.md", ITEM.format("done", "a")),
    "an item becomes private": write("projects/a.md", "---\nstatus: doing\naudience: private\n---\n- [x] first\n"),
    "a title becomes private": write("projects/d.md", "---\ntitle: b\naudience: private\n---\n"),
    "an error in roadmap.yml": write("roadmap.yml", "statuses: 3\n"),
    "another locale": write("roadmap.yml", "locale: ko\nstatuses: {doing: active}\ncollections: {projects: {}}\n"),
    "a commit": lambda repo, _: repo.commit("2025-01-05", {"projects/d.md": ITEM.format("doing", "d")}),
    "an amended commit": lambda repo, _: repo.commit("2025-01-09", {}, "--amend", "--date=2025-01-09T12:00:00"),
    "an earlier commit": lambda repo, _: repo.git("checkout", "-q", "HEAD~1"),
    "a branch moves": lambda repo, _: repo.git("branch", "-f", "side", "HEAD~2"),
    "another day": lambda _, monkeypatch: monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735862400"),  # 2025-01-03
    "the history is cut": lambda repo, _: (repo.folder / ".git/shallow").write_text(f"{repo.head}\n", "utf-8"),
    "git is gone": lambda repo, _: (repo.folder / ".git").rename(repo.folder / "git"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_kept_until_something_changes(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    first = answers(repo)
    CHANGES[change](repo, monkeypatch)
    found = answers(repo)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert found == answers(repo)
    assert found != first


def test_an_unchanged_project_is_not_read_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answers(repo)
    monkeypatch.setattr("milemark.history.read.read_history", None)
    monkeypatch.setattr("milemark.app.project.load_everything", None)
    assert answers(repo) == first


@pytest.mark.slow
@pytest.mark.parametrize("data", [b"", b"junk" * 1000])
def test_damaged_answers_are_the_same_as_none(repo: Repo, data: bytes) -> None:
    first = answers(repo)
    place_of(repo).write_bytes(data)
    assert answers(repo) == first


def test_an_answer_is_not_kept_if_a_file_changes_while_it_is_made(repo: Repo) -> None:
    def make() -> list[str]:
        repo.write({"projects/a.md": "new"})
        return ["of the old files or the new ones"]

    kept_answer(repo.folder, "name", (), make)
    assert kept_answer(repo.folder, "name", (), lambda: ["of the new files"]) == ["of the new files"]
    assert kept_answer(repo.folder, "name", (), list) == ["of the new files"]
    assert kept_answer(repo.folder, "name", (1,), lambda: ["of an option"]) == ["of an option"]
