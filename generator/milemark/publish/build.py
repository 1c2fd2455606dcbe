"""One run of a publisher: the site of an audience, put in place at once."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import yaml

from milemark.foundation.layout import BUILD, CONFIG_FILE, PRIVATE, PUBLIC
from milemark.publish.mkdocs_config import _APART, _read_config, read_publisher_settings
from milemark.publish.publishers import Job, Publisher, run
from milemark.publish.staging import staged

_CACHE = ".cache"
_NO_INDEX = b'<meta name="robots" content="noindex, nofollow">'
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """The language, day and audience of a site. `is_shown` says whether a page is published; None publishes all."""

    locale: str
    as_of: date
    audience: str = PUBLIC
    is_shown: Callable[[str], bool] | None = None


def publish(root: Path, publisher: Publisher, edition: SiteOptions, *, is_strict: bool) -> Path:
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


def job_of(root: Path, site: Path, last: Path, edition: SiteOptions) -> Job:
    """Return what a publisher has to do. What it keeps for one audience is never used for another."""
    cache = root / BUILD / (_CACHE + (_APART if edition.audience == PRIVATE else ""))
    return Job(root / CONFIG_FILE, site, last, cache, _changes(root, edition))


def _changes(root: Path, edition: SiteOptions) -> str:
    """Return settings that take the place of those in mkdocs.yml: where the pages are, or a nav of public ones."""
    if edition.audience == PRIVATE:
        return yaml.safe_dump({"docs_dir": read_publisher_settings(root, PRIVATE).docs_dir})
    tree = _read_config(root / CONFIG_FILE)
    nav = next((value for key, value in tree.value if getattr(key, "value", None) == "nav"), None)
    if not isinstance(nav, yaml.SequenceNode) or not edition.is_shown:
        return ""
    shown = _shown_nav(nav, edition.is_shown)
    if shown is None or yaml.serialize(shown) == yaml.serialize(nav):
        return ""
    key = yaml.ScalarNode("tag:yaml.org,2002:str", "nav")
    return yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", [(key, shown)]), allow_unicode=True)


def _shown_nav(node: yaml.Node, is_shown: Callable[[str], bool]) -> yaml.Node | None:
    """Return a part of the nav without private pages, or None where nothing is left of it."""
    if isinstance(node, yaml.SequenceNode):
        items = [each for each in (_shown_nav(each, is_shown) for each in node.value) if each]
        return yaml.SequenceNode(node.tag, items) if items else None
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, shown) for key, value in node.value if (shown := _shown_nav(value, is_shown))]
        return yaml.MappingNode(node.tag, pairs) if pairs else None
    return node if is_shown(str(node.value).strip("/")) else None


# Written into the finished HTML, since no publisher has a setting for it.
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
