"""The settings of mkdocs.yml that milemark needs."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

from milemark.foundation.content_folder import content_of
from milemark.foundation.layout import CONFIG_FILE, PRIVATE, PRIVATE_SUFFIX, PUBLIC, TEMPLATES
from milemark.markdown.yaml import why_invalid
from milemark.publish.errors import PublishError

_INHERIT = "INHERIT"
_EXTENSIONS = "markdown_extensions"
_IDS = "attr_list"  # the Markdown extension that reads the ids of headings
_WITH_IDS = frozenset({_IDS, "extra"})
_TEXT, _MAPPING = "tag:yaml.org,2002:str", "tag:yaml.org,2002:map"
_SOURCES = (TEMPLATES, ".git")


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
    """Read mkdocs.yml as MkDocs does, with `INHERIT` and `!ENV`. Raises PublishError.

    The folders of the private audience have the suffix `-private`.
    """
    suffix = PRIVATE_SUFFIX if audience == PRIVATE else ""
    settings = host_settings(root / CONFIG_FILE)
    settings = replace(settings, docs_dir=settings.docs_dir + suffix, site_dir=settings.site_dir + suffix)
    _refuse_to_overwrite(root, settings)
    return settings


def host_settings(path: Path) -> PublisherSettings:
    """Read the mkdocs.yml of a site whose pages are not all milemark's. Raises PublishError."""
    config = read_config(path)
    return PublisherSettings(
        _text(config, "docs_dir", "docs").rstrip("/"),
        _text(config, "site_dir", "site").rstrip("/"),
        _flag(config, "use_directory_urls"),
        _text(config, "repo_url"),
        _text(config, "edit_uri"),
        _text(config, "site_url"),
    )


def docs_folder(root: Path) -> Path:
    """Return the folder of pages that mkdocs.yml names, whoever wrote it. Raises PublishError."""
    return root / _text(read_config(root / CONFIG_FILE), "docs_dir", "docs")


def theme_of(root: Path) -> str:
    """Return the name of the theme in mkdocs.yml, or an empty text."""
    path = root / CONFIG_FILE
    theme = node_of(read_config(path), "theme") if path.is_file() else None
    name = node_of(theme, "name") if isinstance(theme, yaml.MappingNode) else theme
    return str(name.value) if isinstance(name, yaml.ScalarNode) else ""


def named_files(root: Path) -> frozenset[str]:
    """Return every text in mkdocs.yml, such as the logo and the stylesheets; empty without a readable mkdocs.yml."""
    try:
        return frozenset(texts_in(read_config(root / CONFIG_FILE)))
    except (PublishError, RecursionError):
        return frozenset()


def nav_paths(root: Path) -> frozenset[str] | None:
    """Return the paths in the `nav` of mkdocs.yml; None if it has no nav that can be read."""
    try:
        nav = node_of(read_config(root / CONFIG_FILE), "nav")
    except (PublishError, RecursionError):
        return None
    return frozenset(text.strip("/") for text in texts_in(nav)) if isinstance(nav, yaml.SequenceNode) else None


def has_nav_plugin(config: yaml.MappingNode) -> bool:
    """Whether the name of a plugin says that it makes the navigation."""
    return any("nav" in name for name in names_in(config, "plugins"))


def is_nav_of_plugin(root: Path) -> bool:
    """Whether a plugin of mkdocs.yml makes the navigation, or the file cannot be read."""
    try:
        return has_nav_plugin(read_config(root / CONFIG_FILE))
    except (PublishError, RecursionError):
        return True


def texts_in(node: yaml.Node) -> Iterator[str]:
    """Yield every text of a YAML tree, in NFC."""
    if isinstance(node, yaml.ScalarNode):
        yield unicodedata.normalize("NFC", node.value)
    elif isinstance(node, yaml.CollectionNode):
        for each in node.value:
            for part in each if isinstance(each, tuple) else (each,):
                yield from texts_in(part)


def names_in(config: yaml.MappingNode, key: str) -> Iterator[str]:
    """Yield the names in a list of `name` and `name: options`, or of a mapping, such as `plugins`."""
    node = node_of(config, key)
    for each in node.value if isinstance(node, yaml.CollectionNode) else ():
        has_options = isinstance(each, yaml.MappingNode) and each.value
        name = each[0] if isinstance(each, tuple) else each.value[0][0] if has_options else each
        yield str(name.value)


def _text(config: yaml.MappingNode, name: str, default: str = "") -> str:
    """Return a text; a missing or empty one has its default. Raises PublishError for another value, as MkDocs does."""
    value = _value(config, name)
    if isinstance(value, str):
        return value
    if value is not None:
        raise _wrong(config, name, "a text: put it in quotation marks")
    return default


def _flag(config: yaml.MappingNode, name: str) -> bool:
    """Return true or false; a missing or empty value is true. Raises PublishError for another value."""
    value = _value(config, name)
    if not isinstance(value, bool | None):
        raise _wrong(config, name, "true or false")
    return value is not False


def _wrong(config: yaml.MappingNode, name: str, expected: str) -> PublishError:
    node = node_of(config, name) or config
    return PublishError(f"{_place(node)}: `{name}` must be {expected}")


def _value(config: yaml.MappingNode, name: str) -> Any:
    node = node_of(config, name)
    return None if node is None else _constructed(node, name)


def node_of(config: yaml.MappingNode, name: str) -> yaml.Node | None:
    """Return the value of a key in a YAML mapping."""
    return next((value for key, value in reversed(config.value) if key.value == name), None)


def _constructed(node: yaml.Node, name: str) -> Any:
    """Return the value of a node, with its environment variables."""
    try:
        return _Loader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PublishError(f"{_place(node)}: milemark cannot read `{name}`: write its value as plain text") from error


class _Loader(yaml.SafeLoader):
    """Constructs plain values and `!ENV`; other tags, which only the publisher knows, are errors."""


_Loader.add_constructor("!ENV", construct_env_tag)


def _place(node: yaml.Node) -> str:
    mark = node.start_mark
    return f"{mark.name}:{mark.line + 1}:{mark.column + 1}"


def read_config(path: Path) -> yaml.MappingNode:
    """Return mkdocs.yml as a YAML tree, merged with the files that it inherits. Raises PublishError.

    It is a tree since it may contain tags that only the publisher knows.
    """
    try:
        return reduce(overridden, [tree for _path, tree in reversed(_inherited(path))])
    except RecursionError as error:
        raise _too_deep(path) from error


def config_files(path: Path) -> tuple[Path, ...]:
    """Return mkdocs.yml and the files that it inherits, as far as they can be read."""
    try:
        return tuple(each for each, _tree in _inherited(path))
    except PublishError:
        return (path,)


def _inherited(path: Path) -> list[tuple[Path, yaml.MappingNode]]:
    """Return mkdocs.yml and the files that it inherits with their trees, from it to the last."""
    found: list[tuple[Path, yaml.MappingNode]] = []
    while True:
        tree = _composed(path)
        found.append((path, tree))
        node = node_of(tree, _INHERIT)
        if node is None:
            return found
        tree.value = [(key, value) for key, value in tree.value if value is not node]
        named = _constructed(node, _INHERIT)
        base = Path(os.path.normpath(path.parent / named)) if isinstance(named, str) else path.parent
        if not base.is_file():
            raise PublishError(f"{_place(node)}: `INHERIT` names no file: there is no {base}")
        if any(base.samefile(each) for each, _tree in found):
            raise PublishError(f"{_place(node)}: `INHERIT` is circular: {base} inherits this file")
        path = base


def changed_config(path: Path, changes: str) -> yaml.MappingNode:
    """Return mkdocs.yml as a YAML tree with changes, given as YAML. Raises PublishError."""
    tree = yaml.compose(changes, yaml.SafeLoader)
    config = read_config(path)
    return overridden(config, tree) if isinstance(tree, yaml.MappingNode) else config


def with_extension(config: yaml.MappingNode, name: str, defaults: Mapping[str, object]) -> yaml.MappingNode:
    """Return a YAML tree with one more Markdown extension; a tree that lists none gets the defaults as well."""
    listed = node_of(config, _EXTENSIONS)
    if listed is None:  # defaults may name functions, which become tags
        listed = yaml.compose(yaml.dump(dict(defaults)), yaml.SafeLoader)
    text, options = yaml.ScalarNode(_TEXT, name), yaml.MappingNode(_MAPPING, [])
    changed: yaml.Node = yaml.SequenceNode("tag:yaml.org,2002:seq", [text])
    if isinstance(listed, yaml.MappingNode):
        changed = yaml.MappingNode(listed.tag, [*listed.value, (text, options)])
    elif isinstance(listed, yaml.SequenceNode):
        changed = yaml.SequenceNode(listed.tag, [*listed.value, text])
    others = [(key, value) for key, value in config.value if key.value != _EXTENSIONS]
    return yaml.MappingNode(config.tag, [*others, (yaml.ScalarNode(_TEXT, _EXTENSIONS), changed)], config.start_mark)


def gives_ids(config: yaml.MappingNode) -> bool:
    """Return whether headings get the ids that the pages give them, as in `# Plan {#plan}`."""
    return any(name.removeprefix("markdown.extensions.") in _WITH_IDS for name in names_in(config, _EXTENSIONS))


def with_ids(config: yaml.MappingNode) -> yaml.MappingNode:
    """Return a YAML tree whose headings get the ids that the pages give them."""
    return config if gives_ids(config) else with_extension(config, _IDS, {})


def overridden(base: yaml.MappingNode, other: yaml.MappingNode) -> yaml.MappingNode:
    """Return a YAML tree with the values of another one in place of its own; mappings in both are merged."""
    merged = {str(key.value): (key, value) for key, value in base.value}
    for key, value in other.value:
        _key, own = merged.get(str(key.value), (key, None))
        is_merged = isinstance(own, yaml.MappingNode) and isinstance(value, yaml.MappingNode)
        merged[str(key.value)] = (key, overridden(own, value) if is_merged else value)
    return yaml.MappingNode(base.tag, list(merged.values()), base.start_mark)


def _too_deep(path: Path) -> PublishError:
    return PublishError(f"{path}: values are nested too deeply")


def _composed(path: Path) -> yaml.MappingNode:
    text = _config_text(path)
    try:
        loader = _Loader(text)
        loader.name = str(path)
        tree = loader.get_single_node()
        if isinstance(tree, yaml.MappingNode):
            loader.flatten_mapping(tree)
    except RecursionError as error:
        raise _too_deep(path) from error
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
    content = content_of(root).path.resolve()
    sources += [content] if content != root.resolve() else []  # outputs in it are not read
    for name, output, others in (("docs_dir", docs, sources), ("site_dir", site, [*sources, docs])):
        overlaps = any(output.is_relative_to(other) or other.is_relative_to(output) for other in others)
        if overlaps or root.resolve().is_relative_to(output):
            raise PublishError(f"{name} in {root / CONFIG_FILE} must be a separate folder, but it is {output}")
    if site.exists() and not site.is_dir():
        raise PublishError(f"{site} is a file: move it away, or name another site_dir")
    if site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file():
        raise PublishError(f"{site} contains files but is not a site: move them away, or name another site_dir")
