"""Hooks of MkDocs for the documentation site: pages of the repository outside docs/ are pages of the site, too."""

from __future__ import annotations

import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
_RULES = "generator/milemark/manual/"
_PROJECT = {"SECURITY.md": "project/security.md", "CHANGELOG.md": "project/changelog.md"}
_ADDRESS = "https://ADDRESS"  # of the repository, in the texts
_SEARCH = 'data-md-component="search" role="dialog"'
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)(?=[)#])")


def on_config(config: Any) -> Any:
    """Name the repository, if pyproject.toml does."""
    config.repo_url = _repository()
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages of rules and those of the root."""
    for path, target in _moved().items():
        files.append(File.generated(config, target, content=(ROOT / path).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_others: Any) -> str:
    """Let links to files of the repository lead to their pages."""
    moved = _moved()
    places = {target: path for path, target in moved.items()}
    target = page.file.src_uri
    here = posixpath.dirname(places.get(target, f"docs/{target}"))

    def led(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(here, found[1]))
        inner = moved.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else "")
        return posixpath.relpath(inner, posixpath.dirname(target) or ".") if inner else found[1]

    return _LINK.sub(led, markdown).replace(_ADDRESS, _repository() or _ADDRESS)


def on_page_content(html: str, **_others: Any) -> str:
    """Let the keyboard reach wide tables, which the theme lets scroll on small screens."""
    return html.replace("<table>", '<table tabindex="0">')


def on_post_page(output: str, **_others: Any) -> str:
    """Name the search for readers of screens, which the theme leaves without a name."""
    return output.replace(_SEARCH, f'{_SEARCH} aria-label="Search"', 1)


def _repository() -> str:
    """Return the address of the repository, or an empty text."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project.get("urls", {}).get("Repository", ""))


def _moved() -> dict[str, str]:
    """Return the path on the site of each file outside docs/."""
    rules = sorted((ROOT / _RULES).glob("MM*.md"))
    return {f"{_RULES}{path.name}": f"rules/{path.name}" for path in rules} | _PROJECT
