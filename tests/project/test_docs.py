"""The README and the pages about items, collections and checks cannot lie: their examples are read, checked and run."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from milemark.output.text.diagnostics import FormatContext, as_text
from milemark.roadmap.load import load
from milemark.roadmap.settings import Stage
from milemark.roadmap.settings_file import parse_settings
from support import ROOT, in_content
from walkthrough import Step, walk

README = (ROOT / "README.md").read_text("utf-8")
DAY = date(2025, 1, 12)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_schema_of_the_page_is_a_schema() -> None:
    (example,) = blocks("docs/collections.md", "yaml")
    settings, found = parse_settings(example.encode())
    assert not found
    assert settings.policies.active_limit == 1
    assert settings.marks == {"/": Stage.ACTIVE, "-": Stage.DROPPED}


def test_the_item_of_the_page_is_an_item() -> None:
    (schema,), (item,) = (blocks("docs/collections.md", language) for language in ("yaml", "markdown"))
    files = {
        "roadmap.yml": schema.encode(),
        "projects/storebridge.md": item.encode(),
        "projects/business-registration.md": b"---\ntitle: Business registration\nstatus: Paused\n---\n",
        "tracks/projects.md": b"---\ntitle: Projects\nstatus: Paused\n---\n",
    }
    loaded = load(files, DAY)
    assert not [each for each in loaded.diagnostics if each.is_error]
    (found,) = (each for each in loaded.roadmap.items if each.id == "storebridge")
    assert (found.stage, found.counts.done, found.counts.total) == (Stage.PAUSED, 1, 3)
    assert found.texts("depends_on") == ("business-registration",)


def test_the_finding_of_the_page_is_what_is_said() -> None:
    (expected,) = blocks("docs/checks.md", "text")
    files = {
        "roadmap.yml": b"statuses: {planned: planned, in progress: active}\ncollections: {projects: }\n",
        "projects/storebridge.md": b"---\ntitle: StoreBridge\npriority: high\nstatus: in-progess\n---\n",
    }
    found = [each for each in load(files, DAY).diagnostics if each.rule.code == "MM204"]
    assert as_text(found, FormatContext(lambda path: files[path], str, in_content)).strip() == expected.strip()


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_the_commands_of_the_readme_work(page: str, tmp_path: Path) -> None:
    lines = [line for block in blocks(page, "sh")[1:] for line in block.splitlines()]
    steps = [Step(f"{line} || echo FAILED") for line in lines if not line.startswith(("pip ", "milemark serve"))]
    printed = walk(steps, tmp_path)
    assert len(printed) == len(steps) >= 3
    assert not [text for text in printed if "FAILED" in text]


@pytest.mark.parametrize("page", ["README.md", "README.ko.md", "SECURITY.md", "CONTRIBUTING.md"])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    targets = re.findall(r"\]\(((?!https?:)[^)#]+)", (ROOT / page).read_text("utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def paths_of(page: str) -> list[str]:
    """Return the paths that a page names in code spans, placeholders such as NAME and MMxxx left out."""
    named = re.findall(r"`([\w./-]+(?:/[\w.-]*|\.(?:py|md|yml|toml|txt|jinja|po)))`", (ROOT / page).read_text("utf-8"))
    return sorted(
        {path for path in named if not re.search("NAME|MODULE|WING|MMxxx|^content|^build|^site|^https?", path)}
    )


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_for_developers_exists(page: str) -> None:
    roots = (ROOT, *(ROOT / "generator/milemark" / wing for wing in ("", "app", "query", "output")))
    paths = paths_of(page)
    assert len(paths) > 8
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []


def test_the_architecture_is_one_page() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 150
