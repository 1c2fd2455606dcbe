"""The index changes the time of a check, never its result."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from damage import dangling_symlink_in_its_place, fifo_in_its_place, folder_in_its_place, replaced, symlink_in_its_place
from milemark.app import check, check_index
from milemark.app.check import check_folder
from milemark.app.check_summary import Checked
from milemark.foundation import cache, disk, pool
from milemark.foundation.cache import index_path, secret, secret_path
from milemark.foundation.diagnostics import in_order
from milemark.foundation.disk import list_content, read_bytes, read_content
from milemark.foundation.layout import PRIVATE
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap import load
from support import sampled, write_files

TODAY = date(2025, 1, 12)
ROADMAP = """\
title: T
as_of: 2025-01-12
statuses: {planned: planned, active: active, done: done}
collections: {items: {}}
policies: {active_limit: 1, stale_days: 10}
"""
FILES = {
    "roadmap.yml": ROADMAP.encode(),
    "index.md": b"# Home\n\n- [x] a page's task\n",
    "items/one.md": b"---\ntitle: One\nstatus: active\ndue: 2024-12-01\nprogress: 90\n---\n- [x] a\n- [ ] b\n",
    "items/two.md": "---\ntitle: 둘\nstatus: active\ndepends_on: [one, nowhere]\n---\n- [ㅌ] c\n".encode(),
    "items/three.md": b"---\ntitle: Three\nstatus: done\nid: ONE\ndepends_on: [three]\n---\n- [ ] open\n",
    "items/broken.md": b"---\ntitle: [One\n---\n- [x] counted all the same\n",
    "items/korean.md": "---\ntitle: 한글\n---\n".encode("cp949"),
    "items/asks.md": (
        b"# Asks\n\n```milemark\nfrom: items_items\nwhere: owner = 'x'\n```\n\n- ```milemark\n  ```\n\n"
        b"`milemark: id, title from items`\n"
    ),
    "items/late.base": b"filters: due < today(\n",
}
LONG_AGO = 1_600_000_000 * 10**9


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small roadmap full of findings; the index is in a cache folder next to it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write(tmp_path / "content", FILES)


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the times of files that were written just now."""
    monkeypatch.setattr(disk, "RACY", 0)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    write_files(folder, files)
    return folder


def place_of(folder: Path) -> Path:
    place = index_path(folder)
    assert place is not None
    return place


def loaded(folder: Path, as_of: date | None = None) -> tuple[Any, ...]:
    """Return the findings of a folder without the code of `check` and its index."""
    content = read_content(folder)
    everything = checked_for_audience(load_with_bases(content.files, TODAY, as_of), PRIVATE)
    return in_order([*content.diagnostics, *everything.diagnostics])


def checked(folder: Path, as_of: date | None = None) -> Checked:
    """Check with the index, and assert that the result is the same without it."""
    found = check_folder(folder, TODAY, as_of)
    assert found == check_folder(folder, TODAY, as_of, use_index=False)
    assert found.diagnostics == loaded(folder, as_of)
    return found


def codes(found: Checked) -> list[str]:
    return [each.rule.code for each in found.diagnostics]


def parsed_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the path of each file that is parsed."""
    paths: list[str] = []
    original = load.read_file

    def counting(settings: Any, path: str, data: bytes) -> load.File:
        paths.append(path)
        return original(settings, path, data)

    monkeypatch.setattr(load, "read_file", counting)
    return paths


def snapshot(folder: Path) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        found[str(path)] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode)
    return found


def test_first_and_later_checks_find_the_same_as_one_without_an_index(folder: Path) -> None:
    first = checked(folder)
    assert place_of(folder).is_file()
    assert checked(folder) == first
    expected = [
        "MM102",
        "MM104",
        "MM301",
        "MM302",
        "MM303",
        "MM402",
        "MM403",
        "MM404",
        "MM406",
        "MM407",
        "MM602",
        "MM608",
        "MM609",
        "MM611",
    ]
    assert sorted(set(codes(first))) == expected
    summary = first.summary
    assert (summary.items, summary.pages, summary.tasks, summary.tasks_done, summary.other_tasks) == (6, 1, 4, 2, 1)


@pytest.mark.usefixtures("calm")
def test_a_check_of_an_unchanged_folder_reads_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = checked(folder)
    for reader in (check, check_index):
        monkeypatch.setattr(reader, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    assert check_folder(folder, TODAY) == first


@pytest.mark.usefixtures("calm")
def test_a_check_for_another_day_reads_no_markdown_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked(folder)
    paths = parsed_files(monkeypatch)
    found = check_folder(folder, TODAY, date(2024, 12, 2))
    assert paths == []
    assert "MM407" not in codes(found)
    assert found == check_folder(folder, TODAY, date(2024, 12, 2), use_index=False)


def test_only_the_file_that_was_edited_is_parsed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_folder(folder, TODAY)
    paths = parsed_files(monkeypatch)
    (folder / "items/one.md").write_bytes(b"---\ntitle: One\nstatus: done\n---\n")
    check_folder(folder, TODAY)
    assert paths == ["items/one.md"]
    checked(folder)


def test_a_file_that_was_only_touched_is_not_parsed_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_folder(folder, TODAY)
    paths = parsed_files(monkeypatch)
    os.utime(folder / "items/one.md", ns=(LONG_AGO, LONG_AGO))
    check_folder(folder, TODAY)
    assert paths == []


def test_nothing_is_written_into_content(folder: Path) -> None:
    before = snapshot(folder)
    for _ in range(3):
        check_folder(folder, TODAY)
    assert snapshot(folder) == before


def test_the_index_is_private_and_outside_of_the_project(folder: Path, tmp_path: Path) -> None:
    check_folder(folder, TODAY)
    place = place_of(folder)
    assert place.is_relative_to(tmp_path / "cache")
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_a_cache_folder_inside_content_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    before = snapshot(folder)
    checked(folder)
    assert snapshot(folder) == before


@pytest.mark.parametrize("home", [None, "", "relative/cache"])
def test_without_a_cache_folder_no_index_is_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    if home is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.chdir(tmp_path)
    checked(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["content"]


# What may have happened to an index. Each gets its path, after one check.


def _truncate(share: float) -> Callable[[Path], None]:
    return lambda place: os.truncate(place, int(place.stat().st_size * share))


def _sql(script: str) -> Callable[[Path], None]:
    def run(place: Path) -> None:
        with closing(sqlite3.connect(place)) as connection:
            connection.executescript(script)

    return run


def _other_program(place: Path) -> None:
    place.unlink()
    _sql("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)")(place)


def _meta(name: str, value: str) -> Callable[[Path], None]:
    """Write a value with a valid checksum into the index, as a future version or an attacker might."""

    def run(place: Path) -> None:
        with closing(sqlite3.connect(place)) as connection, connection:
            connection.execute("REPLACE INTO meta VALUES (?, ?, ?, ?)", cache._with_crc(("check", name, value)))

    return run


def _found(text: str) -> Callable[[Path], None]:
    """Give every file another record with a valid checksum, as another version might."""

    def run(place: Path) -> None:
        with closing(sqlite3.connect(place)) as connection, connection:
            rows = list(connection.execute("SELECT * FROM file"))
            rows = [cache._with_crc((*row[:7], text)) for row in rows]
            connection.executemany("REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        _meta("result", "null")(place)

    return run


def _no_cache(place: Path) -> None:
    shutil.rmtree(place.parent)


def _no_cache_folder(place: Path) -> None:
    shutil.rmtree(place.parent)
    place.parent.write_text("mine")


STATES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "zero bytes": _truncate(0),
    "one byte": lambda place: os.truncate(place, 1),
    "the first 100 bytes": lambda place: os.truncate(place, 100),
    "the first quarter": _truncate(0.25),
    "the first half": _truncate(0.5),
    "all but the last byte": lambda place: os.truncate(place, place.stat().st_size - 1),
    "junk": replaced(b"no database at all\n" * 500),
    "zeros": replaced(bytes(20_000)),
    "text": replaced("색인이 아닙니다".encode()),
    "a database of another program": _other_program,
    "no tables": _sql("DROP TABLE file; DROP TABLE meta"),
    "one table": _sql("DROP TABLE file"),
    "no meta": _sql("DROP TABLE meta"),
    "fewer columns": _sql("ALTER TABLE file DROP COLUMN crc"),
    "more columns": _sql("ALTER TABLE file ADD COLUMN more"),
    "no files": _sql("DELETE FROM file"),
    "no meta rows": _sql("DELETE FROM meta"),
    "other findings": _sql("UPDATE file SET record = '{}'"),
    "no findings": _sql("UPDATE file SET record = NULL; DELETE FROM meta WHERE name = 'result'"),
    "swapped findings": _sql("UPDATE file SET record = (SELECT record FROM file AS o WHERE o.path <> file.path)"),
    "other result": _sql("UPDATE meta SET value = replace(value, 'MM', 'XX')"),
    "a newer version": _meta("key", json.dumps("milemark 99")),
    "a broken version": _meta("key", "{"),
    "a broken result": _meta("result", "{}"),
    "a result that is a list": _meta("result", "[1]"),
    "a result that is a number": _meta("result", "1"),
    "a schema of another kind": _meta("schema", "[]"),
    "a time that is a text": _meta("read", '"now"'),
    "findings of a newer version": _found('{"facts": [1], "diagnostics": [["XX999"]], "tasks": [0], "more": 1}'),
    "findings that are no JSON": _found("{"),
    "findings that are a list": _found("[]"),
    "a folder": folder_in_its_place,
    "a symbolic link": symlink_in_its_place,
    "a dangling link": dangling_symlink_in_its_place,
    "a pipe": fifo_in_its_place,
    "no cache folder": _no_cache,
    "a file for a cache folder": _no_cache_folder,
}
FOREIGN = ("a folder", "a symbolic link", "a dangling link", "a pipe", "a file for a cache folder")


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("state", sampled(STATES, 5))
def test_a_damaged_or_foreign_index_does_not_change_the_findings(folder: Path, state: str) -> None:
    checked(folder)
    STATES[state](place_of(folder))
    checked(folder)
    checked(folder, date(2024, 12, 2))
    (folder / "items/one.md").write_bytes(FILES["items/two.md"])
    checked(folder)


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("state", [state for state in STATES if state not in FOREIGN])
def test_a_damaged_index_is_replaced_at_once(folder: Path, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_folder(folder, TODAY)
    STATES[state](place_of(folder))
    check_folder(folder, TODAY)
    check_folder(folder, TODAY, date(2024, 12, 2))
    paths = parsed_files(monkeypatch)
    check_folder(folder, TODAY)
    assert paths == []


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("state", FOREIGN)
def test_files_of_other_programs_are_not_touched(folder: Path, tmp_path: Path, state: str) -> None:
    check_folder(folder, TODAY)
    STATES[state](place_of(folder))
    before = snapshot(tmp_path / "cache")
    checked(folder)
    assert snapshot(tmp_path / "cache") == before


@pytest.mark.slow
@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("mask", [0xFF, 0x01])
def test_a_flipped_byte_anywhere_in_the_index_changes_nothing(folder: Path, mask: int) -> None:
    expected = checked(folder)
    earlier = date(2024, 12, 2)
    expected_earlier = check_folder(folder, TODAY, earlier, use_index=False)
    check_folder(folder, TODAY)
    place = place_of(folder)
    sound = place.read_bytes()
    for offset in range(0, len(sound), 331):
        damaged = bytearray(sound)
        damaged[offset] ^= mask
        place.write_bytes(damaged)
        assert check_folder(folder, TODAY) == expected, offset
        place.write_bytes(damaged)
        assert check_folder(folder, TODAY, earlier) == expected_earlier, offset


@pytest.mark.usefixtures("calm")
def test_the_index_of_another_folder_is_not_used(folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", {path: data.replace(b"One", b"Two") for path, data in FILES.items()})
    empty = tmp_path / "empty"
    empty.mkdir()
    for each in (folder, other, empty):
        check_folder(each, TODAY)
    for source in (folder, other):
        for target in (folder, other, empty):
            place_of(target).write_bytes(place_of(source).read_bytes())
            checked(target)


@pytest.mark.usefixtures("calm")
def test_a_folder_moved_or_copied_with_its_times_is_read_again(folder: Path, tmp_path: Path) -> None:
    check_folder(folder, TODAY)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "items/one.md").write_bytes(b"---\ntitle: Ein\nstatus: done\n---\n")
    checked(copy)
    folder.rename(tmp_path / "old")
    copy.rename(folder)
    checked(folder)


@pytest.mark.usefixtures("calm")
def test_the_index_of_another_version_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked(folder)
    paths = parsed_files(monkeypatch)
    monkeypatch.setattr(cache, "__version__", "99.0")
    check_folder(folder, TODAY)
    assert sorted(paths) == sorted(path for path in FILES if path.endswith(".md"))
    checked(folder)


def test_the_index_of_other_code_of_the_same_version_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cache.version()
    assert cache.version() == before
    shutil.copytree(Path(cache.__file__).parents[1], tmp_path / "milemark")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "milemark/foundation/cache.py"))
    cache._code.cache_clear()
    assert cache.version() == before
    with (tmp_path / "milemark/foundation/rules.py").open("a") as file:
        file.write("# changed\n")
    cache._code.cache_clear()  # as another process
    assert cache.version() != before


# What may happen to the files between two checks.


def _same_size_and_time(folder: Path) -> None:
    path = folder / "items/one.md"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"progress: 90", b"progress: 50"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def _replaced(folder: Path) -> None:
    before = (folder / "items/one.md").stat()
    new = folder / "items/new.tmp"
    new.write_bytes(FILES["items/one.md"].replace(b"progress: 90", b"progress: 50"))
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(folder / "items/one.md")


def _swapped(folder: Path) -> None:
    one, two, rest = (folder / f"items/{name}.md" for name in ("one", "two", "rest"))
    one.rename(rest)
    two.rename(one)
    rest.rename(two)


def _made_a_folder(folder: Path) -> None:
    (folder / "index.md").unlink()
    (folder / "index.md").mkdir()


def _made_a_link(folder: Path) -> None:
    (folder / "index.md").unlink()
    (folder / "index.md").symlink_to("items")


def _roadmap(old: str, new: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "roadmap.yml").write_text(ROADMAP.replace(old, new), "utf-8")


EDITS: dict[str, Callable[[Path], object]] = {
    "same size and time": _same_size_and_time,
    "replaced by a file of the same size and time": _replaced,
    "two files swapped": _swapped,
    "deleted": lambda folder: (folder / "items/one.md").unlink(),
    "renamed": lambda folder: (folder / "items/one.md").rename(folder / "items/nowhere.md"),
    "folder renamed": lambda folder: (folder / "items").rename(folder / "other"),
    "added": lambda folder: (folder / "items/nowhere.md").write_bytes(b"---\ntitle: N\n---\n"),
    "status on the home page": lambda folder: (folder / "index.md").write_bytes(b"---\nstatus: doing\n---\n"),
    "item outside of collections": lambda folder: (folder / "other.md").write_bytes(b"---\nstatus: doing\n---\n"),
    "all deleted": lambda folder: shutil.rmtree(folder / "items"),
    "link added": lambda folder: (folder / "items/link.md").symlink_to("one.md"),
    "link to nowhere added": lambda folder: (folder / "items/picture.png").symlink_to("nowhere"),
    "pipe added": lambda folder: os.mkfifo(folder / "pipe.md"),
    "file made a folder": _made_a_folder,
    "file made a link": _made_a_link,
    "other statuses": _roadmap("active: active, ", ""),
    "other collections": _roadmap("{items: {}}", "{plans: {}}"),
    "other fields": _roadmap("{items: {}}", "{items: {fields: {title: {required: true}, owner: {required: true}}}}"),
    "other policies": _roadmap("active_limit: 1", "active_limit: 5"),
    "other day": _roadmap("as_of: 2025-01-12", "as_of: 2024-12-02"),
    "no day": _roadmap("as_of: 2025-01-12\n", ""),
    "other language": _roadmap("title: T", "title: T\nlocale: ko"),
    "rules ignored": _roadmap("title: T", "title: T\nignore: [MM404, MM102]"),
    "roadmap broken": _roadmap("title: T", "title: [T"),
    "roadmap deleted": lambda folder: (folder / "roadmap.yml").unlink(),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("age", sampled(["just now", "long ago"], 2))
def test_every_change_of_the_files_is_seen(folder: Path, edit: str, age: str) -> None:
    if age == "long ago":
        for path in folder.rglob("*.*"):
            os.utime(path, ns=(LONG_AGO, LONG_AGO))
    before = checked(folder)
    EDITS[edit](folder)
    after = checked(folder)
    if edit not in {"all deleted", "other day", "no day"}:
        assert after != before
    assert checked(folder) == after


@pytest.mark.usefixtures("calm")
def test_a_block_is_checked_against_the_current_fields(folder: Path) -> None:
    assert "MM602" in codes(checked(folder))
    EDITS["other fields"](folder)
    assert "MM602" not in codes(checked(folder))
    EDITS["other collections"](folder)
    assert "MM607" in codes(checked(folder))


@pytest.mark.usefixtures("calm")
def test_findings_of_another_schema_are_dropped(folder: Path, tmp_path: Path) -> None:
    checked(folder)
    (folder / "items/two.md").rename(tmp_path / "two.md")
    _roadmap("statuses: {", "statuses: {doing: active, ")(folder)
    checked(folder)
    with closing(sqlite3.connect(place_of(folder))) as connection:
        paths = {path for (path,) in connection.execute("SELECT path FROM file")}
    assert paths == {path for path in FILES if path != "roadmap.yml"} - {"items/two.md"}


def test_a_file_that_changes_again_right_after_a_check_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks of file systems tick slowly: two saves may carry the same times."""
    first = check_folder(folder, TODAY)
    frozen = list_content(folder)
    path = folder / "items/one.md"
    path.write_bytes(path.read_bytes().replace(b"progress: 90", b"progress: 50"))
    monkeypatch.setattr(check, "list_content", lambda *_: frozen)
    assert check_folder(folder, TODAY) != first
    checked(folder)


def test_a_file_with_a_future_time_is_read_at_each_check(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        os.utime(path, ns=(4 * 10**18, 4 * 10**18))
    checked(folder)
    (folder / "items/one.md").write_bytes(FILES["items/two.md"])
    os.utime(folder / "items/one.md", ns=(4 * 10**18, 4 * 10**18))
    checked(folder)


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("name", ["one.md", "roadmap.yml"])
def test_an_unreadable_file_is_read_once_it_is_readable(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network drive fails and comes back; the file itself has not changed."""

    def failing(path: Path | str) -> bytes:
        if Path(path).name == name:
            raise OSError(5, "Input/output error")
        return read_bytes(path)

    with monkeypatch.context() as patched:
        for reader in (check, check_index):
            patched.setattr(reader, "read_bytes", failing)
        assert "MM101" in codes(check_folder(folder, TODAY))
        assert "MM101" in codes(check_folder(folder, TODAY))
    assert "MM101" not in codes(checked(folder))


@pytest.mark.usefixtures("calm")
def test_an_unlistable_folder_is_listed_once_it_is_listable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.scandir

    def failing(place: str) -> Any:
        if str(place).endswith("items"):
            raise PermissionError(13, "Permission denied")
        return original(place)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", failing)
        assert codes(checked(folder)) == ["MM101"]
    assert "MM101" not in codes(checked(folder))


@pytest.mark.usefixtures("calm")
def test_an_empty_roadmap_differs_from_a_missing_one(folder: Path) -> None:
    (folder / "a-page.md").write_bytes(b"---\nstatus: active\n---\n")
    (folder / "roadmap.yml").unlink()
    without = checked(folder)
    (folder / "roadmap.yml").touch()
    assert codes(checked(folder)).count("MM210") == codes(without).count("MM210") + 1


# What may keep an index from being read or written.


@pytest.fixture
def other_connection(folder: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection of another program to the index."""
    check_folder(folder, TODAY)
    with closing(sqlite3.connect(place_of(folder), isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_locked_index_is_not_used(folder: Path, other_connection: sqlite3.Connection, lock: str) -> None:
    other_connection.execute(f"BEGIN {lock}")
    checked(folder)
    (folder / "items/one.md").write_bytes(FILES["items/two.md"])
    checked(folder)
    other_connection.execute("ROLLBACK")
    assert place_of(folder).is_file()
    checked(folder)


def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the index read-only by a patch, since file modes do not restrict root."""
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connected(place: Path | str, *given: Any, **named: Any) -> sqlite3.Connection:
        if isinstance(place, Path):
            return connect(f"{place.as_uri()}?mode=ro", *given, **named, uri=True)
        return connect(place, *given, **named)  # in memory

    def refuse(path: Path, missing_ok: bool = False) -> None:  # noqa: ARG001
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(sqlite3, "connect", connected)
    monkeypatch.setattr(Path, "unlink", refuse)


@pytest.mark.usefixtures("calm")
@pytest.mark.parametrize("state", ["sound", "junk", "a newer version", "the first half", "no findings", "no tables"])
def test_a_read_only_index_changes_no_finding(folder: Path, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_folder(folder, TODAY)
    STATES.get(state, bool)(place_of(folder))
    read_only(monkeypatch)
    checked(folder)
    (folder / "items/one.md").write_bytes(FILES["items/two.md"])
    checked(folder)


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/null", "/sys"])
def test_a_cache_folder_that_cannot_be_created_changes_no_finding(
    folder: Path, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    checked(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_an_index_without_permissions_changes_no_finding(folder: Path, mode: int) -> None:
    check_folder(folder, TODAY)
    place = place_of(folder)
    place.chmod(mode & 0o400)
    place.parent.chmod(mode)
    checked(folder)
    (folder / "items/one.md").write_bytes(FILES["items/two.md"])
    checked(folder)
    place.parent.chmod(0o700)


FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), -1))
from milemark.app.cli import main
main()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no such limit here")
@pytest.mark.parametrize("limit", sampled([0, 100, 5000, 9000], 4))
def test_a_full_disk_changes_no_finding(folder: Path, limit: int) -> None:
    def run(*options: str) -> tuple[int, str, str]:
        command = [sys.executable, "-c", FULL_DISK, str(limit), "check", str(folder), *options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"  # Python would keep a part of its files
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        return done.returncode, done.stdout, done.stderr

    assert run() == run() == run("--no-index")
    assert run()[0] == 1


def test_two_checks_at_once_find_the_same(folder: Path) -> None:
    command = [sys.executable, "-m", "milemark", "check", str(folder)]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) for _ in range(4)]
    outputs = [process.communicate() for process in running]
    assert len(set(outputs)) == 1
    assert all("Traceback" not in error for _, error in outputs)
    checked(folder)


def test_many_files_are_read_in_several_processes_with_the_same_findings(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = check_folder(folder, TODAY, use_index=False)
    monkeypatch.setattr(pool, "_FEWEST", 1)
    monkeypatch.setattr(check_index, "CHUNK", 2)
    assert check_folder(folder, TODAY, use_index=False) == expected
    assert check_folder(folder, TODAY) == expected
    assert check_folder(folder, TODAY) == expected


@pytest.mark.parametrize("damage", ["", "short", "x" * 99, None])
def test_the_key_of_a_user_is_made_once_and_again_if_it_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str | None
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "project").mkdir()
    place = secret_path(tmp_path / "project")
    assert place is not None
    assert place.stat().st_mode & 0o777 == 0o600
    first = secret(tmp_path / "project")
    assert (secret(tmp_path / "project"), len(first)) == (first, 32)
    place.unlink()
    if damage is not None:
        place.write_text(damage)
    again = secret(tmp_path / "project")
    assert (len(again), again == first, secret(tmp_path / "project")) == (32, False, again)


def test_without_a_cache_folder_outside_the_project_a_key_lasts_for_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert secret_path(tmp_path) is None
    assert secret(tmp_path) == secret(tmp_path)
    assert not (tmp_path / "cache").exists()
    (tmp_path / "link").write_bytes(b"x" * 32)
    (tmp_path / "cache/milemark").mkdir(parents=True)
    (tmp_path / "cache/milemark/key").symlink_to(tmp_path / "link")
    (tmp_path / "project").mkdir()
    assert secret(tmp_path / "project") != b"x" * 32
