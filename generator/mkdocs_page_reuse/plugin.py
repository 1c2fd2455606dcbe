"""A plugin with which MkDocs and ProperDocs reuse pages of earlier builds, and render the others on all cores.

It never changes the published site: it reuses a page only if all inputs of the page are the same, and logs the page's
warnings again. It adds itself to a loaded configuration (see `__main__`), so that mkdocs.yml need not name it. Import
it after the publisher: under ProperDocs the name `mkdocs` stands for `properdocs`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from mkdocs_page_reuse.cache import PageCache
from mkdocs_page_reuse.fragments import Fragments
from mkdocs_page_reuse.html_pages import HtmlPages
from mkdocs_page_reuse.keys import are_templates_known, base_key, reason_against
from mkdocs_page_reuse.workers import log

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page


def accelerate(config: MkDocsConfig, cache: Path, secret: bytes, last: Path | None) -> None:
    """Add the plugin to a loaded configuration, unless pages may depend on unknown inputs."""
    if reason := reason_against(config):
        log.info("milemark: no page is reused, because of %s", reason)
        return
    accelerator = Accelerator(PageCache(cache, secret), last)
    config.plugins["milemark/accelerator"] = accelerator  # type: ignore[assignment]
    del config.plugins[
        "milemark/accelerator"
    ]  # its events stay registered, and templates that list plugins do not show it
    original = config.theme.get_env
    config.theme.get_env = lambda: accelerator.prepare(original())  # type: ignore[method-assign]


class Accelerator:
    """The handlers of the publisher's events in one build, in their order."""

    def __init__(self, cache: PageCache, last: Path | None) -> None:
        self._cache, self._last, self._is_in_place = cache, last, last is None
        self._nav: Navigation
        self._fragments = Fragments("", self._cache)
        self._html: HtmlPages | None = None

    def prepare(self, env: jinja2.Environment) -> jinja2.Environment:
        """Skip hidden folders, from which MkDocs takes no files. Compiled templates are code: no cache holds them."""
        if type(env.loader) is jinja2.FileSystemLoader:
            env.loader = _Loader(env.loader.searchpath)
        return env

    def on_pre_build(self, config: MkDocsConfig) -> None:
        """If the build overwrites its site, keep the last one next to it during the build."""
        if self._is_in_place:
            self._last = Path(config.site_dir + "-last")
            shutil.rmtree(self._last, ignore_errors=True)
            if Path(config.site_dir).is_dir():
                Path(config.site_dir).rename(self._last)
                Path(config.site_dir).mkdir()

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> None:
        """Start to render Markdown."""
        self._nav = nav
        self._fragments = Fragments(base_key(config), self._cache)
        self._fragments.begin(config, files)

    def on_page_read_source(self, page: Page, **_: Any) -> str | None:
        """Return the source of a page that belongs to its key."""
        return self._fragments.source(page)

    def on_env(self, env: jinja2.Environment, config: MkDocsConfig, files: Files) -> None:
        """Start to render HTML."""
        self._fragments.end()
        if are_templates_known(config):
            self._html = HtmlPages(self._fragments.keys, self._cache, self._last, self._nav)
            self._html.begin(env, config, files)

    def on_post_build(self, **_: Any) -> None:
        """Write the cache."""
        log.info("milemark: %d pages are reused", self._html.reused if self._html else 0)
        self._close(is_whole=True)

    def on_build_error(self, **_: Any) -> None:
        """Keep the pages that were rendered before the error."""
        self._close(is_whole=False)

    def _close(self, *, is_whole: bool) -> None:
        self._fragments.end()
        if self._html:
            self._html.end()
        self._cache.close(is_whole=is_whole)
        if self._is_in_place and self._last:
            shutil.rmtree(self._last, ignore_errors=True)


class _Loader(jinja2.FileSystemLoader):
    """Skips hidden folders: MkDocs takes no files from them, and that of Material has 14,000 icons."""

    def list_templates(self) -> list[str]:
        paths = set()
        for folder in self.searchpath:
            for place, names, files in os.walk(folder):
                names[:] = [name for name in names if not name.startswith(".")]
                paths |= {Path(place, name).relative_to(folder).as_posix() for name in files}
        return sorted(paths)
