"""A site that follows its sources: what is saved is generated, and the publisher's own server shows it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import FrameType

from milemark.app.build import edition_of, generate
from milemark.app.project import Project
from milemark.app.watch import changes
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import script_value
from milemark.foundation.layout import BUILD, CONFIG_FILE, CONTENT, TEMPLATES
from milemark.output.site.renderer import packaged_templates
from milemark.publish.build import environment, job_of
from milemark.publish.mkdocs_config import read_publisher_settings
from milemark.publish.publishers import Publisher, PublishError, serve_command
from milemark.publish.staging import exclusive
from milemark.publish.tree import update_tree
from milemark.roadmap.load import Memory

_SCRIPT = "assets/milemark.js"  # every page loads it, so that it can say what is wrong
_BANNER = "serve.js"
_PATIENCE = 5  # seconds that the publisher has to end


@dataclass(frozen=True, slots=True)
class Served:
    """A project that is served. `read` reads it, `problems` says what is wrong with it, `say` prints."""

    root: Path
    read: Callable[[Memory], Project]
    problems: Callable[[Project], tuple[str, ...]]
    say: Callable[[str], None]
    memory: Memory = field(default_factory=Memory)
    trees: list[Path] = field(default_factory=list)  # where the pages stood last, should mkdocs.yml break

    @property
    def sources(self) -> tuple[Path, ...]:
        """What a build reads."""
        return self.root / CONTENT, self.root / TEMPLATES, self.root / CONFIG_FILE

    def refresh(self) -> Project | None:
        """Write the tree anew, with what is wrong; return nothing where it could not be written."""
        started = time.monotonic()
        try:
            project = self.read(self.memory)
            script = _script(self.root, self.problems(project))
            with exclusive(self.root / BUILD, self.say):
                written = generate(project, {_SCRIPT: script}, is_eager=True)
            self.trees.append(self.root / read_publisher_settings(self.root, project.audience).docs_dir)
        except (UserError, OSError) as problem:
            text = str(problem)
            self.say(f"{text if text.startswith('error') else f'error: {text}'}\nthe pages stay as they were")
            self._warn(str(problem))
            return None
        changed = written.changed + written.removed
        self.say(f"{changed} of {changed + written.unchanged} files are new, {time.monotonic() - started:.2f} s")
        return project

    def _warn(self, problem: str) -> None:
        """Say on the pages that stand why they are old."""
        self._put(_script(self.root, (problem,)))

    def clean(self) -> None:
        """Leave a tree that says nothing of what was wrong."""
        self._put(_own_script(self.root))

    def _put(self, script: bytes) -> None:
        for folder in self.trees[-1:]:
            with suppress(OSError):
                update_tree(folder, {_SCRIPT: script})


def _own_script(root: Path) -> bytes:
    own = root / TEMPLATES / _SCRIPT
    return (own if own.is_file() else packaged_templates() / _SCRIPT).read_bytes()


def _script(root: Path, problems: tuple[str, ...]) -> bytes:
    """Return the script of every page, which says what is wrong where anything is."""
    if not problems:
        return _own_script(root)
    banner = (packaged_templates() / _BANNER).read_bytes()
    return b"%s\nwindow.milemarkProblems = %s;\n%s" % (_own_script(root), script_value(problems).encode(), banner)


def serve(served: Served, publisher: Publisher, address: str) -> None:
    """Serve a project until Ctrl-C or a signal. Raises PublishError where the publisher's server ends by itself."""
    _refuse_taken(address)
    stop = Event()
    with _interrupts(stop), suppress(KeyboardInterrupt):
        try:
            seen = changes(served.sources, stop)
            while (project := served.refresh()) is None:
                next(seen)
            with _server(served.root, publisher, address, project, stop):
                for _changed in seen:
                    served.refresh()
            raise PublishError(f"the server of {publisher.title} has ended")
        finally:
            served.clean()


def _refuse_taken(address: str) -> None:
    """Say that an address is in use before a publisher says it with a traceback."""
    host, _colon, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            raise PublishError(f"{address} is in use: end what serves there, or name another --address")
    except ValueError:
        raise PublishError(f'"{address}" is no address: write it as 127.0.0.1:8000') from None
    except OSError:  # nobody answers
        return


@contextmanager
def _server(root: Path, publisher: Publisher, address: str, project: Project, stop: Event) -> Iterator[None]:
    """Run the publisher's server with all that it starts, and end it; `stop` is set where it ends by itself."""
    edition = edition_of(project)
    variables = {**os.environ, **environment(edition.locale, edition.as_of)}
    site = root / BUILD / "serve"
    with serve_command(publisher, job_of(root, site, site, edition), address) as command:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=root, env=variables, stdin=subprocess.DEVNULL, start_new_session=True
        )
        Thread(target=_tell_the_end, args=(process, stop), daemon=True).start()
        try:
            yield
        finally:
            _end(process)


def _tell_the_end(process: subprocess.Popen[bytes], stop: Event) -> None:
    process.wait()
    stop.set()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started: as Ctrl-C does, and by force where that is not enough."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
            return


@contextmanager
def _interrupts(stop: Event) -> Iterator[None]:
    """Take the end of a terminal and a polite kill as Ctrl-C; a second one does not disturb the end."""

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
