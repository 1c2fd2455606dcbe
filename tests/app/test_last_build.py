"""A build of a project in which nothing has changed does nothing, and prints what the last build has printed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support import cli, must, write_content, write_files

SETTINGS = """site_name: T
docs_dir: build/docs
theme: {name: material, font: false, custom_dir: own}
extra: {shown: !ENV [SHOWN, nothing]}
not_in_nav: '*'
markdown_extensions: [attr_list, md_in_html]
"""
CONTENT = {
    "roadmap.yml": "title: T\nas_of: 2025-01-12\ncollections: {items: {}}\n",
    "items/one.md": "---\ntitle: One\nstatus: active\n---\n- [x] a\n",
    "items/wrong.md": "---\ntitle: Wrong\ndue: soon\n---\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project that was built, all files of which are older than the build."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "project"
    write_content(root, CONTENT)
    write_files(root, {"mkdocs.yml": SETTINGS, "templates/assets/own.css": "p {}", "own/x.html": "x"})
    must("git", "init", "--quiet", cwd=root)
    must("git", "add", "content", cwd=root)
    must("git", "commit", "--quiet", "--message", "first", cwd=root)
    monkeypatch.setattr("milemark.foundation.disk.settled_before", lambda read: read + 1)
    done = cli(root, "build")
    assert (done.exit_code, "due" in done.stderr) == (0, True)
    return root


def is_built_again(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> bool:
    """Whether `build` reads the project, and does not only print what it has printed."""
    read: list[int] = []

    def build(*_arguments: object, **_options: object) -> bool:
        read.append(1)
        return False

    monkeypatch.setattr("milemark.app.commands.build._build", build)
    cli(root, "build", *arguments)
    return bool(read)


def edit(path: str) -> Callable[[Path], object]:
    return lambda root: (root / path).write_text(f"{(root / path).read_text('utf-8')}\n", "utf-8")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an item": edit("content/items/one.md"),
    "roadmap.yml": edit("content/roadmap.yml"),
    "a new attachment": lambda root: write_files(root, {"content/a.png": "x"}),
    "a removed item": lambda root: (root / "content/items/one.md").unlink(),
    "mkdocs.yml": edit("mkdocs.yml"),
    "a template": edit("templates/assets/own.css"),
    "the theme": edit("own/x.html"),
    "a page of the tree": edit("build/docs/items/one.md"),
    "a page of the site": edit("site/items/one/index.html"),
    "a removed page": lambda root: (root / "site/items/one/index.html").unlink(),
    "a file in the site": lambda root: write_files(root, {"site/more.txt": "x"}),
    "a commit": lambda root: must("git", "commit", "--quiet", "--allow-empty", "--message", "x", cwd=root),
    "older commits that are missing": lambda root: write_files(root, {".git/shallow": f"{'0' * 40}\n"}),
    "a variable": lambda _root: os.environ.update(SHOWN="now"),
}


def test_nothing_is_built_where_nothing_has_changed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cli(project, "build")
    assert not is_built_again(project, monkeypatch)
    again = cli(project, "build")
    assert (again.exit_code, again.stdout, again.stderr) == (0, first.stdout, first.stderr)
    assert "content/items/wrong.md:3:6" in again.stderr
    assert again.stderr.endswith("site/index.html\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_anything_is_built(project: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("SHOWN", "before")
    cli(project, "build")
    assert not is_built_again(project, monkeypatch)
    CHANGES[name](project)
    assert is_built_again(project, monkeypatch)


def test_other_arguments_are_built(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in (["--strict"], ["--full"], ["--audience", "private"], ["--untrusted"]):
        assert is_built_again(project, monkeypatch, *arguments)


def test_a_file_that_changes_while_it_is_read_is_built_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent / "cache"))
    edit("content/items/one.md")(project)
    assert time.time_ns() - (project / "content/items/one.md").stat().st_mtime_ns < 2 * 10**9
    cli(project, "build")
    assert is_built_again(project, monkeypatch)
