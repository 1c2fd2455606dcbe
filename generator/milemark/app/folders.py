"""The project around a folder, and the part of it that a path selects."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from milemark.foundation.content_folder import ContentFolder, content_of, is_content_named
from milemark.foundation.disk import shown_path
from milemark.foundation.errors import UserError
from milemark.foundation.layout import BASE_ENDING, CONFIG_FILE, ROADMAP_FILE


@dataclass(frozen=True, slots=True)
class Part:
    """A folder to check, and the file or folder below it whose findings to show; an empty path shows all."""

    content: ContentFolder
    path: str = ""
    is_foreign: bool = False  # not the folder of a project's files

    @property
    def folder(self) -> Path:
        """The folder to check."""
        return self.content.path

    def holds(self, path: str) -> bool:
        """Whether a file, by its path below the folder, belongs to the part."""
        return not self.path or path == self.path or path.startswith(f"{self.path}/")

    def is_named_in(self, values: Mapping[str, str]) -> bool:
        """Whether the values of a finding about another file name the part, as for a duplicate id."""
        names = values.values() if self.path else ()
        return any(name == self.path or name.startswith(f"{self.path}/") for name in names)

    def shown(self, path: str, root: Path) -> str:
        """Return the path of a file as seen from a folder, which need not be above it."""
        file = self.content.roadmap if path == ROADMAP_FILE else self.folder / path
        return os.path.relpath(file, root).replace(os.sep, "/")


def is_project(folder: Path) -> bool:
    """Whether a folder is one of a roadmap: its roadmap.yml names the folder of its files, or content/ has one."""
    content = content_of(folder)
    if content.name:
        return True
    return content.roadmap.is_file() or (content.path.is_dir() and (folder / CONFIG_FILE).is_file())


def project_of(folder: Path) -> Path:
    """Return the project that contains a folder: itself or the nearest above; without one, the folder."""
    if is_content_named(folder) or content_of(folder).path.is_dir():
        return folder
    return next(filter(is_project, folder.parents), folder)


def folder_below(content: ContentFolder, name: str) -> str:
    """Return a folder below a project's files, as `--into` names it; an empty text for all of them.

    Raises UserError for a folder elsewhere, or one whose name begins at the project's root.
    """
    folder, files = posixpath.normpath(name.strip() or "."), f"{content.shown('.')}/".removeprefix("./")
    place = Path(posixpath.normpath((content.root / folder).absolute()))
    inner = place.relative_to(content.path).as_posix() if place.is_relative_to(content.path) else ""
    is_read = not (posixpath.isabs(folder) or "\\" in folder or any(each[:1] == "." for each in folder.split("/")))
    if folder == "." or (is_read and (inner in {"", folder} or (content.path / folder).is_dir())):
        return folder.removeprefix(".")
    raise UserError(
        f'--into names a folder below {files or "the project"}, and "{name}" is not one\n'
        f"  = name it from there: --into {inner if inner not in {'', '.'} else 'issues'}"
    )


def part_of(path: Path) -> Part:
    """Return the part that a path selects: a project, a part of one, or any other folder or file to check."""
    if not path.exists():
        raise UserError(f"no such file or folder: {path}")
    if not path.is_dir() and path.suffix not in {".md", BASE_ENDING} and path.name != ROADMAP_FILE:
        raise UserError(f"milemark cannot check {path}: name a Markdown file, a .base file, {ROADMAP_FILE} or a folder")
    place = path.resolve()
    if path.is_dir() and is_project(place):
        return Part(content_of(path))
    for root in place.parents:
        if (part := _part_in(root, place)) is not None:
            return part
    folder, name = (path, "") if path.is_dir() else (path.parent, shown_path(path.name))
    return Part(ContentFolder(folder, folder), name, is_foreign=not (folder / ROADMAP_FILE).is_file())


def _part_in(root: Path, place: Path) -> Part | None:
    """Return the part that a path selects in the project of a folder, or None."""
    if not is_project(root):
        return None
    content = content_of(root)
    if place == content.roadmap:
        return Part(content, ROADMAP_FILE)
    if not place.is_relative_to(content.path):
        return None
    inner = shown_path(place.relative_to(content.path).as_posix())
    return Part(content, "" if inner == "." else inner)
