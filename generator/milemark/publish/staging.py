"""Replacing a site: one build at a time writes into a staging folder, which then takes the place of the site.

A build that fails or is killed at any point leaves the previous site.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from milemark.foundation.cache import digest
from milemark.foundation.exchange import exchange as _exchange

_STAGING, _OLD, _LOCK = "site-staging", "site-old", ".milemark.lock"


@contextmanager
def exclusive(build: Path, echo: Callable[[str], None]) -> Iterator[None]:
    """Run one build of a project at a time. `build` is the folder of its outputs and of the lock."""
    with in_turn(build / _LOCK, lambda: echo("another build of this project is running: waiting for it to finish")):
        yield


@contextmanager
def in_turn(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Run the block while no other process has the lock at `path`; `on_wait` is called before it waits for one.

    The operating system releases the lock of a killed process.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def staged(build: Path, target: Path) -> Iterator[Path]:
    """Yield a path for the new site, which replaces the old one if the block raises nothing."""
    target = target.resolve()  # `site` may be a link to the folder of a web server
    place = build if not target.exists() or target.stat().st_dev == build.stat().st_dev else target.parent
    staging, old = place / _STAGING, place / _OLD
    _recover(old, target)
    _clear(staging)
    try:
        yield staging
        _replace_site(staging, target, old)
    finally:
        _clear(staging)
        _clear(old)


def has(path: Path, value: str) -> bool:
    """Whether a file is there with a content of this digest."""
    return path.is_file() and digest(path.read_bytes()) == value


def taken(last: Path, new: Path, value: str) -> bool:
    """Link a file of the last site into a new one; False if it is not as its build wrote it, with this digest."""
    if not has(last, value):
        return False
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(last, new)
    except OSError:  # a file system without links
        shutil.copyfile(last, new)
    return True


def _clear(path: Path) -> None:
    """Remove the file or folder that an earlier build has left."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _recover(old: Path, target: Path) -> None:
    """Restore the site after a build that was killed between the two renames."""
    if old.is_dir() and not target.exists():
        old.rename(target)


def _replace_site(staging: Path, target: Path, old: Path) -> None:
    """Replace the old site by the new one: in one step if the system can swap folders, else in two."""
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
