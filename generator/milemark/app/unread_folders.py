"""Folders of a user that hold no texts of an author: installed packages, generated sites, and what git ignores."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from milemark.app.vault import left_out_folders
from milemark.foundation.content_folder import ContentFolder, is_site
from milemark.foundation.disk import bytes_if_there
from milemark.foundation.globs import is_pattern, matcher
from milemark.foundation.layout import LLMS
from milemark.markdown.document import Document

_PACKAGES = "node_modules"
_HALF = 2
# A field whose value a program fills in: `date: {{date}}`, `due: <% tp.date.now() %>`. Braces within a text are text.
_PLACEHOLDER = re.compile(
    r"""^\s*(?:-|[^\n:]+:)[ \t]+(?:\{\{[^{}\n]+\}\}.*|(["'])\{\{[^{}\n]+\}\}\1[ \t]*|.*<%.*%>.*)$""", re.MULTILINE
)


def unread_folders(content: ContentFolder, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the outermost folders that hold no texts of an author among those of some files, as patterns: `/build/`.

    Of a vault, the folders of templates and daily notes are among them. If git ignores every file, it tells nothing.
    """
    vault, foreign = left_out_folders(content.path), foreign_folders(content.path, paths)
    is_left_out = matcher((*vault, *foreign))
    rest = [path for path in paths if not is_left_out(path)]
    ignored = [*_ignored(content, rest)]
    is_ignored = matcher(tuple(ignored))
    return (*vault, *foreign, *(ignored if not all(map(is_ignored, rest)) else ()))


def templates(documents: Sequence[Document]) -> tuple[str, ...]:
    """Return the folders most of whose files are templates, and other templates, as patterns: `/틀/`, `/a.md`."""
    found = {each.path for each in documents if _PLACEHOLDER.search(each.front)}
    inner = {path: [folder for folder in _folders(path) if _are_most(folder, documents, found)] for path in found}
    return tuple(sorted({f"/{folders[0]}/" if folders else f"/{path}" for path, folders in inner.items()}))


def _are_most(folder: str, documents: Sequence[Document], templates: Container[str]) -> bool:
    paths = [each.path for each in documents if each.path.startswith(f"{folder}/")]
    return _HALF * sum(path in templates for path in paths) > len(paths)


def foreign_folders(folder: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the outermost folders of installed packages and generated sites among those of some files, as patterns."""
    is_foreign = cache(lambda inner: inner.rpartition("/")[2] == _PACKAGES or _is_generated(folder / inner))
    found = (next(filter(is_foreign, _folders(path)), "") for path in paths)
    return tuple(f"/{inner}/" for inner in dict.fromkeys(filter(None, found)))


def _folders(path: str) -> Iterator[str]:
    """Yield the folders around a file, the outermost first."""
    parts = path.split("/")[:-1]
    yield from ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _is_generated(folder: Path) -> bool:
    """Whether a folder is a site with what only programs write: a map of the site, or the texts of its pages."""
    return is_site(folder) and any((folder / name).is_file() for name in ("sitemap.xml", LLMS))


def _ignored(content: ContentFolder, paths: Iterable[str]) -> Iterator[str]:
    """Yield the outermost folders of the files that git ignores with their folder, as patterns, each once."""
    patterns = cache(_patterns)

    @cache
    def ignores(path: str) -> bool:
        place = content.path / path
        above = (each for each in place.parents if each.is_relative_to(content.root))
        return any(patterns(each)(place.relative_to(each).as_posix()) for each in above)

    found = (next((each for each in _folders(path) if ignores(f"{each}/-")), "") for path in paths if ignores(path))
    yield from (f"/{folder}/" for folder in dict.fromkeys(filter(None, found)))


def _patterns(folder: Path) -> Callable[[str], bool]:
    """Return the function that tells whether git ignores a file below a folder by its .gitignore."""
    lines = (bytes_if_there(folder / ".gitignore") or b"").decode("utf-8", "replace").splitlines()
    return matcher(tuple(filter(is_pattern, lines)), is_exact=True)
