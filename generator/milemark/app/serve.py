"""A site that follows its sources: each save rewrites the page tree, and the publisher's server shows it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import FrameType

from milemark.app.build import generate, site_options
from milemark.app.front_door import SocketAddress, front_door, hidden_address, read_address
from milemark.app.project import Project
from milemark.app.watch import changes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import script_value
from milemark.foundation.layout import BUILD, CONFIG_FILE, CONTENT, TEMPLATES
from milemark.output.site.renderer import packaged_templates
from milemark.output.text.diagnostics import FormatContext, as_text
from milemark.publish.build import environment, job_of
from milemark.publish.errors import PublishError
from milemark.publish.mkdocs_config import config_files, read_publisher_settings
from milemark.publish.publishers import Publisher, serve_command
from milemark.publish.staging import exclusive
from milemark.publish.tree import update_tree
from milemark.roadmap.load import Memory

_SCRIPT = "assets/milemark.js"  # every page loads it: to show errors changes one file, not every page
_BANNER = "serve.js"
_SUPERVISOR = "milemark.publish.supervisor"
_PATIENCE = 5  # seconds that the publisher gets to stop


@dataclass(frozen=True, slots=True)
class ServedProject:
    """A project to serve. `report_errors` prints its findings and returns its errors; `echo` prints a message."""

    root: Path
    read: Callable[[Memory], Project]
    report_errors: Callable[[Project], tuple[str, ...]]
    echo: Callable[[str], None]
    memory: Memory = field(default_factory=Memory)
    trees: list[Path] = field(default_factory=list)  # the last page trees, for a mkdocs.yml that breaks

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folders and files that a build reads."""
        return self.root / CONTENT, self.root / TEMPLATES, *config_files(self.root / CONFIG_FILE)

    def refresh(self) -> Project | None:
        """Write the page tree with the errors it shows; return None if that failed."""
        started = time.monotonic()
        try:
            project = self.read(self.memory)
            script = _script(self.root, self.report_errors(project))
            with exclusive(self.root / BUILD, self.echo):
                written = generate(project, {_SCRIPT: script}, is_eager=True)
            self.trees.append(self.root / read_publisher_settings(self.root, project.audience).docs_dir)
        except (UserError, OSError) as error:
            text = str(error)
            self.echo(f"{text if text.startswith('error') else f'error: {text}'}\nkeeping the last good pages")
            self._put(_script(self.root, (text,)))
            return None
        if project.page_findings:
            context = FormatContext(project.text_of, project.language.gettext, CONTENT)
            self.echo(as_text(project.page_findings, context))
        changed = written.changed + written.removed
        self.echo(f"rebuilt {changed} of {changed + written.unchanged} files in {time.monotonic() - started:.2f} s")
        return project

    def clean(self) -> None:
        """Remove the errors from the page tree."""
        self._put(_own_script(self.root))

    def _put(self, script: bytes) -> None:
        for folder in self.trees[-1:]:
            with suppress(OSError):
                update_tree(folder, {_SCRIPT: script})


def _own_script(root: Path) -> bytes:
    own = root / TEMPLATES / _SCRIPT
    return (own if own.is_file() else packaged_templates() / _SCRIPT).read_bytes()


def _script(root: Path, errors: tuple[str, ...]) -> bytes:
    """Return the script of every page; with errors, it shows them."""
    if not errors:
        return _own_script(root)
    banner = (packaged_templates() / _BANNER).read_bytes()
    return b"%s\nwindow.milemarkProblems = %s;\n%s" % (_own_script(root), script_value(errors).encode(), banner)


def serve(served: ServedProject, publisher: Publisher, address: str) -> None:
    """Serve a project until Ctrl-C or a signal. Raises PublishError if the publisher's server stops by itself."""
    own, behind = read_address(address), hidden_address()
    stop = Event()
    with front_door(own, behind), _interrupts(stop), suppress(KeyboardInterrupt):
        try:
            seen = changes(served.sources, stop)
            while (project := served.refresh()) is None:
                next(seen)
            with _server(served, publisher, (own, behind), project, stop):
                for _changed in seen:
                    served.refresh()
            raise PublishError(f"the server of {publisher.title} stopped")
        finally:
            served.clean()


@contextmanager
def _server(
    served: ServedProject,
    publisher: Publisher,
    addresses: tuple[SocketAddress, SocketAddress],
    project: Project,
    stop: Event,
) -> Iterator[None]:
    """Run the publisher's server in a process group, and stop it; sets `stop` where it stops by itself.

    `addresses` are that of the front door and the one behind it, at which the publisher's server listens.
    """
    own, behind = addresses
    settings = site_options(project)
    variables = {**os.environ, **environment(settings.locale, settings.as_of)}
    site = served.root / BUILD / "serve"
    with serve_command(publisher, job_of(served.root, site, site, settings), str(behind)) as command:
        process = subprocess.Popen(
            [sys.executable, "-m", _SUPERVISOR, *command],
            cwd=served.root,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        Thread(target=_set_at_end, args=(process, stop), daemon=True).start()
        Thread(target=_echo_lines, args=(process, str(behind), str(own), served.echo), daemon=True).start()
        try:
            yield
        finally:
            _stop_group(process)


def _echo_lines(process: subprocess.Popen[bytes], hidden: str, shown: str, echo: Callable[[str], None]) -> None:
    """Print the lines of the publisher's server with the address of the front door."""
    for line in process.stdout or ():
        echo(line.decode("utf-8", "replace").rstrip().replace(hidden, shown))


def _set_at_end(process: subprocess.Popen[bytes], stop: Event) -> None:
    process.wait()
    stop.set()


def _stop_group(process: subprocess.Popen[bytes]) -> None:
    """Stop a process group: as Ctrl-C does, and by force where that is not enough."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
            return


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
