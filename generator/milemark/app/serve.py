"""A site that follows its sources: each save rewrites the page tree, and open pages show it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType
from urllib.parse import urlsplit

from milemark.app.build import generate, site_options
from milemark.app.host import Host, host_pages
from milemark.app.project import Project
from milemark.app.socket_address import listening, read_address
from milemark.app.watch import changes
from milemark.foundation.content_folder import content_of
from milemark.foundation.errors import UserError
from milemark.foundation.layout import BUILD, CONFIG_FILE, TEMPLATES
from milemark.output.text.diagnostics import FormatContext, as_text
from milemark.publish.build import publication_of
from milemark.publish.errors import PublishError
from milemark.publish.live import LiveSite
from milemark.publish.mkdocs_config import config_files, read_publisher_settings
from milemark.publish.publishers import Publisher
from milemark.publish.staging import exclusive
from milemark.publish.tree import WriteCounts, write_tree
from milemark.roadmap.load import Memory


@dataclass(frozen=True, slots=True)
class ServedProject:
    """A project to serve. `report_errors` prints its findings and returns its errors; `echo` prints a message."""

    root: Path
    publisher: Publisher
    read: Callable[[Memory], Project]
    report_errors: Callable[[Project], tuple[str, ...]]
    echo: Callable[[str], None]
    live: LiveSite
    memory: Memory = field(default_factory=Memory)

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folders and files that a build reads."""
        content = content_of(self.root)
        outer = (content.outer_roadmap,) if content.outer_roadmap else ()
        return content.path, *outer, self.root / TEMPLATES, *config_files(self.root / CONFIG_FILE)

    def refresh(self, show: Callable[[tuple[str, ...]], None]) -> None:
        """Bring the site up to date, first the pages of files, and show it with its problems, as soon as it is.

        After a failure, the site stays as it was.
        """

        def make(project: Project, problems: tuple[str, ...]) -> WriteCounts:
            written = generate(project, on_pages=lambda: self._update(project, problems, show))
            self._update(project, problems, show, is_complete=True)
            return written

        self._rebuild(make, lambda text: show((text,)))

    def refresh_host(self, host: Host) -> None:
        """Bring the pages in a documentation site up to date, whose own server shows them."""
        self._rebuild(lambda project, _problems: write_tree(host.folder, host_pages(project, host)), lambda _text: None)

    def _rebuild(self, make: Callable[[Project, tuple[str, ...]], WriteCounts], fail: Callable[[str], object]) -> None:
        started = time.monotonic()
        try:
            project = self.read(self.memory)
            problems = self.report_errors(project)
            with exclusive(self.root / BUILD, self.echo):
                written = make(project, problems)
        except (UserError, OSError) as error:
            text = str(error)
            self.echo(f"{text if text.startswith('error') else f'error: {text}'}\nkeeping the last good pages")
            fail(text)
            return
        if project.page_findings:
            context = FormatContext(project.text_of, project.language.gettext, project.folder.shown)
            self.echo(as_text(project.page_findings, context))
        changed = written.changed + written.removed
        self.echo(f"rebuilt {changed} of {changed + written.unchanged} files in {time.monotonic() - started:.2f} s")

    def _update(
        self,
        project: Project,
        problems: tuple[str, ...],
        show: Callable[[tuple[str, ...]], None],
        *,
        is_complete: bool = False,
    ) -> None:
        """Read the page tree again; without dashboards only if there were some before."""
        if is_complete or self.live.is_stamped:
            folder = self.live.folder
            self.live.update(publication_of(self.root, self.publisher, site_options(project), folder, folder))
            show(problems)


def serve(served: ServedProject, address: str) -> None:
    """Serve a project until Ctrl-C or a signal. Raises PublishError if the address cannot be served."""
    own, stop = read_address(address), Event()
    try:
        from milemark.app.live_server import Shown, server  # noqa: PLC0415  only this command needs a web server
    except ModuleNotFoundError as error:
        raise PublishError(f"there is no {error.name}: pip install 'milemark[{served.publisher.name}]'") from error
    shown = Shown()
    with listening(own) as sockets, _interrupts(stop), suppress(KeyboardInterrupt), server(shown, own, sockets):
        seen = changes(served.sources, stop, content_of(served.root).outputs)
        while not stop.is_set():
            is_first = shown.site is None
            served.refresh(lambda problems: shown.show(served.live.site, problems, _base(served.root)))
            if is_first and shown.site:
                served.echo(f"Serving on http://{own}{shown.base}")
            next(seen, None)


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
