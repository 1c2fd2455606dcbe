"""The last search of a finished site. Files with the bytes of an earlier search are not searched again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from milemark.app.project import Project
from milemark.foundation.cache import Index, digest, with_index
from milemark.foundation.disk import replace_file
from milemark.foundation.pool import map_copies

_CLEAN = "clean"


def clean_site(project: Project, site: Path, name: str) -> None:
    """Blank the names of private files in the files of a site, and remove files that have such a name.

    `name` is the folder of the site in findings.
    """
    if not project.search:
        return

    def searched(index: Index | None) -> None:
        known = frozenset((index.meta(_CLEAN) if index else None) or ())
        found = sorted({*_searched(project, site, name, known)})
        if index:
            index.write([], [], {_CLEAN: found})

    with_index(project.folder.path, "searched", searched, digest(project.hidden.key if project.hidden else ""))
    for folder in sorted((each for each in site.rglob("*") if each.is_dir()), reverse=True):
        if not any(folder.iterdir()) and project.search.is_named(folder.relative_to(site).as_posix()):
            folder.rmdir()


def _searched(project: Project, site: Path, name: str, known: frozenset[str]) -> Iterator[str]:
    """Clean each file whose digest is not known; yield the digests of all files."""

    def clean_digest(path: Path) -> str:
        place, data = path.relative_to(site).as_posix(), path.read_bytes()
        value = digest(data)
        is_clean = project.search.is_clean_path(place) and (value in known or project.search.is_clean(place, data))
        return value if is_clean else ""

    paths = sorted(each for each in site.rglob("*") if each.is_file() and not each.is_symlink())
    for path, value in zip(paths, map_copies(clean_digest, paths, len(paths)), strict=True):
        if value:
            yield value
            continue
        place, data = path.relative_to(site).as_posix(), path.read_bytes()
        cleaned = project.search.clean(f"{name}/{place}", data)
        if project.search.is_named(place):
            path.unlink()
            continue
        if cleaned is not data:
            replace_file(path, cleaned)  # the last site may share the file
        yield digest(cleaned)
