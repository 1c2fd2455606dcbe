"""The site of a page tree without its publisher: milemark puts each page into a frame that the publisher made before.

The publisher builds two small trees of model pages. Frames are learnt from the first; if they do not give both byte for
byte, the publisher builds the whole tree instead. Frames are kept until an input changes on which they depend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from milemark.foundation.cache import CachedFile, Identity, Index, digest, index_path, version, with_index
from milemark.publish.errors import PublisherNeededError
from milemark.publish.frame_key import frame_key, navigation, refuse_unknown
from milemark.publish.frames import Frames, Publication, copy_files, learn_frames, list_files
from milemark.publish.mkdocs_config import changed_config
from milemark.publish.models import values_of
from milemark.publish.page_tree import PageTree, Reader, read_page, read_page_tree
from milemark.publish.tree_page import TreePage

T = TypeVar("T")

_FRAMES = "frames"


def stamp(publication: Publication, *, is_strict: bool) -> str:
    """Write the site; return the publisher's warnings. Raises PublisherNeededError if frames cannot show the tree."""

    def stamped(tree: PageTree, frames: Frames, index: Index | None) -> str:
        if frames.warnings and is_strict:
            raise PublisherNeededError("it has warnings")
        _write_site(publication, tree, frames, index)
        return frames.warnings

    return with_frames(publication, read_page, stamped)


def with_frames(publication: Publication, read: Reader, use: Callable[[PageTree, Frames, Index | None], T]) -> T:
    """Return `use` of the page tree, its frames and the index that keeps them. `read` reads a page.

    The folder of the site then has the files that are the same for all trees. Raises PublisherNeededError if frames
    cannot show the tree.
    """
    job = publication.job
    config = changed_config(job.config, job.changes)
    refuse_unknown(config, publication.publisher)
    is_directory = publication.settings.use_directory_urls
    tree = read_page_tree(publication.docs, read, navigation(config), is_directory=is_directory)
    key = frame_key(config, publication.root, publication.variables, tree)

    def used(index: Index | None) -> T:
        kept = _kept(index, key, tree, job.last)
        frames = kept or learn_frames(publication, tree)
        if kept and job.last != job.site:
            copy_files(job.last, job.site, kept.digests)
        if index and not kept:
            index.write([], [], {_FRAMES: {"key": key, **frames.row()}})
        return use(tree, frames, index)

    place = index_path(publication.root)
    name = f"{publication.publisher.name}-{job.last.name}"
    return with_index(place and place.with_name(f"{place.stem}-{name}.sqlite"), version(), used)


def _kept(index: Index | None, key: str, tree: PageTree, last: Path) -> Frames | None:
    """Return the frames of an earlier build if they fit the tree, and the last site has the files to copy."""
    row: Any = index.meta(_FRAMES) if index else None
    if not row or row.pop("key") != key:
        return None
    frames = Frames.from_row(row)
    is_complete = {*tree.kinds.values()} <= {*frames.frames}
    return frames if is_complete and all(_has(last / path, value) for path, value in frames.digests.items()) else None


def _has(path: Path, value: str) -> bool:
    return path.is_file() and digest(path.read_bytes()) == value


def _write_site(publication: Publication, tree: PageTree, frames: Frames, index: Index | None) -> None:
    """Write every file of the site but those that are copied from the models or the last site."""
    site = publication.job.site
    for path in tree.files:
        _write(site / path, (publication.docs / path).read_bytes())
    for path, text in frames.texts.items():
        _write(site / path, publication.finish(path, text).encode())
    known = index.entries() if index else {}
    entries: dict[str, CachedFile] = {}
    for path, page in tree.pages.items():
        frame, values = frames.frames[tree.kinds[path]], values_of(path, page)
        content = values.content(frame.heading)
        file = publication.file_of(path)
        _write(site / file, publication.finish(file, frame.page(values, content)).encode())
        entries[path] = _entry(publication, path, page, content, known)
    if index:
        changed = [each for path, each in entries.items() if known.get(path) != each]
        index.write(changed, {*known} - {*entries}, {})
    records = {path: each.record for path, each in entries.items()}
    for path, data in list_files(publication, frames, records):
        _write(site / path, data)


def _entry(
    publication: Publication, path: str, page: TreePage, content: str, known: Mapping[str, CachedFile]
) -> CachedFile:
    """Return the entries of a page in the search index, as they are kept if the page has not changed."""
    key = digest(sorted(page.fields.items()), content)
    kept = known.get(path)
    if kept and kept.digest == key:
        return kept
    return CachedFile(path, Identity(0, 0, 0, 0), key, publication.search_entries(path, page.fields, content))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
