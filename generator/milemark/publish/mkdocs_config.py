"""The settings of mkdocs.yml that milemark needs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from milemark.foundation.layout import CONFIG_FILE, CONTENT, PRIVATE, PUBLIC, TEMPLATES
from milemark.markdown.yaml import why_invalid
from milemark.publish.publishers import PublishError

PRIVATE_SUFFIX = "-private"  # of the folders of the private site
_SOURCES = (CONTENT, TEMPLATES, ".git")


@dataclass(frozen=True, slots=True)
class PublisherSettings:
    """The settings of mkdocs.yml that milemark reads; all others are for the publisher."""

    docs_dir: str = "docs"
    site_dir: str = "site"
    use_directory_urls: bool = True
    repo_url: str = ""
    edit_uri: str = ""
    site_url: str = ""


def read_publisher_settings(root: Path, audience: str = PUBLIC) -> PublisherSettings:
    """Read mkdocs.yml as a YAML tree, since it may contain tags that only the publisher knows.

    The folders of the private audience have the suffix `-private`. Raises PublishError.
    """
    tree = read_config(root / CONFIG_FILE)
    values = {
        key.value: value.value
        for key, value in tree.value
        if isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)
    }
    suffix = PRIVATE_SUFFIX if audience == PRIVATE else ""
    settings = PublisherSettings(
        values.get("docs_dir", "docs").rstrip("/") + suffix,
        values.get("site_dir", "site").rstrip("/") + suffix,
        values.get("use_directory_urls", "true").lower() != "false",
        values.get("repo_url", ""),
        values.get("edit_uri", ""),
        values.get("site_url", ""),
    )
    _refuse_to_overwrite(root, settings)
    return settings


def named_files(root: Path) -> frozenset[str]:
    """Return every text in mkdocs.yml, such as the logo and the stylesheets; empty without a readable mkdocs.yml."""
    try:
        tree = read_config(root / CONFIG_FILE)
    except PublishError:
        return frozenset()
    return frozenset(_texts(tree))


def _texts(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield unicodedata.normalize("NFC", node.value)
    elif isinstance(node, yaml.CollectionNode):
        for each in node.value:
            for part in each if isinstance(each, tuple) else (each,):
                yield from _texts(part)


def read_config(path: Path) -> yaml.MappingNode:
    """Return mkdocs.yml as a YAML tree. Raises PublishError."""
    text = _config_text(path)
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise PublishError(f"{path}: values are nested too deeply") from error
    except yaml.YAMLError as error:
        finding = why_invalid(str(path), text, error)
        hint = f"\n  = {finding.hint_in(str)}"
        raise PublishError(f"{finding.span}: this is not valid YAML: {finding.values['problem']}{hint}") from error
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
    """Refuse output folders that contain sources, each other, or files that are not a site."""
    docs, site = (root / settings.docs_dir).resolve(), (root / settings.site_dir).resolve()
    sources = [(root / name).resolve() for name in _SOURCES]
    for name, output, others in (("docs_dir", docs, sources), ("site_dir", site, [*sources, docs])):
        overlaps = any(output.is_relative_to(other) or other.is_relative_to(output) for other in others)
        if overlaps or root.resolve().is_relative_to(output):
            raise PublishError(f"{name} in {root / CONFIG_FILE} must be a separate folder, but it is {output}")
    if site.exists() and not site.is_dir():
        raise PublishError(f"{site} is a file: move it away, or name another site_dir")
    if site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file():
        raise PublishError(f"{site} contains files but is not a site: move them away, or name another site_dir")
