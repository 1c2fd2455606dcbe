"""Agents learn to work with a roadmap: from its own instructions, and from files that keep the words of the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import cli, write_content

ROADMAP = """\
statuses: {할 일: planned, Done: done}
collections: {projects: {fields: {area: {choices: [a, b], required: true}}}}
"""
USER = "# Mine 📅\n\nKeep this.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_content(tmp_path, {"roadmap.yml": ROADMAP})


def test_instructions_name_the_words_of_this_roadmap(root: Path) -> None:
    text = cli(root, "instructions").stdout
    for part in ("`할 일`: planned", "`projects` (item)", "`area`: one of a, b, required", "instructions TOPIC"):
        assert part in text


@pytest.mark.parametrize(
    ("topic", "part"), [("read", "--format json"), ("edit", "--if-revision"), ("fields", "`due`: date")]
)
def test_each_topic_has_its_instructions(root: Path, topic: str, part: str) -> None:
    assert part in cli(root, "instructions", topic).stdout


def test_an_unknown_topic_suggests_the_nearest(root: Path) -> None:
    result = cli(root, "instructions", "edti")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'did you mean "edit"?' in result.stderr


@pytest.mark.parametrize("text", ["", USER, USER.rstrip("\n"), USER.replace("\n", "\r\n")])
def test_agents_md_keeps_its_text_and_gets_one_block(root: Path, text: str) -> None:
    place = root / "AGENTS.md"
    place.write_bytes(text.encode())
    for _again in range(2):
        assert cli(root, "init", "--agents").exit_code == 0
        written = place.read_bytes().decode()
        assert written.startswith(text)
        assert written.count("<!-- milemark -->") == written.count("<!-- /milemark -->") == 1
        assert "\r\n" not in written or "\n" not in written.replace("\r\n", "")
    assert (root / ".claude/skills/milemark/SKILL.md").read_text().startswith("---\nname: milemark\n")
    cli(root, "undo")
    assert place.read_bytes() == text.encode()


def test_an_older_block_is_replaced_where_it_stands(root: Path) -> None:
    place = root / "AGENTS.md"
    place.write_text(f"{USER}<!-- milemark -->\nold\n<!-- /milemark -->\nafter\n")
    cli(root, "init", "--agents")
    text = place.read_text()
    assert text.startswith(f"{USER}<!-- milemark -->\n## Roadmap")
    assert text.endswith("<!-- /milemark -->\nafter\n")
    assert "old" not in text


@pytest.mark.parametrize("text", ["<!-- milemark -->\nx\n", "<!-- /milemark -->\n<!-- milemark -->\n"])
def test_half_a_block_is_not_guessed_at(root: Path, text: str) -> None:
    (root / "AGENTS.md").write_text(text)
    assert cli(root, "init", "--agents").exit_code == 2
    assert (root / "AGENTS.md").read_text() == text


def test_nothing_is_written_without_a_roadmap_or_in_a_dry_run(tmp_path: Path, root: Path) -> None:
    cli(root, "init", "--agents", "--dry-run")
    (tmp_path / "empty").mkdir()
    assert not (root / "AGENTS.md").exists()
    (root / "content/roadmap.yml").unlink()
    assert cli(root, "init", "--agents").exit_code == 2
