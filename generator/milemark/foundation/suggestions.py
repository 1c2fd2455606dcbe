"""Suggestions for unknown words: the nearest known one, or one that looks alike, such as `аpi` with a Cyrillic а.

They cover Cyrillic and Greek letters that look like Latin ones in most fonts, compatibility forms (NFKC), dashes,
stray Hangul letters and invisible characters, since keyboards, pasting and translators produce them. Most other
confusable characters of Unicode look alike in some fonts only.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import islice, takewhile, zip_longest
from math import ceil

from milemark.foundation import rules
from milemark.foundation.diagnostics import correction

_CAPITALS = str.maketrans("АВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTXIJSABEZHIKMNOPTYX")
_LETTERS = str.maketrans("аеорсухіјѕԁһԛԝοıօ\u110b\u1175\u1173", "aeopcyxijsdhqwoiool-")
COMPARISONS = 25_000_000  # of one roadmap: about two seconds
_MANY = 1_000  # known words; more are searched only within a limit
_SHORTEST = 3  # letters of a word that is completed
_NUMBERED = re.compile(r"\D+(\d[\d.]*)")
_LONGER = 2.5  # times as long: `prio` is `priority`, but `a` is nothing
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))


def skeleton(text: str) -> str:
    """Return a form that is equal for texts that look alike, ignoring case."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).translate(_CAPITALS).casefold().translate(_LETTERS).translate(_DASHES)
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")


def difference(text: str, other: str) -> Mapping[str, str]:
    """Return the first difference of two texts that look alike: its position, and the name of both characters."""
    pairs = enumerate(zip_longest(text, other, fillvalue=""), 1)
    place, (own, there) = next((place, pair) for place, pair in pairs if pair[0].casefold() != pair[1].casefold())
    return {"place": str(place), "own": _name(own), "there": _name(there)}


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}") if character else "—"


class Words:
    """Known words, among which `nearest` finds the one that the writer of another word probably meant.

    `Words(("status", "due")).nearest("stauts")` is `status`. It ignores blanks, hyphens and case, allows about one
    wrong letter in three, and completes a word that was cut (`prio` for `priority`).

    A search among many words compares with all of them, so that many searches would take quadratic time. `comparisons`
    limits them; after that, and without it, a search among many words finds equal forms and completions only.

    `are_ids`: in a numbered one such as `task-3`, only the word may be misspelt, since `task-2` is another thing.
    """

    def __init__(self, known: tuple[str, ...], comparisons: int = 0, *, are_ids: bool = False) -> None:
        self._known = known
        self._are_ids = are_ids
        self._left = comparisons

    def lookalike(self, text: str) -> str | None:
        """Return the known word that looks like a text but differs from it, or None."""
        # Readers can tell letters of ASCII apart.
        words = (word for word in self._alike.get(skeleton(text), ()) if not (text.isascii() and word.isascii()))
        return next((word for word in words if word.casefold() != text.casefold()), None)

    def nearest(self, text: str) -> str | None:
        """Return the known word that the writer of a text probably meant, or None if none is similar."""
        plain = _letters(text)
        found = plain if plain in self._plain else self._similar(plain) or self._completed(plain)
        is_other = found and self._number(plain) and self._number(found) != self._number(plain)
        return self._plain[found] if found and not is_other else None

    @cached_property
    def _alike(self) -> Mapping[str, list[str]]:
        alike: dict[str, list[str]] = {}
        for word in self._known:
            alike.setdefault(skeleton(word), []).append(word)
        return alike

    @cached_property
    def _plain(self) -> Mapping[str, str]:
        plain: dict[str, str] = {}
        for word in self._known:
            plain.setdefault(_letters(word), word)
        return plain

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        return tuple(self._plain)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._plain)

    def _number(self, plain: str) -> str:
        """Return the number of an id that is a word with a number; for other words, an empty text."""
        found = _NUMBERED.fullmatch(plain) if self._are_ids else None
        return found[1] if found else ""

    def _similar(self, plain: str) -> str | None:
        """Return the word with the fewest wrong, missing, added or swapped letters, if they are few for its length."""
        from rapidfuzz import process  # only findings need it
        from rapidfuzz.distance import OSA

        number = self._number(plain)
        letters = len(plain) - len(number)
        wrong = min(letters // 3, 2 + letters // 10)
        if not wrong or (len(self._plain) > _MANY and self._left < len(self._plain)):
            return None
        self._left -= len(self._plain)
        forms = [form for form in self._forms if self._number(form) == number] if number else self._forms
        best = process.extractOne(plain, forms, scorer=OSA.distance, score_cutoff=wrong)
        return best[0] if best else None

    def _completed(self, plain: str) -> str | None:
        """Return the shortest known word that begins with a text, or the longest one that a text begins with."""
        if len(plain) < _SHORTEST:
            return None
        longest = int(len(plain) * _LONGER)
        first = bisect_left(self._sorted, plain)
        begun = takewhile(lambda word: word.startswith(plain), islice(self._sorted, first, first + _MANY))
        if completed := min((word for word in begun if len(word) <= longest), key=len, default=None):
            return completed
        shortest = max(_SHORTEST, ceil(len(plain) / _LONGER))
        starts = (plain[:length] for length in range(len(plain) - 1, shortest - 1, -1))
        return next((start for start in starts if start in self._plain), None)


def nearest(value: str, known: tuple[str, ...]) -> str | None:
    """Return the known word that the writer of `value` probably meant, or None if none is similar."""
    return _words(known).nearest(value)


def meant(value: str, known: tuple[str, ...] | Words) -> tuple[str, Mapping[str, str]]:
    """Return the hint for an unknown word and the values of the hint; both are empty if no known word is similar."""
    words = known if isinstance(known, Words) else _words(known)
    if word := words.lookalike(value):
        return rules.LOOKS_LIKE, {"nearest": word, **difference(value, word), **correction(value, word)}
    near = words.nearest(value)
    return (rules.DID_YOU_MEAN if near else ""), {"nearest": near or "", **(correction(value, near) if near else {})}


_words = lru_cache(maxsize=16)(Words)


def resembles(value: str, known: Iterable[str]) -> bool:
    """Whether a text may be one of the known words misspelt, even badly: for decisions that must not miss any."""
    from rapidfuzz import fuzz, process  # only undeclared fields need it

    return process.extractOne(value, known, scorer=fuzz.ratio, processor=plain_name, score_cutoff=60) is not None


def declared_word(text: str, known: Collection[str]) -> str | None:
    """Return the known word that a text is, whatever its case: `In Progress` is `in progress`; None if it is none.

    The patterns of the JSON Schema for editors accept each text for which it returns a word.
    """
    word = text.strip()
    if word in known:
        return word
    lower = word.lower()
    return next((word for word in known if word.lower() == lower), None)


def plain_name(word: str) -> str:
    """Return a form that is equal for names that differ only in blanks, hyphens and case."""
    return re.sub(r"[\s_-]+", "", word).casefold()


def _letters(word: str) -> str:
    """Return the plain form with the parts of a syllable or an accented letter as letters of their own."""
    plain = plain_name(word)
    return plain if plain.isascii() else unicodedata.normalize("NFKD", plain)
