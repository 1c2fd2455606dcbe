"""A new project builds at once, and is set up as the example is."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from milemark.app.check import check_folder
from milemark.app.check_summary import summary_text
from milemark.app.cli import group
from milemark.app.starter import moved_to, plan_of, start, write
from milemark.app.surroundings import FolderKind, kinds
from milemark.app.terminal_language import terminal_language
from milemark.foundation.errors import UserError
from milemark.roadmap.load import load
from milemark.roadmap.settings_file import parse_settings
from support import ROOT, cli, must, write_content, write_files

STARTER = ROOT / "generator" / "milemark" / "app" / "starter_files"
TODAY = date(2026, 11, 23)
OWN = {"site_name", "site_description", "nav"}  # what a project has of its own


class _Plain(yaml.SafeLoader):
    """Reads mkdocs.yml with the publisher's tags as the values they stand before."""


def _untagged(loader: _Plain, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)[:1]
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else node.value


_Plain.add_multi_constructor("!", _untagged)
_Plain.add_multi_constructor("tag:yaml.org,2002:python/", _untagged)


def settings_of(path: Path) -> dict[str, Any]:
    found = yaml.load(path.read_text("utf-8"), Loader=_Plain)  # noqa: S506  a safe loader, with tags as plain values
    for palette in found["theme"]["palette"]:
        palette["toggle"].pop("name")
    for extension in found["markdown_extensions"]:
        if isinstance(extension, dict) and "toc" in extension:
            extension["toc"].pop("permalink_title")
    return {name: value for name, value in found.items() if name not in OWN}


def test_a_new_project_publishes_as_the_example_does() -> None:
    assert settings_of(STARTER / "mkdocs.yml") == settings_of(ROOT / "mkdocs.yml")


@pytest.mark.parametrize("example", [None, "career"])
def test_a_new_project_has_no_errors_from_the_start(example: str | None, tmp_path: Path) -> None:
    start(tmp_path / "new", example, TODAY)
    content = tmp_path / "new" / "content"
    found = check_folder(content, date(2025, 1, 12), use_index=False)
    assert not [each for each in found.diagnostics if each.is_error]
    assert found.summary.items > 1


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 1, 12), date(2026, 11, 23), date(2031, 12, 31)])
def test_the_dates_of_a_new_roadmap_are_those_of_its_first_day(today: date, tmp_path: Path) -> None:
    start(tmp_path, None, today)
    assert not check_folder(tmp_path / "content", today, use_index=False).diagnostics
    written = {path.relative_to(tmp_path / "content").as_posix(): path for path in tmp_path.rglob("*.md")}
    first = load({name: path.read_bytes() for name, path in written.items()}, today).roadmap.by_id["first-project"]
    assert first.start
    assert first.due
    assert first.start.first <= today <= first.due.last
    again = tmp_path.with_name(f"{tmp_path.name}-again")
    start(again, None, today)
    assert written_in(again / "content") == written_in(tmp_path / "content")


@pytest.mark.parametrize(
    ("today", "text", "moved"),
    [
        (date(2025, 3, 31), "2025-Q1 2025-01 2025-07-01", "2025-Q1 2025-01 2025-07-01"),
        (date(2025, 4, 1), "2025-Q1 2025-01 2025-07-01", "2025-Q2 2025-04 2025-10-01"),
        (date(2026, 11, 23), "2025-Q1 2025-06 2025-07-01", "2026-Q4 2027-03 2027-04-01"),
        (date(2024, 1, 1), "2025-Q1, 2025-12", "2024-Q1, 2024-12"),
    ],
)
def test_dates_move_by_quarters(today: date, text: str, moved: str) -> None:
    assert moved_to(today, text) == moved


def test_the_example_keeps_its_own_dates(tmp_path: Path) -> None:
    start(tmp_path, "career", date(2031, 1, 1))
    assert written_in(tmp_path / "content") == written_in(ROOT / "content")


FOUND = {
    "content/roadmap.yml": "title: Mine\ncollections: {work: {label: Work}, 한글 자료: {}}\n",
    "content/notes/a.md": "---\ntitle: A\nstatus: In Review\n---\n",
    "content/b.md": '---\ntitle: B\nstatus: "yes: really"\n---\n',
    "mkdocs.yml": "site_name: mine\n",
    ".gitignore": "secret\n",
}


@pytest.mark.parametrize("size", range(1, len(FOUND) + 1))
def test_init_adds_what_is_missing_and_changes_nothing(size: int, tmp_path: Path) -> None:
    for names in combinations(FOUND, size):
        folder = tmp_path / "-".join(str(sorted(FOUND).index(name)) for name in names)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(FOUND[name], "utf-8")
        steps = {step.path.relative_to(folder).as_posix(): step.is_new for step in start(folder, None, TODAY)}
        assert {name: (folder / name).read_text("utf-8") for name in names} == {name: FOUND[name] for name in names}
        for name in ("mkdocs.yml", ".gitignore", "content/roadmap.yml"):
            assert (folder / name).is_file()
            assert steps[name] == (name not in names)
        if "content" in steps:
            kept = {name for name in names if name.endswith(".md")}
            assert {name for name in written_in(folder) if name.endswith(".md")} == kept


def test_beside_files_the_roadmap_is_the_one_that_check_proposes(tmp_path: Path) -> None:
    for name in ("content/notes/a.md", "content/b.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(FOUND[name], "utf-8")
    advice = summary_text(check_folder(tmp_path / "content", TODAY, use_index=False))
    start(tmp_path, None, TODAY)
    written = (tmp_path / "content/roadmap.yml").read_text("utf-8")
    assert advice[advice.index("statuses:") :] in written
    found = check_folder(tmp_path / "content", TODAY, use_index=False)
    assert (found.diagnostics, found.summary.items) == ((), 2)


def test_the_settings_of_the_publisher_leave_title_and_navigation_to_the_roadmap(tmp_path: Path) -> None:
    start(tmp_path, None, TODAY)
    config = yaml.load((tmp_path / "mkdocs.yml").read_text("utf-8"), Loader=_Plain)  # noqa: S506  see above
    assert {"nav", "site_description"}.isdisjoint(config)
    assert "MILEMARK_TITLE" in (tmp_path / "mkdocs.yml").read_text("utf-8")


def test_what_is_left_to_do_with_a_kept_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: mine\n", "utf-8")
    (tmp_path / ".gitignore").write_text("/site\n", "utf-8")
    advice = {step.path.name: step.advice for step in start(tmp_path, None, TODAY)}
    assert advice["mkdocs.yml"] == "add to it: docs_dir: build/docs"
    assert advice[".gitignore"] == "add to it: build/ site-private/ .cache/"


@pytest.mark.parametrize(
    ("path", "example"), [("content/mine.md", "career"), ("mkdocs.yml", "career"), ("content", None), (".", None)]
)
def test_where_nothing_can_be_added_nothing_is_written(tmp_path: Path, path: str, example: str | None) -> None:
    folder = tmp_path / "new"
    taken = folder / path
    taken.parent.mkdir(parents=True, exist_ok=True)
    taken.write_text("mine", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=r"already exists|is not a folder"):
        start(folder, example, TODAY)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_holds_hidden_files_only_is_new(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/.gitkeep").write_text("")
    start(tmp_path, None, TODAY)
    assert (tmp_path / "content/index.md").is_file()


AROUND = {
    "an empty folder": ({}, "EMPTY", ["content/roadmap.yml", "content/projects/first-project.md"]),
    "a repository": ({"README.md": "# Shop\n", "src/a.py": ""}, "EMPTY", ["content/roadmap.yml"]),
    "a vault": ({".obsidian/app.json": "{}", "Day.md": "# Day\n"}, "VAULT", ["roadmap.yml"]),
    "notes that git ignores": (
        {".gitignore": "*\n", "plans/a.md": "---\nstatus: doing\n---\n# A\n"},
        "NOTES",
        ["roadmap.yml"],
    ),
    "packages": ({"README.md": "# 앱\n", "node_modules/x/README.md": "# X\n"}, "EMPTY", ["content/roadmap.yml"]),
    "notes": ({"plans/a.md": "---\nstatus: doing\n---\n# A\n"}, "NOTES", ["roadmap.yml"]),
    "a backlog": ({"backlog/config.yml": "a: b\n", "backlog/tasks/a.md": "# A\n"}, "BACKLOG", ["roadmap.yml"]),
    "a roadmap": ({"ROADMAP.md": "# Plan\n", "README.md": "# Shop\n"}, "ROADMAP", ["roadmap.yml"]),
    "a site": (
        {"mkdocs.yml": "site_name: Shop\n", "docs/index.md": "# Shop\n", "ROADMAP.md": "# Plan\n"},
        "DOCS",
        ["roadmap.yml", "roadmap/.gitkeep"],
    ),
    "a project": ({"roadmap.yml": "content: Vault\n", "Vault/a.md": "# A\n"}, "PROJECT", ["mkdocs.yml"]),
}


@pytest.mark.parametrize(("files", "kind", "new"), AROUND.values(), ids=AROUND)
def test_init_does_the_fitting_thing(tmp_path: Path, files: dict[str, str], kind: str, new: list[str]) -> None:
    write_files(tmp_path, files)
    before = written_in(tmp_path)
    plan = plan_of(tmp_path, None, TODAY)
    assert (plan.kind.name, written_in(tmp_path)) == (kind, before)
    paths = {step.path.relative_to(tmp_path).as_posix() for step in plan.steps if step.is_new}
    assert set(new) <= paths
    assert kind == "EMPTY" or not [path for path in paths if path.endswith(".md")]
    write(plan)
    after = written_in(tmp_path)
    assert after.keys() == before.keys() | paths
    assert {path: after[path] for path in before} == before
    roadmap = next(path for path in after if path.endswith("roadmap.yml") and ".github" not in path)
    assert parse_settings(after[roadmap])[1] == []


@pytest.mark.parametrize("kind", [kind for kind in AROUND if kind not in {"a project", "a site"}])
def test_what_init_has_written_is_read(tmp_path: Path, kind: str) -> None:
    write_files(tmp_path, AROUND[kind][0])
    start(tmp_path, None, TODAY)
    found = cli(tmp_path, "check", "--format", "json")
    assert [each["code"] for each in json.loads(found.stdout)["diagnostics"] if each["severity"] == "error"] == []
    assert cli(tmp_path, "generate").exit_code == 0


@pytest.mark.parametrize(
    ("git", "files", "folder", "reason"),
    [
        (True, {}, "sub", "GitHub runs only the workflows in"),
        (True, {".git/config": "[remote]\n url = https://gitlab.com/a/b\n"}, ".", "is not on GitHub"),
        (True, {".git/config": "[remote]\n url = git@github.com:a/b\n"}, ".", ""),
        (True, {".github/workflows/docs.yml": "run: mkdocs gh-deploy\n"}, ".", "docs.yml publishes a site already"),
        (False, {"notes/a.md": "# A\n"}, ".", "not in a git repository"),
        (False, {}, ".", ""),
    ],
)
def test_a_workflow_is_written_where_github_runs_it(
    tmp_path: Path, git: bool, files: dict[str, str], folder: str, reason: str
) -> None:
    if git:
        must("git", "init", "-q", cwd=tmp_path)
    write_files(tmp_path, files)
    steps = start(tmp_path / folder, None, TODAY)
    (step,) = (step for step in steps if ".github" in step.path.parts)
    assert step.is_new == (not reason)
    assert reason in step.advice


def test_each_file_is_named_before_it_is_written_and_a_dry_run_writes_none(tmp_path: Path) -> None:
    result = cli(tmp_path, "init", "new", "--dry-run")
    assert "write " in result.stderr
    assert "new/content/projects/first-project.md" in result.stderr
    assert result.stderr.endswith("nothing written: --dry-run\n")
    assert not (tmp_path / "new").exists()
    told = cli(tmp_path, "init", "new").stderr
    assert told.startswith(result.stderr.removesuffix("nothing written: --dry-run\n"))
    assert "next: cd " in told


def test_a_roadmap_beside_documentation_becomes_a_part_of_it(tmp_path: Path) -> None:
    write_files(tmp_path, AROUND["a site"][0])
    start(tmp_path, None, TODAY)
    checked = cli(tmp_path, "check")
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert cli(tmp_path, "generate").exit_code == 0
    assert "milemark.css" in (tmp_path / "docs/roadmap/index.md").read_text()
    assert "- Roadmap: roadmap/index.md" in cli(tmp_path, "host").stdout
    assert (tmp_path / "docs/index.md").read_text() == "# Shop\n"


INNER = {
    "the pages of a site": (
        {"mkdocs.yml": "site_name: 가게\n", "docs/index.md": "# 가게\n"},
        "docs",
        "documentation site",
    ),
    "a folder of these pages": (
        {"mkdocs.yml": "site_name: x\n", "docs/index.md": "# x\n"},
        "docs/새",
        "documentation site",
    ),
    "the files of a project": ({"content/roadmap.yml": "title: 계획\n"}, "content", "has a roadmap already"),
    "a folder in a project": (
        {"roadmap.yml": "content: 볼트\n", "볼트/a.md": "# A\n"},
        "docs",
        "has a roadmap already",
    ),
    "a folder in these files": ({"roadmap.yml": "content: .\n", "notes/a.md": "# A\n"}, "notes", "`milemark init"),
}


@pytest.mark.parametrize(("files", "inner", "words"), INNER.values(), ids=INNER)
def test_no_second_roadmap_starts_in_a_project_or_in_the_pages_of_a_site(
    tmp_path: Path, files: dict[str, str], inner: str, words: str
) -> None:
    write_files(tmp_path, files)
    before = written_in(tmp_path)
    for arguments in (
        ["-C", str(tmp_path), "init", inner],
        ["-C", str(tmp_path), "init", inner, "--example", "career"],
    ):
        done = CliRunner().invoke(group, arguments)
        assert (done.exit_code, words in done.stderr) == (2, True)
        assert written_in(tmp_path) == before


def test_a_repository_in_the_folder_of_a_project_may_have_its_own_roadmap(tmp_path: Path) -> None:
    write_files(tmp_path, {"roadmap.yml": "content: .\n", "a.md": "# A\n", "vendor/shop/.git/config": ""})
    assert cli(tmp_path, "init", "vendor/shop").exit_code == 0
    assert (tmp_path / "vendor/shop/content/roadmap.yml").is_file()


def test_init_says_that_drafts_stay_private(tmp_path: Path) -> None:
    draft = "---\nid: draft-1\ntitle: 초안\nstatus: Draft\n---\n"
    write_files(tmp_path, {**AROUND["a backlog"][0], "backlog/drafts/draft-1 - 초안.md": draft})
    told = cli(tmp_path, "init").stderr
    assert " is a Backlog.md project; your files stay as they are, and its drafts stay private\n" in told
    assert "roadmap.yml: 1 item is private (drafts); `milemark adopt` shows the reasons\n" in told
    cli(tmp_path, "generate")
    assert all("초안" not in path.read_text("utf-8", "replace") for path in (tmp_path / "build/docs").rglob("*.md"))


def written_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_vault_starts_with_an_allow_list_and_without_its_templates_and_daily_notes(tmp_path: Path) -> None:
    files = {
        ".obsidian/templates.json": '{"folder": "Templates"}',
        ".obsidian/daily-notes.json": '{"folder": "/Log: daily/"}',
        ".obsidian/plugins/templater-obsidian/data.json": '{"templates_folder": "Templates"}',
        ".obsidian/plugins/periodic-notes/data.json": '["changed"]',
        "Templates/t.md": "---\nstatus: planned\n---\n",
        "Log: daily/2026-01-01.md": "x\n",
        "Projects/a.md": "---\nstatus: planned\n---\n",
    }
    write_content(tmp_path, files)
    steps = start(tmp_path, None, TODAY)
    assert any("name the public notes under `publish`" in step.advice for step in steps)
    settings, found = parse_settings((tmp_path / "content/roadmap.yml").read_bytes())
    assert (settings.publish, settings.exclude, found) == ((), ("/Templates/", "/Log: daily/"), [])
    assert check_folder(tmp_path / "content", TODAY, use_index=False).summary.items == 1


def test_the_example_in_english_is_the_same_roadmap(tmp_path: Path) -> None:
    for name in ("ko", "en"):
        start(tmp_path / name, "career", TODAY, name)
    ko, en = (
        {path.relative_to(tmp_path / name): path for path in (tmp_path / name).rglob("*.*")} for name in ("ko", "en")
    )
    assert {*ko} == {*en}
    texts = {path: each.read_text("utf-8") for path, each in en.items() if each.suffix in {".md", ".yml"}}
    lines = [line for text in texts.values() for line in text.splitlines() if "이라는" not in line and "# " not in line]
    assert [line for line in lines if re.search("[가-힣]", line)] == []
    one, other = (check_folder(tmp_path / name / "content", TODAY, use_index=False) for name in ("ko", "en"))
    assert (other.summary.items, other.summary.tasks) == (one.summary.items, one.summary.tasks)
    assert [each.rule for each in other.diagnostics] == [each.rule for each in one.diagnostics]
    assert cli(tmp_path / "en", "generate").exit_code == 0


@pytest.mark.parametrize(
    ("variables", "locale", "expected"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "en", "ko"),
        ({"LANG": "en_US.UTF-8"}, "ko", "en"),
        ({"LC_ALL": "ko_KR", "LANG": "en_US"}, "en", "ko"),
        ({"LC_MESSAGES": "en", "LANG": "ko_KR"}, "ko", "en"),
        ({"LANG": "C.UTF-8"}, "ko", "ko"),
        ({"LANG": "de_DE"}, "ko", "ko"),
        ({}, "en", "en"),
    ],
)
def test_the_terminal_speaks_its_own_language_where_it_is_known(
    variables: dict[str, str], locale: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    assert terminal_language(locale).locale == expected


def test_findings_are_in_the_language_of_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_content(
        tmp_path,
        {
            "roadmap.yml": "locale: ko\nstatuses: {open: planned}\n",
            "a.md": "---\nstatus: nonsense\nstatus: twice\n---\n",
        },
    )
    monkeypatch.delenv("LC_ALL", raising=False)
    found = []
    for locale in ("en_US.UTF-8", "ko_KR.UTF-8"):
        monkeypatch.setenv("LANG", locale)
        found.append(bool(re.search("[가-힣]", cli(tmp_path, "check").stdout)))
    assert found == [False, True]


def test_a_folder_that_may_be_several_things_has_all_of_them_in_order(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for path in ("docs/index.md", "ROADMAP.md", "notes.md"):
        (tmp_path / path).write_text("# A\n", "utf-8")
    assert kinds(tmp_path) == (FolderKind.ROADMAP, FolderKind.NOTES)
    (tmp_path / "mkdocs.yml").write_text("site_name: A\n", "utf-8")
    assert kinds(tmp_path) == (FolderKind.DOCS, FolderKind.ROADMAP, FolderKind.NOTES)
    (tmp_path / ".obsidian").mkdir()
    assert kinds(tmp_path) == (FolderKind.VAULT, FolderKind.DOCS, FolderKind.ROADMAP)


def test_init_asks_on_a_terminal_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milemark.app.commands.init._is_terminal", lambda: True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "a"
    (folder / "docs").mkdir(parents=True)
    for path in ("docs/index.md", "ROADMAP.md"):
        (folder / path).write_text("# A\n\n## One\n\n## Two\n", "utf-8")
    (folder / "mkdocs.yml").write_text("site_name: A\n", "utf-8")
    asked = CliRunner().invoke(group, ["init", str(folder)], input="2\nn\n")
    assert "1: a documentation site" in asked.output
    assert "2: one with a ROADMAP.md" in asked.output
    assert "write these files?" in asked.output
    assert not (folder / "roadmap.yml").exists()
    done = CliRunner().invoke(group, ["init", str(folder)], input="2\n\n")
    assert done.exit_code == 0, done.output
    assert (folder / "roadmap.yml").exists()
    assert not (folder / "roadmap").exists()
    undone = CliRunner().invoke(group, ["-C", str(folder), "undo"])
    assert undone.exit_code == 0, undone.output
    assert not (folder / "roadmap.yml").exists()
