"""Zensical uses its cache only as the last build of this user left it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from milemark.foundation.cache import secret_path
from milemark.publish.zensical_cache import is_own_cache, sign_cache
from support import run, write_content, write_files

CHANGES: Mapping[str, Callable[[Path], object]] = {
    "another text": lambda root: (root / ".cache/a").write_text("forged"),
    "another file": lambda root: (root / ".cache/plugin/c").write_text("{}"),
    "a missing file": lambda root: (root / ".cache/a").unlink(),
    "a copy": lambda root: shutil.copytree(shutil.move(root / ".cache", root / "moved"), root / ".cache"),
    "no signature": lambda root: (root / "build/zensical-cache").unlink(),
    "another user": lambda root: (secret_path(root) or root).unlink(),
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return write_files(tmp_path / "project", {".cache/a": "{}", ".cache/plugin/b": "{}"})


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_cache_of_someone_else_is_not_used(root: Path, change: Callable[[Path], object]) -> None:
    assert not is_own_cache(root, root / "build")
    sign_cache(root, root / "build")
    assert is_own_cache(root, root / "build")
    change(root)
    assert not is_own_cache(root, root / "build")


def test_a_project_without_a_cache_needs_no_signature(root: Path) -> None:
    shutil.rmtree(root / ".cache")
    assert is_own_cache(root, root / "build")


@pytest.mark.slow
def test_a_forged_cache_changes_no_page(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: Plan\n", "index.md": "A welcome\n"})
    write_files(tmp_path, {"mkdocs.yml": "site_name: x\ndocs_dir: build/docs\ntheme: {name: material}\n"})
    home = str(tmp_path.parent / f"{tmp_path.name}-home")
    command = ("milemark", "-C", tmp_path, "build", "--publisher", "zensical")
    assert run(*command, XDG_CACHE_HOME=home).returncode == 0
    good = (tmp_path / "site/index.html").read_bytes()
    for path in (tmp_path / ".cache").iterdir():
        path.write_bytes(path.read_bytes().replace(b"A welcome", b"Forged text"))
    assert run(*command, XDG_CACHE_HOME=home).returncode == 0
    assert (tmp_path / "site/index.html").read_bytes() == good
    assert b"A welcome" in good
