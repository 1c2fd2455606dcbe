"""The query engine of a project, with its tables cached between runs until a file changes.

The cache is a file in the user's cache folder next to the index, and disposable: a damaged one, which its checksum
shows, counts as none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from milemark.app.options import ReadOptions
from milemark.foundation.cache import digest, index_path, is_ours, version
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import Listing, list_content, read_bytes, replace_file
from milemark.foundation.layout import PRIVATE, ROADMAP_FILE
from milemark.history.model import History
from milemark.query.sql.engine import Engine
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import Table
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings_file import parse_settings

if TYPE_CHECKING:
    from milemark.app.project import Project  # slow to import, and a cached query does not need it

_CHECKSUM_SIZE = 32  # bytes of a checksum, which is a digest in ASCII


def cached_engine(root: Path, today: date, as_of: date | None) -> Engine | None:
    """Return an engine with the tables that an earlier run cached, or None if they are missing or out of date."""
    folder = content_of(root)
    place = _place(folder.path)
    listing = list_content(folder) if folder.path.is_dir() and place else None
    if place is None or listing is None or ROADMAP_FILE not in listing.identities:
        return None
    settings, findings = parse_settings(read_bytes(folder.roadmap))
    day = as_of or settings.as_of or today
    cached = None if any(each.is_error for each in findings) else _read(place, _key(listing, day))
    if cached is None:
        return None
    others = (
        _lazy(table, lambda: _roadmap(root, today, as_of)) for table in history_tables(lambda: _history(root, today))
    )
    return Engine(roadmap_tables(settings), Roadmap(settings, (), (), day), others, cached, settings.known_statuses)


def _lazy(table: Table, roadmap: Callable[[], Roadmap]) -> Table:
    """Return a table that loads its roadmap when its rows are first read."""
    return replace(table, read=lambda _: table.read(roadmap()))


@lru_cache(maxsize=1)
def _roadmap(root: Path, today: date, as_of: date | None) -> Roadmap:
    from milemark.app.project import read_project  # noqa: PLC0415  only history tables need it

    return read_project(root, today, as_of, read_options=ReadOptions(PRIVATE)).loaded.roadmap


def _history(root: Path, today: date) -> History | None:
    from milemark.history.git import NoHistoryError  # noqa: PLC0415  as above
    from milemark.history.read import read_history  # noqa: PLC0415

    try:
        return read_history(root, today)
    except NoHistoryError:
        return None


def engine_of(project: Project, listing: Listing, started: int) -> Engine:
    """Return the engine of a project, and cache its tables if they are those of the owner.

    `listing` lists the files of content/ at the time `started`, in nanoseconds, before any of them was read.
    """
    from milemark.app.project import history_of  # noqa: PLC0415  already imported

    roadmap = project.loaded.roadmap
    statuses = roadmap.settings.known_statuses if project.audience == PRIVATE else ()
    history = history_tables(lambda: history_of(project))
    engine = Engine(roadmap_tables(roadmap.settings), roadmap, history, statuses=statuses)
    place = _place(project.folder.path)
    if place and project.audience == PRIVATE and listing.is_settled(started):
        _write(place, _key(listing, roadmap.as_of), engine.serialize())
    return engine


def timed_listing(root: Path) -> tuple[Listing, int]:
    """List the files of a project's content/, and return the time before that, in nanoseconds."""
    started, folder = time.time_ns(), content_of(root)
    return list_content(folder) if folder.path.is_dir() else Listing(), started


def _place(folder: Path) -> Path | None:
    path = index_path(folder)
    return path.with_name(f"{path.stem}-tables.bin") if path else None


def _key(listing: Listing, day: date) -> bytes:
    return json.dumps([version(), listing.fingerprint, day.isoformat()]).encode()


def _read(place: Path, key: bytes) -> bytes | None:
    """Return the tables that were cached under a key, if the file is intact."""
    with suppress(OSError, ValueError):
        if not is_ours(place) or not place.exists():
            return None
        data = place.read_bytes()
        head, _newline, tables = data[_CHECKSUM_SIZE:].partition(b"\n")
        is_whole = data[:_CHECKSUM_SIZE] == _checksum(data[_CHECKSUM_SIZE:])
        return tables if is_whole and head == key else None
    return None


def _write(place: Path, key: bytes, tables: bytes) -> None:
    """Write the cache atomically; on any error, the next run makes the tables again."""
    data = key + b"\n" + tables
    with suppress(OSError):
        if is_ours(place):
            replace_file(place, _checksum(data) + data)


def _checksum(data: bytes) -> bytes:
    return digest(data).encode()
