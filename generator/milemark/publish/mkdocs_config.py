"""From the page tree to the site: what mkdocs.yml says of folders, and a publisher that runs on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from milemark.foundation.layout import CONFIG_FILE, CONTENT, PRIVATE, PUBLIC, TEMPLATES
from milemark.markdown.yaml import why_invalid
from milemark.publish.publishers import PublishError

_APART = "-private"  # behind the names of what is made for the owner
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
