"""Cached tables make queries faster, and never change their results."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from unittest.mock import Mock

import pytest

from damage import dangling_symlink_in_its_place, fifo_in_its_place, folder_in_its_place, replaced, symlink_in_its_place
from milemark.app import query_cache as askable
from milemark.app.options import ReadOptions
from milemark.app.project import read_project
from milemark.foundation import disk
from milemark.foundation.cache import index_path
from milemark.foundation.layout import PRIVATE
from milemark.query.sql.engine import QueryResult
from support import cli, sampled

CONTENT = {
    "roadmap.yml": "title: T\nas_of: 2025-03-15\nstatuses: {open: active, done: done}\ncollections: {plans: {}}\n",
    "index.md": "# Home\n",
    "plans/a.md": "---\ntitle: 하나\nstatus: open\ndue: 2025-Q1\n---\n- [x] a\n- [ ] b\n",
    "plans/b.md": "---\ntitle: Two\nstatus: done\ndue: 2025-02\ntags: [x]\n---\n",
}
SQL = "select id, title, stage, progress, due, days_late, (select as_of from roadmap) from items order by id"
LONG_AGO = 1_600_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a roadmap whose files were changed long ago, with a cache folder next to it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(disk, "RACY", 0)  # as if each query came a while after the last edit
    for path, text in CONTENT.items():
        write(tmp_path / "project", path, text)
    return tmp_path / "project"


def write(folder: Path, path: str, text: str) -> None:
    target = folder / "content" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")


def answer(folder: Path, *options: str) -> str:
    done = cli(folder, *options, "query", SQL, "--format", "json")
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done.stdout


def place_of(folder: Path) -> Path:
    place = index_path(folder / "content")
    assert place
    return place.with_name(f"{place.stem}-tables.bin")


def fresh(folder: Path, *options: str) -> str:
    """Return the result for a folder without a cache."""
    other = folder.with_name("other")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(folder, other, symlinks=True)
    return answer(other, *options)


def is_kept(folder: Path, *options: str) -> bool:
    """Whether the next query runs without reading the project."""
    day = date.fromisoformat(options[1]) if options else None
    read = Mock(side_effect=LookupError)
    with suppress(LookupError), askable.query_engine(folder, date(2025, 3, 15), day, read) as engine:
        engine.run(SQL)
    return not read.called


def test_a_second_query_reads_no_markdown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answer(folder)
    assert is_kept(folder)
    monkeypatch.setattr("milemark.app.commands.query.open_project", lambda *_given: pytest.fail("the project was read"))
    assert answer(folder) == first


def test_tables_are_in_the_users_cache_and_nothing_else_is_written(folder: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    answer(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert place_of(folder).is_relative_to(tmp_path / "cache")
    assert not list(place_of(folder).parent.glob("*.tmp"))


def _same_size_and_time(folder: Path) -> None:
    path = folder / "content/plans/a.md"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"2025-Q1", b"2025-Q2"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


EDITS: dict[str, Callable[[Path], object]] = {
    "an edit": lambda folder: write(folder, "plans/a.md", "---\ntitle: Other\nstatus: done\n---\n"),
    "an edit that shows neither in size nor in time": _same_size_and_time,
    "a new file": lambda folder: write(folder, "plans/c.md", "---\ntitle: Three\nstatus: open\n---\n"),
    "a deleted file": lambda folder: (folder / "content/plans/b.md").unlink(),
    "a renamed file": lambda folder: (folder / "content/plans/b.md").rename(folder / "content/plans/c.md"),
    "another roadmap.yml": lambda folder: write(
        folder, "roadmap.yml", CONTENT["roadmap.yml"].replace("03-15", "06-15")
    ),
    "other statuses": lambda folder: write(folder, "roadmap.yml", CONTENT["roadmap.yml"].replace("open: active, ", "")),
    "other fields": lambda folder: write(
        folder, "roadmap.yml", CONTENT["roadmap.yml"].replace("{}", "{fields: {due: {type: string}}}")
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_change_of_the_files_is_seen(folder: Path, edit: str) -> None:
    before = answer(folder)
    EDITS[edit](folder)
    after = answer(folder)
    assert after == fresh(folder)
    assert after != before or edit == "other fields"
    assert answer(folder) == after


TRACKED = {
    "roadmap.yml": CONTENT["roadmap.yml"].replace(
        "{plans: {}}", "{tracks: {role: track}, plans: {names: {progress: share}}}"
    ),
    "tracks/t.md": "---\ntitle: T\nallocation: 40\n---\n",
    "tracks/u.md": "---\ntitle: U\n---\n",
    "index.md": "# Home\n- [ ] on a page\n",
    "plans/a.md": "---\ntitle: 하나\nstatus: open\ntrack: t\ntags: [x, y]\n---\n- [x] a\n- [ ] b\n",
    "plans/b.md": "---\ntitle: Two\nstatus: open\nparent: plans/a\n---\n- [ ] c\n",
    "plans/c.md": "---\ntitle: Three\nstatus: open\ndepends_on: [b]\naudience: private\ntags: [z]\n---\n- [ ] d\n",
    "plans/d.md": "---\ntitle: Four\nstatus: open\ntrack: u\naliases: [vier]\n---\n",
}
TABLES = ["roadmap", "collections", "items", "tracks", "plans", "tasks", "dependencies", "tags", "links", "fields"]
LOCAL_EDITS = {  # of one file each: the text before, and after
    "a task is done": ("plans/b.md", "[ ] c", "[x] c"),
    "a task is new": ("plans/a.md", "- [ ] b", "- [ ] b\n- [ ] b2"),
    "a task is gone": ("plans/a.md", "- [x] a\n", ""),
    "an item is done": ("plans/b.md", "status: open", "status: done"),
    "a tag is new": ("plans/a.md", "[x, y]", "[x, n, y]"),
    "a field is new": ("plans/d.md", "status: open", "status: open\nweight: 3\nshare: 33.3"),
    "a due date": ("plans/d.md", "status: open", "status: open\ndue: 2025-02"),
    "the text": ("plans/d.md", "[vier]\n---\n", "[vier]\n---\nNew words.\n"),
    "no status": ("plans/d.md", "status: open\n", ""),
    "a share": ("tracks/t.md", "40", "70"),
}
OTHER_EDITS = {
    "a title": ("plans/c.md", "Three", "Third"),
    "a task of a page": ("index.md", "[ ]", "[x]"),
    "the first tag": ("plans/b.md", "status: open", "status: open\ntags: [first]"),
    "another dependency": ("plans/c.md", "[b]", "[a]"),
    "another parent": ("plans/b.md", "parent: plans/a", "parent: d"),
    "another alias": ("plans/d.md", "vier", "c2"),
    "another id": ("plans/b.md", "title", "id: bee\ntitle"),
    "private": ("plans/a.md", "title", "audience: private\ntitle"),
    "public": ("plans/c.md", "audience: private\n", ""),
    "a place in the order": ("plans/d.md", "title", "order: 1\ntitle"),
    "items in headings": ("plans/d.md", "track: u", "items: headings"),
    "broken": ("plans/a.md", "title: 하나", "title: [하나"),
}


def everything(folder: Path) -> tuple[list[QueryResult], bool]:
    """Return the rows of all tables, and whether the project was read for them."""
    day = date(2025, 3, 15)
    read = Mock(side_effect=lambda: read_project(folder, day, read_options=ReadOptions(PRIVATE)))
    with askable.query_engine(folder, day, None, read) as engine:
        return [engine.run(f"select rowid, * from {table}") for table in TABLES], read.called  # noqa: S608  the test's


@pytest.mark.parametrize("edit", sampled([*LOCAL_EDITS, *OTHER_EDITS], 4))
def test_after_an_edit_each_table_is_as_if_all_files_were_read(folder: Path, edit: str) -> None:
    for path, text in TRACKED.items():
        write(folder, path, text)
    before, _was_read = everything(folder)
    path, old, new = {**LOCAL_EDITS, **OTHER_EDITS}[edit]
    write(folder, path, TRACKED[path].replace(old, new, 1))
    shutil.copytree(folder, folder.with_name("other"))
    expected, _was_read = everything(folder.with_name("other"))
    assert everything(folder) == (expected, edit in OTHER_EDITS)
    assert everything(folder) == (expected, False)
    assert expected != before


def test_another_day_gives_another_result(folder: Path) -> None:
    pinned, later = answer(folder), answer(folder, "--as-of", "2026-01-01")
    assert later != pinned
    assert is_kept(folder, "--as-of", "2026-01-01")
    assert later == fresh(folder, "--as-of", "2026-01-01") == answer(folder, "--as-of", "2026-01-01")
    assert answer(folder) == pinned


def test_a_file_that_was_just_saved_is_not_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another save may leave its size and times unchanged."""
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
    assert answer(folder) == fresh(folder)
    assert not is_kept(folder)


def _flip(seed: int) -> Callable[[Path], None]:
    def run(place: Path) -> None:
        data, choice = bytearray(place.read_bytes()), random.Random(seed)  # noqa: S311  no secret
        for _ in range(choice.randint(1, 4)):
            data[choice.randrange(len(data))] ^= 1 << choice.randrange(8)
        place.write_bytes(data)

    return run


def _foreign(place: Path) -> None:
    """Write tables of another version with the right checksum."""
    data = place.read_bytes()[32:].replace(b"2025-Q1", b"1999-Q1")
    key, _newline, tables = data.partition(b"\n")
    data = key.replace(b'"', b'"0', 1) + b"\n" + tables
    place.write_bytes(askable._checksum(data) + data)


STATES: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "the first half": lambda place: os.truncate(place, place.stat().st_size // 2),
    "the first byte": lambda place: os.truncate(place, 1),
    "the check sum": lambda place: os.truncate(place, 32),
    "nothing": replaced(b""),
    "junk": replaced(b"junk" * 1000),
    "another database": replaced(b"SQLite format 3\0" + bytes(4096)),
    "another version's": _foreign,
    "a folder": folder_in_its_place,
    "a link": symlink_in_its_place,
    "a link to nowhere": dangling_symlink_in_its_place,
    "a pipe": fifo_in_its_place,
    "no cache": lambda place: shutil.rmtree(place.parent),
    **{f"flipped bits {seed}": _flip(seed) for seed in range(10)},
}


@pytest.mark.parametrize("state", sampled(STATES, 5))
def test_with_a_damaged_cache_the_result_is_the_same(folder: Path, state: str) -> None:
    expected = answer(folder)
    STATES[state](place_of(folder))
    assert [answer(folder), answer(folder)] == [expected, expected]
    write(folder, "plans/a.md", "---\ntitle: Other\nstatus: done\n---\n")
    assert answer(folder) == fresh(folder)


def test_files_of_others_are_left_alone(folder: Path) -> None:
    answer(folder)
    folder_in_its_place(place_of(folder))
    answer(folder)
    assert (place_of(folder) / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/null", "/sys", "", "relative"])
def test_without_a_cache_folder_the_result_is_the_same(
    folder: Path, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = answer(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    for name in ("LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert [answer(folder), answer(folder)] == [expected, expected]


def test_a_read_only_cache_does_no_harm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = answer(folder)

    def refuse(*_given: object, **_named: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert answer(folder) == expected
    with (folder / "content/plans/a.md").open("a") as file:
        file.write("- [x] c\n")
    assert answer(folder) == fresh(folder) != expected
