"""Texts that look the same and are not: `аpi` with a Cyrillic а beside `api`, full-width letters, invisible marks.

Letters of Cyrillic and Greek that look like Latin ones in most fonts, widths and compatibility forms (NFKC), dashes,
stray Hangul letters and invisible characters. That is what keyboards, pasting and translators produce; not the whole
table of Unicode's confusable characters, of which most look alike in some fonts only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import zip_longest

from milemark.foundation import rules

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


def nearest(value: str, known: tuple[str, ...]) -> str | None:
    """Return the known word that was most likely meant; blanks, hyphens and case do not count."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  only findings need it

    found = process.extractOne(value, known, scorer=fuzz.ratio, processor=_plain, score_cutoff=60)
    return found[0] if found else None


def meant(value: str, known: tuple[str, ...]) -> tuple[str, Mapping[str, str]]:
    """Return the hint for a word that is not known, and its values: the word that was meant, or none."""
    if word := lookalike(value, known):
        return rules.LOOKS_LIKE, {"nearest": word, **difference(value, word)}
    near = nearest(value, known)
    return (rules.DID_YOU_MEAN if near else ""), {"nearest": near or ""}


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in blanks, hyphens and case only."""
    return _plain(one) == _plain(other)


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).casefold()
