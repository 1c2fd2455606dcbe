"""However an editor or a sync program saves, it is seen; what they leave beside a file is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from milemark.app.watch import changes, stamps


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "items").mkdir(parents=True)
    (folder / "items/a.md").write_text("a")
    (folder / "items/b.md").write_text("b")
    return folder


def write_in_place(folder: Path) -> None:
    (folder / "items/a.md").write_text("A longer text")


def replace_as_vim_does(folder: Path) -> None:
    file = folder / "items/a.md"
    file.rename(folder / "items/a.md~")
    (folder / "items/4913").write_text("")
    (folder / "items/4913").unlink()
    file.write_text("b")
    (folder / "items/a.md~").unlink()


def move_a_copy_over_it(folder: Path) -> None:
    (folder / "items/a.md.tmp").write_text("z")
    (folder / "items/a.md.tmp").replace(folder / "items/a.md")


def keep_size_and_time(folder: Path) -> None:
    file = folder / "items/a.md"
    before = file.stat()
    file.write_text("z")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_in_a_new_folder(folder: Path) -> None:
    (folder / "new/deep").mkdir(parents=True)
    (folder / "new/deep/c.md").write_text("c")


def delete(folder: Path) -> None:
    (folder / "items/a.md").unlink()


def rename(folder: Path) -> None:
    (folder / "items/a.md").rename(folder / "items/c.md")


def delete_the_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def replace_the_folder(folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    (folder / "items").mkdir(parents=True)
    (folder / "items/a.md").write_text("a")


@pytest.mark.parametrize(
    ("save", "seen"),
    [
        (write_in_place, {"items/a.md"}),
        (replace_as_vim_does, {"items/a.md"}),
        (move_a_copy_over_it, {"items/a.md"}),
        (keep_size_and_time, {"items/a.md"}),
        (add_in_a_new_folder, {"new/deep/c.md"}),
        (delete, {"items/a.md"}),
        (rename, {"items/a.md", "items/c.md"}),
        (delete_the_folder, {"items/a.md", "items/b.md"}),
        (replace_the_folder, {"items/a.md", "items/b.md"}),
    ],
)
def test_a_save_is_seen_whichever_way_it_is_made(content: Path, save: Callable[[Path], None], seen: set[str]) -> None:
    found = changes([content], Event())
    save(content)
    assert next(found) == {str(content / path) for path in seen}


def test_a_folder_that_is_there_only_later_is_seen(tmp_path: Path) -> None:
    found = changes([tmp_path / "content", tmp_path / "mkdocs.yml"], Event())
    (tmp_path / "mkdocs.yml").write_text("x")
    assert next(found) == {str(tmp_path / "mkdocs.yml")}
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text("a")
    assert next(found) == {str(tmp_path / "content/a.md")}


def test_a_change_between_two_polls_is_seen_afterwards(content: Path) -> None:
    found = changes([content], Event())
    write_in_place(content)
    next(found)
    rename(content)
    assert next(found) == {str(content / "items/a.md"), str(content / "items/c.md")}


@pytest.mark.parametrize(
    "name", [".a.md.swp", "a.md~", "a.md.tmp", "#a.md#", "4913", "a.sync-conflict-2025.md", ".git/x"]
)
def test_what_editors_leave_is_not_seen(content: Path, name: str) -> None:
    before = stamps([content])
    (content / name).parent.mkdir(exist_ok=True)
    (content / name).write_text("x")
    assert stamps([content]) == before


def test_watching_ends_when_stop_is_set(content: Path) -> None:
    stop = Event()
    stop.set()
    assert list(changes([content], stop)) == []
