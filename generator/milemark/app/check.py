"""All findings about a folder of Markdown files. Files that did not change since the last run are not read again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from milemark.app.check_index import read_entries
from milemark.app.check_summary import Checked, Summary, summary_of
from milemark.app.config_findings import navigation_of
from milemark.foundation.cache import Index, digest, with_index
from milemark.foundation.content_folder import ContentFolder, as_content
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.disk import Listing, list_content, read_bytes, unreadable
from milemark.foundation.finding_rows import diagnostic_of, row_of
from milemark.foundation.layout import BASE_ENDING, ROADMAP_FILE
from milemark.foundation.navigation import Navigation
from milemark.foundation.pool import collect_rarely


def check_folder(  # noqa: PLR0913  each changes one thing
    folder: Path | ContentFolder,
    today: date,
    as_of: date | None = None,
    on_progress: Callable[[int, int], object] = lambda _done, _total: None,
    *,
    use_index: bool = True,
    roadmap: bytes | None = None,
) -> Checked:
    """Check a folder of Markdown files. An index changes the time this takes, never the result.

    `on_progress` gets the numbers of files that are read and to read; while files are listed, the number of those found
    and 0. `roadmap` is a roadmap.yml for the folder that is not written.
    """
    collect_rarely()
    content = as_content(folder)
    listing = list_content(content, lambda found: on_progress(found, 0))

    def checked(index: Index | None) -> Checked:
        reading = _Reading(content, today, as_of, on_progress, navigation_of(content), roadmap)
        return _kept_result(listing, index, reading) or _fresh_result(reading, listing, index)

    return with_index(content.path if use_index else None, "check", checked)


def _kept_result(listing: Listing, index: Index | None, reading: _Reading) -> Checked | None:
    """Return the result of the last run where no file, no date and no entry of the navigation has changed since."""
    kept = index.meta("result") if index and reading.roadmap is None else None
    if kept is None or kept["files"] != listing.fingerprint or kept.get("navigation") != digest(reading.navigation):
        return None
    pinned = date.fromisoformat(kept["pinned"]) if kept["pinned"] else None
    if not listing.is_settled(kept["read"]) or kept["day"] != (reading.as_of or pinned or reading.today).isoformat():
        return None
    return Checked(tuple(map(diagnostic_of, kept["diagnostics"])), Summary(**kept["summary"]))


class _Reading(NamedTuple):
    content: ContentFolder
    today: date
    as_of: date | None
    on_progress: Callable[[int, int], object]
    navigation: Navigation | None
    roadmap: bytes | None


def _fresh_result(reading: _Reading, listing: Listing, index: Index | None) -> Checked:
    from milemark.roadmap.content_paths import ContentPaths
    from milemark.roadmap.dead_links import LinkRecord, dead_links
    from milemark.roadmap.index_entry import IndexEntry, at_free_paths
    from milemark.roadmap.link_targets import LinkTargets
    from milemark.roadmap.load import roadmap_diagnostics
    from milemark.roadmap.model import Counts
    from milemark.roadmap.references import resolve
    from milemark.roadmap.settings_file import parse_settings  # an unchanged folder needs no reader
    from milemark.roadmap.site_paths import taken_paths
    from milemark.roadmap.unreachable import unreachable_pages

    started = time.time_ns()
    content, today, as_of, on_progress, navigation, proposed = reading
    roadmap = proposed or _roadmap(content, listing)
    settings, diagnostics = parse_settings(roadmap)
    refused = [each.span.path for each in listing.diagnostics]
    absent = [path for path in (*listing.identities, *listing.assets, *refused) if settings.is_excluded(path)]
    listing = listing.without(settings.is_excluded)
    schema = "none" if roadmap is None else digest(roadmap)
    entries = read_entries(content.path, listing, index, settings, schema, on_progress)
    records = json.loads(f"[{','.join(entry.record for entry in entries.values())}]")
    items = at_free_paths([IndexEntry.from_row(row) for each in records for row in each["entries"]])
    places = {path: Span(path) for path in listing.identities} | {each.path: each.span("") for each in items}
    diagnostics += taken_paths(places, settings.collections)
    diagnostics += [*listing.diagnostics, *(diagnostic_of(row) for each in records for row in each["diagnostics"])]
    diagnostics += _embed_findings(dict(zip(entries, records, strict=True)))
    links = {path: LinkRecord() for path in entries}
    links |= {path: LinkRecord.from_row(row) for each in records for path, row in each["links"]}
    own = {item.path for item in items}
    references = resolve(items, [path for path in entries if path.endswith(".md") and path not in own])
    diagnostics += dead_links(links, listing.assets, references.names, settings, [*absent, *refused])
    addresses = {path: each.addresses for path, each in links.items()}
    targets = LinkTargets(ContentPaths([*links, *listing.assets]), references.names)
    diagnostics += unreachable_pages(addresses, own, targets, settings.collections, navigation)
    result = roadmap_diagnostics(settings, diagnostics, references, as_of or settings.as_of or today)
    tasks = sum((Counts(*each["tasks"]) for each in records), Counts())
    pages = sum(path.endswith(".md") and path not in own for path in entries)
    statuses = (status for each in records for status in each["statuses"])
    words = [(item.role, status) for item, status in zip(items, statuses, strict=True)]
    summary = summary_of(settings, words, pages, references.work_counts, tasks)
    checked = Checked(result, summary)
    if index and proposed is None and all(entry.digest for entry in entries.values()):
        index.write([], [], {"result": _row(checked, reading, listing, started, settings.as_of)})
    return checked


def _row(checked: Checked, reading: _Reading, listing: Listing, started: int, pinned: date | None) -> dict[str, Any]:
    """Return a result as `_kept_result` reads it."""
    return {
        "files": listing.fingerprint,
        "navigation": digest(reading.navigation),
        "read": started,
        "pinned": pinned.isoformat() if pinned else "",
        "day": (reading.as_of or pinned or reading.today).isoformat(),
        "diagnostics": [row_of(each) for each in checked.diagnostics],
        "summary": {name: getattr(checked.summary, name) for name in Summary.__slots__},
    }


def _embed_findings(records: Mapping[str, dict[str, Any]]) -> Iterator[Diagnostic]:
    """Yield the findings about embedded bases and views that do not exist."""
    embeds = {path: each["embeds"] for path, each in records.items() if each["embeds"]}
    if embeds:
        from milemark.query.check import EmbeddedView, check_embedded_views  # few roadmaps embed bases

        views = {path: each["views"] for path, each in records.items() if path.endswith(BASE_ENDING)}
        embedded = {path: [EmbeddedView(*row) for row in rows] for path, rows in embeds.items()}
        yield from check_embedded_views(embedded, views)


def _roadmap(content: ContentFolder, listing: Listing) -> bytes | None:
    try:
        return read_bytes(content.roadmap) if ROADMAP_FILE in listing.identities else None
    except OSError as error:
        listing.diagnostics.append(unreadable(ROADMAP_FILE, error))
        return None
