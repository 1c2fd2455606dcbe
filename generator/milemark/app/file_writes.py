"""Replace several files of a project, all or none: each is the old or the new one at any moment, and none is lost.

All new files are written beside the old ones first. Then each takes its place in one step, which gives back the bytes
that stood there: if somebody saved the file in the meantime, all files are put back.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from milemark.foundation.disk import read_bytes
from milemark.foundation.errors import UserError
from milemark.foundation.exchange import exchange
from milemark.foundation.layout import BUILD

LOCK = ".milemark-write.lock"
_PREFIX = ".milemark-write-"
_PATIENCE = 30  # seconds: a write takes far less


class ChangedMeanwhileError(UserError):
    """A file changed after it was read; nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} changed while milemark was working on it: nothing was written; run the command again")


@dataclass(slots=True)
class FileWrite:
    """New bytes for a file; None where there is no file before or after."""

    path: Path
    before: bytes | None
    after: bytes | None
    temporary: Path | None = field(default=None)
    is_placed: bool = field(default=False)


@contextmanager
def one_writer(root: Path) -> Iterator[None]:
    """Let one command write the files of a project at a time; the system releases the lock of a killed one."""
    (root / BUILD).mkdir(exist_ok=True)
    lock = FileLock(root / BUILD / LOCK)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout:
        raise UserError("another command is writing this project: nothing was written; try again later") from None
    try:
        yield
    finally:
        lock.release()


def write_files(writes: Sequence[FileWrite]) -> None:
    """Write all files, or none: an error or a file that changed in the meantime puts back the others.

    Raises ChangedMeanwhileError or OSError.
    """
    try:
        for each in writes:
            _prepare(each)
        for each in writes:
            _place(each)
        for each in writes:
            _verify(each)
    except BaseException:
        for each in reversed(writes):
            _put_back(each)
        raise
    for each in writes:
        _finish(each)


def _prepare(write: FileWrite) -> None:
    """Write the new bytes beside the old file, on the disk, with its mode."""
    if (read_bytes(write.path) if os.path.lexists(write.path) else None) != write.before:
        raise ChangedMeanwhileError(write.path)
    if write.before is not None:
        _refuse_unsafe(write.path)
    if write.after is None:
        return
    write.path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(write.path)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    write.temporary = temporary
    with os.fdopen(descriptor, "wb") as file:
        file.write(write.after)
        file.flush()
        if write.before is not None:
            _copy_rights(write.path, temporary)
        os.fsync(file.fileno())


def _beside(path: Path) -> Path:
    return path.with_name(f"{_PREFIX}{secrets.token_hex(4)}.tmp")


def _refuse_unsafe(path: Path) -> None:
    """Refuse a file that its owner protects, and a link: replacing it would part it from the file that it shares."""
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise UserError(f"{path} is read-only: nothing was written")
    if path.is_symlink():
        raise UserError(f"{path} is a symbolic link: edit the file that it leads to")
    if path.stat().st_nlink > 1:
        raise UserError(f"{path} has several hard links: writing it would part them, so edit it by hand")


def _copy_rights(source: Path, target: Path) -> None:
    """Give a file the mode, the owner and the attributes of another one, as far as the system lets the user."""
    status = source.stat()
    target.chmod(status.st_mode & 0o7777)
    if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.chown(target, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(source):
                os.setxattr(target, name, os.getxattr(source, name))


def _place(write: FileWrite) -> None:
    """Put the new file into its place in one step. The temporary name then holds the bytes that stood there."""
    if write.after is None:
        write.temporary = _beside(write.path)
        write.path.rename(write.temporary)
    elif write.before is None:
        _place_new(write)
    elif write.temporary is None or not exchange(write.temporary, write.path):
        _replace(write)
    write.is_placed = True


def _place_new(write: FileWrite) -> None:
    """Put a file where there is none: a link fails if somebody made one in the meantime."""
    assert write.temporary is not None, "it was prepared"  # noqa: S101
    try:
        os.link(write.temporary, write.path)
    except FileExistsError:
        raise ChangedMeanwhileError(write.path) from None
    except OSError:  # a file system without hard links
        if write.path.exists():
            raise ChangedMeanwhileError(write.path) from None
        write.temporary.rename(write.path)
        write.temporary = None


def _replace(write: FileWrite) -> None:
    """Replace a file where the system cannot swap two: it is read again right before."""
    assert write.temporary is not None, "it was prepared"  # noqa: S101
    if read_bytes(write.path) != write.before:
        raise ChangedMeanwhileError(write.path)
    write.temporary.replace(write.path)
    write.temporary = None


def _verify(write: FileWrite) -> None:
    """Compare the bytes that stood in the place of a file with those that were read."""
    if write.temporary is not None and write.before is not None and read_bytes(write.temporary) != write.before:
        raise ChangedMeanwhileError(write.path)


def _put_back(write: FileWrite) -> None:
    """Put the old file back. Bytes that somebody else saved in the meantime stay, here or in the temporary file."""
    if not write.is_placed:
        return _discard(write, None)
    if write.after is None:
        return _put_back_removed(write)
    if read_bytes(write.path) != write.after:  # saved by somebody else since
        return None
    if write.before is None:
        write.path.unlink()
    elif write.temporary is None:  # the system could not swap them
        write.path.write_bytes(write.before)
    elif not exchange(write.temporary, write.path):
        write.temporary.replace(write.path)
    return _discard(write, write.after)


def _put_back_removed(write: FileWrite) -> None:
    if write.temporary is not None and not write.path.exists():
        write.temporary.rename(write.path)


def _discard(write: FileWrite, expected: bytes | None) -> None:
    """Delete a temporary file, unless it holds bytes other than the expected ones; None: whatever it holds."""
    if write.temporary is not None:
        with suppress(OSError):
            if expected is None or read_bytes(write.temporary) == expected:
                write.temporary.unlink()


def _finish(write: FileWrite) -> None:
    """Write the folder to the disk, and delete the old bytes, which the record for undo has."""
    _discard(write, write.before)
    if os.name != "posix":
        return
    with suppress(OSError):  # some network folders cannot
        descriptor = os.open(write.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_leftover(name: str) -> bool:
    """Whether a file is one that a killed command left beside those that it was replacing."""
    return name.startswith(_PREFIX) and name.endswith(".tmp")
