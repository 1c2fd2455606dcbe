"""HTML elements that are private as a whole: `<div class="private">`, `<section data-audience="private">`.

An element is private by a class with the word in it, by another attribute that is or has this word as a label, or, for
`<details>`, by such a `<summary>`. `<private>` is a mark of a section, see `private_marks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from milemark.markdown.private_words import is_label, mentions_private

_PIECE = r"(?:\"[^\"]{0,2000}+\"|'[^']{0,2000}+'|[^<>\"']{1,2000}+)"
TAG = re.compile(
    rf"<(?P<slash>/?)(?P<name>[A-Za-z][\w:-]{{0,60}})(?P<rest>(?:[\s/]{_PIECE}{{0,80}}+|[\s/][^<>]{{0,2000}})?)>"
)
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'<>/=]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"?|'(?P<single>[^']*)'?|(?P<bare>[^\s\"'>]+)))?"
)
_SUMMARY = re.compile(r"\s*<summary\b[^<>]*>(?P<label>.{0,200}?)</summary", re.DOTALL | re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
# Addresses and values of forms are no labels.
_OTHERS = frozenset({"href", "src", "srcset", "poster", "data", "action", "cite", "name", "for", "value", "alt"})
_EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
_FALSE = frozenset({"false", "no", "off", "0"})


class PrivateElement(NamedTuple):
    """A private element from `start` to before `end`; `opener` is its tag, `closer` the end tag that is missing."""

    start: int
    end: int
    opener: str
    closer: str = ""


def may_hold_private_element(text: str) -> bool:
    """Whether a text may hold a private element; a fast test."""
    return "<" in text and any(_is_private(text, tag) for tag in TAG.finditer(text) if not tag["slash"])


def private_elements(shown: str) -> Iterator[PrivateElement]:
    """Yield the private elements of a text with its code masked; one without an end goes on to the end of the text."""
    tags = [*TAG.finditer(shown)]
    done = 0
    for number, tag in enumerate(tags):
        if tag.start() >= done and not tag["slash"] and _is_private(shown, tag):
            done = tag.end() if tag["name"].lower() in _EMPTY else _end(tags, number)
            closer = "" if done else f"</{tag['name']}>"
            done = done or len(shown)
            yield PrivateElement(tag.start(), done, tag[0], closer)


def _end(tags: list[re.Match[str]], number: int) -> int:
    """Return the end of the element that a tag begins, or 0."""
    name, depth = tags[number]["name"].lower(), 0
    for tag in tags[number:]:
        if tag["name"].lower() == name:
            depth += -1 if tag["slash"] else 1
            if not depth:
                return tag.end()
    return 0


def _is_private(text: str, tag: re.Match[str]) -> bool:
    if mentions_private(unescape(tag["rest"])) and any(map(_marks, _ATTRIBUTE.finditer(tag["rest"]))):
        return True
    summary = _SUMMARY.match(text, tag.end()) if tag["name"].lower() == "details" else None
    return summary is not None and is_label(unescape(_ANY_TAG.sub("", summary["label"])))


def _marks(attribute: re.Match[str]) -> bool:
    value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
    return is_private_attribute(attribute["name"], unescape(value))


def is_private_attribute(name: str, value: str) -> bool:
    """Whether an attribute makes its element private."""
    name = name.lower()
    if is_label(name.removeprefix("data-")):
        return value.strip().lower() not in _FALSE
    return mentions_private(value) if "class" in name else name not in _OTHERS and is_label(value)
