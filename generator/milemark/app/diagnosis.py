"""What is installed, which publisher would run, what git sees, and what a build in CI would lack: `milemark doctor`."""

from __future__ import annotations

import importlib.util
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import yaml

from milemark.app.folders import is_project
from milemark.app.installation import Installation, installation
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import counted
from milemark.foundation.layout import CONFIG_FILE
from milemark.history.git import NoHistoryError, open_content, run
from milemark.publish.publishers import PUBLISHERS, choose, ending

WORKFLOW = Path(".github/workflows/roadmap.yml")
_EXTRAS = {
    "cards": "resvg_py",
    "parquet": "pyarrow",
    "pdf": "typst",
    "serve": "uvicorn",
    "text": "html_to_markdown",
}
_FULL_HISTORY = b"fetch-depth: 0"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the diagnosis. `problem` says what to do, if something does not work."""

    label: str
    text: str
    problem: str = ""


def diagnose(root: Path) -> tuple[Fact, ...]:
    """Return the facts about this machine and a project."""
    found = installation()
    facts = [*_machine(found), *_publishers(root)]
    if not is_project(root):
        return (*facts, Fact("project", f"none in {root}", "`milemark init` starts one"))
    return (*facts, *_project(root), *_git(root), *_ci(root, found))


def _machine(found: Installation) -> Iterator[Fact]:
    yield Fact("milemark", f"{found.version}, Python {platform.python_version()}")
    yield Fact("installed from", found.source)
    yield Fact("requirement", found.requirement or f"none: other machines cannot reach it; for example {found.example}")
    extras = [name for name, module in _EXTRAS.items() if importlib.util.find_spec(module)]
    yield Fact("extras", ", ".join(extras) or "none")


def _publishers(root: Path) -> Iterator[Fact]:
    installed = [each for each in PUBLISHERS.values() if each.is_installed]
    shown = ", ".join(f"{each.title} {_version(each.name)}".strip() for each in installed)
    yield Fact("publishers", shown or "none", "" if installed else "pip install 'milemark[mkdocs]'")
    if installed:
        chosen = choose()
        try:
            yield Fact("build runs", " ".join(filter(None, [chosen.title, ending(chosen, root)])))
        except UserError as error:
            yield Fact("build fails", CONFIG_FILE, str(error))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _project(root: Path) -> Iterator[Fact]:
    content = content_of(root)
    count = sum(path.endswith(".md") for path in list_content(content.path).identities)
    yield Fact("project", f"{root}, {counted(count, 'Markdown file')} in {content.path.relative_to(root)}/")
    missing = [path for path in (content.roadmap, root / CONFIG_FILE) if not path.is_file()]
    for path in missing:
        yield Fact("missing", str(path.relative_to(root)), "`milemark init` writes it")


def _git(root: Path) -> Iterator[Fact]:
    content = content_of(root).path
    try:
        repository = open_content(root)
        commits = int(run(content, "rev-list", "--count", "HEAD", "--", "."))
        unsaved = run(content, "status", "--porcelain", "--", ".").splitlines()
        ignored = run(content, "ls-files", "--others", "--ignored", "--exclude-standard", "--", ".").splitlines()
    except NoHistoryError as error:
        yield Fact("git", str(error))
        return
    yield Fact(
        "git", f"{counted(commits, 'commit')} of the content{', in a shallow clone' if repository.is_shallow else ''}"
    )
    if repository.is_shallow:
        yield Fact("history", "incomplete", "`git fetch --unshallow` gets all commits")
    if unsaved:
        yield Fact("not committed", counted(len(unsaved), "file"))
    if ignored:
        yield Fact("ignored by git", f"{counted(len(ignored), 'file')} of the content")


def _ci(root: Path, found: Installation) -> Iterator[Fact]:
    path = root / WORKFLOW
    if not path.is_file():
        guide = found.page("publishing.md")
        yield Fact("workflow", f"no {WORKFLOW}: `milemark init` writes it, {guide} has other hosts")
        return
    data = read_bytes(path)
    named = _named_in(data)
    yield Fact("workflow", str(WORKFLOW))
    if named == "":
        yield Fact("CI lacks", "milemark: MILEMARK is empty", f"set it to {found.requirement or found.example}")
    elif named and found.requirement and named != found.requirement:
        yield Fact("CI differs", f"it installs {named}; here it is {found.requirement}")
    if _FULL_HISTORY not in data:
        yield Fact("CI lacks", "the history", f"write `fetch-depth: 0` under `with` of the checkout in {WORKFLOW}")


def _named_in(data: bytes) -> str | None:
    """Return the requirement that a workflow installs; None if it names it elsewhere."""
    try:
        environment = (yaml.safe_load(data) or {}).get("env") or {}
        return str(environment["MILEMARK"]).strip() if "MILEMARK" in environment else None
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise UserError(f"{WORKFLOW} is not a workflow: {' '.join(str(error).split())}") from error
