"""The frame of a page: all that the publisher writes around its body, learnt from a published model page.

A model page has marks for its title, description, address, headings and body. Where they stand in the published page,
another page has its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from milemark.publish.contents import Contents, entries, learn, text_of
from milemark.publish.tree_page import PageHeading

# Of elements that stay out of the search; the search plugin removes them from the page.
_SEARCH_MARKS = re.compile(r"\s?data-search-\w+=\"[^\"]+\"")
_FORMS = ("id", "html", "plain", "label")


class UnknownFrameError(Exception):
    """A published page does not show its parts where a frame expects them."""


@dataclass(frozen=True, slots=True)
class HeadingFrame:
    """How the publisher writes a heading: the text before and behind its id, classes and HTML."""

    plain: tuple[str, ...]
    classed: tuple[str, ...]

    def html(self, heading: PageHeading) -> str:
        """Return a heading as HTML."""
        texts = {"id": heading.id, "classes": heading.classes, "html": heading.html, "level": str(heading.level)}
        pieces = self.classed if heading.classes else self.plain
        return "".join(texts[piece] if number % 2 else piece for number, piece in enumerate(pieces))


@dataclass(frozen=True, slots=True)
class Values:
    """All that a page shows in its frame. `stem` is the name of its file, without the ending."""

    title: str
    description: str
    stem: str
    parts: tuple[PageHeading | str, ...]

    @property
    def headings(self) -> tuple[PageHeading, ...]:
        """The headings, in order."""
        return tuple(part for part in self.parts if isinstance(part, PageHeading))

    def content(self, frame: HeadingFrame | None) -> str:
        """Return the body as HTML."""
        parts = (frame.html(part) if frame and isinstance(part, PageHeading) else str(part) for part in self.parts)
        return "\n".join(parts).strip()


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: pieces of HTML and the names of places in turn. A place `contents 1` has the second of `contents`."""

    pieces: tuple[str, ...]
    contents: tuple[Contents, ...]
    heading: HeadingFrame | None

    def page(self, values: Values, content: str) -> str:
        """Return the page of a site; `content` is its body as HTML."""
        return "".join(
            self._shown(piece, values, content) if number % 2 else piece for number, piece in enumerate(self.pieces)
        )

    def _shown(self, place: str, values: Values, content: str) -> str:
        if place == "content":
            return _SEARCH_MARKS.sub("", content)
        if place == "first id":
            return values.headings[0].id
        name, _blank, number = place.partition(" ")
        if name == "contents":
            return self.contents[int(number)].html(entries(values.headings))
        return quote(values.stem) if name == "quoted" else str(getattr(values, name))


def learn_frame(html: str, model: Values, marks: Sequence[str]) -> Frame:
    """Learn a frame from a published model page; `marks` are the fields of the model that are marks.

    Raises UnknownFrameError.
    """
    heading = HeadingFrame(*(_heading_pieces(html, each) for each in model.headings[:2])) if model.headings else None
    found = _split(html, {**_forms(model, marks), _SEARCH_MARKS.sub("", model.content(heading)): "content"})
    if found.count("content") != 1:
        raise UnknownFrameError("a page does not show its body unchanged")
    pieces, contents = [found[0]], list[Contents]()
    place = 1
    while place < len(found):
        length = _run_length(found, place)
        name = found[place]
        if length > 1:
            name = f"contents {len(contents)}"
            runs = [found[at].split(" ") for at in range(place, place + 2 * length, 2)]
            contents.append(learn(found[place + 1 : place + 2 * length : 2], runs, _first_listed(model)))
            found[place + 2 * length - 1] = found[place + 2 * length - 1].removeprefix(contents[-1].end)
        elif name == "id 0":
            name = "first id"
        pieces += [name, found[place + 2 * length - 1]]
        place += 2 * length
    return Frame(tuple(pieces), tuple(contents), heading)


def _forms(model: Values, marks: Sequence[str]) -> dict[str, str]:
    """Return the names of the places by the text that the model shows there."""
    forms = {quote(model.stem): "quoted"} if "stem" in marks else {}
    forms |= {str(getattr(model, name)): name for name in marks}
    for number, each in enumerate(model.headings):
        forms |= {text_of(each, form): f"{form} {number}" for form in reversed(_FORMS)}
    return forms


def _split(html: str, forms: Mapping[str, str]) -> list[str]:
    """Return pieces of HTML and the names of the places between them in turn."""
    pattern = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    found = re.split(f"({pattern})", html)
    return [forms[piece] if number % 2 else piece for number, piece in enumerate(found)]


def _heading_pieces(html: str, heading: PageHeading) -> tuple[str, ...]:
    """Return the pieces of a heading: HTML and the names of its parts in turn."""
    level = heading.level
    all_ = re.finditer(rf"<h{level}\b[^<>]*>(.*?)</h{level}>", html)
    found = next((each for each in all_ if heading.html in each[1]), None)
    if not found:
        raise UnknownFrameError("a page does not show its headings unchanged")
    forms = {heading.id: "id", heading.html: "html", **({heading.classes: "classes"} if heading.classes else {})}
    return ("<h", "level", *_split(f"{found[0][3:-5]}</h", forms), "level", ">")


def _first_listed(model: Values) -> int:
    return int(model.headings[0].level == 1)


def _run_length(found: Sequence[str], place: int) -> int:
    """Return the number of places from this one on that show headings in their order: many in a table of contents."""
    numbers = [int(name.split(" ")[1]) if " " in name else -1 for name in found[place::2]]
    length = 1
    if found[place + 2 : place + 3] and found[place + 2].startswith("id "):  # the link that skips to the first heading
        return length
    while length < len(numbers) and -1 < numbers[length - 1] <= numbers[length] <= numbers[length - 1] + 1:
        length += 1
    return length
