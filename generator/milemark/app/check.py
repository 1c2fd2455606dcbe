"""Checking a folder: only what has changed since the last run is read, on all the cores there are."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from milemark.app.check_summary import Checked, Summary
from milemark.foundation.cache import CachedFile, Identity, Index, discard, index_path, open_index, version
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.disk import Listing, list_content, read_bytes, read_content, settled_before, unreadable
from milemark.foundation.errors import UserError
from milemark.foundation.layout import BASE_ENDING, PUBLIC, ROADMAP_FILE
from milemark.foundation.rules import RULES
from milemark.privacy.audience import hidden_in, public_text
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap.load import Loaded

_POOL_FROM = 400  # files: below that, starting processes costs more than they save
_CHUNK = 200
_GARBAGE = 100_000  # reading makes many small values and no circles: to look for them often finds nothing
_RULES = {rule.code: rule for rule in RULES}


def check_folder(folder: Path, today: date, as_of: date | None = None, *, use_index: bool = True) -> Checked:
    """Check a folder of Markdown files. The result is that of `load`, whatever the index holds."""
    gc.set_threshold(_GARBAGE)
    listing = list_content(folder)
    place = index_path(folder) if use_index else None
    for path in (place, place) if place else ():
        try:
            return _checked(folder, listing, open_index(path, version()), today, as_of)
        except sqlite3.OperationalError:  # somebody else uses it
            break
        except Exception:  # noqa: BLE001  it held what we have not written: make it anew, once
            discard(path)
    return _checked(folder, listing, None, today, as_of)


def _checked(folder: Path, listing: Listing, index: Index | None, today: date, as_of: date | None) -> Checked:
    try:
        return _kept_result(listing, index, today, as_of) or _fresh_result(folder, listing, index, today, as_of)
    finally:
        if index:
            index.close()


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
    schema = "none" if roadmap is None else hashlib.blake2b(roadmap, digest_size=16).hexdigest()
    entries = _entries(folder, listing, index, settings, schema)
    found = json.loads(f"[{','.join(entry.found for entry in entries.values())}]")
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
    """Yield the references to bases or views that do not exist."""
    embeds = {path: each["embeds"] for path, each in found.items() if each["embeds"]}
    if embeds:
        from milemark.query.check import EmbeddedView, check_embedded_views  # noqa: PLC0415  few roadmaps embed bases

        views = {path: each["views"] for path, each in found.items() if path.endswith(BASE_ENDING)}
        embedded = {path: [EmbeddedView(*row) for row in rows] for path, rows in embeds.items()}
        yield from check_embedded_views(embedded, views)


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
    for path, digest, found in _read_all(folder, changed, settings, known):
        entries[path] = CachedFile(path, listing.identities[path], digest, found)
    removed = stored.keys() - entries.keys()
    if index and (changed or removed or not known):
        fresh = (entries[path] for path in changed if entries[path].digest)
        index.write(fresh, removed, {"schema": schema, "read": started})
    return {path: entries[path] for path in paths}


def _holds(known: CachedFile | None, identity: Identity, settled: int) -> bool:
    """Whether a file is the one that was read, and was read long enough after its last change."""
    return known is not None and known.identity == identity and identity.changed < settled


_Found = tuple[str, bytes, str]


def _read_all(folder: Path, paths: list[str], settings: Any, known: Mapping[str, CachedFile]) -> Iterator[_Found]:
    """Read files, each one again only if its bytes are others than the index knows."""
    chunks = [paths[first : first + _CHUNK] for first in range(0, len(paths), _CHUNK)]
    jobs = [(str(folder), settings, chunk, {p: known[p] for p in chunk if p in known}) for chunk in chunks]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(paths) < _POOL_FROM or cores == 1:
        for job in jobs:
            yield from _read_chunk(job)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  small folders need none

    with ProcessPoolExecutor(min(cores, len(jobs))) as pool:
        for found in pool.map(_read_chunk, jobs):
            yield from found


def _read_chunk(job: tuple[str, Any, list[str], Mapping[str, CachedFile]]) -> list[_Found]:
    folder, settings, paths, known = job
    gc.set_threshold(_GARBAGE)
    return [_read_one(folder, settings, path, known.get(path)) for path in paths]


def _read_one(folder: str, settings: Any, path: str, known: CachedFile | None) -> _Found:
    from milemark.query.bases.parser import read_base  # noqa: PLC0415  see _fresh_result
    from milemark.query.check import check_queries  # noqa: PLC0415
    from milemark.roadmap.index_entry import index_entry  # noqa: PLC0415
    from milemark.roadmap.load import read_file  # noqa: PLC0415

    try:
        data = read_bytes(f"{folder}/{path}")
    except OSError as error:
        return path, b"", _nothing_but([unreadable(path, error)])
    digest = hashlib.blake2b(data, digest_size=16).digest()
    if known and known.digest == digest:
        return path, digest, known.found
    if path.endswith(BASE_ENDING):
        base, wrong = read_base(path, data)
        return path, digest, _nothing_but(wrong, base.view_names)
    file = read_file(settings, path, data)
    wrong, embeds = check_queries(settings, file.document)
    found = {
        "facts": index_entry(file.item) if file.item else None,
        "diagnostics": [_row(each) for each in (*file.diagnostics, *wrong)],
        "tasks": [file.counts.done, file.counts.total],
        "status": file.item.text("status") if file.item else "",
        "embeds": embeds,
        "views": (),
    }
    return path, digest, json.dumps(found, ensure_ascii=False)


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


class UntrustedSettingsError(UserError):
    """What is private cannot be told, since roadmap.yml has errors."""


class PublicCheck:
    """A folder as everybody may see it, checked. Raises UntrustedSettingsError where nobody can tell what that is."""

    def __init__(self, folder: Path, today: date, as_of: date | None) -> None:
        content = read_content(folder)
        everything = load_with_bases(content.files, today, as_of, beside=content.diagnostics)
        if any(each.is_error and each.span.path == ROADMAP_FILE for each in everything.diagnostics):
            raise UntrustedSettingsError(
                f"{ROADMAP_FILE} has errors and says what is private: `milemark check` tells them"
            )
        self._files = {} if hidden_in(everything) else content.files
        self._public = checked_for_audience(everything, PUBLIC)
        self.checked = Checked(self._public.diagnostics, _summary_of(self._public))

    def text_of(self, path: str) -> bytes:
        """Return what everybody may read of a file, in its lines."""
        return self._files.get(path) or public_text(self._public, path)


def _summary_of(found: Loaded) -> Summary:
    settings, counts = found.roadmap.settings, [file.counts for file in found.files]
    words = Counter(item.text("status") for item in found.roadmap.items if item.text("status"))
    items, pages = len(found.roadmap.items), len(found.roadmap.pages)
    tasks = sum(each.done for each in counts), sum(each.total for each in counts)
    return Summary(items, pages, *tasks, dict(words.most_common()), settings.is_adopted, settings.locale)
