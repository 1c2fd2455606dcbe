"""The page tree within a documentation site that has a theme, extensions and a stylesheet of its own.

A page for such a host is plain Markdown: its headings are the host's to style and to list; everything else is HTML in
elements of milemark, to which the stylesheet is confined. It needs nothing of the host, neither an extension nor a line
of its configuration. Where addresses name folders, each page is the `index.md` of one, since some publishers shift the
addresses in HTML on other pages.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from urllib.parse import unquote, urljoin, urlsplit

from milemark.foundation.escaping import page_attribute
from milemark.markdown.rendering.headings import slug_of
from milemark.publish.errors import PublishError
from milemark.publish.tree_page import PageHeading, read_tree_page

HOME, TIMELINE = "index.md", "timeline.md"
_STYLES, _SCRIPT = "assets/milemark.css", "assets/milemark.js"
_INDEX = "/index.md"
_UNSEARCHED = "search: {exclude: true}\n"
_ADDRESS = re.compile(r'(\s(?:href|src|poster)=")([^"]*)"')
_LINK = re.compile(r"""<a\b(?:"[^"]*"|'[^']*'|[^'"<>])*>|</a>""")
_HREF = re.compile(r'\shref="([^"]*)"')
_REM = re.compile(r"(?<![\w.])(-?\d*\.?\d+)rem\b")
_ROOT = re.compile(r"^(\s*)(?::root|body) \{", re.MULTILINE)
_SLATE = '[data-md-color-scheme="slate"][data-md-color-primary]'
_DARK = ':is([data-md-color-scheme="slate"], [data-bs-theme="dark"]) &'


@dataclass(frozen=True, slots=True)
class HostForm:
    """How a host shows pages.

    `is_directory`: addresses name folders. `is_one_page`: the roadmap is one page, its index. `styles` stand before
    those of pages; the host's search finds the pages that `is_searched`. Pages of the host include the pages of
    `included`, so these have no address of their own; `address` is that of the folder on the web, such as
    `/docs/roadmap/`, and empty if it is not known.
    """

    is_directory: bool = True
    is_one_page: bool = False
    styles: str = ""
    is_searched: Callable[[str], bool] = bool
    included: frozenset[str] = frozenset()
    address: str = ""


def host_files(tree: Mapping[str, bytes], form: HostForm) -> dict[str, bytes]:
    """Return the files of a page tree for a host, by path."""
    texts = {path: data.decode() for path, data in tree.items() if path.endswith(".md")}
    files = {path: data for path, data in tree.items() if path not in texts}
    if _STYLES in files:
        files[_STYLES] = scoped_styles(files[_STYLES].decode(), form.styles).encode()
    included = {path: texts.pop(path) for path in form.included & texts.keys()}
    made = {f"{path.removesuffix('.md')}.html": _included(text, path, form) for path, text in included.items()}
    if form.is_one_page:
        made[HOME] = _one_page(texts, files)
    else:
        made |= {_place(path, form): _host_text(text, path, form) for path, text in texts.items()}
    return files | {path: text.encode() for path, text in made.items()}


def scoped_styles(css: str, before: str = "") -> str:
    """Return a stylesheet that changes only milemark's own elements: its rules are nested in theirs, behind others."""
    css = _ROOT.sub(r"\1& {", css.replace(_SLATE, _DARK))
    css = _REM.sub(r"calc(\1 * var(--mm-rem))", css)
    return f"{before}.mm-page {{\n{css}\n}}\n"


def _place(path: str, form: HostForm) -> str:
    folder, name = posixpath.split(path)
    is_own_folder = form.is_directory and name not in {"index.md", "README.md"}
    return posixpath.join(folder, name.removesuffix(".md")) + _INDEX if is_own_folder else path


def _host_text(text: str, path: str, form: HostForm) -> str:
    page, place = read_tree_page(text), _place(path, form)
    if page is None:  # Markdown of a project's own template: the host renders it
        end = text.find("\n---\n", 3) + 5 if text.startswith("---\n") else 0
        return f"{text[:end]}\n{_links(place)}\n\n{text[end:]}"
    is_searched = form.is_searched(path) or "search" in page.fields
    return _written(page.head if is_searched else page.head + _UNSEARCHED, page.parts, place)


def _written(head: str, parts: Sequence[PageHeading | str], place: str) -> str:
    return f"---\n{head}---\n\n{_links(place)}\n\n{_markdown(parts)}"


def _markdown(parts: Iterable[PageHeading | str]) -> str:
    blocks = (_heading(part) if isinstance(part, PageHeading) else _block(part) for part in _joined(parts))
    return "\n\n".join(blocks) + "\n"


def _included(text: str, path: str, form: HostForm) -> str:
    """Return a page without its title for pages at other addresses: its links begin at the site, or become text."""
    page = read_tree_page(text)
    if page is None:
        raise PublishError(f"{path} needs HTML that is finished: use the packaged templates for it")
    parts = [part for part in page.parts if isinstance(part, str) or part.level > 1]
    if not form.address or form.is_one_page:
        return _markdown(_unlinked(part, ()) for part in parts)
    base = form.address + path.removesuffix(".md") + "/" * form.is_directory
    return _markdown(part if isinstance(part, PageHeading) else _absolute(part, base) for part in parts)


def _absolute(html: str, base: str) -> str:
    def moved(found: re.Match[str]) -> str:
        return f'{found[1]}{page_attribute(urljoin(base, unescape(found[2])))}"'

    return _ADDRESS.sub(moved, html)


def _joined(parts: Iterable[PageHeading | str]) -> Iterator[PageHeading | str]:
    """Yield headings, and the HTML between two of them as one text."""
    for is_text, group in groupby(parts, lambda part: isinstance(part, str)):
        if is_text:
            yield "\n".join(str(part).strip("\n") for part in group)
        else:
            yield from group


def _heading(heading: PageHeading) -> str:
    """Return a heading in Markdown. Its id is an element where a host may make another one of its words."""
    is_common = heading.id.isascii() and "--" not in heading.id and slug_of(heading.words) == heading.id
    anchor = "" if is_common else f'<span id="{heading.id}"></span>'
    return f"{'#' * heading.level} {anchor}{heading.html}"


def _block(html: str) -> str:
    return f'<div class="mm-page"><div class="md-typeset">\n{html}\n</div></div>'


def _links(path: str) -> str:
    """Return the elements that load the stylesheet and the script; HTML allows both within a page."""
    up = "../" * path.count("/")
    styles, script = f'<link rel="stylesheet" href="{up}{_STYLES}">', f'<script src="{up}{_SCRIPT}" defer></script>'
    return f'<div class="mm-page">{styles}{script}</div>'


def _one_page(pages: Mapping[str, str], files: Container[str]) -> str:
    """Return the home page with the timeline below it. Links to other pages become their text."""
    home, timeline = (read_tree_page(pages.get(path, "")) for path in (HOME, TIMELINE))
    if home is None:
        return _host_text(pages[HOME], HOME, HostForm())
    below = [_demoted(part) for part in timeline.parts] if timeline else []
    parts = [*(_unlinked(part, files) for part in home.parts), *(_unlinked(part, ()) for part in below)]
    return _written(home.head, parts, HOME)


def _demoted(part: PageHeading | str) -> PageHeading | str:
    if isinstance(part, str):
        return part
    return PageHeading(min(part.level + 1, 6), part.html, part.id, part.classes, part.end)


def _unlinked(part: PageHeading | str, files: Container[str]) -> PageHeading | str:
    """Return a part of a page without links to pages that are not there."""
    if not isinstance(part, str):
        return part
    open_: list[bool] = []

    def kept(found: re.Match[str]) -> str:
        if found[0] == "</a>":
            return found[0] if open_ and open_.pop() else ""
        open_.append(_leads(found[0], files))
        return found[0] if open_[-1] else ""

    return _LINK.sub(kept, part)


def _leads(tag: str, files: Container[str]) -> bool:
    href = _HREF.search(tag)
    target = urlsplit(unescape(href[1])) if href else None
    return target is None or bool(target.scheme or target.netloc or not target.path) or unquote(target.path) in files
