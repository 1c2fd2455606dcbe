"""A file whose headings are items as a file for each item, and the other way round. Every item stays the same."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from milemark.foundation.errors import UserError
from milemark.foundation.identifiers import key_of
from milemark.foundation.layout import AUDIENCE, PRIVATE
from milemark.imports.imported import Value
from milemark.imports.plan import file_text
from milemark.markdown.document import Document, Heading, Node, Scalar
from milemark.markdown.document import Sequence as Written
from milemark.markdown.rendering.headings import name_of
from milemark.roadmap.heading_items import HEADINGS, level_of, read_heading_items
from milemark.roadmap.schema import folder_collection, title_heading
from milemark.roadmap.settings import Settings

_ITEMS = re.compile(r"^items:.*\n", re.MULTILINE)
_EMPTY = "---\n---\n"
_LEVEL = 2
_DEEPEST = 6
_LINE_WIDTH = 100
_BETWEEN = " · "
_HEAD = re.compile(r"^[ \t]*#{1,6}")
TOLD = frozenset({"title", "id"})  # fields that a heading or the name of a file may tell as well
Files = Mapping[str, str | None]


class LayoutError(UserError):
    """A file that cannot be split, or files that cannot be joined, as they are."""


def split(
    settings: Settings, document: Document, private: Container[str] = (), *, is_apart: bool = False, hides: bool = False
) -> Files:
    """Return the files that a file with several items becomes: one for each, and the page of the rest.

    The page has no links to the paths in `private`. `is_apart`: the new files are in a folder of their own, so that
    they need not be read like this one. `hides`: this file hides its items, and each new file has to do so itself.
    """
    level = level_of(settings, document)
    if not level:
        raise LayoutError(f"{document.path} has one item at most: its front matter has no `items: headings`")
    if not document.fields.get("items") and not is_apart:
        raise LayoutError(
            f"{document.path} has several items since its collection has `items: headings` in roadmap.yml\n"
            "  = name a folder of their own, such as --into features"
        )
    found = read_heading_items(settings, document, level)
    is_loose = folder_collection(settings, document.path) is None
    files: dict[str, str | None] = {each.path: _item_text(each, is_loose=is_loose, hides=hides) for each in found.items}
    shown = [each for each in found.items if each.path not in private]
    if document.path in files:
        raise LayoutError(f"the heading with the name of its file, {document.path}, needs another id: `{{#…}}`")
    return {**files, document.path: _rest(found.page, shown, is_loose=is_loose)}


def _item_text(document: Document, *, is_loose: bool, hides: bool) -> str:
    """Return the text of an item's file. Outside of collections, only a file with a status is an item."""
    fields = _fields(document) | ({AUDIENCE: PRIVATE} if hides else {})
    if is_loose:
        fields.setdefault("status", "")
    return file_text(fields, document.body)


def _fields(document: Document) -> dict[str, Value]:
    """Return the fields of a document as written; the first value of a field stands."""
    found: dict[str, Value] = {}
    for key, node in document.fields.entries:
        found.setdefault(key.text, _value(document.source, key, node))
    return found


def _value(path: str, key: Scalar, node: Node) -> Value:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Written) and all(isinstance(each, Scalar) for each in node.items):
        return tuple(each.text for each in node.items if isinstance(each, Scalar))
    raise LayoutError(
        f"{path}:{key.span.line}: `{key.text}` is neither a text nor a list of texts: it has no short form"
    )


def _rest(page: Document, items: Sequence[Document], *, is_loose: bool) -> str:
    """Return the page of the rest, with a link to each of the items where it stood.

    In a collection it keeps its setting: without it, the page would be an item.
    """
    lines: list[str] = page.body.split("\n")
    links = {each.span.line - page.body_line: _link(each) for each in items}
    shown = [links.get(number, line) for number, line in enumerate(lines)]
    body = re.sub(r"(?<=\n)(- \[.*\n)\n+(?=- \[)", r"\1", re.sub(r"\n{3,}", "\n\n", "\n".join(shown)))
    front = _ITEMS.sub("", page.front, count=1) if is_loose else page.front
    return ("" if front == _EMPTY else front) + body.strip("\n") + "\n"


def _link(item: Document) -> str:
    title = item.fields.get("title")
    if not isinstance(title, Scalar):
        return ""
    text = re.sub(r"([\\\[\]])", r"\\\1", title.text)
    return f"- [{text}]({posixpath.basename(item.path)})"


def join(documents: Sequence[Document], ids: Mapping[str, str], target: str, known: str | None) -> Files:
    """Return the file that items become, each a heading of level 2, behind those that it has.

    `ids` are the ids of the documents by path; `known` is the text of the file if it is there.
    """
    for each in documents:
        if posixpath.dirname(each.path) != posixpath.dirname(target) or each.path == target:
            raise LayoutError(f"{each.path} does not stand beside {target}: move it first, since links would break")
        if each.is_broken or each.within:
            raise LayoutError(f"{each.path} cannot be read, or is a heading of a file: it stays as it is")
    above = known if known is not None else f"---\nitems: {HEADINGS}\n---\n"
    parts = [above.rstrip("\n"), *(_heading_text(each, ids[each.path]) for each in documents)]
    return {target: "\n\n".join(part for part in parts if part) + "\n", **{each.path: None for each in documents}}


def _heading_text(document: Document, id_: str) -> str:
    """Return an item as a heading with its fields and its text."""
    fields, heading = _fields(document), title_heading(document)
    own_title = _text(fields.pop("title", ""))
    title = own_title or (heading.text if heading else posixpath.basename(document.path)[:-3])
    fields.pop("id", None)
    own = "" if name_of(title) == id_ else f" {{#{id_}}}"
    body = _below(document, None if own_title else heading)
    parts = [f"## {title}{own}", _field_lines(document.path, fields), body]
    return "\n\n".join(part for part in parts if part)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _field_lines(path: str, fields: Mapping[str, Value]) -> str:
    """Return fields in one line if they are short, else as a table."""
    texts = {name: _field(path, name, value) for name, value in fields.items() if value}
    line = _BETWEEN.join(f"{name}: {text}" for name, text in texts.items())
    if len(line) <= _LINE_WIDTH and not any(re.search(r"[·•|]|^[\[(]", text) for text in texts.values()):
        return line
    rows = (f"| {name} | {text.replace('|', chr(92) + '|')} |" for name, text in texts.items())
    return "\n".join(("| field | value |", "|---|---|", *rows))


def _field(path: str, name: str, value: Value) -> str:
    entries = (value,) if isinstance(value, str) else value
    if any("\n" in each.strip() for each in entries) or (len(entries) > 1 and any("," in each for each in entries)):
        raise LayoutError(f"{path}: `{name}` has several lines, or entries with commas: it has no short form")
    return _text(tuple(each.strip() for each in entries))


def _below(document: Document, title: Heading | None) -> str:
    """Return a body below a heading: without its title, and with its headings below level 2."""
    lines = document.body.split("\n")
    headings = [each for each in document.headings if not each.is_nested and each is not title]
    deeper = max(_LEVEL + 1 - min((each.level for each in headings), default=_LEVEL + 1), 0)
    for each in reversed(headings if deeper else ()):
        line = each.span.line - document.body_line
        lines[line : line + each.height] = ["#" * min(each.level + deeper, _DEEPEST) + f" {each.text}"]
    if title:
        line = title.span.line - document.body_line
        lines[line : line + title.height] = []
    return "\n".join(lines).strip("\n")


def differences(before: Iterable[tuple[str, object]], after: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Yield the ids of the items that are not the same in two states of a roadmap."""
    old, new = dict(before), dict(after)
    yield from (id_ for id_ in {**old, **new} if old.get(id_) != new.get(id_))


def taken(files: Files, paths: Iterable[str], target: str) -> str:
    """Return a path that would be written although there is a file; an empty text if there is none."""
    known = {key_of(path) for path in paths}
    written = (path for path, text in files.items() if text is not None and path != target)
    return next((path for path in written if key_of(path) in known), "")
