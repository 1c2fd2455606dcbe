"""The index kept between runs: what each file said when it was last read.

It lies in the user's cache folder, never in the project, and is disposable: a damaged, foreign, newer, locked or
read-only index is rebuilt or done without, and the result is the same. Nothing in it is executed (no pickle).
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from milemark import __version__

_FORMAT = 2
_COLUMNS = "path TEXT PRIMARY KEY, size INT, mtime INT, ctime INT, inode INT, digest BLOB, found TEXT, crc INT"
_TABLES = (
    f"CREATE TABLE file ({_COLUMNS}) WITHOUT ROWID",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT, crc INT) WITHOUT ROWID",
)


class Identity(NamedTuple):
    """What tells, without reading a file, that it was changed; times in nanoseconds."""

    size: int
    mtime: int
    ctime: int
    inode: int

    @property
    def changed(self) -> int:
        """The last moment at which the file is known to have changed."""
        return max(self.mtime, self.ctime)


class CachedFile(NamedTuple):
    """One file as it was read: its identity then, the hash of its bytes, and what was found as a JSON text."""

    path: str
    identity: Identity
    digest: bytes
    found: str


class Damaged(Exception):  # noqa: N818  not an error of anybody's: the index is made anew
    """The index does not hold what was written into it."""


def index_path(folder: Path) -> Path | None:
    """Return the file of the index of a folder, or None where the user has no cache folder outside of it."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not home:
        user = os.environ.get("HOME") or os.environ.get("USERPROFILE")
        home = str(Path(user) / ".cache") if user else None
    root = folder.resolve()
    if not home or not Path(home).is_absolute() or Path(home).resolve().is_relative_to(root):
        return None
    name = hashlib.blake2b(os.fsencode(root), digest_size=12).hexdigest()
    return Path(home) / "milemark" / f"{name}.sqlite"


def version() -> str:
    """Return what the index depends on besides the files: the version of milemark and of all that reads them."""
    from importlib.metadata import version as version_of  # noqa: PLC0415  only where an index is used

    libraries = ("PyYAML", "markdown-it-py", "python-frontmatter", "regex")
    return " ".join([__version__, str(_FORMAT), _code(), sys.version.split()[0], *map(version_of, libraries)])


def _code() -> str:
    """Return a check sum of our own modules: an editable install changes without a new version."""
    found = 0
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        found = zlib.crc32(path.read_bytes(), found)
    return f"{found:08x}"


class Index:
    """An open index. Use `open_index`, which never raises."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def meta(self, name: str) -> Any:
        """Return a value kept by name, or None."""
        row = self.connection.execute("SELECT value, crc FROM meta WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        _verify(row[1], name, row[0])
        return json.loads(row[0])

    def entries(self) -> dict[str, CachedFile]:
        """Return every file's entry, by path."""
        found: dict[str, CachedFile] = {}
        for path, size, mtime, ctime, inode, digest, text, crc in self.connection.execute("SELECT * FROM file"):
            _verify(crc, path, size, mtime, ctime, inode, digest, text)
            found[path] = CachedFile(path, Identity(size, mtime, ctime, inode), digest, text)
        return found

    def write(self, entries: Iterable[CachedFile], removed: Iterable[str], meta: Mapping[str, Any]) -> None:
        """Keep what has changed, all or nothing; an index that cannot be written stays as it is."""
        rows = [(e.path, *e.identity, e.digest, e.found, _crc(e.path, *e.identity, e.digest, e.found)) for e in entries]
        texts = [(name, json.dumps(value, ensure_ascii=False)) for name, value in meta.items()]
        with suppress(sqlite3.Error, UnicodeEncodeError), self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany("DELETE FROM file WHERE path = ?", ((path,) for path in removed))
            self.connection.executemany("REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            metas = [(name, text, _crc(name, text)) for name, text in texts]
            self.connection.executemany("REPLACE INTO meta VALUES (?, ?, ?)", metas)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def _crc(*values: object) -> int:
    return zlib.crc32("\0".join(map(str, values)).encode("utf-8", "surrogateescape"))


def _verify(crc: int, *values: object) -> None:
    if crc != _crc(*values):
        raise Damaged


def open_index(path: Path | None, key: str) -> Index | None:
    """Open the index of a key (versions), making it anew where it is damaged or another's; None to do without."""
    with suppress(OSError, sqlite3.Error, Damaged, ValueError):  # even a new one cannot be used
        if path is None or not is_ours(path):
            return None
        try:
            return _opened(path, key)
        except sqlite3.OperationalError:  # locked, read-only or on a full disk
            return None
        except (sqlite3.DatabaseError, Damaged, ValueError):
            discard(path)
            return _opened(path, key)
    return None


def is_ours(path: Path) -> bool:
    """Whether the file is the user's, or can be: its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_symlink() or not path.exists():
        return not path.is_symlink()
    return path.is_file() and (not hasattr(os, "geteuid") or path.stat().st_uid == os.geteuid())


def discard(path: Path) -> None:
    """Delete an index that cannot be used."""
    for name in (path.name, f"{path.name}-journal"):
        with suppress(OSError):
            path.with_name(name).unlink()


def _opened(path: Path, key: str) -> Index:
    connection = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        index = Index(connection)
        _prepare(index, f"{path.stem} {key}")
    except BaseException:
        connection.close()
        raise
    return index


def _prepare(index: Index, key: str) -> None:
    """Make the tables, or make sure that they are those of this key."""
    tables = tuple(sql for (sql,) in index.connection.execute("SELECT sql FROM sqlite_master ORDER BY name"))
    if not tables:
        index.connection.executescript(";".join(_TABLES))
        index.write([], [], {"key": key})
    elif tables != _TABLES or index.meta("key") != key:
        raise Damaged


def digest(*values: object) -> str:
    """Return a short hash of values, by what they say of themselves."""
    text = repr(values).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
