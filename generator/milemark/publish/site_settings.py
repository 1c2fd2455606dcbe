"""Settings that mkdocs.yml leaves to milemark: the title, the navigation and the icon of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from milemark.foundation.escaping import html_text
from milemark.publish.mkdocs_config import has_nav_plugin, node_of

_ENV, _OF_MILEMARK = "!ENV", "MILEMARK_"
_ICONS = ("favicon.svg", "favicon.png", "favicon.ico", "assets/milemark-icon.svg")


def settings_of_roadmap(config: yaml.MappingNode, values: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that mkdocs.yml lacks or takes from milemark: `site_name: !ENV [MILEMARK_TITLE, Roadmap]`."""
    left = {name: value for name, value in values.items() if value and _is_left(node_of(config, name))}
    return {name: html_text(value) for name, value in left.items()}  # themes print them unescaped


def _is_left(node: yaml.Node | None) -> bool:
    if node is None or node.tag != _ENV:
        return node is None
    words = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return str(words[0].value).startswith(_OF_MILEMARK)


def settings_of_tree(config: yaml.MappingNode, docs: Path, nav: Sequence[Any]) -> dict[str, Any]:
    """Return the navigation, without pages that the tree lacks, and the icon, each if mkdocs.yml has none."""
    found: dict[str, Any] = {}
    if nav and node_of(config, "nav") is None and not has_nav_plugin(config):
        found["nav"] = _shown(nav, docs)
        if node_of(config, "not_in_nav") is None:
            found["not_in_nav"] = "*\n"
    theme = node_of(config, "theme")
    icon = next((name for name in _ICONS if (docs / name).is_file()), "")
    if icon and isinstance(theme, yaml.MappingNode) and node_of(theme, "favicon") is None:
        found["theme"] = {"favicon": icon}
    return found


def _shown(nav: Sequence[Mapping[str, Any]], docs: Path) -> list[Mapping[str, Any]]:
    found = [{title: _existing(paths, docs) for title, paths in each.items()} for each in nav]
    return [each for each in found if all(each.values())]


def _existing(paths: str | Sequence[str], docs: Path) -> str | list[str]:
    if isinstance(paths, str):
        return paths if (docs / paths).is_file() else ""
    return [path for path in paths if (docs / path).is_file()]
