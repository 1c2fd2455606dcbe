"""The kind of folder in which `milemark init` starts, and whether GitHub would run a workflow there."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from milemark.app.adopt import ROADMAP_PAGE, backlog_around, is_backlog
from milemark.app.folders import is_project
from milemark.app.unread_folders import foreign_folders
from milemark.app.vault import is_vault, vault_of
from milemark.foundation.content_folder import content_of, manifest_of
from milemark.foundation.disk import list_content, read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.globs import matcher
from milemark.foundation.layout import CONFIG_FILE

# The Markdown files in the root of any repository: they are no notes.
_OF_REPOSITORIES = re.compile(
    r"(?:readme|contributing|changelog|license|licence|code_of_conduct|security|support|authors|notice)[^/]*\.md",
    re.IGNORECASE,
)
_PUBLISHES = re.compile(rb"deploy-pages|gh-deploy|actions-gh-pages")
_REMOTE = re.compile(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)


class FolderKind(StrEnum):
    """The kind of a folder with its result, as `init` says it behind "this folder is"."""

    EMPTY = "a folder without notes; it gets a plan to start with"
    PROJECT = "a project with a roadmap; it gets the files that are missing"
    DOCS = "a documentation site; it gets a roadmap in a folder of its own, for its menu"
    VAULT = "an Obsidian vault; your notes stay as they are, and none is public until you name it"
    BACKLOG = "a Backlog.md project; your files stay as they are, and its drafts stay private"
    ROADMAP = f"one with a {ROADMAP_PAGE}; its headings become items, and the file stays as it is"
    NOTES = "one with Markdown files; they stay as they are"

    @property
    def is_adopted(self) -> bool:
        """Whether the files of the user stay where they are, and get a roadmap.yml beside them."""
        return self in {FolderKind.VAULT, FolderKind.BACKLOG, FolderKind.ROADMAP, FolderKind.NOTES}


def kinds(folder: Path) -> tuple[FolderKind, ...]:
    """Return all that a folder may be, the likeliest first."""
    if is_project(folder) or _has_content(folder):
        return (FolderKind.PROJECT,)
    found = [path for path in _written(folder) if not _OF_REPOSITORIES.fullmatch(path)]
    docs = docs_of(folder)
    own = [path for path in found if not docs or not (folder / path).is_relative_to(docs)]
    has_vault = is_vault(folder) or (bool(own) and vault_of(folder) is not None)
    has_backlog = is_backlog(folder / "backlog") or is_backlog(folder)
    fits = {
        FolderKind.VAULT: has_vault,
        FolderKind.BACKLOG: has_backlog,
        FolderKind.DOCS: docs is not None,
        FolderKind.ROADMAP: ROADMAP_PAGE in found,
        FolderKind.NOTES: bool(own) and own != [ROADMAP_PAGE] and not has_vault and not has_backlog,
    }
    return tuple(kind for kind, is_fit in fits.items() if is_fit) or (FolderKind.EMPTY,)


def _has_content(folder: Path) -> bool:
    content = content_of(folder).path
    return content.is_dir() and any(_listed(content))


def _listed(folder: Path) -> list[str]:
    listing = list_content(folder)
    return [*listing.identities, *listing.assets, *(each.span.path for each in listing.diagnostics)]


def _markdown(folder: Path) -> list[str]:
    return [path for path in list_content(folder).identities if path.endswith(".md")] if folder.is_dir() else []


def _written(folder: Path) -> list[str]:
    """Return the Markdown files of a folder that authors have written."""
    paths = _markdown(folder)
    is_unread = matcher(foreign_folders(folder, paths))
    return [path for path in paths if not is_unread(path)]


def refuse_inner(folder: Path) -> None:
    """Raise UserError for a folder of another project, or of the pages of a site: a second roadmap would lie in it."""
    place, shown = folder.resolve(), os.path.relpath(folder)
    if is_project(place) or (place / ".git").exists():
        return
    if backlog := backlog_around(place):
        name = os.path.relpath(backlog)
        raise UserError(f"{shown} is a part of a Backlog.md project\n  = `milemark init {name}` reads all of it")
    for each in place.parents:
        name = os.path.relpath(each)
        if is_project(each):
            raise UserError(
                f"{'this folder' if name == '.' else name} has a roadmap already, and {shown} is a part of it\n"
                f"  = `milemark init {name}` adds the files that it lacks, `milemark new` an item"
            )
        docs = docs_of(each)
        if docs and place.is_relative_to(docs.resolve()):
            raise UserError(
                f"{shown} holds the pages of the documentation site in {name}\n"
                f"  = `milemark init {name}` starts a roadmap for its menu"
            )


def docs_of(folder: Path) -> Path | None:
    """Return the folder of the pages of a documentation site, unless milemark has written it."""
    if not (folder / CONFIG_FILE).is_file():
        return None
    from milemark.publish.mkdocs_config import docs_folder  # few folders have a mkdocs.yml

    with suppress(UserError):
        docs = docs_folder(folder)
        is_own = docs.is_dir() and not manifest_of(docs).exists() and any(_markdown(docs))
        return docs if is_own else None
    return None


def _guide() -> str:
    from milemark.app.installation import installation  # reading metadata takes a while

    return installation().page("publishing.md")


def why_no_workflow(folder: Path, kind: FolderKind) -> str:
    """Return the reason for which GitHub would not run a workflow of a folder, or an empty text."""
    place = folder.resolve()
    top = next((each for each in (place, *place.parents) if (each / ".git").exists()), None)
    if top and top != place:
        return f"GitHub runs only the workflows in {top}, see {_guide()}"
    if top is None and kind.is_adopted:
        return "the folder is not in a git repository"
    urls = _REMOTE.findall(_text(top / ".git/config")) if top else []
    if urls and not any("github" in url for url in urls):
        return f"{urls[0]} is not on GitHub, see {_guide()}"
    others = (folder / ".github/workflows").glob("*.y*ml")
    other = next((path for path in sorted(others) if _PUBLISHES.search(read_bytes(path))), None)
    return f"{other.relative_to(folder)} publishes a site already" if other and other.name != "roadmap.yml" else ""


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text("utf-8", "replace")
    return ""
