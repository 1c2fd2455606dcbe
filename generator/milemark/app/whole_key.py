"""The key of a whole page tree: as long as it is the same, no page is made again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from milemark.app.project import Project
from milemark.foundation.cache import digest
from milemark.foundation.disk import read_content
from milemark.foundation.errors import UserError
from milemark.foundation.layout import CONTENT
from milemark.history.git import NoHistoryError, open_repository, state_of


def whole_key(project: Project, templates: Iterable[Path], options: Sequence[object]) -> str:
    """Return a digest of everything that a page tree is made from; empty if its history cannot be read.

    `templates` are the folders of templates and assets, `options` the values besides them and the project.
    """
    try:
        history = state_of(open_repository(project.root / CONTENT))
    except NoHistoryError:
        history = ""
    except UserError:  # each run says so
        return ""
    roadmap, content = project.loaded.roadmap, project.content
    files = sorted((path, digest(data)) for path, data in content.files.items())
    found = [(each.rule.code, each.span, dict(each.values)) for each in content.diagnostics]
    attachments = _digests(project.root / CONTENT, project.attachments)
    made_by = [_digests(folder, _paths(folder)) for folder in templates]
    view = (project.audience, roadmap.settings, project.today, roadmap.as_of)
    return digest(view, history, files, found, content.assets, attachments, made_by, options)


def _paths(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _digests(folder: Path, paths: Iterable[str]) -> list[tuple[str, str]]:
    return [(path, digest((folder / path).read_bytes())) for path in paths]


def is_as_read(project: Project) -> bool:
    """Whether the files of content/ are still those that the project was read from."""
    return read_content(project.root / CONTENT) == project.content
