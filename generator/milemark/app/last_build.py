"""The last build of a project: if no input and no output has changed since, there is nothing to build.

A build by the publisher may read anything, so only a stamped site is known to depend on no more than is listed here.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from milemark.foundation.cache import digest, with_index
from milemark.foundation.content_folder import content_of
from milemark.foundation.disk import list_content
from milemark.foundation.layout import CONFIG_FILE, TEMPLATES
from milemark.history.git import NoHistoryError, open_content, state_of
from milemark.publish.frame_key import installed_programs, theme_folder
from milemark.publish.mkdocs_config import config_files, read_config, read_publisher_settings

_LAST = "last build"
# Variables that differ in each shell, and that no program of a build reads.
_OF_SHELLS = frozenset({"_", "OLDPWD", "SHLVL"})


@dataclass(frozen=True, slots=True)
class LastBuild:
    """The last build of a project for an audience, with the `arguments` of the command."""

    root: Path
    audience: str
    arguments: tuple[object, ...]
    started: int = field(default_factory=time.time_ns)

    def text(self) -> str | None:
        """Return what the last build printed on stderr if nothing has changed since, else None."""
        row = with_index(self._place, self._part, lambda index: index.meta(_LAST) if index else None)
        if row is None or row["inputs"] != self._inputs() or row["outputs"] != self._outputs():
            return None
        return str(row["text"])

    def keep(self, text: str) -> None:
        """Keep what this build has printed, unless a file has changed so lately that a change could be missed."""
        if list_content(content_of(self.root)).is_settled(self.started):
            row = {"inputs": self._inputs(), "outputs": self._outputs(), "text": text}
            with_index(self._place, self._part, lambda index: index.write([], [], {_LAST: row}) if index else None)

    @property
    def _place(self) -> Path:
        return content_of(self.root).path

    @property
    def _part(self) -> str:
        return f"build-{self.audience}"

    def _inputs(self) -> str:
        """Return the digest of everything that the pages, their frames and the messages of a build depend on."""
        config = self.root / CONFIG_FILE
        theme = theme_folder(read_config(config), self.root)
        files = _identities([self.root / TEMPLATES, *config_files(config), *([theme] if theme else [])])
        variables = {name: value for name, value in os.environ.items() if name not in _OF_SHELLS}
        terminal = (Path.cwd(), sys.stderr.isatty())
        made_of = (list_content(content_of(self.root)).fingerprint, self._history(), installed_programs())
        return digest(self.arguments, [*files], sorted(variables.items()), terminal, made_of)

    def _outputs(self) -> str:
        """Return the digest of the page tree and the site, without the content of files."""
        settings = read_publisher_settings(self.root, self.audience)
        return digest([*_identities([self.root / settings.docs_dir, self.root / settings.site_dir])])

    def _history(self) -> str:
        try:
            return state_of(open_content(self.root))
        except NoHistoryError:
            return ""


def _identities(places: Iterable[Path]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the path and the file status of each file at or below some places."""
    for place in places:
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in found:
            if path.is_file():
                status = path.stat()
                yield str(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


class Recorder(io.TextIOBase):
    """A stream that keeps what is written to another one."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.written = stream, list[str]()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the other stream."""
        return self.stream.encoding

    def write(self, text: str) -> int:
        """Write a text to the other stream, and keep it."""
        length = self.stream.write(text)
        self.written.append(text)
        return length

    def flush(self) -> None:
        """Flush the other stream."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Whether the other stream is a terminal."""
        return self.stream.isatty()


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Record what the block writes on stderr."""
    recorder = Recorder(sys.stderr)
    with redirect_stderr(recorder):
        yield recorder
