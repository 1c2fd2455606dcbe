"""The HTML of pages, and what the search index holds of them: as the last build made them, where nothing has changed.

Import it after the publisher: under ProperDocs the name `mkdocs` stands for `properdocs`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from mkdocs.commands.build import get_context

from mkdocs_page_reuse.cache import PageCache
from mkdocs_page_reuse.fragments import bytes_of, overheard, page_of, say
from mkdocs_page_reuse.keys import digest, nav_key
from mkdocs_page_reuse.workers import Progress, Workers, processes_for

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

_ENTRIES = ("entries", "_entries")  # of Material's search index, and of MkDocs' own
Made = tuple[list[Any], str]  # search entries and HTML


class HtmlPages:
    """Takes the place of templates and of the search index's parser, page by page as MkDocs asks."""

    def __init__(self, keys: dict[str, str], cache: PageCache, last: Path | None, nav: Navigation) -> None:
        beside = digest(nav_key(nav), os.environ.get("SOURCE_DATE_EPOCH"))
        self._keys = {uri: digest(key, beside) for uri, key in keys.items()}
        self._cache, self._last, self._nav = cache, last, nav
        self._kept: dict[str, bytes] = {}
        self._ahead, self._progress = Workers(str, ()), Progress("built", 0)
        self._current: tuple[str, Made | None] = "", None
        self._is_reused = False  # the current page
        self.reused = 0  # pages
        self._entries: list[Any] = []  # of the search index
        self._added: list[Any] = []  # those of the current page
        self._parse: Callable[[Page], None] = lambda _: None

    def begin(self, env: jinja2.Environment, config: MkDocsConfig, files: Files) -> None:
        """Find the pages whose HTML has to be made, and begin with them."""
        env.template_class = type("Template", (_Template,), {"pages": self})
        self._join_search(config)
        missing = [uri for uri in self._keys if not self._recall(files.src_uris[uri])]
        documents = files.documentation_pages()
        if processes_for(len(missing)):
            _warm_up(env, get_context(self._nav, documents, config, files.src_uris[missing[0]].page))
        self._ahead = Workers(partial(self._build, env, config, files, documents), missing)
        self._progress = Progress("built", len(missing))

    def end(self) -> None:
        """Stop what nobody waits for."""
        self._ahead.close()

    def _join_search(self, config: MkDocsConfig) -> None:
        """Stand in for the search index where it takes a page in."""
        for index in (getattr(plugin, "search_index", None) for plugin in config.plugins.values()):
            entries = next((found for name in _ENTRIES if isinstance(found := getattr(index, name, None), list)), None)
            if index is not None and entries is not None:
                self._entries, self._parse = entries, index.add_entry_from_context
                index.add_entry_from_context = self._add_entries

    def _recall(self, file: File) -> bool:
        """Look up what was made of a page; whether its file still is the same is seen when it is needed."""
        kept = self._cache.get("page", file.src_uri, self._keys[file.src_uri])
        if kept and self._last and (self._last / file.dest_uri).is_file():
            self._kept[file.src_uri] = kept
        return file.src_uri in self._kept

    def _add_entries(self, page: Page) -> None:
        """Add a page to the search index, as it was parsed before."""
        begin = len(self._entries)
        made = self._made_of(page)
        if made:
            self._entries.extend(made[0])
        else:
            self._parse(page)
        self._added = self._entries[begin:]

    def _made_of(self, page: Page) -> Made | None:
        """Return a page's search entries and HTML, if they are known or made elsewhere."""
        uri = page.file.src_uri
        if self._current[0] != uri:
            reread = self._reread(page.file)
            self._is_reused = reread is not None
            self.reused += self._is_reused
            self._current = uri, reread or self._ahead.take(uri)
        return self._current[1]

    def _reread(self, file: File) -> Made | None:
        kept = self._kept.pop(file.src_uri, None)
        if kept is None or self._last is None:
            return None
        entries, seal = json.loads(kept)
        try:
            html = (self._last / file.dest_uri).read_bytes()
        except OSError:
            return None
        return (entries, html.decode()) if _seal(html) == seal else None

    def html(self, render: Callable[..., str], context: Any) -> str:
        """Return a page's HTML in place of its template."""
        page: Page | None = context.get("page")
        if page is None or page.file.src_uri not in self._keys:
            return render(context)
        uri = page.file.src_uri
        entries, html = self._made_of(page) or (self._added, None)
        if html is None:
            with overheard() as said:
                html = render(context)
            say(said)
            if said:
                return html
        if not self._is_reused:
            self._progress.step()
            encoded = html.encode("utf-8", errors="xmlcharrefreplace")
            with suppress(TypeError):  # a search entry may hold what only MkDocs knows to write
                self._cache.put("page", uri, self._keys[uri], bytes_of([entries, _seal(encoded)]))
        return html

    def _build(
        self, env: jinja2.Environment, config: MkDocsConfig, files: Files, documents: Sequence[File], uri: str
    ) -> Made | None:
        """Do in another process what MkDocs does to build a page; where there is something to say, let MkDocs do it."""
        page = page_of(files, uri)
        page.active = True
        self._added = []
        with overheard() as said:
            context = get_context(self._nav, documents, config, page)
            template = env.get_template(page.meta.get("template", "main.html"))
            context = config.plugins.on_page_context(context, page=page, config=config, nav=self._nav)
            html = template.render(context)
        page.active = False
        return None if said else (self._added, html)


class _Template(jinja2.Template):
    pages: HtmlPages

    def render(self, *args: Any, **kwargs: Any) -> str:
        return self.pages.html(super().render, dict(*args, **kwargs))


def _warm_up(env: jinja2.Environment, context: Any) -> None:
    """Compile the templates of a page here, so that not every process does."""
    with overheard(), suppress(Exception):
        template = env.get_template(context["page"].meta.get("template", "main.html"))
        jinja2.Template.render(template, context)


def _seal(html: bytes) -> str:
    return blake2b(html, digest_size=16).hexdigest()
