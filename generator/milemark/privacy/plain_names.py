"""Finds plain names of private files where they stand as the name of a file.

One search looks for the places where the name of a file begins or ends; only there, a name is looked up. So the number
of names does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from milemark.privacy.name_forms import ENDING, LETTER, OTHER_FILE

# Each is the text before a name, and the one after it.
_IN_WIKILINK = re.compile(r"\[\[\s*(?:[^\[\]|\n]{0,200}[/\\])?"), re.compile(r"\s*[\]|#^?]")
_AFTER_DOTS = re.compile(r"\.[/\\]"), re.compile(rf"(?![-_]){OTHER_FILE}")
_AS_IDENTIFIER = (
    re.compile(
        r"(?<![\w-])(?:id|name|file|path|track|parent|milestone|depends_on|data-[\w-]{1,40})[\s\"']{0,4}==?[\s\"']{0,4}"
        r"|\{[^{}\n]{0,200}\#"
    ),
    _AFTER_DOTS[1],
)
_ENDING = re.compile(ENDING)
_IS_LETTER = re.compile(LETTER)
_SIGNS = frozenset("-.")


class PlainNames:
    """Finds names that people use anyway, in folded texts."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._lengths = sorted({len(name) for name in self._names}, reverse=True)

    def spans(self, text: str, *, is_own: bool) -> Iterator[tuple[int, int]]:
        """Yield the places of names; texts of authors have identifiers and addresses after dots, too."""
        for before, after in (_IN_WIKILINK, *((_AFTER_DOTS, _AS_IDENTIFIER) if is_own else ())):
            for found in before.finditer(text):
                if end := self._end(text, found.end(), after):
                    yield found.end(), end
        for found in _ENDING.finditer(text):
            if (start := self._start(text, found.start())) < found.start():
                yield start, found.end()

    def _end(self, text: str, start: int, after: re.Pattern[str]) -> int:
        """Return the end of the longest name that begins at a place, or 0."""
        ends = (start + len(name) for size in self._lengths if (name := text[start : start + size]) in self._names)
        return next((end for end in ends if not _joins(text, end) and after.match(text, end)), 0)

    def _start(self, text: str, end: int) -> int:
        """Return the start of the longest name that ends at a place, or this place."""
        starts = (end - length for length in self._lengths if length <= end and text[end - length : end] in self._names)
        return next((each for each in starts if not _joins(text, each) and text[each - 1 : each] not in _SIGNS), end)


def _joins(text: str, place: int) -> bool:
    """Whether a word of a script with blanks goes on at a place."""
    return 0 < place < len(text) and all(map(_IS_LETTER.match, (text[place - 1], text[place])))
