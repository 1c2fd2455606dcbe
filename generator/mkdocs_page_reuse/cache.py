"""The cache of rendered pages, in an SQLite file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from mkdocs_page_reuse.keys import digest

FILE = "pages.sqlite"
_BATCH = 500  # rows kept in memory, so that two builds lock each other out only shortly
_COLUMNS = "kept (kind TEXT, name TEXT, key TEXT, data BLOB, signature TEXT, PRIMARY KEY (kind, name))"
_TABLE, _KEPT = f"CREATE TABLE IF NOT EXISTS {_COLUMNS}", f"CREATE TABLE {_COLUMNS}"


class PageCache:
    """Rows by (kind, name), each valid for one key and signed with the user's secret.

    A cache that is damaged, locked or missing counts as empty, and so does one that came with a repository.
    """

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._path, self._secret = folder / FILE, secret
        self._process = os.getpid()  # a connection must not cross a fork
        self._waiting: list[tuple[str, str, str, bytes, str]] = []
        self._used: set[tuple[str, str]] = set()
        self._retries = 2  # with a new file after damage
        self._database: sqlite3.Connection | None = None
        self._database = self._open()

    def get(self, kind: str, name: str, key: str) -> bytes | None:
        """Return the data of a row with this key and an intact checksum, or None."""
        if self._database is None or os.getpid() != self._process:
            return None
        self._used.add((kind, name))
        try:
            query = "SELECT data, signature FROM kept WHERE kind = ? AND name = ? AND key = ?"
            row = self._database.execute(query, (kind, name, key)).fetchone()
        except sqlite3.Error as error:
            self._give_up(error)
            return None
        return row[0] if row and row[1] == self._signature(kind, name, key, row[0]) else None

    def _signature(self, kind: str, name: str, key: str, data: bytes) -> str:
        """Return the signature of a row, which also detects damage and swapped rows."""
        return digest(kind, name, key, data, secret=self._secret)

    def put(self, kind: str, name: str, key: str, data: bytes) -> None:
        """Store data, replacing that of another key."""
        if os.getpid() == self._process:
            self._used.add((kind, name))
            self._waiting.append((kind, name, key, data, self._signature(kind, name, key, data)))
            if len(self._waiting) >= _BATCH:
                self._flush()

    def close(self, *, is_whole: bool) -> None:
        """Write waiting rows; after a complete build, delete the rows that it did not use."""
        self._flush()
        if self._database is None:
            return
        try:
            if is_whole:
                rows = set(self._database.execute("SELECT kind, name FROM kept"))
                self._database.executemany("DELETE FROM kept WHERE kind = ? AND name = ?", rows - self._used)
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
            database.execute("PRAGMA synchronous = OFF")  # rows damaged by a power cut are rendered again
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute(_TABLE)
            if {sql for (sql,) in database.execute("SELECT sql FROM sqlite_master")} - {_KEPT, None}:
                raise sqlite3.DatabaseError("views or triggers of another program")
        except sqlite3.Error as error:
            self._database = database
            self._give_up(error)
            return self._database
        return database

    def _give_up(self, error: sqlite3.Error) -> None:
        """Replace a damaged file by a new one; if another build has locked it, continue without a cache."""
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database = None
        is_busy = getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        if self._retries and not is_busy:
            self._retries -= 1
            for name in (FILE, f"{FILE}-journal"):
                with suppress(OSError):
                    self._path.with_name(name).unlink()
            self._database = self._open()
