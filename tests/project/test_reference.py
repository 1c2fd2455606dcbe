"""The reference is that of the code: its pages are made from it, and every example in it works."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import click
import pytest

import reference
from milemark.app.cli import group
from milemark.app.command import COMMAND_MODULES
from milemark.app.command_help import EXAMPLES, GROUPS
from milemark.roadmap import setting_table
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.setting_table import Setting
from milemark.roadmap.settings import OWNER_FIELDS
from milemark.roadmap.settings_file import parse_settings
from support import cli

TABLES: Mapping[str, Mapping[str, Setting]] = {
    "{}": setting_table.ROADMAP,
    "collections: {{projects: {{{}}}}}": setting_table.COLLECTION,
    "collections: {{projects: {{fields: {{priority: {{{}}}}}}}}}": setting_table.FIELD,
    "collections: {{skills: {{}}}}\npolicies: {{{}}}": setting_table.POLICIES,
    "owner: {{{}}}": setting_table.OWNER,
}
PRIORITY = "fields: {priority: }, private: [priority]"
EVERY = [(frame, each) for frame, table in TABLES.items() for each in table.values()]
LINES = [line for name, lines in EXAMPLES.items() for line in (lines if name in reference.UNSHOWN else lines[1:])]


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    return reference.pages()


@pytest.mark.parametrize("name", ["roadmap-yml.md", "front-matter.md", "commands.md", "rules.md", "relations.md"])
def test_each_page_is_what_the_code_says(name: str, pages: Mapping[str, str]) -> None:
    written = (reference.PAGES / name).read_text("utf-8")
    assert written == pages[name], "run: python documentation/reference.py"


def read(text: str) -> list[Any]:
    return [each for each in parse_settings(text.encode())[1] if each.is_error]


@pytest.mark.parametrize(("frame", "setting"), EVERY, ids=lambda each: getattr(each, "name", ""))
def test_each_example_of_a_setting_is_read_without_a_finding(frame: str, setting: Setting) -> None:
    text = frame.format(f"{setting.name}: {setting.example}").replace("private: [priority]", PRIORITY)
    assert read(text) == []


@pytest.mark.parametrize(
    ("frame", "setting"), [each for each in EVERY if each[1].words], ids=lambda each: getattr(each, "name", "")
)
def test_a_setting_takes_its_words_and_no_other(frame: str, setting: Setting) -> None:
    for word in setting.words:
        assert read(frame.format(f"{setting.name}: {word}")) == []
    assert read(frame.format(f"{setting.name}: nonsense"))


def test_everything_has_a_meaning() -> None:
    assert all(each.description.endswith(".") for _frame, each in EVERY)
    assert all(each.description.endswith(".") for each in (*CORE_FIELDS.values(), *OWNER_FIELDS.values()))


def test_each_command_has_a_purpose_and_an_example() -> None:
    named = [name for names in GROUPS.values() for name in names]
    assert sorted(named) == sorted(COMMAND_MODULES), "add the command to GROUPS in app/command_help.py"
    assert set(EXAMPLES) == set(COMMAND_MODULES), "add examples to EXAMPLES in app/command_help.py"


@pytest.mark.parametrize("line", LINES)
def test_each_example_of_a_command_works(line: str) -> None:
    name = line.split()[1]
    if name in reference.UNSHOWN:
        command = group.get_command(click.Context(group), name)
        assert command
        command.make_parser(click.Context(command)).parse_args(line.split()[2:])
        return

    def tried(sample: Path) -> str:
        is_new = line.startswith("milemark init my-roadmap")  # in no folder that has a roadmap already
        with chdir(sample.parent if is_new else sample):
            result = reference.run(line)
        assert result.exit_code == 0, result.output
        return ""

    reference.with_sample(tried)


def test_the_help_shows_purposes_and_examples(tmp_path: Any) -> None:
    shown = cli(tmp_path, "--help").stdout
    assert [line[:-1] for line in shown.splitlines() if line[:-1] in GROUPS and line.endswith(":")] == list(GROUPS)
    assert "Examples:\n  milemark tick shop" in cli(tmp_path, "tick", "--help").stdout
    assert "Examples:\n  milemark import csv" in cli(tmp_path, "import", "--help").stdout
