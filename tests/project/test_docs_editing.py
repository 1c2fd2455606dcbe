"""The page about editing cannot lie: its commands are run, and print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from milemark.app.cli import group
from milemark.app.command import COMMAND_MODULES
from support import ROOT, write_content

PAGE = (ROOT / "docs/editing.md").read_text("utf-8")
ROADMAP = """\
title: T
statuses: {Planned: planned, Paused: paused, Active: active, Done: done}
collections:
  projects: {fields: {title: , status: }}
  ideas: {fields: {title: , status: }}
"""


def run(project: Path, line: str) -> str:
    """Run a line of a shell with commands of milemark, and return all that it prints."""
    text = ""
    for part in line.split(" | "):
        arguments = shlex.split(part)
        assert arguments.pop(0) == "milemark"
        text = CliRunner().invoke(group, ["-C", str(project), *arguments], input=text).output
    return text


def test_each_command_prints_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1736640000")  # 2025-01-12
    (item,) = re.findall(r"^```markdown\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    project = write_content(tmp_path, {"roadmap.yml": ROADMAP, "projects/shop.md": item})
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    for block in blocks:
        for line, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            assert run(project, line) == shown


def test_the_page_shows_each_command_that_writes() -> None:
    shown = set(re.findall(r"milemark ([a-z]+)", PAGE))
    assert {name for name, module in COMMAND_MODULES.items() if module in {"write", "new"}} <= shown
