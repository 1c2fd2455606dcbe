"""The files of a site that list its pages: the search index and the sitemap, in the format of MkDocs and Material."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from markupsafe import escape

LISTS = SEARCH, SITEMAP, ZIPPED = "search/search_index.json", "sitemap.xml", "sitemap.xml.gz"
_DOCS = re.compile(r'"docs":\[.*', re.DOTALL)
_URL = re.compile(r"\s*<url>.*?</url>", re.DOTALL)
_LOCATION = re.compile(r"<loc>(.*?)</loc>")
_INDEX = ("index", "README")


def address_of(path: str, *, is_directory: bool) -> str:
    """Return the address of a page below the site's: `a/b.md` is `a/b/`, or `a/b.html` without directories."""
    place = PurePosixPath(path)
    folder = "" if place.parent == PurePosixPath() else f"{place.parent}/"
    if place.stem in _INDEX:
        return quote(folder if is_directory else f"{folder}index.html")
    return quote(f"{folder}{place.stem}{'/' if is_directory else '.html'}")


def file_of(path: str, *, is_directory: bool) -> str:
    """Return the file of a page in the site: `a/b.md` is `a/b/index.html`."""
    place = PurePosixPath(path)
    if place.stem in _INDEX:
        return (place.parent / "index.html").as_posix()
    return (place.with_suffix("") / "index.html" if is_directory else place.with_suffix(".html")).as_posix()


def pages_at(file: str, *, is_directory: bool) -> tuple[str, ...]:
    """Return the pages that a file of the site may be of: `a/b.md` and `a/b/index.md` for `a/b/index.html`."""
    place = PurePosixPath(file)
    beside = place.with_suffix("") if place.name != "index.html" else place.parent
    found = (f"{beside}.md", *(f"{place.parent / name}.md" for name in _INDEX))
    return tuple(path for path in found if file_of(path, is_directory=is_directory) == file)


def in_order(paths: Iterable[str]) -> list[str]:
    """Return paths in the publisher's order: of each folder first its index, then its pages, then its folders."""

    def key(path: str) -> tuple[tuple[int, bool, str], ...]:
        *folders, name = PurePosixPath(path).parts
        is_page = name.rpartition(".")[0] not in _INDEX
        return (*((1, True, folder) for folder in folders), (0, is_page, name))

    return sorted(paths, key=key)


def search_entries(address: str, fields: Mapping[str, Any], content: str) -> str:
    """Return the entries of a page in the search index, as JSON without the brackets of the list."""
    from material.plugins.search.plugin import SearchIndex  # only changed pages need it

    index = SearchIndex()
    page = SimpleNamespace(meta=fields, content=content, toc=(), url=address, title=fields["title"])
    index.add_entry_from_context(page)
    return json.dumps(index.entries, separators=(",", ":"), default=str)[1:-1]


def search_index(model: str, entries: Iterable[str]) -> str:
    """Return a search index with the settings of a model and the entries of pages."""
    return f'{_DOCS.sub("", model)}"docs":[{",".join(filter(None, entries))}]}}'


def sitemap(model: str, addresses: Iterable[str]) -> str:
    """Return a sitemap of pages, made like the model, whose first page is the home page."""
    found = [*_URL.finditer(model)]
    if not found:
        return model
    home = _LOCATION.search(found[0][0])
    before, after = (found[0][0][: home.start(1)], found[0][0][home.end(1) :]) if home else (found[0][0], "")
    urls = (f"{before}{home[1] if home else ''}{escape(each)}{after}" for each in addresses)
    return model[: found[0].start()] + "".join(urls) + model[found[-1].end() :]


def zipped(data: bytes, model: bytes) -> bytes:
    """Compress a sitemap with the time of the model."""
    found = io.BytesIO()
    seconds = int.from_bytes(model[4:8], "little")
    with gzip.GzipFile(SITEMAP, "wb", fileobj=found, mtime=seconds) as file:
        file.write(data)
    return found.getvalue()
