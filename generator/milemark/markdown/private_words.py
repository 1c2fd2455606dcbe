"""The word `private` in any spelling: misspelt, with look-alike letters, or with invisible characters in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from milemark.foundation.suggestions import skeleton

PRIVATE = "private"
# Characters without a glyph, which an editor does not show.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
LINE_SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufffd"  # U+FFFD: a control character, as `decode` reads it
_UNSEEN = re.compile(f"{_INVISIBLE.pattern[:-1]}{LINE_SEPARATORS}]")
_SPELLINGS = re.compile("private|privacy|비공개")
_LETTERS = str.maketrans("ρгιıɩνѵαɑτтεє", "priiivvaattee")
_WORD = re.compile(r"[^\W_]+")
_LIKELY = re.compile(r"(?<![^\W_])[^\W_]{6,8}(?![^\W_])")
_NAME = re.compile(r"\w*[a-z][A-Z]\w*")  # PrivateKey: the name of something in a program
ENDS = frozenset({"end", "ends", "ended", "stop", "close", "closed", "finish", "끝", "종료"})
# With `private`, these words make a mark and no sentence.
_AROUND = ENDS | frozenset(
    {"begin", "begins", "start", "starts", "of", "the", "this", "here", "from", "section", "part", "block", "area"}
    | {"region", "text", "content", "audience", "시작", "부분"}
)
_IN_LABELS = _AROUND | frozenset({"note", "notes", "only", "strictly", "메모"})
_SHORTCODE = re.compile(r":(?!private)[a-z0-9_+-]+:")  # `:lock:`, a picture for most programs
_ALIKE = 6  # letters that a misspelt word shares with `private`


def seen(text: str) -> str:
    """Return a text without invisible characters."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def folded(text: str) -> str:
    """Return a text in lower case, without accents and invisible characters, in Latin for letters that look alike."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", _UNSEEN.sub("", text))
    bare = "".join(each for each in plain if unicodedata.category(each) != "Mn")
    return skeleton(unicodedata.normalize("NFC", bare)).translate(_LETTERS)


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text, folded; each spelling of `private` is a word of its own, as in `endprivate`."""
    for word in _WORD.findall(_SPELLINGS.sub(f" {PRIVATE} ", folded(text))):
        yield PRIVATE if _is_near(word) else word


def mentions_private(text: str) -> bool:
    """Whether a text holds the word `private` in any spelling."""
    plain = folded(text)
    return _SPELLINGS.search(plain) is not None or any(map(_is_near, _LIKELY.findall(plain)))


def is_private_word(text: str) -> bool:
    """Whether a text is the word `private` and nothing else."""
    return mentions_private(text) and [*words_of(text)] == [PRIVATE]


def is_private_tag(tag: str) -> bool:
    """Whether a tag is the word `private`, or stands below it: `private/pay`."""
    return is_private_word(tag.strip().lstrip("#").partition("/")[0])


def is_mark_only(words: Collection[str]) -> bool:
    """Whether the words of a text say that something is private, and nothing else."""
    return PRIVATE in words and _AROUND.issuperset({*words} - {PRIVATE})


def is_label(text: str) -> bool:
    """Whether a title is the word `private`, with signs or such words as `notes`: it labels what it stands above."""
    words = {*words_of(_SHORTCODE.sub(" ", text))} if mentions_private(text) else {*()}
    return PRIVATE in words and _IN_LABELS.issuperset(words - {PRIVATE})


def is_private_info(info: str) -> bool:
    """Whether the text after a fence makes the block private: `private`, `{.txt .private}`, `text private-notes`.

    The name of a program's part is no mark, except as the first word: `java title="PrivateKey.java"`.
    """
    first, _blank, rest = info.strip().partition(" ")
    return bool(first) and (mentions_private(first) or mentions_private(_NAME.sub(" ", rest)))


def _is_near(word: str) -> bool:
    """Whether a word is `private` with at most one letter missing, doubled, changed or swapped with its neighbour."""
    if abs(len(word) - len(PRIVATE)) > 1 or len({*word} & {*PRIVATE}) < _ALIKE:
        return word == PRIVATE
    from rapidfuzz.distance import OSA  # few words come this far

    return OSA.distance(word, PRIVATE, score_cutoff=1) <= 1
