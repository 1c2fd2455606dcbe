"""The place of a cursor in YAML that is being written: it need not be valid yet, so it is read line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_HEAD = re.compile(r"(?P<indent> *)(?P<dashes>(?:- +)*)(?P<rest>.*)", re.DOTALL)
_KEY = re.compile(
    r"""(?P<key>"[^"]*"|'[^']*'|[^\s#\[\]{},"'&*!|>%@`-][^#]*?|-[^\s#][^#]*?)[ \t]*:(?P<value>[ \t].*|$)""", re.DOTALL
)
_COMMENT = re.compile(r"(?:^|\s)#")
_BLOCK = re.compile(r"\s+[|>][-+0-9]*\s*(?:#.*)?")  # the header of a text in lines of its own


class YamlPlace(NamedTuple):
    """A cursor behind `prefix`, which begins at `start` of its line: a key to be written, or a value of the last key.

    `path` are the keys around it. `quote` is the quotation mark that is open before it. `blank` is what YAML wants
    between a colon and the value, and is still missing.
    """

    path: tuple[str, ...]
    is_key: bool
    prefix: str
    start: int
    quote: str = ""
    is_flow: bool = False
    blank: str = ""


def yaml_place(lines: Sequence[str], row: int, column: int) -> YamlPlace | None:
    """Return the place of a cursor, or None in a comment."""
    before = lines[row][:column]
    if path := _block_around(lines, row, column):
        prefix = before.lstrip()
        return YamlPlace(path, is_key=False, prefix=prefix, start=len(before) - len(prefix))
    place = _in_line(lines, row, before)
    is_tight = place is not None and not place.quote and before[: place.start].endswith(":")
    return place._replace(blank=" ") if place and is_tight else place


def _block_around(lines: Sequence[str], row: int, column: int) -> tuple[str, ...]:
    """Return the keys of the block scalar that holds a cursor, none outside of such a text."""
    line = lines[row] if lines[row].strip() else lines[row][:column]
    depth = len(line) - len(line.lstrip(" "))
    for number in range(row - 1, -1, -1):
        head = _HEAD.fullmatch(lines[number])
        if head is None or not lines[number].strip() or len(head["indent"]) >= depth:
            continue
        depth = len(head["indent"])
        found = _KEY.fullmatch(head["rest"])
        if found and _BLOCK.fullmatch(found["value"]):
            around = _keys_around(lines, number, depth + len(head["dashes"]), is_entry=bool(head["dashes"]))
            return (*around, found["key"].strip("\"'"))
    return ()


def _in_line(lines: Sequence[str], row: int, before: str) -> YamlPlace | None:
    head = _HEAD.fullmatch(before)
    if head is None:
        return None
    indent, dashes, rest = head["indent"], head["dashes"], head["rest"]
    around = _keys_around(lines, row, len(indent) + len(dashes), is_entry=bool(dashes))
    found = _KEY.fullmatch(rest)
    begin = len(before) - len(rest)
    if found is None:
        if _COMMENT.search(rest):
            return None
        is_value = bool(dashes) or rest.startswith(("[", "{", '"', "'"))
        return _scanned(around, rest, begin, is_key=not is_value)
    value = found["value"]
    return _scanned((*around, found["key"].strip("\"'")), value, len(before) - len(value), is_key=False)


def _keys_around(lines: Sequence[str], row: int, depth: int, *, is_entry: bool) -> tuple[str, ...]:
    """Return the keys whose values hold a line that begins at a depth."""
    keys: list[str] = []
    for line in reversed(lines[:row]):
        head = _HEAD.fullmatch(line)
        if head is None or not line.strip() or line.lstrip().startswith("#"):
            continue
        own = len(head["indent"]) + len(head["dashes"])
        found = _KEY.fullmatch(head["rest"])
        is_above = own < depth or (is_entry and own == depth - 2 and not head["dashes"])
        if found and is_above:
            keys.append(found["key"].strip("\"'"))
            depth, is_entry = own, bool(head["dashes"])
        if own == 0 and found:
            break
    return tuple(reversed(keys))


def _scanned(path: tuple[str, ...], text: str, begin: int, *, is_key: bool) -> YamlPlace | None:
    """Return the place at the end of a value, which may be a list or an object in brackets."""
    opened: list[str | None] = []  # the key of each open brace, None for a bracket
    start, quote = 0, ""
    for number, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and not text[start:number].strip():
            quote = sign
        elif sign == "#" and text[number - 1 : number].isspace():
            return None
        elif sign in "[{":
            opened.append("" if sign == "{" else None)
            start = number + 1
        elif sign in "]}" and opened:
            opened.pop()
            start = number + 1
        elif sign == "," and opened:
            start = number + 1
            opened[-1] = "" if opened[-1] is not None else None
        elif sign == ":" and opened and opened[-1] == "" and not text[number + 1 : number + 2].strip():
            opened[-1] = text[start:number].strip().strip("\"'")
            start = number + 1
    prefix = text[start:].lstrip().removeprefix(quote)
    keys = tuple(each for each in opened if each)
    is_key = is_key or bool(opened and opened[-1] == "")
    return YamlPlace((*path, *keys), is_key, prefix, begin + len(text) - len(prefix), quote, bool(opened))
