"""A page tree as frames show it: its pages by kind, pages that only the publisher can render, and its other files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from milemark.publish.errors import PublisherNeededError
from milemark.publish.models import Kind, kind_of
from milemark.publish.site_index import file_of, in_order
from milemark.publish.tree_page import TreePage, read_tree_page

_PAGE = ".md"
_OTHER_PAGES = frozenset({".markdown", ".mdown", ".mkdn", ".mkd"})
Reader = Callable[[Path], "TreePage | str"]  # as `read_page`
Finder = Callable[[str], "KeptPage | None"]  # of a page that has not changed, by its path in the tree
_NOT_PUBLISHED = "templates"  # a folder of the tree that publishers leave out


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page that has not changed since an earlier build: its kind, and its front matter.

    `published` is the digest of its file in the site, `entries` are those in the search index.
    """

    kind: Kind
    head: str
    published: str
    entries: str


@dataclass(frozen=True)
class PageTree:
    """The pages of a tree in the publisher's order, and the paths of its other files.

    `kept` are the pages that have not changed, `texts` are of those that the publisher renders; `nav` are the paths in
    the navigation.
    """

    pages: Mapping[str, TreePage]
    kept: Mapping[str, KeptPage]
    texts: Mapping[str, str]
    files: tuple[str, ...]
    nav: frozenset[str]

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of each page, by path."""
        read = {path: kind_of(path, page, is_in_nav=path in self.nav) for path, page in self.pages.items()}
        return read | {path: page.kind for path, page in self.kept.items()}

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """The front matter of the pages in the navigation, by path."""
        every: Mapping[str, TreePage | KeptPage] = {**self.pages, **self.kept}
        return {path: page.head for path, page in every.items() if path in self.nav}

    def read_again(self, folder: Path, reader: Reader, same: Collection[str] = ()) -> PageTree:
        """Return the tree with the kept pages read, but for those that are the `same`."""
        read = {path: reader(folder / path) for path in self.kept if path not in same}
        pages = {path: page for path, page in read.items() if isinstance(page, TreePage)}
        return replace(self, pages={**self.pages, **pages}, kept={path: self.kept[path] for path in same})


def read_page_tree(
    folder: Path,
    reader: Reader,
    is_in_nav: Callable[[str], bool],
    *,
    is_directory: bool,
    find: Finder = lambda _path: None,
) -> PageTree:
    """Read a page tree. Raises PublisherNeededError for one that frames cannot show."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    paths = [path for path in paths if not _is_hidden(path)]
    if any(PurePosixPath(path).suffix in _OTHER_PAGES for path in paths):
        raise PublisherNeededError("it has pages that do not end in .md")
    names = in_order(path for path in paths if path.endswith(_PAGE))
    if len({file_of(path, is_directory=is_directory) for path in names}) < len(names):
        raise PublisherNeededError("two of its pages have one address")
    read = {path: find(path) or reader(folder / path) for path in names}
    kept = {path: page for path, page in read.items() if isinstance(page, KeptPage)}
    pages = {path: page for path, page in read.items() if isinstance(page, TreePage)}
    texts = {path: text for path, text in read.items() if isinstance(text, str)}
    files = tuple(path for path in paths if not path.endswith(_PAGE))
    return PageTree(pages, kept, texts, files, frozenset(filter(is_in_nav, names)))


def read_page(path: Path) -> TreePage | str:
    """Return a page, or its text if only the publisher can render it."""
    text = path.read_text("utf-8")
    page = read_tree_page(text)
    return page if page and page.is_plain else text


class KeptPages:
    """A reader of pages that reads a page again only after its file has changed."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[tuple[int, int], TreePage | str]] = {}

    def __call__(self, path: Path) -> TreePage | str:
        """Return a page, or its text if only the publisher can render it."""
        status = path.stat()
        identity = (status.st_mtime_ns, status.st_size)
        kept = self._read.get(path)
        if kept is None or kept[0] != identity:
            kept = self._read[path] = (identity, read_page(path))
        return kept[1]


def _is_hidden(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return parts[0] == _NOT_PUBLISHED or any(part.startswith(".") for part in parts)
