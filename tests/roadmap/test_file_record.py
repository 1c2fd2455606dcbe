"""The record of a file holds everything that was read from it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from milemark.roadmap.file_record import pack, unpack
from milemark.roadmap.load import read_file
from milemark.roadmap.settings_file import parse_settings
from support import ROOT

SETTINGS, _FINDINGS = parse_settings(
    b"""
statuses: {open: active, done: done}
marks: {"!": active}
collections:
  plans:
    fields:
      hours: {type: number, default: 1.50}
      level: {choices: [low, high], default: low}
      sure: {type: boolean}
      times: {type: object}
      scores: {type: array, item_type: number}
"""
)
FRONT = {
    "texts": "title: 하나\nstatus: Open\nlevel: high\n",
    "numbers": "hours: 1e3\nscores: [1.0, -0, 2.50]\n",
    "dates": "start: 2025-W07\ndue: 2025-Q1\nfinished: 2025-02-03 10:00\n",
    "a date far away": "start: 0001\ndue: 9999-12-31\n",
    "truth values": "sure: yes\nfeatured: false\n",
    "objects": "times: {start: 8:00, end: }\nlinks: {site: https://a.example}\n",
    "lists": "tags: [a, 'b', '']\ndepends_on: a, b\nstack: x\n",
    "a field twice": "title: A\ntitle: B\n",
    "undeclared fields": "hourz: 3\nother: {a: [b, {c: d}]}\n",
    "half a character": 'title: "\\ud83d\\ude00"\n',
    "an empty value": "title:\nstatus: ~\n",
    "items in headings": "items: headings\n",
    "broken": "title: [a\n",
}
BODIES = {
    "nothing": "",
    "tasks": "# Plan\n\nText.\n\n- [x] a\n  - note\n  - [ ] b\n    - [!] c\n- [?] d\n\nSub\n===\n",
    "headings": "# T\n\n## A {#x}\nstatus: open · level: low\n\n- [x] a\n\n## [x] B\n<!-- private -->\n## C\ntext\n",
    "nested": "> ## Quote\n\n```milemark\nfrom: items\n```\n%% private %%\n",
}
FORMS: dict[str, Callable[[str], bytes]] = {
    "as written": str.encode,
    "with CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "with a BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "in cp949": lambda text: text.encode("cp949"),
    "in UTF-16": lambda text: text.encode("utf-16"),
    "with a byte that is no character": lambda text: text.encode() + b"\xff",
    "without a text": lambda _text: b"",
}
PATHS = ("plans/a.md", "plans/deep/b.md", "plans/index.md", "note.md")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("front", FRONT)
def test_a_file_comes_back_as_it_was_read(front: str, body: str, form: str) -> None:
    data = FORMS[form](f"---\n{FRONT[front]}---\n{BODIES[body]}")
    for path in PATHS:
        read = read_file(SETTINGS, path, data)
        record = pack(read, data)
        assert not record or unpack(SETTINGS, path, data, record) == read
        assert record or "half" in front
        if read.item and record:
            kept = unpack(SETTINGS, path, data, record).item
            assert kept
            assert kept.collection is read.item.collection
            assert list(map(str, kept.values.values())) == list(map(str, read.item.values.values()))
            assert list(kept.spans) == list(read.item.spans)


@pytest.mark.parametrize("data", [b"", b"\n", b"---\n---\n", b"---\n---", b"text", b"\xef\xbb\xbf"])
def test_a_file_without_fields_or_without_text_comes_back_as_it_was_read(data: bytes) -> None:
    for path in PATHS:
        read = read_file(SETTINGS, path, data)
        assert unpack(SETTINGS, path, data, pack(read, data)) == read


def test_every_file_of_the_examples_comes_back_as_it_was_read() -> None:
    for path in (*ROOT.glob("content/**/*.md"), *ROOT.glob("tests/cases/*/content/**/*.md")):
        data, name = path.read_bytes(), f"plans/{path.name}"
        read = read_file(SETTINGS, name, data)
        assert unpack(SETTINGS, name, data, pack(read, data)) == read


def test_a_record_is_plain_data_without_the_text_of_the_file() -> None:
    data = "---\ntitle: A\n---\n하나의 긴 문장\n\n둘\n".encode()
    record = pack(read_file(SETTINGS, "plans/a.md", data), data)
    assert isinstance(json.loads(record), list)
    assert "둘" not in record
