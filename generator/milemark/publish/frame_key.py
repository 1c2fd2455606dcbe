"""The inputs on which frames depend, and those that frames do not know."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import yaml
from pathspec import GitIgnoreSpec

from milemark.foundation.cache import digest, version
from milemark.foundation.identifiers import composed
from milemark.publish.errors import PublisherNeededError
from milemark.publish.mkdocs_config import names_in, node_of
from milemark.publish.page_tree import PageTree
from milemark.publish.publishers import MKDOCS, PROPERDOCS, Publisher

_ENV = "!ENV"
_THEME = "material"
# Plugins and Markdown extensions that are known to leave finished HTML and the words of headings alone.
_PLUGINS = frozenset({"search", "material/search"})
_EXTENSION = re.compile(
    r"pymdownx\..*|(markdown\.extensions\.)?(abbr|admonition|attr_list|codehilite|def_list|extra|fenced_code|footnotes"
    r"|md_in_html|meta|nl2br|sane_lists|smarty|tables|toc|wikilinks)"
)
_ADDS_TEXT = frozenset({"auto_append", "glossary"})  # of snippets and abbreviations
_CHOOSES_PAGES = ("hooks", "exclude_docs", "draft_docs")


def refuse_unknown(config: yaml.MappingNode, publisher: Publisher) -> None:
    """Raise PublisherNeededError for a configuration whose pages may depend on more than a frame knows."""
    reasons = (
        publisher not in {MKDOCS, PROPERDOCS} and f"{publisher.title} writes its own search index",
        _name_of_theme(config) != _THEME and "its theme is not Material",
        not any(node_of(config, name) for name in ("nav", "not_in_nav")) and "each page stands in the navigation",
        *(f"mkdocs.yml has `{name}`" for name in _CHOOSES_PAGES if node_of(config, name)),
        *(f"milemark does not know the plugin {name}" for name in names_in(config, "plugins") if name not in _PLUGINS),
        *(
            f"milemark does not know the Markdown extension {name}"
            for name in names_in(config, "markdown_extensions")
            if not _EXTENSION.fullmatch(name)
        ),
        *(f"`{name}` adds text to each page" for name in sorted(_ADDS_TEXT & {*_keys(config)})),
    )
    if found := next(filter(None, reasons), None):
        raise PublisherNeededError(str(found))


def navigation(config: yaml.MappingNode) -> Callable[[str], bool]:
    """Return whether a page stands in the navigation: in `nav`, or without one, unless `not_in_nav` matches it."""
    nav, left_out = node_of(config, "nav"), node_of(config, "not_in_nav")
    if isinstance(nav, yaml.SequenceNode):
        return frozenset(composed(path) for path in _leaves(nav)).__contains__
    spec = GitIgnoreSpec.from_lines(str(left_out.value).splitlines() if left_out else ())
    return lambda path: not spec.match_file(path)


def frame_key(config: yaml.MappingNode, root: Path, environment: Mapping[str, str], tree: PageTree) -> str:
    """Return the digest of all inputs of frames: settings, environment, programs, theme, navigation."""
    variables = {name: environment.get(name, os.environ.get(name)) for name in sorted({*_variables(config)})}
    written = yaml.serialize(config, allow_unicode=True)
    pages = (sorted(tree.heads.items()), sorted(tree.texts.items()))
    return digest(
        version(),
        written,
        variables,
        sorted(environment.items()),
        installed_programs(),
        _own_theme(config, root),
        pages,
    )


def _name_of_theme(config: yaml.MappingNode) -> str:
    theme = node_of(config, "theme")
    name = node_of(theme, "name") if isinstance(theme, yaml.MappingNode) else theme
    return str(name.value) if isinstance(name, yaml.ScalarNode) else ""


def _nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    yield node
    for each in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in each if isinstance(each, tuple) else (each,):
            yield from _nodes(part)


def _keys(config: yaml.MappingNode) -> Iterator[str]:
    for node in _nodes(config):
        if isinstance(node, yaml.MappingNode):
            yield from (str(key.value) for key, _value in node.value)


def _leaves(node: yaml.Node) -> Iterator[str]:
    """Yield the values of a navigation, without its titles."""
    if isinstance(node, yaml.ScalarNode):
        yield str(node.value)
    for each in node.value if isinstance(node, yaml.CollectionNode) else ():
        yield from _leaves(each[1] if isinstance(each, tuple) else each)


def _variables(config: yaml.MappingNode) -> Iterator[str]:
    """Yield the words of `!ENV` values: the names of variables, and a default."""
    for node in _nodes(config):
        if node.tag == _ENV:
            yield from (str(each.value) for each in (node.value if isinstance(node, yaml.SequenceNode) else [node]))


def installed_programs() -> list[str]:
    """Return the names and versions of all installed packages."""
    folders = [Path(place) for place in sys.path if Path(place).is_dir()]
    return sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))


def theme_folder(config: yaml.MappingNode, root: Path) -> Path | None:
    """Return the folder of a project's own theme, or None."""
    theme = node_of(config, "theme")
    folder = node_of(theme, "custom_dir") if isinstance(theme, yaml.MappingNode) else None
    return root / str(folder.value) if isinstance(folder, yaml.ScalarNode) else None


def _own_theme(config: yaml.MappingNode, root: Path) -> list[tuple[str, str]]:
    """Return the files of a project's own theme folder with their digests."""
    folder = theme_folder(config, root)
    files = sorted(folder.rglob("*")) if folder else []
    return [(str(path), digest(path.read_bytes())) for path in files if path.is_file()]
