"""A roadmap.yml in a project's root names the folder of its files; everything works as in content/."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from milemark.app.command import COMMAND_MODULES
from milemark.foundation.rules import RULES
from support import cli, must, write_files

ROADMAP = """\
title: Plan
content: {content}
statuses: {{doing: active, done: done}}
collections: {{projects: {{label: Projects}}}}
"""
ITEM = "---\nstatus: {status}\n---\n# Shop\n\n- [x] One\n- [ ] Two\n"


def project(folder: Path, content: str, *, top: str = "") -> Path:
    """Write a project whose files are in `content`."""
    files = {
        "roadmap.yml": ROADMAP.format(content=content),
        "mkdocs.yml": "site_name: Plan\ndocs_dir: build/docs\n",
        f"{content}/projects/shop.md": ITEM.format(status="doing"),
        f"{content}/notes.md": "# Notes\n",
    }
    return write_files(folder, {f"{top}{path}": text for path, text in files.items()})


def commit(folder: Path, message: str, day: str) -> None:
    """Commit everything on a day."""
    who = {f"GIT_{role}_{part}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    dates = {f"GIT_{role}_DATE": f"{day}T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    must("git", "add", "-A", cwd=folder)
    must("git", "commit", "-qm", message, cwd=folder, **who, **dates)


@pytest.mark.parametrize("content", ["Vault", "docs/plan", "."])
def test_findings_items_and_pages_have_the_paths_of_any_folder(tmp_path: Path, content: str) -> None:
    project(tmp_path, content)
    path = "projects/shop.md" if content == "." else f"{content}/projects/shop.md"
    (tmp_path / path).write_text(ITEM.format(status="doin"))
    found = json.loads(cli(tmp_path, "check", "--format", "json").stdout)["diagnostics"]
    assert [each["path"] for each in found] == [path]
    shown = json.loads(cli(tmp_path, "show", path, "--format", "json").stdout)
    assert shown["path"] == path
    assert f"{path}:7" in cli(tmp_path, "show", "shop").stdout
    assert cli(tmp_path, "generate", "--audience", "private").exit_code == 0
    assert f"{path}</" in (tmp_path / "build/docs-private/projects/shop.md").read_text()


@pytest.mark.parametrize(("content", "shown"), [("Vault", "Vault/"), ("docs/plan", "docs/plan/"), (".", "")])
def test_help_and_the_pages_of_rules_name_the_folder_of_the_project(tmp_path: Path, content: str, shown: str) -> None:
    project(tmp_path, content)
    assert f"milemark check {shown}projects/shop.md" in cli(tmp_path, "check", "--help").stdout
    texts = [cli(tmp_path, "explain", each.code).stdout for each in RULES]
    texts += [cli(tmp_path, each, "--help").stdout for each in COMMAND_MODULES]
    assert [text for text in texts if re.search(r"(?<![\w./-])content/", text)] == []
    assert 'title="roadmap.yml"' in "".join(texts)


def test_a_finding_about_roadmap_yml_names_the_one_in_the_root(tmp_path: Path) -> None:
    project(tmp_path, "Vault")
    write_files(tmp_path, {"roadmap.yml": "content: Vault\ncolections: {}\n"})
    assert "--> roadmap.yml:2:1" in cli(tmp_path, "check").stdout


def test_commands_find_the_project_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, "docs/plan")
    monkeypatch.chdir(tmp_path / "docs/plan/projects")
    from click.testing import CliRunner  # without -C

    from milemark.app.command import group

    assert "shop" in CliRunner().invoke(group, ["list", "--format", "csv"]).stdout


@pytest.mark.parametrize("twice", [1, 2])
def test_outputs_below_the_root_are_never_read_as_content(tmp_path: Path, twice: int) -> None:
    project(tmp_path, ".")
    for _ in range(twice):
        assert cli(tmp_path, "build").exit_code == 0
    assert "1 item, 1 page" in cli(tmp_path, "check").stderr
    assert not (tmp_path / "build/docs/build").exists()


def test_a_docs_folder_of_the_user_is_content(tmp_path: Path) -> None:
    project(tmp_path, ".")
    write_files(tmp_path, {"mkdocs.yml": "site_name: Plan\n", "docs/guide.md": "# Guide\n"})
    assert "1 item, 2 pages" in cli(tmp_path, "check").stderr


@pytest.mark.parametrize("name", ["/etc", "..", "../other", "a/../../b"])
def test_a_folder_outside_the_project_is_refused(tmp_path: Path, name: str) -> None:
    project(tmp_path / "project", ".")
    write_files(tmp_path / "project", {"roadmap.yml": f"content: {name}\n"})
    result = cli(tmp_path / "project", "check")
    assert (result.exit_code, "is not a folder below" in result.stderr) == (2, True)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    write_files(tmp_path, {"roadmap.yml": "content: Vualt # mine\n"})
    result = cli(tmp_path, "check")
    assert "there is no folder Vualt/" in result.stderr
    assert "which roadmap.yml names as `content`" in result.stderr


def test_a_second_roadmap_yml_is_reported(tmp_path: Path) -> None:
    project(tmp_path, "Vault")
    write_files(tmp_path, {"Vault/roadmap.yml": "title: Other\n"})
    assert "Vault/roadmap.yml" in cli(tmp_path, "check").stdout


@pytest.mark.parametrize(
    ("target", "items", "findings"),
    [("../notes", 1, []), ("../notes/..", 0, ["MM101"]), ("/usr/share", 0, ["MM101"]), (".", 0, ["MM101"])],
)
def test_a_link_is_followed_to_a_folder_of_the_project(
    tmp_path: Path, target: str, items: int, findings: list[str]
) -> None:
    write_files(tmp_path, {"content/roadmap.yml": "collections: {linked: {}}\n", "notes/a.md": "# A\n"})
    (tmp_path / "content/linked").symlink_to(target)
    result = cli(tmp_path, "check", "--format", "json")
    assert [each["code"] for each in json.loads(result.stdout)["diagnostics"]] == findings
    assert f"{items} item" in result.stderr


def test_content_may_be_a_link_out_of_the_project(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"Vault/projects/a.md": "# A\n", "plan/roadmap.yml": "content: mine\ncollections: {projects: {}}\n"}
    )
    (tmp_path / "plan/mine").symlink_to(tmp_path / "Vault")
    assert "1 item" in cli(tmp_path / "plan", "check").stderr


def test_the_history_follows_the_folder_and_its_roadmap_yml(tmp_path: Path) -> None:
    must("git", "init", "-q", cwd=tmp_path)
    write_files(tmp_path, {"content/projects/shop.md": ITEM.format(status="doing")})
    commit(tmp_path, "before roadmap.yml", "2025-01-01")
    (tmp_path / "content").rename(tmp_path / "Vault")
    write_files(tmp_path, {"roadmap.yml": ROADMAP.format(content="Vault")})
    commit(tmp_path, "move", "2025-01-02")
    (tmp_path / "Vault/projects/shop.md").write_text(ITEM.format(status="done"))
    commit(tmp_path, "done", "2025-01-03")
    text = cli(tmp_path, "history", "--as-of", "2025-01-10").stdout
    assert "2025-01-01" in text
    assert "2025-01-03" in text


def with_link(root: Path, link: str, target: str) -> None:
    """Make a project in git whose content/ has a link to a folder of items that was committed before it."""
    must("git", "init", "-q", cwd=root)
    write_files(root, {f"{target}/ship.md": ITEM.format(status="doing"), "content/b.md": ITEM.format(status="doing")})
    commit(root, "before the link", "2025-01-01")
    write_files(root, {"content/roadmap.yml": "statuses: {doing: active, done: done}\n"})
    (root / "content" / link).symlink_to(f"../{target}")
    commit(root, "the link", "2025-01-02")


def test_the_history_of_a_linked_folder_is_that_of_the_folder_also_when_the_link_moves(tmp_path: Path) -> None:
    with_link(tmp_path, "plan", "docs/plan")
    (tmp_path / "docs/plan/ship.md").write_text(ITEM.format(status="done"))
    commit(tmp_path, "done", "2025-01-03")
    (tmp_path / "content").rename(tmp_path / "Vault")
    (tmp_path / "Vault/roadmap.yml").unlink()
    write_files(tmp_path, {"roadmap.yml": "content: Vault\nstatuses: {doing: active, done: done}\n"})
    commit(tmp_path, "move", "2025-01-04")
    result = cli(tmp_path, "history", "--as-of", "2025-01-10")
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == ["2025-01-01", "2025-01-03"]
    assert "2 active" in result.stdout
    assert "linked" not in result.stderr
    assert "without history" not in cli(tmp_path, "check", "-v").stderr


def test_a_linked_folder_of_another_repository_is_named_since_it_has_no_history(tmp_path: Path) -> None:
    with_link(tmp_path, "other", "parts")
    must("git", "init", "-q", cwd=tmp_path / "parts")
    assert "linked folders in another repository" in cli(tmp_path, "history", "--as-of", "2025-01-10").stderr
    assert "without history: content/other/ leads into another repository" in cli(tmp_path, "check", "-v").stderr


def test_a_content_folder_that_is_a_link_has_the_history_of_its_repository(tmp_path: Path) -> None:
    notes, plan = tmp_path / "notes", tmp_path / "plan"
    write_files(notes, {"work/ship.md": ITEM.format(status="doing")})
    must("git", "init", "-q", cwd=notes)
    commit(notes, "notes", "2025-01-01")
    write_files(plan, {"roadmap.yml": "content: mine\nstatuses: {doing: active}\n"})
    (plan / "mine").symlink_to(notes / "work")
    assert "2025-01-01" in cli(plan, "history", "--as-of", "2025-01-10").stdout


def test_a_private_linked_folder_reaches_no_public_history(tmp_path: Path) -> None:
    with_link(tmp_path, "hr", "people")
    settings = "statuses: {doing: active, done: done}\ncollections: {hr: {audience: private}}\n"
    write_files(tmp_path, {"content/roadmap.yml": settings})
    commit(tmp_path, "private", "2025-01-03")
    arguments = ("history", "--as-of", "2025-01-10", "--format", "json", "--audience")
    own, public = (cli(tmp_path, *arguments, audience).stdout for audience in ("private", "public"))
    assert ("ship" in own, "ship" in public) == (True, False)


def test_a_link_may_lead_into_a_folder_named_docs_that_holds_files_of_the_user(tmp_path: Path) -> None:
    write_files(tmp_path, {"content/roadmap.yml": "collections: {plan: {}}\n", "docs/plan/a.md": "# A\n"})
    (tmp_path / "content/plan").symlink_to("../docs/plan")
    assert "1 item" in cli(tmp_path, "check").stderr


@pytest.mark.parametrize("audience", ["public", "private"])
def test_private_files_of_any_folder_reach_no_public_page(tmp_path: Path, audience: str) -> None:
    project(tmp_path, "Vault")
    write_files(
        tmp_path,
        {
            "Vault/projects/canary.md": "---\nstatus: doing\naudience: private\n---\n# Zebrafish\n",
            "Vault/notes.md": "# Notes\n\n<https://example.com/x/blob/main/Vault/projects/canary.md> Vault/canary\n",
        },
    )
    assert cli(tmp_path, "generate", "--audience", audience).exit_code == 0
    docs = tmp_path / ("build/docs-private" if audience == "private" else "build/docs")
    text = "\n".join(path.read_text() for path in docs.rglob("*.md"))
    assert ("Zebrafish" in text, "canary.md" in text) == ((True, True) if audience == "private" else (False, False))
