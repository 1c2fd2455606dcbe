"""The places of a file's page that links name: its title, headings, blocks and other ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from milemark.foundation.identifiers import word_key
from milemark.markdown.document import Document
from milemark.markdown.rendering.anchors import Anchor, anchors_in, find_anchor, ids_by_part, part_key
from milemark.markdown.rendering.headings import below_title, heading_ids, slug_of, title_id
from milemark.markdown.rendering.ids import ids_in
from milemark.markdown.rendering.parser import read_blocks
from milemark.markdown.sanitize import cleaned
from milemark.roadmap.schema import heading_text, title_heading
from milemark.roadmap.settings import Settings
from milemark.roadmap.site_paths import file_stem

_CACHED = 20_000  # pages


@dataclass(frozen=True)
class PageAnchors:
    """The headings and blocks of a page that wikilinks name, and all its ids."""

    anchors: tuple[Anchor, ...] = ()
    ids: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> PageAnchors:
        """Return the anchors whose row JSON has turned into lists."""
        anchors, ids = row
        return cls(tuple(map(Anchor._make, anchors)), tuple(ids))

    @property
    def row(self) -> tuple[object, object]:
        """The anchors as `from_row` reads them."""
        return self.anchors, self.ids

    def named(self, address: str) -> str:
        """Return the id that a wikilink means by `plan`, `Next steps` or `^block` behind `#`, or an empty text."""
        found = find_anchor(self.anchors, address)
        id_ = found.id if found else address.rpartition("#")[2].strip()
        return id_ if id_ in self._known else ""

    def part(self, part: str) -> str:
        """Return the id that the part of an address means, perhaps on GitHub only, or an empty text."""
        return part if part in self._known else self._by_part.get(part_key(part), "")

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.ids)

    @cached_property
    def _by_part(self) -> dict[str, str]:
        return ids_by_part(anchor for anchor in self.anchors if anchor.id in self._known)


class HeadingPages:
    """Finds the pages of the items that are headings of a file, by the parts of addresses that name headings there.

    `items` are the path, the file and the title of each.
    """

    def __init__(self, items: Iterable[tuple[str, str, str]]) -> None:
        self._paths: dict[tuple[str, str], str] = {}
        self._sources: dict[str, str] = {}
        for path, source, title in items:
            self._sources[path] = source
            for name in (file_stem(path), slug_of(title)):
                self._paths.setdefault((source, name), path)

    def page(self, path: str, part: str) -> str:
        """Return the page that `#part` means in a file, or in an item of it; an empty text if there is none."""
        return self._paths.get((self._sources.get(path, path), slug_of(part.rpartition("#")[2])), "")


def has_title_above(document: Document, title: str) -> bool:
    """Whether the first heading of a body is the title that its page shows above it."""
    heading = title_heading(document)
    return heading is not None and word_key(heading_text(heading)) == word_key(title)


def page_anchors(document: Document, title: str, settings: Settings) -> PageAnchors:
    """Return the anchors of a page. `title` is that of an item, which stands above the body, else empty."""
    clean = cleaned if settings.untrusted else None
    is_above = bool(title) and has_title_above(document, title)
    return _anchors(document.body, title, frozenset(settings.marks), clean, is_above=is_above)


@lru_cache(_CACHED)
def _anchors(
    body: str, title: str, marks: frozenset[str], clean: Callable[[str], str] | None, *, is_above: bool
) -> PageAnchors:
    blocks = below_title(read_blocks(body)) if is_above else read_blocks(body)
    headings = heading_ids(blocks, marks)
    anchors, ids = anchors_in(blocks, headings, marks), ids_in(blocks, body, headings.values(), marks, clean)
    if not title:
        return PageAnchors(anchors, ids)
    head = Anchor(title_id(title, blocks, headings), title, 1, -1, len(blocks.tokens))
    return PageAnchors((head, *anchors), (head.id, *ids))
