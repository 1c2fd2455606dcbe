"""The pages and items that link to each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from milemark.foundation.identifiers import composed
from milemark.markdown.addresses import links_in
from milemark.markdown.document import Document
from milemark.markdown.wikilinks import Wikilink
from milemark.roadmap.content_paths import ContentPaths, destination_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.page_titles import page_titles
from milemark.roadmap.schema import reference_fields

_SHOWN_ELSEWHERE = {
    "track",
    "parent",
    "depends_on",
    "assignee",
}  # the items of a track, parts, dependents and the work of people have lists of their own


@dataclass(frozen=True, slots=True)
class Backlink:
    """A file that links to another. `item` is None for a page; `field` is empty for a link in the body."""

    path: str
    title: str
    item: Item | None = None
    field: str = ""

    @property
    def source(self) -> str:
        """The file in which the link is written."""
        return self.item.document.source if self.item else self.path


_last: list[tuple[Roadmap, Mapping[str, tuple[Backlink, ...]]]] = []  # at most one: reading all bodies takes long


def backlinks(roadmap: Roadmap) -> Mapping[str, tuple[Backlink, ...]]:
    """Return the backlinks of each file by its path: a file links once by its body and once by each field."""
    known = next((found for each, found in _last if each is roadmap), None)
    if known is None:
        known = _backlinks(roadmap)
        _last[:] = [(roadmap, known)]
    return known


def _backlinks(roadmap: Roadmap) -> Mapping[str, tuple[Backlink, ...]]:
    reader = _LinkReader(roadmap)
    found: dict[str, dict[tuple[str, str], Backlink]] = {}
    for target, link in reader.read():
        if target != link.path:
            found.setdefault(target, {}).setdefault((link.path, link.field), link)
    return {target: tuple(links.values()) for target, links in found.items()}


@lru_cache(16_384)
def _links(body: str) -> tuple[str | Wikilink, ...]:
    return tuple(links_in(body))


class _LinkReader:
    """Reads each file once and resolves the names and paths that it links to."""

    def __init__(self, roadmap: Roadmap) -> None:
        self.roadmap, self.titles = roadmap, page_titles(roadmap)
        self.paths = ContentPaths([*(item.path for item in roadmap.items), *(page.path for page in roadmap.pages)])

    def read(self) -> Iterator[tuple[str, Backlink]]:
        for page in self.roadmap.pages:
            yield from self._body(page, Backlink(page.path, self.titles[composed(page.path)]))
        for item in self.roadmap.items:
            yield from self._body(item.document, Backlink(item.path, item.title, item))
            yield from self._fields(item)

    def _body(self, document: Document, link: Backlink) -> Iterator[tuple[str, Backlink]]:
        for address in _links(document.body):
            if target := self._target(document.path, address):
                yield target, link

    def _target(self, path: str, address: str | Wikilink) -> str:
        if isinstance(address, Wikilink):
            return next(iter(self.roadmap.file_names.candidates(address.path, path)), "")
        target = destination_of(address)
        return self.paths.relative(path, target.way) if target and target.way else ""

    def _fields(self, item: Item) -> Iterator[tuple[str, Backlink]]:
        for field in reference_fields(item.collection):
            if field.name not in _SHOWN_ELSEWHERE:
                for id_ in item.texts(field.name) or filter(None, [item.text(field.name)]):
                    yield self.roadmap.by_id[id_].path, Backlink(item.path, item.title, item, field.name)
