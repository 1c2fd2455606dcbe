"""The links of bodies on the site: addresses of files become those of their pages, wikilinks links, embeds pictures."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from milemark.foundation.escaping import page_attribute, page_text
from milemark.markdown.composed import composed_address
from milemark.markdown.document import Document
from milemark.markdown.rendering.anchors import Anchor, anchors_in, find_anchor
from milemark.markdown.rendering.parser import read_blocks
from milemark.markdown.wikilinks import Wikilink
from milemark.output.site.renderer import relative_url
from milemark.roadmap.content_paths import ContentPaths, destination_of, linked_file
from milemark.roadmap.model import Roadmap
from milemark.roadmap.schema import title_of

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
        self._known_anchors: dict[str, tuple[Anchor, ...]] = {}

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        items = {item.path: item.title for item in self.roadmap.items}
        return items | {page.path: title_of(page) for page in self.roadmap.pages}

    def href(self, page: str, path: str, address: str) -> str:
        """Return the address on a page for one in the file `path`; one that leads to no file stays as it is."""
        target = destination_of(address)
        if target is None:
            return address
        found = self.paths.relative(path, target.way) if target.way and not target.is_absolute else ""
        way = re.split("[?#]", address, maxsplit=1)[0]
        return self._url(found, page) + composed_address(address[len(way) :]) if found else composed_address(address)

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
        url = page_attribute(self._url(target, page) + self._anchor(link, target))
        ending = posixpath.splitext(target)[1].lower()
        if link.is_embed and ending in _PICTURES:
            return f'<img alt="{page_attribute(_alt(link, target))}" src="{url}"{_size(link.text)}>'
        if link.is_embed and ending in _MEDIA:
            return f'<{_MEDIA[ending]} controls src="{url}"></{_MEDIA[ending]}>'
        return f'<a href="{url}">{page_text(self._text(link, target))}</a>'

    def _anchor(self, link: Wikilink, target: str) -> str:
        """Return the id of the heading or the block that a link names, behind `#`."""
        found = find_anchor(self._anchors(target), link.heading) if link.heading else None
        last = link.heading.rpartition("#")[2].strip()
        return f"#{found.id if found else last}" if last else ""

    def _anchors(self, path: str) -> tuple[Anchor, ...]:
        if path not in self._known_anchors:
            body = self.documents[path].body if path in self.documents else ""
            self._known_anchors[path] = anchors_in(read_blocks(body), self.roadmap.settings.marks)
        return self._known_anchors[path]

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
