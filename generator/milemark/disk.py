"""Reading content/ from the disk: ordinary files below it, and nothing else."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from milemark import rules
from milemark.diagnostic import Diagnostic, Span
from milemark.index import Identity

_ROADMAP_FILE = "roadmap.yml"
# What editors and sync programs leave beside a file while it is saved, and after a conflict.
_TEMPORARY = re.compile(r".*~|.*\.(?:swp|swx|tmp)|#.*#|4913|.*\.sync-conflict-.*|Thumbs\.db|\..*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, unread: Markdown and roadmap.yml with their identities, and everything else by path."""

    identities: dict[str, Identity] = field(default_factory=dict)
    assets: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Content:
    """What content/ holds: Markdown files and roadmap.yml by path, and the paths of everything else (assets)."""

    files: dict[str, bytes]
    assets: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def list_content(folder: Path) -> Listing:
    """List every file below a folder, in order. Hidden and temporary files are skipped, links are refused."""
    listing = Listing()
    for entry, path in _walk(folder):
        status = entry.stat(follow_symlinks=False)
        if reason := _refusal(path, status.st_mode):
            listing.diagnostics.append(Diagnostic(rules.UNREADABLE, Span(_shown(path)), {"reason": reason}))
        elif path.endswith(".md") or path == _ROADMAP_FILE:
            identity = Identity(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            listing.identities[path] = identity
        else:
            listing.assets.append(path)
    return listing


def read_content(folder: Path) -> Content:
    """Read every Markdown file below a folder; one that cannot be read is reported."""
    listing = list_content(folder)
    files: dict[str, bytes] = {}
    diagnostics = listing.diagnostics
    for path in listing.identities:
        try:
            files[path] = (folder / path).read_bytes()
        except OSError as error:
            diagnostics.append(unreadable(path, error))
    return Content(files, tuple(listing.assets), tuple(diagnostics))


def unreadable(path: str, error: OSError) -> Diagnostic:
    """Return the finding for a file that the system does not let us read."""
    return Diagnostic(rules.UNREADABLE, Span(path), {"reason": error.strerror or "unreadable"})


def _walk(folder: Path) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield every file below a folder with its path, sorted by path."""
    found: list[tuple[os.DirEntry[str], str]] = []
    pending = [(str(folder), "")]
    while pending:
        place, before = pending.pop()
        with os.scandir(place) as entries:
            for entry in entries:
                if _TEMPORARY.fullmatch(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append((entry.path, f"{before}{entry.name}/"))
                else:
                    found.append((entry, before + entry.name))
    yield from sorted(found, key=lambda pair: pair[1])


def _refusal(path: str, mode: int) -> str:
    """Return why a directory entry is not read, or an empty text."""
    if stat.S_ISLNK(mode):
        return "it is a symbolic link"
    if not stat.S_ISREG(mode):
        return "it is not an ordinary file"
    return "" if _shown(path) == path else "its name is not UTF-8 text"


def _shown(path: str) -> str:
    """Return a path whose name may not be text with what is not spelled out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
