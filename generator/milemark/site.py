"""Writing the page tree: only changed bytes, each file all or nothing, and removal by manifest."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from milemark.problem import ProblemError


class TreeError(ProblemError):
    """The tree cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many files a run changed, removed and found as they should be."""

    changed: int
    removed: int
    unchanged: int


def write_tree(folder: Path, files: Mapping[str, bytes]) -> Written:
    """Make a folder hold just these files. Its manifest stands beside it; a folder without one is refused."""
    _refuse_outside(files)
    manifest = folder.with_name(f".{folder.name}-milemark.json")
    before = _read_manifest(manifest)
    if before is None and folder.exists() and any(folder.iterdir()):
        raise TreeError(f"{folder} holds files that milemark has not written: move them away, or empty the folder")
    folder.mkdir(parents=True, exist_ok=True)
    _replace(manifest, _as_manifest({*(before or ()), *files}), folder.parent)
    removed = [path for path in before or () if path not in files]
    for path in removed:  # first, since a file may have become a folder
        _remove(folder, path)
    changed = sum(_write(folder, path, data) for path, data in files.items())
    _replace(manifest, _as_manifest(files), folder.parent)
    return Written(changed, len(removed), len(files) - changed)


def _refuse_outside(paths: Iterable[str]) -> None:
    for path in paths:
        if PurePath(path).is_absolute() or ".." in PurePath(path).parts:
            raise TreeError(f'the page "{path}" would stand outside the tree')


def _as_manifest(paths: Iterable[str]) -> bytes:
    return json.dumps(sorted(paths), ensure_ascii=False, indent=0).encode()


def _read_manifest(path: Path) -> list[str] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return [each for each in found if isinstance(each, str) and "\0" not in each] if isinstance(found, list) else None


def _write(folder: Path, path: str, data: bytes) -> bool:
    """Write one file if its bytes differ; return whether it was written."""
    target = folder / path
    try:
        if target.stat().st_size == len(data) and target.read_bytes() == data:
            return False
    except OSError:
        target.parent.mkdir(parents=True, exist_ok=True)
    _replace(target, data, folder.parent)
    return True


def _replace(target: Path, data: bytes, folder: Path) -> None:
    """Write beside the tree, then move: a watcher or a crash never sees half a file."""
    temporary = folder / f".milemark-{os.getpid()}.tmp"
    temporary.write_bytes(data)
    temporary.replace(target)


def _remove(folder: Path, path: str) -> None:
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()) or target.is_dir():
        return  # a manifest that was tampered with removes nothing outside, and no folder
    target.unlink(missing_ok=True)
    for parent in target.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
