"""The site of a page tree that changes: milemark puts a page into its frame when a browser asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from milemark.foundation.cache import Index
from milemark.publish.errors import PublisherNeededError
from milemark.publish.frames import Frames, Publication, list_files
from milemark.publish.models import values_of
from milemark.publish.page_tree import KeptPages, PageTree
from milemark.publish.publishers import run
from milemark.publish.site_index import LISTS
from milemark.publish.stamping import KnownPages, with_frames
from milemark.publish.tree_page import TreePage


class ReadableSite(Protocol):
    """A finished site."""

    def read(self, path: str) -> bytes | None:
        """Return a file of the site, or None if there is none. A path such as `../x` is no path of a site."""


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """A site that the publisher has built into a folder."""

    folder: Path

    def read(self, path: str) -> bytes | None:
        """Return a file of the site, or None if there is none."""
        return _file(self.folder, path)


@dataclass(frozen=True, slots=True)
class StampedSite:
    """A page tree with its frames; `pages` are its pages by their files in the site.

    `entries` keeps the entries of the search index for pages that have not changed.
    """

    publication: Publication
    tree: PageTree
    frames: Frames
    pages: Mapping[str, str]
    entries: dict[str, tuple[TreePage, str]]

    def read(self, path: str) -> bytes | None:
        """Return a file of the site, or None if there is none."""
        if path in self.pages:
            name = self.pages[path]
            frame, values = self.frames.frames[self.tree.kinds[name]], values_of(name, self.tree.pages[name])
            return frame.page(values, values.content(frame.heading)).encode()
        if path in LISTS:
            return dict(list_files(self.publication, self.frames, self._records())).get(path)
        if path in self.frames.texts:
            return self.frames.texts[path].encode()
        if path in self.tree.files:
            return _file(self.publication.docs, path)
        return _file(self.publication.job.site, path) if path in self.frames.digests else None

    def _records(self) -> dict[str, str]:
        """Return the entries of all pages in the search index."""
        for path, page in self.tree.pages.items():
            kept = self.entries.get(path)
            if kept is None or kept[0] is not page:
                content = values_of(path, page).content(self.frames.frames[self.tree.kinds[path]].heading)
                self.entries[path] = (page, self.publication.search_entries(path, page.fields, content))
        return {path: self.entries[path][1] for path in self.tree.pages}


class LiveSite:
    """The site of a page tree as its last update read it. `folder` is for the files of the publisher."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, None
        self._read, self._entries = KeptPages(), dict[str, tuple[TreePage, str]]()

    site: ReadableSite | None

    @property
    def is_stamped(self) -> bool:
        """Whether an update takes no run of the publisher, as far as is known."""
        return isinstance(self.site, StampedSite)

    def update(self, publication: Publication) -> None:
        """Read what has changed in the page tree. Raises PublishError; the site then stays as it is."""
        folder = self.folder / f"{self.folder.name}-frames"
        stamped = replace(publication, job=replace(publication.job, site=folder, last=folder))

        def opened(tree: PageTree, frames: Frames, _index: Index | None, _known: KnownPages) -> StampedSite:
            pages = {stamped.file_of(path): path for path in tree.pages}
            return StampedSite(stamped, tree, frames, pages, self._entries)

        try:
            self.site = with_frames(stamped, self._read, opened)
        except PublisherNeededError:
            self.site = self._published(publication)

    def _published(self, publication: Publication) -> PublishedSite:
        """Let the publisher build the site into one of two folders, while the other one is shown."""
        names = (self.folder / "one", self.folder / "two")
        shown = self.site.folder if isinstance(self.site, PublishedSite) else None
        folder = next(each for each in names if each != shown)
        shutil.rmtree(folder, ignore_errors=True)
        job = replace(publication.job, site=folder, last=folder)
        run(publication.publisher, job, publication.variables, is_strict=False)
        return PublishedSite(folder)


def _file(folder: Path, path: str) -> bytes | None:
    """Return a file below a folder, and no other."""
    place = (folder / path).resolve()
    is_inside = place.is_relative_to(folder.resolve())
    return place.read_bytes() if is_inside and place.is_file() else None
