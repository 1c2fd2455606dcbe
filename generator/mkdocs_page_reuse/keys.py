"""Keys of the inputs that a published page depends on, and the reasons for which they cannot be known."""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure import StructureItem
    from mkdocs.structure.nav import Navigation

# With these, pages depend only on the inputs in the keys. Any other plugin, hook or extension may read files, the
# network or the clock, or make one page depend on another: then each build renders every page.
SAFE_PLUGINS = ("search", "material/search")
SAFE_THEMES = ("material", "mkdocs")  # they show nothing of other pages but the inputs of `nav_key`
_MARKDOWN = (
    "abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs legacy_em md_in_html meta "
    "nl2br sane_lists smarty tables toc wikilinks"
)
_PYMDOWNX = (
    "arithmatex betterem caret critic details emoji escapeall extra fancylists highlight inlinehilite keys magiclink "
    "mark progressbar quotes saneheaders smartsymbols striphtml superfences tabbed tasklist tilde blocks.admonition "
    "blocks.caption blocks.definition blocks.details blocks.html blocks.tab"
)
SAFE_EXTENSIONS = {f"pymdownx.{name}" for name in _PYMDOWNX.split()} | {
    prefix + name for name in _MARKDOWN.split() for prefix in ("", "markdown.extensions.")
}
_SAFE_CODE = ("markdown", "pymdownx", "material", "mkdocs", "properdocs")  # functions that mkdocs.yml may name
_ELSEWHERE = re.compile(r"\b(pages|nav|nav_item|navigation|parent|ancestors|children|homepage|\w+_page)\b")
_OWN = ("plugin.py", "fragments.py", "html_pages.py", "keys.py")
_NAV_META = ("icon", "status", "subtitle", "encrypted")


class NotPlainError(Exception):
    """The effect of a value in the configuration is unknown."""


def digest(*parts: object, secret: bytes = b"") -> str:
    """Return a digest of texts, bytes, numbers and lists of them; with a secret, a signature."""
    key = blake2b(digest_size=16, key=secret[: blake2b.MAX_KEY_SIZE])
    for part in parts:
        data = (
            part if isinstance(part, bytes) else json.dumps(part, ensure_ascii=False).encode("utf-8", "surrogatepass")
        )
        key.update(b"%d %s" % (len(data), data))
    return key.hexdigest()


def reason_against(config: MkDocsConfig) -> str:
    """Return the reason for which pages cannot be reused, or an empty text."""
    if logging.getLogger(type(config).__module__.partition(".")[0]).isEnabledFor(logging.DEBUG):
        return "the debug log"
    plugins = [name for name in config.plugins if name not in SAFE_PLUGINS or len(config.plugins) > 1]
    extensions = [name for name in config.markdown_extensions if name not in SAFE_EXTENSIONS]
    if config.hooks or plugins:
        return f"the plugin or hook {[*config.hooks, *plugins][0]}"
    if any(plugin.config.get(name) for plugin in config.plugins.values() for name in ("jieba_dict", "jieba_dict_user")):
        return "a dictionary for the search"
    if extensions:
        return f"the Markdown extension {extensions[0]}"
    try:
        _configuration(config)
    except NotPlainError as error:
        return str(error)
    return ""


def base_key(config: MkDocsConfig) -> str:
    """Return the key of the inputs of all pages: configuration, theme, installed packages, and this package."""
    theme = [*_contents(config.theme.dirs, config.theme.custom_dir), *_contents(_icons(config), None)]
    own = [(Path(__file__).parent / name).read_text("utf-8") for name in _OWN]
    return digest(_configuration(config), theme, own, tools_key(), type(config).__module__)


def tools_key() -> str:
    """Return the key of Python and of the installed packages, by the names of their metadata folders."""
    folders = {folder or "." for folder in sys.path if Path(folder or ".").is_dir()}
    names = sorted(path.name for folder in folders for path in Path(folder).iterdir())
    return digest(sys.version, [name for name in names if name.endswith((".dist-info", ".egg-info"))])


def nav_key(nav: Navigation) -> str:
    """Return the key of the navigation, the only part of other pages that the safe themes show."""
    homepage = nav.homepage.url if nav.homepage else None
    return digest(homepage, [_nav_item(item) for item in nav.items])


def are_templates_known(config: MkDocsConfig) -> bool:
    """Whether a page's HTML depends only on the page, the keys of this module and a fixed time."""
    if config.theme.name not in SAFE_THEMES or "SOURCE_DATE_EPOCH" not in os.environ:
        return False
    own = Path(config.theme.custom_dir or os.devnull).rglob("*")
    return not any(_ELSEWHERE.search(path.read_text("utf-8", "replace")) for path in own if path.is_file())


def _nav_item(item: StructureItem) -> list[object]:
    meta: Mapping[str, Any] = getattr(item, "meta", {})
    shown = [repr(meta.get(name)) for name in _NAV_META]
    children = [_nav_item(child) for child in getattr(item, "children", None) or ()]
    kind = [item.is_page, item.is_section, item.is_link, bool(meta)]
    return [kind, item.title, getattr(item, "url", None), shown, children]


def _configuration(config: MkDocsConfig) -> list[object]:
    """Return the settings of mkdocs.yml, the command line and MkDocs as plain values, without `site_dir`."""
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # MkDocs has no other API
        written = [_plain({**values, "site_dir": None}) for values in config.user_configs]
    single = {name: value for name, value in config.items() if isinstance(value, str | int) and name != "site_dir"}
    return [written, single]


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return ["mapping", *([_plain(key), _plain(item)] for key, item in value.items())]
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return ["date", repr(value)]
    if isinstance(value, functools.partial):
        return ["partial", _plain(value.func), _plain(value.args), _plain(value.keywords)]
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str) and module.partition(".")[0] in _SAFE_CODE:
        return ["code", module, name]
    raise NotPlainError(f"the value {value!r}")


def _icons(config: MkDocsConfig) -> list[str]:
    options = config.mdx_configs.get("pymdownx.emoji", {}).get("options", {})
    return [str(folder) for folder in options.get("custom_icons", [])]


def _contents(folders: list[str], own: str | None) -> Iterator[list[str]]:
    """Yield the paths and digests of a theme's files. The icons of an installed theme depend on its version only."""
    for folder in folders:
        for place, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if folder == own or not name.startswith("."))
            for path in (Path(place, name) for name in sorted(files)):
                yield [str(path), digest(path.read_bytes())]
