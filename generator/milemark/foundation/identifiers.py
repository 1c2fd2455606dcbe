"""File names for ids and other names: harmless on every system, and no two of them alike."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

_HARMFUL = re.compile(r"[^\w.-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)  # devices, to Windows
_LENGTH = 60


def file_names(names: Iterable[str]) -> list[str]:
    """Return a file name for each name: its letters and digits; where that is not its own, with a part of its hash."""
    found, taken = [], set[str]()
    for name in names:
        chosen = _harmless(name)
        if not chosen or chosen != name or _alike(name) in taken:
            digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=4).hexdigest()
            chosen = f"{chosen}-{digest}".lstrip("-")
        taken.add(_alike(chosen))
        found.append(chosen)
    return found


def _harmless(name: str) -> str:
    found = _HARMFUL.sub("-", name).strip(".-")[:_LENGTH]
    return f"_{found}" if _RESERVED.match(found) else found


def _alike(name: str) -> str:
    """Return what is the same for names that some systems take for one."""
    return unicodedata.normalize("NFC", name.casefold())


def word_key(text: str) -> str:
    """Return the form in which tags, words of a stack and names of skills are compared: `key_of` with single blanks."""
    return key_of(" ".join(text.split()))


def key_of(text: str) -> str:
    """Return the form in which ids are compared: NFC and without case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
