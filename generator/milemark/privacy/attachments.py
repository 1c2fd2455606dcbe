"""Which files beside the Markdown are published: images and documents, as far as they are not private.

One is private below a folder whose Markdown files are all private, and where private texts lead to it and no public one
does; or where its name says that it belongs to a private file and no public text leads to it; or where it is a text
that names a private file, as a canvas of Obsidian does. What nothing leads to is published otherwise.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator
from urllib.parse import unquote

from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import BASE_ENDING
from milemark.markdown.document import Document, Mapping, Node, Scalar, Sequence
from milemark.markdown.links import find_wikilinks, replace_wikilinks
from milemark.privacy.hidden import Hidden, folders_of
from milemark.roadmap.load import Loaded

_LONGEST = 1 << 20  # bytes
_TOKEN = re.compile(r"<([^<>\n]+)>|\(([^()\n]+)\)|\"([^\"\n]+)\"|'([^'\n]+)'|([^\s\"'()<>\[\]|,]+)")


def public_attachments(
    attachments: Iterable[str], everything: Loaded, public: Loaded, hidden: Hidden
) -> tuple[str, ...]:
    """Return the paths of those that everybody may see."""
    names = {key_of(path): path for path in attachments}
    shown = {path for file in public.files for path in _mentioned(file.document, names)}
    texts = {file.document.path: _text(file.document) for file in public.files}
    private = {
        path
        for file in everything.files
        if texts.get(file.document.path) != _text(file.document)
        for path in _mentioned(file.document, names)
    }
    stems = frozenset(key_of(path.removesuffix(".md")) for path in hidden.paths)
    private |= {path for path in names.values() if _belongs(path, stems)}
    return tuple(
        path
        for path in names.values()
        if not any(folder in hidden.folders for folder in folders_of(path)) and (path in shown or path not in private)
    )


def names_private(data: bytes, hidden: Hidden) -> bool:
    """Whether a file is a text in which a private one is named by its path; a large one is no text of people."""
    if b"\0" in data or len(data) > _LONGEST:
        return False
    text = key_of(unquote(data.decode("utf-8", "replace")))
    return any(key_of(path) in text for path in hidden.paths if path.endswith((".md", BASE_ENDING)))


def _belongs(path: str, stems: Container[str]) -> bool:
    """Whether a file is called as one of Markdown: `a.pdf`, `a.md.orig` and `a/picture.png` beside `a.md`."""
    folder, _slash, name = key_of(path).rpartition("/")
    before = f"{folder}/" if folder else ""
    ends = (place for place, letter in enumerate(name) if letter == ".")
    return any(before + name[:end] in stems for end in ends) or any(each in stems for each in folders_of(key_of(path)))


def _mentioned(document: Document, names: dict[str, str]) -> Iterator[str]:
    """Yield the attachments that a file speaks of, by whatever syntax."""
    base = posixpath.dirname(document.path)
    for token in _addresses(_text(document)) if names else ():
        for each in (token, token.split(" ")[0], token.rstrip(".,;:!")):
            way = unquote(each)
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
    """Return all that a file says: the values of its fields, and its body."""
    return "\n".join((*_values(document.fields), document.body))


def _values(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
    elif isinstance(node, Sequence):
        yield from (text for each in node.items for text in _values(each))
    elif isinstance(node, Mapping):
        yield from (text for _key, each in node.entries for text in _values(each))
