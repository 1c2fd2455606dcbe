"""Keys of outputs: as long as the key of what they are made from is the same, they need not be made again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from milemark.app.project import Project
from milemark.foundation.cache import digest
from milemark.foundation.disk import Content, read_content
from milemark.foundation.errors import UserError
from milemark.history.git import NoHistoryError, open_content, state_of


def content_key(root: Path, content: Content, options: Sequence[object]) -> str:
    """Return a digest of the files of content/, their history and options; empty if the history cannot be read."""
    try:
        history = state_of(open_content(root))
    except NoHistoryError:
        history = ""
    except UserError:  # each run says so
        return ""
    files = sorted((path, digest(data)) for path, data in content.files.items())
    found = [(each.rule.code, each.span, dict(each.values)) for each in content.diagnostics]
    return digest(history, files, found, content.assets, options)


def tree_key(project: Project, templates: Iterable[Path], options: Sequence[object]) -> str:
    """Return the key of a page tree. `templates` are the folders of templates and assets."""
    roadmap = project.loaded.roadmap
    attachments = _digests(project.folder.path, project.attachments)
    made_by = [_digests(folder, _paths(folder)) for folder in templates]
    view = (
        project.audience,
        roadmap.settings,
        project.today,
        roadmap.as_of,
        roadmap.commits,
        sorted(roadmap.sources.items()),
    )
    return content_key(project.root, project.content, (view, attachments, made_by, options))


def _paths(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _digests(folder: Path, paths: Iterable[str]) -> list[tuple[str, str]]:
    return [(path, digest((folder / path).read_bytes())) for path in paths]


def is_as_read(project: Project) -> bool:
    """Whether the files of content/ are still those that the project was read from; those of a portfolio never are."""
    return not project.is_portfolio and read_content(project.folder) == project.content
