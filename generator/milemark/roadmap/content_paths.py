"""The files of content/ as addresses name them: relative to a file, from content/, or by name alone as in Obsidian."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from milemark.foundation.identifiers import composed, key_of
from milemark.roadmap.site_paths import file_stem, page_path


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
    return Destination(composed(unquote(parts.path)), composed(unquote(parts.fragment)))


@lru_cache(maxsize=16_384)
def _names_of(path: str) -> tuple[str, ...]:
    """Return the names of a file as `key_of` compares them, with and without `.md`."""
    name, page = key_of(posixpath.basename(path)), key_of(file_stem(path))
    return tuple(dict.fromkeys((name, name.removesuffix(".md"), page, f"{page}.md")))


class ContentPaths:
    """Finds files by their addresses. Paths are compared in NFC; a name alone also without case."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = {composed(path): path for path in paths}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The files of each name, with and without `.md`; the shortest path first, as Obsidian chooses."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths.values(), key=lambda path: (path.count("/"), path)):
            for each in _names_of(path):
                found.setdefault(each, []).append(path)
        return found

    def relative(self, path: str, way: str) -> str:
        """Return the file to which a way leads from a file, or an empty text: `../redis.md`.

        `/topics/redis.md` leads from content/, as in a vault or a repository of notes.
        """
        return self.paths.get(
            composed(posixpath.normpath(posixpath.join(posixpath.dirname(path), way)).lstrip("/")), ""
        )

    def absolute(self, way: str) -> str:
        """Return the file to which a way leads from content/, or an empty text: `/topics/redis.md`."""
        return self.paths.get(composed(posixpath.normpath(way.strip("/"))), "")

    def named(self, name: str) -> tuple[str, ...]:
        """Return the files that a name alone or the end of a path means: `redis`, `topics/redis.md`, `scan.png`."""
        wanted = key_of(name.strip("/"))
        found = self._by_name.get(posixpath.basename(wanted), ())
        ends = (f"/{wanted}", f"/{wanted}.md", f"/{wanted.removesuffix('.md')}")
        forms = ((path, key_of(f"/{path}"), key_of(f"/{page_path(path)}")) for path in found)
        return tuple(path for path, *keys in forms if any(key.endswith(ends) for key in keys))

    def chosen(self, path: str, name: str) -> str:
        """Return the one file that a name means in a file: one in the same folder, else the only one of that name."""
        found = self.named(name)
        near = [each for each in found if composed(posixpath.dirname(each)) == composed(posixpath.dirname(path))]
        return near[0] if near else found[0] if len(found) == 1 else ""


class NamedFile(NamedTuple):
    """A file of a collection, with its id, its aliases and its title."""

    path: str
    id: str
    aliases: tuple[str, ...] = ()
    title: str = ""


class FileNames:
    """Finds files of a roadmap by the names that fields, wikilinks and bases give them.

    A name means, in this order: an id, an alias, a path from content/ or from the file that names it, the end of a
    path, a file name, a title. Letter case, Unicode form and `.md` do not matter: `api`, `../projects/api.md`.
    """

    def __init__(self, named: Iterable[NamedFile], pages: Iterable[str] = ()) -> None:
        self._named = tuple(named)
        self._pages = tuple(pages)

    @cached_property
    def ids(self) -> Mapping[str, str]:
        """The id behind each id and alias; the keys are those of `key_of`.

        An id wins over an alias, and the first of two equal aliases wins.
        """
        ids = {key_of(each.id): each.id for each in self._named}
        for each in self._named:
            for alias in each.aliases:
                ids.setdefault(key_of(alias), each.id)
        return ids

    @cached_property
    def titled(self) -> Mapping[str, tuple[str, ...]]:
        """The paths of the files of each title; the keys are those of `key_of`."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self._named:
            found[key_of(each.title)] = (*found.get(key_of(each.title), ()), each.path)
        return found

    @property
    def words(self) -> Mapping[str, str]:
        """The id behind each id, alias and title: the words that a misspelt name may stand for."""
        return {**{title: self.id_of[paths[0]] for title, paths in self.titled.items()}, **self.ids}

    @cached_property
    def id_of(self) -> Mapping[str, str]:
        """The id of each file of a collection, by its path."""
        return {each.path: each.id for each in self._named}

    @cached_property
    def _path_of(self) -> Mapping[str, str]:
        return {each.id: each.path for each in self._named}

    @cached_property
    def _paths(self) -> ContentPaths:
        return ContentPaths([*self.id_of, *self._pages])

    def candidates(self, name: str, path: str = "") -> tuple[str, ...]:
        """Return the paths of the files that a name in the file `path` may mean, the shortest path first."""
        if id_ := self.ids.get(key_of(name)):
            return (self._path_of[id_],)
        is_relative = name.startswith(".") or name.endswith(".md")
        ways = (name, f"{name}.md", f"{name}/index.md", f"{name}/README.md")
        relative = [self._paths.relative(path, way) for way in ways]
        absolute = [self._paths.absolute(way) for way in ways]
        exact = next(filter(None, relative + absolute if is_relative else absolute + relative), "")
        return (exact,) if exact else self._paths.named(name) or self.titled.get(key_of(name), ())

    def items(self, name: str, path: str = "") -> tuple[str, ...]:
        """Return the ids of the items that a name in the file `path` may mean: one, unless it is ambiguous."""
        return tuple(self.id_of[each] for each in self.candidates(name, path) if each in self.id_of)


def linked_files(names: FileNames, paths: ContentPaths, path: str, name: str) -> tuple[str, ...]:
    """Return the files that a wikilink in the file `path` may mean: the first is the one to which it leads.

    They are those that `names` finds, else other files of `paths` with this name or path.
    """
    found = names.candidates(name, path)
    near = "" if found else paths.chosen(path, name)
    return found or ((near,) if near else paths.named(name))


def linked_file(names: FileNames, paths: ContentPaths, path: str, name: str) -> str:
    """Return the file to which a wikilink in the file `path` leads, or an empty text."""
    return next(iter(linked_files(names, paths, path, name)), "")
