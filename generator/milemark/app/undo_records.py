"""The record of each write: the bytes that stood in its files before, for `milemark undo` and after a crash."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milemark.app.file_writes import FileWrite, is_leftover
from milemark.foundation.cache import digest, index_path
from milemark.foundation.disk import read_bytes
from milemark.foundation.escaping import json_text
from milemark.foundation.layout import BUILD

_KEPT = 20  # writes that can be taken back
_RECORD = "record.json"


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """A file of a write: its path, and digests of its bytes before and after; empty where there was no file."""

    path: Path
    before: str
    after: str
    kept: Path | None

    @property
    def state(self) -> str:
        """Whether it is the old one, the new one or another one now."""
        current = digest(read_bytes(self.path)) if self.path.is_file() else ""
        return "new" if current == self.after else "old" if current == self.before else "other"


@dataclass(frozen=True, slots=True)
class Record:
    """One write: its folder, the command, whether it came to its end, and its files."""

    folder: Path
    command: str
    is_complete: bool
    files: tuple[RecordedFile, ...]

    @property
    def is_half_done(self) -> bool:
        """Whether the command was killed after some of its files were replaced."""
        states = {each.state for each in self.files}
        return not self.is_complete and "new" in states and len(states) > 1


def begin_record(root: Path, command: str, writes: Sequence[FileWrite]) -> Path:
    """Keep the bytes that a write will replace, on the disk, and return the folder of the record."""
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    numbers = [int(each.name) for each in folder.iterdir() if each.name.isdigit()]
    own = folder / f"{max(numbers, default=0) + 1:06}"
    own.mkdir(mode=0o700)
    try:
        _write_record(own, command, writes)
    except BaseException:
        shutil.rmtree(own, ignore_errors=True)
        raise
    return own


def _write_record(own: Path, command: str, writes: Sequence[FileWrite]) -> None:
    files = []
    for number, each in enumerate(writes):
        if each.before is not None:
            _write_through(own / str(number), each.before)
        if each.after is not None:
            _write_through(own / f"{number}.new", each.after)
        files.append([str(each.path), _digest(each.before), _digest(each.after)])
    _write_through(own / _RECORD, json_text({"command": command, "files": files}).encode())


def _digest(data: bytes | None) -> str:
    return "" if data is None else digest(data)


def _write_through(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def complete(own: Path) -> None:
    """Mark a write as done, and forget the oldest."""
    (own / "done").touch()
    others = sorted(each for each in own.parent.iterdir() if each.name.isdigit())
    for each in others[:-_KEPT]:
        shutil.rmtree(each, ignore_errors=True)


def forget(own: Path) -> None:
    """Delete a record."""
    shutil.rmtree(own, ignore_errors=True)


def last_record(root: Path) -> Record | None:
    """Return the record of the last write, or None."""
    folder = _folder(root)
    found = sorted((each for each in folder.iterdir() if each.name.isdigit()), reverse=True) if folder.is_dir() else []
    return next(filter(None, map(_read, found)), None)


def _read(own: Path) -> Record | None:
    try:
        row: dict[str, Any] = json.loads((own / _RECORD).read_bytes())
        files = [
            RecordedFile(Path(path), before, after, own / str(number) if before else None)
            for number, (path, before, after) in enumerate(row["files"])
        ]
        return Record(own, row["command"], (own / "done").exists(), tuple(files))
    except (OSError, ValueError, KeyError, TypeError):  # killed before the record was whole: no file was replaced yet
        return None


def remove_leftovers(record: Record) -> None:
    """Delete the files that a killed command left beside its own; the record has all that is in them."""
    known = [path.read_bytes() for path in record.folder.iterdir() if path.name != _RECORD]
    for folder in dict.fromkeys(each.path.parent for each in record.files):
        with suppress(OSError):
            for each in [each for each in folder.iterdir() if is_leftover(each.name)]:
                if any(data.startswith(each.read_bytes()) for data in known):
                    each.unlink()


def _folder(root: Path) -> Path:
    """Return the folder of the records of a project: in the user's cache folder, else in build/."""
    index = index_path(root)
    return index.with_name(f"{index.stem}-writes") if index else root / BUILD / ".milemark-writes"
