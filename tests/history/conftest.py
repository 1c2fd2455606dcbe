"""Each test of the history has a repository and a cache of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from repositories import Repo, repository


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return repository(tmp_path / "project")
