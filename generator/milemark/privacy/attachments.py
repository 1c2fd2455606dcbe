"""The attachments that are published: images, documents and other files that are not Markdown.

An attachment is published if something public needs it: a public page or a field of one, a base, mkdocs.yml, a
stylesheet or a page that is published itself, or `assets` in roadmap.yml. It stays out even then

- if its folder is private, or
- if it is a text with front matter or a private section, one that begins with a field such as `:audience: private`, or
  one that names a private file, such as a canvas of Obsidian: milemark copies a text as it is, so it could not take
  the private part out.
"""

from __future__ import annotations

import json
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from milemark.foundation.content_folder import ContentFolder, as_content
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.globs import matcher
from milemark.foundation.i18n import _
from milemark.foundation.layout import ROADMAP_FILE
from milemark.markdown.addresses import Form, addresses_in, html_addresses
from milemark.markdown.comments import DELIMITER
from milemark.markdown.document import Document, scalars
from milemark.markdown.encoding import is_text, readable
from milemark.markdown.private_sections import read_sections
from milemark.markdown.wikilinks import parse_reference
from milemark.privacy.guard import guard_of
from milemark.privacy.hidden import Hidden, folders_of, is_marked_private
from milemark.publish.mkdocs_config import named_files
from milemark.roadmap.content_paths import ContentPaths, destination_of
from milemark.roadmap.load import Loaded, without_ignored
from milemark.roadmap.settings import Settings

_LONGEST = 1 << 20  # bytes
_FRONT_MATTER = re.compile(r"\ufeff?(?:---|\+\+\+)[ \t]*\r?\n")
_TOKEN = re.compile(r"url\(\s*([^\"'()\s]+)\s*\)|\"([^\"\n]+)\"|'([^'\n]+)'")
_WITH_TAGS = (".html", ".htm", ".xhtml", ".svg", ".xml")
_WITH_ADDRESSES = (*_WITH_TAGS, ".css", ".js", ".mjs", ".json", ".webmanifest")

_WITH_COMMENTS = (".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd", ".txt", ".canvas")  # `%% … %%`


@dataclass(frozen=True, slots=True)
class AttachmentFiles:
    """The attachments of a project: their paths, their bytes, and those that mkdocs.yml or roadmap.yml names."""

    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    named: frozenset[str] = frozenset()


def attachment_files(folder: Path | ContentFolder, paths: Iterable[str], settings: Settings) -> AttachmentFiles:
    """Return the attachments in a content folder, without excluded ones."""
    content = as_content(folder)
    kept = tuple(path for path in paths if not settings.is_excluded(path))
    return AttachmentFiles(kept, lambda path: (content.path / path).read_bytes(), named_files(content.root))


def left_out(files: AttachmentFiles, public: Loaded, hidden: Hidden) -> Mapping[str, str]:
    """Return the attachments that are not published, with the reason for each."""
    needed = _Needed(files, public, hidden)
    needed.follow()
    not_needed = _("no public page, field or stylesheet needs it")
    return {
        path: reason
        for path in files.paths
        if (reason := needed.refused.get(path, "" if path in needed.shown else not_needed))
    }


def attachment_findings(everything: Loaded, public: Loaded, paths: Iterable[str]) -> Iterator[Diagnostic]:
    """Yield the findings about published attachments that those of the public roadmap lack.

    They name no other file, which could be private.
    """
    published = frozenset(paths)
    for each in without_ignored(public.roadmap.settings, everything.other_diagnostics):
        if each.span.path in published and "other" not in each.values and each not in public.diagnostics:
            yield each


class _Needed:
    """Follows the addresses from public texts to attachments, and from published texts to further ones."""

    def __init__(self, files: AttachmentFiles, public: Loaded, hidden: Hidden) -> None:
        self.files, self.public, self.hidden = files, public, hidden
        self.paths = ContentPaths(files.paths)
        self.shown: dict[str, None] = {}
        self.refused: dict[str, str] = {}

    def follow(self) -> None:
        """Collect what is needed, and what stays out although something needs it."""
        is_asset = matcher(self.public.roadmap.settings.assets)
        waiting = [
            path
            for path in self.files.paths
            if unicodedata.normalize("NFC", path) in self.files.named or is_asset(path)
        ]
        for file in self.public.files:
            waiting += self._named_in(file.document)
        if owner := self.public.roadmap.settings.owner:
            for address in (owner.photo, *owner.links.values()):
                waiting += self._found(ROADMAP_FILE, address)
        while waiting:
            path = waiting.pop()
            if path in self.shown or path in self.refused:
                continue
            data = self.files.read(path)
            if reason := _refusal(path, data, self.hidden):
                self.refused[path] = reason
                continue
            self.shown[path] = None
            waiting += self._named_in_text(path, data)

    def _named_in(self, document: Document) -> Iterator[str]:
        addresses = addresses_in(document.body) if self.files.paths else ()
        for address in (each for each in addresses if not each.is_text):
            yield from self._found(document.path, address.text, is_html=address.form == Form.HTML)
        for value in scalars(document.fields) if self.files.paths else ():
            yield from self._found(document.path, parse_reference(value.text).target)
            yield from self._found(document.path, value.text)

    def _named_in_text(self, path: str, data: bytes) -> Iterator[str]:
        if not path.lower().endswith(_WITH_ADDRESSES) or len(data) > _LONGEST:
            return
        text = data.decode("utf-8", "replace")
        tokens = ["".join(found) for found in _TOKEN.findall(text)]
        for address in [*tokens, *(html_addresses(text) if path.lower().endswith(_WITH_TAGS) else ())]:
            yield from self._found(path, address)

    def _found(self, path: str, address: str, *, is_html: bool = False) -> Iterator[str]:
        """Yield the attachment that an address in a file means: by its way, from content/, or by its name alone."""
        target = destination_of(address)
        if target is None or not target.way:
            return
        page = posixpath.join(path.removesuffix(".md"), "_")  # a browser reads an address from that of the page
        found = self.paths.relative(path, target.way) or (is_html and self.paths.relative(page, target.way))
        found = found or self.paths.absolute(target.way) or self.paths.chosen(path, target.way)
        if found:
            yield found


def _refusal(path: str, data: bytes, hidden: Hidden) -> str:
    """Return the reason why an attachment stays out although something public needs it, or an empty text."""
    if any(folder in hidden.folders for folder in folders_of(path)):
        return _("its folder is private")
    if guard_of(hidden).finds(path):
        return _("it has the name of a private file")
    return _text_refusal(path, data, hidden) if is_text(data) else ""


def _text_refusal(path: str, data: bytes, hidden: Hidden) -> str:
    text = readable(data)
    nested = [*_strings_of(text)] if len(data) <= _LONGEST else []
    if any(map(_FRONT_MATTER.match, (text, *nested))):
        return _("it is a text with front matter")
    written = "\n\n".join((text, *nested))
    marked = written if path.lower().endswith(_WITH_COMMENTS) else written.replace(DELIMITER, "")
    if len(data) <= _LONGEST and read_sections("", marked, 1).parts:
        return _("it is a text with a private section")
    if not path.lower().endswith(_WITH_ADDRESSES) and is_marked_private(text):
        return _("it is a text with a field that makes it private")
    return _("it is a text that names a private file") if guard_of(hidden).finds(text) else ""


def _strings_of(text: str) -> Iterator[str]:
    """Yield the texts in a JSON file that may be Markdown, such as the cells of a notebook, whose lines are a list."""
    waiting: list[object] = []
    if text.lstrip()[:1] in {"{", "["}:
        with suppress(ValueError, RecursionError):
            waiting.append(json.loads(text))
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            lines = [each for each in value if isinstance(each, str)]
            waiting += ["".join(lines)] if lines == value else value
