"""The picture of an item: its own file, or a drawing that is made of the item alone, the same each time.

Its initials stand on tiles whose curves follow from its id; the part of them that is bright is its progress.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from milemark.foundation.layout import ROADMAP_FILE
from milemark.output.site.body_links import BodyLinks
from milemark.roadmap.metrics.progress import progress_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role

COLUMNS, ROWS, TILE = 12, 7, 40
_COLOURS = 8  # pairs of colours in milemark.css
_WORDS = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7ff]")
_HALF = TILE // 2
_CURVES = (
    "M{0} {1}a{2} {2} 0 0 1-{2} {2}M{3} {4}a{2} {2} 0 0 0-{2} {2}",
    "M{0} {1}a{2} {2} 0 0 0 {2} {2}M{5} {4}a{2} {2} 0 0 1 {2} {2}",
)


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture: the path of a file, or a drawing of initials, a colour, and paths of bright and dim curves."""

    path: str = ""
    initials: str = ""
    colour: int = 0
    bright: str = ""
    dim: str = ""


def cover_of(item: Item, progress: Decimal | None, file: Callable[[str, str], str]) -> Cover:
    """Return the picture of an item. `file` finds the file that an address in a file means, or an empty text."""
    written = item.text("cover")
    path = file(item.document.source, written) if written else ""
    if path:
        return Cover(path)
    return _drawn(item.id, item.title, progress)


def _drawn(id_: str, title: str, progress: Decimal | None = None) -> Cover:
    digest = hashlib.sha256(id_.encode()).digest()
    reached = round((progress or 0) * COLUMNS * ROWS / 100)
    tiles = [*_tiles(digest)]
    return Cover("", initials_of(title), digest[0] % _COLOURS, "".join(tiles[:reached]), "".join(tiles[reached:]))


def _tiles(digest: bytes) -> Iterator[str]:
    """Yield the curves of each tile, column by column."""
    for number in range(COLUMNS * ROWS):
        x, y = (part * TILE for part in divmod(number, ROWS))
        bit = digest[1 + number // 8] >> number % 8 & 1
        yield _CURVES[bit].format(x + _HALF, y, _HALF, x + TILE, y + _HALF, x)


def initials_of(title: str) -> str:
    """Return up to three initials of a title; of a title in Hangul or Kanji, its first two letters."""
    words = _WORDS.findall(title)
    if not words:
        return ""
    if _WIDE.match(words[0]):
        return str(words[0])[:2]
    return ("".join(word[0] for word in words[:3]) if len(words) > 1 else str(words[0])[:2]).upper()


class Pictures:
    """The pictures of one site: of its items, and of its owner."""

    def __init__(self, roadmap: Roadmap, links: BodyLinks) -> None:
        self.roadmap, self.links = roadmap, links

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """The variables of templates."""
        return {"cover": self.cover, "photo": self.photo, "owned": self.owned, "banner": self.banner}

    def cover(self, item: Item) -> Cover:
        """Return the picture of an item."""
        value = progress_of(self.roadmap, item).value if item.role is Role.ITEM else None
        return cover_of(item, value, self.links.attachment)

    @property
    def banner(self) -> Cover:
        """The picture of a roadmap that has no work to show."""
        title = self.roadmap.settings.title
        return _drawn(title, title)

    @cached_property
    def photo(self) -> str:
        """The path of the owner's picture, or an empty text."""
        owner = self.roadmap.settings.owner
        return self.owned(owner.photo) if owner and owner.photo else ""

    def owned(self, address: str) -> str:
        """Return the file that a link of the owner means, such as `files/cv.pdf`, or an empty text."""
        return self.links.attachment(ROADMAP_FILE, address)
