"""Turn a roadmap into the pages of its site: Markdown text by path, where the paths mirror content/."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from milemark.foundation.i18n import Language
from milemark.foundation.identifiers import composed
from milemark.output.site.culprits import ItemFailures, findings_of, made_without
from milemark.output.site.page import NO_INPUTS, Page, SiteInputs
from milemark.output.site.page_maker import PageMaker
from milemark.output.site.renderer import Renderer
from milemark.output.urls import NO_REPOSITORY, RepositoryUrls
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.site_paths import (
    page_path,
)

Spread = Callable[[Callable[[str], "Page | None"], Sequence[str]], Iterable["Page | None"]]


def pages(
    roadmap: Roadmap,
    renderer: Renderer,
    language: Language,
    repository: RepositoryUrls = NO_REPOSITORY,
    inputs: SiteInputs = NO_INPUTS,
) -> Iterator[Page]:
    """Yield every page of the site."""
    return SitePages(roadmap, renderer, language, repository, inputs).all()


class SitePages:
    """The pages of a site: one for each file, then dashboards and the indexes of collections.

    A project with a history also gets a history page.
    """

    def __init__(
        self,
        roadmap: Roadmap,
        renderer: Renderer,
        language: Language,
        repository: RepositoryUrls = NO_REPOSITORY,
        inputs: SiteInputs = NO_INPUTS,
    ) -> None:
        self._of = partial(PageMaker, renderer=renderer, language=language, repository=repository, inputs=inputs)
        self._site, self._kept_text = self._of(roadmap), inputs.text
        self._made: dict[str, Mapping[str, Page]] = {}

    def all(self, spread: Spread | None = None) -> Iterator[Page]:
        """Yield every page. Raises TemplateError if a template is broken. `spread` makes pages on all cores."""
        made = self._spread(spread) if spread else {}
        failures = ItemFailures()
        for item in self._site.roadmap.items:
            yield from self._item_page(item, failures, made.get(composed(item.path))).all
        failures.raise_whole()
        for path, make in self._others.items():
            yield from (made.get(path) or self._other_page(make)).all

    def _spread(self, spread: Spread) -> Mapping[str, Page | None]:
        """Return the pages that an earlier run made, and those that are made without a failure."""
        kept = {page.path: page for item in self._site.roadmap.items if (page := self._kept(item))}
        first = dict.fromkeys((*self._others, *self._makers))  # dashboards take longest
        others = [path for path in first if path not in kept]
        return kept | dict(zip(others, spread(self._early, others), strict=True))

    def _early(self, path: str) -> Page | None:
        """Return a page unless its template fails."""
        try:
            page = self._makers[path]()
        except Exception:  # noqa: BLE001  a template may raise anything; the caller finds out why
            return None
        return None if page.findings else page

    def find(self, path: str) -> Page | None:
        """Return one page by its path, made now or by an earlier call. Raises TemplateError as `all`."""
        folder = posixpath.dirname(path)
        mains = (path, *(self._places.get(each, "") for each in (folder, folder.rstrip("-"))))
        found = (self._with_rest(main).get(path) for main in dict.fromkeys(mains) if main in self._makers)
        return next(filter(None, found), None)

    def _with_rest(self, path: str) -> Mapping[str, Page]:
        if path not in self._made:
            self._made[path] = {page.path: page for page in self._makers[path]().all}
        return self._made[path]

    @cached_property
    def _others(self) -> Mapping[str, Callable[[PageMaker], Page]]:
        site = self._site
        own = {composed(page.path): partial(PageMaker.own_page, document=page) for page in site.roadmap.pages}
        own = {path: make for path, make in own.items() if path not in site.generated}
        indexes = {
            site.indexes[each.name]: partial(PageMaker.collection_page, collection=each) for each in site.collections
        }
        return {**own, **site.dashboards(), **indexes}

    @cached_property
    def _makers(self) -> Mapping[str, Callable[[], Page]]:
        items = {
            composed(each.path): partial(self._item_page, each, ItemFailures()) for each in self._site.roadmap.items
        }
        return items | {path: partial(self._other_page, make) for path, make in self._others.items()}

    @cached_property
    def _places(self) -> Mapping[str, str]:
        """The pages by the folders of their pages of the rest."""
        return {page_path(path): path for path in self._makers}

    def _other_page(self, make: Callable[[PageMaker], Page]) -> Page:
        """Return a page, without the items that its template fails on."""
        try:
            return make(self._site)
        except Exception as error:  # noqa: BLE001  a template may raise anything
            page, culprits = made_without(lambda shown: make(self._of(shown)), self._site.roadmap, error)
            return replace(page, findings=findings_of(page.path, culprits, error))

    def _kept(self, item: Item) -> Page | None:
        """Return the page of an item as an earlier run made it."""
        key, path = self._site.rows.keys.of(item), composed(item.path)
        text = self._kept_text(path, key) if key else None
        return None if text is None else Page(path, text, key)

    def _item_page(self, item: Item, failures: ItemFailures, early: Page | None = None) -> Page:
        """Return the page of an item; one that its template fails on shows its text only."""
        page = early or self._kept(item)
        try:
            page = page or self._site.item_page(item, self._site.rows.keys.of(item))
            failures.made(item)
        except Exception as error:  # noqa: BLE001  as above
            failures.failed(item, error)
            page = self._site.text_page(item, error)
        return page
