"""Checking a folder: only what has changed since the last run is read, on all the cores there are."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from milemark.app.check_summary import Checked, Summary
from milemark.foundation.cache import CachedFile, Identity, Index, digest, index_path, version, with_index
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.disk import Listing, list_content, read_bytes, settled_before, unreadable
from milemark.foundation.layout import BASE_ENDING, ROADMAP_FILE
from milemark.foundation.pool import CHUNK, collect_rarely, map_jobs
from milemark.foundation.rules import RULES

_RULES = {rule.code: rule for rule in RULES}


def check_folder(folder: Path, today: date, as_of: date | None = None, *, use_index: bool = True) -> Checked:
    """Check a folder of Markdown files. The result is that of `load`, whatever the index holds."""
    collect_rarely()
    listing = list_content(folder)

    def checked(index: Index | None) -> Checked:
        return _kept_result(listing, index, today, as_of) or _fresh_result(folder, listing, index, today, as_of)

    path = index_path(folder) if use_index else None
    return with_index(path, version() if path else "", checked)


def _kept_result(listing: Listing, index: Index | None, today: date, as_of: date | None) -> Checked | None:
    """Return the last run's result where no file and no date has changed since."""
    kept = index.meta("result") if index else None
    if kept is None or kept["files"] != listing.fingerprint:
        return None
    pinned = date.fromisoformat(kept["pinned"]) if kept["pinned"] else None
    if not listing.is_settled(kept["read"]) or kept["day"] != (as_of or pinned or today).isoformat():
        return None
    return Checked(tuple(map(_diagnostic, kept["diagnostics"])), Summary(**kept["summary"]))


def _fresh_result(folder: Path, listing: Listing, index: Index | None, today: date, as_of: date | None) -> Checked:
    from milemark.roadmap.index_entry import IndexEntry  # noqa: PLC0415
    from milemark.roadmap.load import together  # noqa: PLC0415
    from milemark.roadmap.references import resolve  # noqa: PLC0415
    from milemark.roadmap.settings_file import parse_settings  # noqa: PLC0415  an unchanged folder needs no reader
    from milemark.roadmap.site_paths import taken  # noqa: PLC0415

    started = time.time_ns()
    roadmap = _roadmap(folder, listing)
    settings, diagnostics = parse_settings(roadmap)
    schema = "none" if roadmap is None else digest(roadmap)
    entries = _entries(folder, listing, index, settings, schema)
    found = json.loads(f"[{','.join(entry.record for entry in entries.values())}]")
    facts = [IndexEntry.from_row(each["facts"]) for each in found if each["facts"]]
    diagnostics += taken(listing.identities, settings.collections)
    diagnostics += [*listing.diagnostics, *(_diagnostic(row) for each in found for row in each["diagnostics"])]
    diagnostics += _of_embeds(dict(zip(entries, found, strict=True)))
    day = as_of or settings.as_of or today
    result = together(settings, diagnostics, resolve(facts), day)
    summary = _summary(
        found, sum(path.endswith(".md") for path in entries), is_adopted=settings.is_adopted, locale=settings.locale
    )
    if index and all(entry.digest for entry in entries.values()):
        kept = {
            "files": listing.fingerprint,
            "read": started,
            "pinned": settings.as_of.isoformat() if settings.as_of else "",
            "day": day.isoformat(),
            "diagnostics": [_row(each) for each in result],
            "summary": {name: getattr(summary, name) for name in Summary.__slots__},
        }
        index.write([], [], {"result": kept})
    return Checked(result, summary)


def _of_embeds(found: Mapping[str, dict[str, Any]]) -> Iterator[Diagnostic]:
    """Yield what files show of bases that are not there."""
    embeds = {path: each["embeds"] for path, each in found.items() if each["embeds"]}
    if embeds:
        from milemark.query.check import EmbeddedView, check_embedded  # noqa: PLC0415  few show any

        views = {path: each["views"] for path, each in found.items() if path.endswith(BASE_ENDING)}
        for path, rows in embeds.items():
            yield from check_embedded(path, [EmbeddedView(*row) for row in rows], views)


def _roadmap(folder: Path, listing: Listing) -> bytes | None:
    try:
        return read_bytes(folder / ROADMAP_FILE) if ROADMAP_FILE in listing.identities else None
    except OSError as error:
        listing.diagnostics.append(unreadable(ROADMAP_FILE, error))
        return None


def _summary(found: list[dict[str, Any]], files: int, *, is_adopted: bool, locale: str) -> Summary:
    statuses: dict[str, int] = {}
    for each in found:
        if each["status"]:
            statuses[each["status"]] = statuses.get(each["status"], 0) + 1
    items = sum(each["facts"] is not None for each in found)
    done, total = (sum(each["tasks"][place] for each in found) for place in (0, 1))
    ranked = dict(sorted(statuses.items(), key=lambda pair: (-pair[1], pair[0])))
    return Summary(items, files - items, done, total, ranked, is_adopted, locale)


def _entries(folder: Path, listing: Listing, index: Index | None, settings: Any, schema: str) -> dict[str, CachedFile]:
    """Return what every file says, from the index where that still holds."""
    started = time.time_ns()
    stored = index.entries() if index else {}
    known = stored if index and index.meta("schema") == schema else {}
    settled = settled_before(index.meta("read")) if index and known else 0
    paths = [path for path in listing.identities if path != ROADMAP_FILE]
    changed = [path for path in paths if not _holds(known.get(path), listing.identities[path], settled)]
    entries = {path: known[path] for path in known.keys() & set(paths)}
    for path, hashed, record in _read_all(folder, changed, settings, known):
        entries[path] = CachedFile(path, listing.identities[path], hashed, record)
    removed = stored.keys() - entries.keys()
    if index and (changed or removed or not known):
        fresh = (entries[path] for path in changed if entries[path].digest)
        index.write(fresh, removed, {"schema": schema, "read": started})
    return {path: entries[path] for path in paths}


def _holds(known: CachedFile | None, identity: Identity, settled: int) -> bool:
    """Whether a file is the one that was read, and was read long enough after its last change."""
    return known is not None and known.identity == identity and identity.changed < settled


_Record = tuple[str, str, str]  # path, digest of the bytes, JSON text


def _read_all(folder: Path, paths: list[str], settings: Any, known: Mapping[str, CachedFile]) -> Iterator[_Record]:
    """Read files, each one again only if its bytes are others than the index knows."""
    chunks = [paths[first : first + CHUNK] for first in range(0, len(paths), CHUNK)]
    jobs = [(str(folder), settings, chunk, {p: known[p] for p in chunk if p in known}) for chunk in chunks]
    return chain.from_iterable(map_jobs(_read_chunk, jobs, len(paths)))


def _read_chunk(job: tuple[str, Any, list[str], Mapping[str, CachedFile]]) -> list[_Record]:
    folder, settings, paths, known = job
    return [_read_one(folder, settings, path, known.get(path)) for path in paths]


def _read_one(folder: str, settings: Any, path: str, known: CachedFile | None) -> _Record:
    from milemark.query.bases.parser import read_base  # noqa: PLC0415  see _fresh_result
    from milemark.query.check import check_blocks  # noqa: PLC0415
    from milemark.roadmap.index_entry import index_entry  # noqa: PLC0415
    from milemark.roadmap.load import read_file  # noqa: PLC0415

    try:
        data = read_bytes(f"{folder}/{path}")
    except OSError as error:
        return path, "", _nothing_but([unreadable(path, error)])
    hashed = digest(data)
    if known and known.digest == hashed:
        return path, hashed, known.record
    if path.endswith(BASE_ENDING):
        base, wrong = read_base(path, data)
        return path, hashed, _nothing_but(wrong, base.view_names)
    file = read_file(settings, path, data)
    wrong, embeds = check_blocks(settings, file.document)
    found = {
        "facts": index_entry(file.item) if file.item else None,
        "diagnostics": [_row(each) for each in (*file.diagnostics, *wrong)],
        "tasks": [file.counts.done, file.counts.total],
        "status": file.item.text("status") if file.item else "",
        "embeds": embeds,
        "views": (),
    }
    return path, hashed, json.dumps(found, ensure_ascii=False)


def _nothing_but(wrong: list[Diagnostic], views: tuple[str, ...] = ()) -> str:
    """Return what is kept of a file that says nothing of the roadmap; a base has the names of its views."""
    rows = [_row(each) for each in wrong]
    found = {"facts": None, "diagnostics": rows, "tasks": [0, 0], "status": "", "embeds": (), "views": views}
    return json.dumps(found, ensure_ascii=False)


def _row(found: Diagnostic) -> list[Any]:
    span = found.span
    return [found.rule.code, span.path, span.line, span.column, span.width, dict(found.values), found.hint]


def _diagnostic(row: list[Any]) -> Diagnostic:
    code, path, line, column, width, values, hint = row
    return Diagnostic(_RULES[code], Span(path, line, column, width), values, hint)
