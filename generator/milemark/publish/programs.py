"""The texts of the programs that add words to a site: publishers, and their themes, plugins and Markdown extensions."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

from milemark.publish.publishers import PUBLISHERS

_GROUPS = ("mkdocs.themes", "mkdocs.plugins", "properdocs.themes", "properdocs.plugins", "markdown.extensions")
_EXTENSIONS = "pymdownx"  # is used by its full name, and not registered
_ENDINGS = frozenset({".css", ".html", ".jinja", ".js", ".json", ".map", ".po", ".py", ".txt", ".xml", ".yml"})
_PROSE = re.compile(r'"""(?s:.*?)"""|#.*')  # of Python: no output holds it


def program_texts(own: Iterable[Path]) -> Iterator[str]:
    """Yield the texts of the files of publishers, of what is installed for them, and below the folders `own`."""
    registered = {entry.module.partition(".")[0] for group in _GROUPS for entry in entry_points(group=group)}
    for name in sorted({*PUBLISHERS, _EXTENSIONS, *registered}):
        spec = importlib.util.find_spec(name)
        for place in (spec and spec.submodule_search_locations) or ():
            yield from _texts(Path(place))
    for folder in own:
        yield from _texts(folder)


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _ENDINGS and path.is_file():
            text = path.read_text("utf-8", "replace")
            yield _PROSE.sub("", text) if path.suffix == ".py" else text
