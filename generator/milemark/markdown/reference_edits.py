"""New references in a file in place of old ones: in its front matter, in fields of its text, and in its links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from milemark.foundation.diagnostics import Span
from milemark.markdown.byte_tree import ByteNode, Source, read_source
from milemark.markdown.edit import spliced
from milemark.markdown.edits import EditRefusedError, Splice
from milemark.markdown.encoding import BOM
from milemark.markdown.link_edits import NewAddress, new_links
from milemark.markdown.yaml_edits import replaced_scalar

_LINE = b"---\n"


class Written(NamedTuple):
    """A scalar of YAML: the names that lead to it, and its text. `is_linked` if it stands in double brackets."""

    names: tuple[str, ...]
    text: str
    is_linked: bool = False


class NewWord(NamedTuple):
    """A word in the text of a file, such as the value of `depends_on:: api`, and the one in its place."""

    span: Span
    old: str
    new: str


class NewReferences(NamedTuple):
    """The bytes of a file with new references, and the places of those that stay as they are."""

    data: bytes
    left: tuple[Span, ...] = ()


NewScalar = Callable[[Written], str | None]


def new_references(
    path: str, data: bytes, new_scalar: NewScalar, new_address: NewAddress, words: Iterable[NewWord] = ()
) -> NewReferences:
    """Return the bytes of a Markdown file with the scalars, addresses and words that the functions give."""
    source = read_source(path, data)
    if source.document.is_broken:
        return NewReferences(data)
    front, left = _scalars(source, new_scalar)
    links = new_links(source.document.body, new_address)
    body = [*_of_links(source, links.splices), *_of_words(source, words)]
    left += tuple(Span(path, each.line + source.document.body_line, each.column) for each in links.left)
    return NewReferences(spliced(data, (*front, *_apart(body))), left)


def new_yaml_texts(path: str, data: bytes, new_scalar: NewScalar) -> NewReferences:
    """Return the bytes of a YAML file with the scalars that a function gives."""
    bare = data.removeprefix(BOM)
    head = b"" if bare.startswith(b"---") else _LINE
    framed = head + bare + (b"" if bare.endswith((b"\n", b"\r")) else b"\n") + _LINE
    source = read_source(path, framed)
    if source.document.is_broken or source.document.body.strip():
        return NewReferences(data)
    splices, left = _scalars(source, new_scalar)
    shift = len(data) - len(bare) - len(head)
    moved = [each._replace(start=each.start + shift, end=each.end + shift) for each in splices]
    return NewReferences(
        spliced(data, tuple(moved)), tuple(each._replace(line=each.line - bool(head)) for each in left)
    )


def _scalars(source: Source, new_scalar: NewScalar) -> tuple[tuple[Splice, ...], tuple[Span, ...]]:
    """Return the splices of a front matter; each is proved alone, and those that cannot be written are left."""
    found: list[Splice] = []
    left: list[Span] = []
    texts = [leaf.text for leaf in source.root.leaves()] if source.root else []
    for number, leaf, written, is_flow in _leaves(source):
        new = new_scalar(written)
        if new is None or new == written.text:
            continue
        wanted = [*texts[:number], new, *texts[number + 1 :]]
        try:
            splice = replaced_scalar(source, leaf, new, is_flow=is_flow)
            is_safe = _texts(spliced(source.data, (splice,))) == [each.rstrip("\n") for each in wanted]
        except EditRefusedError:
            is_safe = False
        if is_safe:
            found.append(splice)
        else:
            left.append(source.lines.span(source.document.path, leaf.start))
    return tuple(found), tuple(left)


def _texts(data: bytes) -> list[str]:
    source = read_source("", data)
    is_readable = not source.document.is_broken and source.root is not None
    return [leaf.text.rstrip("\n") for leaf in source.root.leaves()] if is_readable and source.root else []


def _leaves(source: Source) -> Iterator[tuple[int, ByteNode, Written, bool]]:
    """Yield the values of a front matter, each with its number among all scalars, and whether it is in brackets."""
    if source.root is None:
        return
    numbers = {leaf.start: number for number, leaf in enumerate(source.root.leaves())}
    work: list[tuple[ByteNode, tuple[str, ...], bool, int]] = [(source.root, (), False, 0)]
    while work:
        node, names, is_flow, depth = work.pop()
        if node.is_scalar and not node.is_missing:
            yield numbers[node.start], node, Written(names, node.text, is_linked=depth > 1), is_flow
        elif node.is_mapping:
            work += [(value, (*names, key.text), is_flow or node.is_flow, 0) for key, value in node.pairs]
        else:
            inner = depth + 1 if node.is_flow and len(node.parts) == 1 else 0
            work += [(part, names, is_flow or node.is_flow, inner) for part in node.parts]


def _of_links(source: Source, splices: Iterable[tuple[int, int, str]]) -> Iterator[Splice]:
    body = source.document.body
    for start, end, text in splices:
        yield Splice(_offset(source, body, start), _offset(source, body, end), text.encode())


def _offset(source: Source, body: str, place: int) -> int:
    """Return the byte of the file that a place of its body is."""
    line = body.count("\n", 0, place)
    column = place - (body.rfind("\n", 0, place) + 1)
    return source.lines.offset(source.document.body_line + line, column + 1)


def _of_words(source: Source, words: Iterable[NewWord]) -> Iterator[Splice]:
    for span, old, new in words:
        line = source.lines.text(span.line)
        place = line.find(old, span.column - 1)
        if place >= 0:
            start = source.lines.start(span.line) + len(line[:place].encode())
            yield Splice(start, start + len(old.encode()), new.encode())


def _apart(splices: Iterable[Splice]) -> list[Splice]:
    """Return splices without those that overlap an earlier one: a link in a field is read as both."""
    found: list[Splice] = []
    for each in sorted(splices):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found
