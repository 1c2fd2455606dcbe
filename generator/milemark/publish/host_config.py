"""The lines of a host's mkdocs.yml that show the pages of a roadmap, and the settings there that clash with them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from milemark.foundation.globs import matcher
from milemark.publish.mkdocs_config import host_settings, names_in, node_of, read_config, texts_in

_NAV_PLUGINS = ("awesome-nav", "awesome-pages", "literate-nav")  # they read the menu from files of their own

_NO_NAV = "without nav, the menu lists every page: name yours here, too, or let `pages: index` in roadmap.yml make one"


@dataclass(frozen=True, slots=True)
class Advice:
    """Lines to paste, each block with a comment that says where, and sentences about clashes."""

    blocks: tuple[str, ...]
    clashes: tuple[str, ...]


def advice(config: Path, folder: Path) -> Advice:
    """Return the advice for the pages in a folder. Raises PublishError if mkdocs.yml cannot be read."""
    docs = (config.parent / host_settings(config).docs_dir).resolve()
    if not folder.is_relative_to(docs) or folder == docs:
        return Advice((), (f"{folder} is not a folder below docs_dir: name {docs / 'roadmap'}",))
    inner, tree = folder.relative_to(docs).as_posix(), read_config(config)
    return Advice(
        tuple(_blocks(tree, inner, has_parts=(folder / "parts").is_dir())), tuple(_clashes(tree, docs, inner))
    )


def _blocks(tree: yaml.MappingNode, inner: str, *, has_parts: bool) -> Iterator[str]:
    home, rest = f"{inner}/index.md", f"/{inner}/**"
    nav, omitted = node_of(tree, "nav"), node_of(tree, "not_in_nav")
    if nav is None:
        yield f"# {_NO_NAV}\nnav:\n  - Roadmap: {home}"
    elif home not in _paths(nav):
        yield f"# below nav:\n  - Roadmap: {home}"
    if omitted is None:
        yield f"# pages of items are linked, not listed\nnot_in_nav: |\n  {rest}"
    elif not matcher(tuple(str(omitted.value).split("\n")), is_exact=True)(f"{inner}/progress/index.md"):
        yield f"# below not_in_nav:\n  {rest}"
    styles, links = f"{inner}/assets/milemark.css", node_of(tree, "extra_css")
    if has_parts and (links is None or styles not in _paths(links)):
        head = "# below extra_css" if links else "# for pages that include files of its folder parts/\nextra_css"
        yield f"{head}:\n  - {styles}"


def _paths(node: yaml.Node) -> frozenset[str]:
    return frozenset(map(posixpath.normpath, texts_in(node)))


def _clashes(tree: yaml.MappingNode, docs: Path, inner: str) -> Iterator[str]:
    if (docs / f"{inner}.md").is_file():
        yield f"{inner}.md and {inner}/index.md have one address: rename one of them"
    excluded = node_of(tree, "exclude_docs")
    if excluded is not None and matcher(tuple(str(excluded.value).split("\n")), is_exact=True)(f"{inner}/index.md"):
        yield f"exclude_docs leaves {inner}/ out: add `!/{inner}/**` to it"
    for name in names_in(tree, "plugins"):
        if name in _NAV_PLUGINS:
            yield f"the plugin {name} reads the menu from its own file: add {inner}/index.md there instead of to nav"
