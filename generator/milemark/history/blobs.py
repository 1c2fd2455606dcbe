"""Records of the files in the history: each file is read once for each schema, path and content, on all cores."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from milemark.foundation.cache import Index, digest
from milemark.foundation.layout import MAX_FILE, ROADMAP_FILE
from milemark.foundation.pool import CHUNK, map_jobs
from milemark.history.git import GitRepository, read_blobs
from milemark.history.snapshot import FileRecord, PackedRecord, file_record, pack_records
from milemark.history.trees import Carried, Step, Tree, Walk
from milemark.roadmap.load import read_file
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings

_BATCH = 2_000  # blobs that are in memory at once

ProgressCallback = Callable[[int, int], None]


class Key(NamedTuple):
    """The key of a record: the schema it was read with, its path, and the id of its bytes."""

    schema: str
    path: str
    blob: str


Records = Mapping[str, FileRecord]
_Job = tuple[Settings, bool, list[tuple[Key, bytes]]]


class BlobRecords:
    """The records of a repository. `uncommitted` holds bytes that git may not have, by their id.

    With `is_public`, they are public records, with their private things by name.
    """

    def __init__(
        self,
        repository: GitRepository,
        index: Index | None,
        on_progress: ProgressCallback | None,
        *,
        is_public: bool = False,
    ) -> None:
        self.repository, self.index, self.on_progress, self.is_public = repository, index, on_progress, is_public
        self.uncommitted: dict[str, bytes] = {}
        self.stored: frozenset[str] = frozenset()
        self._settings: dict[str, tuple[Settings, str]] = {}
        self._by_schema: dict[str, Settings] = {}
        self._records: dict[Key, tuple[FileRecord, ...]] = {}
        self._coming: Iterator[list[tuple[Key, list[PackedRecord]]]] = iter(())
        self._add_settings("", None)

    @cached_property
    def known(self) -> dict[Key, list[PackedRecord]]:
        """The records read so far, earlier runs included."""
        entries = self.index.entries() if self.index else {}
        found = json.loads(f"[{','.join(entry.record for entry in entries.values())}]")
        self.stored = frozenset(entries)
        keys = ((path, *entry.digest.split()) for path, entry in entries.items())
        return {Key(schema, path, blob): row for (path, schema, blob), row in zip(keys, found, strict=True)}

    def set_default(self, data: bytes) -> None:
        """Read commits without a roadmap.yml with this one."""
        self._add_settings("", data)

    def _add_settings(self, blob: str, data: bytes | None) -> None:
        """Add a schema; schemas that read files the same way have the same name."""
        settings, _ = parse_settings(data)
        parts = (
            settings.collections,
            settings.names,
            settings.statuses,
            settings.marks,
            settings.is_undeclared,
            *(settings.exclude, settings.publish),
        )
        self._settings[blob] = settings, digest(*parts)
        self._by_schema[self._settings[blob][1]] = settings

    def read_schemas(self, blobs: Collection[str]) -> None:
        """Read every given version of roadmap.yml."""
        wanted = {blob for blob in blobs if blob not in self._settings}
        for blob, data in self._bytes(wanted):
            self._add_settings(blob, data)

    def settings(self, blob: str) -> Settings:
        """Return the settings of a version of roadmap.yml by the id of its bytes; an empty id stands for no file."""
        return self._settings[blob][0]

    def schema(self, blob: str) -> str:
        """Return the name of the schema in a version of roadmap.yml."""
        return self._settings[blob][1]

    def records(self, key: Key) -> tuple[FileRecord, ...]:
        """Return the records of a requested file: one for an item, one for each item that is a heading."""
        if key not in self._records:
            while key not in self.known:
                self.known.update(next(self._coming))
            settings, rows = self._by_schema[key.schema], self.known[key]
            self._records[key] = tuple(file_record(settings, key.path, row) for row in rows)
        return self._records[key]

    def of(self, tree: Tree) -> Records:
        """Return the records of the requested files of a commit by path, without pages, in the order of paths."""
        schema = self.schema(tree.get(ROADMAP_FILE, ""))
        keys = (Key(schema, path, tree[path]) for path in sorted(tree) if path != ROADMAP_FILE)
        return _by_path(record for key in keys for record in self.records(key))

    def states(self, walk: Walk) -> Iterator[tuple[Step, Records, Records]]:
        """Yield each step of a walk with the records of its first parent, and its own, which are made from these."""
        carried = Carried(walk.firsts, {id_: self.of(tree) for id_, tree in walk.starts.items()})
        for step in walk:
            before = carried.before(step.commit.first, {})
            after = self._after(step, before)
            yield step, before, after
            carried.after(step.commit.id, after)
        self.finish()

    def _after(self, step: Step, before: Records) -> Records:
        if self.schema(step.before(ROADMAP_FILE)) != self.schema(step.after(ROADMAP_FILE)):
            return self.of(step.tree)
        changed = {path: step.tree[path] for path in (*step.replaced, ROADMAP_FILE) if path in step.tree}
        kept = {path: each for path, each in before.items() if each.item.document.source not in step.replaced}
        return _by_path((*kept.values(), *self.of(changed).values()))

    def request(self, wanted: Iterable[Key]) -> None:
        """Start reading the files that are not read yet, in the order in which they are needed."""
        missing = [key for key in dict.fromkeys(wanted) if key not in self.known]
        self._coming = self._with_progress(missing)

    def finish(self) -> None:
        """Read the rest of the requested files."""
        for found in self._coming:
            self.known.update(found)

    def _with_progress(self, missing: list[Key]) -> Iterator[list[tuple[Key, list[PackedRecord]]]]:
        done = 0
        for found in self._packed(missing):
            yield found
            done += len(found)
            if self.on_progress:
                self.on_progress(done, len(missing))

    def _packed(self, missing: list[Key]) -> Iterator[list[tuple[Key, list[PackedRecord]]]]:
        return map_jobs(_read, self._jobs(missing), len(missing))

    def _jobs(self, missing: list[Key]) -> Iterator[_Job]:
        by_blob: dict[str, list[Key]] = {}
        for key in missing:
            by_blob.setdefault(key.blob, []).append(key)
        waiting: dict[str, list[tuple[Key, bytes]]] = {}
        for blob, data in self._by_body(by_blob):
            for key in by_blob[blob]:
                job = waiting.setdefault(key.schema, [])
                job.append((key, data))
                if len(job) == CHUNK:
                    yield self._by_schema[key.schema], self.is_public, waiting.pop(key.schema)
        for schema, job in waiting.items():
            yield self._by_schema[schema], self.is_public, job

    def _by_body(self, blobs: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of blobs, those with the same body one after the other: the parser remembers it."""
        found = self._bytes(blobs)
        while batch := [*islice(found, _BATCH)]:
            yield from sorted(batch, key=lambda each: each[1].partition(b"\n---")[2])

    def _bytes(self, blobs: Collection[str]) -> Iterator[tuple[str, bytes]]:
        yield from ((blob, self.uncommitted[blob]) for blob in blobs if blob in self.uncommitted)
        others = [blob for blob in blobs if blob not in self.uncommitted]
        if others:
            yield from read_blobs(self.repository, others, MAX_FILE)


def _by_path(records: Iterable[FileRecord]) -> Records:
    """Return records by path, in the order of paths; a file comes before a heading that has its path."""
    found: dict[str, FileRecord] = {}
    for each in sorted(records, key=lambda each: (each.item.path, each.item.document.within is not None)):
        found.setdefault(each.item.path, each)
    return found


def _read(job: _Job) -> list[tuple[Key, list[PackedRecord]]]:
    settings, is_public, files = job
    found: list[tuple[Key, list[PackedRecord]]] = []
    for key, data in files:
        file = read_file(settings, key.path, data)
        is_out = settings.is_excluded(key.path)
        found.append((key, [] if is_out else pack_records(settings, file, is_public=is_public)))
    return found
