"""Each claim in SECURITY.md names an existing test; and the tests of claims that belong to no other file."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from milemark.foundation.disk import read_content
from milemark.markdown.front_matter import parse_document
from publishing import html_of
from support import ROOT

PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
CONFIGS = ("mkdocs.yml", "generator/milemark/app/starter_files/mkdocs.yml")


def named_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_that_a_claim_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 15
    assert [f"{path}::{name}" for path, name in named if name not in named_in(ROOT / path)] == []


def test_every_claim_names_a_test() -> None:
    guarantees = re.sub(r"^## Limits$.*?(?=^## )", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    claims = re.split(r"\n- ", guarantees.split("## Guarantees", 1)[1])[1:]
    assert [claim for claim in claims if "::test_" not in claim] == []


def test_the_page_is_linked_and_shipped() -> None:
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text("utf-8")
    included = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["sdist"]
    assert "/*.md" in included["include"]


@pytest.mark.parametrize("config", CONFIGS)
def test_no_publisher_embeds_a_file_or_runs_a_template(config: str) -> None:
    text = '--8<-- "pyproject.toml"\n\n--8<--\n/etc/hostname\n--8<--\n\n{{ config.site_name }} {% raw %} {{< x >}}\n'
    html = html_of(text, config)
    assert "hatchling" not in html
    assert "{{ config.site_name }} {% raw %} {{&lt; x &gt;}}" in html
    written = (ROOT / config).read_text("utf-8")
    assert not re.search(r"snippets|macros|exec|include-markdown|b64", written)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!ENV", "!!python/name:os.system", "!include"])
def test_a_tag_of_yaml_makes_nothing(tag: str) -> None:
    document, found = parse_document("a.md", f"---\ntitle: {tag} [x]\n---\n".encode())
    assert [each.rule.code for each in found] == ["MM112"]
    assert "os" not in yaml.safe_dump([node.span.path for pair in document.fields.entries for node in pair])


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").symlink_to(tmp_path / "secret.md")
    (folder / "up").symlink_to(tmp_path)
    content = read_content(folder)
    assert (dict(content.files), content.assets) == ({}, ())
    assert {each.span.path for each in content.diagnostics} == {"a.md", "up"}
