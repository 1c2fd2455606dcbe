"""The programs that build the site from the page tree: MkDocs, ProperDocs and Zensical, with the same mkdocs.yml."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milemark.foundation.layout import BUILD
from milemark.publish.errors import PublishError
from milemark.publish.zensical_cache import is_own_cache, sign_cache

AUTO = "auto"
_LEVEL = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) ")
_IGNORED_LEVELS = {"DEBUG", "INFO"}
_ZENSICAL_PROGRESS = ("Build started", "Build finished", "No issues found")  # its messages have no levels
_TRACEBACK = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*", re.MULTILINE)
_MADE_FOR_ONE_RUN = ".milemark-"  # begins the name of a configuration
_ADDRESSES = "milemark.publish.zensical_addresses"  # a Markdown extension


@dataclass(frozen=True, slots=True)
class Publisher:
    """A program that builds sites. `name` is its module, its package and its name on the command line."""

    name: str
    title: str
    first_unsupported: int | None = None  # major version

    @property
    def is_installed(self) -> bool:
        """Whether a supported version is installed."""
        from importlib.metadata import PackageNotFoundError, version  # `--help` reads PUBLISHERS

        if importlib.util.find_spec(self.name) is None:
            return False
        try:
            major = int(version(self.name).split(".")[0])
        except (PackageNotFoundError, ValueError):
            return True
        return self.first_unsupported is None or major < self.first_unsupported


MKDOCS = Publisher("mkdocs", "MkDocs", 2)
PROPERDOCS = Publisher("properdocs", "ProperDocs")
ZENSICAL = Publisher("zensical", "Zensical")
PUBLISHERS = {each.name: each for each in (MKDOCS, PROPERDOCS, ZENSICAL)}


def choose(name: str = AUTO) -> Publisher:
    """Return a publisher by name, or with `auto` the first installed one. Raises PublishError if there is none."""
    if name == AUTO:
        first = next((each for each in PUBLISHERS.values() if each.is_installed), None)
        if first is None:
            raise PublishError("no publisher is installed: pip install 'milemark[mkdocs]'")
        return first
    if not PUBLISHERS[name].is_installed:
        raise PublishError(f"{PUBLISHERS[name].title} is not installed: pip install 'milemark[{name}]'")
    return PUBLISHERS[name]


_MATERIAL = "material"
_MATERIAL_ENDS = date(2027, 5, 5)  # as Material for MkDocs says itself


def ending(publisher: Publisher, root: Path) -> str:
    """Return the announced end of what a publisher runs for a project, with the way out, or an empty text."""
    from milemark.publish.mkdocs_config import theme_of  # `--help` reads PUBLISHERS

    if publisher is ZENSICAL or theme_of(root) != _MATERIAL:
        return ""
    return (
        f"with Material for MkDocs, which ends on {_MATERIAL_ENDS}: "
        f"`--publisher {ZENSICAL.name}` builds the same site (pip install 'milemark[{ZENSICAL.name}]')"
    )


@dataclass(frozen=True, slots=True)
class Job:
    """The paths of one build: mkdocs.yml, the new site and the last site.

    `changes` are settings, as YAML, that override those in mkdocs.yml.
    """

    config: Path
    site: Path
    last: Path
    changes: str = ""


def run(publisher: Publisher, job: Job, environment: Mapping[str, str], *, is_strict: bool) -> str:
    """Build a site; return the publisher's warnings. Raises PublishError."""
    import subprocess

    with build_command(publisher, job) as command:
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
        raise PublishError(f"{publisher.title} failed to build; milemark keeps the last site\n{findings}".rstrip())
    if not (job.site / "index.html").is_file():
        raise PublishError(f"{publisher.title} wrote no index.html; milemark keeps the last site\n{findings}".rstrip())
    if publisher is ZENSICAL:
        _show_addresses(job.site)
    return findings.strip()


def _findings(text: str) -> Iterator[str]:
    """Yield the warnings and errors of a publisher's output, without colours; of a traceback only the last line."""
    level = ""  # a message may have several lines
    for line in _TRACEBACK.sub("ERROR   -  ", re.sub(r"\x1b\[[\d;]*m", "", text)).splitlines():
        found = _LEVEL.match(line)
        level = found[1] if found else level
        if level not in _IGNORED_LEVELS and not line.startswith(_ZENSICAL_PROGRESS):
            yield line


@contextmanager
def build_command(publisher: Publisher, job: Job) -> Iterator[list[str]]:
    """Yield the command that builds the site. Zensical reads its folder only from the configuration."""
    with _config(publisher, job) as config:
        if publisher is ZENSICAL:
            build = job.config.parent / BUILD
            is_own = is_own_cache(job.config.parent, build)
            yield [ZENSICAL.name, "build", "--config-file", str(config), *([] if is_own else ["--clean"])]
            sign_cache(job.config.parent, build)
        else:  # --quiet would hide warnings from --strict
            yield [publisher.name, "build", "--clean", "--config-file", str(config), "--site-dir", str(job.site)]


@contextmanager
def _config(publisher: Publisher, job: Job) -> Iterator[Path]:
    """Yield the user's configuration, or a changed one in the same folder, since its paths are relative to that."""
    if publisher is not ZENSICAL and not job.changes and _gives_ids(job.config):
        yield job.config
        return
    derived = job.config.with_name(f"{_MADE_FOR_ONE_RUN}{publisher.name}-{job.site.name}.yml")
    derived.write_text(_changed(publisher, job), "utf-8")
    try:
        yield derived
    finally:
        derived.unlink(missing_ok=True)


def _gives_ids(path: Path) -> bool:
    from milemark.publish.mkdocs_config import gives_ids, read_config  # `--help` reads PUBLISHERS

    return gives_ids(read_config(path))


def _changed(publisher: Publisher, job: Job) -> str:
    """Return the user's configuration with the changes. With INHERIT, Zensical would merge both navs."""
    import yaml  # only changes need it

    from milemark.publish.mkdocs_config import changed_config, with_extension, with_ids

    site = os.path.relpath(job.site, job.config.parent)
    config = changed_config(job.config, f"site_dir: {site}\n{job.changes}")
    if publisher is ZENSICAL:
        config = with_extension(config, _ADDRESSES, _zensical_extensions())
    return yaml.serialize(with_ids(config), allow_unicode=True)


def _show_addresses(site: Path) -> None:
    from milemark.publish.zensical_addresses import show_addresses  # it imports Python-Markdown

    show_addresses(site)


def _zensical_extensions() -> Mapping[str, object]:
    """Return the Markdown extensions that Zensical uses for a configuration without any."""
    from zensical.config import DEFAULT_MARKDOWN_EXTENSIONS  # an optional package

    return dict(DEFAULT_MARKDOWN_EXTENSIONS)
