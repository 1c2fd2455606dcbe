"""The programs that make a site of the page tree: MkDocs, ProperDocs and Zensical, on the same mkdocs.yml."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from milemark.foundation.errors import UserError

AUTO = "auto"
_LEVEL = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) ")
_CHATTER = {"DEBUG", "INFO"}
_SIGNS_OF_LIFE = ("Build started", "Build finished", "No issues found")  # Zensical's, which has no levels
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*", re.MULTILINE)
_PAGE_REUSE = "mkdocs_page_reuse"  # the publisher's own command line, with pages reused


class PublishError(UserError):
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
        from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  `--help` reads PUBLISHERS

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
    """What to publish and where: mkdocs.yml, the new site, the site it takes the place of, and what is kept between.

    `changes` are settings, as YAML, that take the place of those in mkdocs.yml.
    """

    config: Path
    site: Path
    last: Path
    cache: Path
    changes: str = ""


def run(publisher: Publisher, job: Job, environment: dict[str, str], *, is_strict: bool) -> str:
    """Make a site of the tree that a configuration names; return the publisher's warnings. Raises PublishError."""
    import subprocess  # noqa: PLC0415  as above

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
    with _config(publisher, job) as config:
        if publisher is ZENSICAL:
            yield [ZENSICAL.name, "serve", "--config-file", str(config), "--dev-addr", address]
        else:  # it has a site of its own, in a temporary folder
            command = ["serve", "--config-file", str(config), "--dev-addr", address]
            yield [_PAGE_REUSE, publisher.name, str(job.cache), "", *command]


@contextmanager
def _command(publisher: Publisher, job: Job) -> Iterator[list[str]]:
    """Give the command that builds into a folder. Zensical takes the folder from its configuration only."""
    with _config(publisher, job) as config:
        if publisher is ZENSICAL:
            yield [ZENSICAL.name, "build", "--config-file", str(config)]
        else:  # --quiet would hide warnings from --strict
            command = ["build", "--clean", "--config-file", str(config), "--site-dir", str(job.site)]
            yield [_PAGE_REUSE, publisher.name, str(job.cache), str(job.last), *command]


@contextmanager
def _config(publisher: Publisher, job: Job) -> Iterator[Path]:
    """Give the configuration: the user's, or one that changes it and stands beside it, since paths begin there."""
    if publisher is not ZENSICAL and not job.changes:
        yield job.config
        return
    derived = job.config.with_name(f".milemark-{publisher.name}-{job.site.name}.yml")
    site = os.path.relpath(job.site, job.config.parent)
    inherited = f"INHERIT: {job.config.name}\nsite_dir: {site}\n"
    derived.write_text(_changed(job, site) if job.changes else inherited, "utf-8")
    try:
        yield derived
    finally:
        derived.unlink(missing_ok=True)


def _changed(job: Job, site: str) -> str:
    """Return the user's configuration with other settings in it. It is not inherited: Zensical would join two navs."""
    import yaml  # noqa: PLC0415  only where something is changed

    text = f"site_dir: {site}\n{job.changes}"
    own, other = (yaml.compose(each, yaml.SafeLoader) for each in (job.config.read_text("utf-8-sig"), text))
    if own is None or other is None:
        return text
    changed = {key.value for key, _value in other.value}
    own.value = [pair for pair in own.value if pair[0].value not in changed] + other.value
    return yaml.serialize(own, allow_unicode=True)
