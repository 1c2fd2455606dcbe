"""The index of a folder: what runs keep for later ones, in one SQLite file, in a part for each kind of result.

It lies in the user's cache folder, never in the project, and is disposable: an index that is damaged, locked,
read-only, or written by another version or user changes no result. It holds JSON and no pickles, so that nothing in
it can be executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from milemark import __version__
from milemark.foundation.errors import UserError

T = TypeVar("T")

_PARSERS = ("pyyaml_", "markdown_it_py_", "regex_")
_KEY_SIZE = 32  # bytes
_RUN_KEY = os.urandom(_KEY_SIZE)
_FORMAT = 4
_KEY = "key"
_COLUMNS = "part TEXT, path TEXT, size INT, mtime INT, ctime INT, inode INT, digest TEXT, record TEXT, crc INT"
_TABLES = (
    f"CREATE TABLE file ({_COLUMNS}, PRIMARY KEY (part, path)) WITHOUT ROWID",
    "CREATE TABLE meta (part TEXT, name TEXT, value TEXT, crc INT, PRIMARY KEY (part, name)) WITHOUT ROWID",
)


class Identity(NamedTuple):
    """The file status that differs after a file was changed. Times are in nanoseconds."""

    size: int
    mtime: int
    ctime: int
    inode: int

    @property
    def changed(self) -> int:
        """The time of the last known change."""
        return max(self.mtime, self.ctime)


class CachedFile(NamedTuple):
    """A file as it was read: its identity, the digest of its bytes (empty if unreadable), and a record as JSON text."""

    path: str
    identity: Identity
    digest: str
    record: str


class DamagedIndexError(Exception):
    """The index does not hold the values that were written into it, or they belong to another key."""


def digest(*values: object, size: int = 16, secret: bytes = b"") -> str:
    """Return a hash of `size` bytes in hexadecimal: of a single bytes value, or of the `repr` of other values.

    With a secret, it is a signature.
    """
    is_data = len(values) == 1 and isinstance(values[0], bytes)
    data = values[0] if is_data else repr(values).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=size, key=secret).hexdigest()  # type: ignore[arg-type]


def index_path(folder: Path) -> Path | None:
    """Return the index file of a folder, or None if the user has no cache folder outside of it."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not home:
        user = os.environ.get("HOME") or os.environ.get("USERPROFILE")
        home = str(Path(user) / ".cache") if user else None
    root = folder.resolve()
    if not home or not Path(home).is_absolute() or Path(home).resolve().is_relative_to(root):
        return None
    return Path(home) / "milemark" / f"{digest(os.fsencode(root), size=12)}.sqlite"


def secret_path(folder: Path) -> Path | None:
    """Return the file with the user's key, made on first use, or None if there can be none outside `folder`.

    The key signs what milemark keeps in a project, so that a cache that came with a repository counts as none.
    """
    index = index_path(folder)
    path = index.with_name("key") if index else None
    with suppress(OSError):
        if path and is_ours(path):
            if not path.exists() or path.stat().st_size != _KEY_SIZE:
                _write_key(path)
            return path
    return None


def _write_key(path: Path) -> None:
    temporary = path.with_name(f".key-{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_bytes(os.urandom(_KEY_SIZE))
    temporary.replace(path)


def secret(folder: Path) -> bytes:
    """Return the user's key, or one of this run if none can be kept."""
    with suppress(OSError):
        if path := secret_path(folder):
            return path.read_bytes()
    return _RUN_KEY


def version() -> str:
    """Return the versions of milemark, Python and the parsers, on which every cached result depends."""
    return " ".join([__version__, str(_FORMAT), _code(), sys.version.split()[0], *_libraries()])


@lru_cache(maxsize=1)
def _libraries() -> list[str]:
    """Return the folders in which the parsers are installed: `importlib.metadata` takes longer than to list files."""
    found = (name for place in sys.path if Path(place).is_dir() for name in os.listdir(place or "."))  # noqa: PTH208
    return sorted(name for name in found if name.lower().replace("-", "_").startswith(_PARSERS))


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a checksum of our own modules and catalogues: an editable install changes without a new version."""
    checksum, folders = 0, [str(Path(__file__).parents[1])]
    for folder in folders:
        with os.scandir(folder) as entries:  # a Path for each file would take as long as reading it
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.name.endswith((".py", ".po")):
                    with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123
                        checksum = zlib.crc32(file.read(), checksum)
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)
    return f"{checksum:08x}"


class Index:
    """A part of an open index. Use `with_index`, which handles every failure."""

    def __init__(self, connection: sqlite3.Connection, part: str) -> None:
        self.connection, self.part = connection, part

    def meta(self, name: str) -> Any:
        """Return a named value, or None."""
        query = "SELECT value, crc FROM meta WHERE part = ? AND name = ?"
        row = self.connection.execute(query, (self.part, name)).fetchone()
        if row is None:
            return None
        _verify(row[1], self.part, name, row[0])
        return json.loads(row[0])

    def entries(self) -> dict[str, CachedFile]:
        """Return the entry of every file, by path."""
        entries: dict[str, CachedFile] = {}
        rows = self.connection.execute("SELECT * FROM file WHERE part = ?", (self.part,))
        for part, path, size, mtime, ctime, inode, hashed, record, crc in rows:
            _verify(crc, part, path, size, mtime, ctime, inode, hashed, record)
            entries[path] = CachedFile(path, Identity(size, mtime, ctime, inode), hashed, record)
        return entries

    def write(self, entries: Iterable[CachedFile], removed: Iterable[str], meta: Mapping[str, Any]) -> None:
        """Write changes in one transaction; an index that cannot be written stays as it is."""
        values = [(self.part, each.path, *each.identity, each.digest, each.record) for each in entries]
        texts = [(self.part, name, json.dumps(value, ensure_ascii=False)) for name, value in meta.items()]
        with suppress(sqlite3.Error, UnicodeEncodeError), self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            gone = ((self.part, path) for path in removed)
            self.connection.executemany("DELETE FROM file WHERE part = ? AND path = ?", gone)
            self.connection.executemany("REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_with_crc, values))
            self.connection.executemany("REPLACE INTO meta VALUES (?, ?, ?, ?)", map(_with_crc, texts))

    def clear(self, key: str) -> None:
        """Empty the part, for results of another key."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            for table in ("file", "meta"):
                self.connection.execute(f"DELETE FROM {table} WHERE part = ?", (self.part,))  # noqa: S608  of two names
            row = (self.part, _KEY, json.dumps(key))
            self.connection.execute("REPLACE INTO meta VALUES (?, ?, ?, ?)", _with_crc(row))

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def _crc(*values: object) -> int:
    return zlib.crc32("\0".join(map(str, values)).encode("utf-8", "surrogateescape"))


def _with_crc(row: tuple[object, ...]) -> tuple[object, ...]:
    return *row, _crc(*row)


def _verify(crc: int, *values: object) -> None:
    if crc != _crc(*values):
        raise DamagedIndexError


def with_index(folder: Path | None, part: str, use: Callable[[Index | None], T], key: object = "") -> T:
    """Return `use(index)` for a part of the index of a folder, as it was kept for this version and key.

    If `use` fails on the index, `with_index` deletes it and calls `use` on an empty one; if another process holds it,
    or if there can be no index, it calls `use(None)`. A `UserError` of `use` passes through.
    """
    path = index_path(folder) if folder else None
    for _attempt in range(2):
        index = _open(path, part, f"{version()} {key}") if path else None
        if path is None or index is None:
            break
        try:
            with closing(index):
                return use(index)
        except UserError:
            raise
        except sqlite3.OperationalError:
            break
        except Exception:  # noqa: BLE001  the index held values that milemark has not written
            discard(path)
    return use(None)


def _open(path: Path, part: str, key: str) -> Index | None:
    """Open a part of an index; replace a damaged index, empty a part of another key. None if there can be no index."""
    with suppress(OSError, sqlite3.Error, DamagedIndexError, ValueError):  # even a new one cannot be used
        if not is_ours(path):
            return None
        try:
            return _connect(path, part, key)
        except sqlite3.OperationalError:  # locked, read-only or on a full disk
            return None
        except (sqlite3.DatabaseError, DamagedIndexError, ValueError):
            discard(path)
            return _connect(path, part, key)
    return None


def is_ours(path: Path) -> bool:
    """Whether a cache file belongs to the user, or can be created; creates its folder."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_symlink() or not path.exists():
        return not path.is_symlink()
    return path.is_file() and (not hasattr(os, "geteuid") or path.stat().st_uid == os.geteuid())


def discard(path: Path) -> None:
    """Delete an index that cannot be used."""
    for name in (path.name, f"{path.name}-journal"):
        with suppress(OSError):
            path.with_name(name).unlink()


def _connect(path: Path, part: str, key: str) -> Index:
    connection = sqlite3.connect(path, timeout=0.2, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        index = Index(connection, part)
        _prepare(index, f"{path.stem} {key}")
    except BaseException:
        connection.close()
        raise
    return index


def _prepare(index: Index, key: str) -> None:
    """Create the tables, or verify that they are those of this version; empty a part of another key."""
    tables = tuple(sql for (sql,) in index.connection.execute("SELECT sql FROM sqlite_master ORDER BY name"))
    if not tables:
        index.connection.executescript(";".join(_TABLES))
    elif tables != _TABLES:
        raise DamagedIndexError
    if index.meta(_KEY) != key:
        index.clear(key)
