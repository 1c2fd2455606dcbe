"""The records of the files of a folder, read on all cores and kept in an index between runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from milemark.foundation.cache import CachedFile, Identity, Index, digest
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.disk import Listing, read_bytes, settled_before, unreadable
from milemark.foundation.finding_rows import row_of
from milemark.foundation.layout import BASE_ENDING, ROADMAP_FILE
from milemark.foundation.pool import CHUNK, map_jobs

_Record = tuple[str, str, str]  # path, digest, JSON


def read_entries(  # noqa: PLR0913, PLR0917  each is needed
    folder: Path,
    listing: Listing,
    index: Index | None,
    settings: Any,
    schema: str,
    on_progress: Callable[[int, int], object],
) -> dict[str, CachedFile]:
    """Return the record of every file, from the index if it is still valid. `schema` is the digest of roadmap.yml."""
    started = time.time_ns()
    stored = index.entries() if index else {}
    known = stored if index and index.meta("schema") == schema else {}
    settled = settled_before(index.meta("read")) if index and known else 0
    paths = [path for path in listing.identities if path != ROADMAP_FILE]
    changed = [path for path in paths if not _is_valid(known.get(path), listing.identities[path], settled)]
    entries = {path: known[path] for path in known.keys() & set(paths)}
    for number, (path, hashed, record) in enumerate(_read_all(folder, changed, settings, known), 1):
        entries[path] = CachedFile(path, listing.identities[path], hashed, record)
        on_progress(number, len(changed))
    removed = stored.keys() - entries.keys()
    if index and (changed or removed or not known):
        fresh = (entries[path] for path in changed if entries[path].digest)
        index.write(fresh, removed, {"schema": schema, "read": started})
    return {path: entries[path] for path in paths}


def _is_valid(known: CachedFile | None, identity: Identity, settled: int) -> bool:
    """Whether a record is of the same file, read long enough after its last change."""
    return known is not None and known.identity == identity and identity.changed < settled


def _read_all(folder: Path, paths: list[str], settings: Any, known: Mapping[str, CachedFile]) -> Iterator[_Record]:
    """Yield the records of files; a file whose bytes the index knows is not parsed again."""
    chunks = [paths[first : first + CHUNK] for first in range(0, len(paths), CHUNK)]
    jobs = [(str(folder), settings, chunk, {p: known[p] for p in chunk if p in known}) for chunk in chunks]
    return chain.from_iterable(map_jobs(_read_chunk, jobs, len(paths)))


def _read_chunk(job: tuple[str, Any, list[str], Mapping[str, CachedFile]]) -> list[_Record]:
    folder, settings, paths, known = job
    return [_read_one(folder, settings, path, known.get(path)) for path in paths]


def _read_one(folder: str, settings: Any, path: str, known: CachedFile | None) -> _Record:
    from milemark.query.bases.parser import read_base  # an unchanged folder needs no reader
    from milemark.query.check import check_queries
    from milemark.roadmap.dead_links import body_links
    from milemark.roadmap.index_entry import index_entry
    from milemark.roadmap.load import read_file

    try:
        data = read_bytes(f"{folder}/{path}")
    except OSError as error:
        return path, "", _without_item([unreadable(path, error)])
    hashed = digest(data)
    if known and known.digest == hashed:
        return path, hashed, known.record
    if path.endswith(BASE_ENDING):
        base, wrong = read_base(path, data)
        return path, hashed, _without_item(wrong, base.view_names)
    file = read_file(settings, path, data)
    files = [file, *file.parts]
    checked = [check_queries(settings, each.document) for each in files]
    wrong = [finding for each in files for finding in each.diagnostics]
    wrong += [finding for found, _embeds in checked for finding in found]
    record = {
        "entries": [index_entry(each.item) for each in files if each.item],
        "diagnostics": [row_of(each) for each in wrong],
        "tasks": [sum(each.counts.done for each in files), sum(each.counts.total for each in files)],
        "statuses": [each.item.text("status") for each in files if each.item],
        "embeds": [view for _found, embeds in checked for view in embeds],
        "views": (),
        "links": [(each.document.path, body_links(settings, each).row) for each in files],
    }
    return path, hashed, json.dumps(record, ensure_ascii=False)


def _without_item(diagnostics: list[Diagnostic], views: tuple[str, ...] = ()) -> str:
    """Return the record of an unreadable file or of a base, which has the names of its views."""
    rows = [row_of(each) for each in diagnostics]
    record = {"entries": (), "diagnostics": rows, "tasks": [0, 0], "statuses": (), "embeds": (), "views": views}
    return json.dumps(record | {"links": ()}, ensure_ascii=False)
