"""The attachments that are published: images, documents and other files that are not Markdown and not private.

An attachment is private

- if all Markdown files in its folder are private,
- if a private text holds its file name, or its name belongs to a private file, and no public text links to it, or
- if it is a text that names a private file, such as a canvas of Obsidian, or
- if it is a text with front matter, such as an .mdx file, which may say that it is private.

All others are published, even if nothing links to them.

A private text need not link: addresses come in endless forms (by name alone, in HTML, in a field), and hiding a picture
by mistake costs it only until a public text links to it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from html import unescape
from urllib.parse import unquote

from milemark.foundation.identifiers import key_of
from milemark.markdown.document import Document, Node, Scalar, Sequence
from milemark.markdown.document import Mapping as Written
from milemark.markdown.links import find_wikilinks, replace_wikilinks
from milemark.privacy.guard import guard_of
from milemark.privacy.hidden import Hidden, folders_of
from milemark.roadmap.load import Loaded

_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")
_TOKEN = re.compile(r"<([^<>\n=]+)>|\(([^()\n]+)\)|\"([^\"\n]+)\"|'([^'\n]+)'|([^\s\"'()<>\[\]|,]+)")


def public_attachments(
    attachments: Iterable[str], everything: Loaded, public: Loaded, hidden: Hidden
) -> tuple[str, ...]:
    """Return the paths of the public attachments."""
    names = {key_of(path): path for path in attachments}
    by_name = _by_file_name(names)
    shown = {path for file in public.files for path in _mentioned(file.document, names, by_name)}
    texts = {file.document.path: _text(file.document) for file in public.files}
    all_texts = [(file.document.path, _text(file.document)) for file in everything.files]
    private = set(_named([text for path, text in all_texts if texts.get(path) != text], by_name))
    stems = frozenset(key_of(path.removesuffix(".md")) for path in hidden.paths)
    private |= {path for path in names.values() if _belongs(path, stems)}
    return tuple(
        path
        for path in names.values()
        if not guard_of(hidden).finds(path)
        and not any(folder in hidden.folders for folder in folders_of(path))
        and (path in shown or path not in private)
    )


def names_private(data: bytes, hidden: Hidden) -> bool:
    """Whether a file is a text with front matter, or with the name of a private file."""
    return _FRONT_MATTER.match(data) is not None or (
        b"\0" not in data and guard_of(hidden).finds(data.decode("utf-8", "replace"))
    )


def _by_file_name(names: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Return the paths of attachments by file name: in Obsidian, a name alone means a file in any folder."""
    by_name: dict[str, list[str]] = {}
    for key, path in names.items():
        by_name.setdefault(posixpath.basename(key), []).append(path)
    return by_name


def _named(texts: Iterable[str], by_name: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the attachments whose file name stands anywhere in texts, percent signs and entities decoded."""
    text = "\n".join(key_of(form) for each in texts for form in (each, unquote(each), unescape(each)))
    for name, paths in by_name.items():
        if name in text:
            yield from paths


def _belongs(path: str, stems: Container[str]) -> bool:
    """Whether the name of a file belongs to a Markdown file: `a.pdf`, `a.md.orig` and `a/picture.png` to `a.md`."""
    folder, _slash, name = key_of(path).rpartition("/")
    before = f"{folder}/" if folder else ""
    ends = (place for place, letter in enumerate(name) if letter == ".")
    return any(before + name[:end] in stems for end in ends) or any(each in stems for each in folders_of(key_of(path)))


def _mentioned(document: Document, names: Mapping[str, str], by_name: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield the attachments that a file mentions by path or by name alone, in any syntax."""
    base = posixpath.dirname(document.path)
    for token in _addresses(unescape(_text(document))) if names else ():
        for each in (token, token.split(" ")[0], token.rpartition(" ")[0], token.rstrip(".,;:!")):
            way = unquote(each)
            yield from by_name.get(key_of(way), ())
            root = "" if way.startswith("/") else base
            for path in (posixpath.join(root, way.lstrip("/")), posixpath.join("", way)):
                name = names.get(key_of(posixpath.normpath(path)))
                if name:
                    yield name


def _addresses(text: str) -> Iterator[str]:
    """Yield everything in a text that may be the address of a file, without `#part` and `?query`."""
    yield from (link.target for link in find_wikilinks(text))
    for found in _TOKEN.finditer(replace_wikilinks(text, lambda _link: " ")):
        yield next(filter(None, found.groups()), "").strip("<> ").split("#")[0].split("?")[0]


def _text(document: Document) -> str:
    """Return the values of all fields and the body of a file as one text."""
    return "\n".join((*_values(document.fields), document.body))


def _values(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        yield from (text for each in node.items for text in _values(each))
    elif isinstance(node, Written):
        yield from (text for _key, each in node.entries for text in _values(each))
