"""A site that follows its sources: each save rewrites the page tree, and open pages show it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from urllib.parse import urlsplit

from milemark.app.build import generate, site_options
from milemark.app.host import Host, host_pages
from milemark.app.kept_rows import KeptRows
from milemark.app.kept_views import ViewMemory
from milemark.app.live_pages import LivePages
from milemark.app.project import Project
from milemark.app.socket_address import listening, read_address
from milemark.app.watch import changes
from milemark.foundation.content_folder import content_of
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import counted
from milemark.foundation.layout import BUILD, CONFIG_FILE, TEMPLATES
from milemark.output.text.diagnostics import FormatContext, as_text
from milemark.publish.build import publication_of
from milemark.publish.errors import PublishError
from milemark.publish.frames import Publication
from milemark.publish.live import LiveSite
from milemark.publish.mkdocs_config import config_files, read_publisher_settings
from milemark.publish.publishers import Publisher
from milemark.publish.staging import exclusive
from milemark.publish.tree import WriteCounts, write_tree
from milemark.roadmap.load import Memory

Show = Callable[[tuple[str, ...]], None]
_QUIET = 1.0  # seconds after a save before the page tree is made
_LOOK = 0.05  # seconds


@dataclass(slots=True)
class ServedProject:
    """A project to serve. `report_errors` prints its findings and returns its errors; `echo` prints a message."""

    root: Path
    publisher: Publisher
    read: Callable[[Memory, ViewMemory], Project]
    report_errors: Callable[[Project], tuple[str, ...]]
    echo: Callable[[str], None]
    live: LiveSite
    memory: Memory = field(default_factory=Memory)
    views: ViewMemory = field(default_factory=ViewMemory)
    rows: KeptRows | None = None
    _unfinished: tuple[Project, tuple[str, ...]] | None = None

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folders and files that a build reads."""
        content = content_of(self.root)
        outer = (content.outer_roadmap,) if content.outer_roadmap else ()
        return content.path, *outer, self.root / TEMPLATES, *config_files(self.root / CONFIG_FILE)

    def refresh(self, show: Show) -> None:
        """Bring the site up to date, and show it with its problems. After a failure, it stays as it was.

        If frames are known, a page is made at the first request, and the page tree waits for `finish`.
        """
        self._unfinished = None
        with self._failing(show):
            project = self.read(self.memory, self.views)
            problems = self.report_errors(project)
            self.rows = self.rows or KeptRows(project.folder.path, project.audience)
            self._unfinished = project, problems
            if self.live.follow(self._publication(project), LivePages(project, self.rows).text):
                show(problems)
            else:
                self.finish(show)

    def finish(self, show: Show, is_late: Callable[[], bool] = lambda: False) -> None:
        """Write the page tree of the last refresh, and show it. `is_late` tells that there is a newer one to come."""
        unfinished, self._unfinished = self._unfinished, None
        if not unfinished:
            return
        project, problems = unfinished

        def stop() -> None:
            if is_late():
                raise _LateError

        with self._failing(show), suppress(_LateError):
            self._write(project, lambda: generate(project, rows=self.rows, on_page=stop))
            self.live.update(self._publication(project))
            show(problems)

    def refresh_host(self, host: Host) -> None:
        """Bring the pages in a documentation site up to date, whose own server shows them."""
        with self._failing(lambda _problems: None):
            project = self.read(self.memory, self.views)
            self.report_errors(project)
            self._write(project, lambda: write_tree(host.folder, host_pages(project, host)))

    def _publication(self, project: Project) -> Publication:
        folder = self.live.folder
        return publication_of(self.root, self.publisher, site_options(project), folder, folder)

    @contextmanager
    def _failing(self, show: Show) -> Iterator[None]:
        """Report and show an error of the block; the site then stays as it was."""
        try:
            yield
        except (UserError, OSError) as error:
            text = str(error)
            self.echo(f"{text if text.startswith('error') else f'error: {text}'}\nkeeping the last good pages")
            show((text,))

    def _write(self, project: Project, make: Callable[[], WriteCounts]) -> None:
        started = time.monotonic()
        with exclusive(self.root / BUILD, self.echo):
            written = make()
        if project.page_findings:
            context = FormatContext(project.text_of, project.language.gettext, project.folder.shown)
            self.echo(as_text(project.page_findings, context))
        changed = written.changed + written.removed
        files = counted(changed + written.unchanged, "file")
        self.echo(f"rebuilt {changed} of {files} in {time.monotonic() - started:.2f} s")


class _LateError(Exception):
    """A newer page tree is to come."""


def serve(served: ServedProject, address: str) -> None:
    """Serve a project until Ctrl-C or a signal. Raises PublishError if the address cannot be served."""
    own, stop = read_address(address), Event()
    try:
        from milemark.app.live_server import Shown, server  # only this command needs a web server
    except ModuleNotFoundError as error:
        raise PublishError(f"there is no {error.name}: pip install 'milemark[{served.publisher.name}]'") from error
    shown = Shown()

    def show(problems: tuple[str, ...]) -> None:
        shown.show(served.live.site, problems, _base(served.root))

    with listening(own) as sockets, _interrupts(stop), suppress(KeyboardInterrupt), server(shown, own, sockets):
        saved = _saves(served, stop)
        while not stop.is_set():
            saved.clear()
            is_first = shown.site is None
            served.refresh(show)
            if is_first and shown.site:
                served.echo(f"Serving on http://{own}{shown.base}")
            if _is_quiet(saved, served.live):
                served.finish(show, saved.is_set)
            saved.wait()


def _saves(served: ServedProject, stop: Event) -> Event:
    """Return the event of a change in the sources."""
    saved = Event()
    found = changes(served.sources, stop, content_of(served.root).outputs)

    def watch() -> None:
        for _paths in found:
            saved.set()

    Thread(target=watch, daemon=True).start()
    return saved


def _is_quiet(saved: Event, live: LiveSite) -> bool:
    """Wait until a page tree is worth making; False if there is another change before."""
    latest = time.monotonic() + _QUIET
    while time.monotonic() < latest and not live.is_behind:
        if saved.wait(_LOOK):
            return False
    return True


def follow(served: ServedProject, host: Host) -> None:
    """Write the pages in a documentation site on each save, until Ctrl-C or a signal."""
    stop = Event()
    with _interrupts(stop), suppress(KeyboardInterrupt):
        seen = changes(served.sources, stop)
        while not stop.is_set():
            served.refresh_host(host)
            next(seen, None)


def _base(root: Path) -> str:
    """Return the path of the site's address, below which the site is shown: pages may hold it."""
    with suppress(PublishError, ValueError):
        path = urlsplit(read_publisher_settings(root).site_url).path.strip("/")
        return f"/{path}/" if path else "/"
    return "/"


@contextmanager
def _interrupts(stop: Event) -> Iterator[None]:
    """Handle SIGTERM and SIGHUP as Ctrl-C; a second signal does not interrupt the clean-up."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
