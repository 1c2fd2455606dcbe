"""The files to which the addresses of bodies lead."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import cached_property

from milemark.markdown.addresses import Address, Form
from milemark.roadmap.content_paths import ContentPaths, Destination, FileNames, destination_of, linked_files
from milemark.roadmap.load import Loaded
from milemark.roadmap.site_paths import url_path


class LinkTargets:
    """Finds the file that an address means. `paths` are all files of a site, `names` finds items and pages by name."""

    def __init__(self, paths: ContentPaths, names: FileNames) -> None:
        self.paths, self.names = paths, names

    @cached_property
    def pages(self) -> Mapping[str, str]:
        """The file of each address of the site, with directories and without."""
        pages = (path for path in self.paths.paths if path.endswith(".md"))
        return {url_path(path, is_directory=way).rstrip("/"): path for path in pages for way in (True, False)}

    def of(self, path: str, address: Address) -> str:
        """Return the file to which an address in the file `path` leads, or an empty text."""
        if address.is_wiki:
            name = address.text.partition("#")[0].strip("/")
            return next(iter(self.named(path, name)), "") if name else path
        target = destination_of(address.text)
        if target is None or not (target.way or target.part):
            return ""
        return self.file(path, target, is_html=address.form == Form.HTML) if target.way else path

    def file(self, path: str, target: Destination, *, is_html: bool) -> str:
        """Return the file that an address means. A browser reads one in HTML, from the address of its page."""
        found = self.paths.relative(path, target.way)
        if found or not is_html or target.is_absolute:
            return found
        page = url_path(path, is_directory=True)
        ways = [posixpath.normpath(posixpath.join(base, target.way)) for base in (page, posixpath.dirname(path))]
        return next((each for way in ways if (each := self.paths.absolute(way) or self.pages.get(way, ""))), "")

    def named(self, path: str, name: str) -> tuple[str, ...]:
        """Return the files that a wikilink in the file `path` may mean: the first is the one to which it leads."""
        return linked_files(self.names, self.paths, path, name)


def targets_of(loaded: Loaded, others: Iterable[str]) -> LinkTargets:
    """Return the targets in a loaded roadmap; `others` are the paths of files that are no Markdown."""
    paths = (*(file.document.path for file in loaded.files), *loaded.bases, *others)
    return LinkTargets(ContentPaths(paths), loaded.roadmap.file_names)
