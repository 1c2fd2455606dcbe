"""`check --fix` corrects what can only mean one thing, and with --suggested what is likely; other bytes stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import cli, write_content

ROADMAP = """\
as_of: 2025-01-12
statuses: {할 일: planned, In progress: active, Done: done}
collections:
  projects: {fields: {status: {required: true}, area: {choices: [back end, front-end]}}}
"""
TARGET = "---\ntitle: 대상 📅\nstatus: Done\n---\n# x\n\n## Plan\n"
ITEM = "---\ntitle: 가게\nstatus: In progress\n{}---\n{}\n"


def fixed(folder: Path, front: str, body: str, *options: str) -> str:
    """Return an item after `check --fix`."""
    root = write_content(
        folder, {"roadmap.yml": ROADMAP, "projects/target.md": TARGET, "projects/shop.md": ITEM.format(front, body)}
    )
    cli(root, "check", "--fix", "--yes", *options)
    return (root / "content/projects/shop.md").read_text()


@pytest.mark.parametrize(
    ("front", "body", "new_front", "new_body"),
    [
        ("due: March 2027\n", "", "due: 2027-03\n", ""),
        ('due: "12/31/2026" # 📅\n', "", 'due: "2026-12-31" # 📅\n', ""),
        ("area: Back-end\n", "", "area: back end\n", ""),
        ("depends_on: [tаrget]\n", "", "depends_on: [target]\n", ""),  # a Cyrillic а
        ("", "📅 가\n\n- [✓] 하나 📅\n- [X ] two\n-[ ] x", "", "📅 가\n\n- [x] 하나 📅\n- [x] two\n- [ ] x"),
    ],
)
def test_what_can_only_mean_one_thing_is_corrected(
    tmp_path: Path, front: str, body: str, new_front: str, new_body: str
) -> None:
    assert fixed(tmp_path, front, body) == ITEM.format(new_front, new_body)


@pytest.mark.parametrize(
    ("front", "body", "new_front", "new_body"),
    [
        ("depends_on: [targte]\n", "", "depends_on: [target]\n", ""),
        ("smmary: x\n", "", "summary: x\n", ""),
        ("stack: Redis, Kafka\n", "", "stack: [Redis, Kafka]\n", ""),
        (
            "",
            "[a](targte.md) [[targte]] 📅 [b](target.md#plna)",
            "",
            "[a](target.md) [[target]] 📅 [b](target.md#plan)",
        ),
        ("", "```milemark\nwhere: titel = 'x'\n```", "", "```milemark\nwhere: title = 'x'\n```"),
    ],
)
def test_what_is_likely_is_corrected_only_on_request(
    tmp_path: Path, front: str, body: str, new_front: str, new_body: str
) -> None:
    assert fixed(tmp_path, front, body) == ITEM.format(front, body)
    assert fixed(tmp_path, front, body, "--suggested") == ITEM.format(new_front, new_body)


def test_a_corrected_name_lets_its_value_be_read_and_corrected(tmp_path: Path) -> None:
    root = write_content(
        tmp_path, {"roadmap.yml": ROADMAP, "projects/a.md": "---\r\nstauts: in-progress\r\n---\r\n# A\r\n"}
    )
    cli(root, "check", "--fix", "--suggested")
    assert (root / "content/projects/a.md").read_bytes() == b"---\r\nstatus: In progress\r\n---\r\n# A\r\n"


def test_a_correction_that_brings_another_finding_is_left_out_and_the_others_are_made(tmp_path: Path) -> None:
    front = "[x](my-plna.md)"
    root = write_content(
        tmp_path,
        {
            "roadmap.yml": ROADMAP,
            "projects/my plan.md": TARGET,  # a link to it would need angle brackets
            "projects/shop.md": ITEM.format("due: March 2027\n", front),
        },
    )
    cli(root, "check", "--fix", "--suggested")
    assert (root / "content/projects/shop.md").read_text() == ITEM.format("due: 2027-03\n", front)


def test_roadmap_yml_is_corrected_too(tmp_path: Path) -> None:
    root = write_content(tmp_path, {"roadmap.yml": ROADMAP.replace("planned", "Planed"), "projects/a.md": TARGET})
    assert cli(root, "check", "--fix", "--suggested").exit_code == 0
    assert (root / "content/roadmap.yml").read_text() == ROADMAP


def test_a_dry_run_prints_a_diff_and_undo_takes_the_corrections_back(tmp_path: Path) -> None:
    before = ITEM.format("due: March 2027\n", "")
    root = write_content(tmp_path, {"roadmap.yml": ROADMAP, "projects/shop.md": before})
    assert "\n-due: March 2027\n+due: 2027-03\n" in cli(root, "check", "--fix", "--dry-run").stdout
    assert json.loads(cli(root, "check", "--fix", "--format", "json").stdout)["command"] == "check --fix"
    cli(root, "undo")
    assert (root / "content/projects/shop.md").read_text() == before


def test_several_files_change_only_with_yes_and_a_path_limits_them(tmp_path: Path) -> None:
    files = {f"projects/{name}.md": ITEM.format("due: March 2027\n", "") for name in "ab"}
    root = write_content(tmp_path, {"roadmap.yml": ROADMAP, **files})
    assert cli(root, "check", "--fix").exit_code == 2
    cli(root, "check", "content/projects/a.md", "--fix")
    texts = [(root / "content" / path).read_text() for path in files]
    assert texts == [ITEM.format("due: 2027-03\n", ""), ITEM.format("due: March 2027\n", "")]


@pytest.mark.parametrize("options", [["--dry-run"], ["--suggested"], ["--fix", "--format", "sarif"]])
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, options: list[str]) -> None:
    root = write_content(tmp_path, {"roadmap.yml": ROADMAP})
    assert cli(root, "check", *options).exit_code == 2


def test_findings_as_json_hold_the_place_and_text_of_their_correction(tmp_path: Path) -> None:
    root = write_content(tmp_path, {"roadmap.yml": ROADMAP, "projects/shop.md": ITEM.format("due: March 2027\n", "")})
    (row,) = json.loads(cli(root, "check", "--format", "json").stdout)["diagnostics"]
    assert row["fix"] == {"line": 4, "column": 6, "end_column": 16, "text": "2027-03", "certain": True}
