"""Hand-written pages to which nothing on the site leads."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed
from milemark.foundation.layout import BASE_ENDING
from milemark.foundation.navigation import Navigation
from milemark.markdown.addresses import Address
from milemark.roadmap.dead_links import addresses_of
from milemark.roadmap.link_targets import LinkTargets, targets_of
from milemark.roadmap.load import Loaded, without_ignored
from milemark.roadmap.site_paths import MOST_ENTRIES, PAGE_TITLES, automatic_entries, is_introduction

_LISTED = _("write a link in a page that readers find, or add `{path}` to `nav` in mkdocs.yml")
_AUTOMATIC = _(
    "write a link in a page that readers find, or move {path} out of its folder: the menu has the pages at the top"
)
_CROWDED = _("write a link in a page that readers find: the navigation has the first {most} pages")
_EDITIONS = "resume"  # pages to send, not to find
_NAMED = 5  # a folder of notes may have thousands


def unreachable_pages(
    links: Mapping[str, Iterable[Address]],
    items: Collection[str],
    targets: LinkTargets,
    collections: Collection[str],
    navigation: Navigation | None,
) -> Iterator[Diagnostic]:
    """Yield a finding for each folder with pages that readers find neither by the navigation nor by any link.

    `links` has the addresses in each Markdown file by path; `items` are the paths of items, which stand in lists of
    their own. A base may list any file, so there is no finding beside one, nor without a known navigation.
    """
    if navigation is None or any(path.endswith(BASE_ENDING) for path in targets.paths.paths):
        return
    pages = [path for path in links if path.endswith(".md") and path not in items]
    automatic = (*PAGE_TITLES, *automatic_entries(pages, collections))  # such as a résumé of the author's own
    entries = automatic if navigation.paths is None else navigation.paths
    first = [path for path in pages if composed(path) in entries or is_introduction(path, collections)]
    reached = _reached(links, items, targets, first)
    lost = sorted(path for path in pages if path not in reached and posixpath.dirname(path) != _EDITIONS)
    for _folder, found in groupby(sorted(lost, key=posixpath.dirname), posixpath.dirname):
        yield _finding([*found], navigation)


def _finding(paths: Sequence[str], navigation: Navigation) -> Diagnostic:
    names = ", ".join(composed(path) for path in paths[:_NAMED]) + (", …" if paths[_NAMED:] else "")
    values = {"names": names, "path": composed(paths[0]), "most": str(MOST_ENTRIES)}
    automatic = _AUTOMATIC if "/" in paths[0] else _CROWDED
    return Diagnostic(rules.UNREACHABLE, Span(paths[0]), values, automatic if navigation.paths is None else _LISTED)


def unreachable_pages_of(
    loaded: Loaded, other_paths: Iterable[str], navigation: Navigation | None
) -> Iterator[Diagnostic]:
    """Yield these findings for a loaded roadmap, unless roadmap.yml ignores the rule."""
    settings = loaded.roadmap.settings
    links = {file.document.path: addresses_of(file.document.body) for file in loaded.files}
    items = {item.path for item in loaded.roadmap.items}
    targets = targets_of(loaded, other_paths)
    yield from without_ignored(settings, unreachable_pages(links, items, targets, settings.collections, navigation))


def _reached(
    links: Mapping[str, Iterable[Address]], items: Collection[str], targets: LinkTargets, first: Iterable[str]
) -> set[str]:
    """Return the files that readers find from items and some other files.

    The page of an item lists the pages that link to it.
    """
    ways = {path: {targets.of(path, each) for each in found} for path, found in links.items()}
    waiting = [*first, *items, *(path for path, found in ways.items() if not found.isdisjoint(items))]
    reached: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting += ways.get(path, ())
    return reached
