"""Links, pictures and wikilinks of bodies that lead nowhere."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic, Rule, Span, correction
from milemark.foundation.i18n import _
from milemark.foundation.layout import BASE_ENDING, ROADMAP_FILE
from milemark.foundation.suggestions import COMPARISONS, Words, meant
from milemark.markdown.addresses import Address, Form, addresses_in
from milemark.roadmap.content_paths import ContentPaths, Destination, FileNames, destination_of
from milemark.roadmap.link_targets import LinkTargets
from milemark.roadmap.load import File, Loaded, without_ignored
from milemark.roadmap.page_anchors import HeadingPages, PageAnchors, page_anchors
from milemark.roadmap.settings import Settings
from milemark.roadmap.site_paths import PAGE_TITLES

_TEXT = ":~:"  # begins a text to scroll to
_MISSING = _("link to another file; `milemark check -v` lists what is not published, and why")
_NAMES_MISSING = _("there is a file of this name, {problem}: link to another one")
_CACHED = 20_000  # bodies


class LinkRecord(NamedTuple):
    """The addresses of a file, with lines of the file, and the anchors that others may name. The index keeps it.

    `source` is the file in which an item is written that is a heading, else empty.
    """

    addresses: tuple[Address, ...] = ()
    anchors: PageAnchors = PageAnchors()
    source: str = ""

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> LinkRecord:
        """Return the links whose row JSON has turned into lists."""
        addresses, anchors, source = row
        return cls(tuple(map(Address._make, addresses)), PageAnchors.from_row(anchors), source)

    @property
    def row(self) -> tuple[object, object, str]:
        """The links as `from_row` reads them."""
        return self.addresses, self.anchors.row, self.source


@lru_cache(_CACHED)
def addresses_of(body: str) -> tuple[Address, ...]:
    """Return the addresses in a body that lead to files or pages of the site."""
    return tuple(each for each in addresses_in(body) if each.is_wiki or destination_of(each.text))


def body_links(settings: Settings, file: File) -> LinkRecord:
    """Return the links of a file, and the anchors of its page."""
    first, body = file.document.body_line, file.document.body
    addresses = tuple(each._replace(line=each.line + first) for each in addresses_of(body))
    title = file.item.title if file.item else ""
    if file.item and (cover := file.item.text("cover")):
        span = file.item.spans["cover"]
        addresses += (Address(cover, Form.PICTURE, span.line, span.column),)
    source = file.document.source if file.document.within else ""
    return LinkRecord(addresses, page_anchors(file.document, title, settings), source)


def dead_links(
    links: Mapping[str, LinkRecord],
    other_paths: Iterable[str],
    names: FileNames,
    settings: Settings,
    absent: Iterable[str] = (),
) -> Iterator[Diagnostic]:
    """Yield a finding for each address that leads nowhere.

    `links` has the links of each Markdown file by path, `other_paths` are the other files of content/, `names` finds
    items and pages by their names. `absent` are files that are there, but not part of the roadmap or the site.
    """
    generated = frozenset((*PAGE_TITLES, *(f"{name}/index.md" for name in settings.collections)))
    paths = ContentPaths([*links, *other_paths, *(generated - links.keys())])
    checker = _Checker(links, paths, names, generated, _Absent(absent, settings))
    for path, each in links.items():
        for address in each.addresses:
            yield from checker.check(path, address)
    if (owner := settings.owner) and owner.photo and owner.photo_span:
        line, column = owner.photo_span.line, owner.photo_span.column
        yield from checker.check(ROADMAP_FILE, Address(owner.photo, Form.PICTURE, line, column))


def dead_links_of(loaded: Loaded, other_paths: Iterable[str], absent: Iterable[str] = ()) -> Iterator[Diagnostic]:
    """Yield a finding for each address in a loaded roadmap that leads nowhere, unless roadmap.yml ignores its rule.

    `other_paths` are its attachments, `absent` those that are not published.
    """
    settings = loaded.roadmap.settings
    links = {file.document.path: body_links(settings, file) for file in loaded.files}
    found = dead_links(
        links, (*loaded.bases, *other_paths), loaded.roadmap.file_names, settings, [*loaded.unread, *absent]
    )
    yield from without_ignored(settings, found)


class _Absent:
    """Says why a file that is there is missing in the roadmap."""

    def __init__(self, paths: Iterable[str], settings: Settings) -> None:
        self.paths, self.settings = ContentPaths(paths), settings

    def problem(self, path: str, way: str) -> str:
        """Return why the file to which a way leads is missing, or an empty text if there is none."""
        found = self.paths.relative(path, way) or self.paths.absolute(way)
        return self._reason(found) if found else ""

    def named(self, name: str) -> str:
        """Return why the file with a name is missing, or an empty text if there is none."""
        found = self.paths.named(name)
        return self._reason(found[0]) if found else ""

    def _reason(self, path: str) -> str:
        if self.settings.is_excluded(path):
            return _("which roadmap.yml excludes")
        return _("which cannot be read") if path.endswith(".md") else _("which is not published")


class _Checker:
    def __init__(
        self,
        links: Mapping[str, LinkRecord],
        paths: ContentPaths,
        names: FileNames,
        generated: Container[str],
        absent: _Absent,
    ) -> None:
        self.links, self.paths, self.generated, self.absent = links, paths, generated, absent
        self.targets = LinkTargets(paths, names)
        self._heading_pages = HeadingPages(
            (path, each.source, each.anchors.anchors[0].text) for path, each in links.items() if each.source
        )
        self._sibling_names: dict[tuple[str, str], tuple[Mapping[str, str], Words]] = {}
        self._anchor_words: dict[str, Words] = {}

    @cached_property
    def _by_folder(self) -> Mapping[str, tuple[str, ...]]:
        folders: dict[str, list[str]] = {}
        for path in self.paths.paths:
            folders.setdefault(posixpath.dirname(path), []).append(path)
        return {folder: tuple(paths) for folder, paths in folders.items()}

    @cached_property
    def _names(self) -> Words:
        return Words(tuple(posixpath.basename(path).removesuffix(".md") for path in self.paths.paths), COMPARISONS)

    def check(self, path: str, address: Address) -> Iterator[Diagnostic]:
        record = self.links.get(path)
        source = (record and record.source) or path
        span = Span(source, address.line, address.column, max(len(address.text), 1))
        if address.is_wiki:
            yield from self._wikilink(path, address, span)
            return
        target = destination_of(address.text)
        if target is None or not (target.way or target.part):
            return
        found = self.targets.file(path, target, is_html=address.form == Form.HTML) if target.way else path
        if address.is_text:
            yield from (
                [Diagnostic(rules.SPACED_LINK, span, {"address": address.text, **_kind(address)})] if found else ()
            )
        elif not found:
            yield self._dead(path, target, address, span)
        elif target.part and found in self.links and found not in self.generated:
            yield from self._anchor(target.part, found, span)

    def _dead(self, path: str, target: Destination, address: Address, span: Span) -> Diagnostic:
        if problem := self.absent.problem(path, target.way):
            values = {"address": address.text, "problem": problem, "nearest": "", **_kind(address)}
            return Diagnostic(rules.DEAD_LINK, span, values, _MISSING)
        near = self._near(path, target)
        values = {"address": address.text, "problem": _("which does not exist"), "nearest": near, **_kind(address)}
        values |= correction(address.text, near) if near else {}
        return Diagnostic(rules.DEAD_LINK, span, values, rules.DID_YOU_MEAN if near else "")

    def _near(self, path: str, target: Destination) -> str:
        """Return the address that the author may have meant: of the page, of a file of that name, or of a like name."""
        folder = posixpath.dirname(path)
        way = posixpath.normpath(posixpath.join("" if target.is_absolute else folder, target.way)).lstrip("./")
        exact = self.paths.absolute(way) or self.targets.pages.get(way, "")
        same_name = self.paths.chosen(path, posixpath.basename(target.way.rstrip("/")))
        found = exact or same_name or self._alike(way, target.way)
        part = f"#{target.part}" if target.part else ""
        return posixpath.relpath(found, folder or ".") + part if found else ""

    def _alike(self, way: str, written: str) -> str:
        """Return a file in the folder that an address names, with the same ending and a similar name."""
        stem, ending = posixpath.splitext(posixpath.basename(written))
        siblings, names = self._siblings(posixpath.dirname(way), ending or ".md")
        return siblings.get(str(meant(stem, names)[1]["nearest"]), "")

    def _siblings(self, folder: str, ending: str) -> tuple[Mapping[str, str], Words]:
        """Return the files of a folder with an ending, by name without it, and these names."""
        if (folder, ending) not in self._sibling_names:
            names = map(posixpath.splitext, self._by_folder.get(folder, ()))
            siblings = {posixpath.basename(name): name + own for name, own in names if own == ending}
            self._sibling_names[folder, ending] = siblings, Words(tuple(siblings), COMPARISONS)
        return self._sibling_names[folder, ending]

    def _anchor(self, part: str, found: str, span: Span) -> Iterator[Diagnostic]:
        is_found = self.links[found].anchors.part(part) or self._heading_pages.page(found, part)
        if not is_found and not part.startswith(_TEXT):
            values = {"anchor": part, "file": self.links[found].source or found}
            if found not in self._anchor_words:
                self._anchor_words[found] = Words(self.links[found].anchors.ids, COMPARISONS)
            yield _unknown(rules.DEAD_ANCHOR, span, values, part, self._anchor_words[found])

    def _wikilink(self, path: str, address: Address, span: Span) -> Iterator[Diagnostic]:
        name, _sign, part = address.text.partition("#")
        if name.endswith(BASE_ENDING) or destination_of(name) is None:
            return
        files = self.targets.named(path, name.strip("/")) if name else (path,)
        found = next(iter(files), "")
        if len(files) > 1:
            yield Diagnostic(rules.AMBIGUOUS_WIKILINK, span, {"name": address.text, "files": ", ".join(files)})
        if not found and (problem := self.absent.named(name)):
            values = {"name": address.text, "problem": problem, "nearest": ""}
            yield Diagnostic(rules.DEAD_WIKILINK, span, values, _NAMES_MISSING)
        elif not found:
            yield _unknown(rules.DEAD_WIKILINK, span, {"name": address.text}, name, self._names)
        elif part and found in self.links and not self._has_heading(found, part):
            headings = tuple(each.text for each in self.links[found].anchors.anchors)
            yield _unknown(rules.DEAD_WIKILINK, span, {"name": address.text}, part, headings)

    def _has_heading(self, found: str, part: str) -> bool:
        return bool(self.links[found].anchors.named(part) or self._heading_pages.page(found, part))


def _kind(address: Address) -> Mapping[str, str]:
    return {"what": _("picture") if address.form == Form.PICTURE else _("link")}


def _unknown(
    rule: Rule, span: Span, values: Mapping[str, str], word: str, known: tuple[str, ...] | Words
) -> Diagnostic:
    hint, near = meant(word, known)
    return Diagnostic(rule, span, {**values, **near}, hint)
