"""Reading content/ from the disk: ordinary files below it, and nothing else."""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milemark import rules
from milemark.config import ROADMAP_FILE
from milemark.diagnostic import Diagnostic, Span

_TEMPORARY = ("*~", "*.swp", "*.swx", "*.tmp", "#*#", "4913", "*.sync-conflict-*", "Thumbs.db")


@dataclass(frozen=True, slots=True)
class Content:
    """What content/ holds: Markdown files and roadmap.yml by path, and the paths of everything else (assets)."""

    files: dict[str, bytes]
    assets: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_content(folder: Path) -> Content:
    """Read every file below a folder. Hidden and temporary files are skipped, links are refused."""
    files: dict[str, bytes] = {}
    assets: list[str] = []
    diagnostics: list[Diagnostic] = []
    for entry, path in _walk(folder, ""):
        if reason := _refusal(entry):
            diagnostics.append(Diagnostic(rules.UNREADABLE, Span(path), {"reason": reason}))
        elif not (path.endswith(".md") or path == ROADMAP_FILE):
            assets.append(path)
        else:
            try:
                files[path] = Path(entry.path).read_bytes()
            except OSError as error:
                reason = error.strerror or "unreadable"
                diagnostics.append(Diagnostic(rules.UNREADABLE, Span(path), {"reason": reason}))
    return Content(files, tuple(assets), tuple(diagnostics))


def _walk(folder: str | Path, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    pending = [(str(folder), prefix)]
    while pending:
        place, before = pending.pop()
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.name.startswith(".") or any(fnmatch.fnmatchcase(entry.name, each) for each in _TEMPORARY):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append((entry.path, f"{before}{entry.name}/"))
                else:
                    yield entry, before + entry.name


def _refusal(entry: os.DirEntry[str]) -> str:
    """Return why a directory entry is not read, or an empty text."""
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISLNK(mode):
        return "it is a symbolic link"
    return "" if stat.S_ISREG(mode) else "it is not an ordinary file"
