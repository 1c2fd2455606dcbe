"""Progress badges: small SVG pictures, and JSON for shields.io."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from milemark.foundation.escaping import json_text, one_line
from milemark.foundation.i18n import Language, _
from milemark.foundation.identifiers import file_names
from milemark.output.cells import shortened
from milemark.roadmap.metrics.progress import percent, whole
from milemark.roadmap.model import Roadmap

_FOLDER, _WHOLE = "badge", "whole"
_LABEL_LENGTH = 40
_NONE, _BEGUN, _DONE = "#6e7781", "#0969da", "#1a7f37"  # white letters on each are readable (WCAG AA)
_HEIGHT, _PADDING = 20, 6  # pixels
_WIDTHS = (("ijlI|!.,:;' ", 3.5), ("frt-()[]", 4.5), ("mwMW@", 9.5), ("%", 11))


@dataclass(frozen=True, slots=True)
class Badge:
    """A name on the left, progress on the right, and the colour behind the progress."""

    label: str
    message: str
    color: str


def badges(roadmap: Roadmap, language: Language) -> Mapping[str, bytes]:
    """Return the badges of the whole roadmap (`badge/whole.svg` and `.json`) and of each track, named by its id."""
    files: dict[str, bytes] = {}
    named = list(_all(roadmap, language))
    for name, (_id, badge) in zip(file_names(id_ for id_, _badge in named), named, strict=True):
        files[f"{_FOLDER}/{name}.svg"] = as_svg(badge)
        files[f"{_FOLDER}/{name}.json"] = as_endpoint(badge)
    return files


def _all(roadmap: Roadmap, language: Language) -> Iterator[tuple[str, Badge]]:
    everything, translate = whole(roadmap), language.gettext
    yield (
        _WHOLE,
        _badge(roadmap.settings.title or translate(_("Progress")), everything.value, translate("not measured")),
    )
    for each in everything.tracks:
        yield each.track.id, _badge(each.track.title, each.rollup.value, translate(_("not measured")))


def _badge(label: str, value: Decimal | None, unknown: str) -> Badge:
    label = shortened(one_line(label), _LABEL_LENGTH)
    if value is None:
        return Badge(label, unknown, _NONE)
    shown = percent(value)
    return Badge(label, f"{shown}%", _DONE if shown == 100 else _BEGUN if shown else _NONE)  # noqa: PLR2004  percent


def as_endpoint(badge: Badge) -> bytes:
    """Return a badge as shields.io reads it: https://shields.io/badges/endpoint-badge."""
    endpoint = {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": badge.color.lstrip("#")}
    return (json_text(endpoint) + "\n").encode()


def as_svg(badge: Badge) -> bytes:
    """Return a badge as SVG without external fonts, scripts or files."""
    left, right = (_width(text) + 2 * _PADDING for text in (badge.label, badge.message))
    size = {"width": str(left + right), "height": str(_HEIGHT)}
    name = f"{badge.label}: {badge.message}"
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": name})
    ET.SubElement(svg, "title").text = name
    ET.SubElement(svg, "rect", {"width": str(left), "height": str(_HEIGHT), "fill": "#3d444d"})
    ET.SubElement(svg, "rect", {"x": str(left), "width": str(right), "height": str(_HEIGHT), "fill": badge.color})
    font = {"font-family": "Verdana,Noto Sans KR,Malgun Gothic,sans-serif", "font-size": "11"}
    letters = ET.SubElement(svg, "g", {"fill": "#fff", "text-anchor": "middle", **font})
    for text, middle, width in ((badge.label, left / 2, left), (badge.message, left + right / 2, right)):
        place = {
            "x": f"{middle:g}",
            "y": "14",
            "textLength": str(width - 2 * _PADDING),
            "lengthAdjust": "spacingAndGlyphs",
        }
        ET.SubElement(letters, "text", place).text = text
    return bytes(ET.tostring(svg, "utf-8")) + b"\n"


def _width(text: str) -> int:
    """Return the approximate width of a text at 11 pixels. The SVG states it, so other fonts fill the same space."""
    return round(sum(map(_advance, text)))


def _advance(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 10.5
    narrow = next((width for letters, width in _WIDTHS if letter in letters), 0)
    return narrow or (7.5 if letter.isupper() else 6.5)
