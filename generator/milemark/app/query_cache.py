"""The query engine of a project, with its tables kept between runs.

After an edit, an engine reads the changed files only, as long as nothing that other files need of them has changed. The
tables are a file in the user's cache folder next to the index, and disposable: a damaged one, which its checksum shows,
counts as none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from milemark.foundation.cache import digest, index_path, is_ours, version
from milemark.foundation.content_folder import ContentFolder, content_of
from milemark.foundation.disk import Listing, list_content, read_bytes, replace_file
from milemark.foundation.layout import PRIVATE, ROADMAP_FILE
from milemark.query.sql.engine import Engine, KeptTables
from milemark.query.tables.history import history_tables
from milemark.query.tables.roadmap import roadmap_tables
from milemark.query.tables.table import HISTORY_TABLES, Table
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings

if TYPE_CHECKING:
    from milemark.app.project import Project  # slow to import, and kept tables do not need them
    from milemark.history.model import History
    from milemark.query.edits import Sketch
    from milemark.roadmap.load import Loaded

_CHECKSUM_SIZE = 32  # bytes of a checksum, which is a digest in ASCII


@contextmanager
def query_engine(root: Path, today: date, as_of: date | None, read: Callable[[], Project]) -> Iterator[Engine]:
    """Yield an engine for the owner of a project, which `read` reads if a query needs more than is kept."""
    started, folder = time.time_ns(), content_of(root)
    listing = list_content(folder) if folder.path.is_dir() else Listing()
    has_settings = ROADMAP_FILE in listing.identities
    settings, findings = parse_settings(read_bytes(folder.roadmap) if has_settings else None)
    if not has_settings or settings.sources or any(each.is_error for each in findings):
        yield engine_of(read())
        return
    now, project = _Now(folder, listing, settings, as_of or settings.as_of or today), lru_cache(maxsize=1)(read)
    place = _place(folder.path)
    kept = _read(place, now.key) if place else None
    engine, sketch = now.edited(kept, project) if kept else (now.engine(project), None)
    yield engine
    if place and listing.is_settled(started):
        now.write(place, engine, project().loaded if project.cache_info().currsize else None, sketch)


def engine_of(project: Project) -> Engine:
    """Return the engine of a project as its audience sees it."""
    roadmap = project.loaded.roadmap
    statuses = roadmap.settings.known_statuses if project.audience == PRIVATE else ()
    return Engine(_tables(roadmap.settings, lambda: project), roadmap, statuses=statuses)


def _tables(settings: Settings, project: Callable[[], Project]) -> tuple[Table, ...]:
    def history() -> History | None:
        from milemark.app.project import history_of  # already imported

        return history_of(project())

    return (*roadmap_tables(settings), *history_tables(history))


class _Kept(NamedTuple):
    """What an earlier run has kept: tables, and in JSON the identities of files and the sketch of the roadmap."""

    tables: KeptTables
    files: bytes
    sketch: bytes


class _Now(NamedTuple):
    """A project as it is now."""

    folder: ContentFolder
    listing: Listing
    settings: Settings
    day: date

    @property
    def key(self) -> str:
        """The digest of everything on which tables depend, but for the content of Markdown files."""
        found = [(each.rule.code, each.span, dict(each.values)) for each in self.listing.diagnostics]
        files = {path: None if path.endswith(".md") else each for path, each in self.listing.identities.items()}
        return digest(version(), self.day, files, self.listing.assets, found)

    def engine(self, project: Callable[[], Project], kept: KeptTables | None = None) -> Engine:
        """Return an engine that reads the project when a query needs a table that is not kept."""
        nothing = Roadmap(self.settings, (), (), self.day)
        tables, statuses = _tables(self.settings, project), self.settings.known_statuses
        return Engine(tables, nothing, kept, statuses, lambda: project().loaded.roadmap)

    def edited(self, kept: _Kept, project: Callable[[], Project]) -> tuple[Engine, Sketch | None]:
        """Return an engine with kept tables as they are after edits; with the sketch then, if there were edits."""
        before = json.loads(kept.files)
        changed = [path for path, identity in self.listing.identities.items() if before[path] != [*identity]]
        engine = self.engine(project, kept.tables)
        if not changed:
            return engine, None
        from milemark.query.edits import Sketch, with_edits  # slow to import
        from milemark.roadmap.load import read_file

        known = Sketch.from_row(self.settings, json.loads(kept.sketch))
        with suppress(OSError):
            files = [read_file(self.settings, path, read_bytes(self.folder.path / path)) for path in changed]
            if after := with_edits(engine, known, self.settings, self.day, files):
                return engine, after
        return self.engine(project), None

    def write(self, place: Path, engine: Engine, loaded: Loaded | None, sketch: Sketch | None) -> None:
        """Keep the tables of an engine that has read files; on any error, the next run makes them again."""
        from milemark.query.edits import Sketch  # slow to import

        if sketch := Sketch.of(loaded) if loaded else sketch:
            names = [name for name in engine.filled if name not in HISTORY_TABLES]
            head = (self.key, names), self.listing.identities, sketch.row()
            data = b"\n".join([*(json.dumps(each).encode() for each in head), engine.serialize()])
            with suppress(OSError):
                if is_ours(place):
                    replace_file(place, _checksum(data) + data)


def _place(folder: Path) -> Path | None:
    path = index_path(folder)
    return path.with_name(f"{path.stem}-tables.bin") if path else None


def _read(place: Path, key: str) -> _Kept | None:
    """Return what was kept under a key, if the file is intact."""
    with suppress(OSError, ValueError):
        if not is_ours(place) or not place.exists():
            return None
        data = place.read_bytes()
        head, files, sketch, tables = data[_CHECKSUM_SIZE:].split(b"\n", 3)
        kept, names = json.loads(head)
        if kept == key and data[:_CHECKSUM_SIZE] == _checksum(data[_CHECKSUM_SIZE:]):
            return _Kept(KeptTables(tables, frozenset(names)), files, sketch)
    return None


def _checksum(data: bytes) -> bytes:
    return digest(data).encode()
