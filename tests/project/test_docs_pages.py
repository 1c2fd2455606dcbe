"""The documentation is true: who follows a page sees what it shows, its commands exist, and its site is whole."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from playwright.sync_api import Browser

from conftest import make_once, serving
from milemark.app.cli import group
from milemark.app.command import COMMAND_MODULES
from milemark.foundation.rules import RULES
from milemark.roadmap import setting_table
from milemark.roadmap.settings_file import parse_settings
from support import BIN, ROOT, must
from visits import HEIGHT, violations, visiting
from walkthrough import is_as_shown, steps_of, walk

DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*DOCS.rglob("*.md"), *ROOT.glob("README*.md")))
SHELL = {"|", ">", ">>", "<", "&&"}
PLACEHOLDERS = re.compile(r"[A-Z]{2,}|[…|\[\]<>]")  # of a description rather than a line to type


def follow(page: Path, folder: Path) -> None:
    """Do what a page says in an empty folder, and compare each output."""
    steps = list(steps_of(page.read_text("utf-8")))
    printed = walk(steps, folder)
    assert len(printed) == len(steps)
    for step, text in zip(steps, printed, strict=True):
        assert not step.is_compared or is_as_shown(text, step.expected), f"$ {step.command}\n{text}"


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tutorial.md", "ko/tutorial.md", "how-to/vault.md"])
def test_the_tutorial_is_as_written(page: str, tmp_path: Path) -> None:
    follow(DOCS / page, tmp_path)


def test_an_output_that_differs_is_found() -> None:
    assert is_as_shown("a\nb\nc\n", "a\n…\nc\n")
    assert not is_as_shown("a\nb\n", "a\nc\n")
    assert not is_as_shown("a\n", "")


# --- commands --------------------------------------------------------------------------------------------


def commands_of(text: str) -> Iterator[str]:
    """Yield the lines of a page that begin with milemark, in blocks and in sentences."""
    for block in re.findall(r"^ *```(?:sh|console)[^\n]*\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE):
        yield from re.findall(r"^\s*(?:\$ )?(milemark .*)$", block, re.MULTILINE)
    prose = re.sub(r"^ *(`{3,}).*?^ *\1", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`(milemark [a-z][^`]*)`", prose)


def is_understood(line: str) -> bool:
    """Whether milemark knows a command with its options; lines with placeholders need only its name."""
    written = shlex.split(line, comments=True)
    words = written[1 : next((at for at, word in enumerate(written) if word in SHELL), None)]
    while words[:1] == ["-C"]:
        words = words[2:]
    context = click.Context(group)
    command = group.get_command(context, words[0]) if words else None
    if command is None:
        return words[:1] in (["--help"], ["--version"])
    if PLACEHOLDERS.search(line) or len(words) == 1 or words[-1].startswith("--"):
        return True
    while isinstance(command, click.Group) and len(words) > 1:
        words = words[1:]
        command = command.get_command(context, words[0]) or click.Command("")
    try:
        command.make_parser(click.Context(command)).parse_args([*words[1:]])
    except click.UsageError:
        return False
    return True


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_one_that_milemark_understands(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert [line for line in commands_of(text) if not is_understood(line)] == []


def test_a_command_with_a_mistake_is_found() -> None:
    assert not is_understood("milemark biuld")
    assert not is_understood("milemark build --stric x")
    assert is_understood("milemark import csv tasks.csv --dry-run")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_the_page_is_what_the_shell_gets(shell: str) -> None:
    assert f"_MILEMARK_COMPLETE={shell}_source milemark" in (DOCS / "index.md").read_text("utf-8")
    if shell != "bash":  # click asks bash for its version first
        script = must(BIN / "milemark", _MILEMARK_COMPLETE=f"{shell}_source")
        assert f"_MILEMARK_COMPLETE={shell}_complete" in script


def test_completion_names_commands_and_values() -> None:
    words = must(
        BIN / "milemark", _MILEMARK_COMPLETE="zsh_complete", COMP_WORDS="milemark check --format ", COMP_CWORD="3"
    )
    assert {"json", "sarif"} <= set(words.split())
    names = must(BIN / "milemark", _MILEMARK_COMPLETE="bash_complete", COMP_WORDS="milemark do", COMP_CWORD="1")
    assert names.split() == ["plain,doctor", "plain,done"]


# --- examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [page for page in PAGES if "```yaml" in (ROOT / page).read_text("utf-8")])
def test_every_yaml_of_a_page_is_yaml_and_settings_of_a_roadmap_are_read_without_a_finding(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for _indent, body in re.findall(r'^( *)```yaml(?: title="[^"]+")?\n(.*?)^\1```$', text, re.DOTALL | re.MULTILINE):
        example = textwrap.dedent(body)
        keys = yaml.load(example, yaml.BaseLoader)  # noqa: S506  it reads texts only
        if isinstance(keys, dict) and keys.keys() <= setting_table.ROADMAP.keys():
            assert [each for each in parse_settings(example.encode())[1] if each.is_error] == [], example


# --- the site --------------------------------------------------------------------------------------------


def build_documentation(folder: Path) -> None:
    """Build the site of the documentation, strictly: a broken link fails."""
    config = ROOT / "documentation/mkdocs.yml"
    options = ("--strict", "--quiet", "--config-file", config, "--site-dir", folder.resolve())
    must(BIN / "mkdocs", "build", *options, NO_MKDOCS_2_WARNING="1")


@pytest.fixture(scope="session")
def documentation(shared_folder: Path) -> Path:
    return make_once(shared_folder / "documentation", build_documentation)


def test_the_site_has_a_page_for_each_rule_and_each_page_in_its_menu(documentation: Path) -> None:
    assert all((documentation / f"rules/{rule.code}/index.html").is_file() for rule in RULES)
    nav = (ROOT / "documentation/mkdocs.yml").read_text("utf-8").partition("\nnav:")[2]
    missing = [page for page in PAGES if page.startswith("docs/") and page.removeprefix("docs/") not in nav]
    assert missing == [], "name the page in documentation/mkdocs.yml"


def test_search_finds_each_command_rule_and_key(documentation: Path) -> None:
    entries = json.loads((documentation / "search/search_index.json").read_text("utf-8"))["docs"]
    titles = {entry["title"] for entry in entries}
    assert {f"milemark {name}" for name in COMMAND_MODULES} <= titles
    assert {f"{rule.code} {rule.name}" for rule in RULES} <= titles
    keys = {name for table in (setting_table.ROADMAP, setting_table.COLLECTION, setting_table.FIELD) for name in table}
    assert keys <= {re.sub("<[^>]+>", "", title) for title in titles}


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_site_has_no_serious_violation(browser: Browser, documentation: Path, scheme: str) -> None:
    found = (path.parent.relative_to(documentation).as_posix() for path in documentation.rglob("index.html"))
    paths = sorted(path for path in found if not path.startswith("rules/") or path == "rules/MM204")
    assert len(paths) > 40
    with serving(documentation) as url, visiting(browser, url, scheme) as visit:  # type: ignore[arg-type]
        visit.page.emulate_media(reduced_motion="reduce")
        visit.page.set_viewport_size({"width": 390, "height": HEIGHT})
        for path in paths:
            visit.open("" if path == "." else f"{path}/")
            for violation in violations(visit.page):
                visit.note(violation)
    assert visit.findings == []
