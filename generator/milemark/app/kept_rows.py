"""Rows of pages that an earlier build has rendered, by a digest of everything that they show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from milemark.app.kept_files import keep, records_in
from milemark.foundation.cache import Index, with_index


class KeptRows:
    """The rows of the pages of a folder, from the user's cache folder."""

    def __init__(self, folder: Path, audience: str) -> None:
        self._folder, self._part = folder, f"rows-{audience}"
        self._known: dict[str, str] = with_index(folder, self._part, records_in)
        self._fresh: dict[str, str] = {}
        self._used = set[str]()

    def __call__(self, key: str, render: Callable[[], str]) -> str:
        """Return the row of a key; it is rendered if it is not known."""
        self._used.add(key)
        row = self._known.get(key)
        if row is None:
            row = self._known[key] = self._fresh[key] = str(render())
        return row

    def keep(self) -> None:
        """Keep the rows for the next build."""

        def kept(index: Index | None) -> None:
            keep(index, self._known, self._fresh, self._used)

        with_index(self._folder, self._part, kept)
