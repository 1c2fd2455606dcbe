"""The HTML and search entries of pages, reused from the last build if nothing they depend on has changed.

Import it after the publisher: under ProperDocs the name `mkdocs` stands for `properdocs`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from mkdocs.commands.build import get_context

from mkdocs_page_reuse.cache import PageCache
from mkdocs_page_reuse.fragments import bytes_of, captured_messages, log_messages, page_of
from mkdocs_page_reuse.keys import digest, nav_key
from mkdocs_page_reuse.workers import Progress, Workers, processes_for

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

_ENTRIES = ("entries", "_entries")  # of the search index of Material and of MkDocs
PageOutput = tuple[list[Any], str]  # search entries and HTML


class HtmlPages:
    """Replaces templates and the parser of the search index, called by MkDocs for each page."""

    def __init__(self, keys: dict[str, str], cache: PageCache, last: Path | None, nav: Navigation) -> None:
        shared = digest(nav_key(nav), os.environ.get("SOURCE_DATE_EPOCH"))
        self._keys = {uri: digest(key, shared) for uri, key in keys.items()}
        self._cache, self._last, self._nav = cache, last, nav
        self._kept: dict[str, bytes] = {}
        self._ahead, self._progress = Workers(str, ()), Progress("built", 0)
        self._current: tuple[str, PageOutput | None] = "", None
        self._is_reused = False  # the current page
        self.reused = 0  # pages
        self._entries: list[Any] = []  # of the search index
        self._added: list[Any] = []  # those of the current page
        self._parse: Callable[[Page], None] = lambda _: None

    def begin(self, env: jinja2.Environment, config: MkDocsConfig, files: Files) -> None:
        """Start to render the pages whose HTML is not in the cache."""
        env.template_class = type("Template", (_Template,), {"pages": self})
        self._replace_search_parser(config)
        missing = [uri for uri in self._keys if not self._recall(files.src_uris[uri])]
        documents = files.documentation_pages()
        if processes_for(len(missing)):
            _warm_up(env, get_context(self._nav, documents, config, files.src_uris[missing[0]].page))
        self._ahead = Workers(partial(self._build, env, config, files, documents), missing)
        self._progress = Progress("built", len(missing))

    def end(self) -> None:
        """Stop the worker processes."""
        self._ahead.close()

    def _replace_search_parser(self, config: MkDocsConfig) -> None:
        """Replace the method of the search index that adds a page."""
        for index in (getattr(plugin, "search_index", None) for plugin in config.plugins.values()):
            entries = next((value for name in _ENTRIES if isinstance(value := getattr(index, name, None), list)), None)
            if index is not None and entries is not None:
                self._entries, self._parse = entries, index.add_entry_from_context
                index.add_entry_from_context = self._add_entries

    def _recall(self, file: File) -> bool:
        """Whether the cache has a page; `_reread` later checks its HTML file."""
        kept = self._cache.get("page", file.src_uri, self._keys[file.src_uri])
        if kept and self._last and (self._last / file.dest_uri).is_file():
            self._kept[file.src_uri] = kept
        return file.src_uri in self._kept

    def _add_entries(self, page: Page) -> None:
        """Add a page to the search index, if possible with the entries of the last build."""
        begin = len(self._entries)
        output = self._output_of(page)
        if output:
            self._entries.extend(output[0])
        else:
            self._parse(page)
        self._added = self._entries[begin:]

    def _output_of(self, page: Page) -> PageOutput | None:
        """Return a page's search entries and HTML from the cache or a worker process, or None."""
        uri = page.file.src_uri
        if self._current[0] != uri:
            reread = self._reread(page.file)
            self._is_reused = reread is not None
            self.reused += self._is_reused
            self._current = uri, reread or self._ahead.take(uri)
        return self._current[1]

    def _reread(self, file: File) -> PageOutput | None:
        kept = self._kept.pop(file.src_uri, None)
        if kept is None or self._last is None:
            return None
        entries, checksum = json.loads(kept)
        try:
            html = (self._last / file.dest_uri).read_bytes()
        except OSError:
            return None
        return (entries, html.decode()) if digest(html) == checksum else None

    def html(self, render: Callable[..., str], context: Any) -> str:
        """Return a page's HTML, if possible without its template."""
        page: Page | None = context.get("page")
        if page is None or page.file.src_uri not in self._keys:
            return render(context)
        uri = page.file.src_uri
        entries, html = self._output_of(page) or (self._added, None)
        if html is None:
            with captured_messages() as messages:
                html = render(context)
            log_messages(messages)
            if messages:
                return html
        if not self._is_reused:
            self._progress.step()
            encoded = html.encode("utf-8", errors="xmlcharrefreplace")
            with suppress(TypeError):  # a search entry may hold values that JSON cannot
                self._cache.put("page", uri, self._keys[uri], bytes_of([entries, digest(encoded)]))
        return html

    def _build(
        self, env: jinja2.Environment, config: MkDocsConfig, files: Files, documents: Sequence[File], uri: str
    ) -> PageOutput | None:
        """Build a page in a worker process; return None if it logs messages, so that MkDocs builds it and logs them."""
        page = page_of(files, uri)
        page.active = True
        self._added = []
        with captured_messages() as messages:
            context = get_context(self._nav, documents, config, page)
            template = env.get_template(page.meta.get("template", "main.html"))
            context = config.plugins.on_page_context(context, page=page, config=config, nav=self._nav)
            html = template.render(context)
        page.active = False
        return None if messages else (self._added, html)


class _Template(jinja2.Template):
    pages: HtmlPages

    def render(self, *args: Any, **kwargs: Any) -> str:
        return self.pages.html(super().render, dict(*args, **kwargs))


def _warm_up(env: jinja2.Environment, context: Any) -> None:
    """Compile the templates of a page before the worker processes start."""
    with captured_messages(), suppress(Exception):
        template = env.get_template(context["page"].meta.get("template", "main.html"))
        jinja2.Template.render(template, context)
