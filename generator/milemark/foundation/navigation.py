"""The navigation of a site, as far as mkdocs.yml gives it."""

from __future__ import annotations

from typing import NamedTuple


class Navigation(NamedTuple):
    """The paths that mkdocs.yml lists, in NFC; None if it lists none, so that milemark makes the navigation."""

    paths: tuple[str, ...] | None = None
