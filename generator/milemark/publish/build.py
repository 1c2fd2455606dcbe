"""Building the site of an audience with a publisher, and replacing the last one in one step."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from milemark.foundation.identifiers import composed
from milemark.foundation.layout import BUILD, CONFIG_FILE, PRIVATE, PUBLIC, WELL_KNOWN
from milemark.publish.errors import PublisherNeededError
from milemark.publish.frames import Finish, Publication, unchanged
from milemark.publish.missing_page import NO_WORDS, MissingPage
from milemark.publish.mkdocs_config import node_of, read_config, read_publisher_settings
from milemark.publish.publishers import Job, Publisher, run
from milemark.publish.site_settings import settings_of_roadmap, settings_of_tree
from milemark.publish.staging import staged
from milemark.publish.stamping import stamp

_NO_INDEX = b'<meta name="robots" content="noindex, nofollow">'
_HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """The language, day and audience of a site. `is_shown` tells whether a page is public; None publishes all.

    `finish` gets the path and the HTML of each HTML file of the site, and returns the HTML to write; `inspect` gets the
    folder of the finished site and the one that it will replace; it may change files, or raise.
    `nav` is the navigation of a project without one. `title` and `description` are those of the roadmap, for a
    mkdocs.yml that has none of its own. `missing` are the words of the page for missing addresses.
    """

    locale: str
    as_of: date
    audience: str = PUBLIC
    is_shown: Callable[[str], bool] | None = None
    inspect: Callable[[Path, Path], None] | None = None
    finish: Finish = unchanged
    nav: tuple[Any, ...] = ()
    title: str = ""
    description: str = ""
    missing: MissingPage = NO_WORDS


class BuiltSite(NamedTuple):
    """The folder of a site; `is_stamped` if the publisher has made frames at most."""

    folder: Path
    is_stamped: bool


def publish(
    root: Path, publisher: Publisher, options: SiteOptions, *, is_strict: bool, is_full: bool = False
) -> BuiltSite:
    """Build the site with a publisher. Raises PublishError; the last site is then kept.

    Of a full build, the publisher builds all pages.
    """
    settings = read_publisher_settings(root, options.audience)
    target = root / settings.site_dir
    with staged(root / BUILD, target) as staging:
        publication = publication_of(root, publisher, options, staging, target)
        warnings, is_stamped = _built(publication, is_strict=is_strict, is_full=is_full)
        _copy_well_known(root / settings.docs_dir, staging)
        options.missing.write(staging, settings.site_url)
        if options.audience == PRIVATE:
            _keep_from_search_engines(staging)
        if options.inspect:
            options.inspect(staging, target)
    if warnings:
        sys.stderr.write(warnings + "\n")
    return BuiltSite(target, is_stamped)


def _built(publication: Publication, *, is_strict: bool, is_full: bool) -> tuple[str, bool]:
    """Write the site into its staging folder. Return the publisher's warnings, and whether the site is stamped."""
    note = ""
    try:
        if not is_full:
            return stamp(publication, is_strict=is_strict), True
    except PublisherNeededError as reason:
        note = f"note: {publication.publisher.title} builds every page of the site: {reason}\n"
        shutil.rmtree(publication.job.site, ignore_errors=True)
    warnings = run(publication.publisher, publication.job, publication.variables, is_strict=is_strict)
    _finish(publication)
    sys.stderr.write(note)
    return warnings, False


def _finish(publication: Publication) -> None:
    site = publication.job.site
    for path in site.rglob("*.html"):
        html = path.read_bytes()
        finished = publication.finish(path.relative_to(site).as_posix(), html.decode("utf-8", "surrogateescape"))
        path.write_bytes(finished.encode("utf-8", "surrogateescape"))


def publication_of(root: Path, publisher: Publisher, options: SiteOptions, site: Path, last: Path) -> Publication:
    """Return how to publish the page tree of a project into a folder. `last` is the last site."""
    settings = read_publisher_settings(root, options.audience)
    return Publication(
        publisher,
        job_of(root, site, last, options),
        environment(options.locale, options.as_of),
        settings,
        options.finish,
        options.missing,
    )


def job_of(root: Path, site: Path, last: Path, options: SiteOptions) -> Job:
    """Return the paths and settings of a build."""
    return Job(root / CONFIG_FILE, site, last, _changes(root, options))


def _changes(root: Path, options: SiteOptions) -> str:
    """Return the settings that override mkdocs.yml: what it leaves to the roadmap, and a nav of the pages shown."""
    tree = read_config(root / CONFIG_FILE)
    docs = read_publisher_settings(root, options.audience).docs_dir
    settings = {
        **({"docs_dir": docs} if options.audience == PRIVATE else {}),
        **settings_of_roadmap(tree, {"site_name": options.title, "site_description": options.description}),
        **settings_of_tree(tree, root / docs, options.nav),
    }
    written = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False) if settings else ""
    nav = node_of(tree, "nav")
    if not isinstance(nav, yaml.SequenceNode):
        return written
    shown = _shown_nav(nav, options.is_shown or (lambda _path: True))
    if shown is None or yaml.serialize(shown) == yaml.serialize(nav):
        return written
    key = yaml.ScalarNode("tag:yaml.org,2002:str", "nav")
    return written + yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", [(key, shown)]), allow_unicode=True)


def _shown_nav(node: yaml.Node, is_shown: Callable[[str], bool]) -> yaml.Node | None:
    """Return a node of the nav without private pages, or None if it is empty then; paths are in NFC, as in the tree."""
    if isinstance(node, yaml.SequenceNode):
        items = [each for each in (_shown_nav(each, is_shown) for each in node.value) if each]
        return yaml.SequenceNode(node.tag, items, flow_style=node.flow_style) if items else None
    if isinstance(node, yaml.MappingNode):
        pairs = [(key, shown) for key, value in node.value if (shown := _shown_nav(value, is_shown))]
        return yaml.MappingNode(node.tag, pairs, flow_style=node.flow_style) if pairs else None
    path = composed(str(node.value))
    if not is_shown(path.strip("/")):
        return None
    return node if path == node.value else yaml.ScalarNode(node.tag, path)


def _copy_well_known(docs: Path, site: Path) -> None:
    """Copy the one hidden folder of a site, since publishers leave out hidden files."""
    if (docs / WELL_KNOWN).is_dir():
        shutil.copytree(docs / WELL_KNOWN, site / WELL_KNOWN, dirs_exist_ok=True)


# Written into the finished HTML, since no publisher has a setting for it.
def _keep_from_search_engines(site: Path) -> None:
    """Forbid search engines to index the private site, in case it is published by mistake."""
    for path in site.rglob("*.html"):
        html = path.read_bytes()
        path.write_bytes(_HEAD.sub(lambda head: head[0] + _NO_INDEX, html, count=1))
    (site / "robots.txt").write_text("User-agent: *\nDisallow: /\n", "utf-8")


def environment(locale: str, as_of: date) -> dict[str, str]:
    """Return the variables that mkdocs.yml may read, and the fixed time that makes builds reproducible."""
    noon = str(int(datetime.combine(as_of, time(12), UTC).timestamp()))
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or noon
    return {"SOURCE_DATE_EPOCH": epoch, "NO_MKDOCS_2_WARNING": "1", "MILEMARK_LOCALE": locale}
