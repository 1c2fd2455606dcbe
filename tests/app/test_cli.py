"""The command line: exit codes, messages with their places, and a first roadmap that builds."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result

from milemark.app.check import check_folder
from milemark.app.cli import group
from milemark.app.command import COMMAND_MODULES, reading_progress
from milemark.app.public_check import PublicCheck
from support import DAY, cli, write_content, write_files

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
    write_content(folder, files)
    return folder


def tree_of(folder: Path) -> dict[str, bytes]:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if not name.startswith("build/.")}  # no locks


def run(folder: Path, *arguments: str) -> Result:
    return cli(folder, *arguments)


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
def test_wrong_use_exits_with_2_and_no_traceback(tmp_path: Path, arguments: list[str]) -> None:
    asked = run(write(tmp_path), *arguments)
    assert asked.exit_code == 2
    assert "error: " in asked.stderr.lower()
    assert isinstance(asked.exception, SystemExit)


@pytest.mark.parametrize("command", ["generate", "build"])
def test_a_folder_without_content_is_answered_with_2_and_the_way_out(tmp_path: Path, command: str) -> None:
    asked = run(tmp_path, command)
    assert (asked.exit_code, len(asked.stderr.splitlines())) == (2, 1)
    assert "milemark init" in asked.stderr


STRAY = {"content/items/one.md": GOOD, "mkdocs.yml": "site_name: T\ndocs_dir: build/docs\n"}


@pytest.mark.parametrize("command", ["generate", "build"])
@pytest.mark.parametrize(
    ("roadmap", "said"),
    [
        (None, "there is no content/roadmap.yml"),
        (b"title: [T", "content/roadmap.yml:1:8"),
        (b"title: \xff", "content/roadmap.yml:1:8"),
        (b"colections: {items: {}}", "content/roadmap.yml:1:1"),
    ],
)
def test_without_a_roadmap_that_can_be_read_the_last_tree_and_site_stay(
    tmp_path: Path, command: str, roadmap: bytes | None, said: str
) -> None:
    last = {"site/index.html": "the last good one", "build/docs/index.md": "its tree"}
    write_files(tmp_path, {**STRAY, **last})
    if roadmap is not None:
        (tmp_path / "content/roadmap.yml").write_bytes(roadmap)
    before = tree_of(tmp_path)
    stopped = run(tmp_path, command)
    assert (stopped.exit_code, stopped.stdout) == (1, "")
    assert said in stopped.stderr
    assert "error: no output written" in stopped.stderr
    assert tree_of(tmp_path) == before


@pytest.mark.parametrize("arguments", [["schema"], ["explain", "one"], ["show", "one"]])
def test_a_broken_roadmap_gives_no_output(tmp_path: Path, arguments: list[str]) -> None:
    write_files(tmp_path, {**STRAY, "content/roadmap.yml": "title: [T"})
    refused = run(tmp_path, *arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "content/roadmap.yml has errors" in refused.stderr


@pytest.mark.parametrize("arguments", [["list"], ["show", "one"], ["query", "select 1"], ["explain", "roadmap"]])
def test_a_command_that_writes_no_file_does_not_say_that_it_wrote_none(tmp_path: Path, arguments: list[str]) -> None:
    write_files(tmp_path, {**STRAY, "content/roadmap.yml": "title: [T"})
    refused = run(tmp_path, *arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "error: content/roadmap.yml has errors: correct them first" in refused.stderr
    assert "output written" not in refused.stderr


def test_init_next_to_a_broken_roadmap_leads_to_check(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: [T", "a.md": "# A\n"})
    assert "next: cd . && milemark build" not in (said := run(tmp_path, "init").stderr)
    assert "milemark build" not in said
    assert said.rstrip().endswith("milemark check")
    write_content(tmp_path, {"roadmap.yml": "title: T\n"})
    assert run(tmp_path, "init").stderr.rstrip().endswith("milemark build")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"---\ntitle: A\naudience: privte\n---\n", "a field such as `audience` may be misspelt, so it may be private"),
        (b"---\ntitle: A\naudiense: internal\n---\n", "a field such as `audience` may be misspelt"),
        (b"---\ntitle: A\ndrafft: true\n---\n", "a field such as `audience` may be misspelt"),
        (b"---\ntitle: \xb0\xa1\n---\n", "it cannot be read, so it may be private"),
        (b"---\ntitle: [\naudience: private\n---\n", "it cannot be read, so it may be private"),
    ],
)
def test_a_build_counts_the_files_that_it_hides_in_doubt_and_check_names_them(
    tmp_path: Path, text: bytes, reason: str
) -> None:
    write_content(tmp_path, {"roadmap.yml": "collections: {p: {}}\n", "p/x.md": text, "p/y.md": "---\ntitle: Y\n---\n"})
    write_content(tmp_path, {"p/z.md": "---\ntitle: Z\naudience: private\n---\n"})
    write_files(tmp_path, {"mkdocs.yml": "site_name: x\ndocs_dir: build/docs\n"})
    done = run(tmp_path, "generate")
    assert (done.exit_code, (tmp_path / "build/docs/p/x.md").exists()) == (0, False)
    assert "note: 1 file is hidden in doubt: `milemark check -v` says which, and why" in done.stderr
    assert "p/x.md" not in done.stderr
    assert "hidden in doubt" not in run(tmp_path, "generate", "--audience", "private").stderr
    named = run(tmp_path, "check", "-v").stderr
    assert f"p/x.md: {reason}" in named
    assert "p/z.md: it is private" in named


def test_a_build_counts_a_page_with_another_ending_among_the_files_that_it_hides(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "collections: {p: {}}\n", "p/y.md": "---\ntitle: Y\n---\n"})
    write_content(tmp_path, {"p/x.mdx": "---\ntitle: X\n---\n"})
    write_files(tmp_path, {"mkdocs.yml": "site_name: x\ndocs_dir: build/docs\n"})
    assert "note: 1 file is hidden in doubt" in run(tmp_path, "generate").stderr
    assert "p/x.mdx: it cannot be read, so it may be private" in run(tmp_path, "check", "-v").stderr


@pytest.mark.parametrize("is_partly_private", [False, True])
def test_a_build_reports_a_published_file_that_git_did_not_fetch(tmp_path: Path, *, is_partly_private: bool) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a' * 16}\nsize 12345\n"
    audience = "audience: private\n" if is_partly_private else ""
    texts = {"roadmap.yml": "collections: {p: {}}\n", "p/y.md": f"---\ntitle: Y\n{audience}---\n![](y.png)\n"}
    write_content(tmp_path, {**texts, "p/x.md": "---\ntitle: X\n---\n![](x.png)\n", "x.png": "", "p/x.png": pointer})
    write_content(tmp_path, {"p/y.png": pointer})
    write_files(tmp_path, {"mkdocs.yml": "site_name: x\ndocs_dir: build/docs\n"})
    for done in (run(tmp_path, "generate"), run(tmp_path, "check", "--audience", "public")):
        assert ("MM122" in done.output, "p/x.png" in done.output) == (True, True)
        assert ("p/y.png" in done.output) != is_partly_private
    assert run(tmp_path, "build", "--strict").exit_code == 1


def test_a_roadmap_that_is_a_link_is_not_taken_for_none(tmp_path: Path) -> None:
    write_files(tmp_path, STRAY)
    (tmp_path / "content/roadmap.yml").symlink_to(tmp_path / "mkdocs.yml")
    for command in ("build", "check"):
        stopped = run(tmp_path, command)
        assert stopped.exit_code == 1
        assert "MM101" in stopped.output
        assert "MM501" not in stopped.output


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("site_name: [T\ndocs_dir: x\n", "mkdocs.yml:1:12: this is not valid YAML: a bracket is opened here"),
        ("site_name: T\ndocs_dir: a: b\n", "mkdocs.yml:2:12: this is not valid YAML: there is one colon too many"),
        ("- site_name\n", "mkdocs.yml:1:1: this is not a list of `name: value` lines"),
        ("", "mkdocs.yml:1:1: this is not a list of `name: value` lines"),
        ("a: " + "[" * 3000, "mkdocs.yml: values are nested too deeply"),
        ("site_name: \x01\n", "mkdocs.yml:1:12: this is not valid YAML"),
    ],
)
def test_a_broken_mkdocs_yml_is_reported_with_its_place(tmp_path: Path, config: str, said: str) -> None:
    write(tmp_path, one=WRONG)
    (tmp_path / "mkdocs.yml").write_text(config)
    refused = run(tmp_path, "build")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"error: {tmp_path}/{said}")
    assert "<unicode string>" not in refused.stderr
    assert "MM2" not in refused.stderr


def test_a_mkdocs_yml_that_is_no_text_says_how_to_save_it(tmp_path: Path) -> None:
    write(tmp_path, one=GOOD)
    (tmp_path / "mkdocs.yml").write_bytes(b"site_name: \xc7\xd1")
    assert "save it as UTF-8" in run(tmp_path, "build").stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["check", "--help"], ["build", "--help"], ["init", "--help"]]
)
def test_help_speaks_and_succeeds(arguments: list[str]) -> None:
    asked = CliRunner().invoke(group, arguments)
    assert asked.exit_code == 0
    assert asked.stdout.startswith("Usage: ")


def test_help_names_every_command_with_what_it_does() -> None:
    text = CliRunner().invoke(group, ["--help"]).stdout
    assert sorted(group.commands) == sorted(COMMAND_MODULES)
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
    assert (tmp_path / "new/.gitignore").read_text() == "build/\nsite/\nsite-private/\n.cache/\n"


def test_a_new_roadmap_builds_at_once(tmp_path: Path) -> None:
    assert run(tmp_path, "init").exit_code == 0
    built = run(tmp_path, "build", "--strict")
    assert built.exit_code == 0, built.output
    assert (tmp_path / "site/index.html").is_file()


@pytest.mark.parametrize("locale", ["en", "ko"])
@pytest.mark.parametrize("place", ["", "content", "content/items", "notes/deep"])
def test_below_a_project_every_command_finds_it_and_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, locale: str
) -> None:
    write(tmp_path, locale, one=GOOD)
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n")
    (tmp_path / "notes/deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / place)
    for arguments in (["check"], ["explain", "one"], ["show", "one"], ["schema", "items"], ["generate"]):
        done = CliRunner().invoke(group, arguments)
        assert done.exit_code == 0, done.output
        assert done.stderr.count(f"project: {tmp_path.resolve()}") == bool(place)
    assert (tmp_path / "build/docs/index.md").is_file()


def test_a_folder_that_is_named_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, one=GOOD)
    write_files(tmp_path, {"notes/a.md": "# A\n", "notes/b.md": "# B\n"})
    monkeypatch.chdir(tmp_path / "notes")
    assert "0 items, 2 pages" in CliRunner().invoke(group, ["check", "."]).stderr
    assert CliRunner().invoke(group, ["-C", ".", "explain", "one"]).exit_code == 2


@pytest.mark.parametrize(
    ("asked", "found", "code"),
    [
        ("content/items/one.md", ["content/items/one.md:3:9", "content/items/one.md:4:6"], 1),
        ("content/items/two.md", ["content/items/two.md:2:8"], 1),
        ("content/items/three.md", [], 0),
        ("content/roadmap.yml", [], 0),
        ("content/more", ["content/more/four.md:3:9"], 1),
    ],
)
def test_a_path_below_content_shows_its_own_findings(tmp_path: Path, asked: str, found: list[str], code: int) -> None:
    write(tmp_path, one=WRONG, two=BROKEN, three=GOOD + "[x](one.md)\n")
    write_files(tmp_path, {"content/more/four.md": "---\ntitle: F\nstatus: nope\nparent: one\n---\n"})
    done = run(tmp_path, "check", asked)
    assert [line.split("--> ")[1] for line in done.stdout.splitlines() if "--> " in line] == found
    assert done.exit_code == code
    assert done.stderr.startswith(f"{asked}: {len(found)} error")


def test_a_file_of_no_project_is_checked_by_itself(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.md": BROKEN, "b.md": BROKEN})
    done = run(tmp_path, "check", "a.md")
    assert (done.exit_code, done.stdout.count("-->"), "a.md:2:8" in done.stdout) == (1, 1, True)


@pytest.mark.parametrize("asked", ["mkdocs.yml", "picture.png"])
def test_a_file_that_is_not_checked_is_not_called_right(tmp_path: Path, asked: str) -> None:
    write_files(tmp_path, {asked: "x"})
    done = run(tmp_path, "check", asked)
    assert (done.exit_code, "milemark cannot check" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-C", "{}", "--as-of", "2024-02-29", "generate"],
        ["generate", "-C", "{}", "--as-of", "2024-02-29"],
        ["-C", "{}", "generate", "--as-of", "2024-02-29"],
        ["--as-of", "2020-01-01", "generate", "--as-of", "2024-02-29", "-C", "{}"],
    ],
)
def test_global_options_stand_before_a_command_or_after_it(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, one=GOOD)
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: build/docs\n")
    assert CliRunner().invoke(group, [each.format(tmp_path) for each in arguments]).exit_code == 0
    assert index_day(tmp_path) == "2024-02-29"


@pytest.mark.parametrize("command", sorted(COMMAND_MODULES))
def test_every_command_takes_the_global_options(command: str) -> None:
    text = CliRunner().invoke(group, [command, "--help"]).stdout
    assert "-C DIR" in text
    assert "--as-of DATE" in text


@pytest.mark.parametrize(
    ("text", "code"), [(GOOD, 0), (BROKEN, 1), ("---\nstatus: done\ntitle: A\n---\n- [ ] open\n", 1)]
)
@pytest.mark.parametrize("place", ["content", "notes"])
def test_a_folder_without_a_roadmap_can_be_strict(tmp_path: Path, place: str, text: str, code: int) -> None:
    write_files(tmp_path, {f"{place}/a.md": text})
    assert run(tmp_path, "check", place, "--strict").exit_code == code


def test_a_folder_outside_a_project_needs_no_roadmap(tmp_path: Path) -> None:
    write_files(tmp_path, {"notes/a.md": "# A\n", "content/a.md": "# A\n"})
    done = run(tmp_path, "check", "notes")
    assert done.output.startswith("0 items, 1 page: 0 errors, 0 warnings\n")
    assert "milemark adopt" in done.output
    assert "MM501" in run(tmp_path, "check").stdout


def test_a_folder_without_markdown_is_answered_with_how_to_begin(tmp_path: Path) -> None:
    assert "milemark init" in run(tmp_path, "check").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal")
def test_a_check_outside_a_project_exits_with_2_and_a_hint(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_text("# A\n", "utf-8")
    for folder in (tmp_path, tmp_path / "notes"):
        done = cli(folder, "check")
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"error: there is no folder content/ in {folder}: `milemark init` writes one" in done.stderr
        assert "name it: milemark check ." in done.stderr
    assert cli(tmp_path / "notes", "check", ".").exit_code == 0
    (tmp_path / "notes/roadmap.yml").write_text("title: A\n", "utf-8")
    assert cli(tmp_path / "notes", "check").exit_code == 0


@pytest.mark.parametrize("format_", ["text", "json", "sarif"])
def test_a_folder_without_markdown_is_the_wrong_folder(tmp_path: Path, format_: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/main.py").write_text("", "utf-8")
    done = cli(tmp_path, "check", "src", "--format", format_)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"error: there are no Markdown files in {tmp_path / 'src'}" in done.stderr
    (tmp_path / "src/a.base").write_text("views: []\n", "utf-8")
    assert cli(tmp_path, "check", "src").exit_code != 2


def test_a_long_check_shows_its_progress_on_a_terminal_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: T\n", **{f"{number}.md": "# A\n" for number in range(400)}})
    monkeypatch.setattr("milemark.app.commands.check._PATIENCE", 0)
    assert "reading" not in cli(tmp_path, "check", "--no-index").stderr
    terminal = StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("milemark.app.command.sys", SimpleNamespace(stderr=terminal))
    with reading_progress("reading") as on_progress:
        check_folder(tmp_path / "content", DAY, on_progress=on_progress, use_index=False)
    assert "reading" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_a_public_check_reports_how_many_files_it_has_read(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: T\n", "a.md": "# A\n", "b.md": "# B\n"})
    seen: list[tuple[int, int]] = []
    PublicCheck(tmp_path / "content", DAY, None, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_check_shows_how_many_files_it_found_while_it_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("milemark.app.command.sys", SimpleNamespace(stderr=terminal))
    with reading_progress("reading") as on_progress:
        on_progress(12, 0)
        assert not terminal.getvalue()
        on_progress(400, 0)
        on_progress(120_000, 0)
    assert terminal.getvalue().startswith("\rreading: 400 files found\rreading: 120000 files found\r   ")
    assert terminal.getvalue().endswith(" \r")


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}])
def test_a_rule_page_has_no_markup_on_a_terminal(environment: dict[str, str]) -> None:
    shown = on_terminal("explain", "MM204", **environment)
    assert "MM204 unknown-status" in shown
    assert "content/projects/storebridge.md" in shown
    assert not [mark for mark in ("```", "# MM204", "## Example", "title=", "**") if mark in shown]
    assert ("\x1b[9" in shown) == (not environment)


def on_terminal(*arguments: str, **environment: str) -> str:
    """Return what a command prints on a terminal of 80 columns."""
    outer, inner = os.openpty()
    variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    command = [sys.executable, "-m", "milemark", *arguments]
    with subprocess.Popen(command, stdout=inner, stderr=inner, env=variables) as process:
        os.close(inner)
        parts = []
        with suppress(OSError):  # how a terminal says that the program is gone
            while part := os.read(outer, 65536):
                parts.append(part)
    os.close(outer)
    assert process.returncode == 0
    return b"".join(parts).decode()


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


def test_a_part_has_its_own_findings_though_others_name_it_among_what_is_known(tmp_path: Path) -> None:
    content = tmp_path / "content"
    for path, text in {
        "roadmap.yml": "collections: {tracks: {role: track}}\n",
        "tracks/a.md": "# A\n",
        "ask.md": "`milemark: count(*) from itms`\n",
    }.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_text(text, "utf-8")
    result = cli(tmp_path, "check", "content/tracks")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("written", "hint"), [("lst", "Did you mean 'list'?"), ("chekc", "Did you mean 'check'?"), ("x", "")]
)
def test_an_unknown_command_is_answered_with_the_nearest(tmp_path: Path, written: str, hint: str) -> None:
    done = cli(tmp_path, written)
    assert done.exit_code == 2
    assert f"No such command '{written}'. {hint}".rstrip() in done.output


@pytest.mark.parametrize("command", [("list",), ("show", "a"), ("explain", "MM101")], ids=lambda each: each[0])
def test_a_reader_that_closes_the_pipe_is_no_error(tmp_path: Path, command: tuple[str, ...]) -> None:
    write_content(tmp_path, {"roadmap.yml": "collections: {items: {}}\n", "items/a.md": "---\ntitle: A\n---\n"})
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        program = [sys.executable, "-m", "milemark", *command]
        done = subprocess.run(program, cwd=tmp_path, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
    assert "rror" not in done.stderr
    assert done.returncode == 141
