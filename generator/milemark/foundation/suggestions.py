"""Suggestions for unknown words: the nearest known one, or one that looks alike, such as `аpi` with a Cyrillic а.

They cover Cyrillic and Greek letters that look like Latin ones in most fonts, compatibility forms (NFKC), dashes,
stray Hangul letters and invisible characters, since keyboards, pasting and translators produce them. Most other
confusable characters of Unicode look alike in some fonts only.
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
    """Return a form that is equal for texts that look alike, ignoring case."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).translate(_CAPITALS).casefold().translate(_LETTERS).translate(_DASHES)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")


def lookalike(text: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks like a text but differs from it, or None."""
    form = skeleton(text)
    if text.isascii():  # readers can tell letters of ASCII apart
        known = (word for word in known if not word.isascii())
    return next((word for word in known if skeleton(word) == form and word.casefold() != text.casefold()), None)


def difference(text: str, other: str) -> Mapping[str, str]:
    """Return the first difference of two texts that look alike: its position, and the name of both characters."""
    pairs = enumerate(zip_longest(text, other, fillvalue=""), 1)
    place, (own, there) = next((place, pair) for place, pair in pairs if pair[0].casefold() != pair[1].casefold())
    return {"place": str(place), "own": _name(own), "there": _name(there)}


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}") if character else "—"


def nearest(value: str, known: tuple[str, ...]) -> str | None:
    """Return the known word most similar to `value`, ignoring blanks, hyphens and case; None if none is similar."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415  only findings need it

    best = process.extractOne(value, known, scorer=fuzz.ratio, processor=_plain, score_cutoff=60)
    return best[0] if best else None


def meant(value: str, known: tuple[str, ...]) -> tuple[str, Mapping[str, str]]:
    """Return the hint for an unknown word and the values of the hint; both are empty if no known word is similar."""
    if word := lookalike(value, known):
        return rules.LOOKS_LIKE, {"nearest": word, **difference(value, word)}
    near = nearest(value, known)
    return (rules.DID_YOU_MEAN if near else ""), {"nearest": near or ""}


def same_name(one: str, other: str) -> bool:
    """Whether two names differ only in blanks, hyphens and case."""
    return _plain(one) == _plain(other)


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).casefold()
