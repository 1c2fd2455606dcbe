"""A run that would make the same pages makes none, and every change of what they are made from shows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from milemark.output.site.pages import SitePages
from support import cli, must, sampled, write_content, write_files

CONTENT = {
    "roadmap.yml": "title: T\nas_of: 2025-03-15\nstatuses: {open: active, done: done}\ncollections: {plans: {}}\n",
    "index.md": "# Home\n\n![Picture](picture.svg)\n",
    "picture.svg": "<svg/>",
    "plans/a.md": "---\ntitle: A\nstatus: open\n---\n- [x] a\n- [ ] b\n",
    "plans/b.md": "---\ntitle: B\nstatus: open\n---\n[missing](missing.svg)\n",
}
MKDOCS = "site_name: T\ndocs_dir: build/docs\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project that was generated."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = write_content(tmp_path / "project", CONTENT)
    write_files(folder, {"mkdocs.yml": MKDOCS})
    generate(folder)
    return folder


def generate(folder: Path, *options: str) -> str:
    done = cli(folder, "generate", *options)
    assert done.exit_code == 0, done.output
    return done.stderr.splitlines()[-1]


def pages(folder: Path) -> dict[str, bytes]:
    docs = folder / "build/docs"
    return {path.relative_to(docs).as_posix(): path.read_bytes() for path in docs.rglob("*") if path.is_file()}


def fresh(folder: Path, *options: str) -> dict[str, bytes]:
    """Return the pages of a run without an earlier one."""
    other = folder.with_name("other")
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("build"))
    generate(other, *options)
    return pages(other)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each run that renders pages."""
    runs: list[str] = []

    def make(*given: Any) -> SitePages:
        runs.append("run")
        return SitePages(*given)

    monkeypatch.setattr("milemark.app.build.SitePages", make)
    return runs


def test_without_a_change_no_page_is_rendered(project: Path, rendered: list[str]) -> None:
    before = pages(project)
    assert generate(project) == f"0 written, 0 removed, {len(before)} unchanged"
    assert (rendered, pages(project)) == ([], before)


def _commit(folder: Path) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    must("git", "init", "-q", cwd=folder)
    must("git", "add", "content", cwd=folder)
    must("git", *who, "commit", "-qm", "a", cwd=folder)


def write(path: str, text: str) -> Callable[[Path], object]:
    return lambda folder: write_files(folder, {path: text})


CHANGES: dict[str, Callable[[Path], object]] = {
    "an item": write("content/plans/a.md", "---\ntitle: Z\nstatus: done\n---\n"),
    "a new item": write("content/plans/c.md", "---\ntitle: C\nstatus: open\n---\n"),
    "a deleted item": lambda folder: (folder / "content/plans/b.md").unlink(),
    "an item that becomes private": write("content/plans/b.md", "---\ntitle: B\naudience: private\n---\n"),
    "settings": write("content/roadmap.yml", CONTENT["roadmap.yml"].replace("title: T", "title: Other")),
    "the locale": write("content/roadmap.yml", f"{CONTENT['roadmap.yml']}locale: ko\n"),
    "an attachment": write("content/picture.svg", "<svg></svg>"),
    "an attachment that was missing": write("content/plans/missing.svg", "<svg/>"),
    "a template": write("templates/item.md.jinja", "{{ item.title }} of our own\n"),
    "an asset": write("templates/assets/milemark.css", "body {}\n"),
    "the address of the repository": write("mkdocs.yml", f"{MKDOCS}repo_url: https://github.com/a/b\n"),
    "directories in addresses": write("mkdocs.yml", f"{MKDOCS}use_directory_urls: false\n"),
    "a page that was edited by hand": write("build/docs/progress.md", "mine"),
    "a page that was deleted": lambda folder: (folder / "build/docs/plans/a.md").unlink(),
    "a lost tree": lambda folder: shutil.rmtree(folder / "build/docs"),
    "another user's key": lambda folder: os.truncate(folder.parent / "cache/milemark/key", 0),
    "a commit": _commit,
}


@pytest.mark.parametrize("change", sampled(CHANGES, 4))
def test_every_change_gives_the_pages_of_a_first_run(project: Path, change: str, rendered: list[str]) -> None:
    CHANGES[change](project)
    generate(project)
    assert rendered == ["run"]
    found = pages(project)
    generate(project)
    assert rendered == ["run"]
    assert found == pages(project) == fresh(project)


def test_another_day_gives_other_pages(project: Path, rendered: list[str]) -> None:
    generate(project, "--as-of", "2026-01-01")
    assert rendered == ["run"]
    assert pages(project) == fresh(project, "--as-of", "2026-01-01")


def test_a_finding_about_pages_is_reported_each_time(project: Path) -> None:
    write("templates/item.md.jinja", "{{ item.title / 2 }}\n")(project)
    first, second = (cli(project, "generate").stderr for _ in range(2))
    assert "MM" in first
    assert second.splitlines()[:-1] == first.splitlines()[:-1]
