"""The extension for VS Code is built from its lock file, passes its tests on the real server, and is packaged."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from support import BIN, ROOT, must, run, tool

SOURCE = ROOT / "editors" / "vscode"


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((SOURCE / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if "resolved" in each or "integrity" not in each] == []


def test_nothing_starts_in_a_workspace_that_is_not_trusted_or_has_no_roadmap() -> None:
    manifest = json.loads((SOURCE / "package.json").read_text())
    assert manifest["capabilities"]["untrustedWorkspaces"]["supported"] is False
    assert manifest["activationEvents"] == ["workspaceContains:**/roadmap.yml"]
    palette = {each["command"]: each["when"] for each in manifest["contributes"]["menus"]["commandPalette"]}
    assert {each["command"] for each in manifest["contributes"]["commands"]} == palette.keys()
    assert all(each.startswith("milemark.isActive") for each in palette.values())
    assert manifest["contributes"]["configurationDefaults"]["[markdown]"]["editor.quickSuggestions"]["other"] == "on"


@pytest.mark.slow
def test_the_extension_is_built_tested_and_packaged(tmp_path: Path) -> None:
    npm = tool("npm")
    folder = tmp_path / "vscode"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("node_modules", "out", "*.vsix"))
    installed = run(npm, "ci", "--no-audit", "--no-fund", cwd=folder)
    if installed.returncode:
        pytest.skip(f"npm cannot install the packages: {installed.stderr.strip()[:200]}")
    must(npm, "test", cwd=folder, MILEMARK=str(BIN / "milemark"))
    must(npm, "run", "package", cwd=folder)
    with zipfile.ZipFile(folder / "milemark.vsix") as packed:
        names = packed.namelist()
    assert "extension/out/extension.js" in names
    assert not [name for name in names if "node_modules" in name or name.endswith(".ts")]
