"""Editing a file byte by byte: an edit takes the style of its place, and no other byte changes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milemark.markdown.document import Sequence
from milemark.markdown.edit import (
    AddEntry,
    Edit,
    EditRefusedError,
    RemoveField,
    SetField,
    SetMark,
    TakeEntry,
    edit_bytes,
)
from milemark.markdown.front_matter import parse_document

DAY = date(2025, 3, 1)


def edited(text: str, *edits: Edit) -> str:
    return edit_bytes("a.md", text.encode(), edits).decode()


def set_(name: str, value: str | tuple[str, ...], *, is_text: bool = True, after: tuple[str, ...] = ()) -> SetField:
    return SetField(tuple(name.split(".")), value, is_text=is_text, after=after)


def add(name: str, text: str) -> AddEntry:
    return AddEntry(tuple(name.split(".")), text)


def take(name: str, number: int) -> TakeEntry:
    return TakeEntry(tuple(name.split(".")), number)


def remove(name: str) -> RemoveField:
    return RemoveField(tuple(name.split(".")))


# Front matter between two lines `---`, an edit, and the front matter that follows.
FIELDS: dict[str, tuple[str, Edit, str]] = {
    "a plain value": ("status: todo\n", set_("status", "done"), "status: done\n"),
    "Korean and emoji": ("제목: 처음 🎉\nb: 1\n", set_("제목", "다음 👩‍💻"), "제목: 다음 👩‍💻\nb: 1\n"),
    "double quotes": ('status: "todo"\n', set_("status", "done"), 'status: "done"\n'),
    "single quotes": ("t: 'a'\n", set_("t", "it's"), "t: 'it''s'\n"),
    "a comment behind it": ("status: todo   # a or b\n", set_("status", "done"), "status: done   # a or b\n"),
    "comments between": ("# one\na: 1\n\n# two\nb: 2\n", set_("b", "3"), "# one\na: 1\n\n# two\nb: 3\n"),
    "aligned colons": ("id     : a\nstatus : b\n", set_("status", "c"), "id     : a\nstatus : c\n"),
    "a new key below aligned colons": (
        "id     : a\nstatus : b\n",
        set_("due", "c"),
        "id     : a\nstatus : b\ndue    : c\n",
    ),
    "a new key below aligned values": ("id:     a\nstatus: b\n", set_("due", "c"), "id:     a\nstatus: b\ndue:    c\n"),
    "a new key with a place": ("a: 1\nb: 2\nd: 4\n", set_("c", "x", after=("a", "b")), "a: 1\nb: 2\nc: x\nd: 4\n"),
    "a new key in quotes": ("a: 'x'\n", set_("b", "y: z"), "a: 'x'\nb: 'y: z'\n"),
    "a new key below a comment": ("a: 1 # one\n# end\n", set_("b", "x"), "a: 1 # one\nb: x\n# end\n"),
    "a value that begins like YAML": ("t: a\n", set_("t", "[[x]]"), 't: "[[x]]"\n'),
    "a hash": ("t: a\n", set_("t", "C# #1"), 't: "C# #1"\n'),
    "a word that is no text elsewhere": ("t: a\n", set_("t", "yes"), 't: "yes"\n'),
    "a number as text": ("t: a\n", set_("t", "2025"), 't: "2025"\n'),
    "a number": ("t: 1\n", set_("t", "2", is_text=False), "t: 2\n"),
    "a plain year stays plain": ("t: 2024\n", set_("t", "2025"), "t: 2025\n"),
    "a time": ("t: a\n", set_("t", "1:30"), 't: "1:30"\n'),
    "two lines": ("t: a\n", set_("t", "a\nb"), 't: "a\\nb"\n'),
    "an empty value": ("t:\nb: 1\n", set_("t", "x"), "t: x\nb: 1\n"),
    "an empty value with blanks": ("t:  \n", set_("t", "x"), "t:  x\n"),
    "an empty value with a comment": ("t:  # why\n", set_("t", "x"), "t: x  # why\n"),
    "null": ("t: ~\n", set_("t", "x"), "t: x\n"),
    "a value of two lines": ("t: a\n  b\nc: 1\n", set_("t", "x"), "t: x\nc: 1\n"),
    "quotes of two lines": ('t: "a\n  b" # c\n', set_("t", "x"), 't: "x" # c\n'),
    "a folded scalar": (
        "t: >-\n  one two\n  three\nc: 1\n",
        set_("t", "four five six"),
        "t: >-\n  four\n  five\n  six\nc: 1\n",
    ),
    "a folded scalar of one line": ("t: >\n    one\n", set_("t", "two three"), "t: >\n    two three\n"),
    "a literal scalar": ("t: |+\n  one\n  two\n\nc: 1\n", set_("t", "x\ny"), "t: |+\n  x\n  y\n\nc: 1\n"),
    "a literal scalar that cannot be": ("t: |\n  one\nc: 1\n", set_("t", "  x"), 't: "  x"\nc: 1\n'),
    "brackets": ("tags: [a, b] # c\n", add("tags", "d"), "tags: [a, b, d] # c\n"),
    "brackets over lines": ("t: [\n  a,\n  b\n]\n", add("t", "c"), "t: [\n  a,\n  b,\n  c\n]\n"),
    "brackets with a last comma": ("t: [a, b,]\n", add("t", "c"), "t: [a, b, c,]\n"),
    "brackets without blanks": ("t: [a,b]\n", add("t", "c"), "t: [a,b,c]\n"),
    "empty brackets": ("t: []\n", add("t", "c"), "t: [c]\n"),
    "quotes in brackets": ("t: ['a']\n", add("t", "b"), "t: ['a', 'b']\n"),
    "an entry with a comma": ("t: [a]\n", add("t", "b, c"), 't: [a, "b, c"]\n'),
    "lines": ("t:\n  - a\n  - b # c\n\nd: 1\n", add("t", "e"), "t:\n  - a\n  - b # c\n  - e\n\nd: 1\n"),
    "lines without indentation": ("t:\n- a\nb: 1\n", add("t", "c"), "t:\n- a\n- c\nb: 1\n"),
    "lines with wide hyphens": ("t:\n    -   a\n", add("t", "c"), "t:\n    -   a\n    -   c\n"),
    "an only value": ("t: a\n", add("t", "b"), "t: [a, b]\n"),
    "an only value with a comma": ("t: a, b\n", add("t", "c"), 't: ["a, b", c]\n'),
    "no list": ("a: 1\n", add("t", "b"), "a: 1\nt: [b]\n"),
    "no list, others in lines": ("a:\n  - 1\n", add("t", "b"), "a:\n  - 1\nt:\n  - b\n"),
    "a key without a list": ("t:\n", add("t", "b"), "t: [b]\n"),
    "the first of brackets": ("t: [a, b, c]\n", take("t", 0), "t: [b, c]\n"),
    "the last of brackets": ("t: [a, b, c]\n", take("t", 2), "t: [a, b]\n"),
    "the only one of brackets": ("t: [a]\n", take("t", 0), "t: []\n"),
    "the first line": ("t:\n  # x\n  - a\n  # y\n  - b\n", take("t", 0), "t:\n  # x\n  # y\n  - b\n"),
    "the last line": ("t:\n  - a\n  - b # c\nd: 1\n", take("t", 1), "t:\n  - a\nd: 1\n"),
    "the only line": ("t:\n  - a\nd: 1\n", take("t", 0), "t: []\nd: 1\n"),
    "a list entry by entry": (
        "t:\n  - a # one\n  - b # two\n  - c\n",
        set_("t", ("a", "c", "d")),
        "t:\n  - a # one\n  - c\n  - d\n",
    ),
    "a list in another order": ("t:\n  - a\n  - b\nc: 1\n", set_("t", ("b", "a")), "t:\n  - b\n  - a\nc: 1\n"),
    "a list for a value": ("t: a\n", set_("t", ("x", "y")), "t: [x, y]\n"),
    "one entry for a value": ("t: a\n", set_("t", ("x",)), "t: x\n"),
    "a value for a list": ("t:\n  - a\nc: 1\n", set_("t", "x"), "t: x\nc: 1\n"),
    "a value for brackets": ("t: [a, b] # c\n", set_("t", "x"), "t: x # c\n"),
    "an object": ("links:\n  Code: x # c\n  Demo: y\n", set_("links.Code", "z"), "links:\n  Code: z # c\n  Demo: y\n"),
    "a new name": ("links:\n  Code: x\nc: 1\n", set_("links.Demo", "z"), "links:\n  Code: x\n  Demo: z\nc: 1\n"),
    "a new name in braces": ("links: {Code: x}\n", set_("links.Demo", "z"), "links: {Code: x, Demo: z}\n"),
    "a new object": ("a: 1\n", set_("links.Demo", "z"), "a: 1\nlinks:\n  Demo: z\n"),
    "an object without a value": ("links:\nc: 1\n", set_("links.Demo", "z"), "links:\n  Demo: z\nc: 1\n"),
    "a name of braces": ("l: {A: x, B: y}\n", remove("l.A"), "l: {B: y}\n"),
    "a name of lines": ("l:\n  A: x\n  B: y\n", remove("l.A"), "l:\n  B: y\n"),
    "a nested list": ("a:\n  b:\n    - c\n    - d\n", add("a.b", "e"), "a:\n  b:\n    - c\n    - d\n    - e\n"),
    "a field": ("a: 1\n# b is\nb: 2 # two\nc: 3\n", remove("b"), "a: 1\n# b is\nc: 3\n"),
    "a field of lines": ("a: 1\nt:\n  - x\n  - y\nc: 3\n", remove("t"), "a: 1\nc: 3\n"),
    "a folded field": ("a: >\n  x\n  y\n\nc: 3\n", remove("a"), "\nc: 3\n"),
    "the only field": ("a: 1\n", remove("a"), ""),
    "a missing field": ("a: 1\n", remove("b"), "a: 1\n"),
    "all in braces": ("{a: 1, b: 2}\n", set_("c", "x"), "{a: 1, b: 2, c: x}\n"),
    "indented fields": ("  a: 1\n  b: 2\n", set_("c", "x"), "  a: 1\n  b: 2\n  c: x\n"),
    "only comments": ("# fields\n", set_("a", "x"), "# fields\na: x\n"),
    "nothing": ("", set_("a", "x"), "a: x\n"),
    "tabs behind a value": ("a: 1\t# c\nb:\t2\n", set_("b", "x"), "a: 1\t# c\nb:\tx\n"),
    "the same value": ("a: 'x' # c\n", set_("a", "x"), "a: 'x' # c\n"),
    "a key that needs quotes": ("a: 1\n", SetField(("b: c",), "x"), 'a: 1\n"b: c": x\n'),
}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    ("bom", "newline", "end"), [("", "\n", "\n"), ("", "\r\n", "\r\n"), ("\ufeff", "\n", ""), ("", "\r", "\r")]
)
def test_an_edit_changes_only_its_bytes(name: str, bom: str, newline: str, end: str) -> None:
    before, edit, after = FIELDS[name]
    whole = [f"{bom}---\n{front}---\n\n# 제목\n- [ ] a # b: c" for front in (before, after)]
    old, new = (text.replace("\n", newline) + end for text in whole)
    assert edited(old, edit) == new


FILES: dict[str, tuple[str, Edit, str]] = {
    "no front matter": ("# A\r\ntext", set_("a", "x"), "---\r\na: x\r\n---\r\n# A\r\ntext"),
    "no front matter, but a byte order mark": ("\ufeff# A\n", set_("a", "x"), "\ufeff---\na: x\n---\n# A\n"),
    "an empty file": ("", set_("a", "x"), "---\na: x\n---\n"),
    "no line end": ("---\na: 1\n---", set_("a", "x"), "---\na: x\n---"),
    "three dots": ("---\na: 1\n...\ntext\n", set_("b", "x"), "---\na: 1\nb: x\n...\ntext\n"),
    "line ends of both kinds": (
        "---\na: 1\r\nb: 2\n---\n",
        set_("c", "x", after=("a",)),
        "---\na: 1\r\nc: x\r\nb: 2\n---\n",
    ),
    "a task": ("- [ ] a\n- [ ] b\n", SetMark(2, "x"), "- [ ] a\n- [x] b\n"),
    "a task in Korean": ("가\n* [ ] 나 🎉\r\n", SetMark(2, "x"), "가\n* [x] 나 🎉\r\n"),
    "a task in a quote": ("> 1. [ ] a\n", SetMark(1, "x"), "> 1. [x] a\n"),
    "a nested task behind a tab": ("- [ ] a\n\t- [ ] a\n", SetMark(2, "x"), "- [ ] a\n\t- [x] a\n"),
    "a task below front matter": (
        "\ufeff---\r\na: 1\r\n---\r\n- [x] a",
        SetMark(4, " "),
        "\ufeff---\r\na: 1\r\n---\r\n- [ ] a",
    ),
    "a task that is done": ("- [X] a\n", SetMark(1, "x"), "- [X] a\n"),
    "a date as in Tasks": (
        "- [x] a ✅ 2025-02-01\n- [ ] b ^id\n",
        SetMark(2, "x", DAY),
        "- [x] a ✅ 2025-02-01\n- [x] b ✅ 2025-03-01 ^id\n",
    ),
    "a date as in Dataview": (
        "- [x] a  [completion:: 2025-02-01]\n- [ ] b  \n",
        SetMark(2, "x", DAY),
        "- [x] a  [completion:: 2025-02-01]\n- [x] b  [completion:: 2025-03-01]  \n",
    ),
    "a date as in TaskPaper": (
        "- [ ] b\n- [x] a @done(2025-02-01)\n",
        SetMark(1, "x", DAY),
        "- [x] b @done(2025-03-01)\n- [x] a @done(2025-02-01)\n",
    ),
    "no date without a neighbour's": ("- [ ] b 📅 2025-02-01\n", SetMark(1, "x", DAY), "- [x] b 📅 2025-02-01\n"),
    "a date that is taken back": ("- [x] a ✅ 2025-02-01 ^id\n", SetMark(1, " "), "- [ ] a ^id\n"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_edited_byte_by_byte(name: str) -> None:
    before, edit, after = FILES[name]
    assert edited(before, edit) == after


REFUSED: dict[str, tuple[str, Edit, int, str]] = {
    "a key twice": ("---\na: 1\na: 2\n---\n", set_("a", "x"), 3, "written twice"),
    "broken front matter": ("---\na: [\n---\n", set_("a", "x"), 1, "cannot be read"),
    "an anchor": ("---\na: &x 1\nb: *x\n---\n", set_("a", "x"), 1, "cannot be read"),
    "no object": ("---\nlinks: x\n---\n", set_("links.Code", "x"), 2, "is not a set"),
    "no list": ("---\nlinks:\n  a: x\n---\n", add("links", "x"), 3, "not a list"),
    "comments that would be lost": ("---\nt:\n  - a # x\n  - b\n---\n", set_("t", "x"), 3, "comment"),
    "no task": ("text\n", SetMark(1, "x"), 1, "no task"),
    "a control character": ("---\na: 1\n---\n", set_("a", "\0"), 2, "more than this value"),
    "a conflict of git": ("---\n<<<<<<< a\na: 1\n---\n", set_("a", "x"), 1, "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_edit_that_would_lose_something_is_refused_with_its_place(name: str) -> None:
    text, edit, line, reason = REFUSED[name]
    with pytest.raises(EditRefusedError, match=reason) as refused:
        edited(text, edit)
    assert refused.value.span.line == line


@pytest.mark.parametrize("data", [b"---\na: \xff\n---\n", b"\xff\xfe-\0"])
def test_a_file_that_is_not_utf_8_is_refused(data: bytes) -> None:
    with pytest.raises(EditRefusedError):
        edit_bytes("a.md", data, [set_("a", "x")])


_TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=30
)
_WORDS = st.sampled_from(
    [
        "yes",
        "~",
        "null",
        "1:30",
        "- a",
        "# b",
        "a: b",
        "'",
        '"',
        "[[x]]",
        "{a",
        "@",
        "a\nb",
        "|",
        "한글",
        "1e3",
        "=",
        "<<",
    ]
)


@given(
    before=st.sampled_from([before for before, _edit, _after in FIELDS.values()]),
    text=_TEXTS | _WORDS,
    name=st.sampled_from(["a", "b", "t", "status", "제목"]),
    entry=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_any_text_is_read_as_it_was_set(before: str, text: str, name: str, entry: bool, newline: str) -> None:
    data = f"---\n{before}---\nbody\n".replace("\n", newline).encode()
    edit: Edit = add(name, text) if entry else set_(name, text)
    try:
        new = edit_bytes("a.md", data, [edit])
    except EditRefusedError:
        return
    old_fields, fields = (parse_document("a.md", each)[0].fields for each in (data, new))
    value = fields.get(name)
    found = value.items[-1] if entry and isinstance(value, Sequence) else value
    assert found is not None
    assert getattr(found, "text", "").rstrip("\n") == text.rstrip("\n")
    assert {key.text for key, _ in old_fields.entries} <= {key.text for key, _ in fields.entries}
    assert edit_bytes("a.md", new, [set_(name, text)] if not entry else []) == new
