"""A new project builds at once, and is set up as the example is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from milemark.problem import ProblemError
from milemark.scan import check_folder
from milemark.starter import start

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "generator" / "milemark" / "starter"
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
    start(tmp_path / "new", example)
    content = tmp_path / "new" / "content"
    found = check_folder(content, date(2025, 1, 12), use_index=False)
    assert not [each for each in found.diagnostics if each.is_error]
    assert found.summary.items > 1


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: mine\n", "utf-8")
    with pytest.raises(ProblemError, match="already exists"):
        start(tmp_path, None)
    assert [path.name for path in tmp_path.iterdir()] == ["mkdocs.yml"]


def test_a_gitignore_that_exists_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("secret\n", "utf-8")
    start(tmp_path, None)
    assert (tmp_path / ".gitignore").read_text("utf-8") == "secret\n"
