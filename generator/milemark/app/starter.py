"""The files of a new project, or the ones that a folder lacks: `milemark init`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import yaml

from milemark.app.adopt import Adopted, adopt, content_to_adopt
from milemark.app.check import check_folder
from milemark.app.check_summary import proposal
from milemark.app.file_writes import FileWrite
from milemark.app.installation import installation
from milemark.app.surroundings import FolderKind, docs_of, kinds, refuse_inner, why_no_workflow
from milemark.app.vault import is_vault, left_out_folders
from milemark.app.write import replace_recorded
from milemark.foundation.content_folder import ContentFolder, content_of, manifest_of
from milemark.foundation.dates import quarter_of
from milemark.foundation.disk import bytes_if_there, list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import yaml_text
from milemark.foundation.i18n import LOCALES, counted
from milemark.foundation.layout import BUILD, CONFIG_FILE, CONTENT, ROADMAP_FILE
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings

_BESIDE_PACKAGE = Path(__file__).parents[3]
_IGNORED = ("build/", "site/", "site-private/", ".cache/")
_WORKFLOW = Path(".github/workflows/roadmap.yml")
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
_ITEMS = """\
collections:
  items: {label: Items} # a Markdown file for each, with `status` and `due`, in roadmap/items/
"""
_BESIDE_DOCS = "roadmap"
_HOSTED = """\
content: roadmap # the folder of its files
into: %s # `milemark generate` writes the pages there

"""
_GIVE_STAGES = "give each status its stage in it"
_NAME_NOTES = ", and name the public notes under `publish`"
_OWN = "ko"  # the language of the examples
_FIRST_YEAR = 2025  # the dates of the starter lie in the first quarter of this year
_DATE = re.compile(r"\b(\d{4})-(Q?)(\d{1,2})\b")


class StarterError(UserError):
    """milemark cannot start a project in this folder; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One file of a project: its bytes if it is new, and a next step for the user. Others are kept, or not written."""

    path: Path
    data: bytes | None = None
    advice: str = ""

    @property
    def is_new(self) -> bool:
        """Whether the file is written."""
        return self.data is not None


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """The files that `init` writes and keeps, the kind of the folder, and the folder of the project."""

    kind: FolderKind
    root: Path
    steps: tuple[SetupStep, ...]


def start(folder: Path, example: str | None, today: date, locale: str = _OWN) -> tuple[SetupStep, ...]:
    """Add the files that a folder lacks to be a project. Existing files stay as they are."""
    plan = plan_of(folder, example, today, locale)
    write(plan)
    return plan.steps


def plan_of(
    folder: Path, example: str | None, today: date, locale: str = _OWN, kind: FolderKind | None = None
) -> SetupPlan:
    """Return the files that a folder lacks to be a project; nothing is written.

    `locale` is the language of an example, `kind` what the folder is, if the user says so.
    """
    content, config = _sources(example)
    refuse_inner(folder)
    _refuse(folder, example)
    kind = kind or kinds_of(folder, example)[0]
    if kind is FolderKind.DOCS:
        return SetupPlan(kind, folder, tuple(_beside_docs(folder)))
    translated = _translation(example, locale)
    steps = [*_content_steps(folder, kind, _Texts(content, None if example else today, translated))]
    settings = None if example else _settings(folder, steps)
    steps += [
        _config_step(folder, translated(config.read_text("utf-8")), settings),
        _gitignore_step(folder / ".gitignore"),
    ]
    return SetupPlan(kind, folder, (*steps, _workflow_step(folder, kind)))


def kinds_of(folder: Path, example: str | None) -> Sequence[FolderKind]:
    """Return all that a folder may be, the likeliest first."""
    return kinds(folder) if folder.is_dir() and not example else (FolderKind.EMPTY,)


def write(plan: SetupPlan) -> None:
    """Write the new files of a plan, all or none. Raises UserError where one appeared meanwhile."""
    new = [FileWrite(step.path.resolve(), None, step.data) for step in plan.steps if step.data is not None]
    replace_recorded(plan.root, "init", new)


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


class _Texts(NamedTuple):
    """The files of a starter or an example: their folder, the day to which their dates move, and their translation."""

    source: Path
    today: date | None
    translated: Callable[[str], str]

    def data(self, path: Path) -> bytes:
        """Return the bytes of a file."""
        if path.suffix != ".md" and path.name != ROADMAP_FILE:
            return path.read_bytes()
        text = self.translated(path.read_text("utf-8"))
        return (moved_to(self.today, text) if self.today else text).encode()


def _content_steps(folder: Path, kind: FolderKind, texts: _Texts) -> Iterator[SetupStep]:
    """Yield the files of the starter; next to existing Markdown, only a roadmap.yml that fits it."""
    content = content_of(folder)
    if kind.is_adopted:
        yield _adopted(folder, kind, texts.today or date.min)
    elif kind is FolderKind.EMPTY or not _exists(content.path) or _is_empty(content.path):
        for path in sorted(each for each in texts.source.rglob("*") if each.is_file()):
            yield SetupStep(folder / CONTENT / path.relative_to(texts.source), texts.data(path))
    else:
        yield SetupStep(content.path)
        yield SetupStep(content.roadmap) if _exists(content.roadmap) else _proposed(content)


def _proposed(content: ContentFolder) -> SetupStep:
    summary = check_folder(content, date.min, use_index=False).summary
    allow_list = _allow_list(content.path) if is_vault(content.path) else ""
    text = _HEAD + allow_list + proposal(summary) + _TAIL
    return SetupStep(content.roadmap, text.encode(), _GIVE_STAGES + (_NAME_NOTES if allow_list else ""))


def _adopted(folder: Path, kind: FolderKind, today: date) -> SetupStep:
    """Return the roadmap.yml by which the files of a folder are read where they are."""
    adopted = adopt(content_to_adopt(folder, folder), today)
    advice = _NAME_NOTES.removeprefix(", and ") if kind is FolderKind.VAULT else _private_advice(adopted)
    return SetupStep(folder / ROADMAP_FILE, f"{_HEAD.rstrip()}\n{adopted.text}".encode(), advice)


def _private_advice(adopted: Adopted) -> str:
    """Return the numbers of private items and of tasks in no item, and the command that says more."""
    count = adopted.private.total()
    private = f"{counted(count, 'item is', 'items are')} private ({', '.join(adopted.private)}); " if count else ""
    count = len(adopted.loose_tasks)
    loose = f"{counted(count, 'task is', 'tasks are')} in no item; " if count else ""
    return f"{private}{loose}`milemark adopt` shows the reasons"


def _beside_docs(folder: Path) -> Iterator[SetupStep]:
    """Yield the files of a roadmap beside a documentation site, whose pages are written into a folder of the site."""
    root, docs = folder / _BESIDE_DOCS, docs_of(folder) or folder / "docs"
    if _exists(root):
        raise StarterError(
            f"{folder} has a documentation site, and {root} already exists: name its folder in roadmap.yml"
        )
    shown = f"{os.path.relpath(docs, folder)}/{_BESIDE_DOCS}".replace(os.sep, "/")
    text = f"{_HEAD}{_HOSTED % yaml_text(shown)}{_ITEMS}"
    yield SetupStep(folder / ROADMAP_FILE, text.encode(), f"its pages are written to {shown}/")
    yield SetupStep(root / ".gitkeep", b"", "for the files of the roadmap")
    yield SetupStep(folder / CONFIG_FILE, advice=f"add to its nav: - Roadmap: {_BESIDE_DOCS}/index.md")
    listed = manifest_of(folder / shown).relative_to(folder).as_posix()
    yield SetupStep(folder / ".gitignore", advice=f"add to it: {shown}/ {listed} {BUILD}/")


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


def _settings(folder: Path, steps: Iterable[SetupStep]) -> Settings:
    """Return the settings of the roadmap.yml that is there, or that is written."""
    roadmap = content_of(folder).roadmap
    new = next((step.data for step in steps if step.path.name == ROADMAP_FILE and step.data), None)
    data = bytes_if_there(roadmap) if new is None else new
    return parse_settings(data)[0]


def has_broken_roadmap(folder: Path) -> bool:
    """Whether the roadmap.yml of a project has errors, so that nothing can be built."""
    path = content_of(folder).roadmap
    return path.is_file() and any(each.is_error for each in parse_settings(read_bytes(path))[1])


def _config_step(folder: Path, text: str, settings: Settings | None) -> SetupStep:
    """Return mkdocs.yml; title, description and navigation follow from the roadmap."""
    path = folder / CONFIG_FILE
    if _exists(path):
        has_own_pages = path.is_file() and b"docs_dir:" not in path.read_bytes()
        return SetupStep(path, advice="add to it: docs_dir: build/docs" if has_own_pages else "")
    return SetupStep(path, (_fitted(text, settings) if settings else text).encode())


def _fitted(text: str, settings: Settings) -> str:
    text = text.replace(f"{CONTENT}/{ROADMAP_FILE}", settings.shown(ROADMAP_FILE))
    folder = settings.shown(".")
    text = text.replace(f"edit/main/{CONTENT}/", "edit/main/" if folder == "." else f"edit/main/{folder}/")
    return text.replace(f"mirrors {CONTENT}/", "mirrors the files" if folder == "." else f"mirrors {folder}/")


def _gitignore_step(path: Path) -> SetupStep:
    if not _exists(path):
        return SetupStep(path, "".join(f"{line}\n" for line in _IGNORED).encode())
    lines = {line.strip().strip("/") for line in read_bytes(path).decode("utf-8", "replace").splitlines()}
    missing = [line for line in _IGNORED if line.strip("/") not in lines]
    return SetupStep(path, advice=f"add to it: {' '.join(missing)}" if missing else "")


def _workflow_step(folder: Path, kind: FolderKind) -> SetupStep:
    """Return the workflow that publishes on GitHub with the milemark that is installed, where GitHub would run it."""
    path = folder / _WORKFLOW
    if _exists(path):
        return SetupStep(path)
    if reason := why_no_workflow(folder, kind):
        return SetupStep(path, advice=reason)
    text = (Path(str(resources.files("milemark"))) / "app/starter_files/github-workflow.yml").read_text("utf-8")
    if _has_large_files(folder):
        text = text.replace(_FETCH, f"{_FETCH}          lfs: true # .gitattributes names files of Git LFS\n")
    found = installation()
    return SetupStep(path, found.in_workflow(text).encode(), found.workflow_advice)


def _has_large_files(folder: Path) -> bool:
    """Whether a .gitattributes of the repository, up to its root or in content/, stores files with Git LFS."""
    roots = [place for place in (folder, *folder.resolve().parents) if (place / ".git").exists()]
    own = [folder, *folder.resolve().parents]
    places = own[: own.index(roots[0]) + 1] if roots else [folder]
    files = (place / ".gitattributes" for place in (content_of(folder).path, *places))
    return any(path.is_file() and _LFS.search(read_bytes(path)) for path in files)
