"""VS Code without the server: snippets and schemas that follow roadmap.yml, beside the settings of the user."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from support import cli, write_content, write_files

ROADMAP = """\
statuses: {할 일: planned, "a,b|c": active, Done: done}
collections:
  projects:
    label: 일
    fields:
      area: {choices: [front end, "yes"], required: true}
      cost: {type: number, required: true, label: "$}"}
  skills: {role: record}
"""
SNIPPETS = ".vscode/milemark.code-snippets"
SHARED = (".vscode/settings.json", ".remarkrc.json")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_content(tmp_path, {"roadmap.yml": ROADMAP})


def test_each_collection_has_a_snippet_with_the_words_of_the_roadmap(root: Path) -> None:
    assert cli(root, "init", "--editor", "vscode").exit_code == 0
    found = json.loads((root / SNIPPETS).read_text())
    assert found["일"]["prefix"] == "projects"
    assert found["일"]["body"] == [
        "---",
        "title: ${1:$TM_FILENAME_BASE}",
        "status: ${2|할 일,a\\,b\\|c,Done|}",
        'area: ${3|front end,"yes"|}',
        "cost: ${4:\\$\\}}",
        "---",
        "",
        "$0",
    ]
    assert "status:" not in "".join(found["skills"]["body"])


def test_remark_finds_a_schema_for_each_folder(root: Path) -> None:
    cli(root, "init", "--editor", "vscode")
    _, (_name, options) = json.loads((root / ".remarkrc.json").read_text())["plugins"]
    for path, globs in options["schemas"].items():
        schema = json.loads((root / path).read_text())
        jsonschema.Draft7Validator.check_schema(schema)  # the dialect of remark
        assert "$schema" not in schema
        assert globs == [f"./content/{Path(path).name.removesuffix('.schema.json')}/**/*.md"]
    assert len(options["schemas"]) == 2


def test_a_second_run_writes_what_has_changed_and_undo_takes_it_back(root: Path) -> None:
    cli(root, "init", "--editor", "vscode")
    assert "up to date" in cli(root, "init", "--editor", "vscode").stderr
    before = (root / SNIPPETS).read_bytes()
    write_content(root, {"roadmap.yml": ROADMAP.replace("front end", "web")})
    again = cli(root, "init", "--editor", "vscode").stderr
    assert "settings.json" not in again
    assert b"web" in (root / SNIPPETS).read_bytes()
    cli(root, "undo")
    assert (root / SNIPPETS).read_bytes() == before


@pytest.mark.parametrize(
    ("path", "text", "is_answered"),
    [
        (SHARED[0], '{\n  // mine\n  "a": 1\n}\n', True),
        (SHARED[0], "broken", True),
        (SHARED[1], "{}\n", True),
        (".remarkrc.mjs", "export default {}\n", True),
        (
            SHARED[0],
            '{"[markdown]": {"editor.quickSuggestions": {"other": "on"}, "editor.snippetSuggestions": "top"}, "a": 1}',
            False,
        ),
    ],
)
def test_files_of_the_user_stay(root: Path, path: str, text: str, is_answered: bool) -> None:
    write_files(root, {path: text})
    done = cli(root, "init", "--editor", "vscode")
    assert (root / path).read_text() == text
    assert ("add this to it by hand" in done.stderr) == is_answered
    assert (root / ".remarkrc.json").exists() == (not path.startswith(".remarkrc.m"))


def test_nothing_is_written_without_a_roadmap_nor_in_a_dry_run(root: Path, tmp_path: Path) -> None:
    cli(root, "init", "--editor", "vscode", "--dry-run")
    assert not (root / ".vscode").exists()
    (root / "content/roadmap.yml").unlink()
    assert cli(root, "init", "--editor", "vscode").exit_code == 2
    assert {path.name for path in tmp_path.iterdir()} <= {"content", "build"}
