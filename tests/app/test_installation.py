"""What other machines install is the milemark that is installed here."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest
import yaml

from milemark.app import installation
from milemark.app.command import COMMAND_MODULES
from milemark.app.command_help import PAGES
from milemark.app.starter import start
from support import ROOT, cli, must, run, write_content

URL = "https://example.org/milemark"
HASH = "0123456789abcdef" * 4
CASES: dict[str, tuple[Any, str]] = {
    "index": (None, "milemark[mkdocs]==9.8"),
    "vcs": (
        {"url": f"{URL}.git", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}},
        f"milemark[mkdocs] @ git+{URL}.git@a1b2",
    ),
    "part of a repository": (
        {"url": URL, "vcs_info": {"vcs": "git", "commit_id": "a1b2"}, "subdirectory": "py"},
        f"milemark[mkdocs] @ git+{URL}@a1b2#subdirectory=py",
    ),
    "clone on this machine": ({"url": "file:///src/mm", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}}, ""),
    "archive": (
        {"url": f"{URL}-9.8-py3-none-any.whl", "archive_info": {"hashes": {"sha256": HASH}}},
        f"milemark[mkdocs] @ {URL}-9.8-py3-none-any.whl#sha256={HASH}",
    ),
    "archive, as old pip writes it": (
        {"url": f"{URL}.zip", "archive_info": {"hash": f"sha256={HASH}"}},
        f"milemark[mkdocs] @ {URL}.zip#sha256={HASH}",
    ),
    "archive on this machine": ({"url": "file:///dist/m.whl", "archive_info": {"hashes": {"sha256": HASH}}}, ""),
    "folder": ({"url": "file:///src/milemark", "dir_info": {}}, ""),
    "editable folder": ({"url": "file:///src/milemark", "dir_info": {"editable": True}}, ""),
}


def installed(folder: Path, direct: Any, urls: str = "") -> PathDistribution:
    """Return the record of an installed milemark."""
    place = folder / "milemark-9.8.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(f"Metadata-Version: 2.4\nName: milemark\nVersion: 9.8\n{urls}", "utf-8")
    if direct:
        (place / "direct_url.json").write_text(json.dumps(direct), "utf-8")
    return PathDistribution(place)


@pytest.mark.parametrize("name", CASES)
def test_a_new_project_installs_the_milemark_that_wrote_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct, expected = CASES[name]
    record = installed(tmp_path, direct)
    monkeypatch.setattr(installation, "distribution", lambda _name: record)
    steps = start(tmp_path / "plan", None, date(2026, 11, 23))
    written = (tmp_path / "plan/.github/workflows/roadmap.yml").read_text("utf-8")
    assert yaml.safe_load(written)["env"] == {"MILEMARK": expected}
    advice = next(
        step.advice for step in steps if step.path.name == "roadmap.yml" and step.path.parent.name != "content"
    )
    assert bool(expected) is not ("set MILEMARK in it" in advice)


def test_the_advice_names_the_repository_that_pyproject_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = installed(tmp_path, CASES["folder"][0], f"Project-URL: Repository, {URL}\n")
    monkeypatch.setattr(installation, "distribution", lambda _name: record)
    assert installation.installation().example == f"milemark[mkdocs] @ git+{URL}@COMMIT"


@pytest.mark.parametrize(
    ("urls", "place"),
    [
        (f"Project-URL: Repository, {URL}\n", f"{URL}/blob/HEAD/docs/publishing.md"),
        ("", "docs/publishing.md in milemark's repository"),
    ],
)
def test_advice_names_a_page_that_people_without_the_repository_find(
    urls: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = installed(tmp_path, CASES["folder"][0], urls)
    monkeypatch.setattr(installation, "distribution", lambda _name: record)
    assert place in cli(write_content(tmp_path / "plan", {"roadmap.yml": "title: P\n"}), "doctor").stdout
    for name, page in PAGES.items():
        assert f"More: {place.replace('publishing.md', page)}\n" in cli(tmp_path, name, "--help").stdout


def test_the_help_names_pages_that_exist_and_no_other_paths_of_the_documentation(tmp_path: Path) -> None:
    assert all((ROOT / "docs" / page).is_file() for page in PAGES.values())
    for name in COMMAND_MODULES:
        text = cli(tmp_path, name, "--help").stdout
        assert len(re.findall(r"\bdocs/[\w/-]+\.md", text)) == (name in PAGES), text


def test_a_workflow_without_a_milemark_says_what_to_set(tmp_path: Path) -> None:
    start(tmp_path, None, date(2026, 11, 23))
    workflow = yaml.safe_load((tmp_path / ".github/workflows/roadmap.yml").read_text("utf-8"))
    (step, *_others) = [each for each in workflow["jobs"]["build"]["steps"] if each["name"] == "Install milemark"]
    done = run("bash", "-e", "-c", step["run"], cwd=tmp_path, MILEMARK="")
    assert done.returncode != 0
    assert "MILEMARK: is empty - set it at the top of this file" in done.stderr
    shown = must(
        "bash", "-e", "-c", f"pip() {{ printf '%s' \"$2\"; }}; {step['run']}", MILEMARK="milemark[mkdocs] @ x y"
    )
    assert shown == "milemark[mkdocs] @ x y"
