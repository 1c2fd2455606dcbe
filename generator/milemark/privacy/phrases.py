"""Finds file names that stand as ordinary words in a sentence.

A file name such as `Reading List.md` consists of words with capitals. In lower case and next to other words, they are
words of a sentence: `my reading list is long`. Alone, as in a heading, a cell, a quotation or code, or with capitals,
they are the name of the file. Names in lower case or in a script without case, and names with a digit or a sign, have
no such form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milemark.foundation.identifiers import composed
from milemark.privacy.decoding import MARKUP, Reading, folded

_BEFORE = re.compile(r"(?:\w[*_~`)\]\"'”’.,;:!?]*|</\w+>)[ \t]+\Z")
_AFTER = re.compile(r"[ \t]+[*_~`(\[\"'“‘<]*\w")
_NEAR = 80  # characters next to a name


class Phrases:
    """Names of files as written, without their endings, of which some are phrases."""

    def __init__(self, names: Iterable[str]) -> None:
        written: dict[str, set[str]] = {}
        for name in names:
            written.setdefault(folded(name), set()).add(composed(name))
        self._written = {key: found for key, found in written.items() if all(map(_is_phrase, found))}

    def without_words(self, text: str, reading: Reading, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the spans of a reading of `text` without those of ordinary words."""
        if not any(self._key(reading, span) in self._written for span in spans):
            return spans
        places = reading.places(text, spans)
        return [
            span
            for span, place in zip(spans, places, strict=True)
            if not self._is_words(text, place, self._key(reading, span))
        ]

    @staticmethod
    def _key(reading: Reading, span: tuple[int, int]) -> str:
        return " ".join(reading.text[slice(*span)].split())

    def _is_words(self, text: str, place: tuple[int, int], key: str) -> bool:
        start, end = place
        words = " ".join(MARKUP.sub("", text[start:end]).split())
        if key not in self._written or folded(words) != key or words in self._written[key]:
            return False
        near = text[max(start - _NEAR, 0) : start], text[end : end + _NEAR]
        return words[1:] == words[1:].lower() and bool(_BEFORE.search(near[0]) or _AFTER.match(near[1]))


def _is_phrase(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and all(map(str.isalpha, words)) and name != name.lower()
