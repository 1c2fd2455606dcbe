"""A page tree as frames show it: its pages by kind, pages that only the publisher can render, and its other files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from milemark.publish.errors import PublisherNeededError
from milemark.publish.models import Kind, kind_of
from milemark.publish.site_index import file_of, in_order
from milemark.publish.tree_page import TreePage, read_tree_page

_PAGE = ".md"
_OTHER_PAGES = frozenset({".markdown", ".mdown", ".mkdn", ".mkd"})
_NOT_PUBLISHED = "templates"  # a folder of the tree that publishers leave out


@dataclass(frozen=True)
class PageTree:
    """The pages of a tree in the publisher's order, and the paths of its other files.

    `texts` are of the pages that the publisher renders; `nav` are the paths in the navigation.
    """

    pages: Mapping[str, TreePage]
    texts: Mapping[str, str]
    files: tuple[str, ...]
    nav: frozenset[str]

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of each page, by path."""
        return {path: kind_of(path, page, is_in_nav=path in self.nav) for path, page in self.pages.items()}

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """The front matter of the pages in the navigation, by path."""
        return {path: page.head for path, page in self.pages.items() if path in self.nav}


def read_page_tree(folder: Path, is_in_nav: Callable[[str], bool], *, is_directory: bool) -> PageTree:
    """Read a page tree. Raises PublisherNeededError for one that frames cannot show."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    paths = [path for path in paths if not _is_hidden(path)]
    if any(PurePosixPath(path).suffix in _OTHER_PAGES for path in paths):
        raise PublisherNeededError("it has pages that do not end in .md")
    names = in_order(path for path in paths if path.endswith(_PAGE))
    if len({file_of(path, is_directory=is_directory) for path in names}) < len(names):
        raise PublisherNeededError("two of its pages have one address")
    texts = {path: (folder / path).read_text("utf-8") for path in names}
    read = {path: read_tree_page(text) for path, text in texts.items()}
    pages = {path: page for path, page in read.items() if page and page.is_plain}
    rest = {path: text for path, text in texts.items() if path not in pages}
    return PageTree(
        pages, rest, tuple(path for path in paths if not path.endswith(_PAGE)), frozenset(filter(is_in_nav, names))
    )


def _is_hidden(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return parts[0] == _NOT_PUBLISHED or any(part.startswith(".") for part in parts)
