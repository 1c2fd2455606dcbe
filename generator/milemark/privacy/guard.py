"""Finds the names of private files in any text, as its reader decodes it, and blanks them.

A name or a path that a public file has, too, keeps showing, and so does a private name within a longer public one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.privacy.decoding import TAG, Reading, folded, readings
from milemark.privacy.hidden import Hidden
from milemark.privacy.name_forms import NameForm, between_blanks, longest_first, names_of, stem_of, whole
from milemark.privacy.phrases import Phrases
from milemark.privacy.plain_names import PlainNames

GAP = "…"
_MARK = "\ufdd0"  # stands for the gap until its place is known: no text may hold this character
_ROUNDS = 8
_CACHED = 2_000  # characters: titles and tasks come again with every commit
_ASCII_RUNS, _OTHER_RUNS = (
    bytes(byte if byte in kept else 32 for byte in range(256))
    for kept in (b"abcdefghijklmnopqrstuvwxyz0123456789", range(128, 256))
)
_PATH_BEFORE = re.compile(r"[\w.~%@:/\\+-]*[/\\]\Z", re.ASCII)
_EMPHASIS = re.compile(r"[*~=^+`_]+")
_LINK_END = re.compile(r"\](?:\([^()\n]*\)|\[[^\[\]\n]*\])?")
_LONGEST_PATH = 400


class Held(NamedTuple):
    """Words of a text: whether one may be a private name, and the parts of names of several words that they hold."""

    is_name: bool
    parts: frozenset[bytes]


class Blanked(NamedTuple):
    """A text with `…` in place of private names, and the offsets of these `…` in it."""

    text: str
    gaps: tuple[int, ...] = ()


def guard_of(hidden: Hidden) -> Guard:
    """Return the guard of everything that is hidden; equal names share one."""
    return _guard(hidden.names, hidden.paths, hidden.folders, hidden.shown)


class Guard:
    """Finds the names of private files; `shown` are names, paths and words that are public, too."""

    def __init__(
        self, names: Iterable[str], paths: Iterable[str], folders: Iterable[str] = (), shown: Iterable[str] = ()
    ) -> None:
        self._hidden = frozenset(names), frozenset(paths), frozenset(folders)
        self._shown = frozenset(map(folded, shown))
        ids, ways, parents = (frozenset(map(folded, each)) for each in self._hidden)
        self._names, plain, forms = names_of(ids, ways, parents, self._shown)
        self._plain = PlainNames(plain)
        self._phrases = Phrases(map(stem_of, (*self._hidden[1], *self._hidden[2])))
        self._forms: dict[bytes, list[NameForm]] = {}
        for form in forms:
            self._forms.setdefault(form.core, []).append(form)
        self._long = tuple(form for form in forms if form.has_blanks)
        self._parts = frozenset(word for form in self._long for word in form.words)
        self._other_cores, self._other_parts = map(_not_ascii, (self._forms, self._parts))
        self._compiled = lru_cache(256)(_compiled)
        self._remembered = lru_cache(1 << 16)(self._blanked)

    def __bool__(self) -> bool:
        """Whether there is any name to find."""
        return bool(self._names or self._forms)

    def showing(self, words: Iterable[str]) -> Guard:
        """Return a guard that leaves more words alone."""
        return Guard(*self._hidden, self._shown.union(words))

    def is_name(self, text: str) -> bool:
        """Whether a value or a reference consists of the name of a private file."""
        return folded(text.strip()) in self._names

    def finds(self, text: str, *, is_own: bool = True) -> bool:
        """Whether a text holds a private name in any reading."""
        return any(spans for _reading, spans in self._found(text, is_own=is_own))

    def words(self, text: str, *, is_own: bool = True) -> set[str]:
        """Return the private names in all readings of a text, folded."""
        found = self._found(text, is_own=is_own)
        return {reading.text[slice(*span)] for reading, spans in found for span in spans}

    def blanked(self, text: str, *, is_own: bool = True) -> Blanked:
        """Return a text with `…` in place of each private name; every line keeps its number.

        `is_own` is false for texts that a template or a theme has written.
        """
        if not self or not text:
            return Blanked(text)
        return (self._remembered if len(text) < _CACHED else self._blanked)(text, is_own=is_own)

    def hits(self, text: str, *, is_own: bool = True) -> list[tuple[int, int]]:
        """Return the places of private names in a text, in the first reading that has any."""
        found = ((reading, spans) for reading, spans in self._found(text, is_own=is_own) if spans)
        return next((reading.places(text, spans) for reading, spans in found), [])

    def _found(self, text: str, *, is_own: bool) -> Iterator[tuple[Reading, list[tuple[int, int]]]]:
        """Yield each reading of a text with the places of private names in it."""
        for reading in readings(text, is_own=is_own) if self else ():
            yield reading, self._phrases.without_words(text, reading, self._spans(reading.text, is_own=is_own))

    def _blanked(self, text: str, *, is_own: bool) -> Blanked:
        found = text
        for _round in range(_ROUNDS):
            hits = self.hits(found, is_own=is_own)
            if not hits:
                break
            found = _without(found, hits)
        else:
            found = _MARK + "\n" * text.count("\n")
        if found is text:
            return Blanked(text)
        return Blanked(found.replace(_MARK, GAP), tuple(place for place, each in enumerate(found) if each == _MARK))

    def held(self, words: Iterable[str]) -> Held:
        """Return the private names, and the parts of them, that words of an output may hold; no word has a blank."""
        texts = [reading.text for reading in readings(" ".join(words), is_own=False)] if self else []
        is_name = any(self._may_hold(text) or any(self._plain.spans(text, is_own=False)) for text in texts)
        return Held(is_name, self._parts_in(texts))

    def parts(self, word: str) -> frozenset[bytes]:
        """Return the parts of names of several words that a word of an output holds."""
        return self._parts_in(reading.text for reading in readings(word, is_own=False))

    def may_join(self, parts: Container[bytes]) -> bool:
        """Whether words with these parts may be a private name of several words."""
        return any(all(word in parts for word in form.words) for form in self._long)

    def _may_hold(self, text: str) -> bool:
        return any(form.is_in(text) for form in self._nearly_found(text) if not form.has_blanks)

    def _parts_in(self, texts: Iterable[str]) -> frozenset[bytes]:
        runs = map(_runs_of, texts) if self._parts else ()
        return frozenset(
            part
            for found, others in runs
            for part in (*(self._parts & found), *(other for other in self._other_parts if other in others))
        )

    def _spans(self, text: str, *, is_own: bool) -> list[tuple[int, int]]:
        """Return the places of private names in a folded text, without those within longer public names."""
        forms = self._found_forms(text)
        spans = [found.span() for found in self._compiled(forms).finditer(text)] if forms else []
        spans += self._plain.spans(text, is_own=is_own)
        covers = {span for word in {text[slice(*span)] for span in spans} for span in self._covers(text, word)}
        return [span for span in spans if not any(first <= span[0] and span[1] <= last for first, last in covers)]

    def _found_forms(self, text: str) -> frozenset[NameForm]:
        """Return the forms of distinct names and of paths that a folded text may hold."""
        found = self._nearly_found(text)
        loose = between_blanks(text) if any(form.has_blanks for form in found) else ""
        return frozenset(form for form in found if form.is_in(loose if form.has_blanks else text))

    def _nearly_found(self, text: str) -> list[NameForm]:
        return [form for core in self._cores(text) for form in self._forms[core]]

    def _cores(self, text: str) -> Iterator[bytes]:
        """Yield the cores that a folded text holds: as a word, or within one if the script has no blanks."""
        found, others = _runs_of(text)
        yield from self._forms.keys() & found
        yield from (core for core in self._other_cores if core in others)

    def _covers(self, text: str, word: str) -> Iterator[tuple[int, int]]:
        """Yield the places of public names that are or hold a private one."""
        names = longest_first(each for each in self._shown if word in each)
        if names:
            yield from (found.span() for found in re.finditer("|".join(map(whole, names)), text))


def _runs_of(text: str) -> tuple[set[bytes], bytes]:
    """Return the words of a folded text in UTF-8: those of ASCII, and in one text those of other scripts."""
    data = text.encode("utf-8", "surrogatepass")
    others = b"" if text.isascii() else b" ".join({*data.translate(_OTHER_RUNS).split()})
    return {*data.translate(_ASCII_RUNS).split()}, others


def _not_ascii(words: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(word for word in words if not word.isascii())


def place_in(text: str, offset: int, path: str, first_line: int = 1) -> Span:
    """Return the place of a gap in a text that begins at `first_line` of a file."""
    line = text.count("\n", 0, offset)
    return Span(path, first_line + line, offset - text.rfind("\n", 0, offset))


_guard = lru_cache(8)(Guard)


def _compiled(forms: frozenset[NameForm]) -> re.Pattern[str]:
    return re.compile("|".join(longest_first(form.pattern for form in forms)))


def _without(text: str, hits: Iterable[tuple[int, int]]) -> str:
    """Return a text with a mark in place of each hit and of the path before it; line breaks and tags stay."""
    kept, last = [], 0
    for start, end in sorted(hits):
        if end > last:
            first, end = _with_marks(text, max(_path_start(text, start), last), end)  # noqa: PLW2901
            removed = text[first:end]
            left = "".join(TAG.findall(removed)) if "<" in removed else ""
            kept += [text[last:first], _MARK, left, "\n" * (removed.count("\n") - left.count("\n"))]
            last = end
    return "".join([*kept, text[last:]])


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a hit with the marks around it whose other half is in it: in `q7-**plan**`, the last two stars."""
    for found in _EMPHASIS.findall(text, start, end):
        if text.startswith(found, end):
            end += len(found)
        elif text.endswith(found, 0, start):
            start -= len(found)
    removed = text[start:end]
    if "[" in removed and (after := _LINK_END.match(text, end)):
        return start, after.end()
    return start - ("]" in removed and text.endswith("[", 0, start)), end


def _path_start(text: str, start: int) -> int:
    """Return the place where the address or the path begins that leads to a name."""
    before = text[max(start - _LONGEST_PATH, 0) : start]
    found = _PATH_BEFORE.search(before) if before[-1:] in {"/", "\\"} else None
    return start - len(before) + found.start() if found else start
