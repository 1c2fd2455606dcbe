"""Every example of the documentation works: its commands run, its files pass `check`, its settings are read."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from mkdocs.config import load_config

import walkthrough
from milemark.roadmap import setting_table
from milemark.roadmap.schema import CORE_FIELDS
from milemark.roadmap.settings_file import parse_settings
from support import BIN, ROOT, cli, write_content, write_files
from walkthrough import Step, is_as_shown, walk

DOCS = ROOT / "docs"
README = ("README.md", "README.ko.md")
SAMPLE = ROOT / "documentation/sample"
OWN = {"tutorial.md", "ko/tutorial.md", "how-to/vault.md"}  # a test goes through them word by word
PAGES = [
    *README,
    *sorted(
        name
        for name in (path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
        if not name.startswith("reference/") and name not in OWN
    ),
]
BLOCK = re.compile(
    r'^( *)(`{3,})(\w*)(?: title="[^"]+")?\n(.*?)^\1\2$\n?(?:\n? *\*Not tested: ([^*]+)\.\*$)?',
    re.DOTALL | re.MULTILINE,
)
# The tests that run or read an example that begins like this, where a page has its own.
ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("bases.md", "yaml"): "query/bases/test_views.py",
    ("checks.md", "text"): "project/test_docs.py",
    ("collections.md", "markdown"): "project/test_docs.py",
    ("collections.md", "yaml"): "project/test_docs.py",
    ("editing.md", "console"): "project/test_docs_editing.py",
    ("editing.md", "markdown"): "project/test_docs_editing.py",
    ("README.ko.md", "sh"): "project/test_docs.py",
    ("README.md", "sh"): "project/test_docs.py",
    ("editors.md", "elisp"): "app/test_editors.py",
    ("editors.md", "lua"): "app/test_editors.py",
    ("host.md", "markdown: --8<--"): "project/test_docs_examples.py",
    ("portfolio.md", "markdown"): "app/test_portfolio.py",
    ("portfolio.md", "python"): "project/test_portfolio.py",
    ("portfolio.md", "sql"): "project/test_portfolio.py",
    ("portfolio.md", "sh: set -eu"): "project/test_portfolio.py",
    ("portfolio.md", "sh: sqlite3"): "project/test_portfolio.py",
    ("portfolio.md", "yaml: name: Portfolio"): "project/test_portfolio.py",
    ("publishing.md", "yaml"): "project/test_workflows.py",
    ("queries.md", "md"): "project/test_docs_queries.py",
    ("queries.md", "sh"): "project/test_docs_queries.py",
    ("templates.md", "jinja"): "output/site/test_templates.py",
    ("templates.md", "text"): "output/site/test_templates.py",
}


@dataclass(frozen=True, slots=True)
class Block:
    """An example of a page; `reason` says why no test runs it."""

    page: str
    language: str
    text: str
    reason: str

    @property
    def is_open(self) -> bool:
        """Whether this module has to try it."""
        own = [key.partition(": ") for page, key in ELSEWHERE if page == self.page]
        is_own = any(language == self.language and self.text.startswith(begin) for language, _mark, begin in own)
        return not self.reason and not is_own


def blocks_of(page: str, text: str) -> Iterator[Block]:
    for found in BLOCK.finditer(text):
        yield Block(page, found[3], textwrap.dedent(found[4]), " ".join((found[5] or "").split()))


def text_of(page: str) -> str:
    return (ROOT / page if page in README else DOCS / page).read_text("utf-8")


BLOCKS = [block for page in PAGES for block in blocks_of(page, text_of(page))]


def opened(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.is_open and block.language in languages]


def each(*languages: str) -> pytest.MarkDecorator:
    """Run a test for each example of these languages."""
    chosen = opened(*languages)
    return pytest.mark.parametrize("block", chosen, ids=[f"{block.page}:{at}" for at, block in enumerate(chosen)])


def test_every_example_is_of_a_kind_that_is_tried() -> None:
    assert {block.language for block in BLOCKS if block.is_open} <= {*SHELL, *MARKDOWN, "yaml", "json", "toml", "text"}


@pytest.mark.parametrize(("page", "module"), sorted({(page, module) for (page, _key), module in ELSEWHERE.items()}))
def test_the_test_of_a_page_reads_the_page(page: str, module: str) -> None:
    assert re.search(rf"\W{page}", (ROOT / "tests" / module).read_text("utf-8"))


# --- shell -----------------------------------------------------------------------------------------------

SHELL = ("sh", "console")
# Stand-ins for programs that would load from a network, or are not on every machine: they check their arguments.
STAND_INS = {
    "pip": f"""\
import re, sys, tomllib
project = tomllib.load(open({str(ROOT / "pyproject.toml")!r}, "rb"))["project"]
for word in sys.argv[2:]:
    found = re.fullmatch(r"(?:\\./)?milemark(?:\\[([\\w,]+)\\])?(?: @ \\S+)?", word)
    assert found and set((found[1] or "mkdocs").split(",")) <= set(project["optional-dependencies"]), word
""",
    "duckdb": "import sys, duckdb\nprint(duckdb.sql(sys.argv[2]))\n",
    "sqlite3": "import sys, sqlite3\nprint(*sqlite3.connect(sys.argv[2]).execute(sys.argv[3]))\n",
}
EXPORTED = """\
echo '[{"number": 1, "title": "Search", "state": "OPEN", "url": "https://github.com/o/r/issues/1"}]' > issues.json
echo '{"items": []}' > project.json; echo '[]' > milestones.json"""
HANDBOOK = "mkdir docs; printf '# Handbook\n' > docs/index.md; printf 'site_name: Handbook\n' > mkdocs.yml"
REPOSITORIES = "mkdir payments shop portfolio; cp -r content mkdocs.yml payments; cp -r content mkdocs.yml shop"
# What makes the project of a page from the sample, where its commands need more.
PREPARED: Mapping[str, str] = {
    "adopt.md": "rm -r content mkdocs.yml; mv notes Vault",
    "forecast.md": f"rm -r content; python {ROOT / 'tests/data/forecast-example.py'}",
    "host.md": f"rm mkdocs.yml; {HANDBOOK}",
    "imports.md": EXPORTED,
    "portfolio.md": REPOSITORIES,
    "publishing.md": "export MILEMARK=milemark; set -- ../www",
}


@pytest.mark.slow
@pytest.mark.parametrize("page", sorted({block.page for block in opened(*SHELL)}))
def test_the_commands_of_a_page_work_and_print_what_it_shows(page: str, tmp_path: Path) -> None:
    steps = [step for block in opened(*SHELL) if block.page == page for step in steps_of(block)]
    shutil.copytree(SAMPLE, tmp_path / "plan")
    for name, program in STAND_INS.items():
        target = write_files(tmp_path, {f"bin/{name}": f"#!{sys.executable}\n{program}"}) / "bin" / name
        target.chmod(0o755)
    path = os.pathsep.join((str(tmp_path / "bin"), str(BIN), os.environ["PATH"]))
    printed = walk([Step(PREPARED.get(page, ":")), *steps], tmp_path / "plan", PATH=path)[1:]
    assert len(printed) == len(steps)
    for step, text in zip(steps, printed, strict=True):
        shown, code = text.rsplit(CODE, 1)
        assert code == "0\n", f"$ {step.command}\n{text}"
        assert not step.is_compared or is_as_shown(shown, step.expected), f"$ {step.command}\n{text}"


CODE = "exit code: "


def steps_of(block: Block) -> Iterator[Step]:
    """Yield the commands of a block, each with its exit code behind its output."""
    if block.language == "sh":
        yield Step(f"( set -e\n{block.text})\necho '{CODE}'$?")
    for step in walkthrough.steps_of(f"```console\n{block.text}```") if block.language == "console" else ():
        yield replace(step, command=f"{step.command}\necho '{CODE}'$?")


# --- settings --------------------------------------------------------------------------------------------


@each("yaml")
def test_yaml_is_read_by_the_program_to_which_it_belongs(block: Block, tmp_path: Path) -> None:
    keys = yaml.load(block.text, yaml.BaseLoader)  # noqa: S506  it reads texts only
    if keys.keys() <= setting_table.ROADMAP.keys():
        assert parse_settings(block.text.encode())[1] == []
    elif keys.keys() <= CORE_FIELDS.keys():
        title = "" if "title" in keys else "title: Example\n"
        item = replace(block, text=f"---\n{title}{block.text}---\n")
        assert checked(tmp_path, item, "projects/example.md") == []
    elif "repos" in keys:
        shutil.copytree(SAMPLE, tmp_path / "plan")
        entries = [hook["entry"] for repo in keys["repos"] for hook in repo["hooks"]]
        assert [cli(tmp_path / "plan", *entry.split()[1:]).exit_code for entry in entries] == [0]
    else:
        write_files(tmp_path, {"docs/index.md": "# Example\n", "mkdocs.yml": f"site_name: Example\n{block.text}"})
        load_config(str(tmp_path / "mkdocs.yml"), strict=True)


@each("json", "toml")
def test_settings_of_editors_and_agents_start_milemark(block: Block) -> None:
    values = (json.loads if block.language == "json" else tomllib.loads)(block.text)
    words = list(texts_of(values))
    assert "milemark" in words
    assert {"lsp", "mcp"} & set(words)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


# --- files -----------------------------------------------------------------------------------------------

MARKDOWN = ("markdown", "md")
# Where the files of a page lie, and the files to which they lead.
PLACES = {"people.md": "people/kim.md", "README.md": "projects/web-shop.md", "README.ko.md": "projects/web-shop.md"}
BESIDE = {
    "home.md": {"notes/pipelines.md": "# Pipelines\n"},
    "how-to/theme.md": {"shop-phone.png": ""},
    "people.md": {"people/kim.jpg": "", "people/kim.md": "# Kim\n", "people/lee.md": "# Lee\n"},
    "portfolio.md": {
        f"../../{name}/content/{path}": text
        for name, id_ in (("payments", "ledger-export"), ("ledger", "closing"))
        for path, text in {"roadmap.yml": "collections: {items: }\n", f"items/{id_}.md": "# A\n"}.items()
    },
}
DECLARED = {
    "title:": "sources: {payments: ../payments, ledger: ../ledger}\ntitle:",
    "statuses:\n": "statuses:\n  in progress: active\n  진행 중: active\n",
    "collections:\n": "collections:\n  people: {role: person, columns: [title, team, capacity]}\n",
}


@each(*MARKDOWN)
def test_a_file_passes_the_check(block: Block, tmp_path: Path) -> None:
    place = PLACES.get(block.page, "") if block.text.startswith("---") else ""
    assert checked(tmp_path, block, place or "example.md") == []


def checked(folder: Path, block: Block, place: str) -> list[str]:
    """Return the findings about an example as a file of the sample."""
    shutil.copytree(SAMPLE, folder / "plan")
    settings = (SAMPLE / "content/roadmap.yml").read_text("utf-8")
    for before, after in DECLARED.items():
        settings = settings.replace(before, after)
    write_content(folder / "plan", {**BESIDE.get(block.page, {}), "roadmap.yml": settings, place: block.text})
    result = cli(folder / "plan", "check", "--format", "json")
    found = json.loads(result.stdout)["diagnostics"]
    return [each["message"] for each in found if each["path"] == f"content/{place}"]


def test_a_part_of_the_roadmap_is_on_the_page_that_includes_it(tmp_path: Path) -> None:
    part, page = (block.text for block in BLOCKS if block.page == "host.md" and block.language in MARKDOWN)
    shutil.copytree(SAMPLE, tmp_path / "plan")
    write_content(tmp_path / "plan", {"parts/next.md": part})
    assert cli(tmp_path / "plan", "generate", "--into", "docs/roadmap").exit_code == 0
    included = {"pymdownx.snippets": {"base_path": [str(tmp_path / "plan")], "check_paths": True}}
    assert "Shop" in markdown.markdown(page, extensions=[*included], extension_configs=included)


def test_a_list_of_sites_has_a_name_and_an_address_on_each_line() -> None:
    (text,) = (block.text for block in opened("text"))
    assert all(re.fullmatch(r"[\w-]+ https://\S+", line) for line in text.splitlines())
