"""Loading a roadmap with its bases, and as one audience may see it, with all findings about its queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.layout import PUBLIC
from milemark.privacy.audience import Seeing, for_audience
from milemark.privacy.hidden import NOTHING, Hidden
from milemark.privacy.public_file import PublicView
from milemark.query.bases.parser import read_bases
from milemark.query.check import EmbeddedView, check_embedded_views, check_queries
from milemark.roadmap.load import Loaded, Reading, load, without_ignored


def load_with_bases(
    files: Mapping[str, bytes],
    today: date,
    as_of: date | None = None,
    reading: Reading | None = None,
    other_diagnostics: Iterable[Diagnostic] = (),
) -> Loaded:
    """Load a roadmap from `{path: bytes}` as `load` does, its .base files included."""
    bases, findings = read_bases(files)
    loaded = load(files, today, as_of, reading, [*other_diagnostics, *findings])
    is_excluded = loaded.roadmap.settings.is_excluded
    return replace(loaded, bases={path: base for path, base in bases.items() if not is_excluded(path)})


def checked_for_audience(
    loaded: Loaded,
    audience: str,
    also: Hidden = NOTHING,
    seeing: Seeing = PublicView.files,
    hidden: Hidden | None = None,
) -> Loaded:
    """Return a loaded roadmap as an audience may see it, with the findings about its query blocks and base views.

    The other arguments are those of `for_audience`. Queries are checked last: a finding about a public page must not
    name a private base or field.
    """
    seen = for_audience(loaded, audience, also, seeing, hidden)
    settings, found = seen.roadmap.settings, list[Diagnostic]()
    embedded: dict[str, tuple[EmbeddedView, ...]] = {}
    for file in seen.files:
        findings, views = check_queries(settings, file.document, is_public=audience == PUBLIC)
        embedded[file.document.source] = (*embedded.get(file.document.source, ()), *views)
        found += findings
    found += check_embedded_views(embedded, {path: base.view_names for path, base in seen.bases.items()})
    return replace(seen, diagnostics=without_ignored(settings, [*seen.diagnostics, *found])) if found else seen
