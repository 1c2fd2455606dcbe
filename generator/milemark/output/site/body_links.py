"""The links of bodies on the site: addresses of files become those of their pages, wikilinks links, embeds pictures."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from milemark.foundation.escaping import page_attribute, page_text
from milemark.foundation.identifiers import composed
from milemark.markdown.composed import composed_address
from milemark.markdown.document import Document
from milemark.markdown.wikilinks import Wikilink
from milemark.output.site.renderer import relative_url
from milemark.roadmap.content_paths import ContentPaths, Destination, destination_of, linked_file
from milemark.roadmap.model import Roadmap
from milemark.roadmap.page_anchors import HeadingPages, PageAnchors, page_anchors
from milemark.roadmap.page_titles import page_titles

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".svg")
_MEDIA = {
    **dict.fromkeys((".mp4", ".webm", ".mov", ".ogv", ".mkv"), "video"),
    **dict.fromkeys((".mp3", ".m4a", ".wav", ".ogg", ".flac", ".3gp"), "audio"),
}
_SIZE = re.compile(r"(\d{1,5})(?:x(\d{1,5}))?")


class BodyLinks:
    """Resolves the links of all bodies of one site. `other_paths` are its generated pages and its attachments."""

    def __init__(self, roadmap: Roadmap, other_paths: Iterable[str], *, is_directory: bool) -> None:
        self.roadmap, self.is_directory = roadmap, is_directory
        self.documents: Mapping[str, Document] = {
            **{item.path: item.document for item in roadmap.items},
            **{page.path: page for page in roadmap.pages},
        }
        self.paths = ContentPaths(dict.fromkeys((*self.documents, *other_paths)))

    @cached_property
    def _item_paths(self) -> frozenset[str]:
        return frozenset(item.path for item in self.roadmap.items)

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        items = {item.path: item.title for item in self.roadmap.items}
        titles = page_titles(self.roadmap)
        return items | {page.path: titles[composed(page.path)] for page in self.roadmap.pages}

    def href(self, page: str, path: str, address: str) -> str:
        """Return the address on a page for one in the file `path`; one that leads to no file stays as it is."""
        target = destination_of(address)
        if target is None:
            return address
        found = self._file(path, target)
        if not found or not (target.way or target.part):
            return composed_address(address)
        if heading := self._heading_page(found, target.part):
            return self._url(heading, page)
        url = self._url(found, page) if target.way or found != page else ""
        rest = address[len(re.split("[?#]", address, maxsplit=1)[0]) :]
        return url + composed_address(rest.partition("#")[0]) + self._part(found, target.part, rest)

    def _file(self, path: str, target: Destination) -> str:
        if not target.way:
            return path
        return self.paths.relative(path, target.way)

    def _part(self, found: str, part: str, rest: str) -> str:
        """Return the part of an address with its `#`; one that GitHub understands becomes the id on the page."""
        id_ = self._anchors(found).part(part) if part else ""
        sign, written = rest.partition("#")[1:]
        return sign + (composed_address(written) if id_ in {"", part} else id_)

    def attachment(self, path: str, address: str) -> str:
        """Return the file that an address in the file `path` means: by its way, from content/, or by its name alone."""
        target = destination_of(address)
        if target is None or not target.way:
            return ""
        found = self.paths.relative(path, target.way) or self.paths.absolute(target.way)
        return found or self.paths.chosen(path, target.way)

    def _url(self, target: str, page: str) -> str:
        return relative_url(target, page, is_directory=self.is_directory)

    def target(self, path: str, link: Wikilink) -> str:
        """Return the file that a wikilink in the file `path` means, or an empty text; `[[#plan]]` is in that file."""
        if not link.target:
            return path
        return linked_file(self.roadmap.file_names, self.paths, path, link.path)

    def wikilink(self, page: str, link: Wikilink, target: str) -> str | None:
        """Return the HTML of a wikilink or an embed; None if it leads nowhere."""
        if not target:
            return None
        if heading := self._heading_page(target, link.heading):
            text = link.text or self._titles[heading]
            return f'<a href="{page_attribute(self._url(heading, page))}">{page_text(text)}</a>'
        url = page_attribute(self._url(target, page) + self._anchor(link, target))
        ending = posixpath.splitext(target)[1].lower()
        if link.is_embed and ending in _PICTURES:
            return f'<img alt="{page_attribute(_alt(link, target))}" src="{url}"{_size(link.text)}>'
        if link.is_embed and ending in _MEDIA:
            return f'<{_MEDIA[ending]} controls src="{url}"></{_MEDIA[ending]}>'
        return f'<a href="{url}">{page_text(self._text(link, target))}</a>'

    def _heading_page(self, found: str, part: str) -> str:
        """Return the page of the item that a part of a file means, if it is no part of its page."""
        is_own = not part or self._anchors(found).part(part) or self._anchors(found).named(part)
        return "" if is_own else self._heading_pages.page(found, part)

    @cached_property
    def _heading_pages(self) -> HeadingPages:
        items = (item for item in self.roadmap.items if item.document.within)
        return HeadingPages((item.path, item.document.source, item.title) for item in items)

    def _anchor(self, link: Wikilink, target: str) -> str:
        """Return the id of the heading or the block that a link names, behind `#`."""
        id_ = self._anchors(target).named(link.heading) if link.heading else ""
        last = id_ or link.heading.rpartition("#")[2].strip()
        return f"#{last}" if last else ""

    def _anchors(self, path: str) -> PageAnchors:
        document = self.documents.get(path)
        title = self._titles[path] if path in self._item_paths else ""
        return page_anchors(document, title, self.roadmap.settings) if document else PageAnchors()

    def _text(self, link: Wikilink, target: str) -> str:
        """Return the text of a link: as written, else the title of the file and the heading."""
        heading = link.heading.rpartition("#")[2]
        if link.text or not link.target:
            return link.text or heading
        title = self._titles.get(target, posixpath.basename(target))
        return f"{title} › {heading}" if heading and not heading.startswith("^") else title


def _alt(link: Wikilink, target: str) -> str:
    return posixpath.basename(target) if not link.text or _SIZE.fullmatch(link.text) else link.text


def _size(text: str) -> str:
    found = _SIZE.fullmatch(text)
    height = f' height="{found[2]}"' if found and found[2] else ""
    return f' width="{found[1]}"{height}' if found else ""
