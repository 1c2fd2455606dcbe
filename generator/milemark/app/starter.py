"""The files of a new project, or the ones that a folder lacks: `milemark init`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

import yaml

from milemark import __version__
from milemark.app.check import check_folder
from milemark.app.check_summary import proposal
from milemark.app.vault import is_vault, left_out_folders
from milemark.foundation.dates import quarter_of
from milemark.foundation.disk import list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import yaml_text
from milemark.foundation.layout import CONFIG_FILE, CONTENT, ROADMAP_FILE
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import LOCALES, parse_settings

_BESIDE_PACKAGE = Path(__file__).parents[3]
_IGNORED = ("build/", "site/", "site-private/", ".cache/")
_WORKFLOW = Path(".github/workflows/roadmap.yml")
_PACKAGE = "MILEMARK: milemark[mkdocs]\n"
_FETCH = "          fetch-depth: 0 # all commits\n"
_LFS = re.compile(rb"^[^#\n]*\sfilter=lfs\b", re.MULTILINE)
_TITLE = "My roadmap"
_HEAD = f"""\
title: {_TITLE}
locale: {LOCALES[0]} # or {", ".join(LOCALES[1:])}

"""
_TAIL = """

# One collection for each folder of planned work or records. Its fields become the columns of a table.
# collections:
#   projects: {label: Projects}
"""
_ALLOW_LIST = """\
# This folder is a vault of Obsidian: only the notes named here are public. Patterns as in .gitignore.
publish: [] # for example: [Projects/, Notes/garden.md]
"""
_OWN = "ko"  # the language of the examples
_FIRST_YEAR = 2025  # the dates of the starter lie in the first quarter of this year
_DATE = re.compile(r"\b(\d{4})-(Q?)(\d{1,2})\b")
_NAV = re.compile(r"^  - \w+/index\.md\n", re.MULTILINE)


class StarterError(UserError):
    """milemark cannot start a project in this folder; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One file or folder of a new project, whether it was written or kept, and a next step for the user."""

    path: Path
    is_new: bool
    advice: str = ""


def start(folder: Path, example: str | None, today: date, locale: str = _OWN) -> list[SetupStep]:
    """Add the files that a folder lacks to be a project. Existing files stay as they are.

    `locale` is the language of an example.
    """
    content, config = _sources(example)
    _refuse(folder, example)
    folder.mkdir(parents=True, exist_ok=True)
    translated = _translation(example, locale)
    steps = [*_write_content(folder / CONTENT, content, None if example else today, translated)]
    settings = None if example else _settings(folder / CONTENT)
    config_step = _write_config(folder / CONFIG_FILE, config, settings, translated)
    return [*steps, config_step, _write_gitignore(folder / ".gitignore"), _write_workflow(folder / _WORKFLOW)]


def _sources(example: str | None) -> tuple[Path, Path]:
    """Return the content folder and mkdocs.yml of an example, or of the plain starter."""
    package = Path(str(resources.files("milemark")))
    if example is None:
        return package / "app/starter_files" / CONTENT, package / "app/starter_files" / CONFIG_FILE
    packaged = package / "examples" / example
    root = packaged if packaged.is_dir() else _BESIDE_PACKAGE
    return root / CONTENT, root / CONFIG_FILE


def _refuse(folder: Path, example: str | None) -> None:
    """Raise where a needed path is taken, before anything is written."""
    content = folder / CONTENT
    for path in (folder, content, *(folder / parent for parent in _WORKFLOW.parents)):
        if _exists(path) and not path.is_dir():
            raise StarterError(f"{path} is not a folder: move it away, or name another folder")
    taken = [path for path in (folder / CONFIG_FILE, content) if _exists(path) and not _is_empty(path)]
    if example and taken:
        raise StarterError(f"{taken[0]} already exists: run this in an empty folder, or name a new one")


def _exists(path: Path) -> bool:
    """Whether anything has this name, a broken link included."""
    return path.exists() or path.is_symlink()


def _is_empty(path: Path) -> bool:
    """Whether a folder holds no content; hidden files do not count."""
    if not path.is_dir():
        return False
    listing = list_content(path)
    return not (listing.identities or listing.assets or listing.diagnostics)


def _translation(example: str | None, locale: str) -> Callable[[str], str]:
    """Return the function that translates the texts of an example."""
    if example is None or locale == _OWN:
        return str
    place = Path(str(resources.files("milemark"))) / f"app/starter_files/{example}-{locale}.yml"
    texts: dict[str, str] = yaml.safe_load(place.read_text("utf-8"))
    longest_first = re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))
    return lambda text: longest_first.sub(lambda found: texts[found[0]], text)


def _write_content(
    content: Path, source: Path, today: date | None, translated: Callable[[str], str]
) -> Iterator[SetupStep]:
    """Write the starter; next to existing Markdown, only a roadmap.yml that fits it."""
    if not _exists(content) or _is_empty(content):
        shutil.copytree(source, content, dirs_exist_ok=True)
        for path in (*content.rglob("*.md"), content / ROADMAP_FILE):
            text = translated(path.read_text("utf-8"))
            path.write_text(moved_to(today, text) if today else text, "utf-8", newline="")
        yield SetupStep(content, is_new=True)
        return
    yield SetupStep(content, is_new=False)
    roadmap = content / ROADMAP_FILE
    if _exists(roadmap):
        yield SetupStep(roadmap, is_new=False)
        return
    summary = check_folder(content, date.min, use_index=False).summary
    allow_list = _allow_list(content) if is_vault(content) else ""
    _write(roadmap, _HEAD + allow_list + proposal(summary) + _TAIL)
    advice = "give each status its stage in it" + (", and name the public notes under `publish`" if allow_list else "")
    yield SetupStep(roadmap, is_new=True, advice=advice)


def _allow_list(content: Path) -> str:
    """Return the lines of roadmap.yml by which a vault publishes no note until its owner names it."""
    folders = ", ".join(map(yaml_text, left_out_folders(content)))
    return _ALLOW_LIST + (
        f"exclude: [{folders}] # templates and daily notes: milemark does not read them\n\n" if folders else "\n"
    )


def moved_to(today: date, text: str) -> str:
    """Return a text of the starter with its dates moved by whole quarters, into the quarter of today."""
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


def has_broken_roadmap(folder: Path) -> bool:
    """Whether the roadmap.yml of a project has errors, so that nothing can be built."""
    path = folder / CONTENT / ROADMAP_FILE
    return path.is_file() and any(each.is_error for each in parse_settings(read_bytes(path))[1])


def _write_config(path: Path, source: Path, settings: Settings | None, translated: Callable[[str], str]) -> SetupStep:
    """Write mkdocs.yml with the title and collections of the roadmap."""
    if _exists(path):
        has_own_pages = path.is_file() and b"docs_dir:" not in path.read_bytes()
        return SetupStep(path, is_new=False, advice="add to it: docs_dir: build/docs" if has_own_pages else "")
    text = translated(source.read_text("utf-8"))
    _write(path, _fitted(text, settings) if settings else text)
    return SetupStep(path, is_new=True)


def _fitted(text: str, settings: Settings) -> str:
    nav = _NAV.search(text)
    names = "".join(f"  - {yaml_text(f'{name}/index.md')}\n" for name in settings.collections)
    text = f"{text[: nav.start()]}{names}{_NAV.sub('', text[nav.start() :])}" if nav else text
    return text.replace(f"site_name: {_TITLE}\n", f"site_name: {yaml_text(settings.title or _TITLE)}\n", 1)


def _write_gitignore(path: Path) -> SetupStep:
    if not _exists(path):
        _write(path, "".join(f"{line}\n" for line in _IGNORED))
        return SetupStep(path, is_new=True)
    lines = {line.strip().strip("/") for line in read_bytes(path).decode("utf-8", "replace").splitlines()}
    missing = [line for line in _IGNORED if line.strip("/") not in lines]
    return SetupStep(path, is_new=False, advice=f"add to it: {' '.join(missing)}" if missing else "")


def _write_workflow(path: Path) -> SetupStep:
    """Write the workflow that publishes on GitHub, pinned to this version of milemark. Other hosts ignore it."""
    if _exists(path):
        return SetupStep(path, is_new=False)
    text = (Path(str(resources.files("milemark"))) / "app/starter_files/github-workflow.yml").read_text("utf-8")
    if _has_large_files(path.parents[2]):
        text = text.replace(_FETCH, f"{_FETCH}          lfs: true # .gitattributes names files of Git LFS\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, text.replace(_PACKAGE, f"{_PACKAGE.rstrip()}=={__version__}\n", 1))
    return SetupStep(path, is_new=True)


def _has_large_files(folder: Path) -> bool:
    """Whether a .gitattributes of the repository, up to its root or in content/, stores files with Git LFS."""
    roots = [place for place in (folder, *folder.resolve().parents) if (place / ".git").exists()]
    own = [folder, *folder.resolve().parents]
    places = own[: own.index(roots[0]) + 1] if roots else [folder]
    files = (place / ".gitattributes" for place in (folder / CONTENT, *places))
    return any(path.is_file() and _LFS.search(read_bytes(path)) for path in files)


def _write(path: Path, text: str) -> None:
    """Write a new file. Raises FileExistsError where one appeared meanwhile."""
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
