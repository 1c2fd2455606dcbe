"""Writing the page tree: only changed files, each all or nothing, and removal of stale files by manifest.

The manifest is a file next to the tree. It lists every file that was written. For a file with a key it holds the key
and the file's signature, so that the file need not be made again. Since the user's key signs it, a tree that came
with a repository is made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from milemark.foundation.cache import digest, secret
from milemark.foundation.content_folder import manifest_of
from milemark.foundation.disk import replace_file
from milemark.foundation.errors import UserError


class TreeError(UserError):
    """The tree cannot be written; the message says why."""


@dataclass(frozen=True, slots=True)
class WriteCounts:
    """The numbers of files that a run wrote, removed and left unchanged."""

    changed: int
    removed: int
    unchanged: int


_Manifest = Mapping[str, tuple[str, ...]]


class Tree:
    """The tree as the last run wrote it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._secret = folder, secret(folder)
        self.manifest = _read_manifest(manifest_of(folder)) or {}

    def has(self, path: str, key: str) -> bool:
        """Whether a page was written for this key."""
        return self.manifest.get(path, ())[:1] == (key,)

    def text(self, path: str, key: str) -> str | None:
        """Return the page that was written for this key, or None if it has changed since."""
        data = self.data(path, key)
        return None if data is None else data.decode()

    def data(self, path: str, key: str) -> bytes | None:
        """Return the file that was written for this key, or None if it has changed since."""
        return self._data(path) if self.has(path, key) else None

    def is_complete(self, key: str) -> bool:
        """Whether the last run wrote a file for this key, and every file is as it wrote it."""
        has_key = any(self.has(path, key) for path in self.manifest)
        return has_key and all(self._data(path) is not None for path in self.manifest)

    def _data(self, path: str) -> bytes | None:
        """Return the bytes of a file that was written for a key, or None if they have changed since."""
        key, *signature = self.manifest[path] or ("",)
        try:
            data = (self.folder / path).read_bytes() if signature else b""
        except OSError:
            return None
        return data if signature == [_signature(path, key, data, self._secret)] else None


def write_tree(folder: Path, files: Mapping[str, bytes], keys: Mapping[str, str] | None = None) -> WriteCounts:
    """Make a folder hold exactly these files. `keys` are the keys of those that have one.

    Raises TreeError for a folder with files and no manifest, and for paths outside the folder.
    """
    _refuse_outside(files)
    manifest, before = manifest_of(folder), _manifest_before(folder)
    folder.mkdir(parents=True, exist_ok=True)
    signing = secret(folder) if keys else b""
    after = {path: (key, _signature(path, key, files[path], signing)) for path, key in (keys or {}).items() if key}
    entries = {path: after.get(path, ()) for path in files}
    replace_file(manifest, _as_manifest({**(before or {}), **entries}), folder.parent)
    removed = [path for path in before or () if path not in files]
    for path in removed:  # first: a file may have become a folder
        _remove(folder, path)
    changed = sum(_write(folder, path, data) for path, data in files.items())
    replace_file(manifest, _as_manifest(entries), folder.parent)
    return WriteCounts(changed, len(removed), len(files) - changed)


def stale_files(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the paths of the files that `write_tree` would write or remove. Raises TreeError as it does."""
    _refuse_outside(files)
    removed = [path for path in _manifest_before(folder) or () if path not in files and (folder / path).is_file()]
    return tuple(sorted([*removed, *(path for path, data in files.items() if not _is_same(folder / path, data))]))


def refuse_foreign(folder: Path) -> None:
    """Raise TreeError for a folder that others have filled."""
    _manifest_before(folder)


def _manifest_before(folder: Path) -> _Manifest | None:
    """Return the manifest of the last run. Raises TreeError for a folder that others have filled."""
    before = _read_manifest(manifest_of(folder))
    if before is None and folder.exists() and any(folder.iterdir()):
        raise TreeError(
            f"{folder} has files that milemark did not write, so it writes nothing there\n"
            f"  = choose a folder for the pages alone: {folder}/roadmap, or another `docs_dir` in mkdocs.yml"
        )
    return before


def _signature(path: str, key: str, data: bytes, signing: bytes) -> str:
    return digest(path, key, data, secret=signing)


def _refuse_outside(paths: Iterable[str]) -> None:
    for path in paths:
        if PurePath(path).is_absolute() or ".." in PurePath(path).parts:
            raise TreeError(f'the page "{path}" would be outside the tree')


def _as_manifest(entries: _Manifest) -> bytes:
    return json.dumps(entries, ensure_ascii=False, indent=0, sort_keys=True).encode()


def _read_manifest(path: Path) -> dict[str, tuple[str, ...]] | None:
    """Return the manifest, or None if it cannot be read. Older manifests are lists of paths."""
    try:
        entries = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    entries = {name: [] for name in entries if isinstance(name, str)} if isinstance(entries, list) else entries
    if not isinstance(entries, dict) or not all(isinstance(entry, list) for entry in entries.values()):
        return None
    return {name: tuple(map(str, entry)) for name, entry in entries.items() if "\0" not in name}


def _write(folder: Path, path: str, data: bytes) -> bool:
    """Write one file if its bytes differ; return whether it was written."""
    target = folder / path
    if _is_same(target, data):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, data, folder.parent)  # outside the tree: a watcher sees no temporary file
    return True


def _is_same(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except OSError:
        return False


def _remove(folder: Path, path: str) -> None:
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()) or target.is_dir():
        return  # a forged manifest removes no folder, and nothing outside the tree
    target.unlink(missing_ok=True)
    for parent in target.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
