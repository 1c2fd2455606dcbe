"""Kept files make commands faster, and change no byte of their output."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from damage import dangling_symlink_in_its_place, fifo_in_its_place, folder_in_its_place, replaced, symlink_in_its_place
from milemark.app.options import ReadOptions
from milemark.app.project import read_project
from milemark.foundation import cache, pool
from milemark.foundation.cache import index_path
from milemark.privacy.public_file import PublicView
from milemark.roadmap import load
from milemark.roadmap.settings import Settings
from support import DAY, cli, sampled, write_content, write_files

ROADMAP = "title: T\nas_of: 2025-03-15\nstatuses: {open: active, done: done}\ncollections: {plans: {}, ideas: {}}\n"
CONTENT = {
    "roadmap.yml": ROADMAP,
    "index.md": "# Home\n\nSee [one](plans/a.md).\n",
    "plans/a.md": "---\ntitle: 하나\nstatus: open\ndue: 2025-Q1\n---\n# One\n\n- [x] a\n- [ ] b\n\n%% secret %%\n",
    "plans/b.md": "---\ntitle: Two\nstatus: done\ndue: 2025-02\ntags: [x]\ndepends_on: [a]\n---\n[[a]] [[hush]]\n",
    "plans/hush.md": "---\ntitle: Hush\nstatus: open\naudience: private\n---\nSee [[b]].\n",
    "plans/slip.md": "---\ntitel: Slip\nstatus: opne\n---\n-[ ] no task\n",
    "plan.md": "---\nitems: headings\n---\n## A {#h}\nstatus: open\n- [ ] h [[a]]\n\n## Second\n%% s %%\n",
    "ideas/c.md": "---\ntitle: Three\nstatus: open\nparent: a\n---\n- [ ] c\n",
}
COMMANDS = {
    "list": ("list", "--format", "json"),
    "query": ("query", "select * from tasks", "--format", "json"),
    "public list": ("list", "--audience", "public", "--format", "json"),
    "public check": ("check", "--audience", "public"),
    "show": ("show", "a"),
    "explain": ("explain", "a"),
    "export": ("export", "json"),
    "generate": ("generate",),
    "private generate": ("generate", "--audience", "private"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a roadmap with a cache folder next to it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_files(tmp_path / "project", {"mkdocs.yml": "site_name: T\ndocs_dir: build/docs\n"})
    return write_content(tmp_path / "project", CONTENT)


def output(folder: Path, command: str) -> Iterator[object]:
    """Yield the exit code, the texts and the files of a command."""
    shutil.rmtree(folder / "build", ignore_errors=True)
    done = cli(folder, *COMMANDS[command])
    yield from (done.exit_code, done.stdout, done.stderr)
    for path in sorted(folder.glob("build/docs*/**/*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def warm(folder: Path) -> list[list[object]]:
    return [list(output(folder, command)) for command in COMMANDS]


def cold(folder: Path) -> list[list[object]]:
    """Return the outputs of every command, each without a cache."""
    found = []
    for command in COMMANDS:
        shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"]), ignore_errors=True)
        found.append(list(output(folder, command)))
    return found


def place_of(folder: Path) -> Path:
    place = index_path(folder / "content")
    assert place
    return place


def write(path: str, text: str) -> Callable[[Path], object]:
    return lambda folder: write_content(folder, {path: text})


EDITS: dict[str, Callable[[Path], object]] = {
    "no edit": lambda _folder: None,
    "an edit": write("plans/a.md", "---\ntitle: Other\nstatus: done\n---\n- [x] z\n"),
    "another heading": write("plan.md", "---\nitems: headings\n---\n## b\n- [x] h\n## Second\nhush\n"),
    "a private heading": write(
        "plan.md", "---\nitems: headings\n---\n## First {#h}\naudience: private\n## Second\nSee h.\n"
    ),
    "headings that are no items": write("plan.md", "## First\nstatus: open\n- [ ] h [[a]]\n"),
    "a deleted file": lambda folder: (folder / "content/plans/b.md").unlink(),
    "a renamed file": lambda folder: (folder / "content/plans/b.md").rename(folder / "content/plans/d.md"),
    "two files that change places": lambda folder: [
        (folder / "content/plans/b.md").rename(folder / "content/keep"),
        (folder / "content/plans/a.md").rename(folder / "content/plans/b.md"),
        (folder / "content/keep").rename(folder / "content/plans/a.md"),
    ],
    "another day": write("roadmap.yml", ROADMAP.replace("03-15", "06-15")),
    "other statuses": write("roadmap.yml", ROADMAP.replace("open: active, ", "")),
    "other fields": write("roadmap.yml", ROADMAP.replace("plans: {}", "plans: {fields: {due: {type: string}}}")),
    "a private field": write("roadmap.yml", ROADMAP.replace("plans: {}", "plans: {private: [due]}")),
    "a private collection": write("roadmap.yml", ROADMAP.replace("ideas: {}", "ideas: {audience: private}")),
    "a file that becomes private": write("plans/a.md", f"---\naudience: private\n{CONTENT['plans/a.md'][4:]}"),
    "another private name": write("plans/hush.md", "---\naliases: [Home, b]\naudience: private\n---\n"),
    "no private name any more": lambda folder: (folder / "content/plans/hush.md").unlink(),
    "a public file with a private name in its text": write("plans/b.md", "---\ntitle: B of Hush\n---\nhush, Hush\n"),
    "a private task": write(
        "plans/a.md", "---\ntitle: A\n---\n<!-- private -->\n- [ ] b\n<!-- /private -->\n- [ ] b\n"
    ),
    "a word that several files share": lambda folder: [
        write(f"plans/{name}.md", "---\ntitle: T\nkind: hush\n---\n")(folder) for name in "abcd"
    ],
    "a file that becomes public": write("plans/hush.md", "---\ntitle: Hush\nstatus: open\n---\n"),
}


@pytest.mark.parametrize("edit", sampled(EDITS, 5))
def test_after_an_edit_each_command_gives_the_bytes_of_a_run_without_a_cache(folder: Path, edit: str) -> None:
    before = warm(folder)
    EDITS[edit](folder)
    found = [warm(folder), warm(folder)]
    expected = cold(folder)
    assert found == [expected, expected]
    assert (before == expected) == (edit == "no edit")


TEXTS = (
    "---\ntitle: Plain\nstatus: open\nkind: hush\n---\n- [ ] hush and a\n",
    "---\ntitle: Hush\naudience: private\n---\nSee [[a]].\n",
    "---\ntitle: Child\nparent: hush\nstatus: done\n---\n%% c %% [[plans/a]] `b`\n",
    "---\ntitle: Alias\naliases: [b, Plain]\naudience: private\n---\n",
    "# Plain page\n\n[x](hush.md) ![[c]] c, a, Hush\n",
    "\ufeff---\r\ntitle: A\r\ntags: [a, hush]\r\n---\r\n- [x] b\r\n",
    "",
    "---\nitems: headings\n---\n## Hush\n- [ ] x\n## b\naudience: private\n## Sub [[a]]\ntrack: hush\n",
)
steps = st.tuples(st.sampled_from(("plans/a.md", "plans/b.md", "ideas/c.md", "plans/hush.md")), st.sampled_from(TEXTS))


@pytest.mark.slow
@given(st.lists(steps, min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_after_any_edits_each_audience_sees_what_it_sees_without_a_cache(edits: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place, mock.patch.dict(os.environ, XDG_CACHE_HOME=f"{place}/cache"):
        folder = write_content(Path(place) / "project", CONTENT)
        for path, text in edits:
            write(path, text)(folder)
            for audience in ("public", "private"):
                found = read_project(folder, DAY, read_options=ReadOptions(audience)).loaded
                with mock.patch.dict(os.environ, XDG_CACHE_HOME=f"{place}/none"):
                    shutil.rmtree(f"{place}/none", ignore_errors=True)
                    assert found == read_project(folder, DAY, read_options=ReadOptions(audience)).loaded


def _flip(seed: int) -> Callable[[Path], None]:
    def run(place: Path) -> None:
        data, choice = bytearray(place.read_bytes()), random.Random(seed)  # noqa: S311  no secret
        for _ in range(choice.randint(1, 4)):
            data[choice.randrange(len(data))] ^= 1 << choice.randrange(8)
        place.write_bytes(data)

    return run


STATES: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "the first half": lambda place: os.truncate(place, place.stat().st_size // 2),
    "nothing": replaced(b""),
    "junk": replaced(b"junk" * 1000),
    "a folder": folder_in_its_place,
    "a link": symlink_in_its_place,
    "a link to nowhere": dangling_symlink_in_its_place,
    "a pipe": fifo_in_its_place,
    **{f"flipped bits {seed}": _flip(seed) for seed in range(6)},
}


@pytest.mark.parametrize("state", STATES)
def test_with_a_damaged_cache_the_output_is_the_same(folder: Path, state: str) -> None:
    expected = list(output(folder, "public list"))
    STATES[state](place_of(folder))
    assert [list(output(folder, "public list")) for _ in range(2)] == [expected, expected]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the files that this process parses, in order."""
    paths: list[str] = []
    read = load.read_file

    def listening(settings: Settings, path: str, data: bytes) -> load.File:
        paths.append(path)
        return read(settings, path, data)

    monkeypatch.setattr("milemark.app.kept_files.read_file", listening)
    monkeypatch.setattr(load, "read_file", listening)
    return paths


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_did_not_change_is_parsed_once_by_all_commands(
    folder: Path, command: str, parsed: list[str]
) -> None:
    list(output(folder, "public list"))
    assert sorted(parsed) == sorted(path for path in CONTENT if path.endswith(".md"))
    parsed.clear()
    list(output(folder, command))
    assert parsed == []
    EDITS["an edit"](folder)
    list(output(folder, command))
    assert parsed == ["plans/a.md"]


def test_a_public_version_is_made_once_until_something_private_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = PublicView.file

    def listening(view: PublicView, file: load.File) -> load.File:
        made.append(file.document.path)
        return make(view, file)

    monkeypatch.setattr(PublicView, "file", listening)
    list(output(folder, "public list"))
    headings = ["h.md", "second.md"]
    public = sorted((*headings, *(path for path in CONTENT if path.endswith(".md") and "hush" not in path)))
    assert sorted(made) == public
    made.clear()
    list(output(folder, "public list"))
    list(output(folder, "generate"))
    assert made == []
    EDITS["an edit"](folder)
    list(output(folder, "public list"))
    assert made == ["plans/a.md"]
    made.clear()
    EDITS["another private name"](folder)
    list(output(folder, "public list"))
    assert sorted(made) == public


@pytest.mark.parametrize("state", STATES)
def test_with_damaged_public_versions_the_output_is_the_same(folder: Path, state: str) -> None:
    expected = list(output(folder, "public list"))
    place = place_of(folder)
    STATES[state](place.with_name(place.name.replace("-files", "-public")))
    assert [list(output(folder, "public list")) for _ in range(2)] == [expected, expected]


def test_records_of_another_version_are_not_read(
    folder: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    list(output(folder, "public list"))
    parsed.clear()
    monkeypatch.setattr(cache, "_FORMAT", 999)
    list(output(folder, "public list"))
    monkeypatch.undo()
    assert len(parsed) == len([path for path in CONTENT if path.endswith(".md")])


def test_records_that_no_run_uses_are_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milemark.app.kept_files._SPARE", 0)
    sizes = []
    for number in range(30):
        write("plans/a.md", f"---\ntitle: Title {number}\nstatus: open\n---\n")(folder)
        list(output(folder, "public list"))
        with closing(cache._connect(place_of(folder), "files", f"{cache.version()} ")) as index:
            sizes.append(len(index.entries()))
    assert max(sizes) <= 2 * sizes[0] + 1


def test_many_files_are_read_by_several_processes_with_the_same_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(output(folder, "public list"))
    shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"]))
    monkeypatch.setattr(pool, "_FEWEST", 2)
    assert list(output(folder, "public list")) == expected


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/null", "", "relative"])
def test_without_a_cache_folder_the_output_is_the_same(
    folder: Path, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = list(output(folder, "public list"))
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    for name in ("LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert list(output(folder, "public list")) == expected


def test_without_an_index_a_public_check_neither_reads_nor_writes_records(folder: Path, parsed: list[str]) -> None:
    expected = cli(folder, "check", "--audience", "public", "-v", "--no-index")
    assert not place_of(folder).exists()
    assert cli(folder, "check", "--audience", "public", "-v").output == expected.output
    parsed.clear()
    assert cli(folder, "check", "--audience", "public", "-v", "--no-index").output == expected.output
    assert sorted({*parsed}) == sorted(path for path in CONTENT if path.endswith(".md"))
