"""No public output of the past names anything that was private at a commit or is so today, or depends on it."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pasts import Extras, Past, commit_all
from repositories import Repo
from support import cli

CONFIG = "site_name: Plan\nsite_url: https://example.org/\n"
COMMIT = re.compile(r"\b[0-9a-f]{40}\b|\b[0-9a-f]{7}\b")


def project(folder: Path, past: Past, extras: Extras | None = None) -> tuple[Repo, list[str]]:
    repo = Repo(folder)
    folder.mkdir()
    repo.git("init", "-q", "-b", "main")
    (folder / ".gitignore").write_text("/build\n/out\n")
    (folder / "mkdocs.yml").write_text(CONFIG)
    return repo, commit_all(repo, past, extras)


def outputs(repo: Repo, since: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the public outputs that the past is in."""
    printed = (
        *(("history", "--audience", "public", "--format", name) for name in ("text", "json", "csv")),
        *(("report", "--since", each, "--format", "json") for each in since),
        ("report", "--since", since[0], "--format", "md"),
        ("report", "--since", since[-1], "--audience", "public"),
    )
    for arguments in printed:
        done = cli(repo.folder, *arguments)
        assert done.exit_code == 0, done.output
        yield " ".join(arguments), done.output
    assert cli(repo.folder, "generate").exit_code == 0
    assert cli(repo.folder, "export", "csv", "-o", "out/csv").exit_code == 0
    assert cli(repo.folder, "export", "feed", "-o", "out/feed").exit_code == 0
    written = [repo.folder / "build/docs/history.md", *(repo.folder / "out").rglob("*history*")]
    written += (repo.folder / "out/feed").rglob("*.*")
    yield from ((str(path.relative_to(repo.folder)), path.read_text("utf-8")) for path in written if path.is_file())


def seeds(count: int) -> list[int]:
    chance = random.Random(os.environ.get("MILEMARK_SEED"))  # noqa: S311  no secret; None draws others each time
    return [chance.randrange(10**9) for _ in range(count)]


def assert_nothing_private_is_said(folder: Path, seed: int) -> None:
    past = Past.drawn(seed)
    repo, commits = project(folder, past)
    found = dict(outputs(repo, commits[::2]))
    forbidden = past.forbidden()
    hits = {name: {word for word in forbidden if word in text} for name, text in found.items()}
    assert not any(hits.values()), (seed, {name: words for name, words in hits.items() if words})


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("seed", range(8))
def test_no_public_output_of_the_past_says_anything_that_was_private_once(tmp_path: Path, seed: int) -> None:
    assert_nothing_private_is_said(tmp_path / "project", seed)


@pytest.mark.slow
def test_no_public_output_of_other_pasts_says_anything_that_was_private_once(tmp_path: Path) -> None:
    for seed in seeds(60):
        assert_nothing_private_is_said(tmp_path / str(seed), seed)


def test_the_pasts_of_these_tests_have_things_to_hide_and_to_say(tmp_path: Path) -> None:
    assert sum(len(Past.drawn(seed).forbidden()) for seed in range(8)) > 20
    past = Past.drawn(2)
    repo, commits = project(tmp_path / "project", past)
    text = "".join(text for _, text in outputs(repo, commits[::2]))
    assert sum(word in text for word in past.allowed()) > 2


def named(repo: Repo, text: str) -> str:
    """Return an output with the times of its commits in place of their ids, which private content changes, too."""
    lines = repo.git("log", "--all", "--format=%H %aI").splitlines()
    times = {commit[:size]: when for commit, when in (line.split() for line in lines) for size in (7, 40)}
    return COMMIT.sub(lambda found: times.get(found[0], found[0]), text)


def assert_private_things_change_no_byte(folder: Path, seed: int) -> None:
    past = Past.drawn(seed)
    days = [f"2025-01-{day:02}" for day in (1, 4, 7)]
    found = [
        {name: named(repo, text) for name, text in outputs(repo, days)}
        for repo, _ in (project(folder / "a", past), project(folder / "b", past, Extras(seed)))
    ]
    assert found[0] == found[1], seed


@pytest.mark.parametrize("seed", range(8))
def test_projects_that_differ_in_private_things_only_have_the_same_public_past(tmp_path: Path, seed: int) -> None:
    assert_private_things_change_no_byte(tmp_path, seed)


@pytest.mark.slow
def test_other_projects_that_differ_in_private_things_only_have_the_same_public_past(tmp_path: Path) -> None:
    for seed in seeds(60):
        (tmp_path / str(seed)).mkdir()
        assert_private_things_change_no_byte(tmp_path / str(seed), seed)
