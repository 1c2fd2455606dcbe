"""Front matter that real people wrote, edited at random: the lines of the edited field change, and no others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest
import yaml_edit

from milemark.markdown.byte_tree import BLOCK_STYLES, ByteNode, Source, read_source
from milemark.markdown.document import Document, Node, Scalar
from milemark.markdown.document import Mapping as Written
from milemark.markdown.edit import AddEntry, EditRefusedError, RemoveField, SetField, TakeEntry, edit_bytes
from milemark.markdown.edits import FieldEdit

EDITS = 10_000
VALUES = ("done", "바뀐 값", "C# #1: 🎉", "yes", "2025", "[[a]]", "it's", '"q"', "a, b", "- x", "1:30")
# A list of links, in which each title is a comment: replacing or removing it would lose them.
REFUSED = {"comments stand in this value: remove it by hand", "a comment stands in this value: edit it by hand"}


@cache
def sources(folder: Path) -> tuple[Source, ...]:
    """Return the real files with fields; files that milemark cannot read are refused."""
    read = (read_source(path.name, path.read_bytes()) for path in sorted(folder.rglob("*.md")))
    return tuple(each for each in read if not each.document.is_broken and each.root)


def pairs(source: Source) -> list[tuple[ByteNode, ByteNode]]:
    assert source.root
    names = Counter(key.text for key, _value in source.root.pairs)
    return [pair for pair in source.root.pairs if names[pair[0].text] == 1]


def changed_lines(old: bytes, new: bytes) -> set[int]:
    """Return the numbers of the old lines that changed."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    operations = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return {line + 1 for kind, start, end, *_ in operations if kind != "equal" for line in range(start, end)}


def lines_of(source: Source, *nodes: ByteNode) -> set[int]:
    first, last = (source.lines.line_of(place) for place in (nodes[0].start, max(nodes[-1].end, nodes[0].end)))
    return set(range(first, last + 1))


@pytest.mark.slow
def test_setting_a_field_of_a_real_file_changes_exactly_its_lines(real_markdown: Path) -> None:
    draw = random.Random(19)  # noqa: S311
    exceptions: list[tuple[str, set[int]]] = []
    for source in (found := sources(real_markdown)):
        key, value = draw.choice(pairs(source))
        edit = SetField((key.text,), "바뀐 값" if value.is_scalar else ("x, y", "z"))
        new = edit_bytes(source.document.path, source.data, [edit])
        own = lines_of(source, key, value)
        changed = changed_lines(source.data, new)
        if value.style in BLOCK_STYLES or value.style == "-":  # the line of the key itself stays
            own &= changed | {max(own)}
        if changed != own and not (value.style == "-" and changed <= own):
            exceptions.append((source.document.path, changed ^ own))
    assert not exceptions
    assert len(found) > 2_800


def random_edit(draw: random.Random, source: Source) -> tuple[FieldEdit, set[int]]:
    """Return an edit, and the lines that it may change."""
    key, value = draw.choice(pairs(source))
    path, own = (key.text,), lines_of(source, key, value)
    kind = draw.randrange(5)
    if kind == 0:
        return SetField(("neu",), draw.choice(VALUES)), set()
    if kind == 1:
        return RemoveField(path), own
    if value.is_list and value.parts and kind in {2, 3}:
        number = draw.randrange(len(value.parts))
        return (AddEntry(path, draw.choice(VALUES)) if kind == 2 else TakeEntry(path, number)), own
    return SetField(path, draw.choice(VALUES)), own


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text.rstrip("\n")
    if isinstance(node, Written):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(each) for each in node.items]


def other_fields(document: Document, name: str) -> list[tuple[str, object]]:
    return [(key.text, plain(value)) for key, value in document.fields.entries if key.text != name]


@pytest.mark.slow
def test_ten_thousand_random_edits_change_one_field_and_its_lines(real_markdown: Path) -> None:
    draw, refused = random.Random(7), Counter[str]()  # noqa: S311
    found = sources(real_markdown)
    for _ in range(EDITS):
        source = draw.choice(found)
        edit, own = random_edit(draw, source)
        try:
            new = edit_bytes("a.md", source.data, [edit])
        except EditRefusedError as error:
            refused[str(error)] += 1
            continue
        after = read_source("a.md", new).document
        assert changed_lines(source.data, new) <= own
        assert other_fields(source.document, edit.path[0]) == other_fields(after, edit.path[0])
        assert source.document.body.rstrip() == after.body.rstrip()
        if isinstance(edit, SetField):
            assert plain(after.fields.get(edit.path[0]) or after.fields) == edit.value
    assert refused.keys() <= REFUSED
    assert refused.total() < EDITS / 100


def scalars(source: Source) -> Iterator[ByteNode]:
    return (key for key, value in pairs(source) if value.is_scalar and not value.is_null)


@pytest.mark.slow
def test_yaml_edit_reads_and_writes_the_same_values(real_markdown: Path) -> None:
    draw = random.Random(3)  # noqa: S311
    for source in sources(real_markdown):
        keys = [*scalars(source)]
        if not keys:
            continue
        key = draw.choice(keys)
        new = read_source("a.md", edit_bytes("a.md", source.data, [SetField((key.text,), "done by x")])).document
        other = yaml_edit.Document.parse(source.document.front.split("\n", 1)[1].rsplit("---", 1)[0])
        other.set(key.text, "done by x")
        theirs = read_source("a.md", f"---\n{other}---\n".encode()).document
        assert plain(theirs.fields) == plain(new.fields), source.document.path
