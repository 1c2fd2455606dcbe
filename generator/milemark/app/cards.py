"""The pictures of shared links, drawn by resvg where it is installed (`pip install 'milemark[cards]'`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import NamedTuple

from milemark.foundation.cache import digest
from milemark.output.site.share_card import card_svg, cards
from milemark.roadmap.model import Roadmap

_LIBRARY = "resvg-py"


class Card(NamedTuple):
    """The picture of a page: its SVG, and the key that identifies it."""

    svg: str
    key: str

    def png(self) -> bytes:
        """Return the picture as PNG."""
        import resvg_py  # only the extra has it

        return bytes(resvg_py.svg_to_bytes(svg_string=self.svg))


def drawer() -> str:
    """Return the version of the library that draws cards, or an empty text without one."""
    try:
        return version_of(_LIBRARY)
    except PackageNotFoundError:
        return ""


def card_paths(roadmap: Roadmap) -> Mapping[str, str]:
    """Return the paths of the pictures by the paths of their pages; none without the library."""
    return {page: f"assets/cards/{page.removesuffix('.md')}.png" for page in cards(roadmap)} if drawer() else {}


def drawn_cards(roadmap: Roadmap, clean: Callable[[str, bytes], bytes]) -> Mapping[str, Card]:
    """Return the pictures by their paths. `clean` removes private names from the text of a file."""
    paths, texts = card_paths(roadmap), cards(roadmap)
    found = {paths[page]: clean(paths[page], card_svg(texts[page]).encode()).decode() for page in paths}
    return {path: Card(svg, digest(svg, drawer())) for path, svg in found.items()}
