"""The last search: every public output is searched for the names of private files before anybody gets it.

The texts of authors have been cleaned before. So a name in an output comes from elsewhere, such as mkdocs.yml, a
template or a plugin, or it is a word of the programs that made the output, and stays.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.privacy.decoding import folded, words_in
from milemark.privacy.guard import Guard, place_in
from milemark.privacy.name_forms import whole

_MOST = 1_000_000  # words that are remembered
_JSON = ".json", ".map"
_GZIP = b"\x1f\x8b"


class OutputSearch:
    """Blanks private names in public outputs, and collects a finding for each name.

    `programs` returns the texts of the programs that make the outputs: a name that is a word of theirs stays.
    `sources` are texts by path that the outputs are made of: a finding points there if it can.
    """

    def __init__(self, guard: Guard, programs: Callable[[], Iterable[str]], sources: Mapping[str, str]) -> None:
        self.findings: list[Diagnostic] = []
        self._guard, self._texts, self._sources = guard, programs, sources
        self._known: set[str] = set()  # words without a private name
        self._parts: dict[str, frozenset[bytes]] = {}  # of those that hold a part of one
        self._reported: set[str] = set()

    def __bool__(self) -> bool:
        """Whether there is any name to find."""
        return bool(self._guard)

    def is_clean_path(self, path: str) -> bool:
        """Whether the path of an output has no private name."""
        return not self._guard.finds(path, is_own=False)

    def is_named(self, path: str) -> bool:
        """Whether the path of an output has the name of a private file; a finding says so."""
        return self._cleaned(path, path) != path

    def clean(self, path: str, data: bytes) -> bytes:
        """Return the bytes of an output with `…` in place of private names; bytes that are no text stay."""
        if self.is_clean(path, data):
            return data
        if data.startswith(_GZIP):
            plain = gzip.decompress(data)
            cleaned = self.clean(path, plain)
            return data if cleaned is plain else gzip.compress(cleaned, mtime=0)
        text = data.decode("utf-8", "surrogateescape")
        cleaned_text = self._cleaned(path, text)
        return data if cleaned_text == text else cleaned_text.encode("utf-8", "surrogateescape")

    def is_clean(self, path: str, data: bytes) -> bool:
        """Whether an output has no private name; bytes that are no text have none."""
        if data.startswith(_GZIP):
            return self.is_clean(path, gzip.decompress(data))
        if not self._guard or b"\0" in data:
            return True
        return all(map(self._is_clean, _texts(path, data.decode("utf-8", "surrogateescape"))))

    def clean_text(self, path: str, text: str) -> str:
        """Return one text of an output with `…` in place of private names."""
        return self._cleaned(path, text) if self._guard.finds(text, is_own=False) else text

    def _is_clean(self, text: str) -> bool:
        """Whether a text holds no private name; most words of a page stand in other pages, and are searched once."""
        words = words_in(text)
        fresh = words - self._known
        held = self._guard.held(fresh)
        if held.is_name:
            return not self._guard.finds(text, is_own=False)
        self._remember(fresh, held.parts)
        parts = held.parts.union(*(self._parts[word] for word in words & self._parts.keys()))
        return not self._guard.may_join(parts) or not self._guard.finds(text, is_own=False)

    def _remember(self, words: set[str], parts: frozenset[bytes]) -> None:
        """Remember words without a private name, and the parts of names in each."""
        if len(self._known) < _MOST:
            self._known |= words
            found = ((word, self._guard.parts(word)) for word in words) if parts else ()
            self._parts.update((word, held) for word, held in found if held)

    def _cleaned(self, path: str, text: str) -> str:
        words = self._guard.words(text, is_own=False)
        if own := {word for word in words if self._is_of_programs(word)}:
            self._guard = self._guard.showing(own)
        seen = self._guard.blanked(text, is_own=False)
        if seen.gaps and words - own - self._reported:
            self._report(words - own - self._reported, place_in(seen.text, seen.gaps[0], path))
        return seen.text

    def _report(self, words: set[str], place: Span) -> None:
        """Add a finding for each name at its place in a source, or one for the others at their place in the output."""
        places = {self._place_in_source(word) or place for word in words}
        self.findings += [Diagnostic(rules.PRIVATE_NAME, each) for each in sorted(places)]
        self._reported |= words

    def _place_in_source(self, word: str) -> Span | None:
        for path, text in self._sources.items():
            for start, end in self._guard.hits(text):
                if word in folded(text[start:end]):
                    return place_in(text, start, path)
        return None

    def _is_of_programs(self, word: str) -> bool:
        pattern = re.compile(whole(word))
        return any(word in text and pattern.search(text) for text in self._program_texts)

    @cached_property
    def _program_texts(self) -> tuple[str, ...]:
        return tuple(map(folded, self._texts()))


def _texts(path: str, text: str) -> Sequence[str]:
    """Return the texts of an output: those of JSON as its reader has them, since no name goes on in the next one."""
    found: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> None:  # a reader may take any of several values of a name
        found.extend(text for pair in pairs for each in pair for text in _strings(each))

    try:
        whole = json.loads(text, object_pairs_hook=keep) if path.endswith(_JSON) else text
    except (ValueError, RecursionError):
        return (text,)
    return (*found, *_strings(whole))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (text for each in value for text in _strings(each))
