"""Addresses in NFC, the form that files and anchors have on the site."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from milemark.foundation.identifiers import composed

_ENCODED = re.compile(r"(?:[\w.~-]|%[0-9A-Fa-f]{2})+")


def composed_address(address: str) -> str:
    """Return an address within the site in NFC, its percent signs decoded and encoded again where they hide a name."""
    return composed(_ENCODED.sub(_encoded, address))


def _encoded(found: re.Match[str]) -> str:
    text = unquote(found[0])
    return found[0] if "%" not in found[0] or composed(text) == text else quote(composed(text), safe="")
