"""Private blocks between rows of colons or slashes: `::: private … :::`, `:::note[Private]`, `/// private … ///`.

As in other boxes, the word counts in the kind and the attributes, and in a title that consists of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from milemark.markdown.private_elements import is_private_attribute
from milemark.markdown.private_words import is_label, mentions_private, seen

_ROW = re.compile(r"(?P<margin>(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*+)(?P<run>:{3,}+|/{3,}+)[ \t]*(?P<info>[^\n]*)")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
_LABEL = re.compile(r"\[([^\n]*)\]")
_OPTION = re.compile(r"[ \t>]*(?:-{3}[ \t]*|(?P<sign>:?)(?P<name>[A-Za-z][\w-]*):(?:[ \t]+(?P<value>[^\n]*))?)")
_KINDS = frozenset({"class", "type", "attrs"})
_SELECTED = frozenset({"html"})  # a kind with a selector for a title: `/// html | div.private`
_OPTIONS = 12  # lines below the first that may hold options


class PrivateContainer(NamedTuple):
    """The lines of a block, counted from 0: `end` is the line after the last. `run` are its colons or slashes."""

    first: int
    end: int
    run: str
    is_closed: bool = True


def may_hold_private_container(text: str) -> bool:
    """Whether a text may hold such a block; a fast test."""
    return (":::" in text or "///" in text) and any(True for _each in private_containers(text))


def private_containers(shown: str) -> Iterator[PrivateContainer]:
    """Yield the private blocks of a text with its code masked; one without an end goes on to the end of the text."""
    lines = seen(shown).split("\n")
    rows = [(number, row) for number, line in enumerate(lines) if (row := _ROW.match(line))]
    done = 0
    for place, (number, row) in enumerate(rows):
        if number >= done and row["info"] and _is_private(row["info"], lines[number + 1 : number + 1 + _OPTIONS]):
            end = _end(rows[place:])
            done = end or len(lines)
            yield PrivateContainer(number, done, row["run"], bool(end))


def _is_private(info: str, below: Sequence[str]) -> bool:
    attributes = " ".join(_ATTRIBUTES.findall(info))
    kind, _blank, title = _ATTRIBUTES.sub(" ", info).strip().partition(" ")
    label = _LABEL.search(info)
    is_titled = is_label(title) or (label is not None and is_label(label[1]))
    selector = title if kind in _SELECTED else ""
    is_marked = any(map(mentions_private, (attributes, kind.partition("[")[0], selector)))
    return is_titled or is_marked or has_private_option(below)


def has_private_option(lines: Iterable[str]) -> bool:
    """Whether one of the options in the first lines of a block makes it private: `:class: private`, or YAML's."""
    found = takewhile(bool, map(_OPTION.fullmatch, islice(lines, _OPTIONS)))
    return any(each["name"] and _is_private_option(each) for each in found if each)


def _is_private_option(option: re.Match[str]) -> bool:
    name, value = option["name"].lower(), option["value"] or ""
    if name in _KINDS:
        return mentions_private(value)
    return bool(option["sign"]) and is_private_attribute(name, value or "true")


def _end(rows: Sequence[tuple[int, re.Match[str]]]) -> int:
    """Return the line after the row that closes the block of the first row, or 0. In doubt, a row closes nothing."""
    own = rows[0][1]
    waiting: list[int] = []
    for number, row in rows:
        if row["run"][0] != own["run"][0] or row["margin"].count(">") != own["margin"].count(">"):
            continue
        if row["info"]:
            waiting.append(len(row["run"]))
        elif len(row["run"]) >= waiting[-1]:
            waiting.pop()
        if not waiting:
            return number + 1
    return 0
