"""Folders of a user that hold no texts of an author: those that git ignores, and sites that a program has written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from milemark.app.vault import left_out_folders
from milemark.foundation.content_folder import ContentFolder, is_site
from milemark.foundation.disk import bytes_if_there
from milemark.foundation.globs import matcher
from milemark.foundation.layout import LLMS


def unread_folders(content: ContentFolder, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the outermost folders that hold no texts of an author among those of some files, as patterns: `/build/`.

    Of a vault, the folders of templates and daily notes are among them.
    """
    vault = left_out_folders(content.path)
    is_known, is_unread = matcher(vault), _reader(content)
    found = (_outermost(path, is_unread) for path in paths if not is_known(path))
    return (*vault, *(f"/{folder}/" for folder in dict.fromkeys(filter(None, found))))


def _outermost(path: str, is_unread: Callable[[str], bool]) -> str:
    parts = path.split("/")[:-1]
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next(filter(is_unread, folders), "")


def _reader(content: ContentFolder) -> Callable[[str], bool]:
    """Return the function that tells whether a folder holds no texts of an author."""
    patterns = cache(_patterns)

    @cache
    def is_unread(folder: str) -> bool:
        place = content.path / folder
        above = (each for each in place.parents if each.is_relative_to(content.root))
        return _is_generated(place) or any(patterns(each)(f"{place.relative_to(each).as_posix()}/-") for each in above)

    return is_unread


def _is_generated(folder: Path) -> bool:
    """Whether a folder is a site with what only programs write: a map of the site, or the texts of its pages."""
    return is_site(folder) and any((folder / name).is_file() for name in ("sitemap.xml", LLMS))


def _patterns(folder: Path) -> Callable[[str], bool]:
    """Return the function that tells whether git ignores a file below a folder by its .gitignore."""
    data = bytes_if_there(folder / ".gitignore") or b""
    return matcher(tuple(data.decode("utf-8", "replace").splitlines()), is_exact=True)
