"""From the page tree to the site: what mkdocs.yml says of folders, and a publisher that runs on it."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import yaml

from milemark.foundation.layout import BUILD, CONFIG_FILE, CONTENT, PRIVATE, PUBLIC, TEMPLATES
from milemark.markdown.yaml import why_invalid
from milemark.privacy.hidden import NOTHING, Hidden
from milemark.publishers import Job, Publisher, PublishError, run
from milemark.staging import staged

_CACHE = ".cache"
_APART = "-private"  # behind the names of what is made for the owner
_NO_INDEX = b'<meta name="robots" content="noindex, nofollow">'
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)
_SOURCES = (CONTENT, TEMPLATES, ".git")


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """What milemark needs to know of mkdocs.yml; everything else there is between its author and the publisher."""

    docs_dir: str = "docs"
    site_dir: str = "site"
    use_directory_urls: bool = True
    repo_url: str = ""
    edit_uri: str = ""
    site_url: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """What a site is made for: its language, its day, its audience, and what that may not see."""

    locale: str
    as_of: date
    audience: str = PUBLIC
    hidden: Hidden = NOTHING


def read_publisher_settings(root: Path, audience: str = PUBLIC) -> PublisherSettings:
    """Read mkdocs.yml without building its values, since it may hold tags of the publisher.

    What is made for the owner stands beside what is public.
    """
    tree = _read_config(root / CONFIG_FILE)
    found_values = {
        key.value: value.value
        for key, value in tree.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
    apart = _APART if audience == PRIVATE else ""
    settings = PublisherSettings(
        found_values.get("docs_dir", "docs").rstrip("/") + apart,
        found_values.get("site_dir", "site").rstrip("/") + apart,
        found_values.get("use_directory_urls", "true").lower() != "false",
        found_values.get("repo_url", ""),
        found_values.get("edit_uri", ""),
        found_values.get("site_url", ""),
    )
    _refuse_to_overwrite(root, settings)
    return settings


def _read_config(path: Path) -> yaml.MappingNode:
    text = _config_text(path)
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise PublishError(f"{path}: values are nested too deep") from error
    except yaml.YAMLError as error:
        found = why_invalid(str(path), text, error)
        hint = f"\n  = {found.hint_in(str)}"
        raise PublishError(f"{found.span}: this is not valid YAML: {found.values['problem']}{hint}") from error
    if not isinstance(tree, yaml.MappingNode):
        raise PublishError(f"{path}:1:1: this is not a list of `name: value` lines\n  = begin with `site_name: …`")
    return tree


def _config_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise PublishError(f"there is no {CONFIG_FILE} in {path.parent}: `milemark init` writes one") from error
    except UnicodeDecodeError as error:
        raise PublishError(f"{path}: this file is not UTF-8 text\n  = save it as UTF-8") from error


def _refuse_to_overwrite(root: Path, settings: PublisherSettings) -> None:
    """Refuse outputs that would replace what is written by hand, or each other, or a folder that is no site."""
    docs, site = (root / settings.docs_dir).resolve(), (root / settings.site_dir).resolve()
    sources = [(root / name).resolve() for name in _SOURCES]
    for name, output, others in (("docs_dir", docs, sources), ("site_dir", site, [*sources, docs])):
        overlaps = any(output.is_relative_to(other) or other.is_relative_to(output) for other in others)
        if overlaps or root.resolve().is_relative_to(output):
            raise PublishError(f"{name} in {root / CONFIG_FILE} must be a folder of its own: it is {output}")
    if site.exists() and not site.is_dir():
        raise PublishError(f"{site} is a file: move it away, or name another site_dir")
    if site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file():
        raise PublishError(f"{site} holds files, yet is no site: move them away, or name another site_dir")


def publish(root: Path, publisher: Publisher, edition: Edition, *, is_strict: bool) -> Path:
    """Build the site with a publisher and put it in place; return its folder."""
    target = root / read_publisher_settings(root, edition.audience).site_dir
    with staged(root / BUILD, target) as staging:
        job = job_of(root, staging, target, edition)
        warnings = run(publisher, job, environment(edition.locale, edition.as_of), is_strict=is_strict)
        if edition.audience == PRIVATE:
            _keep_from_search_engines(staging)
    if warnings:
        sys.stderr.write(warnings + "\n")
    return target


def job_of(root: Path, site: Path, last: Path, edition: Edition) -> Job:
    """Return what a publisher has to do. What it keeps for one audience is never used for another."""
    cache = root / BUILD / (_CACHE + (_APART if edition.audience == PRIVATE else ""))
    return Job(root / CONFIG_FILE, site, last, cache, _changes(root, edition))


def _changes(root: Path, edition: Edition) -> str:
    """Return settings that take the place of those in mkdocs.yml: where the pages are, or a nav of public ones."""
    if edition.audience == PRIVATE:
        return yaml.safe_dump({"docs_dir": read_publisher_settings(root, PRIVATE).docs_dir})
    tree = _read_config(root / CONFIG_FILE)
    nav = next((value for key, value in tree.value if getattr(key, "value", None) == "nav"), None)
    if not isinstance(nav, yaml.SequenceNode) or not edition.hidden:
        return ""
    shown = _shown_nav(nav, edition.hidden)
    if shown is None or yaml.serialize(shown) == yaml.serialize(nav):
        return ""
    key = yaml.ScalarNode("tag:yaml.org,2002:str", "nav")
    return yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", [(key, shown)]), allow_unicode=True)


def _shown_nav(node: yaml.Node, hidden: Hidden) -> yaml.Node | None:
    """Return a part of the nav without private pages, or None where nothing is left of it."""
    if isinstance(node, yaml.SequenceNode):
        items = [each for each in (_shown_nav(each, hidden) for each in node.value) if each]
        return yaml.SequenceNode(node.tag, items) if items else None
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, shown) for key, value in node.value if (shown := _shown_nav(value, hidden))]
        return yaml.MappingNode(node.tag, pairs) if pairs else None
    return node if hidden.has_page(str(node.value).strip("/")) else None


def _keep_from_search_engines(site: Path) -> None:
    """Say on every page that no search engine may show it, should it stand on the web by mistake."""
    for path in site.rglob("*.html"):
        html = path.read_bytes()
        path.write_bytes(_HEAD.sub(lambda found: found[0] + _NO_INDEX, html, count=1))
    (site / "robots.txt").write_text("User-agent: *\nDisallow: /\n", "utf-8")


def environment(locale: str, as_of: date) -> dict[str, str]:
    """Return the variables that mkdocs.yml may read, and the time that makes two builds the same."""
    noon = str(int(datetime.combine(as_of, time(12), UTC).timestamp()))
    moment = os.environ.get("SOURCE_DATE_EPOCH") or noon
    return {"SOURCE_DATE_EPOCH": moment, "NO_MKDOCS_2_WARNING": "1", "MILEMARK_LOCALE": locale}
