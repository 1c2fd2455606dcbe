"""Commands that write: they change the bytes of one value, show what they do, and lose nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from click.testing import CliRunner, Result

from milemark.app import file_writes, write
from milemark.app.cli import group
from milemark.app.file_writes import ChangedMeanwhileError, FileWrite, write_files
from milemark.foundation.exchange import exchange
from support import cli, must, write_content
from support import write_files as write_texts

ROADMAP = """\
as_of: 2025-01-12
marks: {"/": active}
statuses: {To do: planned, Active: active, Paused: paused, Done: done}
collections:
  projects:
    fields: {title: , status: , size: {choices: [small, large]}, hours: {type: number}}
"""
SHOP = """\
---
title: "Shop"   # the name
status: Active
tags: [a, b]
---

## First
- [ ] real API
- [x] tests ✅ 2025-01-02
- [ ] real API with limits
## Second
- [ ] water plants 🔁 every week
"""
API = "---\r\nstatus: Active\r\ndepends_on: ['[[shop]]']\r\n---\r\n- [ ] a\r\n"
FILES = {"roadmap.yml": ROADMAP, "projects/shop.md": SHOP, "projects/api.md": API}


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for the disk of a busy machine."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write_content(tmp_path / "project", FILES)


def shop(project: Path) -> str:
    return (project / "content/projects/shop.md").read_text("utf-8")


def ok(project: Path, *arguments: str, text: str | None = None) -> Result:
    done = CliRunner().invoke(group, ["-C", str(project), *arguments], input=text)
    assert done.exit_code == 0, done.output
    return done


def refused(project: Path, *arguments: str, text: str | None = None) -> str:
    """Return the message of a command that writes nothing."""
    before = contents(project)
    done = CliRunner().invoke(group, ["-C", str(project), *arguments], input=text)
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    assert contents(project) == before
    return done.stderr


def contents(project: Path) -> dict[str, bytes]:
    files = sorted(path for path in (project / "content").rglob("*") if path.is_file())
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in files}


def revision(project: Path, name: str) -> str:
    found: str = json.loads(cli(project, "show", name, "--format", "json").stdout)["revision"]
    return found


# A command, a text of shop.md, and the text that takes its place; an empty pair changes nothing.
CHANGES: list[tuple[list[str], str, str]] = [
    (["set", "shop", "status=paused"], "status: Active", "status: Paused"),
    (["set", "SHOP", "title=My shop"], '"Shop"   # the name', '"My shop"   # the name'),
    (["set", "content/projects/shop.md", "status="], "status: Active\n", ""),
    (["set", "shop", "size=LARGE"], "status: Active\n", "status: Active\nsize: large\n"),
    (["set", "shop", "hours=12.5", "size=small"], "status: Active\n", "status: Active\nsize: small\nhours: 12.5\n"),
    (["set", "shop", "due=2025-Q1"], "tags: [a, b]\n", "tags: [a, b]\ndue: 2025-Q1\n"),
    (["set", "shop", "tags+=c, d"], "[a, b]", '[a, b, "c, d"]'),
    (["set", "shop", "tags-=a"], "[a, b]", "[b]"),
    (["set", "shop", "tags=b,c"], "[a, b]", "[b, c]"),
    (
        ["set", "shop", "links.Code=https://example.org/a"],
        "[a, b]\n",
        "[a, b]\nlinks:\n  Code: https://example.org/a\n",
    ),
    (["set", "shop", "summary=a = b"], "[a, b]\n", "[a, b]\nsummary: a = b\n"),
    (["set", "shop", "status=ACTIVE"], "", ""),
    (["set", "shop", "tags+=a", "tags-=z", "due="], "", ""),
    (["tick", "shop", "real api with"], "- [ ] real API with limits", "- [x] real API with limits ✅ 2025-01-12"),
    (["tick", "shop", "real API"], "- [ ] real API\n", "- [x] real API ✅ 2025-01-12\n"),
    (["tick", "shop#1"], "- [ ] real API\n", "- [x] real API ✅ 2025-01-12\n"),
    (["tick", "shop#1", "--mark", "/"], "- [ ] real API\n", "- [/] real API\n"),
    (
        ["tick", "shop", "plants", "--this-one"],
        "- [ ] water plants 🔁 every week",
        "- [x] water plants 🔁 every week ✅ 2025-01-12",
    ),
    (["tick", "shop", "tests"], "", ""),
    (["untick", "shop", "tests"], "- [x] tests ✅ 2025-01-02", "- [ ] tests"),
    (
        ["done", "shop", "--on", "2025-01-09"],
        "status: Active\ntags: [a, b]",
        "status: Done\ntags: [a, b]\nfinished: 2025-01-09",
    ),
    (["done", "shop"], "status: Active\ntags: [a, b]", "status: Done\ntags: [a, b]\nfinished: 2025-01-12"),
]


@pytest.mark.parametrize(
    ("arguments", "old", "new"), CHANGES, ids=lambda each: " ".join(each) if isinstance(each, list) else ""
)
def test_a_command_changes_one_value_and_undo_brings_it_back(
    project: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], old: str, new: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1736640000")  # 2025-01-12
    done = CliRunner().invoke(group, ["-C", str(project), *arguments])
    assert done.exit_code in {0, 1}, done.output
    assert shop(project) == SHOP.replace(old, new, 1)
    assert ("nothing to change" in done.stdout) == (old == new)
    if old != new:
        ok(project, "undo")
    assert shop(project) == SHOP
    assert "nothing to undo" in refused(project, "undo")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", "shop", "stats=x"], 'did you mean "status"?'),
        (["tick", "shop", ""], 'no task ""'),
        (["done", "shop", "--on", "2025-02-30"], "2025-02 has 28 days"),
        (["done", "shop", "--on", "tomorrow"], "write it as 2025-01-12"),
        (["set", "shop", "status=Finish"], "write one of To do, Active, Paused, Done"),
        (["set", "shop", "size=huge"], "choose one of: small, large"),
        (["set", "shop", "due=2025-02-30"], "2025-02 has 28 days"),
        (["set", "shop", "hours=many"], "hours=many"),
        (["set", "shop", "status+=Done"], "a single value"),
        (["set", "shop", "links=x"], "links.Name=value"),
        (["set", "shop", "due"], "is not key=value"),
        (["set", "shp", "due=2025"], 'did you mean "shop"?'),
        (["tick", "shop", "real"], "shop#3  [ ] real API with limits  (First)"),
        (["tick", "shop", "nothing"], "its tasks are"),
        (["tick", "shop", "plants"], "--this-one"),
        (["tick", "shop#9"], "its tasks are"),
        (["tick", "shop#1", "--mark", "?"], "is not declared"),
        (["tick", "content/projects/shop.md:8"], "--if-revision"),
        (["tick", "shop#1", "--if-revision", "old"], "has changed"),
        (["set", "-", "status=Done"], "add --yes"),
    ],
)
def test_a_command_that_cannot_be_meant_writes_nothing(project: Path, arguments: list[str], said: str) -> None:
    assert said in refused(project, *arguments, text="shop\napi\n")


def test_a_task_is_named_by_its_line_with_the_revision_that_was_read(project: Path) -> None:
    seen = revision(project, "shop")
    ok(project, "tick", "content/projects/shop.md:8", "--if-revision", seen)
    assert "- [x] real API ✅" in shop(project)
    assert "has changed" in refused(project, "tick", "content/projects/shop.md:10", "--if-revision", seen)


def test_targets_come_from_the_output_of_list(project: Path) -> None:
    where = ["list", "--where", "stage = 'active'", "--columns"]
    table = ok(project, *where, "id").stdout
    ok(project, "set", "-", "status=Paused", "--yes", text=table)
    assert all(b"status: Paused" in data for path, data in contents(project).items() if path.endswith(".md"))
    ok(project, "undo")
    rows = ok(project, *where, "id, revision", "--format", "json").stdout
    ok(project, "set", "shop", "priority=1")
    assert "has changed" in refused(project, "set", "-", "status=Paused", "--yes", text=rows)


def test_a_dry_run_prints_a_diff_that_git_applies(project: Path) -> None:
    name = 'content/projects/한글 "q".md'
    (project / name).write_bytes(b"---\ntitle: x\n---")
    must("git", "init", "-q", ".", cwd=project)
    arguments = ["set", "-", "status=Done", "--yes"]
    ids = f"shop\napi\n{name}\n"
    diff = ok(project, *arguments, "--dry-run", text=ids).stdout_bytes
    assert shop(project) == SHOP
    subprocess.run(["git", "apply"], input=diff, cwd=project, check=True)
    applied = contents(project)
    subprocess.run(["git", "apply", "-R"], input=diff, cwd=project, check=True)
    ok(project, *arguments, text=ids)
    assert contents(project) == applied


@pytest.mark.parametrize("is_dry", [True, False])
def test_the_result_as_json_has_a_schema(project: Path, is_dry: bool) -> None:
    before = revision(project, "shop")
    arguments = ["set", "shop", "status=Done", "depends_on=nowhere", "--format", "json", *(["--dry-run"] * is_dry)]
    done = cli(project, *arguments)
    result = json.loads(done.stdout)
    schema = json.loads(resources.files("milemark").joinpath("output/export/write.schema.json").read_text("utf-8"))
    jsonschema.validate(result, schema)
    assert result["written"] == (not is_dry)
    (change,) = result["changes"]
    assert change["revision_before"] == before
    assert (revision(project, "shop") == change["revision_after"]) == (not is_dry)
    assert [each["code"] for each in result["diagnostics"] if each["severity"] == "error"] == ["MM302"]
    assert done.exit_code == 1


ONE_FILE = "---\nitems: headings\n---\n# Plan\n\n## One\n\nstatus: Active\n\n- [x] a\n\n## Two\n\nstatus: Done\n"
WHOLE: list[tuple[list[str], list[str], str]] = [
    (["import", "csv", "t.csv", "--into", "projects"], ["content/projects/a.md"], "left out: the columns Colour"),
    (["split", "content/PLAN.md", "--write"], ["content/PLAN.md", "content/one.md", "content/two.md"], ""),
    (["join", "content/projects/ALL.md", "content/projects", "--write"], ["content/projects/"], ""),
    (["adopt", "notes", "--write"], ["roadmap.yml"], "next: "),
    (["host", "docs/roadmap"], [], "not_in_nav"),
]


@pytest.mark.parametrize("is_dry", [True, False])
@pytest.mark.parametrize(("arguments", "paths", "note"), WHOLE, ids=[each[0][0] for each in WHOLE])
def test_commands_for_whole_folders_print_the_same_json(
    project: Path, arguments: list[str], paths: list[str], note: str, is_dry: bool
) -> None:
    write_content(project, {"PLAN.md": ONE_FILE})
    table = {"t.csv": "Title,Status,Colour\nA,Done,red\n", "notes/a.md": "---\nstatus: Done\n---\n"}
    write_texts(project, table | {"mkdocs.yml": "site_name: S\nnav: [index.md]\n", "docs/index.md": "# S\n"})
    arguments = [str(project / each) if (project / each.split("/")[0]).exists() else each for each in arguments]
    before = contents(project)
    given = [each for each in arguments if each != "--write"] if is_dry else arguments
    dry = ["--dry-run"] if is_dry and "import" in arguments else []
    done = ok(project, *given, *dry, "--format", "json")
    result = json.loads(done.stdout)
    schema = json.loads(resources.files("milemark").joinpath("output/export/write.schema.json").read_text("utf-8"))
    jsonschema.validate(result, schema)
    found = [each["path"] for each in result["changes"]]
    assert all(any(path.startswith(each) for path in found) for each in paths)
    assert (result["command"], note in "\n".join(result["notes"])) == (arguments[0], True)
    assert result["written"] == (not is_dry and bool(paths))
    assert (contents(project) == before) == (is_dry or arguments[0] in {"adopt", "host"})


def test_only_new_findings_are_printed(project: Path) -> None:
    cli(project, "set", "shop", "depends_on=nowhere")
    done = ok(project, "set", "shop", "priority=1")
    assert "MM302" not in done.stderr


def test_nothing_becomes_public_silently(project: Path) -> None:
    path = "projects/secret.md"
    text = "---\nstatus: Active\naudience: private\n---\n- [ ] a\n"
    write_content(project, {path: text, "projects/part.md": "---\nparent: secret\nstatus: Active\n---\n"})
    said = refused(project, "set", "secret", "audience=public")
    assert said.count("content/projects/") == 2
    assert "content/projects/part.md" in said
    assert "secret.md" in ok(project, "set", "secret", "audience=", "--dry-run").stderr
    ok(project, "set", "secret", "audience=public", "--yes")
    assert "audience: public" in (project / "content" / path).read_text("utf-8")


def test_two_files_with_one_id_are_not_guessed(project: Path) -> None:
    write_content(project, {"projects/other.md": "---\nid: Shop\n---\n"})
    assert "is the id of several files" in refused(project, "set", "shop", "status=Done")


NEW: list[tuple[list[str], str, str]] = [
    (["projects", "Real API!"], "projects/real-api.md", "---\ntitle: Real API!\nstatus: To do\n---\n"),
    (["projects", "결제: 첫 단계"], "projects/결제-첫-단계.md", '---\ntitle: "결제: 첫 단계"\nstatus: To do\n---\n'),
    (
        ["projects", "A", "--id", "b", "--set", "size=large", "--set", "status=active"],
        "projects/b.md",
        "---\ntitle: A\nstatus: Active\nsize: large\n---\n",
    ),
]


@pytest.mark.parametrize(("arguments", "path", "text"), NEW)
def test_a_new_item_has_its_title_and_its_first_status(
    project: Path, arguments: list[str], path: str, text: str
) -> None:
    ok(project, "new", *arguments)
    assert (project / "content" / path).read_text("utf-8") == text
    ok(project, "undo")
    assert not (project / "content" / path).exists()


MATCHES = """\
content: Notes
statuses: {To do: planned, Done: done}
exclude: ["/Archive/"]
collections:
  work: {match: {folder: [Projects, Archive]}, names: {due: deadline}}
  tasks: {match: {tag: task}}
  ideas: {match: {field: {kind: idea}}}
  gone: {match: {folder: Archive/old}}
  parts: {match: {folder: Plans}, items: headings}
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["new", "work", "A", "--set", "deadline=2025"], "Projects/a.md: title: A|status: To do|deadline: 2025"),
        (["new", "tasks", "B"], "Inbox/b.md: title: B|status: To do|tags: [task]"),
        (["new", "tasks", "B", "--set", "tags=task,hot"], "Inbox/b.md: title: B|status: To do|tags: [task, hot]"),
        (["new", "tasks", "B", "--set", "tags=hot"], 'Inbox/b.md would be no item of "tasks"'),
        (["new", "ideas", "C"], "ideas/c.md: title: C|status: To do|kind: idea"),
        (["new", "gone", "D"], 'Archive/old/d.md would be no item of "gone"'),
        (["new", "parts", "E"], 'the items of "parts" are headings'),
        (["move", "shop", "--collection", "tasks"], '"tasks" has no folder'),
        (["move", "shop", "--collection", "work"], "Projects/shop.md: title: Shop|status: Done"),
    ],
)
def test_a_new_item_lies_where_its_collection_recognises_it(
    tmp_path: Path, arguments: list[str], expected: str
) -> None:
    files = {"one": "Inbox/one.md", "two": "Inbox/two.md", "three": "three.md"}
    texts = {f"Notes/{path}": "---\ntags: [task]\n---\n" for path in files.values()}
    shop = "---\ntitle: Shop\nstatus: Done\n---\n"
    matches = MATCHES.replace("  gone:", "  old: {match: {folder: Old}}\n  gone:")
    write_texts(tmp_path, {**texts, "Notes/Old/shop.md": shop, "roadmap.yml": matches})
    done = cli(tmp_path, *arguments)
    path, _, lines = expected.partition(": ")
    if done.exit_code:
        assert expected in done.stderr
    else:
        found = (tmp_path / "Notes" / path).read_text("utf-8")
        assert found == "\n".join(["---", *lines.split("|"), "---", ""])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new", "project", "A"], 'did you mean "projects"?'),
        (["new", "projects", "Shop"], "choose another name"),
        (["new", "projects", "!!!"], "--id"),
        (["new", "projects", "A", "--id", "../a"], "cannot be the name"),
        (["new", "projects", "A", "--set", "due=x"], "is not a date"),
        (["rename", "shop", "api"], "content/projects/api.md"),
        (["rename", "shop", "a/b"], "cannot be the name"),
        (["move", "shop", "--collection", "nowhere"], "there is no collection"),
    ],
)
def test_no_file_is_made_or_named_that_cannot_be_meant(project: Path, arguments: list[str], said: str) -> None:
    assert said in refused(project, *arguments)


def test_a_renamed_item_is_found_by_both_names(project: Path) -> None:
    ok(project, "rename", "shop", "store")
    assert "id: store\naliases: [shop]" in shop(project)
    assert json.loads(cli(project, "show", "api", "--format", "json").stdout)["fields"]["depends_on"] == ["store"]
    ok(project, "rename", "shop", "shop")
    assert "id: shop\naliases: [store]" in shop(project)


OWN_NAMES = """\
statuses: {plan: planned, doing: active, fin: done}
collections:
  projects:
    names: {due: deadline, status: state, depends_on: blockedBy}
    fields: {title: , state: , deadline: {required: true}}
"""


@pytest.mark.parametrize(
    ("arguments", "old", "new"),
    [
        (["set", "a", "deadline=2025-05"], "deadline: 2025-04", "deadline: 2025-05"),
        (["set", "a", "due=2025-05"], "deadline: 2025-04", "deadline: 2025-05"),
        (["set", "a", "state=FIN"], "state: doing", "state: fin"),
        (["set", "a", "blockedBy+=b"], "deadline: 2025-04\n", "deadline: 2025-04\nblockedBy: [b]\n"),
        (["set", "a", "deadline="], "deadline: 2025-04\n", ""),
        (
            ["done", "a", "--on", "2025-01-09"],
            "state: doing\ndeadline: 2025-04",
            "state: fin\ndeadline: 2025-04\nfinished: 2025-01-09",
        ),
        (["set", "b", "state=fin"], "status: doing", "status: fin"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_fields_have_the_names_that_the_files_give_them(
    project: Path, arguments: list[str], old: str, new: str
) -> None:
    texts = {
        "roadmap.yml": OWN_NAMES,
        "projects/a.md": "---\ntitle: A\nstate: doing\ndeadline: 2025-04\n---\n",
        "projects/b.md": "---\ntitle: B\nstatus: doing\ndeadline: 2025-04\n---\n",
    }
    write_content(project, texts)
    cli(project, *arguments)
    path = f"projects/{arguments[1]}.md"
    assert (project / "content" / path).read_text("utf-8") == texts[path].replace(old, new)


def test_a_new_item_has_the_names_of_its_collection(project: Path) -> None:
    write_content(project, {"roadmap.yml": OWN_NAMES})
    cli(project, "new", "projects", "A")
    made = (project / "content/projects/a.md").read_text("utf-8")
    assert made == "---\ntitle: A\nstate: plan\ndeadline: # date\n---\n"
    assert 'did you mean "deadline"' in refused(project, "set", "a", "deadlin=2025")
    cli(project, "new", "projects", "C", "--set", "deadline=2025-07", "--set", "state=doing")
    made = (project / "content/projects/c.md").read_text("utf-8")
    assert made == "---\ntitle: C\nstate: doing\ndeadline: 2025-07\n---\n"


PLAN = "---\nitems: headings\n---\n# Plan\n\n## One\nstatus: Active\n\n## Two\nstatus: Done\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["split", "{content}/projects/plan.md", "--write"],
        ["join", "{content}/projects/all.md", "{content}/projects/api.md", "--write"],
        ["import", "csv", "{outside}/rows.csv", "--into", "projects"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_undo_takes_back_what_makes_and_removes_files(project: Path, tmp_path: Path, arguments: list[str]) -> None:
    write_content(project, {"projects/plan.md": PLAN, "projects/api.md": "---\ntitle: API\nstatus: Active\n---\n"})
    (tmp_path / "rows.csv").write_text("Title,Status\nNew one,Active\nOther,Done\n", "utf-8")
    before = contents(project)
    named = [each.format(content=project / "content", outside=tmp_path) for each in arguments]
    ok(project, *named)
    assert contents(project) != before
    assert "content/" in ok(project, "undo").stdout
    assert contents(project) == before


def test_a_move_out_of_a_private_collection_says_what_it_shows(project: Path) -> None:
    files = {
        "roadmap.yml": ROADMAP + "  secrets: {audience: private}\n  hidden: {private: [reason]}\n",
        "secrets/a.md": "---\ntitle: A\n---\n",
        "hidden/b.md": "---\ntitle: B\nreason: money\n---\n",
    }
    write_content(project, files)
    assert "content/projects/a.md" in refused(project, "move", "a", "--collection", "projects")
    assert "content/projects/b.md: reason" in refused(project, "move", "b", "--collection", "projects")
    ok(project, "move", "a", "--collection", "hidden", "--yes")
    assert not (project / "content/secrets/a.md").exists()
    ok(project, "undo")
    assert (project / "content/secrets/a.md").exists()


# --- safety

SYSTEM_CALLS = ["open", "fsync", "link", "unlink", "rename", "replace", "write", "fdopen", "mkdir"]


def faulty(call: Callable[..., Any], number: int, counted: list[int]) -> Callable[..., Any]:
    def fails(*arguments: Any, **options: Any) -> Any:
        counted[0] += 1
        if counted[0] == number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "disk")
        return call(*arguments, **options)

    return fails


def files_below(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*")}


@pytest.mark.parametrize("can_exchange", [True, False])
@pytest.mark.parametrize(
    "call", ["open", "fsync", "link", "unlink", "rename", "replace", "fdopen", "chmod", "exchange"]
)
def test_an_error_of_any_call_leaves_all_files_old_or_all_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, can_exchange: bool
) -> None:
    for number in range(1, 12):
        folder = tmp_path / str(number)
        folder.mkdir()
        old = {"a": b"old a", "b": b"old b", "gone": b"old"}
        for name, data in old.items():
            (folder / name).write_bytes(data)
        new = {"a": b"new a", "b": b"new b", "made": b"new"}
        with monkeypatch.context() as patched:
            if not can_exchange:
                patched.setattr(file_writes, "exchange", lambda *_paths: False)
            place = file_writes if call == "exchange" else os
            patched.setattr(place, call, faulty(getattr(place, call), number, [0]))
            try:
                write_files(
                    [FileWrite(folder / name, old.get(name), new.get(name)) for name in ("a", "b", "made", "gone")]
                )
            except OSError:
                found = old
            else:
                found = new
        assert {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")} == found


def test_a_file_that_somebody_saves_right_before_the_swap_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").write_bytes(b"old")
    swap = exchange

    def late(one: Path, other: Path) -> bool:
        if other.name == "b" and other.read_bytes() == b"old":
            other.write_bytes(b"saved")
        return swap(one, other)

    monkeypatch.setattr(file_writes, "exchange", late)
    with pytest.raises(ChangedMeanwhileError):
        write_files([FileWrite(tmp_path / name, b"old", b"new") for name in "ab"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old", "b": b"saved"}


def test_an_edit_is_made_again_on_what_an_editor_saved_in_between(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "content/projects/shop.md"
    swap = write_files

    def saved_first(writes: list[FileWrite]) -> None:
        if "tags: [a, b]" in shop(project):
            path.write_text(SHOP.replace("tags: [a, b]", "tags: [z]"), "utf-8")
        swap(writes)

    monkeypatch.setattr(write, "write_files", saved_first)
    ok(project, "set", "shop", "status=Done")
    assert "status: Done\ntags: [z]" in shop(project)


def test_mode_and_links_are_kept(project: Path) -> None:
    path = project / "content/projects/shop.md"
    path.chmod(0o640)
    ok(project, "set", "shop", "status=Done")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    os.link(path, project / "twin.md")
    assert "hard links" in refused(project, "set", "shop", "status=Paused")


@pytest.fixture
def small_user(project: Path) -> Iterator[Path]:
    """Let a user without rights run the test, in a folder of their own that they may write."""
    ok(project, "set", "-", "status=Done", "--yes", text="api\nshop\n")  # loads all modules, which may lie elsewhere
    refused(project, "set", "nothing", "status=Done")
    "".encode("utf-8-sig")
    folder = Path(tempfile.mkdtemp())
    is_owner_of_all = os.geteuid() == 0
    if is_owner_of_all:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_owner_of_all:
            os.seteuid(0)
        for path in folder.rglob("*"):
            path.chmod(0o700)
        shutil.rmtree(folder)


NOBODY = 65534
READ_ONLY = {"folder": "projects", "file": "projects/shop.md"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
@pytest.mark.parametrize("path", READ_ONLY.values(), ids=READ_ONLY)
def test_what_may_not_be_written_is_told_and_kept(small_user: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(small_user / "cache"))
    own = write_content(small_user / "project", FILES)
    mode = (own / "content" / path).stat().st_mode
    (own / "content" / path).chmod(mode & 0o555)
    said = refused(own, "set", "-", "status=Done", "--yes", text="api\nshop\n")
    assert path in said
    assert "Permission denied" in said or "read-only" in said
    assert stat.S_IMODE((own / "content" / path).stat().st_mode) == mode & 0o555
    (own / "content" / path).chmod(mode)
    ok(own, "set", "shop", "status=Done")


def test_a_file_behind_a_linked_folder_is_written_where_it_lies(project: Path) -> None:
    (project / "notes").mkdir()
    (project / "notes/linked.md").write_text("---\nstatus: Active\n---\n", "utf-8")
    (project / "content/projects/more").symlink_to(project / "notes")
    ok(project, "set", "linked", "status=Done")
    assert (project / "notes/linked.md").read_text("utf-8") == "---\nstatus: Done\n---\n"
    assert (project / "content/projects/more").is_symlink()
    ok(project, "undo")
    assert "Active" in (project / "notes/linked.md").read_text("utf-8")


def test_a_network_folder_that_can_neither_swap_nor_link_loses_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_arguments: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(file_writes, "exchange", lambda *_paths: False)
    monkeypatch.setattr(os, "link", unsupported)
    before = contents(project)
    ok(project, "new", "projects", "Other")
    ok(project, "set", "-", "status=Done", "--yes", text="shop\napi\n")
    assert "status: Done" in shop(project)
    ok(project, "undo")
    ok(project, "undo")
    assert contents(project) == before


KILLED = """
import os, sys
from milemark.app import file_writes
from milemark.app.cli import main
swaps = 0
swap = file_writes.exchange
def exchange(one, other):
    global swaps
    swaps += 1
    if swaps == 2:
        os._exit(9)
    return swap(one, other)
file_writes.exchange = exchange
sys.argv = ["milemark", "-C", sys.argv[1], "set", "-", "status=Done", "--yes"]
main()
"""


def test_the_next_run_says_what_a_killed_one_left_half_done(project: Path) -> None:
    before = contents(project)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(project)], input=b"shop\napi\n", check=False, capture_output=True
    )
    assert killed.returncode == 9
    said = ok(project, "set", "shop", "priority=1").stderr
    assert "was stopped before its end" in said
    assert said.count("written: ") == 2
    assert not [name for name in files_below(project / "content") if ".tmp" in name]
    ok(project, "undo")
    ok(project, "undo")
    assert contents(project) == before


def killed_at(project: Path, call: str, number: int) -> bool:
    """Run a command on two files in a process that dies at a call; return whether it came to its end."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    place, counted = file_writes if call == "exchange" else os, [0]
    real = getattr(place, call)

    def dies(*arguments: Any, **options: Any) -> Any:
        counted[0] += 1
        if counted[0] == number:
            os._exit(9)
        return real(*arguments, **options)

    setattr(place, call, dies)
    CliRunner().invoke(group, ["-C", str(project), "set", "-", "status=Done", "--yes"], input="shop\napi\n")
    os._exit(0)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.parametrize("call", ["open", "fdopen", "fsync", "mkdir", "unlink", "listxattr", "close", "exchange"])
def test_a_command_killed_at_any_call_leaves_each_file_old_or_new(project: Path, call: str) -> None:
    ok(project, "list")
    old = contents(project)
    ok(project, "set", "-", "status=Done", "--yes", text="shop\napi\n")
    new = contents(project)
    ok(project, "undo")
    for number in range(1, 60):
        is_done = killed_at(project, call, number)
        found = {path: data for path, data in contents(project).items() if "/." not in path}
        assert all(data in {old[path], new[path]} for path, data in found.items())
        assert found.keys() == old.keys()
        ok(project, "set", "shop", "tags-=none")
        assert contents(project).keys() == old.keys()
        if found != old:
            ok(project, "undo")
        assert contents(project) == old
        if is_done:
            return
    pytest.fail("the command has more calls than that")


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("Asia/Seoul", "2025-03-01 00:30", "2025-03-01"),  # still February in UTC
        ("America/New_York", "2025-03-09 23:30", "2025-03-09"),  # the day on which summer time begins
        ("Europe/Berlin", "2025-10-26 00:30", "2025-10-26"),  # the day on which it ends
        ("Pacific/Auckland", "2025-04-06 02:30", "2025-04-06"),  # an hour that there is twice
    ],
)
def test_the_day_of_a_tick_is_that_of_the_local_calendar(
    project: Path, monkeypatch: pytest.MonkeyPatch, zone: str, now: str, day: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone))

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls.fromtimestamp(moment.timestamp(), tz)

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    monkeypatch.setattr("milemark.app.options.datetime", Clock)
    ok(project, "tick", "shop#1")
    monkeypatch.undo()
    time.tzset()
    assert f"- [x] real API ✅ {day}" in shop(project)


def test_undo_never_takes_back_what_changed_since(project: Path) -> None:
    ok(project, "set", "shop", "status=Done")
    (project / "content/projects/shop.md").write_text("mine", "utf-8")
    assert "changed after" in refused(project, "undo")


WRITER = """
import os, sys
os.fsync = lambda _descriptor: None
from milemark.app.cli import group
from click.testing import CliRunner
for number in range(int(sys.argv[3])):
    done = CliRunner().invoke(group, ["-C", sys.argv[1], "set", "shop", f"tags+={sys.argv[2]}{number}"])
    assert done.exit_code == 0, done.output
"""


@pytest.mark.slow
def test_two_processes_lose_no_edit_of_one_file(project: Path) -> None:
    count = 500  # each reads the file that the other one has just written
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(project), name, str(count)]) for name in ("x", "y")]
    assert [each.wait() for each in writers] == [0, 0]
    tags = json.loads(cli(project, "show", "shop", "--format", "json").stdout)["fields"]["tags"]
    assert set(tags) == {"a", "b", *(f"{name}{number}" for name in "xy" for number in range(count))}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("is_cache_small", [True, False])
def test_a_full_disk_loses_nothing(
    tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch, is_cache_small: bool
) -> None:
    places = (tmp_path / "disk", small_disk) if is_cache_small else (small_disk / "disk", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(places[1] / "cache"))
    project = write_content(places[0], {**FILES, "projects/shop.md": SHOP + "text\n" * 1_000})
    ok(project, "list")
    (project / "build").mkdir(exist_ok=True)
    before = contents(project)
    with (small_disk / "rest").open("wb", buffering=0) as file:
        while True:
            try:
                file.write(b"x" * 4096)
            except OSError:
                break
    done = cli(project, "set", "shop", "status=Done")
    assert (done.exit_code, contents(project)) == (2, before)
    assert "No space left" in done.stderr
    (small_disk / "rest").unlink()
    ok(project, "set", "shop", "status=Done")
