"""The navigation of mkdocs.yml, and findings about the file: no repository for `autolink`, collections not in `nav`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from milemark.foundation import rules
from milemark.foundation.content_folder import ContentFolder
from milemark.foundation.diagnostics import Diagnostic, Span
from milemark.foundation.disk import read_bytes
from milemark.foundation.identifiers import composed
from milemark.foundation.layout import CONFIG_FILE, PRIVATE, ROADMAP_FILE
from milemark.foundation.navigation import Navigation
from milemark.markdown.document import Mapping as Written

_MENTIONS_NAV = re.compile(rb"\bnav\b|INHERIT")  # few projects; reading YAML takes longer


def navigation_of(content: ContentFolder) -> Navigation | None:
    """Return the navigation of a project's site; None if there is no site, or if another program makes it."""
    config = content.root / CONFIG_FILE
    if not content.roadmap.is_file() or not config.is_file() or content.host:
        return None
    if not _MENTIONS_NAV.search(config.read_bytes()):
        return Navigation()
    from milemark.publish.mkdocs_config import is_nav_of_plugin, nav_paths

    paths = nav_paths(content.root)
    if paths is None and is_nav_of_plugin(content.root):
        return None
    return Navigation(None if paths is None else tuple(sorted(paths)))


def config_findings(
    content: ContentFolder, audience: str = PRIVATE, data: bytes | None = None
) -> tuple[Diagnostic, ...]:
    """Return findings at `autolink` in roadmap.yml without a `repo_url`, and at collections that `nav` leaves out.

    `data` are the bytes of roadmap.yml if they are known; an editor may show others than the disk has.
    A project without mkdocs.yml, or with one that cannot be read, has no finding: nothing builds it.
    """
    path, root = content.roadmap, content.root
    if not path.is_file() or not (root / CONFIG_FILE).is_file():
        return ()
    try:
        data = read_bytes(path) if data is None else data
    except OSError:
        return ()
    links = _findings(root, data) if b"autolink" in data else ()
    is_own = b"collections" in data and not content.host  # the menu of a host lists the home page only
    return links + (_left_out(root, data, audience) if is_own else ())


def _left_out(root: Path, data: bytes, audience: str) -> tuple[Diagnostic, ...]:
    config = (root / CONFIG_FILE).read_bytes()
    if not re.search(rb"^nav[ \t]*:|INHERIT", config, re.MULTILINE):
        return ()  # most projects; reading YAML takes longer
    from milemark.privacy.hidden import folders_of, private_folders
    from milemark.publish.mkdocs_config import nav_paths
    from milemark.roadmap.settings_file import parse_settings

    settings, paths = parse_settings(data)[0], nav_paths(root)
    if paths is None or rules.NOT_IN_NAV.code in settings.ignore:
        return ()
    hidden = private_folders(settings) if audience != PRIVATE else frozenset()
    named = (name for name in settings.collections if hidden.isdisjoint((name, *folders_of(name))))
    missing = [name for name in named if f"{name}/index.md" not in paths]
    spans = _collection_spans(data) if missing else {}
    return tuple(Diagnostic(rules.NOT_IN_NAV, spans[name], {"name": name}) for name in missing if name in spans)


def _collection_spans(data: bytes) -> Mapping[str, Span]:
    """Return the place of each collection's name in roadmap.yml."""
    from milemark.markdown.yaml import read_yaml

    root = read_yaml(ROADMAP_FILE, data.decode("utf-8-sig", "replace"))[0]
    node = root.get("collections") if root else None
    return {composed(key.text): key.span for key, _node in node.entries} if isinstance(node, Written) else {}


def _findings(root: Path, data: bytes) -> tuple[Diagnostic, ...]:
    from milemark.output.urls import RepositoryUrls  # few projects link mentions
    from milemark.publish.errors import PublishError
    from milemark.publish.mkdocs_config import read_publisher_settings
    from milemark.roadmap.settings_file import parse_settings, setting_span

    settings, _diagnostics = parse_settings(data)
    if not settings.autolink or rules.NO_REPOSITORY.code in settings.ignore:
        return ()
    try:
        publisher = read_publisher_settings(root)
    except (PublishError, RecursionError):
        return ()
    is_known = RepositoryUrls(publisher.repo_url, publisher.edit_uri).is_web
    return () if is_known else (Diagnostic(rules.NO_REPOSITORY, setting_span(data, "autolink")),)
