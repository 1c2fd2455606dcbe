"""Folds the long groups of a page: the page shows their first rows, and pages of the rest show the others.

A template wraps the rows of a group in `{% call(rows) mm.paged(items) %}…{% endcall %}`. A group may hold groups: the
tracks of a page, and the items of each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Final

from markupsafe import Markup

from milemark.foundation.identifiers import composed
from milemark.output.cells import ColumnHeading, Ranked
from milemark.output.site.rows import Rows
from milemark.roadmap.model import Item
from milemark.roadmap.site_paths import TakenPaths, page_path

MOST: Final = 50  # rows of a group on its page
_LARGEST = 200  # rows on a page of the rest
ROOM: Final = 100_000  # bytes of rows on a page: with its frame, a page stays below 200 KB
ROOM_BY_CHARTS: Final = 60_000  # bytes of rows on a page whose charts are as large
_NESTED = 0.6  # the share of the room that the rows of inner groups may take; the rest is for their headings
_LONGEST = 60  # characters of a name in an address
_UNSAFE = re.compile(r"[^\w-]+")

RenderRows = Callable[[Sequence[Any]], str]


@dataclass(frozen=True, slots=True)
class LongGroup:
    """The items of a group, and its title and name, for the titles and the addresses of its pages of the rest."""

    items: tuple[Any, ...]
    title: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class RestPage:
    """One page of the rest of a group: its rows as HTML, its number from 2, and the pages before and after it."""

    path: str
    title: str
    rows: Markup
    number: int
    last: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownRows:
    """The rows of a group on its page as HTML, how many are `left`, and the path of the first page of the rest."""

    rows: Markup
    left: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Rendered rows, their size in bytes and the part of it that groups inside them take."""

    rows: Markup
    size: int
    inner: int
    is_whole: bool


class Folding:
    """Folds the groups of one page. `page` is the page that is being rendered: it, or one of its pages of the rest.

    `whole_room` is the room for its rows, in bytes.

    Rows are rendered at once, since a template's variables change after the call.
    """

    def __init__(
        self,
        page: str,
        taken: TakenPaths,
        whole_room: int = ROOM,
        rows: Rows | None = None,  # without them, each row is rendered
    ) -> None:
        self.main = self.page = page
        self.taken, self.whole_room = taken, whole_room
        self.rest: list[RestPage] = []
        self.room, self._rows = math.inf, rows
        self._used = 0
        self._is_trial = self._is_short = False
        self._names: set[str] = set()

    @property
    def is_large(self) -> bool:
        """Whether the numbers in lists are links to their derivations."""
        return self._rows is not None and self._rows.is_large

    @property
    def is_rest(self) -> bool:
        """Whether a page of the rest is being rendered."""
        return self.page != self.main

    @staticmethod
    def group(items: Iterable[Any], title: str = "", name: str = "") -> LongGroup:
        """Return a group to fold."""
        return LongGroup(tuple(items), title, name)

    def row(self, kind: str, item: Item, *others: object, caller: Callable[[], str]) -> Markup:
        """Return a row that shows an item and `others`, and nothing else. Equal rows of a page are rendered once.

        A row has no group in it.
        """
        shown = (kind, self.main, self.is_rest, others)
        return Markup(self._rows.of_item(item, shown, caller) if self._rows else caller())  # noqa: S704  of a template

    def cells(self, headings: Sequence[ColumnHeading], cells: Sequence[Ranked], *, caller: Callable[[], str]) -> Markup:
        """Return a row of a table, as `row`."""
        shown = (self.main, self.is_rest)
        return Markup(self._rows.of_cells(headings, cells, shown, caller) if self._rows else caller())  # noqa: S704

    def text(self, render: Callable[[], str]) -> str:
        """Return the text of the page. `render` is called a second time if a group is long, or the page has no room."""
        self._is_trial, self.room = True, math.inf
        text = render()
        if self._used > self.whole_room:
            self.room = self.whole_room
        elif not self._is_short:
            return text
        self._is_trial = False
        return render()

    # A group of at most MOST rows is whole unless the page has no room for all of its groups. So rows are rendered on
    # trial first, as if there was room; this costs at most MOST rows for each group.
    def first(self, group: LongGroup, rows: RenderRows, groups: int = 1, most: int = MOST) -> ShownRows:
        """Return the first rows of a group, and render its pages of the rest.

        `groups` counts the groups that share the room from here on. `most` is another number of rows than MOST, if an
        author wants one.
        """
        items = group.items
        share = max(self.room, 0) / max(groups, 1) if most == MOST else math.inf
        number, found = self._fitting(items[:most], rows, share)
        self.room -= found.size
        self._used += found.size
        self._is_short |= not found.is_whole
        if number == len(items):
            return ShownRows(found.rows)
        if self._is_trial:
            self._is_short = True
            return ShownRows(found.rows, len(items) - number, self.main)
        each = max(1, min(_LARGEST, number * ROOM // max(found.size, 1)))
        return ShownRows(found.rows, len(items) - number, self._rest(group, number, each, rows))

    def _fitting(self, items: Sequence[Any], rows: RenderRows, share: float) -> tuple[int, _Attempt]:
        """Return the number of rows that fit into a share of the room, at least one, and these rows."""
        number, room = len(items), math.inf
        found = self._tried(items, rows, room)
        if found.size > share and found.inner:
            room = max(share * _NESTED, share - (found.size - found.inner))
            found = self._tried(items, rows, room)
        if found.size > share and number > 1:
            number = max(1, int(number * max(share - found.inner, 0) / max(found.size - found.inner, 1)))
            found = self._tried(items[:number], rows, room)
        return number, found if found.is_whole or self._is_trial else self._rendered(items[:number], rows, room)

    def _tried(self, items: Sequence[Any], rows: RenderRows, room: float) -> _Attempt:
        """Render rows without their pages of the rest."""
        outer, self._is_trial = self._is_trial, True
        try:
            return self._rendered(items, rows, room)
        finally:
            self._is_trial = outer

    def _rendered(self, items: Sequence[Any], rows: RenderRows, room: float) -> _Attempt:
        outer = self.room, self._used, self._is_short
        self.room, self._used, self._is_short = room, 0, False
        try:
            html = Markup(rows(items))  # noqa: S704  the output of a template
            return _Attempt(html, len(html.encode()), self._used, not self._is_short)
        finally:
            self.room, self._used, self._is_short = outer

    def _rest(self, group: LongGroup, first: int, each: int, rows: RenderRows) -> str:
        """Render the pages of the rest, from item `first` with `each` rows, and return the path of the first one."""
        parts = [group.items[start : start + each] for start in range(first, len(group.items), each)]
        name, here = self._name(group.name), self.page
        paths = [self.taken.free(page_path(self.main), f"{name}-{number}") for number, _ in enumerate(parts, 2)]
        around = [here, *paths, ""]
        for place, part in enumerate(parts):
            self.page, at = paths[place], len(self.rest)
            html = self._rendered(part, rows, ROOM * _NESTED).rows
            before, after = around[place], around[place + 2]
            rest = RestPage(paths[place], group.title, html, place + 2, len(parts) + 1, before, after)
            self.rest.insert(at, rest)  # before the pages of groups inside it
        self.page = here
        return paths[0]

    def _name(self, written: str) -> str:
        """Return a name for the addresses of a group that no other group of the page has."""
        name = _UNSAFE.sub("-", composed(written)).strip("-_")[:_LONGEST].lower() or "more"
        found = next(each for each in chain((name,), (f"{name}-{k}" for k in count(2))) if each not in self._names)
        self._names.add(found)
        return found
