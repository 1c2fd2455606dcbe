"""Comparing names, and safe file names for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from milemark.foundation.cache import digest

_HARMFUL = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)  # device names of Windows
_LENGTH = 60


def file_names(names: Iterable[str]) -> list[str]:
    """Return a different file name for each name, valid on every system.

    It consists of the letters and digits of the name; if they are not the whole name, or another name has the same
    ones, a part of the name's hash follows: `a/b` becomes `a-b-41ef3aec`.
    """
    chosen_names, taken = [], set[str]()
    for name in names:
        chosen = _harmless(name)
        if not chosen or chosen != name or key_of(name) in taken:
            chosen = f"{chosen}-{digest(name.encode(errors='surrogatepass'), size=4)}".lstrip("-")
        taken.add(key_of(chosen))
        chosen_names.append(chosen)
    return chosen_names


def _harmless(name: str) -> str:
    stem = _HARMFUL.sub("-", name).strip(".-")[:_LENGTH]
    return f"_{stem}" if _RESERVED.match(stem) else stem


def word_key(text: str) -> str:
    """Return the form in which tags, words of a stack and names of skills are compared: `key_of` with single blanks."""
    return key_of(" ".join(text.split()))


def composed(text: str) -> str:
    """Return a text in NFC, the form of names on the site: macOS may write `é` as `e` and an accent."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def key_of(text: str) -> str:
    """Return the form in which ids, names and paths are compared: without case, in NFC."""
    if text.isascii():
        return text.lower()
    return composed(composed(text).casefold())
