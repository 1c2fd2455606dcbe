"""Rows of pages that an earlier build has rendered, by a digest of everything that they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from milemark.app.kept_files import keep, records_in
from milemark.foundation.cache import Index, with_index
from milemark.foundation.pool import map_copies

Made = TypeVar("Made")


class KeptRows:
    """The rows of the pages of a folder, from the user's cache folder and from this process."""

    def __init__(self, folder: Path, audience: str) -> None:
        self._folder, self._part = folder, f"rows-{audience}"
        self._fresh: dict[str, str] = {}
        self._used = set[str]()

    @cached_property
    def _known(self) -> dict[str, str]:
        return with_index(self._folder, self._part, records_in)

    def __call__(self, key: str, render: Callable[[], str]) -> str:
        """Return the row of a key; it is rendered if it is not known."""
        self._used.add(key)
        row = self._known.get(key)
        if row is None:
            row = self._known[key] = self._fresh[key] = str(render())
        return row

    def spread(self, make: Callable[[str], Made], paths: Sequence[str], items: int) -> Iterator[Made]:
        """Yield `make(path)` for the pages of a roadmap, from all cores, and take the rows that were rendered there."""

        def made(path: str) -> tuple[Made, dict[str, str], set[str]]:
            self._fresh, self._used = {}, set()
            return make(path), self._fresh, self._used

        known, fresh, used = self._known, self._fresh, self._used
        for page, rows, keys in map_copies(made, paths, items):
            fresh |= rows
            used |= keys
            yield page
        known |= fresh
        self._fresh, self._used = fresh, used

    def keep(self) -> None:
        """Keep the rows for the next build."""
        fresh, used = dict(self._fresh), set(self._used)

        def kept(index: Index | None) -> None:
            keep(index, self._known, fresh, used)

        with_index(self._folder, self._part, kept)
        self._fresh = {key: row for key, row in self._fresh.items() if key not in fresh}
