"""Putting a site in place: one build at a time, into a folder of its own, and then all at once.

A build that fails or is killed, at whatever point, leaves the site that was there.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_STAGING, _OLD, _LOCK = "site-staging", "site-old", ".milemark.lock"
_CURRENT_FOLDER, _SWAP = -100, 2  # AT_FDCWD, RENAME_EXCHANGE (Linux) and RENAME_SWAP (macOS)


@contextmanager
def exclusive(build: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Let one build of a project run at a time; `build` is the folder of its outputs. The system frees a dead one's."""
    build.mkdir(parents=True, exist_ok=True)
    lock = FileLock(build / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("another build of this project is running: waiting for its end")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staged(build: Path, target: Path) -> Iterator[Path]:
    """Give a path for a new site; it takes the place of the old one where the block ends well."""
    target = target.resolve()  # `site` may be a link to where a server looks
    place = build if not target.exists() or target.stat().st_dev == build.stat().st_dev else target.parent
    staging, old = place / _STAGING, place / _OLD
    _recover(old, target)
    _clear(staging)
    try:
        yield staging
        _put(staging, target, old)
    finally:
        _clear(staging)
        _clear(old)


def _clear(path: Path) -> None:
    """Remove what an earlier build has left, whatever it is."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _recover(old: Path, target: Path) -> None:
    """Bring back the site of a build that was killed between two moves."""
    if old.is_dir() and not target.exists():
        old.rename(target)


def _put(staging: Path, target: Path, old: Path) -> None:
    """Put the new site in the place of the old one: in one step where the system can, else in two."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        staging.rename(target)
    elif not _exchange(staging, target):
        _clear(old)
        target.rename(old)
        try:
            staging.rename(target)
        except BaseException:
            old.rename(target)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; return whether the system could."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*paths, _SWAP) == 0)
        return bool(library.renameat2(_CURRENT_FOLDER, paths[0], _CURRENT_FOLDER, paths[1], _SWAP) == 0)
    except (OSError, AttributeError, TypeError):  # no such function here
        return False
