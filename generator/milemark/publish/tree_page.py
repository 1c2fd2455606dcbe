"""A page of the tree as the publisher shows it: its front matter, and finished HTML between headings.

This is the part of Markdown that milemark writes, and that every publisher passes on without a change. A page with any
other Markdown in it, such as that of a project's own template, is the publisher's to render.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any

import yaml

_FRONT = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
_HEADING = re.compile(r"(#{1,6}) (.*?)(?: \{((?:[#.][\w\\.-]+ ?)+)\})?")
# A tag; an opening one with the rest of its element, if that holds no other tag.
_TAG = re.compile(r"""<(/)?([a-zA-Z][\w-]*)(?:"[^"]*"|'[^']*'|[^'"<>]++)*+>(?(1)|([^<]*</(?!(?i:hr)>)\2>)?)""")
_END_OF_BLOCK = re.compile(r"[ ]*\n[ ]*\n")
_MARKDOWN_INSIDE = re.compile(r"\smarkdown(?:=|[\s>])")
_TAGS = re.compile(r"<[^<>]*>")
_RAW_TEXT = frozenset({"script", "style", "textarea", "title"})  # no tag begins within
_BLOCK = re.compile(
    "address|article|aside|blockquote|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|main|nav|ol|p|pre"
    "|section|table|ul"
)
_KNOWN = frozenset({"title", "description", "hide", "search"})  # other fields are the theme's to read


@dataclass(frozen=True, slots=True)
class PageHeading:
    """A heading in Markdown: `## Next {#next .quiet}`. `html` is its text, `end` its end in the text of the page."""

    level: int
    html: str
    id: str
    classes: str
    end: int

    @property
    def plain(self) -> str:
        """The text without tags, as the table of contents shows it."""
        return " ".join(_TAGS.sub("", self.html).split())

    @property
    def words(self) -> str:
        """The text without tags and entities."""
        return " ".join(unescape(self.plain).split())


@dataclass(frozen=True)
class TreePage:
    """A page of the tree; a part is a heading or a block of HTML, with a line break where a blank line follows it."""

    head: str
    parts: tuple[PageHeading | str, ...]

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The front matter."""
        found = yaml.load(self.head, yaml.CSafeLoader)
        return found if isinstance(found, dict) else {}

    @cached_property
    def headings(self) -> tuple[PageHeading, ...]:
        """The headings, in order."""
        return tuple(part for part in self.parts if isinstance(part, PageHeading))

    @property
    def is_plain(self) -> bool:
        """Whether its front matter says no more than a frame can show."""
        texts = [self.fields.get(name) for name in ("title", "description")]
        return all(isinstance(text, str) and text.strip() for text in texts) and not {*self.fields} - _KNOWN

    @property
    def hidden(self) -> tuple[str, ...]:
        """The parts of the frame that the page hides: `hide: [toc]`."""
        hide = self.fields.get("hide") or []
        return tuple(sorted(map(str, hide if isinstance(hide, list) else [hide])))


def read_tree_page(text: str) -> TreePage | None:
    """Read a page; None if it holds other Markdown than headings and finished HTML."""
    front = _FRONT.match(text)
    body = text[front.end() :] if front else text
    if _MARKDOWN_INSIDE.search(body):
        return None
    try:
        return TreePage(front[1] if front else "", tuple(_parts(f"{text}\n\n", front.end() if front else 0)))
    except ValueError:
        return None


def _parts(body: str, place: int) -> Iterator[PageHeading | str]:
    """Yield the parts from a place in a text that ends with a blank line; raise ValueError for other Markdown."""
    is_line_start = True
    while place < len(body):
        if body[place] == "\n":
            place, is_line_start = place + 1, True
        elif body[place] == "#" and is_line_start:
            end = body.index("\n\n", place)
            yield _heading(body[place:end], end)
            place = end
        else:
            end = _end_of_element(body, place)
            yield body[place:end] + "\n" * bool(_END_OF_BLOCK.match(body, end))
            place, is_line_start = _after_blanks(body, end), False


def _heading(line: str, end: int) -> PageHeading:
    found = _HEADING.fullmatch(line)
    if not found:
        raise ValueError(line)
    names = (found[3] or "").replace("\\", "").split()
    own = next((name[1:] for name in names if name[0] == "#"), "")
    classes = " ".join(name[1:] for name in names if name[0] == ".")
    return PageHeading(len(found[1]), found[2].strip(), own, classes, end)


def _after_blanks(body: str, place: int) -> int:
    while body[place] == " ":
        place += 1
    return place


def _end_of_element(body: str, start: int) -> int:
    """Return the end of the element of block level that begins at `start`, tags within it balanced."""
    open_: list[str] = []
    for found in _tags(body, start):
        is_end, name, rest = found.groups()
        if rest and open_:  # the most frequent case
            continue
        name = name.lower()
        if not open_ and (found.start() != start or is_end or not _BLOCK.fullmatch(name)):
            break
        if not open_ and (rest or name == "hr"):
            return found.end()
        if not is_end:
            open_.append(name)
        elif name in open_:
            del open_[len(open_) - 1 - open_[::-1].index(name) :]
            if not open_:
                return found.end()
    raise ValueError(body[start : start + 80])


def _tags(body: str, place: int) -> Iterator[re.Match[str]]:
    """Yield the tags of a text from a place on."""
    is_more = True
    while is_more:
        is_more = False
        for found in _TAG.finditer(body, place):
            yield found
            if found[2].lower() in _RAW_TEXT and not found[1] and not found[3]:
                place, is_more = body.index(f"</{found[2].lower()}", found.end()), True
                break
