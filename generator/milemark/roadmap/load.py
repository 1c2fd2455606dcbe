"""Load a Roadmap from a mapping of paths to bytes. Disk, git and tests give the same mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, in_order
from milemark.foundation.layout import ROADMAP_FILE
from milemark.markdown.document import Document
from milemark.markdown.front_matter import parse_document, with_outline
from milemark.roadmap.checks import check, check_file, check_page, without_consequences
from milemark.roadmap.elsewhere import apart
from milemark.roadmap.heading_items import level_of, read_heading_items
from milemark.roadmap.index_entry import IndexEntry, index_entry
from milemark.roadmap.model import Counts, Item, Roadmap
from milemark.roadmap.references import References, relate
from milemark.roadmap.schema import as_declared, collection_of, count_tasks, in_own_names, parse_item
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings
from milemark.roadmap.site_paths import free_path, taken_paths

# Equal files have one value, so that what depends on it can be kept.
_settings_of = lru_cache(8)(parse_settings)


@dataclass(frozen=True)
class File:
    """One Markdown file as read by itself: an item, or a page if `item` is None, with its tasks and its findings.

    `parts` are the items that its headings are. In a loaded roadmap, they are files of their own: see `flattened`.
    """

    document: Document
    item: Item | None
    counts: Counts
    diagnostics: tuple[Diagnostic, ...]
    parts: tuple[File, ...] = ()

    @cached_property
    def entry(self) -> IndexEntry | None:
        """The index entry of its item, made once for all saves that leave the file as it is."""
        return index_entry(self.item) if self.item else None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A roadmap and its diagnostics, sorted by place.

    `files` are its Markdown files, `other_diagnostics` the findings about roadmap.yml and unreadable files. `bases` are
    the .base files by path; only the wing that evaluates them knows their type. `unread` are the paths of files
    that are not read: those that roadmap.yml excludes, and those that were refused.
    """

    roadmap: Roadmap
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[File, ...] = ()
    other_diagnostics: tuple[Diagnostic, ...] = ()
    bases: Mapping[str, Any] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


Reading = Callable[[Settings, Mapping[str, bytes]], Sequence[File]]


def load(
    files: Mapping[str, bytes],
    today: date,
    as_of: date | None = None,
    reading: Reading | None = None,
    other_diagnostics: Iterable[Diagnostic] = (),
) -> Loaded:
    """Read a roadmap from `{path: bytes}`, paths relative to content/. Never raises on content.

    The day of the roadmap is `as_of`, else the one that roadmap.yml pins, else `today`. `reading` reads files by
    path and may cache them; `other_diagnostics` are the diagnostics of files that could not be read from the disk.
    """
    settings, diagnostics = _settings_of(files.get(ROADMAP_FILE))
    day = as_of or settings.as_of or today
    paths = [path for path in sorted(files) if path.endswith(".md") and not settings.is_excluded(path)]
    read = (reading or read_files)(settings, {path: files[path] for path in paths})
    others = [each for each in other_diagnostics if not settings.is_excluded(each.span.path)]
    refused = tuple(each.span.path for each in others if each.rule is rules.UNREADABLE)
    loaded = replace(assemble(settings, flattened(read), day, [*diagnostics, *others]), unread=refused)
    return with_excluded(loaded, files)


def with_excluded(loaded: Loaded, paths: Iterable[str]) -> Loaded:
    """Return a loaded roadmap with those of some paths that roadmap.yml excludes in `unread`, too."""
    found = tuple(path for path in paths if path != ROADMAP_FILE and loaded.roadmap.settings.is_excluded(path))
    return replace(loaded, unread=(*loaded.unread, *found)) if found else loaded


def assemble(settings: Settings, files: Sequence[File], day: date, other_diagnostics: Sequence[Diagnostic]) -> Loaded:
    """Return the roadmap of files that were read, sorted by path, with the diagnostics of all of them."""
    related, references = relate(
        tuple(file.item for file in files if file.item),
        [file.entry for file in files if file.entry],
        [file.document.path for file in files if not file.item],
    )
    items = tuple(sorted(related, key=_Order(settings).place))
    roadmap = Roadmap(settings, items, tuple(file.document for file in files if not file.item), day)
    found = [each for file in files for each in file.diagnostics]
    places = {file.document.path: file.document.span for file in files}
    found += taken_paths(places, settings.collections)
    diagnostics = roadmap_diagnostics(settings, [*other_diagnostics, *found], references, day)
    return Loaded(roadmap, diagnostics, tuple(files), tuple(other_diagnostics))


def read_file(settings: Settings, path: str, data: bytes) -> File:
    """Read one file, with the diagnostics that depend on no other file."""
    document, diagnostics = parse_document(path, data, settings.marks)
    if level := level_of(settings, document):
        return _file_of_items(settings, document, level, diagnostics)
    return _file(settings, document, diagnostics)


def _file_of_items(settings: Settings, document: Document, level: int, diagnostics: Sequence[Diagnostic]) -> File:
    """Read a file whose headings are items: each of them, and the page of the rest."""
    found = read_heading_items(settings, document, level)
    page, wrong = with_outline(found.page, settings.marks)
    above = [each for each in diagnostics if each.span.line < document.body_line]
    checked = (*above, *wrong, *check_page(settings, page))
    documents = (replace(each, within=page) for each in found.items)
    items = (_file(settings, *with_outline(each, settings.marks)) for each in documents)
    return File(page, None, count_tasks(settings, page), checked, tuple(items))


def _file(settings: Settings, document: Document, diagnostics: Sequence[Diagnostic]) -> File:
    collection = collection_of(settings, document)
    document = as_declared(document, collection or settings.loose)
    if collection is None:
        return File(document, None, count_tasks(settings, document), (*diagnostics, *check_page(settings, document)))
    item, findings = parse_item(settings, collection, document)
    return File(document, item, item.counts, (*diagnostics, *findings, *check_file(settings, item)))


def flattened(files: Iterable[File]) -> Sequence[File]:
    """Return files with the items of their headings behind them, each as a file with a path of its own."""
    found = [each for file in files for each in (replace(file, parts=()) if file.parts else file, *file.parts)]
    paths = {file.document.path for file in found if file.document.within is None}
    return [_at_free_path(file, paths) if file.document.within else file for file in found]


def _at_free_path(file: File, taken: set[str]) -> File:
    """Return the file of a heading at a path that no other file has; such files have the same id, which is reported."""
    path = free_path(file.document.path, taken)
    taken.add(path)
    return file if path == file.document.path else with_document(file, replace(file.document, path=path))


def with_document(file: File, document: Document) -> File:
    """Return a file whose document, and that of its item, is another one."""
    return replace(file, document=document, item=replace(file.item, document=document) if file.item else None)


def read_files(settings: Settings, files: Mapping[str, bytes]) -> Sequence[File]:
    """Read files by path, in their order."""
    return [read_file(settings, path, data) for path, data in files.items()]


class Memory:
    """Reads a file again only if its bytes or the settings have changed, by `reading`."""

    def __init__(self, reading: Reading = read_files) -> None:
        self._reading = reading
        self._settings: Settings | None = None
        self._files: dict[str, tuple[bytes, File]] = {}

    def __call__(self, settings: Settings, files: Mapping[str, bytes]) -> Sequence[File]:
        """Return the files as read now or before."""
        if settings != self._settings:
            self._settings, self._files = settings, {}
        changed = {path: data for path, data in files.items() if self._bytes(path) != data}
        read = zip(changed, self._reading(settings, changed), strict=True)
        self._files.update((path, (changed[path], file)) for path, file in read)
        return [self._files[path][1] for path in files]

    def _bytes(self, path: str) -> bytes | None:
        known = self._files.get(path)
        return known[0] if known else None


def roadmap_diagnostics(
    settings: Settings, diagnostics: list[Diagnostic], references: References, as_of: date
) -> tuple[Diagnostic, ...]:
    """Add the diagnostics of the whole roadmap to those of its files; return them in order, without ignored rules."""
    together = _in_own_names(
        settings, references, [*apart(settings, references.diagnostics), *check(settings, references, as_of)]
    )
    found = without_consequences(settings, [*diagnostics, *together])
    return without_ignored(settings, found)


def _in_own_names(settings: Settings, references: References, found: list[Diagnostic]) -> list[Diagnostic]:
    """Return findings about several files with the names of fields that their collections use."""
    renaming = {name: each for name, each in {**settings.collections, "": settings.loose}.items() if each.names}
    if not renaming:
        return found
    owners = {each.path: renaming.get(each.collection) for each in references.entries.values()}
    named = ((each, owners.get(each.span.path)) for each in found)
    return [other for each, owner in named for other in (in_own_names(owner, [each]) if owner else [each])]


def without_ignored(settings: Settings, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics in order, without those whose rules roadmap.yml ignores.

    References that are still to be looked up stay: `looked_up` gives them their rule.
    """
    return in_order(
        [each for each in diagnostics if each.rule is rules.UNREAD_SOURCE or each.rule.code not in settings.ignore]
    )


class _Order:
    """Sorts items by collection as declared, then by `order`, then by file and line."""

    def __init__(self, settings: Settings) -> None:
        self.collections = {name: index for index, name in enumerate(settings.collections)}

    def place(self, item: Item) -> tuple[int, float, str, int]:
        order = item.number("order")
        index = self.collections.get(item.collection.name, len(self.collections))
        return index, float("inf") if order is None else float(order), item.document.source, item.document.span.line
