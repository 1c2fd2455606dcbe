"""The same input makes the same site, to the byte, whatever the machine and the moment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

pytestmark = pytest.mark.slow

MACHINES = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Seoul", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C", "HOME": "/nowhere", "TERM": "dumb"},
)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build(folder: Path, machine: dict[str, str]) -> dict[str, bytes]:
    shutil.copytree(ROOT / "content", folder / "content")
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert "# site_url:" in settings  # with an address there is a sitemap of every page
    (folder / "mkdocs.yml").write_text(settings.replace("# site_url:", "site_url:"), "utf-8")
    command = [sys.executable, "-m", "milemark", "-C", str(folder), "build"]
    subprocess.run(command, env=os.environ | machine, capture_output=True, check=True)
    return files_of(folder / "site")


def test_two_builds_of_the_site_are_the_same_bytes(tmp_path: Path) -> None:
    one, two = (build(tmp_path / name, machine) for name, machine in zip(("a", "another"), MACHINES, strict=True))
    assert {"index.html", "sitemap.xml.gz", "search/search_index.json"} <= one.keys()
    assert len(one) > 100
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
