"""The programs that make a site of the page tree: MkDocs, ProperDocs and Zensical, on the same mkdocs.yml."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from milemark.problem import ProblemError

AUTO = "auto"
_LEVEL = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) ")
_CHATTER = {"DEBUG", "INFO"}
_SIGNS_OF_LIFE = ("Build started", "Build finished", "No issues found")  # Zensical's, which has no levels
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*", re.MULTILINE)
_ACCELERATED = "milemark.accelerated"  # the publisher's own command line, with pages reused
_TEMPORARY_CONFIG = ".milemark-zensical.yml"


class PublishError(ProblemError):
    """The site could not be published; the message says why, and the last good site stands."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A program that publishes. `name` is its module, its package and what users call it."""

    name: str
    title: str
    first_bad: int | None = None  # the first major version that cannot be used

    @property
    def is_installed(self) -> bool:
        """Whether it can be used here."""
        if importlib.util.find_spec(self.name) is None:
            return False
        try:
            major = int(version(self.name).split(".")[0])
        except (PackageNotFoundError, ValueError):
            return True
        return self.first_bad is None or major < self.first_bad


MKDOCS = Publisher("mkdocs", "MkDocs", 2)
PROPERDOCS = Publisher("properdocs", "ProperDocs")
ZENSICAL = Publisher("zensical", "Zensical")
PUBLISHERS = {each.name: each for each in (MKDOCS, PROPERDOCS, ZENSICAL)}


def choose(name: str = AUTO) -> Publisher:
    """Return a publisher by its name, or the first that is installed. Raises PublishError where it is not there."""
    if name == AUTO:
        found = next((each for each in PUBLISHERS.values() if each.is_installed), None)
        if found is None:
            raise PublishError("no publisher is installed: pip install 'milemark[mkdocs]'")
        return found
    if not PUBLISHERS[name].is_installed:
        raise PublishError(f"{PUBLISHERS[name].title} is not installed: pip install 'milemark[{name}]'")
    return PUBLISHERS[name]


@dataclass(frozen=True, slots=True)
class Job:
    """What to publish and where: mkdocs.yml, the new site, the site it takes the place of, and what is kept between."""

    config: Path
    site: Path
    last: Path
    cache: Path


def run(publisher: Publisher, job: Job, environment: dict[str, str], *, is_strict: bool) -> str:
    """Make a site of the tree that a configuration names; return the publisher's warnings. Raises PublishError."""
    with _command(publisher, job) as command:
        done = subprocess.run(
            [sys.executable, "-m", *command, *(["--strict"] if is_strict else [])],
            cwd=job.config.parent,
            env={**os.environ, **environment, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            text=True,
            errors="replace",
        )
    findings = "\n".join(_findings(done.stdout))
    if done.returncode:
        raise PublishError(f"{publisher.title} could not build the site; the last one stands\n{findings}".rstrip())
    if not (job.site / "index.html").is_file():
        raise PublishError(f"{publisher.title} has made no index.html; the last site stands\n{findings}".rstrip())
    return findings.strip()


def _findings(text: str) -> Iterator[str]:
    """Yield the lines in which a publisher says what is wrong: of a traceback the last, and none of its colours."""
    level = ""  # a message goes on until the next one
    for line in _TRACEBACK.sub("ERROR   -  ", re.sub(r"\x1b\[[\d;]*m", "", text)).splitlines():
        found = _LEVEL.match(line)
        level = found[1] if found else level
        if level not in _CHATTER and not line.startswith(_SIGNS_OF_LIFE):
            yield line


@contextmanager
def serve_command(publisher: Publisher, job: Job, address: str) -> Iterator[list[str]]:
    """Give the command of a publisher's own server, which shows each change of the tree."""
    if publisher is ZENSICAL:
        with _derived(job) as derived:
            yield [ZENSICAL.name, "serve", "--config-file", str(derived), "--dev-addr", address]
    else:  # it has a site of its own, in a temporary folder
        command = ["serve", "--config-file", str(job.config), "--dev-addr", address]
        yield [_ACCELERATED, publisher.name, str(job.cache), "", *command]


@contextmanager
def _command(publisher: Publisher, job: Job) -> Iterator[list[str]]:
    """Give the command that builds into a folder. Zensical takes the folder from its configuration only."""
    if publisher is not ZENSICAL:
        # --quiet would hide warnings from --strict
        command = ["build", "--clean", "--config-file", str(job.config), "--site-dir", str(job.site)]
        yield [_ACCELERATED, publisher.name, str(job.cache), str(job.last), *command]
        return
    with _derived(job) as derived:
        yield [ZENSICAL.name, "build", "--config-file", str(derived)]


@contextmanager
def _derived(job: Job) -> Iterator[Path]:
    """Give a configuration that builds into a folder. It stands beside the user's, since paths begin there."""
    derived, site = job.config.with_name(_TEMPORARY_CONFIG), os.path.relpath(job.site, job.config.parent)
    derived.write_text(f"INHERIT: {job.config.name}\nsite_dir: {site}\n", "utf-8")
    try:
        yield derived
    finally:
        derived.unlink(missing_ok=True)
