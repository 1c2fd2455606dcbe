"""The site of a page tree that changes: milemark puts a page into its frame when a browser asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from milemark.foundation.cache import Index
from milemark.foundation.errors import UserError
from milemark.publish.errors import PublisherNeededError
from milemark.publish.frame_key import frame_key
from milemark.publish.frames import Frames, Publication, list_files
from milemark.publish.missing_page import MISSING_PAGE
from milemark.publish.mkdocs_config import changed_config
from milemark.publish.models import kind_of, values_of
from milemark.publish.page_tree import KeptPages, PageTree
from milemark.publish.publishers import run
from milemark.publish.site_index import LISTS, pages_at
from milemark.publish.stamping import KnownPages, with_frames
from milemark.publish.tree_page import TreePage, read_tree_page


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

    `is_in_nav` tells whether a page stands in the navigation. `entries` keeps the entries of the search index for pages
    that have not changed.
    """

    publication: Publication
    tree: PageTree
    frames: Frames
    is_in_nav: Callable[[str], bool]
    pages: Mapping[str, str]
    entries: dict[str, tuple[TreePage, str]]

    def read(self, path: str) -> bytes | None:
        """Return a file of the site, or None if there is none."""
        if path in self.pages:
            name = self.pages[path]
            return self._stamped(name, self.tree.pages[name])
        if path in LISTS:
            return dict(list_files(self.publication, self.frames, self._records())).get(path)
        if path in self.frames.texts:
            text = self.frames.texts[path]
            is_missing = path == MISSING_PAGE
            return (self._missing(text) if is_missing else text).encode()
        if path in self.tree.files:
            return _file(self.publication.docs, path)
        return _file(self.publication.job.site, path) if path in self.frames.digests else None

    def with_text(self, name: str, text: str) -> bytes:
        """Return a page that has another text. Raises PublisherNeededError if no frame is known to show it."""
        page, is_in_nav = read_tree_page(text), self.is_in_nav(name)
        is_known = page is not None and page.is_plain and (not is_in_nav or self.tree.heads.get(name) == page.head)
        if page is None or not is_known or kind_of(name, page, is_in_nav=is_in_nav) not in self.frames.frames:
            raise PublisherNeededError(name)
        return self._stamped(name, page)

    def _stamped(self, name: str, page: TreePage) -> bytes:
        frame = self.frames.frames[kind_of(name, page, is_in_nav=self.is_in_nav(name))]
        values = values_of(name, page)
        return frame.page(values, values.content(frame.heading)).encode()

    def _missing(self, html: str) -> str:
        return self.publication.missing.of(html, self.publication.settings.site_url)

    def _records(self) -> dict[str, str]:
        """Return the entries of all pages in the search index."""
        for path, page in self.tree.pages.items():
            kept = self.entries.get(path)
            if kept is None or kept[0] is not page:
                content = values_of(path, page).content(self.frames.frames[self.tree.kinds[path]].heading)
                self.entries[path] = (page, self.publication.search_entries(path, page.fields, content))
        return {path: self.entries[path][1] for path in self.tree.pages}


@dataclass(slots=True)
class FollowingSite:
    """A stamped site some of whose pages have changed: each is made at the first request.

    `text` returns the text of a page of the tree, or None. `is_behind` says that the site has shown a page as it was,
    since only a new tree can show it as it is.
    """

    last: StampedSite
    text: Callable[[str], str | None]
    is_behind: bool = False

    def read(self, path: str) -> bytes | None:
        """Return a file of the site, or None if there is none."""
        try:
            for name in pages_at(path, is_directory=self.last.publication.settings.use_directory_urls):
                if (text := self.text(name)) is not None:
                    return self.last.with_text(name, text)
        except (PublisherNeededError, UserError):  # the next tree is made, and says so
            self.is_behind = True
            return self.last.read(path)
        return None if path in self.last.pages else self.last.read(path)


class LiveSite:
    """The site of a page tree as its last update read it. `folder` is for the files of the publisher."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, None
        self._read, self._entries = KeptPages(), dict[str, tuple[TreePage, str]]()
        self._last: StampedSite | None = None
        self._key = ""

    site: ReadableSite | None

    @property
    def is_behind(self) -> bool:
        """Whether an open page can only be shown after an update."""
        return isinstance(self.site, FollowingSite) and self.site.is_behind

    def follow(self, publication: Publication, text: Callable[[str], str | None]) -> bool:
        """Show pages by their texts until the next update. False if only an update can show them."""
        if self._last is None or self._key_of(publication, self._last.tree) != self._key:
            return False
        self.site = FollowingSite(self._last, text)
        return True

    def update(self, publication: Publication) -> None:
        """Read what has changed in the page tree. Raises PublishError; the site then stays as it is."""
        folder = self.folder / f"{self.folder.name}-frames"
        stamped = replace(publication, job=replace(publication.job, site=folder, last=folder))

        def opened(tree: PageTree, frames: Frames, _index: Index | None, known: KnownPages) -> StampedSite:
            pages = {stamped.file_of(path): path for path in tree.pages}
            return StampedSite(stamped, tree, frames, known.is_in_nav, pages, self._entries)

        try:
            self.site = self._last = with_frames(stamped, self._read, opened)
            self._key = self._key_of(publication, self._last.tree)
        except PublisherNeededError:
            self.site, self._last = self._published(publication), None

    @staticmethod
    def _key_of(publication: Publication, tree: PageTree) -> str:
        config = changed_config(publication.job.config, publication.job.changes)
        return frame_key(config, publication.root, publication.variables, tree)

    def _published(self, publication: Publication) -> PublishedSite:
        """Let the publisher build the site into one of two folders, while the other one is shown."""
        names = (self.folder / "one", self.folder / "two")
        shown = self.site.folder if isinstance(self.site, PublishedSite) else None
        folder = next(each for each in names if each != shown)
        shutil.rmtree(folder, ignore_errors=True)
        job = replace(publication.job, site=folder, last=folder)
        run(publication.publisher, job, publication.variables, is_strict=False)
        publication.missing.write(folder, publication.settings.site_url)
        return PublishedSite(folder)


def _file(folder: Path, path: str) -> bytes | None:
    """Return a file below a folder, and no other."""
    place = (folder / path).resolve()
    is_inside = place.is_relative_to(folder.resolve())
    return place.read_bytes() if is_inside and place.is_file() else None
