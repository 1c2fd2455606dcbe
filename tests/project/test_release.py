"""A release is built once, attested, tried, and published only from the protected environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from release_notes import notes_of
from support import ACTIONS, RELEASE_ACTIONS, ROOT, must, tool

PATH = ROOT / ".github/workflows/release.yml"
TEXT = PATH.read_text("utf-8")
WORKFLOW: Any = yaml.load(TEXT, Loader=yaml.BaseLoader)  # noqa: S506  `on` stays a text
JOBS = WORKFLOW["jobs"]
CHANGELOG = (
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-28\n\n### Added\n\n- a\n\n## [1.1.0] - 2026-01-01\n\n- b\n"
)


def test_it_runs_for_tags_only_and_each_job_has_the_rights_it_needs() -> None:
    assert WORKFLOW["on"] == {"push": {"tags": ["v*"]}}
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read", "id-token": "write", "attestations": "write"},
        "try": {},
        "publish": {"id-token": "write"},
        "announce": {"contents": "write"},
    }


def test_what_is_published_is_what_was_built_and_tried_after_a_reviewer_agreed() -> None:
    assert [JOBS[name]["needs"] for name in ("try", "publish", "announce")] == ["build", "try", "publish"]
    assert JOBS["publish"]["environment"] == "pypi"
    assert [step["uses"].split("@")[0] for step in JOBS["publish"]["steps"]] == [
        "actions/download-artifact",
        "pypa/gh-action-pypi-publish",
    ]
    assert "secrets" not in TEXT
    assert JOBS["try"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_every_action_is_pinned_to_the_commit_of_a_known_version() -> None:
    used = dict(re.findall(r"uses: (\S+) # (\S+)", TEXT))
    assert len(re.findall("uses:", TEXT)) == len(re.findall(r"uses: \S+ # v", TEXT))
    assert used.items() <= {**ACTIONS, **RELEASE_ACTIONS}.items()


def test_the_linters_find_nothing() -> None:
    must(tool("zizmor"), "--offline", "--no-config", "--persona=pedantic", "--no-progress", PATH)
    must(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", PATH)


def test_the_notes_are_the_section_of_the_version() -> None:
    assert notes_of("v1.2.0", CHANGELOG, "1.2.0") == "### Added\n\n- a\n"


@pytest.mark.parametrize(
    ("tag", "version", "expected"),
    [
        ("v1.3.0", "1.2.0", "name the tag v1.2.0"),
        ("v1.2.1", "1.2.1", r"has no section \[1.2.1\]"),
        ("v1.1", "1.1", r"has no section \[1.1\]"),
    ],
)
def test_a_tag_without_a_section_or_with_another_version_stops_the_release(
    tag: str, version: str, expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        notes_of(tag, CHANGELOG, version)


def test_no_text_names_an_address_of_the_repository_but_pyproject() -> None:
    texts: list[Path] = [ROOT / "README.md", ROOT / "README.ko.md", *(ROOT / "docs").rglob("*.md")]
    found = [
        path.name
        for path in texts
        if re.search(r"github\.com/[\w-]+/milemark|milemark\.git\b", path.read_text("utf-8"))
    ]
    assert found == []
