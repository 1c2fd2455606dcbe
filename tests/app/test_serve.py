"""`milemark serve` shows what is saved, says on the page what is wrong, and ends without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from milemark.app.kept_views import ViewMemory
from milemark.app.project import Project, read_project
from milemark.app.serve import ServedProject
from milemark.foundation.errors import UserError
from milemark.publish.live import LiveSite
from milemark.publish.publishers import PUBLISHERS
from milemark.roadmap.load import Memory
from support import cli, write_content

CONTENT = {
    "roadmap.yml": "title: T\ncollections: {items: {}}\n",
    "items/one.md": "---\ntitle: One\nstatus: active\n---\n- [x] a\n",
}
SETTINGS = "site_name: T\ndocs_dir: build/docs\nsite_dir: site\ntheme: {name: material, font: false}\n"
SETTINGS += "extra_javascript: [assets/milemark.js]\nnot_in_nav: '*'\n"
LONGEST = 120  # seconds until a page has to be there, on a machine that is very busy


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_content(tmp_path, CONTENT)
    (tmp_path / "mkdocs.yml").write_text(SETTINGS, "utf-8")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("the last good one")
    return tmp_path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(url: str, text: str) -> None:
    """Ask for a page until it holds a text."""
    latest = time.monotonic() + LONGEST
    found = ""
    while time.monotonic() < latest:
        try:
            with urlopen(url, timeout=10) as answer:  # noqa: S310  our own address
                found = answer.read().decode()
        except (URLError, OSError):
            found = ""
        if text in found:
            return
        Event().wait(0.1)
    pytest.fail(f"{url} never held {text!r}: {found[-2000:]}")


def wait_for_event(url: str, text: str) -> None:
    """Follow the events of a page until one holds a text."""
    with urlopen(url, timeout=LONGEST) as answer:  # noqa: S310  our own address
        assert any(text in line.decode() for line in answer)


@contextmanager
def serving(project: Path, publisher: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "milemark", "-C", str(project), "serve"]
    with (project / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--publisher", publisher, "--address", address], stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield f"http://{address}/", process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def processes_of(project: Path) -> list[str]:
    """Return the processes that name the project's folder."""
    listed = subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in listed if str(project) in line and "ps -wweo" not in line]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to end with")
@pytest.mark.parametrize("publisher", ["mkdocs", "properdocs", "zensical"])
def test_what_is_saved_is_shown_and_what_is_wrong_is_said_on_the_page(project: Path, publisher: str) -> None:
    item = project / "content/items/one.md"
    with serving(project, publisher) as (url, process):
        wait_for(f"{url}items/one/", "One")
        item.write_text(CONTENT["items/one.md"].replace("One", "Another"), "utf-8")
        wait_for(f"{url}items/one/", "Another")
        item.write_text(CONTENT["items/one.md"] + "due: soon", "utf-8")
        item.write_text("---\ntitle: Wrong\ndue: soon\n---\n", "utf-8")
        events = f"{url}_milemark/events?page=/items/one/"
        wait_for_event(events, "content/items/one.md:3:6")
        (project / "content/roadmap.yml").write_text("title: [", "utf-8")
        wait_for_event(events, "content/roadmap.yml:1:")
        wait_for(f"{url}items/one/", "Wrong")
        (project / "content/roadmap.yml").write_text(CONTENT["roadmap.yml"], "utf-8")
        for settings, said in (
            (f"{SETTINGS}x: [\n", "mkdocs.yml:"),
            (SETTINGS.replace("material", "nosuch"), "nosuch"),
        ):
            if publisher != "zensical":  # which has one theme
                (project / "mkdocs.yml").write_text(settings, "utf-8")
                wait_for_event(events, said)
                wait_for(f"{url}items/one/", "Wrong")
        (project / "mkdocs.yml").write_text(SETTINGS, "utf-8")
        item.write_text(CONTENT["items/one.md"].replace("One", "Right"), "utf-8")
        wait_for(f"{url}items/one/", "Right")
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST) == 0
    assert processes_of(project) == []
    assert (project / "site/index.html").read_text() == "the last good one"
    assert {path.name for path in project.iterdir()} <= {"content", "mkdocs.yml", "site", "build", "log", ".cache"}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to end with")
@pytest.mark.parametrize("publisher", ["mkdocs", "zensical"])
def test_nothing_is_left_when_milemark_is_killed(project: Path, publisher: str) -> None:
    with serving(project, publisher) as (url, process):
        wait_for(f"{url}items/one/", "One")
        process.kill()
        process.wait()
    assert processes_of(project) == []
    assert not list(project.glob(".milemark-*"))


@pytest.mark.slow
@pytest.mark.parametrize("publisher", ["mkdocs", "properdocs", "zensical"])
def test_a_name_that_is_rebound_to_this_computer_gets_no_page(project: Path, publisher: str) -> None:
    with serving(project, publisher) as (url, process):
        wait_for(f"{url}items/one/", "One")
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(url, headers={"Host": "evil.example"}), timeout=10)  # noqa: S310  our own address
        assert refused.value.code == 403
        refused.value.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST) == 0
        assert f"Serving on {url}" in (project / "log").read_text("utf-8")


def test_an_address_that_is_taken_is_said_in_words(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        command = [sys.executable, "-m", "milemark", "-C", str(project), "serve", "--address", address]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    assert done.returncode == 2
    assert f"error: {address} is in use" in done.stderr
    assert processes_of(project) == []


@pytest.mark.parametrize("address", ["nowhere", "127.0.0.1:port", "127.0.0.1:99999", "127.0.0.1:-1"])
def test_an_address_without_a_port_is_refused_with_its_form(project: Path, address: str) -> None:
    done = cli(project, "serve", "--address", address)
    assert done.exit_code == 2
    assert f'error: "{address}" is not an address: write it as 127.0.0.1:8000' in done.output


def test_a_refresh_that_fails_keeps_the_pages_and_returns_the_reason(project: Path) -> None:
    said: list[str] = []
    live = LiveSite(project / "build/serve")

    def served(read: Callable[[Memory, ViewMemory], Project]) -> ServedProject:
        return ServedProject(project, PUBLISHERS["mkdocs"], read, lambda _: (), said.append, live)

    def fail(_memory: Memory, _views: ViewMemory) -> Project:
        raise UserError("it is broken")

    shown: list[tuple[str, ...]] = []
    served(lambda memory, _views: read_project(project, date(2025, 1, 1), None, memory)).refresh(shown.append)
    assert live.site
    page = live.site.read("items/one/index.html")
    served(fail).refresh(shown.append)
    assert shown == [(), ("it is broken",)]
    assert page
    assert live.site.read("items/one/index.html") == page
    assert live.site.read("../../mkdocs.yml") is None


def _item(number: int, more: str = "") -> str:
    needs = f"depends_on: [item-{number - 1}]\n" if number else ""
    return f"---\ntitle: Item {number}\nstatus: active\ntags: [a]\n{needs}{more}---\n- [ ] one\n- [x] two\n"


CHANGES: dict[str, dict[str, str | None]] = {
    "a task": {"items/item-1.md": _item(1) + "- [ ] three\n"},
    "a title": {"items/item-2.md": _item(2).replace("Item 2", "Other")},
    "a heading": {"items/item-1.md": _item(1) + "\n## A heading\n\nText.\n"},
    "a new item": {"items/new.md": _item(0), "items/item-1.md": _item(1) + "[it](new.md)\n"},
    "a deleted item": {"items/item-80.md": None},
    "a private item": {"items/item-3.md": _item(3, "audience: private\n")},
    "an introduction": {"progress.md": "---\ntitle: Numbers\n---\nAll of them.\n"},
    "settings": {"roadmap.yml": CONTENT["roadmap.yml"].replace("title: T", "title: Other")},
}
NEED_FRAMES = {"a heading", "a new item", "an introduction", "settings"}  # that no page has needed before


@pytest.mark.parametrize("change", CHANGES)
def test_pages_that_are_made_when_asked_for_are_those_of_the_whole_site(project: Path, change: str) -> None:
    write_content(project, {f"items/item-{number}.md": _item(number) for number in range(81)})
    live, shown = LiveSite(project / "build/serve"), list[tuple[str, ...]]()
    served = ServedProject(
        project,
        PUBLISHERS["mkdocs"],
        lambda memory, views: read_project(project, date(2025, 1, 1), None, memory, views=views),
        lambda _: (),
        lambda _: None,
        live,
    )
    served.refresh(shown.append)
    assert live.site
    before = {path: live.site.read(path) for path in all_pages(project)}
    for path, text in CHANGES[change].items():
        place = project / "content" / path
        place.unlink() if text is None else place.write_text(text, "utf-8")
    served.refresh(shown.append)
    paths = all_pages(project) | {f"{path.removesuffix('.md')}/index.html" for path in CHANGES[change]}
    at_once = {path: live.site.read(path) for path in sorted(paths)}
    was_behind = live.is_behind
    served.finish(shown.append)
    after = {path: live.site.read(path) for path in sorted(paths | all_pages(project))}
    assert shown[-1] == ()
    assert any("-2/" in path for path in after), "a long group has further pages"
    late = {path for path, page in at_once.items() if page != after[path]}
    assert was_behind == (change in NEED_FRAMES)
    assert was_behind or not late
    assert all(at_once[path] == before.get(path) for path in late), "a page is shown as it is, or as it was"


def all_pages(project: Path) -> set[str]:
    """Return the files of the site of all pages in the page tree."""
    docs = project / "build/docs"
    found = (path.relative_to(docs).with_suffix("") for path in docs.rglob("*.md"))
    folders = ((path.parent if path.name == "index" else path).as_posix() for path in found)
    return {f"{folder}/index.html".removeprefix("./") for folder in folders}
