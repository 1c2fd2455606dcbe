"""Texts that look the same and are not: `аpi` with a Cyrillic а beside `api`, full-width letters, invisible marks.

Letters of Cyrillic and Greek that look like Latin ones in most fonts, widths and compatibility forms (NFKC), dashes,
stray Hangul letters and invisible characters. That is what keyboards, pasting and translators produce; not the whole
table of Unicode's confusable characters, of which most look alike in some fonts only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import zip_longest

_CAPITALS = str.maketrans("АВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXIJSABEZHIKMNOPTYX")
_LETTERS = str.maketrans("аеорсухіјѕԁһԛԝοıօ\u110b\u1175\u1173", "aeopcyxijsdhqwoiool-")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))


def skeleton(text: str) -> str:
    """Return the form in which texts that look alike are equal, whatever their case."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).translate(_CAPITALS).casefold().translate(_LETTERS).translate(_DASHES)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")


def lookalike(text: str, known: Iterable[str]) -> str | None:
    """Return the known word that a text looks like without being it."""
    form = skeleton(text)
    if text.isascii():  # two of ASCII's letters are told apart in any font that is meant for reading
        known = (word for word in known if not word.isascii())
    return next((word for word in known if skeleton(word) == form and word.casefold() != text.casefold()), None)


def difference(text: str, other: str) -> Mapping[str, str]:
    """Return where two texts that look alike first differ, and what each has there, for a hint."""
    pairs = enumerate(zip_longest(text, other, fillvalue=""), 1)
    place, (own, there) = next((place, pair) for place, pair in pairs if pair[0].casefold() != pair[1].casefold())
    return {"place": str(place), "own": _name(own), "there": _name(there)}


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}") if character else "—"
