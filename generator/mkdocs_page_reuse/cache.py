"""What a publisher made of each page, kept until the page or something it depends on changes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

FILE = "pages.sqlite"
_BATCH = 500  # rows that wait in memory, so that two builds do not lock each other out for long
_TABLE = """CREATE TABLE IF NOT EXISTS kept (kind TEXT, name TEXT, key TEXT, data BLOB, seal BLOB,
            PRIMARY KEY (kind, name))"""


class PageCache:
    """Rows of (kind, name), each good for one key. A cache that is damaged, locked or missing is an empty one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._process = os.getpid()  # a connection must not cross a fork
        self._waiting: list[tuple[str, str, str, bytes, bytes]] = []
        self._asked: set[tuple[str, str]] = set()
        self._chances = 2  # to begin anew where it is damaged
        self._database: sqlite3.Connection | None = None
        self._database = self._open()

    def get(self, kind: str, name: str, key: str) -> bytes | None:
        """Return what was kept under this key, if it is whole."""
        if self._database is None or os.getpid() != self._process:
            return None
        self._asked.add((kind, name))
        try:
            query = "SELECT data, seal FROM kept WHERE kind = ? AND name = ? AND key = ?"
            row = self._database.execute(query, (kind, name, key)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        return row[0] if row and row[1] == _seal(kind, name, key, row[0]) else None

    def put(self, kind: str, name: str, key: str, data: bytes) -> None:
        """Keep something, in place of what was kept under another key."""
        if os.getpid() == self._process:
            self._asked.add((kind, name))
            self._waiting.append((kind, name, key, data, _seal(kind, name, key, data)))
            if len(self._waiting) >= _BATCH:
                self._flush()

    def close(self, *, is_whole: bool) -> None:
        """Write what waits; after a whole build, forget what nobody asked for."""
        self._flush()
        if self._database is None:
            return
        try:
            if is_whole:
                rows = set(self._database.execute("SELECT kind, name FROM kept"))
                self._database.executemany("DELETE FROM kept WHERE kind = ? AND name = ?", rows - self._asked)
                self._database.commit()
            self._database.close()
        except sqlite3.Error as error:
            self._give_up(error)
        self._database = None

    def _flush(self) -> None:
        try:
            if self._database is not None:
                self._database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?)", self._waiting)
                self._database.commit()
        except sqlite3.Error as error:
            self._give_up(error)
        self._waiting.clear()

    def _open(self) -> sqlite3.Connection | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path)
        except (OSError, sqlite3.Error):
            return None
        try:
            database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is made again
            database.execute(_TABLE)
            database.execute("SELECT kind, name, key, data, seal FROM kept LIMIT 1")
        except sqlite3.Error as error:
            self._database = database
            self._give_up(error)
            return self._database
        return database

    def _give_up(self, error: sqlite3.Error) -> None:
        """Begin anew where the file cannot be read; where another build is busy with it, go on without."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database = None
        is_busy = getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        if self._chances and not is_busy:
            self._chances -= 1
            for name in (FILE, f"{FILE}-journal"):
                with suppress(OSError):
                    self._path.with_name(name).unlink()
            self._database = self._open()


def _seal(kind: str, name: str, key: str, data: bytes) -> bytes:
    """Return a check sum: a row is used only as it was written."""
    return blake2b(data, digest_size=16, key=blake2b(f"{kind}\0{name}\0{key}".encode()).digest()).digest()
