"""Running a publisher on the page tree, and putting its site in place."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import yaml

from milemark.problem import ProblemError

CONFIG_FILE = "mkdocs.yml"
_CHATTER = ("INFO", "DEBUG")
_SOURCES = ("content", "templates", ".git")


class PublishError(ProblemError):
    """The site could not be published; the message says why, and the last good site stands."""


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """What milemark needs to know of mkdocs.yml; everything else there is between its author and the publisher."""

    docs_dir: str = "docs"
    site_dir: str = "site"
    use_directory_urls: bool = True
    repo_url: str = ""
    edit_uri: str = ""


def read_publisher_settings(root: Path) -> PublisherSettings:
    """Read mkdocs.yml without building its values, since it may hold tags of the publisher."""
    path = root / CONFIG_FILE
    try:
        tree = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise PublishError(f"there is no {CONFIG_FILE} in {root}: `milemark init` writes one") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PublishError(f"{path}: {error}") from error
    pairs = tree.value if isinstance(tree, yaml.MappingNode) else []
    found = {key.value: value.value for key, value in pairs if isinstance(value, yaml.ScalarNode)}
    settings = PublisherSettings(
        found.get("docs_dir", "docs"),
        found.get("site_dir", "site"),
        found.get("use_directory_urls", "true").lower() != "false",
        found.get("repo_url", ""),
        found.get("edit_uri", ""),
    )
    _refuse_to_overwrite(root, settings)
    return settings


def _refuse_to_overwrite(root: Path, settings: PublisherSettings) -> None:
    """Refuse outputs that would replace what is written by hand, or each other, or a folder that is no site."""
    docs, site = (root / settings.docs_dir).resolve(), (root / settings.site_dir).resolve()
    sources = [(root / name).resolve() for name in _SOURCES]
    for name, output, others in (("docs_dir", docs, sources), ("site_dir", site, [*sources, docs])):
        overlaps = any(output.is_relative_to(other) or other.is_relative_to(output) for other in others)
        if overlaps or root.resolve().is_relative_to(output):
            raise PublishError(f"{name} in {root / CONFIG_FILE} must be a folder of its own: it is {output}")
    if site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file():
        raise PublishError(f"{site} holds files, yet is no site: move them away, or name another site_dir")


def publish(root: Path, locale: str, as_of: date, *, is_strict: bool) -> Path:
    """Build the site with MkDocs into a staging folder and swap it in; return the folder of the site."""
    if importlib.util.find_spec("mkdocs") is None:
        raise PublishError("MkDocs is not installed: pip install 'milemark[mkdocs]'")
    settings = read_publisher_settings(root)
    target, staging = root / settings.site_dir, root / "build" / "site-staging"
    command = [sys.executable, "-m", "mkdocs", "build", "--clean"]  # --quiet would hide warnings from --strict
    command += ["--config-file", str(root / CONFIG_FILE), "--site-dir", str(staging)]
    finished = subprocess.run(
        [*command, *(["--strict"] if is_strict else [])],
        cwd=root,
        env=_environment(locale, as_of),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        errors="replace",
    )
    findings = "\n".join(line for line in finished.stdout.splitlines() if not line.startswith(_CHATTER))
    if finished.returncode:
        shutil.rmtree(staging, ignore_errors=True)
        raise PublishError(f"MkDocs could not build the site; the last one stands\n{findings}")
    if findings:
        sys.stderr.write(findings + "\n")
    _swap(staging, target)
    return target


def _environment(locale: str, as_of: date) -> dict[str, str]:
    """Return the variables that mkdocs.yml may read, and the time that makes two builds the same."""
    noon = datetime.combine(as_of, time(12), UTC)
    defaults = {"SOURCE_DATE_EPOCH": str(int(noon.timestamp())), "NO_MKDOCS_2_WARNING": "1"}
    return {**defaults, **os.environ, "MILEMARK_LOCALE": locale}


def _swap(staging: Path, target: Path) -> None:
    old = staging.with_name("site-old")
    shutil.rmtree(old, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)
    staging.rename(target)
    shutil.rmtree(old, ignore_errors=True)
