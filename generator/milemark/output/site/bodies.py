"""Bodies on the site: rendered once, with links to the pages of the site, views of queries, and embedded files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from milemark.markdown.rendering.headings import slug_of
from milemark.markdown.rendering.hooks import Hooks
from milemark.markdown.rendering.page import for_embed, for_page
from milemark.markdown.sanitize import cleaned
from milemark.markdown.wikilinks import Wikilink
from milemark.output.site.body_links import BodyLinks
from milemark.output.site.body_tags import BodyTags, body_tags_of
from milemark.output.site.formulas import mathml
from milemark.output.site.mentions import Mentions, mentions_of
from milemark.output.site.query_blocks import QueryBlocks
from milemark.output.site.task_labels import task_labels
from milemark.output.site.theme_icons import emoji, icon
from milemark.output.urls import RepositoryUrls
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Role

_DEPTH = 3  # files embedded in each other
_PRESENTING = ("featured", "cover", "problem", "approach", "result")  # fields of a work to show


@dataclass(frozen=True, slots=True)
class Bodies:
    """Renders the bodies of one site. In an untrusted roadmap, queries are code.

    `presented` are the paths of items whose pages present a work: their tasks stand last.
    """

    roadmap: Roadmap
    links: BodyLinks
    queries: QueryBlocks
    mentions: Mentions | None = None
    tags: BodyTags | None = None
    presented: frozenset[str] = frozenset()

    def text(self, path: str, body: str, context: Mapping[str, Any], *, has_title_above: bool) -> str:
        """Return a body as the text of its page, for any publisher, perhaps without the title with which it begins."""
        hooks, settings = self._hooks(path, (path,)), self.roadmap.settings
        if not settings.untrusted:
            views = self.queries.views_of(body, context)
            hooks = replace(hooks, view=views.block, code=views.value) if views else hooks
        is_work = path in self.presented
        return for_page(
            body, hooks, settings.marks, self._clean, has_title_above=has_title_above, has_tasks_last=is_work
        )

    @property
    def _clean(self) -> Callable[[str], str] | None:
        return cleaned if self.roadmap.settings.untrusted else None

    def _hooks(self, path: str, outer: tuple[str, ...]) -> Hooks:
        """Return the hooks of a file that is shown on the page of the first of `outer`."""
        return Hooks(
            link=lambda address, _form: self.links.href(outer[0], path, address),
            wikilink=lambda link: self._wikilink(path, outer, link),
            icon=icon,
            mention=partial(self._mention, outer[0]) if self.mentions or self.tags else None,
            emoji=emoji,
            task=partial(task_labels, self.queries.viewer.language, self.roadmap),
            formula=lambda source, is_displayed: mathml(source, is_displayed=is_displayed),
        )

    def _mention(self, page: str, word: str) -> str | None:
        """Return a mention as a link to the repository, or a tag of the roadmap as a link to the page of tags."""
        found = self.mentions.link(word) if self.mentions else None
        return found or (self.tags.link(page, word) if self.tags else None)

    def _wikilink(self, path: str, outer: tuple[str, ...], link: Wikilink) -> str | None:
        target = self.links.target(path, link)
        document = self.links.documents.get(target) if link.is_embed else None
        shown = self.links.wikilink(outer[0], link, target)
        if document is None or shown is None or target in outer or len(outer) > _DEPTH:
            return shown
        hooks = self._hooks(target, (*outer, target))
        prefix = f"{slug_of(link.address)}-"
        body = for_embed(document.body, link.heading, prefix, hooks, self.roadmap.settings.marks)
        return shown if body is None else f'<div class="mm-embed"><p class="mm-embed-title">{shown}</p>{body}</div>'


def bodies_of(roadmap: Roadmap, links: BodyLinks, queries: QueryBlocks, repository: RepositoryUrls) -> Bodies:
    """Return the bodies of a site as roadmap.yml wants them, with mentions and tags as links."""
    mentions = mentions_of(repository, is_wanted=roadmap.settings.autolink)
    tags = body_tags_of(roadmap, is_directory=links.is_directory)
    presented = frozenset(item.path for item in roadmap.of_role(Role.ITEM) if any(map(item.values.get, _PRESENTING)))
    return Bodies(roadmap, links, queries, mentions, tags, presented)
