"""The navigation of a site whose mkdocs.yml has none: its pages and collections in groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from milemark.foundation.i18n import Language, _
from milemark.foundation.identifiers import composed
from milemark.roadmap.metrics.resume import RECORDS
from milemark.roadmap.metrics.skills import skill_collection
from milemark.roadmap.model import Roadmap
from milemark.roadmap.schema import title_of
from milemark.roadmap.settings import Collection, Role
from milemark.roadmap.site_paths import HISTORY_PAGE, NOW_PAGE, PAGE_TITLES, RESUME_PAGE, automatic_entries

_PROGRESS, _PLAN, _WORK, _PORTFOLIO, _MORE = _("Progress"), _("Plan"), _("Projects"), _("Portfolio"), _("More")
_SHOWCASE = "portfolio"  # a name by convention
_HOME = "index.md"

Entry = Mapping[str, Any]  # a title with a path or a list of paths


def navigation(roadmap: Roadmap, language: Language, left_out: Iterable[str] = ()) -> tuple[Entry, ...]:
    """Return the navigation as mkdocs.yml would have it, without the pages that are `left_out`.

    It may name a page that the tree lacks, such as a history.
    """
    indexes: dict[str, list[str]] = {_PLAN: [], _WORK: [], _PORTFOLIO: []}
    for each in roadmap.settings.collections.values():
        indexes[_group_of(roadmap, each)].append(f"{each.name}/index.md")
    tags = ("tags.md",) if any(item.texts("tags") for item in roadmap.items) else ()
    groups = {
        _PROGRESS: ("progress.md", NOW_PAGE, "board.md", "checklists.md", HISTORY_PAGE, *tags),
        _PLAN: ("timeline.md", *indexes[_PLAN]),
        _WORK: indexes[_WORK],
        _PORTFOLIO: (*indexes[_PORTFOLIO], RESUME_PAGE),
        _MORE: _own_pages(roadmap),
    }
    shown = {title: [path for path in paths if path not in left_out] for title, paths in groups.items()}
    return ({language.gettext(PAGE_TITLES[_HOME]): _HOME}, *_sections(shown, language))


def _group_of(roadmap: Roadmap, collection: Collection) -> str:
    is_shown = collection.name == _SHOWCASE or (collection.role is Role.RECORD and collection.name in RECORDS)
    if is_shown or collection == skill_collection(roadmap.settings):
        return _PORTFOLIO
    return _WORK if collection.role is Role.ITEM else _PLAN


def _sections(groups: Mapping[str, Iterable[str]], language: Language) -> Iterator[Entry]:
    for title, paths in groups.items():
        if found := list(paths):
            yield {language.gettext(title): found}


def _own_pages(roadmap: Roadmap) -> list[str]:
    """Return the hand-written pages beside roadmap.yml, by their titles; those in folders are found by links."""
    pages = {composed(page.path): page for page in roadmap.pages}
    entries = automatic_entries(pages, roadmap.settings.collections)
    return sorted(entries, key=lambda path: title_of(pages[path]))
