"""The site of a page tree without its publisher: milemark puts each page into a frame that the publisher made before.

The publisher builds two small trees of model pages. Frames are learnt from the first; if they do not give both byte for
byte, the publisher builds the whole tree instead. Frames are kept until an input changes on which they depend.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from milemark.foundation.cache import CachedFile, Identity, Index, digest, with_index
from milemark.foundation.content_folder import content_of
from milemark.foundation.pool import map_copies
from milemark.publish.errors import PublisherNeededError
from milemark.publish.frame_key import frame_key, navigation, refuse_unknown
from milemark.publish.frames import Frames, Publication, copy_files, kind_from_row, learn_frames, list_files
from milemark.publish.mkdocs_config import changed_config
from milemark.publish.models import values_of
from milemark.publish.page_tree import KeptPage, PageTree, Reader, read_page, read_page_tree
from milemark.publish.staging import has, taken
from milemark.publish.tree_page import TreePage

T = TypeVar("T")

_FRAMES = "frames"
_NO_IDENTITY = Identity(0, 0, 0, 0)  # a digest identifies the page


class KnownPages:
    """The pages of the last build, as the index keeps them: `entries` by path."""

    def __init__(self, publication: Publication, is_in_nav: Callable[[str], bool], index: Index | None) -> None:
        self._publication, self.is_in_nav = publication, is_in_nav
        self.entries = index.entries() if index else {}

    def key(self, path: str) -> str:
        """Return the digest of all that a page of the tree shows in its frame."""
        text = digest((self._publication.docs / path).read_bytes())
        return digest(text, self.is_in_nav(path), self._publication.finish_key(path))

    def find(self, path: str) -> KeptPage | None:
        """Return a page of the tree if it has not changed."""
        entry = self.entries.get(path)
        if not entry or entry.digest != self.key(path):
            return None
        row = json.loads(entry.record)
        return KeptPage(kind_from_row(row["kind"]), row["head"], row["published"], row["entries"])


def stamp(publication: Publication, *, is_strict: bool) -> str:
    """Write the site; return the publisher's warnings. Raises PublisherNeededError if frames cannot show the tree."""

    def stamped(tree: PageTree, frames: Frames, index: Index | None, known: KnownPages) -> str:
        if frames.warnings and is_strict:
            raise PublisherNeededError("it has warnings")
        _write_site(publication, tree, frames, index, known)
        return frames.warnings

    return with_frames(publication, read_page, stamped)


def with_frames(
    publication: Publication, read: Reader, use: Callable[[PageTree, Frames, Index | None, KnownPages], T]
) -> T:
    """Return `use` of the page tree, its frames, the index that keeps them and the pages it knows. `read` reads a page.

    The folder of the site then has the files that are the same for all trees. Raises PublisherNeededError if frames
    cannot show the tree.
    """
    job = publication.job
    config = changed_config(job.config, job.changes)
    refuse_unknown(config, publication.publisher)
    is_in_nav, is_directory = navigation(config), publication.settings.use_directory_urls

    def used(index: Index | None) -> T:
        known = KnownPages(publication, is_in_nav, index)
        tree = read_page_tree(publication.docs, read, is_in_nav, is_directory=is_directory, find=known.find)
        key = frame_key(config, publication.root, publication.variables, tree)
        frames = _kept(index, key, tree, job.last)
        if frames and job.last != job.site:
            copy_files(job.last, job.site, frames.digests)
        if not frames:
            tree = tree.read_again(publication.docs, read)
            frames = learn_frames(publication, tree)
            if index:
                # Pages in other frames are forgotten with them: this build may be killed before it writes its own.
                index.write([], list(known.entries), {_FRAMES: {"key": key, **frames.row()}})
        return use(tree, frames, index, known)

    return with_index(content_of(publication.root).path, f"{publication.publisher.name}-{job.last.name}", used)


def _kept(index: Index | None, key: str, tree: PageTree, last: Path) -> Frames | None:
    """Return the frames of an earlier build if they fit the tree, and the last site has the files to copy."""
    row: Any = index.meta(_FRAMES) if index else None
    if not row or row.pop("key") != key:
        return None
    frames = Frames.from_row(row)
    is_complete = {*tree.kinds.values()} <= {*frames.frames}
    return frames if is_complete and all(has(last / path, value) for path, value in frames.digests.items()) else None


def _write_site(
    publication: Publication, tree: PageTree, frames: Frames, index: Index | None, known: KnownPages
) -> None:
    """Write every file of the site but those that are copied from the models or the last site."""
    site = publication.job.site
    for path in tree.files:
        _write(site / path, (publication.docs / path).read_bytes())
    for path, text in frames.texts.items():
        _write(site / path, publication.finish(path, text).encode())
    names = {path: publication.file_of(path) for path in tree.kept}
    last = publication.job.last
    same = {path for path, name in names.items() if taken(last / name, site / name, tree.kept[path].published)}
    records = {path: tree.kept[path].entries for path in same}
    tree = tree.read_again(publication.docs, read_page, same)

    def stamped(path: str) -> tuple[str, CachedFile]:
        page = tree.pages[path]
        frame, values = frames.frames[tree.kinds[path]], values_of(path, page)
        content = values.content(frame.heading)
        file = publication.file_of(path)
        data = publication.finish(file, frame.page(values, content)).encode()
        _write(site / file, data)
        row: dict[str, Any] = {"kind": tree.kinds[path], "head": page.head, "published": digest(data)}
        row |= _search_entries(publication, path, page, content, known)
        record = json.dumps(row, ensure_ascii=False)
        return row["entries"], CachedFile(path, _NO_IDENTITY, known.key(path), record)

    found = [*map_copies(stamped, [*tree.pages], len(tree.pages))]
    changed = [file for _entries, file in found]
    records |= {file.path: entries for entries, file in found}
    if index:
        index.write(changed, {*known.entries} - {*records}, {})
    for path, data in list_files(publication, frames, records):
        _write(site / path, data)


def _search_entries(
    publication: Publication, path: str, page: TreePage, content: str, known: KnownPages
) -> dict[str, str]:
    """Return the entries of a page in the search index, as they are kept if its content has not changed."""
    key = digest(sorted(page.fields.items()), content)
    row = json.loads(known.entries[path].record) if path in known.entries else {}
    is_same = row.get("content") == key
    entries = row["entries"] if is_same else publication.search_entries(path, page.fields, content)
    return {"content": key, "entries": entries}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
