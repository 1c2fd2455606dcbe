"""Reading files through a cache: a file whose bytes and settings an earlier run has read is not parsed again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from milemark.foundation.cache import CachedFile, Identity, Index, digest, with_index
from milemark.foundation.pool import CHUNK, collect_rarely, map_jobs
from milemark.roadmap.file_record import pack, unpack
from milemark.roadmap.load import File, read_file
from milemark.roadmap.settings import Settings

_NO_IDENTITY = Identity(0, 0, 0, 0)  # the key of a record identifies its bytes
_SPARE = 1_000  # records of files that are gone, before they are deleted
_Job = tuple[Settings, list[tuple[str, bytes]]]


class KeptFiles:
    """Reads the files of a folder: those that were read before from the user's cache folder, others on all cores.

    A record is kept by the path, the bytes and the settings that it was made from, so it never goes out of date. A run
    deletes the records that it does not use once they are the larger part.
    """

    def __init__(
        self,
        folder: Path,
        on_progress: Callable[[int, int], object] = lambda _done, _total: None,
        *,
        use_index: bool = True,
    ) -> None:
        """Read the files of a folder. `on_progress` gets the numbers of files that are read and to read."""
        self._on_progress = on_progress
        self._folder = folder if use_index else None
        self._records: dict[str, str] | None = None
        self._used = set[str]()

    def __call__(self, settings: Settings, files: Mapping[str, bytes]) -> Sequence[File]:
        """Return the files as read, in order."""
        collect_rarely()
        return with_index(self._folder, "files", lambda index: self._read(index, settings, files))

    def _read(self, index: Index | None, settings: Settings, files: Mapping[str, bytes]) -> Sequence[File]:
        known, self._records = self._records, None  # after a failure, `with_index` calls again with an empty index
        if known is None:
            known = records_in(index)
        schema = digest(settings)
        keys = {path: key_of_file(schema, path, data) for path, data in files.items()}
        missing = {path: files[path] for path, key in keys.items() if key not in known}
        fresh = {}
        for number, (path, record) in enumerate(zip(missing, _read_all(settings, missing), strict=True), 1):
            fresh[keys[path]] = record
            self._on_progress(number, len(missing))
        self._used.update(keys.values())
        keep(index, known, fresh, self._used)
        self._records = known | fresh
        return [_file(settings, path, files[path], self._records.get(key, "")) for path, key in keys.items()]


def records_in(index: Index | None) -> dict[str, str]:
    """Return the records of an index by key."""
    return {key: entry.record for key, entry in index.entries().items()} if index else {}


def keep(index: Index | None, known: Mapping[str, str], fresh: Mapping[str, str], used: Collection[str]) -> None:
    """Add records to those that an index has; delete those that no run uses once they are the larger part."""
    unused = known.keys() - used
    removed = unused if len(unused) > len(used) + _SPARE else ()
    if index and (fresh or removed):
        kept = (CachedFile(key, _NO_IDENTITY, "", record) for key, record in fresh.items() if record)
        index.write(kept, removed, {})


def key_of_file(schema: str, path: str, data: bytes) -> str:
    """Return the key of a record: a digest of the settings it depends on, of its path and of its bytes."""
    return digest(f"{schema}\0{path}\0".encode("utf-8", "surrogatepass") + data)


def _file(settings: Settings, path: str, data: bytes, record: str) -> File:
    return unpack(settings, path, data, record) if record else read_file(settings, path, data)


def _read_all(settings: Settings, files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the records of files."""
    found = list(files.items())
    jobs = [(settings, found[first : first + CHUNK]) for first in range(0, len(found), CHUNK)]
    return chain.from_iterable(map_jobs(_read_chunk, jobs, len(found)))


def _read_chunk(job: _Job) -> list[str]:
    settings, files = job
    return [pack(read_file(settings, path, data), data) for path, data in files]
