"""The command line: exit codes, messages with their places, and a first roadmap that builds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

from milemark.cli import group

ROOT = Path(__file__).parents[1]
ROADMAP = """\
title: T
locale: {locale}
as_of: 2025-01-12
statuses: {{active: active, done: done}}
collections: {{items: {{}}}}
"""
GOOD = "---\ntitle: One\nstatus: active\n---\n- [x] a\n- [ ] b\n"
WARNED = "---\ntitle: One\nstatus: done\n---\n- [ ] open\n"
WRONG = "---\ntitle: One\nstatus: 진행중\ndue: 2025-02-30\n---\n"
BROKEN = "---\ntitle: [One\n---\n"


def write(folder: Path, locale: str = "en", **items: str) -> Path:
    files = {"roadmap.yml": ROADMAP.format(locale=locale), **{f"items/{name}.md": text for name, text in items.items()}}
    for path, text in files.items():
        target = folder / "content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(group, ["-C", str(folder), *arguments])


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (GOOD, [], 0),
        (GOOD, ["--strict"], 0),
        (WARNED, [], 0),
        (WARNED, ["--strict"], 1),
        (WRONG, [], 1),
        (BROKEN, [], 1),
    ],
)
def test_check_exits_with_1_where_a_fact_is_lost(tmp_path: Path, text: str, options: list[str], code: int) -> None:
    assert run(write(tmp_path, one=text), "check", *options).exit_code == code


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_check_says_all_at_once_each_with_its_place(tmp_path: Path, locale: str) -> None:
    found = run(write(tmp_path, locale, one=WRONG, two=BROKEN, three=GOOD), "check")
    places = [line.split("--> ")[1] for line in found.output.splitlines() if "--> " in line]
    assert places == ["content/items/one.md:3:9", "content/items/one.md:4:6", "content/items/two.md:2:8"]
    assert ("날짜가 아닙니다" in found.output) == (locale == "ko")
    assert ("is not a date" in found.output) == (locale == "en")


def test_check_shows_the_line_with_carets_under_the_value(tmp_path: Path) -> None:
    lines = run(write(tmp_path, one=WRONG), "check").output.splitlines()
    at = next(number for number, line in enumerate(lines) if "status: 진행중" in line)
    start = lines[at].index("진행중")
    assert lines[at + 1][start:].strip() == "^" * 6  # Hangul is two columns wide
    assert lines[at + 1].index("^") == start


def test_check_changes_nothing_in_content(tmp_path: Path) -> None:
    write(tmp_path, one=WRONG, two=BROKEN)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "content").rglob("*")}
    run(tmp_path, "check")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "content").rglob("*")} == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "nowhere"],
        ["--as-of", "soon", "check"],
        ["--as-of", "2025-01", "check"],
        ["--as-of", "2025-02-30", "check"],
        ["check", "--no-such-option"],
        ["no-such-command"],
        ["init", "--example", "no-such-example"],
        ["generate"],
    ],
)
def test_what_was_asked_wrongly_is_answered_with_2_and_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    asked = run(write(tmp_path), *arguments)
    assert asked.exit_code == 2
    assert "error: " in asked.stderr.lower()
    assert isinstance(asked.exception, SystemExit)


@pytest.mark.parametrize("command", ["generate", "build"])
def test_a_folder_without_content_is_answered_with_2_and_the_way_out(tmp_path: Path, command: str) -> None:
    asked = run(tmp_path, command)
    assert (asked.exit_code, len(asked.stderr.splitlines())) == (2, 1)
    assert "milemark init" in asked.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["check", "--help"], ["build", "--help"], ["init", "--help"]]
)
def test_help_speaks_and_succeeds(arguments: list[str]) -> None:
    asked = CliRunner().invoke(group, arguments)
    assert asked.exit_code == 0
    assert asked.stdout.startswith("Usage: ")


def test_help_names_every_command_with_what_it_does() -> None:
    text = CliRunner().invoke(group, ["--help"]).stdout
    for name, command in group.commands.items():
        assert name in text
        assert command.get_short_help_str()


def index_day(folder: Path) -> str:
    """Return the day that the generated home page says it is for."""
    page = BeautifulSoup((folder / "build/docs/index.md").read_text("utf-8"), "html.parser")
    moment = page.find("time")
    assert moment is not None
    return str(moment["datetime"])


@pytest.mark.parametrize(
    ("options", "pinned", "day"),
    [
        (["--as-of", "2024-02-29"], True, "2024-02-29"),
        ([], True, "2025-01-12"),
        ([], False, "1970-01-02"),
    ],
)
def test_the_day_is_the_options_else_the_roadmaps_else_that_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], pinned: bool, day: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    write(tmp_path, one=GOOD)
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n")
    if not pinned:
        (tmp_path / "content/roadmap.yml").write_text("collections: {items: {}}\n")
    assert run(tmp_path, *options, "generate").exit_code == 0
    assert index_day(tmp_path) == day


@pytest.mark.parametrize("epoch", ["", "soon", "-1", "²", "9" * 30])
def test_an_odd_time_of_the_build_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert run(write(tmp_path, one=GOOD), "check").exit_code == 0


@pytest.mark.parametrize(
    ("example", "options"),
    [([], ["--strict"]), (["--example", "career"], [])],  # the example shows a claim that its tasks do not bear out
)
def test_a_new_roadmap_has_no_findings_and_every_page(tmp_path: Path, example: list[str], options: list[str]) -> None:
    assert run(tmp_path, "init", "new", *example).exit_code == 0
    assert run(tmp_path / "new", "check", *options).exit_code == 0
    assert run(tmp_path / "new", "generate").exit_code == 0
    assert (tmp_path / "new/build/docs/progress.md").is_file()
    assert "build/" in (tmp_path / "new/.gitignore").read_text()


def test_a_new_roadmap_builds_at_once(tmp_path: Path) -> None:
    assert run(tmp_path, "init").exit_code == 0
    built = run(tmp_path, "build", "--strict")
    assert built.exit_code == 0, built.output
    assert (tmp_path / "site/index.html").is_file()


@pytest.mark.parametrize("taken", ["content/mine.md", "mkdocs.yml", "content"])
def test_init_overwrites_nothing(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / taken).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    refused = run(tmp_path, "init")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
    assert "already exists" in refused.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / taken).read_text() == "mine"


def test_init_keeps_the_gitignore_that_is_there(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    assert run(tmp_path, "init").exit_code == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_the_program_speaks_utf8_whatever_the_terminal_says(tmp_path: Path) -> None:
    write(tmp_path, "ko", one=WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "milemark", "-C", str(tmp_path), "check"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "날짜가 아닙니다" in (done.stdout + done.stderr).decode()
    assert b"Traceback" not in done.stderr
