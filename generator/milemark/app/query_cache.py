"""A project that can be asked: its tables, which are kept between runs as long as no file has changed.

They lie in the user's cache folder beside the index, and are as disposable: whatever is wrong with them is the same as
none. A check sum covers all of them, so that no damaged table answers.
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
from milemark.foundation.disk import Listing, list_content, read_bytes, replace_file
from milemark.foundation.layout import CONTENT, PRIVATE, ROADMAP_FILE
from milemark.history.model import History
from milemark.query.sql.engine import Engine
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import Table
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings_file import parse_settings

if TYPE_CHECKING:
    from milemark.app.project import Project  # templates and calendars: a question that is answered at once needs none

_SUM = 32  # bytes of a checksum, which is a digest in ASCII


def cached_engine(root: Path, today: date, as_of: date | None) -> Engine | None:
    """Return what answers questions about a project, from what an earlier run has kept; None where that is gone."""
    folder = root / CONTENT
    place = _place(folder)
    listing = list_content(folder) if folder.is_dir() and place else None
    if place is None or listing is None or ROADMAP_FILE not in listing.identities:
        return None
    settings, found = parse_settings(read_bytes(folder / ROADMAP_FILE))
    day = as_of or settings.as_of or today
    kept = None if any(each.is_error for each in found) else _read(place, _key(listing, day))
    if kept is None:
        return None
    later = (
        _lately(relation, lambda: _roadmap(root, today, as_of))
        for relation in history_tables(lambda: _past(root, today))
    )
    return Engine(roadmap_tables(settings), Roadmap(settings, (), (), day), later, kept)


def _lately(relation: Table, roadmap: Callable[[], Roadmap]) -> Table:
    """Return a relation whose rows are those of a roadmap that is read when they are asked for."""
    return replace(relation, read=lambda _: relation.read(roadmap()))


@lru_cache(maxsize=1)
def _roadmap(root: Path, today: date, as_of: date | None) -> Roadmap:
    from milemark.app.project import read_project  # noqa: PLC0415  most questions are not about the past

    return read_project(root, today, as_of, read_options=ReadOptions(PRIVATE)).loaded.roadmap


def _past(root: Path, today: date) -> History | None:
    from milemark.history.git import NoHistoryError  # noqa: PLC0415  as above
    from milemark.history.read import read_history  # noqa: PLC0415

    try:
        return read_history(root, today)
    except NoHistoryError:
        return None


def engine_of(project: Project, listing: Listing, started: int) -> Engine:
    """Return what answers questions about a project that was read, and keep its tables, if they are the owner's.

    `listing` is what its folder held at the time `started`, in nanoseconds, before anything was read.
    """
    from milemark.app.project import history_of  # noqa: PLC0415  it has been read

    roadmap = project.loaded.roadmap
    engine = Engine(roadmap_tables(roadmap.settings), roadmap, history_tables(lambda: history_of(project)))
    place = _place(project.root / CONTENT)
    if place and project.audience == PRIVATE and listing.is_settled(started):
        _write(place, _key(listing, roadmap.as_of), engine.serialize())
    return engine


def listed(root: Path) -> tuple[Listing, int]:
    """Return what a project's content/ holds, and the time."""
    started = time.time_ns()
    return list_content(root / CONTENT) if (root / CONTENT).is_dir() else Listing(), started


def _place(folder: Path) -> Path | None:
    path = index_path(folder)
    return path.with_name(f"{path.stem}-tables.bin") if path else None


def _key(listing: Listing, day: date) -> bytes:
    return json.dumps([version(), listing.fingerprint, day.isoformat()]).encode()


def _read(place: Path, key: bytes) -> bytes | None:
    """Return the tables that were kept under a key, if they are what was written."""
    with suppress(OSError, ValueError):
        if not is_ours(place) or not place.exists():
            return None
        data = place.read_bytes()
        head, _newline, tables = data[_SUM:].partition(b"\n")
        is_whole = data[:_SUM] == _sum(data[_SUM:])
        return tables if is_whole and head == key else None
    return None


def _write(place: Path, key: bytes, tables: bytes) -> None:
    """Keep tables, all or nothing; where that cannot be, they are made again the next time."""
    data = key + b"\n" + tables
    with suppress(OSError):
        if is_ours(place):
            replace_file(place, _sum(data) + data)


def _sum(data: bytes) -> bytes:
    return digest(data).encode()
