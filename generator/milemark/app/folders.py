"""Where a project is, and which part of it somebody asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from milemark.foundation.errors import UserError
from milemark.foundation.layout import BASE_ENDING, CONFIG_FILE, CONTENT, ROADMAP_FILE


@dataclass(frozen=True, slots=True)
class Part:
    """A folder to be checked, and the file or folder below it whose findings are wanted; an empty path wants all."""

    folder: Path
    path: str = ""

    @property
    def is_foreign(self) -> bool:
        """Whether the folder is any folder of Markdown, and not the content/ of a project."""
        return self.folder.name != CONTENT and not (self.folder / ROADMAP_FILE).is_file()

    def holds(self, path: str) -> bool:
        """Whether a file, by its path below the folder, belongs to the part."""
        return not self.path or path == self.path or path.startswith(f"{self.path}/")

    def is_named_in(self, values: Mapping[str, str]) -> bool:
        """Whether a finding about another file names the part: an id that both have."""
        names = values.values() if self.path else ()
        return any(name == self.path or name.startswith(f"{self.path}/") for name in names)


def is_project(folder: Path) -> bool:
    """Whether a folder holds a roadmap: content/ with its schema, or with the settings of a publisher beside it."""
    content = folder / CONTENT
    return (content / ROADMAP_FILE).is_file() or (content.is_dir() and (folder / CONFIG_FILE).is_file())


def project_of(folder: Path) -> Path:
    """Return the project that a folder stands in: itself, or the nearest one above; without any, the folder."""
    if (folder / CONTENT).is_dir():
        return folder
    return next(filter(is_project, folder.parents), folder)


def part_of(path: Path) -> Part:
    """Return what a path asks for: a project, a part of one, or any folder or file that is checked."""
    if not path.exists():
        raise UserError(f"there is no file or folder {path}")
    if not path.is_dir() and path.suffix not in {".md", BASE_ENDING} and path.name != ROADMAP_FILE:
        raise UserError(f"{path} is not a Markdown file, a base, or {ROADMAP_FILE}: nothing else is checked")
    place = path.resolve()
    for root in place.parents:
        if is_project(root) and place.is_relative_to(root / CONTENT):
            inner = place.relative_to(root / CONTENT).as_posix()
            return Part(root / CONTENT, "" if inner == "." else inner)
    if not path.is_dir():
        return Part(path.parent, path.name)
    return Part(path / CONTENT if is_project(path) else path)
