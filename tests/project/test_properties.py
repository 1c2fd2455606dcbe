"""What holds for every input, tried with inputs that nobody would think of."""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from unittest import mock

import markdown
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from milemark.app.check import check_folder
from milemark.app.check_summary import Checked, Summary, summary_text
from milemark.app.kept_files import KeptFiles
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.disk import read_content
from milemark.markdown.document import Document, Mapping, Node, Scalar, Sequence
from milemark.markdown.front_matter import parse_document
from milemark.markdown.outline import read_outline
from milemark.markdown.rendering.page import for_page
from milemark.roadmap.load import Loaded, load
from milemark.roadmap.settings_file import parse_settings

TODAY = date(2025, 1, 12)
ROADMAP = b"""\
title: T
statuses: {planned: planned, active: active, done: done}
collections:
  items:
    fields:
      title: {required: true}
      priority: {choices: [high, low]}
      count: {type: integer}
      seen: {type: boolean}
      home: {type: url}
      needs: {type: array, items: {type: reference}}
policies: {active_limit: 1, stale_days: 10, evidence: items}
"""
FIELDS = (
    *("title", "id", "aliases", "status", "track", "parent", "depends_on", "start", "due", "finished", "weight"),
    *("progress", "tags", "links", "featured", "audience", "priority", "count", "seen", "home", "needs", "nonsense"),
)
VALUES = (
    *(
        "",
        "one",
        "two",
        "active",
        "done",
        "진행중",
        "2025-02-30",
        "2025-Q1",
        "0000",
        "9999-12",
        "2025-W53",
        "50%",
        "-1",
        "1e9",
    ),
    *(
        "٥",
        "1_0",
        ".inf",
        "yes",
        "~",
        "null",
        "[one, two]",
        "[[one]]",
        "{a: b}",
        "[",
        "]",
        "{",
        "}",
        '"',
        "'",
        "@x",
        "`",
        "%",
    ),
    *(
        "&a",
        "*a",
        "!!str x",
        "<<",
        "|",
        ">",
        "- x",
        "? x",
        "a: b",
        "# x",
        "C# #1",
        "：",
        "“x”",
        "\u00a0",
        "\u200b",
        "\u3000",
    ),
    *("\ufeff", "\x00", "\x85", "\u2028", "javascript:x", "https://x", "한글", "é", "e\u0301", "\U0001f600", "x" * 300),
)
BLOCKS = (
    *(
        "- [ ] a",
        "- [x] b",
        "  - [X] c",
        "- [ㅌ] d",
        "-[ ] e",
        "1. [ ] f",
        "> - [ ] g",
        "\t- [ ] h",
        "# h",
        "h\n=",
        "```",
    ),
    *(
        "<!--",
        "-->",
        "<div>",
        "| a |\n|---|",
        "---",
        "...",
        "+++",
        "<<<<<<< HEAD",
        "=======",
        "[ ] i",
        "- [ ] ",
        "a\\",
        "&amp;",
    ),
)
ENDS = ("\n", "\n", "\n", "\n", "\r\n", "\r", "\n\n", "")

field_lines = st.tuples(
    st.sampled_from(FIELDS), st.sampled_from((": ", ": ", ":", "： ", ":\t", "")), st.sampled_from(VALUES)
)
lines = st.one_of(
    field_lines.map("".join),
    field_lines.map("".join),
    st.sampled_from(BLOCKS),
    st.sampled_from(VALUES),
    st.just("---"),
    st.text(max_size=8),
)
texts = st.lists(st.tuples(lines, st.sampled_from(ENDS)).map("".join), max_size=12).map("".join)
documents = st.one_of(
    texts.map(lambda text: f"---\n{text}\n---\n- [ ] task\n"),
    st.tuples(texts, texts).map("---\n{0[0]}---\n{0[1]}".format),
    texts,
)
encoded = st.tuples(documents, st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "cp949"))).map(
    lambda pair: pair[0].encode(pair[1], "replace")
)
anything = st.one_of(encoded, encoded, st.binary(max_size=200))
SOUND = """\
---
title: '하나'
status: active
tags: [a, b]
links:
  repo: https://x.org
---
# 제목

- [x] a
  - [ ] b
"""
NAMES = ("items/one.md", "items/two.md", "items/a/three.md", "index.md", "하나.md")
folders = st.dictionaries(st.sampled_from(NAMES), anything, max_size=4).flatmap(
    lambda files: st.sampled_from((files, {**files, "roadmap.yml": ROADMAP}))
)


def assert_inside(span: Span, data: bytes) -> None:
    """Make sure that an editor can go to a place: the line exists, and the column is on it or right behind it."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    found = text.split("\n")
    assert 1 <= span.line <= len(found), span
    assert 1 <= span.column <= len(found[span.line - 1]) + 1, span
    assert span.width >= 1, span


def nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Sequence):
        for item in node.items:
            yield from nodes(item)
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from nodes(value)


def spans(document: Document) -> Iterator[Span]:
    for each in (*nodes(document.fields), *document.tasks, *document.headings):
        yield each.span


@given(anything)
@settings(deadline=None, max_examples=400)
def test_any_bytes_are_a_document_whose_places_are_inside_the_file(data: bytes) -> None:
    document, diagnostics = parse_document("a.md", data)
    for span in (*spans(document), *(each.span for each in diagnostics)):
        assert_inside(span, data)


@given(st.integers(0, 2**32), st.sampled_from(("utf-8", "utf-8", "cp949")))
@settings(deadline=None, max_examples=200)
def test_a_damaged_document_is_still_a_document(seed: int, encoding: str) -> None:
    data = bytearray(SOUND.encode(encoding))
    chance = random.Random(seed)  # noqa: S311  no secret
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(data))
        data[place : place + chance.randrange(4)] = chance.choice(
            (
                b"",
                b"\x00",
                b"\n",
                b"\r",
                b"\t",
                b":",
                b": ",
                b"[",
                b"'",
                b"---\n",
                b"\xed\x95\x9c",
                b"\xff",
                data[:place],
            )
        )
    document, diagnostics = parse_document("a.md", bytes(data))
    for span in (*spans(document), *(each.span for each in diagnostics)):
        assert_inside(span, bytes(data))


@given(folders)
@settings(deadline=None, max_examples=150)
def test_any_files_are_a_roadmap_whose_findings_can_be_shown(files: dict[str, bytes]) -> None:
    loaded = load(files, TODAY)
    for each in loaded.diagnostics:
        assert_inside(each.span, files.get(each.span.path, b""))
        assert each.message_in(str)
        assert each.hint_in(str)
    for item in loaded.roadmap.items:
        for span in item.spans.values():
            assert_inside(span, files[item.path])


@given(folders, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_order_of_files_does_not_matter_nor_does_reading_twice(
    files: dict[str, bytes], chance: random.Random
) -> None:
    names = list(files)
    chance.shuffle(names)
    assert load({name: files[name] for name in names}, TODAY) == load(files, TODAY)


@given(folders, st.binary(max_size=60))
@settings(deadline=None, max_examples=100)
def test_one_broken_file_hides_nothing_about_the_others(files: dict[str, bytes], junk: bytes) -> None:
    def within(loaded: Loaded) -> list[Diagnostic]:
        together = ("MM3", "MM4", "MM5")
        return [each for each in loaded.diagnostics if each.span.path in files and each.rule.code[:3] not in together]

    broken = {**files, "zzz.md": b"---\ntitle: [\n---\n" + junk}
    assert within(load(broken, TODAY)) == within(load(files, TODAY))


def written_value(front: str) -> str:
    document, diagnostics = parse_document("a.md", f"---\n{front}\n---\n".encode())
    assert diagnostics == [], front
    node = document.fields.get("key")
    assert isinstance(node, Scalar)
    return node.text


visible = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"), exclude_characters="\ufeff\ufffe\uffff")
plain = st.from_regex(
    r"[A-Za-z0-9가-힣_./+~=$€-]([A-Za-z0-9가-힣_./+~=$€,()!*&@%|<>-]| (?=[^ #]))*", fullmatch=True
).filter(
    lambda text: (
        not text.startswith(("- ", "--- ", "... ")) and text not in {"-", "---", "..."} and text == text.strip()
    )
)
IMPLICIT = (
    "no",
    "Yes",
    "NULL",
    "~",
    "012",
    "0x1F",
    "1e3",
    "1_000",
    "1.10",
    "1:30",
    "+5",
    ".inf",
    "2025-01-01",
    "=",
    "on",
)


@given(st.one_of(plain, st.sampled_from(IMPLICIT)))
@settings(deadline=None, max_examples=200)
def test_a_plain_value_is_what_was_written(text: str) -> None:
    assert written_value(f"key: {text}") == text


@given(st.text(visible))
@settings(deadline=None, max_examples=200)
def test_a_quoted_value_is_what_was_written(text: str) -> None:
    assert written_value(f"key: {json.dumps(text, ensure_ascii=False)}") == text
    assert written_value("key: '{}'".format(text.replace("'", "''"))) == text


@given(
    st.one_of(st.text(visible), st.sampled_from(IMPLICIT)), st.sampled_from((None, "'", '"', "|", ">")), st.booleans()
)
@settings(deadline=None, max_examples=200)
def test_what_another_program_writes_as_text_comes_back(text: str, style: str | None, is_unicode: bool) -> None:
    dumped = yaml.safe_dump({"key": text}, default_style=style, allow_unicode=is_unicode)
    if not dumped.startswith(("!", "?", '"key": !')):
        assert written_value(dumped.removesuffix("\n")) == text


LIST_LINES = (
    "- [ ] a",
    "  - [x] b",
    "    - [X] c",
    "* d",
    "1. [ ] e",
    "   - [ ] f",
    "10. [ ] g",
    "    text",
    "# h",
    "- [ㅌ] i",
    "",
)
list_bodies = st.lists(st.sampled_from(LIST_LINES)).map("\n".join)


@given(list_bodies)
@settings(deadline=None, max_examples=200)
def test_a_publisher_shows_the_tasks_that_are_counted(body: str) -> None:
    html = markdown.markdown(for_page(body), extensions=["pymdownx.tasklist"])
    assert html.count('type="checkbox"') == count(body)


def readable(text: str) -> bool:
    return bool(text) and re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text) is None


def count(body: str) -> int:
    return len(read_outline("a.md", body, 1).tasks)


words = st.one_of(st.text(visible, min_size=1), st.sampled_from((*IMPLICIT, *VALUES))).map(str.strip).filter(readable)


@given(st.lists(words, min_size=1, max_size=12, unique=True))
@settings(deadline=None, max_examples=150)
def test_the_roadmap_that_is_proposed_holds_the_words_that_were_found(statuses: list[str]) -> None:
    summary = Summary(1, {}, 0, 0, 0, 0, dict.fromkeys(statuses, 1), is_adopted=True, locale="en")
    proposed = summary_text(Checked((), summary)).partition("\n\nstatuses:")
    found, diagnostics = parse_settings("".join(proposed[1:]).encode())
    assert (list(found.statuses), diagnostics) == (statuses, [])


# An edit gets the folder and the name of a file in it.


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _age(path: Path) -> None:
    if path.exists():
        os.utime(path, ns=(1, 1))


def _damage(path: Path) -> None:
    """Write other bytes of the same size, and give them the old times."""
    if path.exists():
        status = path.stat()
        path.write_bytes(path.read_bytes().translate(bytes(range(1, 256)) + b"\0"))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _move(path: Path) -> None:
    if path.exists():
        path.rename(path.with_name("two.md"))


def _write(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return write


writes = st.one_of(
    anything, st.sampled_from((b"---\nstatus: active\nid: one\n---\n", b"---\nstatus: done\nid: one \n---\n"))
)
edits = st.tuples(
    st.one_of(writes.map(_write), writes.map(_write), st.sampled_from((_remove, _age, _damage, _move))),
    st.sampled_from((*NAMES, "roadmap.yml")),
)


@pytest.mark.slow
@given(st.lists(edits, max_size=8), st.sampled_from((None, ROADMAP)))
@settings(deadline=None, max_examples=50)
def test_after_any_edits_kept_files_are_those_that_are_read_without_a_cache(
    steps: list[tuple[Callable[[Path], None], str]], roadmap: bytes | None
) -> None:
    with tempfile.TemporaryDirectory() as place, mock.patch.dict(os.environ, XDG_CACHE_HOME=f"{place}/cache"):
        folder = Path(place) / "content"
        _write(roadmap or b"")(folder / ("roadmap.yml" if roadmap else "index.md"))
        for edit, name in steps:
            edit(folder / name)
            files = read_content(folder).files
            assert load(files, TODAY, reading=KeptFiles(folder)) == load(files, TODAY)


@given(st.lists(edits, max_size=8), st.sampled_from((None, ROADMAP)))
@settings(deadline=None, max_examples=50)
def test_after_any_edits_a_check_with_an_index_finds_what_one_without_finds(
    steps: list[tuple[Callable[[Path], None], str]], roadmap: bytes | None
) -> None:
    with tempfile.TemporaryDirectory() as place, mock.patch.dict(os.environ, XDG_CACHE_HOME=f"{place}/cache"):
        folder = Path(place) / "content"
        _write(roadmap or b"")(folder / ("roadmap.yml" if roadmap else "index.md"))
        for edit, name in steps:
            edit(folder / name)
            assert check_folder(folder, TODAY) == check_folder(folder, TODAY, use_index=False)
        assert check_folder(folder, TODAY) == check_folder(folder, TODAY, use_index=False)
