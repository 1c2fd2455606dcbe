"""A new project that builds at once, or what a folder lacks to be one: `milemark init`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from milemark import __version__
from milemark.app.check import check_folder
from milemark.app.check_summary import proposal
from milemark.foundation.dates import quarter_of
from milemark.foundation.disk import list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import yaml_text
from milemark.foundation.layout import CONFIG_FILE, CONTENT, ROADMAP_FILE
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings

_BESIDE_PACKAGE = Path(__file__).parents[3]
_IGNORED = ("build/", "site/", "site-private/")
_WORKFLOW = Path(".github/workflows/roadmap.yml")
_PACKAGE = "MILEMARK: milemark[mkdocs]\n"
_TITLE = "My roadmap"
_HEAD = f"""\
title: {_TITLE}
locale: en # or ko

"""
_TAIL = """

# One collection for each folder whose files are planned work, or records of it: its fields are the columns of a table.
# collections:
#   projects: {label: Projects}
"""
_FIRST_YEAR = 2025  # the starter's dates stand in its first quarter
_DATE = re.compile(r"\b(\d{4})-(Q?)(\d{1,2})\b")
_NAV = re.compile(r"^  - \w+/index\.md\n", re.MULTILINE)


class StarterError(UserError):
    """The project cannot be started here; the message says why."""


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One file or folder, whether it was written or kept as it is, and what is left to do with it."""

    path: Path
    is_new: bool
    advice: str = ""


def start(folder: Path, example: str | None, today: date) -> list[SetupStep]:
    """Add what a folder lacks to be a project, and say what was written and what was kept. Nothing there is touched."""
    content, config = _sources(example)
    _refuse(folder, example)
    folder.mkdir(parents=True, exist_ok=True)
    steps = [*_write_content(folder / CONTENT, content, None if example else today)]
    settings = None if example else _settings(folder / CONTENT)
    config_step = _write_config(folder / CONFIG_FILE, config, settings)
    return [*steps, config_step, _write_gitignore(folder / ".gitignore"), _write_workflow(folder / _WORKFLOW)]


def _sources(example: str | None) -> tuple[Path, Path]:
    """Return the folder of the content and the file mkdocs.yml of an example, or of the plain starter."""
    package = Path(str(resources.files("milemark")))
    if example is None:
        return package / "app/starter_files" / CONTENT, package / "app/starter_files" / CONFIG_FILE
    packaged = package / "examples" / example
    root = packaged if packaged.is_dir() else _BESIDE_PACKAGE
    return root / CONTENT, root / CONFIG_FILE


def _refuse(folder: Path, example: str | None) -> None:
    """Refuse a place where nothing can be added, before anything is written."""
    content = folder / CONTENT
    for path in (folder, content, *(folder / parent for parent in _WORKFLOW.parents)):
        if _is_there(path) and not path.is_dir():
            raise StarterError(f"{path} is no folder: move it away, or name another folder")
    taken = [path for path in (folder / CONFIG_FILE, content) if _is_there(path) and not _is_empty(path)]
    if example and taken:
        raise StarterError(f"{taken[0]} already exists: run this in an empty folder, or name a new one")


def _is_there(path: Path) -> bool:
    """Whether there is anything of this name, be it a link that leads nowhere."""
    return path.exists() or path.is_symlink()


def _is_empty(path: Path) -> bool:
    """Whether a folder holds nothing that is content; what is hidden does not count."""
    if not path.is_dir():
        return False
    found = list_content(path)
    return not (found.identities or found.assets or found.diagnostics)


def _write_content(content: Path, source: Path, today: date | None) -> Iterator[SetupStep]:
    """Write the files of the starter; beside files that are there, only the roadmap.yml that fits them."""
    if not _is_there(content) or _is_empty(content):
        shutil.copytree(source, content, dirs_exist_ok=True)
        for path in content.rglob("*.md") if today else ():
            path.write_text(moved_to(today or date.min, path.read_text("utf-8")), "utf-8", newline="")
        yield SetupStep(content, is_new=True)
        return
    yield SetupStep(content, is_new=False)
    roadmap = content / ROADMAP_FILE
    if _is_there(roadmap):
        yield SetupStep(roadmap, is_new=False)
        return
    summary = check_folder(content, date.min, use_index=False).summary
    _write(roadmap, _HEAD + proposal(summary) + _TAIL)
    yield SetupStep(roadmap, is_new=True, advice="say in it what each status means")


def moved_to(today: date, text: str) -> str:
    """Return a text of the starter with its dates moved by quarters, so that they begin in that of today."""
    quarters = (today.year - _FIRST_YEAR) * 4 + quarter_of(today) - 1

    def later(found: re.Match[str]) -> str:
        per_year, step, width = (4, quarters, 1) if found[2] else (12, 3 * quarters, 2)
        year, part = divmod(int(found[1]) * per_year + int(found[3]) - 1 + step, per_year)
        return f"{year}-{found[2]}{part + 1:0{width}}"

    return _DATE.sub(later, text)


def _settings(content: Path) -> Settings:
    path = content / ROADMAP_FILE
    names = list_content(content).identities
    return parse_settings(read_bytes(path) if ROADMAP_FILE in names else None)[0]


def _write_config(path: Path, source: Path, settings: Settings | None) -> SetupStep:
    """Write the publisher's settings, with the title and the collections of the roadmap that is there."""
    if _is_there(path):
        has_own_pages = path.is_file() and b"docs_dir:" not in path.read_bytes()
        return SetupStep(path, is_new=False, advice="add to it: docs_dir: build/docs" if has_own_pages else "")
    text = source.read_text("utf-8")
    _write(path, _fitted(text, settings) if settings else text)
    return SetupStep(path, is_new=True)


def _fitted(text: str, settings: Settings) -> str:
    nav = _NAV.search(text)
    names = "".join(f"  - {yaml_text(f'{name}/index.md')}\n" for name in settings.collections)
    text = f"{text[: nav.start()]}{names}{_NAV.sub('', text[nav.start() :])}" if nav else text
    return text.replace(f"site_name: {_TITLE}\n", f"site_name: {yaml_text(settings.title or _TITLE)}\n", 1)


def _write_gitignore(path: Path) -> SetupStep:
    if not _is_there(path):
        _write(path, "".join(f"{line}\n" for line in _IGNORED))
        return SetupStep(path, is_new=True)
    lines = {line.strip().strip("/") for line in read_bytes(path).decode("utf-8", "replace").splitlines()}
    missing = [line for line in _IGNORED if line.strip("/") not in lines]
    return SetupStep(path, is_new=False, advice=f"add to it: {' '.join(missing)}" if missing else "")


def _write_workflow(path: Path) -> SetupStep:
    """Write the workflow that publishes on GitHub, with this very version of milemark; elsewhere it does nothing."""
    if _is_there(path):
        return SetupStep(path, is_new=False)
    text = (Path(str(resources.files("milemark"))) / "app/starter_files/github-workflow.yml").read_text("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, text.replace(_PACKAGE, f"{_PACKAGE.rstrip()}=={__version__}\n", 1))
    return SetupStep(path, is_new=True)


def _write(path: Path, text: str) -> None:
    """Write a new file; one that appeared meanwhile is not replaced."""
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
