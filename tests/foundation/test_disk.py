"""Ordinary files below content/ are read unchanged; all others are refused."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from milemark.foundation.disk import list_content, read_content
from support import cli, write_content


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.encode())


def test_markdown_and_the_roadmap_are_read_and_the_rest_are_assets(tmp_path: Path) -> None:
    write(tmp_path, "roadmap.yml", "index.md", "a/b/한글.md", "a/picture.png", "a/roadmap.yml", "empty.md")
    (tmp_path / "empty.md").write_bytes(b"")
    found = read_content(tmp_path)
    assert set(found.files) == {"roadmap.yml", "index.md", "a/b/한글.md", "empty.md"}
    assert found.files["a/b/한글.md"] == "a/b/한글.md".encode()
    assert sorted(found.assets) == ["a/picture.png", "a/roadmap.yml"]
    assert found.diagnostics == ()


def test_temporary_files_of_editors_and_sync_programs_are_not_content(tmp_path: Path) -> None:
    junk = (
        "a.md~",
        ".a.md.swp",
        "4913",
        "#a.md#",
        "a.sync-conflict-20250101-1-A.md",
        "x.tmp",
        ".git/config",
        "Thumbs.db",
    )
    write(tmp_path, "a.md", ".obsidian/app.json", ".DS_Store", *junk)
    found = read_content(tmp_path)
    assert (list(found.files), list(found.assets)) == (["a.md"], [])


def test_files_are_read_in_the_same_order_on_every_disk(tmp_path: Path) -> None:
    names = [f"{letter}/{number}.md" for letter in "bca" for number in (2, 10, 1)]
    write(tmp_path / "one", *names)
    write(tmp_path / "two", *reversed(names))
    assert list(read_content(tmp_path / "one").files) == list(read_content(tmp_path / "two").files)


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "nowhere", "loop.md", "real.md", "."])
def test_a_link_is_not_followed_and_reported(tmp_path: Path, target: str) -> None:
    write(tmp_path, "real.md")
    (tmp_path / "loop.md").symlink_to(target)
    found = read_content(tmp_path)
    assert list(found.files) == ["real.md"]
    assert list(found.assets) == []
    assert [(each.rule.code, each.span.path) for each in found.diagnostics] == [("MM101", "loop.md")]


def test_special_files_are_reported_without_blocking(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    write(tmp_path, "folder.md/in.md")
    found = read_content(tmp_path)
    assert list(found.files) == ["folder.md/in.md"]
    assert [(each.rule.code, each.span.path) for each in found.diagnostics] == [("MM101", "pipe.md")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.md")
    (tmp_path / "a.md").chmod(0)
    found = read_content(tmp_path)
    assert list(found.files) == ["b.md"]
    assert [each.rule.code for each in found.diagnostics] == ["MM101"]


@pytest.mark.skipif(os.name != "posix", reason="such names exist on POSIX only")
def test_a_name_that_is_not_utf8_is_reported_escaped(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xc7\xd1.md")).write_bytes(b"# x")
    found = read_content(tmp_path)
    assert list(found.files) == ["a.md"]
    (diagnostic,) = found.diagnostics
    assert diagnostic.rule.code == "MM101"
    assert str(diagnostic.span).encode() == rb"\xc7\xd1.md:1:1"


def test_reading_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "roadmap.yml", "a/b.md", "c.png")
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in tmp_path.rglob("*")}
    read_content(tmp_path)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("name", ["a.markdown", "b.MD", "c.mdown", "d.mkd"])
def test_markdown_with_another_ending_is_reported_and_not_published(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# A")
    listing = list_content(tmp_path)
    assert [each.rule.code for each in listing.diagnostics] == ["MM101"]
    assert not listing.assets


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.mdx", "---\naudience: private\n---\n# A\n"),
        ("a.qmd", "\ufeff---\r\n\r\ntitle: A\r\n---\r\n"),
        ("a.txt", "--- \n# a comment\n'title': A\n---\n"),
        ("a", "---\ntitle:\n"),
    ],
)
def test_a_text_with_front_matter_and_another_ending_is_reported_and_not_published(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8", newline="")
    listing = list_content(tmp_path)
    assert [each.rule.code for each in listing.diagnostics] == ["MM101"]
    assert not listing.assets


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.txt", "---\na line\n---\n"), ("a.yml", "---\ntitle: A\n"), ("a.txt", "title: A\n"), ("a.png", "---\na: b\n")],
)
def test_other_texts_and_pictures_are_attachments(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert [*list_content(tmp_path).assets] == [name]


def test_well_known_files_are_part_of_a_site_and_other_hidden_files_are_not(tmp_path: Path) -> None:
    for path in (".well-known/security.txt", ".obsidian/app.json", ".env"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    assert [*list_content(tmp_path).assets] == [".well-known/security.txt"]


POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a' * 16}\nsize 12345\n".encode()


def test_a_pointer_of_git_lfs_is_reported_in_place_of_each_kind_of_file(tmp_path: Path) -> None:
    write_content(tmp_path, {"roadmap.yml": "title: A\n"})
    write_content(tmp_path, {"index.md": "# A\n", "a.png": POINTER, "b.PDF": POINTER, "real.png": b"\x89PNG"})
    write_content(tmp_path, {"text.txt": b"see " + POINTER, "long.txt": POINTER * 9, "note.md": POINTER})
    done = cli(tmp_path, "check", "--format", "github")
    reported = re.findall(r"file=(\S+?),line=\d+,.*?title=(MM\d+)", done.stdout)
    assert sorted(reported) == [(f"content/{name}", "MM122") for name in ("a.png", "b.PDF", "note.md")]
    assert done.exit_code == 1
    write_content(tmp_path, {"a.png": b"\x89PNG", "b.PDF": b"%PDF", "note.md": "# N\n"})
    assert cli(tmp_path, "check").exit_code == 0


def test_a_roadmap_that_is_a_pointer_of_git_lfs_is_reported_as_one(tmp_path: Path) -> None:
    done = cli(write_content(tmp_path, {"roadmap.yml": POINTER, "a.md": "# A\n"}), "check")
    assert (done.exit_code, done.stdout.count("MM122")) == (1, 1)
    assert "MM104" not in done.stdout


def test_listing_reports_the_number_of_files_found_so_far(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"d{number}").mkdir()
        (tmp_path / f"d{number}/a.md").write_text("", "utf-8")
    found: list[int] = []
    list_content(tmp_path, found.append)
    assert found == [0, 1, 2, 3, 3]
