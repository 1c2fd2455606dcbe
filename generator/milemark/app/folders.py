"""The project around a folder, and the part of it that a path selects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from milemark.foundation.disk import shown_path
from milemark.foundation.errors import UserError
from milemark.foundation.layout import BASE_ENDING, CONFIG_FILE, CONTENT, ROADMAP_FILE


@dataclass(frozen=True, slots=True)
class Part:
    """A folder to check, and the file or folder below it whose findings to show; an empty path shows all."""

    folder: Path
    path: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether the folder is not the content/ of a project."""
        return self.folder.name != CONTENT and not (self.folder / ROADMAP_FILE).is_file()

    def holds(self, path: str) -> bool:
        """Whether a file, by its path below the folder, belongs to the part."""
        return not self.path or path == self.path or path.startswith(f"{self.path}/")

    def is_named_in(self, values: Mapping[str, str]) -> bool:
        """Whether the values of a finding about another file name the part, as for a duplicate id."""
        names = values.values() if self.path else ()
        return any(name == self.path or name.startswith(f"{self.path}/") for name in names)


def is_project(folder: Path) -> bool:
    """Whether a folder holds a roadmap: content/ with roadmap.yml in it, or mkdocs.yml next to it."""
    content = folder / CONTENT
    return (content / ROADMAP_FILE).is_file() or (content.is_dir() and (folder / CONFIG_FILE).is_file())


def project_of(folder: Path) -> Path:
    """Return the project that contains a folder: itself or the nearest above; without one, the folder."""
    if (folder / CONTENT).is_dir():
        return folder
    return next(filter(is_project, folder.parents), folder)


def part_of(path: Path) -> Part:
    """Return the part that a path selects: a project, a part of one, or any other folder or file to check."""
    if not path.exists():
        raise UserError(f"no such file or folder: {path}")
    if not path.is_dir() and path.suffix not in {".md", BASE_ENDING} and path.name != ROADMAP_FILE:
        raise UserError(f"milemark cannot check {path}: name a Markdown file, a .base file, {ROADMAP_FILE} or a folder")
    place = path.resolve()
    for root in place.parents:
        if is_project(root) and place.is_relative_to(root / CONTENT):
            inner = shown_path(place.relative_to(root / CONTENT).as_posix())
            return Part(root / CONTENT, "" if inner == "." else inner)
    if not path.is_dir():
        return Part(path.parent, shown_path(path.name))
    return Part(path / CONTENT if is_project(path) else path)
