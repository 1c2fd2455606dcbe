"""The folder that a project's files are in, and the place of its roadmap.yml.

`content/` holds roadmap.yml itself. A roadmap.yml in the project's root names any other folder: `content: Vault`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from milemark.foundation.errors import UserError
from milemark.foundation.layout import (
    BUILD,
    CONFIG_FILE,
    CONTENT,
    LLMS,
    MAX_FILE,
    PRIVATE_SUFFIX,
    ROADMAP_FILE,
    TEMPLATES,
)

# `content/` in a text, with the rest of a path: a dot ends it unless a letter follows.
_IN_CONTENT = re.compile(rf"(?<![\w./-]){CONTENT}/(?P<path>(?:[\w*~/-]|\.(?=\w))*)")

_SETTING, _HOST = "content", "into"
_OUTPUTS = {"docs_dir": "docs", "site_dir": "site"}  # settings of mkdocs.yml and their defaults


class BadContentFolderError(UserError):
    """The setting `content` names no folder of the project; the message gives the line."""


class ContentFolder(NamedTuple):
    """A folder of Markdown files. `root` is the folder of its project, or the folder itself outside a project.

    `name` is the folder as `content` in a roadmap.yml of the root gives it, and empty where the folder has its own.
    """

    path: Path
    root: Path
    name: str = ""

    @property
    def roadmap(self) -> Path:
        """Its roadmap.yml, whether or not there is one."""
        return (self.root if self.name else self.path) / ROADMAP_FILE

    @property
    def outer_roadmap(self) -> Path | None:
        """Its roadmap.yml if that lies outside the folder."""
        return self.roadmap if self.name not in {"", "."} else None

    def shown(self, path: str) -> str:
        """Return the path of a file, seen from the project's root: `content/a.md`."""
        return shown_in(self.name, path)

    @property
    def host(self) -> str:
        """The folder of a documentation site that gets the pages, as roadmap.yml names it, or an empty text."""
        return _written(self.roadmap, _HOST)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The folders below the root that milemark and the publisher write, whether or not they exist."""
        names = (BUILD, *_output_names(self.root / CONFIG_FILE), *filter(None, [self.host]))
        return tuple(self.root / each for each in names)

    @property
    def written(self) -> tuple[Path, ...]:
        """Those of its outputs that were written, and are no folders of the user's."""
        return tuple(each for each in self.outputs if _is_output(each, self.root))

    @property
    def skipped(self) -> frozenset[str]:
        """The folders below this one that are no content: outputs that were written, and templates."""
        if not self.path.is_relative_to(self.root) or not self.name:
            return frozenset()
        places = [self.root / TEMPLATES, *self.written]
        return frozenset(each.relative_to(self.path).as_posix() for each in places if each.is_relative_to(self.path))


def as_content(folder: Path | ContentFolder) -> ContentFolder:
    """Return a folder of files, which may be the content/ of a project, with its place."""
    if isinstance(folder, ContentFolder):
        return folder
    return ContentFolder(folder, folder.parent if folder.name == CONTENT else folder)


class NoContentError(UserError):
    """A project without its folder of files; the message names the folder."""


def content_of(root: Path) -> ContentFolder:
    """Return the folder of a project's files. Raises BadContentFolderError for a name that is no folder of it."""
    name = _written(root / ROADMAP_FILE, _SETTING)
    if not name:
        return ContentFolder(root / CONTENT, root)
    clean = posixpath.normpath(name)
    if posixpath.isabs(clean) or clean.split("/")[0] == ".." or "\\" in name or "\0" in name:
        raise BadContentFolderError(
            f"{root / ROADMAP_FILE}: `content: {name}` is not a folder below {root}\n"
            "  = name a folder of this project; for one elsewhere, make a link to it here and name the link"
        )
    return ContentFolder(root / clean if clean != "." else root, root, clean)


def no_content(folder: ContentFolder) -> str:
    """Return the message for a project without its folder of files."""
    if folder.name:
        return f"there is no folder {folder.name}/ in {folder.root}, which roadmap.yml names as `content`"
    return f"there is no folder {folder.path.name}/ in {folder.root}: `milemark init` writes one"


def is_content_named(root: Path) -> bool:
    """Whether the roadmap.yml of a folder names the folder of its files."""
    return bool(_written(root / ROADMAP_FILE, _SETTING))


def shown_in(name: str, path: str) -> str:
    """Return the path of a file of a content folder, seen from the project's root."""
    if name and path == ROADMAP_FILE:
        return path
    return posixpath.normpath(f"{name or CONTENT}/{path}")


def as_in_project(text: str, name: str) -> str:
    """Return a text that names files below content/ for a project with its files in another folder, or in `.`."""
    return _IN_CONTENT.sub(lambda found: _shown_way(name, found["path"]), text) if name else text


def _shown_way(name: str, path: str) -> str:
    if not path:
        return f"{posixpath.normpath(name)}/"
    return shown_in(name, path) + ("/" if path.endswith("/") else "")


def _is_output(folder: Path, root: Path) -> bool:
    """Whether a folder is an output of milemark or of a publisher, not one of the user's."""
    return folder == root / BUILD or manifest_of(folder).is_file() or is_site(folder)


def is_site(folder: Path) -> bool:
    """Whether a folder is a site that a program has written: pages of HTML, without texts of an author beside them."""
    has_own_texts = any(folder.glob("*.md")) and not (folder / LLMS).is_file()  # a site has texts of its pages with it
    return (folder / "index.html").is_file() and not has_own_texts


def manifest_of(folder: Path) -> Path:
    """Return the place of the list of files that milemark has written to a folder."""
    return folder.with_name(f".{folder.name}-milemark.json")


def _output_names(config: Path) -> Iterator[str]:
    for setting, default in _OUTPUTS.items():
        name = (_written(config, setting) or default).rstrip("/")
        if not posixpath.isabs(name):
            yield from (posixpath.normpath(name), posixpath.normpath(name) + PRIVATE_SUFFIX)


def _written(file: Path, setting: str) -> str:
    """Return a text that stands behind a setting on its line, or an empty text.

    The rest of the file is not read, so that a mistake there is reported as one of that file.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE)
    except OSError:
        return ""
    found = re.search(rf"^{setting}[ \t]*:[ \t]+(\S.*)$".encode(), data.replace(b"\r", b""), re.MULTILINE)
    return _scalar(found[1].decode("utf-8", "replace")) if found else ""


def _scalar(text: str) -> str:
    import yaml  # most projects have content/

    with suppress(yaml.YAMLError, ValueError):
        value = yaml.load(text, yaml.BaseLoader)  # noqa: S506  it makes texts only
        return value.strip() if isinstance(value, str) else ""
    return ""
