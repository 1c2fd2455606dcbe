"""The paths of pages on the site: the fixed pages, URLs of files, and files that collide."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Iterator, Mapping

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed, key_of

HOME_PAGE = "index.md"
OWN_HOME = "own"  # `home: own` in content/index.md: the page is its text only
HISTORY_PAGE = "history.md"
NOW_PAGE = "now.md"
RESUME_PAGE = "resume.md"
TAGS_PAGE = "tags.md"
PAGE_TITLES: Mapping[str, str] = {  # of the generated pages that belong to no file and no collection
    HOME_PAGE: _("Home"),
    NOW_PAGE: _("Now"),
    "progress.md": _("Progress"),
    "timeline.md": _("Timeline"),
    "checklists.md": _("Checklists"),
    "board.md": _("Board"),
    TAGS_PAGE: _("Tags"),
    HISTORY_PAGE: _("History"),
    RESUME_PAGE: _("Résumé"),
}
MOST_ENTRIES = 20  # hand-written pages: each page of the navigation is written on every page
# Every site has these; a history needs git, a résumé a person, and a page of the work under way such work.
FIXED_PAGES = tuple(path for path in PAGE_TITLES if path not in {HISTORY_PAGE, NOW_PAGE, RESUME_PAGE})
_OF_FOLDERS = ("index", "README")  # the files that publishers show as the page of their folder
_FOLDER_KEYS = frozenset(name.casefold() for name in _OF_FOLDERS)


def is_introduction(path: str, collections: Container[str]) -> bool:
    """Whether a file introduces a generated page: `index.md`, `board.md`, `projects/index.md`, `projects/README.md`.

    In a folder below that of a collection, such a file is the page of an item: `projects/shop/index.md`.
    """
    folder, name = posixpath.split(composed(path))
    return path in FIXED_PAGES or (folder in collections and _is_of_folder(name))


def automatic_entries(pages: Iterable[str], collections: Iterable[str]) -> list[str]:
    """Return the hand-written pages of a navigation that milemark makes: those beside roadmap.yml, in NFC."""
    known = {*PAGE_TITLES, *(f"{name}/index.md" for name in collections)}
    return sorted({each for path in pages if "/" not in path and (each := composed(path)) not in known})[:MOST_ENTRIES]


def page_path(path: str) -> str:
    """Return the path of a page without its ending: `a/shop` for `a/shop.md` and for `a/shop/index.md`."""
    folder, name = posixpath.split(path)
    return folder if folder and _is_of_folder(name) else path.removesuffix(".md")


def file_stem(path: str) -> str:
    """Return the name that a file gives its page: `shop` for `a/shop.md` and for `a/shop/index.md`."""
    return posixpath.basename(page_path(path))


def _is_of_folder(name: str) -> bool:
    return name.removesuffix(".md").casefold() in _FOLDER_KEYS


def url_path(path: str, *, is_directory: bool) -> str:
    """Return the address of a page below the site's root: `a/b.md` is `a/b/`, or `a/b.html` without directories.

    A file that is not a page keeps its path. Addresses are in NFC.
    """
    path = composed(path)
    if not path.endswith(".md"):
        return path
    folder, name = posixpath.split(path)
    stem = name.removesuffix(".md")
    if stem in _OF_FOLDERS:
        return f"{folder}/" if folder and is_directory else posixpath.join(folder, "" if is_directory else "index.html")
    return posixpath.join(folder, f"{stem}/" if is_directory else f"{stem}.html")


def free_path(path: str, taken: Container[str]) -> str:
    """Return a path, with a number if it is taken: `api.md`, `api-2.md`."""
    found, number = path, 1
    while found in taken:
        number += 1
        found = f"{path.removesuffix('.md')}-{number}.md"
    return found


def taken_paths(places: Mapping[str, Span], collections: Iterable[str]) -> Iterator[Diagnostic]:
    """Report each file whose URL another page has: `items.md` and `items/index.md` are both `items/`.

    `places` has the place to which a finding about each path points.
    """
    generated = (*FIXED_PAGES, *(f"{name}/index.md" for name in collections))
    owners = {_place(path): path for path in generated}
    for path in sorted(path for path in places if path.endswith(".md")):
        other = owners.setdefault(_place(path), path)
        if composed(other) != composed(path):  # two forms of one name are reported as such
            yield Diagnostic(rules.TAKEN_PLACE, places[path], {"other": other})


class TakenPaths:
    """The addresses of a site's pages and files. `pages` and `files` are their paths, `pages` those of Markdown."""

    def __init__(self, pages: Iterable[str], files: Iterable[str]) -> None:
        self._files = frozenset(map(key_of, files))
        self._pages = frozenset(key_of(_place(path)) for path in pages)

    def free(self, folder: str, name: str) -> str:
        """Return a path for a page in a folder, by default `folder/name.md`, whose address is free."""
        while key_of(folder) in self._files:
            folder += "-"
        while self._is_taken(f"{folder}/{name}.md"):
            name += "-"
        return f"{folder}/{name}.md"

    def _is_taken(self, path: str) -> bool:
        addresses = (_place(path), url_path(path, is_directory=False))
        return key_of(_place(path)) in self._pages or any(key_of(each) in self._files for each in addresses)


def _place(path: str) -> str:
    return posixpath.join(url_path(path, is_directory=True), "index.html")
