"""What links here: links in bodies and references in fields, seen from the file they lead to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from milemark.facts import reference_fields
from milemark.foundation.identifiers import key_of
from milemark.markdown.document import Document
from milemark.model import Item, Roadmap
from milemark.schema import title_of

_MAY_LINK = re.compile(r"\]\(|\[\[|\]:")
_WIKILINK = re.compile(r"\[\[([^\]|#\n]+)(?:[|#][^\]\n]*)?\]\]")
_EMBED = re.compile(r"!(\[\[[^\]\n]+\]\])")
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")
_SHOWN_ELSEWHERE = {"track", "parent", "depends_on"}  # as the items of a track, parts, and what needs an item


@dataclass(frozen=True, slots=True)
class Backlink:
    """A file that leads to another. `item` is None for a page; `field` names the field, and is empty for a body."""

    path: str
    title: str
    item: Item | None = None
    field: str = ""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 100})


def links_in(body: str) -> Iterator[str]:
    """Yield where the links of a body lead, as written: `tracks/oss.md`, or `[[oss]]`. Most bodies have none."""
    if not _MAY_LINK.search(body):
        return
    for token in _inline(body):
        if token.type == "link_open":
            yield str(token.attrs.get("href", ""))
        elif token.type == "text":
            yield from (found[0] for found in _WIKILINK.finditer(token.content))


def embeds_in(body: str) -> Iterator[str]:
    """Yield what a body shows of other files: pictures, and `[[name]]` for `![[name]]`."""
    for token in _inline(body) if "![" in body else ():
        if token.type == "image":
            yield str(token.attrs.get("src", ""))
        elif token.type == "text":
            yield from (found[1] for found in _EMBED.finditer(token.content))


def tags_in(body: str) -> Iterator[str]:
    """Yield the tags in a text, without their `#`: letters, digits, `_`, `-` and `/`, and not digits alone."""
    for token in _inline(body) if "#" in body else ():
        if token.type == "text":
            yield from (found[1] for found in _TAG.finditer(token.content) if not found[1].isdecimal())


def _inline(body: str) -> Iterator[Token]:
    for token in _parser().parse(body):
        yield from token.children or ()


def backlinks(roadmap: Roadmap) -> Mapping[str, tuple[Backlink, ...]]:
    """Return, for the path of each file, what leads to it; each file once for its body and once for each field."""
    reader = _Reader(roadmap)
    found: dict[str, dict[tuple[str, str], Backlink]] = {}
    for target, link in reader.read():
        if target != link.path:
            found.setdefault(target, {}).setdefault((link.path, link.field), link)
    return {target: tuple(links.values()) for target, links in found.items()}


class _Reader:
    """Reads every file once, and knows where names and paths lead."""

    def __init__(self, roadmap: Roadmap) -> None:
        self.roadmap = roadmap
        self.paths = {item.path for item in roadmap.items} | {page.path for page in roadmap.pages}
        self.names = {key_of(name): item.path for item in roadmap.items for name in (*item.texts("aliases"), item.id)}

    def read(self) -> Iterator[tuple[str, Backlink]]:
        for page in self.roadmap.pages:
            yield from self._body(page, Backlink(page.path, title_of(page)))
        for item in self.roadmap.items:
            yield from self._body(item.document, Backlink(item.path, item.title, item))
            yield from self._fields(item)

    def _body(self, document: Document, link: Backlink) -> Iterator[tuple[str, Backlink]]:
        for address in links_in(document.body):
            if target := self._target(document.path, address):
                yield target, link

    def _target(self, path: str, address: str) -> str:
        if wikilink := _WIKILINK.fullmatch(address):
            name = wikilink[1].strip()
            return self.names.get(key_of(name), "") or self.names.get(key_of(posixpath.basename(name)), "")
        try:
            parts = urlsplit(address)
        except ValueError:  # brackets that are no IPv6 address
            return ""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
        return target if not parts.scheme and not parts.netloc and parts.path and target in self.paths else ""

    def _fields(self, item: Item) -> Iterator[tuple[str, Backlink]]:
        for field in reference_fields(item.collection):
            value = item.values.get(field.name)
            if field.name not in _SHOWN_ELSEWHERE:
                for id_ in value if isinstance(value, tuple) else (value,) if isinstance(value, str) and value else ():
                    yield self.roadmap.by_id[id_].path, Backlink(item.path, item.title, item, field.name)
