"""The titles of the pages of the site that are no items."""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.i18n import Language
from milemark.foundation.identifiers import composed
from milemark.roadmap.model import Roadmap
from milemark.roadmap.schema import own_title, title_of
from milemark.roadmap.site_paths import PAGE_TITLES


def page_titles(roadmap: Roadmap) -> Mapping[str, str]:
    """Return the title of each page by its path. A file without one of its own has that of the page it introduces."""
    translate = Language(roadmap.settings.locale).gettext
    collections = roadmap.settings.collections.values()
    generated = {
        **{f"{each.name}/index.md": each.label for each in collections},
        **{path: translate(title) for path, title in PAGE_TITLES.items()},
    }
    written = {
        composed(page.path): own_title(page) or generated.get(page.path) or title_of(page) for page in roadmap.pages
    }
    return {**generated, **written}
