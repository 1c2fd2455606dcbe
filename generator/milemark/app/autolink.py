"""The finding about `autolink: true` in a project whose mkdocs.yml names no repository."""

from __future__ import annotations

from pathlib import Path

from milemark.foundation import rules
from milemark.foundation.content_folder import ContentFolder
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.disk import read_bytes
from milemark.foundation.layout import CONFIG_FILE


def autolink_findings(content: ContentFolder) -> tuple[Diagnostic, ...]:
    """Return a finding at the line of `autolink` in roadmap.yml if mkdocs.yml has no `repo_url`, or nothing.

    A project without mkdocs.yml, or with one that cannot be read, has no finding: nothing builds it.
    """
    path, root = content.roadmap, content.root
    if not path.is_file() or not (root / CONFIG_FILE).is_file():
        return ()
    try:
        data = read_bytes(path)
    except OSError:
        return ()
    return _findings(root, data) if b"autolink" in data else ()


def _findings(root: Path, data: bytes) -> tuple[Diagnostic, ...]:
    from milemark.output.urls import RepositoryUrls  # noqa: PLC0415  few projects link mentions
    from milemark.publish.errors import PublishError  # noqa: PLC0415  as above
    from milemark.publish.mkdocs_config import read_publisher_settings  # noqa: PLC0415  as above
    from milemark.roadmap.settings_file import parse_settings, setting_span  # noqa: PLC0415  as above

    settings, _diagnostics = parse_settings(data)
    if not settings.autolink or rules.NO_REPOSITORY.code in settings.ignore:
        return ()
    try:
        publisher = read_publisher_settings(root)
    except (PublishError, RecursionError):
        return ()
    is_known = RepositoryUrls(publisher.repo_url, publisher.edit_uri).is_web
    return () if is_known else (Diagnostic(rules.NO_REPOSITORY, setting_span(data, "autolink")),)
