"""What the tests share: the built site, real data, a browser. Each is made once per run."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

import repositories
import roadmaps
from support import ROOT, write_content

# Property tests draw the same examples in each run; `make search` looks for new ones and prints how to repeat a run.
# No example is judged by its time: coverage, or a busy machine, slows each down.
_UNTIMED = settings(database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _UNTIMED, derandomize=True)
settings.register_profile("search", _UNTIMED, derandomize=False, print_blob=True)
settings.load_profile("same")

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# A test sees neither the tester's git settings nor the clock's, the terminal's or the build's.
ENVIRONMENT = {
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_AUTHOR_NAME": "Author",
    "GIT_COMMITTER_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "Author",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}
UNSET = (
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "FORCE_COLOR",
    "MILEMARK_LOCALE",
    "NO_COLOR",
    "SOURCE_DATE_EPOCH",
)


def pytest_configure() -> None:
    """Settle the environment before anything is collected; workers inherit it."""
    os.environ.update(ENVIRONMENT)
    for name in UNSET:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository's root."""
    return ROOT


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def make_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Fill a folder, unless another worker has done so. The others wait until it is ready."""
    ready = folder.with_suffix(".ready")
    with FileLock(folder.with_suffix(".lock")):
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            ready.touch()
    return folder


def build_career_site(folder: Path, *options: str) -> None:
    """Build the repository's own roadmap in a folder outside it, as its user does."""
    for name in ("content", "templates"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    command = [sys.executable, "-m", "milemark", "-C", str(folder), "build", "--strict", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"milemark build: exit {done.returncode}\n{done.stdout}{done.stderr}")


def build_owner_site(folder: Path) -> None:
    """Build the repository's own roadmap for its owner."""
    build_career_site(folder, "--audience", "private")


def build_site(content: roadmaps.Content, folder: Path) -> None:
    """Build a roadmap of these files with the settings of a new project."""
    write_content(folder, content)
    build_here(folder, "2025-06-15")


def build_lived_site(folder: Path) -> None:
    """Build a roadmap with a past."""
    repositories.lived(folder, "<b>Item {number}</b> & what it is called on a page where there is hardly room for it")
    build_here(folder, repositories.LAST)


def build_here(folder: Path, as_of: str) -> None:
    """Build what is in a folder with the settings of a new project."""
    settings = (ROOT / "generator/milemark/app/starter_files/mkdocs.yml").read_text("utf-8")
    kept = [line for line in settings.splitlines() if "/index.md" not in line or "*" in line]  # its own collections
    (folder / "mkdocs.yml").write_text("\n".join(kept), "utf-8")
    command = [sys.executable, "-m", "milemark", "-C", str(folder), "--as-of", as_of, "build"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"milemark build: exit {done.returncode}\n{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def career_site(shared_folder: Path) -> Path:
    """Return the site that the command line builds from content/."""
    return make_once(shared_folder / "career", build_career_site) / "site"


@pytest.fixture(scope="session")
def owner_site(shared_folder: Path) -> Path:
    """Return the folder of the career site as its owner sees it, with what is private."""
    return make_once(shared_folder / "career-owner", build_owner_site) / "site-private"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real data, which is no part of the repository."""
    folder = Path(os.environ.get("MILEMARK_DATA", ROOT / "../shared/data")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder} (set MILEMARK_DATA)")
    return folder


def unpack_real_markdown(archive: Path, folder: Path) -> None:
    """Unpack the archive with the safeguards that this Python has."""
    with tarfile.open(archive) as tar:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(folder, filter="data")
        else:
            tar.extractall(folder)  # noqa: S202  # early 3.11 releases have no filter


@pytest.fixture(scope="session")
def real_markdown(data_dir: Path, shared_folder: Path) -> Path:
    """Return a folder of some 20,000 Markdown files that real people wrote."""
    archive = data_dir / "real-markdown.tar.xz"
    if not archive.is_file():
        pytest.skip(f"no {archive.name} in {data_dir}")
    unpack = functools.partial(unpack_real_markdown, archive)
    return make_once(shared_folder / "real-markdown", unpack)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium, started once per worker."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        reason = f"no browser: none of {', '.join(CHROMIUM)} is on the PATH"
        if os.environ.get("MILEMARK_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_OPTIONS))
        yield chromium
        chromium.close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line on standard error for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """Serve a site on a free port and give its address."""
    handler = functools.partial(QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site_url(career_site: Path) -> Iterator[str]:
    """Serve the built site on a free port and return its address."""
    with serving(career_site) as url:
        yield url


@pytest.fixture(scope="session")
def serve_roadmap(shared_folder: Path) -> Iterator[Callable[[str, roadmaps.Content], str]]:
    """Return a function that builds a roadmap under a name, once per run, and serves its site."""
    with ExitStack() as stack:

        def serve(name: str, content: roadmaps.Content) -> str:
            make = functools.partial(build_site, content)
            return stack.enter_context(serving(make_once(shared_folder / name, make) / "site"))

        yield serve


@pytest.fixture(scope="session")
def crowded_url(serve_roadmap: Callable[[str, roadmaps.Content], str]) -> str:
    """Serve a roadmap of 300 items of every kind."""
    return serve_roadmap("crowded", roadmaps.crowded())


@pytest.fixture(scope="session")
def steady_url(serve_roadmap: Callable[[str, roadmaps.Content], str]) -> str:
    """Serve a roadmap of 300 items as a team may have it."""
    return serve_roadmap("steady", roadmaps.steady())


@pytest.fixture(scope="session")
def lived_url(shared_folder: Path) -> Iterator[str]:
    """Serve a roadmap with eighteen months of git history."""
    with serving(make_once(shared_folder / "lived", build_lived_site) / "site") as url:
        yield url


@pytest.fixture(scope="session")
def hostile_url(serve_roadmap: Callable[[str, roadmaps.Content], str]) -> str:
    """Serve a roadmap whose every word is hostile."""
    return serve_roadmap("hostile", roadmaps.hostile())


@pytest.fixture(scope="session")
def bare_url(serve_roadmap: Callable[[str, roadmaps.Content], str]) -> str:
    """Serve a roadmap that has nothing in it yet."""
    return serve_roadmap("bare", roadmaps.BARE)
