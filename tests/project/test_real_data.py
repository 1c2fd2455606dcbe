"""Twenty thousand Markdown files that real people wrote: none is a problem for us, and each of its own is named."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from milemark.app.check import check_folder
from milemark.app.check_summary import summary_text
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.markdown.document import Document, Scalar
from milemark.markdown.front_matter import parse_document
from milemark.markdown.rendering.page import for_page
from milemark.markdown.yaml import read_yaml
from milemark.roadmap.load import load
from support import cli, must

TODAY = date(2025, 1, 12)
BOXES = {"backlog-md": 4248, "eips": 3, "keps": 9102, "ciu": 15501, "johngrib-wiki": 430, "ko-react-dev": 0, "tldr": 0}
FOLDERS = (*BOXES, "imdone", "imdone-backlog")
BOX = ("[ ] ", "[x] ", "[X] ")
# libyaml reads these in the one way that can be meant; a reader that refused them would help nobody.
READ_ALL_THE_SAME = {
    "9C9N": "a list in brackets goes on without being indented",
    "DK95/01": "a quoted text goes on after a tab",
    "QB6E": "a quoted text goes on without being indented",
    "S98Z": "an empty block begins with lines of more and more blanks",
    "SU5Z": "no blank stands before a comment",
    "X4QW": "no blank stands before a comment",
}


def markdown_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*.md")):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def files_in(folder: Path) -> dict[str, str]:
    """Return a hash of every file below a folder, by path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): hashlib.blake2b(path.read_bytes()).hexdigest() for path in files}


def lines_of(data: bytes) -> list[str]:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def assert_inside(span: Span, lines: list[str]) -> None:
    assert 1 <= span.line <= len(lines), span
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1, span


def assert_places(document: Document, diagnostics: list[Diagnostic], data: bytes) -> None:
    """Make sure that an editor can go to everything that was found."""
    lines = lines_of(data)
    fields = [node.span for pair in document.fields.entries for node in pair]
    body = [*(task.span for task in document.tasks), *(heading.span for heading in document.headings)]
    for span in (*fields, *body, *(each.span for each in diagnostics)):
        assert_inside(span, lines)


@cache
def parser(*, html: bool) -> MarkdownIt:
    return MarkdownIt("js-default", {"html": html})


def boxes(text: str, *, html: bool) -> int:
    """Count the list items that begin with a box, by markdown-it-py as it comes."""
    if not any(box in text for box in BOX):
        return 0
    tokens = parser(html=html).parse(text)
    return sum(
        token.type == "inline"
        and token.content.startswith(BOX)
        and [before.type for before in tokens[max(number - 2, 0) : number]] == ["list_item_open", "paragraph_open"]
        for number, token in enumerate(tokens)
    )


@pytest.mark.slow
def test_every_task_that_is_shown_is_counted_and_no_other(real_markdown: Path) -> None:
    """Boxes in comments count in the table of the data's own description; a publisher does not show them."""
    table: Counter[str] = Counter()
    for path, data in markdown_files(real_markdown):
        if not path.startswith(tuple(f"{name}/" for name in FOLDERS)):
            continue
        document, _ = parse_document(path, data)
        table[path.split("/")[0]] += boxes("\n".join(lines_of(data)), html=False)
        assert sum(task.mark in " xX" for task in document.tasks) == boxes(document.body, html=True), path
    assert table.pop("imdone") + table.pop("imdone-backlog") == 283
    assert table == BOXES


@pytest.mark.slow
def test_all_files_together_are_read_and_none_is_changed(
    real_markdown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = files_in(real_markdown)
    first = check_folder(real_markdown, TODAY)
    again = check_folder(real_markdown, TODAY)
    assert again == first == check_folder(real_markdown, TODAY, use_index=False)
    assert first.summary.items + first.summary.pages > 17_000
    assert "MM121" not in {each.rule.code for each in first.diagnostics}  # every text is rendered as Markdown
    for path, found in by_path(first.diagnostics).items():
        lines = lines_of((real_markdown / path).read_bytes()) if path != "roadmap.yml" else [""]
        for each in found:
            assert_inside(each.span, lines)
    assert files_in(real_markdown) == before


def by_path(diagnostics: tuple[Diagnostic, ...]) -> dict[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = defaultdict(list)
    for each in diagnostics:
        found[each.span.path].append(each)
    return found


def test_each_broken_front_matter_of_backlog_md_is_one_error_in_its_line(real_markdown: Path) -> None:
    broken = 0
    for path, data in markdown_files(real_markdown / "backlog-md"):
        errors = [each for each in parse_document(path, data)[1] if each.is_error]
        front = data.split(b"\n---", 1)[0].decode().split("\n")
        wrong = [number for number, line in enumerate(front, 1) if re.match(r"(assignee|reporter): @", line)][:1]
        assert [(each.rule.code, each.span.line) for each in errors] == [("MM104", number) for number in wrong], path
        assert all(each.span.column == 11 and "quote the value" in each.hint for each in errors)
        broken += bool(wrong)
    assert broken == 21


def number_list(found: re.Match[str]) -> str:
    """Return the numbers of a `requires` as the references that a user of ours would write."""
    return f"depends_on: [{', '.join(f'eip-{number}' for number in re.findall('[0-9]+', found[1]))}]"


def test_the_circles_among_real_proposals_are_found(real_markdown: Path) -> None:
    files = {
        path: re.sub(r"(?m)^requires: (.*)$", number_list, data.decode(), count=1).encode()
        for path, data in markdown_files(real_markdown / "eips/EIPS")
        if b"\nrequires:" in data
    }
    found = load({**files, "roadmap.yml": b"as_of: 2025-01-12\nignore: [MM204, MM302]\n"}, TODAY)
    circles = [each.values["cycle"].split(" → ")[:-1] for each in found.diagnostics if each.rule.code == "MM303"]
    assert circles == [["eip-2780", "eip-8037"], ["eip-4750", "eip-5450"]]


# A folder of somebody else's, without a roadmap.yml.


def run(folder: Path, cache_: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "milemark", "check", str(folder), *options]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache_)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "code", "counts"),
    [
        ("backlog-md", 1, "654 items, 43 pages, 4248 tasks (3622 done): "),
        ("johngrib-wiki", 1, "0 items, 999 pages, 430 tasks (409 done): "),
        (
            "eips",
            1,
            "950 items, 1 page, 3 tasks (3 done): 269 errors, 0 warnings",
        ),  # dead links: pictures lie elsewhere
    ],
)
def test_a_foreign_folder_is_checked_unchanged(
    real_markdown: Path, tmp_path: Path, name: str, code: int, counts: str
) -> None:
    before = files_in(real_markdown / name)
    done = run(real_markdown / name, tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0][: len(counts)]) == (code, counts)
    assert "Traceback" not in done.stderr
    again = run(real_markdown / name, tmp_path)
    assert (again.returncode, again.stdout, again.stderr) == (done.returncode, done.stdout, done.stderr)
    assert files_in(real_markdown / name) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["backlog-md", "eips"])
def test_the_roadmap_that_is_proposed_for_a_folder_fits_it(real_markdown: Path, tmp_path: Path, name: str) -> None:
    advice = run(real_markdown / name, tmp_path).stderr
    proposed = advice[advice.index("statuses:") :]
    folder = tmp_path / "content"
    folder.mkdir()
    for number, (_, data) in enumerate(markdown_files(real_markdown / name)):
        (folder / f"{number}.md").write_bytes(data)
    (folder / "roadmap.yml").write_text(proposed, "utf-8")
    codes = {each.rule.code for each in check_folder(folder, TODAY, use_index=False).diagnostics}
    assert "MM204" not in codes
    assert not any(code.startswith("MM5") for code in codes)


# The same files, damaged in the ways that files are.


def _drop_closing(data: bytes, _: random.Random) -> bytes:
    return re.sub(rb"\n---[ \t]*\r?\n", b"\n", data, count=1) if data.startswith(b"---") else data


def _repeat_key(data: bytes, _: random.Random) -> bytes:
    return re.sub(rb"(\n\w+:[^\n]*)(?=\n\w)", rb"\1\1", data, count=1) if data.startswith(b"---\n") else data


def _insert(what: bytes) -> Callable[[bytes, random.Random], bytes]:
    def insert(data: bytes, chance: random.Random) -> bytes:
        starts = [0, *(found.end() for found in re.finditer(rb"\n", data))]
        place = chance.choice(starts)
        return data[:place] + what + data[place:]

    return insert


def _swap(data: bytes, chance: random.Random) -> bytes:
    if len(data) < 2:
        return data
    damaged = bytearray(data)
    one, two = chance.randrange(len(data)), chance.randrange(len(data))
    damaged[one], damaged[two] = damaged[two], damaged[one]
    return bytes(damaged)


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "BOM": lambda data, _: b"\xef\xbb\xbf" + data,
    "CRLF": lambda data, _: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "CR": lambda data, _: data.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    "CP949": lambda data, _: data.decode("utf-8", "replace").encode("cp949", "ignore"),
    "UTF-16": lambda data, _: data.decode("utf-8", "replace").encode("utf-16"),
    "NUL": _insert(b"\0"),
    "tab": _insert(b"\t"),
    "closing line dropped": _drop_closing,
    "key repeated": _repeat_key,
    "NFD": lambda data, _: unicodedata.normalize("NFD", data.decode("utf-8", "replace")).encode(),
    "truncated": lambda data, chance: data[: chance.randrange(len(data) + 1)],
    "two bytes swapped": _swap,
}
HARMLESS = {"BOM", "CRLF", "CR"}


def is_damaged(name: str, sound: bytes, mutated: bytes) -> bool:
    """Whether somebody has to be told."""
    if name == "CP949":
        return re.search("[가-힣]", sound.decode("utf-8", "replace")) is not None
    if name == "closing line dropped":
        return mutated != sound and re.search(rb"\n(---|\.\.\.)[ \t]*(\r?\n|$)", mutated) is None
    return name in {"NUL", "UTF-16"} or (name == "key repeated" and mutated != sound)


@pytest.mark.slow
def test_a_damaged_file_is_reported_and_stops_nothing(real_markdown: Path, tmp_path: Path) -> None:
    chance = random.Random(os.environ.get("MILEMARK_SEED", "milemark"))  # noqa: S311  no secret
    chosen = chance.sample([file for file in markdown_files(real_markdown) if not file[0].startswith("tldr")], 250)
    expected: dict[str, tuple[str, bytes, bytes]] = {}
    for number, (_, sound) in enumerate(chosen):
        for name, mutate in MUTATIONS.items():
            expected[f"{number:03d}-{name}.md"] = (name, sound, mutate(sound, chance))
    for path, (_, _, mutated) in expected.items():
        (tmp_path / path).write_bytes(mutated)
    found = by_path(check_folder(tmp_path, TODAY, use_index=False).diagnostics)
    for path, (name, sound, mutated) in expected.items():
        assert (tmp_path / path).read_bytes() == mutated, path
        document, diagnostics = parse_document(path, mutated)
        assert_places(document, [*diagnostics, *found[path]], mutated)
        if is_damaged(name, sound, mutated):
            assert any(each.is_error for each in diagnostics), path
        if name in HARMLESS:
            before, diagnostics_before = parse_document(path, sound)
            assert len(document.tasks) == len(before.tasks), path
            assert [each.rule for each in diagnostics] == [each.rule for each in diagnostics_before], path
    assert len(list(tmp_path.iterdir())) == len(expected)


# What others wrote to test readers of YAML and of Markdown.


def yaml_cases(folder: Path) -> Iterator[tuple[str, bytes, bool]]:
    for path in sorted(folder.rglob("in.yaml")):
        yield path.parent.relative_to(folder).as_posix(), path.read_bytes(), (path.parent / "error").exists()


def test_every_yaml_that_must_fail_is_an_error_and_none_stops_the_reader(real_markdown: Path) -> None:
    accepted: set[str] = set()
    cases = list(yaml_cases(real_markdown / "yaml-test-suite/_data"))
    for name, data, must_fail in cases:
        front = (b"" if data.startswith(b"---\n") else b"---\n") + data.removesuffix(b"\n") + b"\n---\n"
        document, diagnostics = parse_document("a.md", front)
        assert_places(document, diagnostics, front)
        root, found = read_yaml("a.yml", data.decode())
        for each in found:
            assert_inside(each.span, lines_of(data))
        assert root is not None or found
        if must_fail and not any(each.is_error for each in found):
            accepted.add(name)
    assert (len(cases), sum(must_fail for _, _, must_fail in cases)) == (402, 94)
    assert accepted == set(READ_ALL_THE_SAME)


def test_every_naughty_string_is_read_as_a_value_and_stops_nothing_as_text(real_markdown: Path) -> None:
    strings = json.loads((real_markdown / "blns/blns.json").read_bytes())
    assert len(strings) > 500
    for text in strings:
        quoted, found = parse_document("a.md", f"---\ntitle: {json.dumps(text, ensure_ascii=False)}\n---\n".encode())
        value = quoted.fields.get("title")
        is_same = isinstance(value, Scalar) and value.text == text
        assert is_same != ({each.rule.code for each in found} <= {"MM103", "MM104"} and bool(found)), repr(text)
        assert is_same or re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe]", text), repr(text)
        for written in (f"---\ntitle: {text}\n---\n- [ ] {text}\n", f"---\n{text}\n---\n", text):
            data = written.encode("utf-8", "replace")
            assert_places(*parse_document("a.md", data), data)


@pytest.mark.parametrize(
    "name", ["commonmark-spec/spec.txt", "cmark-gfm/test/spec.txt", "cmark-gfm/test/regression.txt"]
)
def test_every_example_of_the_specification_is_read_and_written(real_markdown: Path, name: str) -> None:
    text = (real_markdown / name).read_text("utf-8").replace("→", "\t")
    examples = re.findall(r"^`{32} example[^\n]*\n(.*?)^\.\n", text, re.DOTALL | re.MULTILINE)
    assert len(examples) > 10
    for example in (*examples, text):
        document, found = parse_document("a.md", example.encode())
        assert_places(document, found, example.encode())
        assert parse_document("a.md", for_page(document.body).encode())


@pytest.mark.slow
def test_a_check_in_each_folder_says_what_it_found_and_how_to_go_on(real_markdown: Path) -> None:
    folders = {path.parent for path in real_markdown.rglob("*.md")}
    assert len(folders) > 900
    for folder in sorted(folders):
        checked = check_folder(folder, TODAY, use_index=False)
        said, summary = summary_text(checked), checked.summary
        assert summary.items + summary.pages + sum(summary.others.values()), folder
        assert re.match(r"\d+ items?, .*\d+ errors?, \d+ warnings?\n", said), folder
        assert "`milemark adopt`" in said, folder


@pytest.mark.slow
def test_backlog_md_is_adopted_in_one_command_with_its_history(data_dir: Path, tmp_path: Path) -> None:
    must("git", "clone", "-q", "-b", "main", str(data_dir / "backlog-md-history.bundle"), "bl", cwd=tmp_path)
    folder = tmp_path / "bl"
    told = cli(folder, "adopt", "--write")
    assert "like: backlog" in told.stdout
    assert "history: 744 commits since 2025-07-04" in told.stderr
    assert "files whose fields cannot be read: 21" in told.stderr
    assert must("git", "status", "--porcelain", cwd=folder) == "?? roadmap.yml\n"
    found = json.loads(cli(folder, "check", "--format", "json").stdout)["diagnostics"]
    assert Counter(each["code"] for each in found)["MM104"] == 21
    rows = cli(folder, "history", "--as-of", "2026-11-01").stdout.splitlines()
    assert (len(rows) > 500, rows[1][:10], "done" in rows[1]) == (True, "2025-07-04", True)


@pytest.mark.slow
def test_a_korean_wiki_is_a_vault_with_a_site_of_a_chosen_part(real_markdown: Path, tmp_path: Path) -> None:
    wiki = tmp_path / "wiki"
    shutil.copytree(real_markdown / "johngrib-wiki", wiki)
    (wiki / ".obsidian").mkdir()
    assert "publish: []" in cli(wiki, "adopt", "--write").stdout
    assert cli(wiki, "init").exit_code == 0
    assert cli(wiki, "generate").exit_code == 0
    assert not (wiki / "build/docs/_wiki").exists()
    roadmap = wiki / "roadmap.yml"
    chosen = "publish: [/_wiki/algorithm/, /_wiki/vim*.md]"
    roadmap.write_text(roadmap.read_text("utf-8").replace("publish: []", chosen), "utf-8")
    assert cli(wiki, "generate").exit_code == 0
    pages = {path.relative_to(wiki / "build/docs").as_posix() for path in (wiki / "build/docs/_wiki").rglob("*.md")}
    assert len(pages) > 20
    assert [path for path in pages if not path.startswith(("_wiki/algorithm/", "_wiki/vim"))] == []
