"""The generated pages that not every site has: the history, the résumé and the work under way."""

from __future__ import annotations

from milemark.foundation.identifiers import key_of
from milemark.output.site.now import active_items
from milemark.roadmap.model import Roadmap
from milemark.roadmap.site_paths import HISTORY_PAGE, NOW_PAGE, RESUME_PAGE


def optional_pages(roadmap: Roadmap, *, has_history: bool) -> frozenset[str]:
    """Return the paths of those pages that a site has.

    A history needs git, a résumé the name of the owner, and a page of the work under way such work; and no file and no
    collection may have the address. A hand-written page history.md is the introduction of the history.
    """
    owner = roadmap.settings.owner
    wanted = {
        HISTORY_PAGE: has_history,
        RESUME_PAGE: bool(owner and owner.name),
        NOW_PAGE: bool(active_items(roadmap)),
    }
    return frozenset(page for page, is_wanted in wanted.items() if is_wanted and _is_free(roadmap, page))


def _is_free(roadmap: Roadmap, page: str) -> bool:
    name = page.removesuffix(".md")
    taken = {page, f"{name}/index.md", f"{name}/readme.md"}
    pages = (each.path for each in roadmap.pages if each.path != HISTORY_PAGE)
    paths = (*(item.path for item in roadmap.items), *pages)
    return name not in map(key_of, roadmap.settings.collections) and not any(key_of(path) in taken for path in paths)
