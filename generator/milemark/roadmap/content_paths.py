"""The files of content/ as addresses name them: relative to a file, from content/, or by name alone as in Obsidian."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from milemark.foundation.identifiers import key_of


class Destination(NamedTuple):
    """An address within a site: the way to a file and the part of it, both decoded: `../redis.md`, `locks`."""

    way: str
    part: str

    @property
    def is_absolute(self) -> bool:
        """Whether it begins at the root of the host: `/roadmap/redis/`."""
        return self.way.startswith("/")


def destination_of(address: str) -> Destination | None:
    """Return the parts of an address, or None if it leads to another host or is no address."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # brackets that are no IPv6 address
        return None
    if parts.scheme or parts.netloc:
        return None
    return Destination(*(unicodedata.normalize("NFC", unquote(part)) for part in (parts.path, parts.fragment)))


class ContentPaths:
    """Finds files by their addresses. Paths are compared in NFC; a name alone also without case."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = {unicodedata.normalize("NFC", path): path for path in paths}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The files of each name, with and without `.md`; the shortest path first, as Obsidian chooses."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths.values(), key=lambda path: (path.count("/"), path)):
            name = key_of(posixpath.basename(path))
            for each in dict.fromkeys((name, name.removesuffix(".md"))):
                found.setdefault(each, []).append(path)
        return found

    def relative(self, path: str, way: str) -> str:
        """Return the file to which a relative way leads from a file, or an empty text: `../redis.md`."""
        return self.paths.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), way)), "")

    def absolute(self, way: str) -> str:
        """Return the file to which a way leads from content/, or an empty text: `/topics/redis.md`."""
        return self.paths.get(posixpath.normpath(way.strip("/")), "")

    def named(self, name: str) -> tuple[str, ...]:
        """Return the files that a name alone or the end of a path means: `redis`, `topics/redis.md`, `scan.png`."""
        wanted = key_of(name.strip("/"))
        found = self._by_name.get(posixpath.basename(wanted), ())
        ends = (f"/{wanted}", f"/{wanted}.md")
        return tuple(path for path in found if key_of(f"/{path}").endswith(ends))

    def chosen(self, path: str, name: str) -> str:
        """Return the one file that a name means in a file: one in the same folder, else the only one of that name."""
        found = self.named(name)
        near = [each for each in found if posixpath.dirname(each) == posixpath.dirname(path)]
        return near[0] if near else found[0] if len(found) == 1 else ""
