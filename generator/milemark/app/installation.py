"""Where this milemark was installed from, and the line by which another machine installs the same (PEP 610)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from milemark.foundation.escaping import yaml_text

NAME = "milemark"
EXTRA = "mkdocs"
_UNSET = """\
  # Set this to the milemark to install, for example "{example}":
  # the one that wrote this file was installed from a folder, which GitHub cannot reach.
  MILEMARK: ""
"""
_REMOTE = ("https://", "http://", "ssh://", "git@")


@dataclass(frozen=True, slots=True)
class Installation:
    """The version, where it is from, and the requirement for pip: empty if other machines cannot reach it."""

    version: str
    source: str
    requirement: str = ""
    repository: str = ""

    @property
    def example(self) -> str:
        """A requirement to fill in, where there is none."""
        return f"{NAME}[{EXTRA}] @ git+{self.repository or 'https://ADDRESS'}@COMMIT"

    def in_workflow(self, text: str, extra: str = EXTRA) -> str:
        """Return a workflow that installs this milemark, with an extra."""
        found = self.requirement.replace(f"[{EXTRA}]", f"[{extra}]")
        example = self.example.replace(f"[{EXTRA}]", f"[{extra}]")
        line = f"  MILEMARK: {yaml_text(found)}\n" if found else _UNSET.format(example=example)
        return text.replace(f"  MILEMARK: {NAME}[{EXTRA}]\n", line, 1)

    @property
    def workflow_advice(self) -> str:
        """A next step for who has such a workflow; empty if there is none."""
        return "" if self.requirement else f"set MILEMARK in it, for example to {self.example}"

    def page(self, name: str) -> str:
        """Return the place of a page of the documentation: its address if pyproject.toml names the repository."""
        return (
            f"{self.repository}/blob/HEAD/docs/{name}" if self.repository else f"docs/{name} in milemark's repository"
        )


def installation() -> Installation:
    """Return how this milemark was installed."""
    try:
        found = distribution(NAME)
    except PackageNotFoundError:
        return Installation("unknown", "a folder on the path of Python")
    direct: Mapping[str, Any] = {}
    with suppress(ValueError):
        direct = json.loads(found.read_text("direct_url.json") or "{}")
    source, address = _source(direct)
    if not direct:
        requirement = f"{NAME}[{EXTRA}]=={found.version}"
    else:
        requirement = f"{NAME}[{EXTRA}] @ {address}" if address else ""
    return Installation(found.version, source, requirement, _repository(found))


def _source(direct: Mapping[str, Any]) -> tuple[str, str]:
    """Return where it comes from, and the address with its commit or hash; empty if other machines cannot reach it."""
    url = str(direct.get("url", ""))
    if not direct:
        return "a package index", ""
    if vcs := direct.get("vcs_info"):
        folder = f"#subdirectory={direct['subdirectory']}" if direct.get("subdirectory") else ""
        address = f"{vcs['vcs']}+{url}@{vcs['commit_id']}{folder}"
        return address, address if url.startswith(_REMOTE) else ""
    archive = direct.get("archive_info", {})
    hashes = archive.get("hashes") or dict([str(archive.get("hash", "=")).split("=", 1)])
    pinned = f"{url}#sha256={hashes['sha256']}" if "sha256" in hashes else url
    return url, pinned if "archive_info" in direct and url.startswith(_REMOTE) else ""


def _repository(found: Distribution) -> str:
    """Return the address of the repository that `[project.urls]` in pyproject.toml names, or an empty text."""
    urls = (line.partition(", ") for line in found.metadata.get_all("Project-URL") or ())
    return next((url for label, _comma, url in urls if label.casefold() == "repository"), "")
