"""The rendered Markdown of a page as plain values: HTML, table of contents, anchors, links and log messages.

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

Messages = list[tuple[str, int, str]]  # logger, level, message
Fragment = dict[str, Any]


class _RecordingFiles:
    """Files that record each lookup and its result."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.lookups: dict[str, list[str] | None] = {}

    def get_file_from_path(self, path: str) -> File | None:
        file = self._files.get_file_from_path(path)
        self.lookups[path] = _lookup_result(file)
        return file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


class Fragments:
    """The fragments of a build: from the cache, from worker processes, or rendered on demand."""

    def __init__(self, base: str, cache: PageCache) -> None:
        self._base, self._cache = base, cache
        self._sources: dict[str, str] = {}
        self._known: dict[str, Fragment] = {}
        self._ahead, self._progress = Workers(str, ()), Progress("rendered", 0)
        self.keys: dict[str, str] = {}  # digest of a page's source, and later also of its fragment

    def begin(self, config: MkDocsConfig, files: Files) -> None:
        """Replace the `render` method of all pages, and start to render those that are not in the cache."""
        published = [file for file in files if file.inclusion.name not in {"EXCLUDED", "DRAFT"}]
        pages = [file.page for file in published if file.page is not None]
        missing = [page.file.src_uri for page in pages if self._replace_render(page) and not self._recall(page, files)]
        self._ahead, self._progress = (
            Workers(partial(_render, config, files), missing),
            Progress("rendered", len(missing)),
        )

    def end(self) -> None:
        """Stop the worker processes."""
        self._ahead.close()

    def source(self, page: Page) -> str | None:
        """Return the text that belongs to the key, even if the file has changed since."""
        return self._sources.pop(page.file.src_uri, None)

    def _replace_render(self, page: Page) -> bool:
        """Read a page's source and replace its `render` method; return False if the source cannot be read."""
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
        """Render a page in place of `Page.render`."""
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
        raise LookupError(uri)  # callers pass only files with a page
    return page


def fragment_of(page: Page, config: MkDocsConfig, files: Files) -> Fragment:
    """Render a page's Markdown as MkDocs does, and return all results."""
    recording = _RecordingFiles(files)
    with captured_messages() as messages:
        type(page).render(page, config, recording)  # type: ignore[arg-type]
    links = page.links_to_anchors
    return {
        "content": page.content,
        "toc": [_token(item) for item in page.toc],
        "title": page._title_from_render,  # noqa: SLF001  the `title` property reads it
        "anchors": sorted(page.present_anchor_ids or (), key=str),  # HTML may have an id without a value
        "links": None if links is None else {file.src_uri: anchors for file, anchors in links.items()},
        "lookups": recording.lookups,
        "messages": messages,
    }


def apply(fragment: Fragment, page: Page, files: Files) -> None:
    """Set the attributes of a page that `Page.render` sets, and log its messages."""
    page.content = fragment["content"]
    page.toc = get_toc(fragment["toc"])
    page._title_from_render = fragment["title"]  # noqa: SLF001  the `title` property reads it
    page.present_anchor_ids = set(fragment["anchors"])
    links = fragment["links"]
    page.links_to_anchors = None if links is None else {files.src_uris[uri]: links[uri] for uri in links}
    log_messages(fragment["messages"])


def is_current(fragment: Fragment, files: Files) -> bool:
    """Whether all lookups of the page would have the same results."""
    return all(_lookup_result(files.get_file_from_path(path)) == result for path, result in fragment["lookups"].items())


@contextmanager
def captured_messages() -> Iterator[Messages]:
    """Capture the log messages of a block; if it raises, log them at once."""
    loggers = [logging.getLogger(), logging.getLogger(publisher)]
    handlers = [logger.handlers for logger in loggers]
    messages: Messages = []
    handler = _CapturingHandler(messages)
    for logger in loggers:
        logger.handlers = [handler]
    try:
        yield messages
    except BaseException:
        handler.failed = True
        raise
    finally:
        for logger, own in zip(loggers, handlers, strict=True):
            logger.handlers = own
        if handler.failed:
            log_messages(messages)


def log_messages(messages: Messages) -> None:
    """Log captured messages."""
    for name, level, message in messages:
        logging.getLogger(name).log(level, "%s", message)


class _CapturingHandler(logging.Handler):
    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages, self.failed = messages, False

    def emit(self, record: logging.LogRecord) -> None:
        self._messages.append((record.name, record.levelno, record.getMessage()))


def bytes_of(value: object) -> bytes:
    """Return plain values as JSON for the cache."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _render(config: MkDocsConfig, files: Files, uri: str) -> Fragment:
    """Read and render a page in a worker process."""
    page = page_of(files, uri)
    with captured_messages():
        page.read_source(config)
        return fragment_of(page, config, files)


def _lookup_result(file: File | None) -> list[str] | None:
    return None if file is None else [file.src_uri, file.url, file.inclusion.name]


def _token(item: AnchorLink) -> dict[str, Any]:
    children = [_token(child) for child in item.children]
    return {"name": item.title, "id": item.id, "level": item.level, "children": children}
