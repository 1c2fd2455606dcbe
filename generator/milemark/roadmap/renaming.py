"""References to an item that gets another id, or another path: in fields, links and wikilinks of all files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from milemark.foundation.diagnostics import Span
from milemark.foundation.escaping import url_part
from milemark.foundation.identifiers import composed, key_of
from milemark.markdown.addresses import Address, Form
from milemark.markdown.document import Document, Scalar, scalars
from milemark.markdown.link_edits import new_links, spliced_text
from milemark.markdown.reference_edits import NewWord, Written
from milemark.markdown.rendering.headings import name_of
from milemark.markdown.wikilinks import parse_reference, parse_wikilink
from milemark.roadmap.content_paths import destination_of
from milemark.roadmap.dead_links import body_links
from milemark.roadmap.link_targets import LinkTargets, targets_of
from milemark.roadmap.load import File, Loaded
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.page_anchors import HeadingPages
from milemark.roadmap.schema import reference_fields
from milemark.roadmap.site_paths import file_stem

_UNSAFE = re.compile(r"[\s()<>\"'%?#\\]")
_MAY_LINK = ("](", "[[", "<")
_PATHS = ("publish", "exclude", "assets")


@dataclass(frozen=True)
class Renaming:
    """An item with its new id and its new path. `others` are the paths of files that are no Markdown.

    With `is_own`, only its own file changes: the links by which it leads to other files.
    """

    loaded: Loaded
    item: Item
    id: str
    path: str
    others: tuple[str, ...] = ()
    is_own: bool = False

    @cached_property
    def _targets(self) -> LinkTargets:
        return targets_of(self.loaded, self.others)

    @cached_property
    def _headings(self) -> HeadingPages:
        items = (each for each in self.loaded.roadmap.items if each.document.within)
        return HeadingPages((each.path, each.document.source, each.title) for each in items)

    @property
    def _is_moved(self) -> bool:
        return self.path != self.item.path

    def _after(self, path: str) -> str:
        return self.path if path == self.item.path else path

    def may_change(self, path: str, data: bytes) -> bool:
        """Whether a file may hold a name of the item. A quick test: most files hold none and need no parsing."""
        text = key_of(data.decode("utf-8", "replace"))
        names = {key_of(self.item.id), key_of(file_stem(self.item.path))}
        return path == self.item.document.source or "%" in text or "&" in text or any(name in text for name in names)

    # --- names

    def name(self, path: str, name: str) -> str | None:
        """Return the name by which a file means the item from now on, or None if the old one stays."""
        found = next(iter(self._targets.named(path, name.strip("/"))), "") if name else ""
        if found != self.item.path:
            return self._other_name(path, name, found)
        if key_of(name) == key_of(self.item.id):
            return self.id if not self.is_own and self.id != self.item.id else None
        if self._stays(name) or not self._is_moved or self.is_own:
            return None
        ending = ".md" if name.endswith(".md") else ""
        if posixpath.dirname(self.path) == posixpath.dirname(self.item.path) or "/" not in name:
            return posixpath.join(posixpath.dirname(name), file_stem(self.path) + ending)
        stem = self.path.removesuffix(".md") + ending
        return posixpath.relpath(stem, posixpath.dirname(path) or ".") if name.startswith(".") else stem

    def _stays(self, name: str) -> bool:
        """Whether a name of the item is none of its file: an alias or the title."""
        names = self.loaded.roadmap.file_names
        return key_of(name) in names.ids or (key_of(name) in names.titled and not self._targets.paths.named(name))

    def _other_name(self, path: str, name: str, found: str) -> str | None:
        """Return the name of another file in the moved file, whose relative way there is another one."""
        if not found or path != self.item.path or not name.startswith("."):
            return None
        ending = "" if name.endswith(".md") or not found.endswith(".md") else ".md"
        return posixpath.relpath(found.removesuffix(ending), posixpath.dirname(self.path) or ".")

    def _part(self, path: str, part: str) -> str:
        """Return the part of an address that names a heading, which is the item itself with its new id."""
        is_item = self.item.document.within and self._headings.page(path, part) == self.item.path
        return self.id if is_item and not self.is_own and part == self.item.id else part

    # --- addresses

    def address(self, path: str, address: Address) -> str | None:
        """Return the address in the file `path` that leads where it led, or None if the old one stays."""
        if address.is_wiki:
            return self._wikilink(path, address.text)
        target = destination_of(address.text)
        if target is None or not (target.way or target.part):
            return None
        found = self._targets.of(path, address)
        way = re.split("[?#]", address.text, maxsplit=1)[0]
        rest = address.text[len(way) :]
        part = self._part(found, target.part) if found and target.part else target.part
        if part != target.part:
            rest = f"{rest.partition('#')[0]}#{part}"
        new = self._way(path, way, found, is_html=address.form == Form.HTML) if way and found else way
        return new + rest if new + rest != address.text else None

    def _wikilink(self, path: str, text: str) -> str | None:
        name, sign, part = text.partition("#")
        new = self.name(path, name) or name
        found = next(iter(self._targets.named(path, name.strip("/"))), "") if name else path
        part = self._part(found, part) if part else part
        return None if (new, part) == (name, text.partition("#")[2]) else f"{new}{sign}{part}"

    def _way(self, path: str, way: str, found: str, *, is_html: bool) -> str:
        """Return the way from a file to another one, in the form of the old way."""
        if self.is_own and path != self.item.path:
            return way
        here, there = self._after(path), self._after(found)
        if (here, there) == (path, found) or (way.startswith("/") and there == found):
            return way
        same = [posixpath.dirname(one) == posixpath.dirname(other) for one, other in ((here, path), (there, found))]
        if all(same):
            return self._last(way, found, there) if there != found else way
        if is_html and not self._is_path(path, way, found):
            return way  # the address of a page: the proof says where it leads
        if way.startswith("/"):
            return "/" + _encoded(there, way)
        new = posixpath.relpath(there, posixpath.dirname(here) or ".")
        new = new if composed(unquote(way)).endswith(".md") or not there.endswith(".md") else new.removesuffix(".md")
        new = ("./" if way.startswith("./") and not new.startswith(".") else "") + new
        return way if new == composed(unquote(way)) else _encoded(new, way)

    def _is_path(self, path: str, way: str, found: str) -> bool:
        return self._targets.paths.relative(path, composed(unquote(way))) == found

    @staticmethod
    def _last(way: str, found: str, there: str) -> str:
        """Return a way whose last part has the name of the new file."""
        bare = way.rstrip("/")
        head, sign, last = bare.rpartition("/")
        plain, stem = composed(unquote(last)), file_stem(found)
        ending = plain[len(stem) :] if key_of(plain).startswith(key_of(stem)) else posixpath.splitext(plain)[1]
        return head + sign + _encoded(file_stem(there) + ending, last) + way[len(bare) :]

    # --- fields

    def scalar(self, file: File) -> FrontMatterNames:
        """Return the function that gives the texts of a file's front matter."""
        return FrontMatterNames(self, file)

    def text(self, path: str, text: str, *, is_reference: bool, is_linked: bool = False) -> str | None:
        """Return the text of a field in the file `path`, or None if the old one stays."""
        if link := parse_wikilink(text):
            new = self._wikilink(path, link.address)
            return text.replace(link.address, new, 1) if new else None
        if is_reference or is_linked:
            reference = parse_reference(text)
            new = self._wikilink(path, reference.address)
            if new:
                return text.replace(reference.address, new, 1)
        if any(each in text for each in _MAY_LINK):
            found = new_links(text, lambda each: self.address(path, each))
            return spliced_text(text, found.splices) if found.splices else None
        return None

    def words(self, documents: Iterable[tuple[Document, Item | None]], body_line: int) -> Iterator[NewWord]:
        """Yield the new words of fields that stand in the text of a file."""
        for document, item in documents:
            names = _references(item)
            for key, node in document.fields.entries:
                for leaf in scalars(node) if key.text in names else ():
                    yield from self._word(document, leaf, body_line)

    def _word(self, document: Document, leaf: Scalar, body_line: int) -> Iterator[NewWord]:
        if leaf.span.line < body_line or any(each in leaf.text for each in _MAY_LINK):
            return
        new = self.text(document.path, leaf.text.strip(), is_reference=True)
        if new:
            yield NewWord(leaf.span, leaf.text.strip(), new)

    def setting(self, written: Written) -> str | None:
        """Return a text of roadmap.yml that names the item, or None if the old one stays."""
        if written.names[0] in _PATHS and written.text.strip("/") == self.item.path and self._is_moved:
            return written.text.replace(self.item.path, self.path)
        is_default = written.names[0] == "collections" and written.names[-1] == "default"
        is_match = written.names[0] == "collections" and "match" in written.names
        return self.text("", written.text, is_reference=is_default) if is_default or is_match else None


@dataclass(frozen=True)
class FrontMatterNames:
    """Gives the texts of a file's front matter in which the item has its new names."""

    renaming: Renaming
    file: File

    def __call__(self, written: Written) -> str | None:
        """Return a text, or None if the old one stays."""
        item, path = self.file.item, self.file.document.path
        collection = item.collection if item else self.renaming.loaded.roadmap.settings.loose
        name = collection.core_name(written.names[0])
        field = collection.fields.get(name)
        if name == "cover" or (field and field.type == "file"):
            return self.renaming.address(path, Address(written.text, Form.PICTURE, 0, 0))
        is_reference = name in _references(item)
        return self.renaming.text(path, written.text, is_reference=is_reference, is_linked=written.is_linked)


def new_path(item: Item, id_: str) -> str:
    """Return the path of an item with a new id: the name of its file is the id if it was so before."""
    if item.document.within:
        return posixpath.join(posixpath.dirname(item.path), f"{name_of(id_)}.md")
    is_named = file_stem(item.path) == posixpath.basename(item.path).removesuffix(".md") == item.id
    folder = posixpath.dirname(item.path)
    return posixpath.join(folder, f"{id_}.md") if is_named and key_of(id_) != key_of(item.id) else item.path


class Lead(NamedTuple):
    """A link, or the value of a field, with its place and the file to which it leads, empty if there is none."""

    field: str
    span: Span
    path: str


def leads_of(loaded: Loaded, others: Iterable[str]) -> Mapping[str, Sequence[Lead]]:
    """Return the links and the references of each file, in their order."""
    roadmap = loaded.roadmap
    targets = targets_of(loaded, others)
    found: dict[str, list[Lead]] = {}
    for file in loaded.files:
        path, source = file.document.path, file.document.source
        links = body_links(roadmap.settings, file).addresses
        found[path] = [Lead("", Span(source, each.line, each.column), targets.of(path, each)) for each in links]
    for item in roadmap.items:
        found[item.path] += _fields_of(roadmap, item)
    return found


def _fields_of(roadmap: Roadmap, item: Item) -> Iterator[Lead]:
    for field in reference_fields(item.collection):
        written = item.document.fields.get(field.name) is not None
        for id_ in (item.texts(field.name) or (item.text(field.name),)) if written else ():
            if id_ in roadmap.by_id:
                yield Lead(field.name, item.span(field.name), roadmap.by_id[id_].path)


def _references(item: Item | None) -> frozenset[str]:
    return frozenset(field.name for field in reference_fields(item.collection)) if item else frozenset()


def _encoded(text: str, like: str) -> str:
    """Return a way as an address has it, with all signs encoded if the old one has some."""
    if "%" in like:
        return url_part(text)
    return _UNSAFE.sub(lambda found: url_part(found[0]), text)
