"""The table of contents of a page: which headings it lists, and how the theme writes it, learnt from a model page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from markupsafe import Markup, escape

from milemark.publish.tree_page import PageHeading

# The levels of the headings that a model lists: every step that a table of contents can take from one to the next.
MODEL_LEVELS = (2, 3, 4, 4, 3, 3, 2, 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table of contents; `depth` counts from 0, and `ups` is the number of lists that end before it."""

    heading: PageHeading
    depth: int
    is_parent: bool
    ups: int

    def text(self, form: str) -> str:
        """Return its id or its text in the form that a place of the theme shows."""
        return text_of(self.heading, form)


def text_of(heading: PageHeading, form: str) -> str:
    """Return the id of a heading, or its text: as HTML, without tags, or as the value of an attribute."""
    if form == "label":
        return str(escape(Markup(heading.plain).striptags()))  # noqa: S704  the filters of the theme
    return {"id": heading.id, "html": heading.html, "plain": heading.plain}[form]


def entries(headings: Sequence[PageHeading]) -> tuple[Entry, ...]:
    """Return the lines of a page's table of contents: of a page that begins with a title, those below it."""
    if headings and headings[0].level == 1:
        end = next((number for number, each in enumerate(headings[1:], 1) if each.level == 1), len(headings))
        headings = headings[1:end]
    depths = [*_depths(headings)]
    rows = zip(headings, depths, [*depths[1:], 0], [0, *depths], strict=False)
    return tuple(Entry(each, depth, next_ > depth, max(last - depth, 0)) for each, depth, next_, last in rows)


def _depths(headings: Sequence[PageHeading]) -> Iterator[int]:
    open_: list[int] = []
    for each in headings:
        while open_ and open_[-1] >= each.level:
            open_.pop()
        yield len(open_)
        open_.append(each.level)


@dataclass(frozen=True, slots=True)
class Contents:
    """How a theme writes a table of contents: pieces of HTML around the forms of a heading, and between two lines."""

    leaf: tuple[str, ...]  # text and forms in turn, from the first form to the last
    parent: tuple[str, ...]
    down: str  # from a parent to its first line
    end: str  # of a line
    up: str  # the end of a list and of its parent
    first: str  # the beginning of a line of the outermost list
    inner: str  # the beginning of any other line

    def html(self, listed: Sequence[Entry]) -> str:
        """Return a table of contents from the first form of its first line to the end of its last line."""
        parts: list[str] = []
        for number, each in enumerate(listed):
            parts += self._line(each)
            if each.is_parent:
                parts.append(self.down)
                continue
            last = number + 1 == len(listed)
            ups = each.depth if last else listed[number + 1].ups
            parts += [self.end, self.up * ups]
            if not last:
                parts.append(self.inner if listed[number + 1].depth else self.first)
        return "".join(parts)

    def _line(self, entry: Entry) -> Iterator[str]:
        for number, part in enumerate(self.parent if entry.is_parent else self.leaf):
            yield part if number % 2 else entry.text(part)


def learn(pieces: Sequence[str], places: Sequence[Sequence[str]], first_listed: int) -> Contents:
    """Learn from the table of contents of a model: its places, each a form and the number of a heading.

    `pieces` stand behind the places. A wrong result shows when the frame is proved.
    """
    lines: list[list[str]] = [[] for _level in MODEL_LEVELS]
    for (form, number), piece in zip(places, pieces, strict=True):
        lines[int(number) - first_listed] += [form, piece]
    after = [line.pop() if line else "" for line in lines]
    end = "".join(sign for sign, _other in takewhile(_is_pair, zip(after[2], after[6], strict=False)))
    inner, first = after[2].removeprefix(end), after[6].removeprefix(end)
    up = after[3].removeprefix(end).removesuffix(inner)
    return Contents(tuple(lines[2]), tuple(lines[0]), after[0], end, up, first, inner)


def _is_pair(signs: tuple[str, str]) -> bool:
    return signs[0] == signs[1]
