"""The files of a public site for agents: llms.txt, and beside each page its text as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from milemark.app.project import Project
from milemark.foundation.cache import Index, digest, with_index
from milemark.foundation.escaping import url_part
from milemark.foundation.layout import LLMS
from milemark.foundation.pool import map_copies
from milemark.output.site.plain_page import llms_text, plain_markdown
from milemark.output.urls import Addresses
from milemark.publish.mkdocs_config import read_publisher_settings
from milemark.publish.staging import taken
from milemark.publish.tree import Tree

_KNOWN = "pages"
_HEAD_END = re.compile(r"</head>", re.IGNORECASE)


def is_written() -> bool:
    """Whether the library is installed that makes the files: it comes with each publisher's extra."""
    return find_spec("html_to_markdown") is not None


def with_plain_link(file: str, html: str) -> str:
    """Return the HTML of a page with a link to its text."""
    name = url_part(f"{Path(file).stem}.md")
    # Material takes `[rel=alternate]` for another language and asks for its sitemap; a blank keeps it from that.
    tag = f'<link rel="alternate " type="text/markdown" href="{name}">\n'
    return _HEAD_END.sub(lambda end: tag + end[0], html, count=1)


def write_plain_pages(project: Project, site: Path, last: Path) -> None:
    """Write the files into a finished site; a file that the site has already stays. `last` is the last site."""
    settings = read_publisher_settings(project.root)
    addresses = Addresses(settings.site_url, settings.use_directory_urls)
    tree = Tree(project.root / settings.docs_dir)
    pages = [path for path in sorted(tree.manifest) if path.endswith(".md")]
    files = {path: addresses.markdown_file(path) for path in pages if (site / addresses.html_file(path)).is_file()}

    def convert(path: str) -> None:
        (site / files[path]).write_text(plain_markdown((tree.folder / path).read_bytes().decode()), "utf-8")

    def write(index: Index | None) -> None:
        known = (index.meta(_KNOWN) if index else None) or {}
        keys = {path: digest((tree.folder / path).read_bytes()) for path in files}
        same = {
            path for path, file in files.items() if _is_there(site / file, last / file, keys[path], known.get(file))
        }
        others = [path for path in files if path not in same]
        for _written in map_copies(convert, others, len(others)):
            pass
        if index:
            found = {file: (keys[path], digest((site / file).read_bytes())) for path, file in files.items()}
            index.write([], [], {_KNOWN: found})

    with_index(project.folder.path, "plain pages", write)
    if not (site / LLMS).exists():
        text = llms_text(
            project.loaded.roadmap,
            project.language,
            files,
            lambda path: addresses.file(files[path]) or url_part(files[path]),
        )
        (site / LLMS).write_text(text, "utf-8")


def _is_there(target: Path, last: Path, key: str, known: Sequence[str] | None) -> bool:
    """Whether a site has a file, or can take that of the last site.

    `known` are the page and the text of the last build, which may have been killed before its site was in place.
    """
    return target.exists() or (known is not None and known[0] == key and taken(last, target, known[1]))
