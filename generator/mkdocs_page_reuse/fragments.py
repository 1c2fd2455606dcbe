"""A page's Markdown as a publisher rendered it: HTML, contents, anchors, links and what was said, as plain values.

Import it after the publisher: under ProperDocs the name `mkdocs` stands for `properdocs`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from mkdocs import __name__ as publisher
from mkdocs.structure.toc import AnchorLink, get_toc

from mkdocs_page_reuse.cache import PageCache
from mkdocs_page_reuse.keys import digest
from mkdocs_page_reuse.workers import Progress, Workers

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.pages import Page

Said = list[tuple[str, int, str]]  # logger, level, message
Fragment = dict[str, Any]


class _Looked:
    """Files that remember which of them were asked for, and what the answer was."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.answers: dict[str, list[str] | None] = {}

    def get_file_from_path(self, path: str) -> File | None:
        file = self._files.get_file_from_path(path)
        self.answers[path] = _answer(file)
        return file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


class Fragments:
    """The fragments of a build: known from the last one, made by other processes, or made when they are asked for."""

    def __init__(self, base: str, cache: PageCache) -> None:
        self._base, self._cache = base, cache
        self._sources: dict[str, str] = {}
        self._known: dict[str, Fragment] = {}
        self._ahead, self._progress = Workers(str, ()), Progress("rendered", 0)
        self.keys: dict[str, str] = {}  # of a page's source; with its fragment, once there is one

    def begin(self, config: MkDocsConfig, files: Files) -> None:
        """Stand in for the rendering of all pages, find those that have to be rendered, and begin with them."""
        published = [file for file in files if file.inclusion.name not in {"EXCLUDED", "DRAFT"}]
        pages = [file.page for file in published if file.page is not None]
        missing = [page.file.src_uri for page in pages if self._take_over(page) and not self._recall(page, files)]
        self._ahead, self._progress = (
            Workers(partial(_render, config, files), missing),
            Progress("rendered", len(missing)),
        )

    def end(self) -> None:
        """Stop what nobody waits for."""
        self._ahead.close()

    def source(self, page: Page) -> str | None:
        """Return the text that the key was made of, even if the file has changed since."""
        return self._sources.pop(page.file.src_uri, None)

    def _take_over(self, page: Page) -> bool:
        """Read a page's source and stand in for its `render`; what cannot be read is left to MkDocs."""
        try:
            source = page.file.content_string
        except (OSError, ValueError):
            return False
        uri = page.file.src_uri
        self._sources[uri] = source
        self.keys[uri] = digest(self._base, uri, page.file.inclusion.name, source)
        page.render = partial(self._render, page)  # type: ignore[method-assign]
        return True

    def _recall(self, page: Page, files: Files) -> bool:
        uri = page.file.src_uri
        kept = self._cache.get("fragment", uri, self.keys[uri])
        if kept is not None and is_current(fragment := json.loads(kept), files):
            self._known[uri] = fragment
            self.keys[uri] = digest(self.keys[uri], kept)
        return uri in self._known

    def _render(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Stand in for a page's own `render`."""
        uri = page.file.src_uri
        fragment = self._known.pop(uri, None)
        if fragment is None:
            fragment = self._ahead.take(uri) or fragment_of(page, config, files)
            data = bytes_of(fragment)
            self._cache.put("fragment", uri, self.keys[uri], data)
            self.keys[uri] = digest(self.keys[uri], data)
            self._progress.step()
        apply(fragment, page, files)


def page_of(files: Files, uri: str) -> Page:
    """Return the page of a file that has one."""
    page = files.src_uris[uri].page
    if page is None:
        raise LookupError(uri)  # only those that have a page are asked for
    return page


def fragment_of(page: Page, config: MkDocsConfig, files: Files) -> Fragment:
    """Render a page's Markdown as MkDocs does, and return all that this leaves behind."""
    looked = _Looked(files)
    with overheard() as said:
        type(page).render(page, config, looked)  # type: ignore[arg-type]
    links = page.links_to_anchors
    return {
        "content": page.content,
        "toc": [_token(item) for item in page.toc],
        "title": page._title_from_render,  # noqa: SLF001  what `title` reads
        "anchors": sorted(page.present_anchor_ids or (), key=str),  # HTML may have an id without a value
        "links": None if links is None else {file.src_uri: anchors for file, anchors in links.items()},
        "looked": looked.answers,
        "said": said,
    }


def apply(fragment: Fragment, page: Page, files: Files) -> None:
    """Give a page what its own `render` would, messages included."""
    page.content = fragment["content"]
    page.toc = get_toc(fragment["toc"])
    page._title_from_render = fragment["title"]  # noqa: SLF001  what `title` reads
    page.present_anchor_ids = set(fragment["anchors"])
    links = fragment["links"]
    page.links_to_anchors = None if links is None else {files.src_uris[uri]: links[uri] for uri in links}
    say(fragment["said"])


def is_current(fragment: Fragment, files: Files) -> bool:
    """Tell whether all that the page links to is still there, or still missing."""
    return all(_answer(files.get_file_from_path(path)) == answer for path, answer in fragment["looked"].items())


@contextmanager
def overheard() -> Iterator[Said]:
    """Keep back what is said inside, to be said again later; where that fails, it is said at once."""
    loggers = [logging.getLogger(), logging.getLogger(publisher)]
    handlers = [logger.handlers for logger in loggers]
    said: Said = []
    listener = _Listener(said)
    for logger in loggers:
        logger.handlers = [listener]
    try:
        yield said
    except BaseException:
        listener.failed = True
        raise
    finally:
        for logger, own in zip(loggers, handlers, strict=True):
            logger.handlers = own
        if listener.failed:
            say(said)


def say(said: Said) -> None:
    """Say what was overheard."""
    for name, level, message in said:
        logging.getLogger(name).log(level, "%s", message)


class _Listener(logging.Handler):
    def __init__(self, said: Said) -> None:
        super().__init__()
        self._said, self.failed = said, False

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append((record.name, record.levelno, record.getMessage()))


def bytes_of(value: object) -> bytes:
    """Return plain values as they are kept."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _render(config: MkDocsConfig, files: Files, uri: str) -> Fragment:
    """Do in another process what MkDocs does to read and render a page."""
    page = page_of(files, uri)
    with overheard():
        page.read_source(config)
        return fragment_of(page, config, files)


def _answer(file: File | None) -> list[str] | None:
    return None if file is None else [file.src_uri, file.url, file.inclusion.name]


def _token(item: AnchorLink) -> dict[str, Any]:
    children = [_token(child) for child in item.children]
    return {"name": item.title, "id": item.id, "level": item.level, "children": children}
