"""Every command that reads gives scripts one kind of object, with the revisions that a write needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repositories import repository
from support import cli, write_content

FILES = {
    "roadmap.yml": "statuses: {Doing: active, Done: done}\ncollections: {projects: {}}\n",
    "projects/shop.md": "---\nstatus: Dong\ndue: 2025-03\n---\n# Shop\n\n- [x] one\n- [ ] two\n",
}
EMPTY = {"roadmap.yml": FILES["roadmap.yml"]}
# The arguments, the code they exit with, and the keys of the answer behind `schemaVersion` and `kind`.
ANSWERS = [
    ("check", 1, ["diagnostics", "revisions"]),
    ("check --audience public", 1, ["diagnostics", "revisions"]),
    ("list", 0, ["rows", "is_cut"]),
    ("query select+1", 0, ["rows", "is_cut"]),
    ("show shop", 0, ["id", "title", "path"]),
    ("explain shop", 0, ["derivation", "forecast"]),
    ("explain roadmap", 0, ["derivation", "forecast"]),
    ("explain MM204", 0, ["page"]),
    ("schema", 0, ["schemas"]),
    ("schema projects", 0, ["schemas"]),
    ("history", 0, ["partial", "commits", "items", "tasks"]),
    ("report --since 2025-01-02", 0, ["title", "since", "notes"]),
    ("forecast --audience private", 0, ["refused", "items"]),
    ("doctor", 1, ["facts"]),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repo = repository(tmp_path_factory.mktemp("answers"))
    repo.commit("2025-01-02", FILES)
    return repo.folder


@pytest.mark.parametrize(("arguments", "code", "keys"), ANSWERS, ids=[each[0] for each in ANSWERS])
def test_each_command_answers_in_the_envelope(folder: Path, arguments: str, code: int, keys: list[str]) -> None:
    given = [each.replace("+", " ") for each in arguments.split()]
    done = cli(folder, *given, "--format", "json")
    found = json.loads(done.stdout)
    assert [*found][: 2 + len(keys)] == ["schemaVersion", "kind", *keys]
    assert (found["schemaVersion"], found["kind"], done.exit_code) == (1, given[0], code)


def test_revisions_of_an_answer_are_those_that_a_write_takes(folder: Path) -> None:
    path = "content/projects/shop.md"
    revision = json.loads(cli(folder, "check", "--format", "json").stdout)["revisions"][path]
    assert json.loads(cli(folder, "show", "shop", "--format", "json").stdout)["revision"] == revision
    listed = cli(folder, "list", "--columns", "id, revision", "--format", "json").stdout
    assert json.loads(listed)["rows"] == [{"id": "shop", "revision": revision}]
    assert cli(folder, "set", "shop", "status=Done", "--dry-run", "--if-revision", revision).exit_code == 0
    assert cli(folder, "set", "shop", "status=Done", "--dry-run", "--if-revision", "0").exit_code == 2


def test_the_public_gets_no_revision_of_a_file_that_it_sees_in_part(folder: Path) -> None:
    assert json.loads(cli(folder, "check", "--audience", "public", "--format", "json").stdout)["revisions"] == {}


def test_a_clean_roadmap_has_an_answer_too(tmp_path: Path) -> None:
    write_content(tmp_path, EMPTY)
    for command, key in (("check", "diagnostics"), ("list", "rows")):
        done = cli(tmp_path, command, "--format", "json")
        assert (json.loads(done.stdout)[key], done.exit_code) == ([], 0)


@pytest.mark.parametrize(
    "arguments",
    ["show nothing", "explain nothing", "explain MM999", "schema nothing", "query selec", "list --where nothing"],
)
def test_an_error_leaves_stdout_empty(folder: Path, arguments: str) -> None:
    done = cli(folder, *arguments.split(), "--format", "json")
    assert (done.stdout, done.exit_code) == ("", 2)
    assert done.stderr.startswith("error")
