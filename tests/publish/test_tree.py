"""A run writes changed pages, removes stale ones, and touches no other file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from milemark.foundation.cache import digest, secret_path
from milemark.publish.tree import Tree, TreeError, WriteCounts, write_tree

FILES = {"index.md": b"home", "a/b.md": b"b", "a/c.md": b"c", "한글/할 일.md": b"d"}


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def manifest_of(folder: Path) -> Path:
    (found,) = folder.parent.glob(".*.json")
    return found


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return tmp_path / "build" / "docs"


def test_a_first_run_writes_every_file_and_a_second_run_none(docs: Path) -> None:
    assert write_tree(docs, FILES) == WriteCounts(4, 0, 0)
    assert tree(docs) == FILES
    assert write_tree(docs, FILES) == WriteCounts(0, 0, 4)


def test_only_a_file_whose_bytes_differ_is_written(docs: Path) -> None:
    write_tree(docs, FILES)
    for path in docs.rglob("*.md"):
        os.utime(path, ns=(1, 1))
    assert write_tree(docs, FILES | {"a/b.md": b"B"}) == WriteCounts(1, 0, 3)
    untouched = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md") if path.stat().st_mtime_ns == 1}
    assert untouched == FILES.keys() - {"a/b.md"}


def test_removed_pages_leave_the_tree_with_their_empty_folders(docs: Path) -> None:
    write_tree(docs, FILES)
    (docs / "a" / "mine.txt").write_text("a stranger's")
    assert write_tree(docs, {"index.md": b"home"}) == WriteCounts(0, 3, 1)
    assert tree(docs) == {"index.md": b"home", "a/mine.txt": b"a stranger's"}
    assert not (docs / "한글").exists()


@pytest.mark.parametrize(
    ("before", "after"), [({"a": b"1"}, {"a/b.md": b"2"}), ({"a/b.md": b"2"}, {"a": b"1"}), ({"a.md": b"1"}, {})]
)
def test_a_file_may_become_a_folder_and_a_folder_a_file(
    docs: Path, before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    write_tree(docs, before)
    write_tree(docs, after)
    assert tree(docs) == after


def test_a_folder_that_milemark_has_not_written_is_refused_and_not_changed(docs: Path) -> None:
    docs.mkdir(parents=True)
    (docs / "thesis.md").write_text("years of work")
    with pytest.raises(TreeError, match="has files that milemark did not write"):
        write_tree(docs, FILES)
    assert tree(docs) == {"thesis.md": b"years of work"}


def test_a_manifest_is_valid_for_its_folder_only(docs: Path) -> None:
    write_tree(docs, FILES)
    other = docs.with_name("content")
    other.mkdir()
    (other / "index.md").write_text("the database")
    with pytest.raises(TreeError):
        write_tree(other, FILES)
    assert tree(other) == {"index.md": b"the database"}


def test_a_tree_that_was_deleted_by_hand_is_written_again(docs: Path) -> None:
    write_tree(docs, FILES)
    for path in sorted(docs.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert write_tree(docs, FILES) == WriteCounts(4, 0, 0)
    assert tree(docs) == FILES


def outside(docs: Path) -> Iterator[str]:
    yield "../victim.md"
    yield "a/../../victim.md"
    yield str(docs.parent / "victim.md")


def test_a_forged_manifest_removes_no_folder_and_nothing_outside(docs: Path) -> None:
    write_tree(docs, FILES)
    victim = docs.parent / "victim.md"
    victim.write_text("not ours")
    odd: list[object] = [*outside(docs), "", ".", "a", "no/such/file", "a\0b", 7, None, ["x"]]
    manifest_of(docs).write_text(json.dumps([*odd, "a/b.md"]))
    write_tree(docs, {"index.md": b"home", "a/c.md": b"c"})
    assert victim.read_text() == "not ours"
    assert tree(docs) == {"index.md": b"home", "a/c.md": b"c", "한글/할 일.md": b"d"}


def test_a_manifest_behind_a_link_removes_nothing_outside(docs: Path, tmp_path: Path) -> None:
    write_tree(docs, FILES)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "victim.md").write_text("not ours")
    (docs / "link").symlink_to(tmp_path / "elsewhere")
    manifest_of(docs).write_text(json.dumps(["link/victim.md"]))
    write_tree(docs, FILES)
    assert (tmp_path / "elsewhere" / "victim.md").read_text() == "not ours"


@pytest.mark.parametrize("junk", [b"", b"{", b'{"a": 1}', b"\xff\xfe", b"null"])
def test_a_folder_with_an_unreadable_manifest_is_refused(docs: Path, junk: bytes) -> None:
    write_tree(docs, FILES)
    manifest_of(docs).write_bytes(junk)
    with pytest.raises(TreeError):
        write_tree(docs, {})
    assert tree(docs) == FILES


@pytest.mark.parametrize("index", range(3))
def test_no_page_is_ever_written_outside_the_tree(docs: Path, index: int) -> None:
    path = list(outside(docs))[index]
    with pytest.raises(TreeError):
        write_tree(docs, {"index.md": b"home", path: b"evil"})
    assert not (docs.parent / "victim.md").exists()
    assert not docs.exists()


def test_a_run_writes_only_the_tree_and_its_manifest(docs: Path) -> None:
    write_tree(docs, FILES)
    assert {path.name for path in docs.parent.iterdir()} == {"docs", manifest_of(docs).name}


def test_the_next_run_completes_a_failed_one(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(docs, FILES)
    after = {"index.md": b"new", "z.md": b"z"}
    replace = Path.replace
    calls = iter(range(100))

    def fail_third(self: Path, target: Path) -> Path:
        if next(calls) == 2:
            raise OSError("no space left on device")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail_third)
        with pytest.raises(OSError, match="no space left"):
            write_tree(docs, after)
    write_tree(docs, after)
    assert tree(docs) == after


def test_a_page_is_reused_only_as_this_user_wrote_it(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(docs.parent.parent / "home"))
    write_tree(docs, FILES, {"index.md": "k"})
    assert Tree(docs).text("index.md", "k") == "home"
    (docs / "index.md").write_text("mine")
    assert Tree(docs).text("index.md", "k") is None
    entries = json.loads(manifest_of(docs).read_bytes())
    for signing in (b"", b"of another user"):
        forged = {**entries, "index.md": ["k", digest("index.md", "k", b"mine", secret=signing)]}
        manifest_of(docs).write_text(json.dumps(forged))
        assert Tree(docs).text("index.md", "k") is None
    (docs / "index.md").write_text("home")
    manifest_of(docs).write_text(json.dumps(entries))
    assert Tree(docs).text("index.md", "k") == "home"
    place = secret_path(docs)
    assert place is not None
    place.unlink()  # as for a tree that came with a repository
    assert Tree(docs).text("index.md", "k") is None
