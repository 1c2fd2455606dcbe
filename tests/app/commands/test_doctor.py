"""`milemark doctor` says what would go wrong before it does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from milemark.app import diagnosis, installation
from milemark.app.commands.build import _say_ending
from milemark.publish.publishers import MKDOCS, ZENSICAL, Publisher
from support import cli, must, write_content, write_files

WORKFLOW = ".github/workflows/roadmap.yml"
ELSEWHERE = installation.Installation("9.8", "a package index", "milemark[mkdocs]==9.8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(diagnosis, "installation", lambda: ELSEWHERE)
    files = {
        "mkdocs.yml": "site_name: T\ndocs_dir: build/docs\ntheme: {name: material}\n",
        ".gitignore": "build/\n*.tmp\n",
        WORKFLOW: "env: {MILEMARK: 'milemark[mkdocs]==9.8'}\n# fetch-depth: 0\n",
    }
    write_files(tmp_path, files)
    write_content(tmp_path, {"roadmap.yml": "title: T\n", "a.md": "# A\n"})
    must("git", "init", "--quiet", cwd=tmp_path)
    must("git", "add", "--all", cwd=tmp_path)
    must("git", "commit", "--quiet", "--message", "begin", cwd=tmp_path)
    return tmp_path


def lines(folder: Path) -> dict[str, str]:
    """Return the facts by their labels, and the exit code as `exit`."""
    result = cli(folder, "doctor")
    facts = [line.split("  ", 1) for line in result.stdout.splitlines()]
    return {label: text.strip() for label, text in facts if label} | {"exit": str(result.exit_code)}


def test_a_whole_project_has_nothing_to_do(project: Path) -> None:
    found = lines(project)
    assert found["exit"] == "0"
    assert found["requirement"] == "milemark[mkdocs]==9.8"
    assert found["project"] == f"{project}, 1 Markdown file in content/"
    assert found["git"] == "1 commit of the content"
    assert "--publisher zensical" in found["build runs"]
    assert "CI lacks" not in found


@pytest.mark.parametrize(
    ("path", "text", "label", "expected"),
    [
        (WORKFLOW, "env: {MILEMARK: ''}\n# fetch-depth: 0\n", "CI lacks", "milemark: MILEMARK is empty"),
        (WORKFLOW, "env: {MILEMARK: 'milemark[mkdocs]==9.8'}\n", "CI lacks", "the history"),
        ("mkdocs.yml", "theme: [\n", "build fails", "mkdocs.yml"),
    ],
)
def test_each_thing_to_do_is_named(project: Path, path: str, text: str, label: str, expected: str) -> None:
    write_files(project, {path: text})
    found = lines(project)
    assert (found[label], found["exit"]) == (expected, "1")


def test_other_facts_are_no_failure(project: Path) -> None:
    write_files(
        project,
        {WORKFLOW: "env: {MILEMARK: 'milemark==1'}\n# fetch-depth: 0\n", "content/b.md": "", "content/c.tmp": ""},
    )
    found = lines(project)
    assert found["CI differs"] == "it installs milemark==1; here it is milemark[mkdocs]==9.8"
    assert (found["not committed"], found["ignored by git"]) == ("1 file", "1 file of the content")
    assert found["exit"] == "0"


def test_without_a_project_a_publisher_or_a_repository_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = cli(tmp_path, "doctor")
    assert (found.exit_code, "`milemark init` starts one" in found.stdout) == (1, True)
    monkeypatch.setattr(Publisher, "is_installed", False)
    assert "pip install 'milemark[mkdocs]'" in cli(tmp_path, "doctor").stdout


def test_a_workflow_that_is_none_is_one_line(project: Path) -> None:
    write_files(project, {WORKFLOW: "a: [\n"})
    assert cli(project, "doctor").stderr.startswith(f"error: {WORKFLOW} is not a workflow")


def test_the_end_of_a_publisher_is_said_once_with_the_way_out(
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _say_ending(ZENSICAL, project)
    assert capsys.readouterr().err == ""
    _say_ending(MKDOCS, project)
    assert "`--publisher zensical` builds the same site" in capsys.readouterr().err
    _say_ending(MKDOCS, project)
    assert capsys.readouterr().err == ""
