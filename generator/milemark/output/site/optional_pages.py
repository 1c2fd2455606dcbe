"""The generated pages that not every site has: the history and the résumé."""

from __future__ import annotations

from milemark.foundation.identifiers import key_of
from milemark.roadmap.model import Roadmap
from milemark.roadmap.site_paths import HISTORY_PAGE, RESUME_PAGE


def has_resume(roadmap: Roadmap) -> bool:
    """Whether a roadmap has a résumé: it names its owner, and no file and no collection has the address."""
    owner = roadmap.settings.owner
    taken = {RESUME_PAGE, "resume/index.md", "resume/readme.md"}
    paths = (*(item.path for item in roadmap.items), *(page.path for page in roadmap.pages))
    is_free = "resume" not in map(key_of, roadmap.settings.collections)
    return bool(owner and owner.name) and is_free and not any(key_of(path) in taken for path in paths)


def has_room(roadmap: Roadmap) -> bool:
    """Whether the path of the history page is free; a hand-written page history.md is its introduction."""
    paths = (
        *(item.path for item in roadmap.items),
        *(page.path for page in roadmap.pages if page.path != HISTORY_PAGE),
    )
    taken = {HISTORY_PAGE, "history/index.md", "history/readme.md"}
    names = {key_of(name) for name in roadmap.settings.collections}
    return "history" not in names and not any(key_of(path) in taken for path in paths)
