"""The links, pictures and link definitions of a text with their places, so that a part of them can be replaced.

markdown-it gives no places within a line; its own readers of addresses and titles are used here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markdown_it.helpers import parseLinkDestination, parseLinkTitle

from milemark.foundation.identifiers import word_key

_SIGN = re.compile(r"\\(?s:.)|`+|!?\[|\]")
_BLANK = re.compile(r"[ \t]*\n?[ \t>]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
_HEAD = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?[ \t>]*")
_LABEL = re.compile(r"\[((?:[^\[\]\\\n]|\\.){0,999})\]")
_PARENTHESES = re.compile(r"\\(?s:.)|[()]|\n[ \t]*\n")
_TITLE = re.compile(r"\s*[\"'(].*", re.DOTALL)
_LONGEST = 4_000  # characters of a head, a label, or an address with its title
_DEEPEST = 8  # parentheses within parentheses
_FENCE = 3  # backticks


class WrittenLink(NamedTuple):
    """A link `[text](address "title")` or `[text][label]`, or a definition `[label]: address "title"`.

    `start` and `end` are its place, `text` is that of its text, `place` that of its address with its angle brackets. A
    link has an address or a label, a definition both.
    """

    start: int
    end: int
    text: slice
    address: str = ""
    label: str = ""
    is_image: bool = False
    place: slice = slice(0)

    @property
    def is_definition(self) -> bool:
        """Whether it defines the address of a label."""
        return bool(self.label and self.address)


def written_links(text: str) -> Iterator[WrittenLink]:
    """Yield the links of a text, an inner one before the one around it; code holds none."""
    opened: list[re.Match[str]] = []
    runs, place = _backticks(text), 0
    while sign := _SIGN.search(text, place):
        place = sign.end()
        if sign[0][0] == "`":
            place = _end_of_code(text, sign, runs)
        elif sign[0] == "]" and opened:
            link = _closed(text, opened.pop(), sign.start())
            yield link
            place = link.end if link.is_definition else place
        elif sign[0][-1] == "[":
            opened.append(sign)


def _backticks(text: str) -> Mapping[int, list[int]]:
    """Return the places of runs of backticks by their length."""
    runs: dict[int, list[int]] = {}
    for run in re.finditer("`+", text):
        runs.setdefault(len(run[0]), []).append(run.start())
    return runs


def _end_of_code(text: str, opener: re.Match[str], runs: Mapping[int, list[int]]) -> int:
    """Return the end of the code that backticks open, or of the backticks if nothing closes them in their paragraph."""
    size = len(opener[0])
    later = runs[size][bisect_right(runs[size], opener.start()) :][:1]
    is_code = later and (size >= _FENCE or text.find("\n\n", opener.end(), later[0]) < 0)
    return later[0] + size if is_code else opener.end()


def _closed(text: str, opener: re.Match[str], closer: int) -> WrittenLink:
    """Return the link whose text ends at a bracket."""
    start, end, is_image = opener.start(), closer + 1, len(opener[0]) > 1
    inner = slice(opener.end(), closer)
    follows = text[end : end + 1]
    if follows == "(" and (found := _inline(text, end + 1)):
        return WrittenLink(start, found[1], inner, found[0], "", is_image, found[2])
    label = word_key(text[inner]) if closer - start < _LONGEST else ""
    if follows == ":" and label[:1] not in {"", "^"} and _is_at_head(text, start):
        address, last, place = _definition(text, end + 1)
        return WrittenLink(start, last, inner, address, label, place=place)
    other = _LABEL.match(text, end)
    label = word_key(other[1]) if other and other[1] else label
    return WrittenLink(start, other.end() if other else end, inner, "", label, is_image)


def _is_at_head(text: str, start: int) -> bool:
    """Whether only signs of quotes and lists stand before a place in its line."""
    first = max(start - _LONGEST, 0)
    return _HEAD.fullmatch(text, text.rfind("\n", first, start) + 1 or first, start) is not None


def _inline(text: str, start: int) -> tuple[str, int, slice] | None:
    """Return the address in parentheses, the place after them, and that of the address.

    A wrong title ends with the last parenthesis.
    """
    most = min(start + _LONGEST, len(text))
    first = _after_blank(text, start)
    found = parseLinkDestination(text, first, most)
    if found.ok:
        end = _after_blank(text, _after_title(text, _after_blank(text, found.pos), most))
        if text[end : end + 1] == ")":
            return found.str, end + 1, slice(first, found.pos)
    end = _end_of_parentheses(text, start, most)
    address = _TITLE.sub("", text[start : end - 1].strip())
    return (address, end, slice(first, first + len(address))) if end else None


def _definition(text: str, start: int) -> tuple[str, int, slice]:
    """Return the address after `[label]:`, the end of the definition, which takes its lines whole, and its place."""
    most = min(start + _LONGEST, len(text))
    first = _after_blank(text, start)
    found = parseLinkDestination(text, first, most)
    if not found.ok:
        return "", start, slice(start, start)
    title = _after_blank(text, found.pos)
    after = _after_title(text, title, most)
    rest = _REST_OF_LINE.match(text, after if after > title else found.pos)
    return found.str, rest.end() if rest else found.pos, slice(first, found.pos)


def _after_blank(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _after_title(text: str, start: int, most: int) -> int:
    """Return the place after a title, or `start` if there is none."""
    found = parseLinkTitle(text, start, most)
    return found.pos if found.ok else start


def _end_of_parentheses(text: str, start: int, most: int) -> int:
    """Return the place after the parenthesis that closes the one before `start`, or 0."""
    depth = 1
    for sign in _PARENTHESES.finditer(text, start, most):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if depth == 0:
            return sign.end()
        if depth > _DEEPEST or sign[0][0] == "\n":
            return 0
    return 0
