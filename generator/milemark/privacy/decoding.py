r"""The readings of a text: what a browser, a YAML or JSON reader, a calendar or a person makes of it.

`q7-plan` may be written `q7&#45;plan`, `q7%2Dplan`, `q7%252Dplan`, `q7\u002dplan`, `q7\-plan`, `Q7-PLAN`, or with
characters in it that have no width, or with markup: `q7-**plan**`, `q7<b>-plan</b>`. Each reading is folded: without
case, in NFC, without such characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from milemark.foundation.identifiers import key_of

_DEPTH = 4  # times that a text is decoded: `%25252D` takes three
_UNSEEN = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_LIKE = {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"), **dict.fromkeys("\u2018\u2019", "'")}
_UNLIKE = re.compile(f"[{_UNSEEN}{''.join(_LIKE)}]")
# A character with everything that NFC may join to it: marks, and the vowels and finals of Hangul.
_JOINED = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u1160-\u11ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
_CLUSTER = re.compile(rf"(?s:.)[{_JOINED}{_UNSEEN}]*")
_WORD = re.compile(r"\s+|\S+")
_ENCODED = re.compile(  # begins with a set of characters, which makes the search fast
    r"[&%\\](?:"
    r"(?<=&)(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?"
    r"|(?<=%)[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*"
    r"|(?<=\\)(?:u[0-9a-fA-F]{4}(?:\\u[0-9a-fA-F]{4})*|u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}"
    r"|[nrtbfv0]|[!-/:-@\[-`{-~]))"
)
_CSS = re.compile(r"\\[0-9a-fA-F]{1,6}[ \t\n\f]?")
_FOLD = re.compile(r"\r\n[ \t]")  # of a line in a calendar
_WITHIN_WORDS = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|nobr|output|q|rp|rt|ruby|s|samp"
    "|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
_TAG = rf"/?(?:{_WITHIN_WORDS})(?:[\s/][^<>]{{0,2000}})?>|(?<=-<)br\s*/?>"
TAG = re.compile(rf"<(?:{_TAG})", re.IGNORECASE)
# Emphasis, code, links, attributes, tags, and a line break behind a dash. It begins with a set of characters, too.
MARKUP = re.compile(
    r"[<*~=^+`_!\[\]{\\\n](?:(?<=[*~=^+`])[*~=^+`]*|(?<=_)(?:(?<![^\W_]_)_*|_*(?![^\W_]))|(?<=\[)|(?<=!)\["
    r"|(?<=\])(?:\([^()\n]*\)|\[[^\[\]\n]*\])?|(?<=\{)[:#.][^{}\n]*\}|(?<=-\n)[ \t>]*|(?<=-\\)\n[ \t>]*"
    rf"|(?<=<)(?:{_TAG}))",
    re.IGNORECASE,
)
_LAST = 0x10FFFF
_SIGNS = re.compile(r"[&%\\<\r]")  # a text of a program without these has one reading


class DecodingStep(NamedTuple):
    """One step of decoding: each match of `pattern` becomes the result of `write`."""

    pattern: re.Pattern[str]
    write: Callable[[re.Match[str]], str]

    def of(self, text: str) -> str:
        """Return a text after this step."""
        return self.pattern.sub(self.write, text)


class Reading(NamedTuple):
    """A folded text, and the steps that led to it from the text as written."""

    text: str
    steps: tuple[DecodingStep, ...]

    def places(self, written: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the places in the text as written from which parts of this reading come, escapes as a whole."""
        if not self.steps and _is_aligned(written, self.text):
            return [*spans]
        starts, ends = list(range(len(written))), list(range(1, len(written) + 1))
        text = written
        for step in (*self.steps, _folding(written, self)):
            origins = [*_origins(text, step)]
            starts, ends = [starts[first] for first, _last in origins], [ends[last - 1] for _first, last in origins]
            text = step.of(text)
        return [(starts[start], ends[end - 1]) for start, end in spans]


def folded(text: str) -> str:
    """Return a text without case, in NFC, without characters that have no width."""
    return key_of(_UNLIKE.sub(lambda found: _LIKE.get(found[0], ""), text) if _UNLIKE.search(text) else text)


def readings(text: str, *, is_own: bool = True) -> Iterator[Reading]:
    """Yield the readings of a text: as written, decoded once, twice and so on, and without markup or folds.

    `is_own` is false for texts that a program has written: only their tags are markup.
    """
    if not is_own and not _SIGNS.search(text):
        yield Reading(folded(text), ())
        return
    ways: dict[str, tuple[DecodingStep, ...]] = {}
    for decoded, steps in _decodings(text):
        ways.setdefault(decoded, steps)
        for step, joined in _joined(decoded, is_own=is_own):
            for further, others in _decodings(joined):
                ways.setdefault(further, (*steps, step, *others))
    yield from (Reading(folded(way), steps) for way, steps in ways.items())


def _decodings(text: str) -> Iterator[tuple[str, tuple[DecodingStep, ...]]]:
    """Yield a text, and the text decoded once, twice and so on, with the steps that led there."""
    yield text, ()
    for time in range(1, _DEPTH + 1):
        decoded = _DECODE.of(text)
        if decoded == text:
            return
        text = decoded
        yield text, (_DECODE,) * time


def words_in(text: str) -> set[str]:
    """Return everything between blanks in an output, also where an escape ends with a blank, or a line goes on."""
    return {*text.split(), *(word for _step, joined in _joined(text, is_own=False) for word in joined.split())}


def _joined(text: str, *, is_own: bool) -> Iterator[tuple[DecodingStep, str]]:
    """Yield a text after each step that may join what stands apart."""
    for sign, step in (("\\", _DECODE_CSS), ("\r\n", _UNFOLD), ("" if is_own else "<", _UNMARK if is_own else _UNTAG)):
        if sign in text and step.pattern.search(text):
            yield step, step.of(text)


def _is_aligned(written: str, reading: str) -> bool:
    """Whether each character of a reading comes from the one at the same place: casefold never shortens a text."""
    return written.isascii() or (
        len(written.casefold()) == len(written) == len(reading)
        and unicodedata.is_normalized("NFC", written.casefold())
        and not _UNLIKE.search(written)
    )


def _folding(written: str, reading: Reading) -> DecodingStep:
    """Return the folding of a reading as a step, by characters; where marks join in another way, by words."""
    text = written
    for step in reading.steps:
        text = step.of(text)
    by_character = DecodingStep(_CLUSTER, lambda found: folded(found[0]))
    return by_character if by_character.of(text) == reading.text else DecodingStep(_WORD, by_character.write)


def _origins(text: str, step: DecodingStep) -> Iterator[tuple[int, int]]:
    """Yield for each character after a step the place that it comes from."""
    last = 0
    for found in step.pattern.finditer(text):
        yield from ((place, place + 1) for place in range(last, found.start()))
        yield from (found.span() for _letter in step.write(found))
        last = found.end()
    yield from ((place, place + 1) for place in range(last, len(text)))


@lru_cache(10_000)
def _decoded(text: str) -> str:
    """Return the characters that an escape stands for."""
    if text[0] == "&":
        return unescape(text)
    if text[0] == "%":
        return unquote(text)
    if text[1] == "u" and text[2] != "{":
        units = bytes.fromhex(text.replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    if text[1] in "uUx":
        return _character(text[2:].strip("{}"))
    return " " if text[1].isalnum() else text[1]


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= _LAST else "\ufffd"


_DECODE = DecodingStep(_ENCODED, lambda found: _decoded(found[0]))
_DECODE_CSS = DecodingStep(_CSS, lambda found: _character(found[0][1:].strip()))
_UNFOLD = DecodingStep(_FOLD, lambda _found: "")
_UNMARK = DecodingStep(MARKUP, lambda _found: "")
_UNTAG = DecodingStep(TAG, lambda _found: "")
