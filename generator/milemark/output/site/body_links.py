"""The links of a body on the site: addresses of files become those of their pages, wikilinks links, embeds pictures."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from milemark.foundation.escaping import as_entities, safe_url
from milemark.markdown.links import Wikilink
from milemark.output.site.renderer import relative_url
from milemark.roadmap.content_paths import ContentPaths, destination_of
from milemark.roadmap.dead_links import slugs_of
from milemark.roadmap.model import Roadmap
from milemark.roadmap.schema import title_of

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".svg")
_MEDIA = {
    **dict.fromkeys((".mp4", ".webm", ".mov", ".ogv", ".mkv"), "video"),
    **dict.fromkeys((".mp3", ".m4a", ".wav", ".ogg", ".flac", ".3gp"), "audio"),
}
_SIZE = re.compile(r"(\d+)(?:x(\d+))?")


class BodyLinks:
    """Resolves the links of all bodies of one site. `other_paths` are its generated pages and its attachments."""

    def __init__(self, roadmap: Roadmap, other_paths: Iterable[str], *, is_directory: bool) -> None:
        self.roadmap, self.is_directory = roadmap, is_directory
        self.files = {item.path: item.title for item in roadmap.items} | {p.path: title_of(p) for p in roadmap.pages}
        self.paths = ContentPaths(dict.fromkeys((*self.files, *other_paths)))

    def href(self, page: str, address: str) -> str:
        """Return the address on the site for one in a body; one that leads to no file stays, an unsafe one is empty."""
        target = destination_of(address)
        if target is None:
            return safe_url(address)
        found = "" if target.is_absolute or not target.way else self.paths.relative(page, target.way)
        way = re.split("[?#]", address, maxsplit=1)[0]
        return self._url(found, page) + address[len(way) :] if found else address

    def _url(self, target: str, page: str) -> str:
        return relative_url(target, page, is_directory=self.is_directory)

    def target(self, page: str, link: Wikilink) -> str:
        """Return the file that a wikilink means: an item by id or alias, else a file by its name or path."""
        item = self.roadmap.find(link.path)
        return item.path if item else self.paths.chosen(page, link.path) or next(iter(self.paths.named(link.path)), "")

    def wikilink(self, page: str, link: Wikilink) -> str:
        """Return a wikilink or an embed as HTML; one that leads to no file is its text."""
        target = self.target(page, link)
        if not target:
            return as_entities(link.text or link.address)
        url = as_entities(self._url(target, page) + _anchor(link.heading))
        ending = posixpath.splitext(target)[1].lower()
        if link.is_embed and ending in _PICTURES:
            return f'<img alt="{as_entities(_alt(link, target))}" src="{url}"{_size(link.text)}>'
        if link.is_embed and ending in _MEDIA:
            return f'<{_MEDIA[ending]} controls src="{url}"></{_MEDIA[ending]}>'
        return f'<a href="{url}">{as_entities(self._text(link, target))}</a>'

    def _text(self, link: Wikilink, target: str) -> str:
        """Return the text of a link: as written, else the title of the file and the heading."""
        title = self.files.get(target, posixpath.basename(target))
        heading = link.heading.rpartition("#")[2]
        return link.text or (f"{title} › {heading}" if heading and not heading.startswith("^") else title)


def _anchor(heading: str) -> str:
    last = heading.rpartition("#")[2].strip()
    return f"#{last}" if last.startswith("^") else f"#{slugs_of(last)[0]}" if last else ""


def _alt(link: Wikilink, target: str) -> str:
    return posixpath.basename(target) if not link.text or _SIZE.fullmatch(link.text) else link.text


def _size(text: str) -> str:
    found = _SIZE.fullmatch(text)
    if not found:
        return ""
    return f' width="{found[1]}"' + (f' height="{found[2]}"' if found[2] else "")
