"""One build at a time replaces the site, in one step; a failed build keeps the last site."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from milemark.publish import staging
from milemark.publish.staging import exclusive, staged


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "build"
    folder.mkdir()
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("old")
    (folder / "gone.html").write_text("old")
    return folder


def write(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.html").write_text("new")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def no_exchange(_one: Path, _other: Path) -> bool:
    return False


@pytest.fixture(params=["in one step", "in two steps"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a system: one that swaps folders in one step, and one that cannot."""
    if request.param == "in two steps":
        monkeypatch.setattr(staging, "_exchange", no_exchange)
    return str(request.param)


@pytest.mark.usefixtures("system")
def test_a_new_site_takes_the_place_of_the_old_one(build: Path, site: Path) -> None:
    with staged(build, site) as folder:
        write(folder)
        assert contents(site)["index.html"] == "old"
    assert contents(site) == {"index.html": "new"}
    assert list(build.iterdir()) == []


@pytest.mark.usefixtures("system")
def test_the_first_site_needs_no_old_one(build: Path, tmp_path: Path) -> None:
    with staged(build, tmp_path / "out/site") as folder:
        write(folder)
    assert contents(tmp_path / "out/site") == {"index.html": "new"}


@pytest.mark.usefixtures("system")
def test_a_site_folder_that_is_a_link_stays_a_link(build: Path, site: Path, tmp_path: Path) -> None:
    link = tmp_path / "public"
    link.symlink_to(site)
    with staged(build, link) as folder:
        write(folder)
    assert link.is_symlink()
    assert contents(site) == {"index.html": "new"}


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_build_that_fails_leaves_the_site(build: Path, site: Path, error: type[BaseException]) -> None:
    before = contents(site)

    def fail() -> None:
        with staged(build, site) as folder:
            write(folder)
            raise error

    with pytest.raises(error):
        fail()
    assert contents(site) == before
    assert list(build.iterdir()) == []


def test_a_failed_rename_restores_the_old_site(build: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(site)
    monkeypatch.setattr(staging, "_exchange", no_exchange)
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name == "site-staging":
            raise OSError("no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="no"), staged(build, site) as folder:
        write(folder)
    assert contents(site) == before


def test_the_next_build_restores_the_site_of_one_killed_between_the_renames(build: Path, site: Path) -> None:
    before = contents(site)
    site.rename(build / "site-old")
    with staged(build, site) as folder:
        assert contents(site) == before
        write(folder)
    assert contents(site) == {"index.html": "new"}


# --- two builds, and builds that are killed ----------------------------------------------------------

WAITING = """
import sys
from pathlib import Path
from milemark.publish.staging import exclusive, staged
build, site = map(Path, sys.argv[1:])
with exclusive(build, print), staged(build, site) as folder:
    folder.mkdir()
    (folder / "index.html").write_text("half")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start(build: Path, site: Path) -> Callable[[], subprocess.Popen[str]]:
    """Return a function that starts a build which waits, half done, for the end of its input."""

    def start_one() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WAITING, str(build), str(site)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    return start_one


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to kill with")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_killed_leaves_the_site_and_the_next_one_runs(
    build: Path, site: Path, start: Callable[[], subprocess.Popen[str]], number: signal.Signals
) -> None:
    before = contents(site)
    process = start()
    process.send_signal(number)
    process.communicate()
    assert contents(site) == before
    with exclusive(build, pytest.fail), staged(build, site) as folder:
        write(folder)
    assert contents(site) == {"index.html": "new"}


def test_a_second_build_waits_for_the_first_and_prints_a_message(
    build: Path, site: Path, start: Callable[[], subprocess.Popen[str]]
) -> None:
    process = start()
    said: list[str] = []

    def echo(text: str) -> None:
        said.append(text)
        with pytest.raises(Timeout):
            FileLock(build / ".milemark.lock").acquire(timeout=0)
        process.communicate()  # the end of its input ends the first build

    with exclusive(build, echo), staged(build, site) as folder:
        assert contents(site) == {"index.html": "half"}
        write(folder)
    assert said == ["another build of this project is running: waiting for it to finish"]
    assert contents(site) == {"index.html": "new"}
