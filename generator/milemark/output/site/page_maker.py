"""Makes the pages of one roadmap from its templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from milemark.foundation import rules
from milemark.foundation.escaping import markdown_text
from milemark.foundation.i18n import Language
from milemark.foundation.identifiers import composed
from milemark.foundation.layout import PRIVATE
from milemark.history.commitments import Outcome
from milemark.history.model import gaps, notes
from milemark.markdown.document import Document
from milemark.markdown.outline import plain_text
from milemark.output.cells import Viewer, shortened
from milemark.output.site.bodies import bodies_of
from milemark.output.site.body_links import BodyLinks
from milemark.output.site.collection_index import index_groups, is_drawn, is_tiled
from milemark.output.site.cover import Pictures
from milemark.output.site.culprits import findings_of
from milemark.output.site.folding import ROOM, ROOM_BY_CHARTS, Folding, RestPage
from milemark.output.site.forecasts import SiteForecasts
from milemark.output.site.heading_lists import with_items
from milemark.output.site.history import history_page
from milemark.output.site.home import Home, home, is_arranged
from milemark.output.site.now import now_items
from milemark.output.site.optional_pages import optional_pages
from milemark.output.site.page import Page, SiteInputs
from milemark.output.site.page_frame import (
    PageHead,
    generated_page,
    own_front_matter,
    rest_page,
    with_banner,
    with_ids,
    with_sections,
)
from milemark.output.site.page_keys import Keys
from milemark.output.site.query_blocks import QueryBlocks
from milemark.output.site.renderer import Renderer
from milemark.output.site.rows import Rows
from milemark.output.urls import RepositoryUrls
from milemark.query.finder import without_inline_queries
from milemark.roadmap.metrics.backlinks import backlinks
from milemark.roadmap.metrics.checklists import checklists, dated_tasks
from milemark.roadmap.metrics.explain import Explainer
from milemark.roadmap.metrics.health import health, measures, rollup_lines, unmet
from milemark.roadmap.metrics.people import workloads
from milemark.roadmap.metrics.progress import progress_of, rollup, stage_counts, whole
from milemark.roadmap.metrics.skills import categories, skill_collection, skills
from milemark.roadmap.metrics.tags import tags
from milemark.roadmap.metrics.timeline import timeline
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.page_anchors import has_title_above
from milemark.roadmap.schema import title_of
from milemark.roadmap.settings import NO_OWNER, Collection, Role, Stage
from milemark.roadmap.site_paths import (
    FIXED_PAGES,
    HISTORY_PAGE,
    NOW_PAGE,
    PAGE_TITLES,
    RESUME_PAGE,
    TakenPaths,
)

_HOME = "index.md"
_WITH_CONTENTS = frozenset({"progress.md", "checklists.md", "tags.md", HISTORY_PAGE})  # pages with many headings
_CHARTED = ("timeline.md", HISTORY_PAGE)


class PageMaker:
    """Makes pages from the values that all templates get, and from hand-written introductions."""

    def __init__(
        self,
        roadmap: Roadmap,
        renderer: Renderer,
        language: Language,
        repository: RepositoryUrls,
        inputs: SiteInputs,
    ) -> None:
        self.history, self.left_out = inputs.history, inputs.left_out
        self.roadmap, self.renderer, self.language, self.repository = roadmap, renderer, language, repository
        self.viewer, self.explainer = Viewer(roadmap, language), Explainer(roadmap, language)
        self.collections = tuple(roadmap.settings.collections.values())
        self.indexes = {collection.name: f"{collection.name}/index.md" for collection in self.collections}
        told = notes if roadmap.audience == PRIVATE else gaps
        self.notes = tuple(told(self.history, language)) if self.history else ()
        self.history_page = history_page(roadmap, self.history) if self.history else None
        optional = optional_pages(roadmap, has_history=self.history_page is not None)
        self.generated = {*FIXED_PAGES, *self.indexes.values(), *optional}
        introductions = {composed(page.path): page for page in roadmap.pages}
        self.introductions = {path: page for path, page in introductions.items() if path in self.generated}
        self.whole, self.categories, self.workloads = whole(roadmap), categories(roadmap), workloads(roadmap)
        self.skills = {skill.item.id: skill for skill in skills(roadmap)}
        self.skill_collection = skill_collection(roadmap.settings)
        self.backlinks = backlinks(roadmap)
        self.forecasts = SiteForecasts(roadmap, language, self.history)
        self.insertions = QueryBlocks(self.viewer, renderer.one, self.forecasts, inputs.bases)
        links = BodyLinks(roadmap, (*self.generated, *inputs.attachments), is_directory=renderer.is_directory)
        self.pictures = Pictures(roadmap, links)
        self.bodies = bodies_of(roadmap, links, self.insertions, repository)
        written = (*(item.path for item in roadmap.items), *(page.path for page in roadmap.pages))
        self.heading_items: dict[str, list[Item]] = {}
        for item in roadmap.items:
            if item.document.within:
                self.heading_items.setdefault(item.document.source, []).append(item)
        self.taken = TakenPaths((*written, *self.generated), inputs.attachments)
        keys = Keys(roadmap, self.skills, self.backlinks, inputs.shared, inputs.attachments, self.forecasts.said)
        self.rows = Rows(keys, inputs.row)

    def own_page(self, document: Document) -> Page:
        """Return a hand-written page."""
        title, about = title_of(document), shortened(plain_text(without_inline_queries(document.paragraph)))
        head = own_front_matter(document, title, about, is_untrusted=self.roadmap.settings.untrusted)
        context = self._context(document.path, title)
        body = context["fold"].text(lambda: self._body(document, "", context))
        return self._made(document.path, head + body, context)

    def _body(self, document: Document, title: str, context: Mapping[str, Any]) -> str:
        """Return a body as Markdown that every publisher reads the same way. `title` stands above it on the page."""
        items = self.heading_items.get(document.path, ())
        body = with_sections(self.roadmap, self.language, with_items(document, items) if items else document.body)
        is_above = has_title_above(document, title)
        return self.bodies.text(document.path, body, context, has_title_above=is_above)

    def _made(self, path: str, text: str, context: Mapping[str, Any]) -> Page:
        rest = tuple(self._rest(context, each) for each in context["fold"].rest)
        return Page(composed(path), self._framed(path, text), rest=rest)

    def _framed(self, path: str, text: str) -> str:
        return with_banner(self.roadmap, self.language, path, with_ids(text))

    def _rest(self, context: Mapping[str, Any], rest: RestPage) -> Page:
        """Return a page of the rest of a group."""
        group = f": {rest.title}" if rest.title else ""
        title = f"{context['title']}{group} ({rest.number}/{rest.last})"
        main = {"main": context["page"], "main_title": context["title"], "introduction": ""}
        values = {**self._context(rest.path, title), **main, "rest": rest}
        text = rest_page(title, self._about(title), self.renderer.one("rest.md.jinja", values))
        return Page(rest.path, self._framed(rest.path, text))

    # Where a query block can show the content of a page, the template holds that block: there is one way to make a
    # board, and users can copy it.
    def dashboards(self) -> Mapping[str, Callable[[PageMaker], Page]]:
        """Return the functions that make the dashboards, by path."""
        made: dict[str, Callable[[PageMaker], Page]] = {
            _HOME: PageMaker._home_page,
            "progress.md": PageMaker._progress_page,
            "timeline.md": PageMaker._timeline_page,
            "checklists.md": PageMaker._checklists_page,
            "board.md": partial(PageMaker._page, path="board.md"),
            "tags.md": PageMaker._tags_page,
            HISTORY_PAGE: PageMaker._past_page,
            RESUME_PAGE: PageMaker._resume_page,
            NOW_PAGE: PageMaker._now_page,
        }
        return {path: make for path, make in made.items() if path in self.generated}

    def _home_page(self) -> Page:
        is_generated = not is_arranged(self.introductions.get(_HOME))
        return self._page(_HOME, description=self._about(self.roadmap.settings.title), is_generated=is_generated)

    @cached_property
    def home(self) -> Home:
        """The data of the home page."""
        return home(self.roadmap, self.history)

    def _progress_page(self) -> Page:
        return self._page(
            "progress.md",
            stages=stage_counts(self.roadmap.of_role(Role.ITEM)),
            health=health(self.roadmap),
            measures=measures(self.roadmap),
            lines_of=partial(rollup_lines, self.roadmap),
            left_out=self.left_out,
        )

    def _timeline_page(self) -> Page:
        return self._page("timeline.md", timeline=timeline(self.roadmap))

    def _checklists_page(self) -> Page:
        return self._page("checklists.md", checklists=checklists(self.roadmap), dated=dated_tasks(self.roadmap))

    def _tags_page(self) -> Page:
        return self._page("tags.md", tags=tags(self.roadmap.items))

    def _past_page(self) -> Page:
        return self._page(HISTORY_PAGE, history=self.history_page, notes=self.notes, Outcome=Outcome)

    def _now_page(self) -> Page:
        return self._page(NOW_PAGE, now=now_items(self.roadmap, self.forecasts.dates))

    def _resume_page(self) -> Page:
        owner = self.roadmap.settings.owner or NO_OWNER
        return self._page(RESUME_PAGE, description=" · ".join(filter(None, (owner.name, owner.role, owner.headline))))

    def collection_page(self, collection: Collection) -> Page:
        """Return the index of a collection."""
        items = self.roadmap.in_collection(collection.name)
        names = [f"collections/{collection.name}.md.jinja", f"collections/{collection.role}.md.jinja"]
        if collection == self.skill_collection:
            names.insert(1, "collections/skills.md.jinja")
        return self._page(
            self.indexes[collection.name],
            collection.label,
            collection.description,
            [*names, "collection.md.jinja"],
            collection=collection,
            groups=index_groups(self.viewer, collection, items),
            columns=self.viewer.columns(collection),
            is_tiled=is_tiled(collection, items),
            is_drawn=is_drawn(items),
            rollup=rollup(self.roadmap, items),
        )

    def item_page(self, item: Item, key: str) -> Page:
        """Return the page of an item."""
        names = [f"items/{item.collection.name}.md.jinja", f"items/{item.role}.md.jinja", "item.md.jinja"]
        made = self._page(
            item.path,
            item.title,
            self.viewer.description(item),
            names,
            item.document,
            item=item,
            rows=tuple(self.viewer.rows(item)),
            progress=progress_of(self.roadmap, item),
            index=self.indexes.get(item.collection.name, ""),
            backlinks=self.backlinks.get(item.path, ()),
            unmet=unmet(self.roadmap, item),
        )
        return replace(made, key="" if made.rest else key)  # a page that is not rendered again has no pages of the rest

    def text_page(self, item: Item, error: Exception) -> Page:
        """Return the page of an item that its template failed on, with a finding."""
        context = self._context(item.path, item.title)
        try:
            body = context["fold"].text(lambda: self._body(item.document, item.title, context))
        except Exception:  # noqa: BLE001  the template of a view in the body failed
            body = ""
        text = generated_page(PageHead(item.title, item.title), f"# {markdown_text(item.title)}\n\n{body}\n")
        found = (replace(each, hint=rules.TEXT_ONLY) for each in findings_of(composed(item.path), (item,), error))
        return replace(self._made(item.path, text, context), findings=tuple(found))

    def _page(
        self,
        path: str,
        title: str = "",
        description: str = "",
        names: list[str] | None = None,
        document: Document | None = None,
        **values: Any,
    ) -> Page:
        """Return a generated page; `document` is the file that it shows, if any."""
        introduction = self.introductions.get(path)
        title = title or self.language.gettext(PAGE_TITLES[path])
        shown = self.roadmap.settings.title if path == _HOME else ""
        written = {"introduction": introduction, **({"body": document} if document else {})}
        context = self._context(path, title)

        def render() -> str:
            above = shown or title
            bodies = {name: self._body(each, above, context) if each else "" for name, each in written.items()}
            every = {**context, **bodies, **values}
            return self.insertions.into(self.renderer.body(names or [f"{path}.jinja"], every), every)

        text, is_untrusted = context["fold"].text(render), self.roadmap.settings.untrusted
        head = PageHead(title, description or self._about(title), path not in _WITH_CONTENTS)
        text = generated_page(head, text, introduction, is_untrusted=is_untrusted)
        return self._made(path, text, context)

    def _context(self, path: str, title: str) -> dict[str, Any]:
        """Return the values that every template gets."""
        is_owner = self.roadmap.audience == PRIVATE
        return {
            "page": path,
            "title": title,
            "fold": Folding(path, self.taken, ROOM_BY_CHARTS if path in _CHARTED else ROOM, self.rows),
            "roadmap": self.roadmap,
            "settings": self.roadmap.settings,
            "viewer": self.viewer,
            "whole": self.whole,
            "explain": self.explainer,
            "forecast": self.forecasts,
            "categories": self.categories,
            "workloads": self.workloads,
            "skills": self.skills,
            "repository": self.repository,
            "home": self.home,
            **self.pictures.values,
            "is_owner": is_owner,
            "shows_places": is_owner or self.roadmap.settings.derivations == "files",
            "called": "",
            "has_history": HISTORY_PAGE in self.generated,
            "has_resume": RESUME_PAGE in self.generated,
            "Role": Role,
            "Stage": Stage,
        }

    def _about(self, title: str) -> str:
        settings = self.roadmap.settings
        return shortened(" · ".join(dict.fromkeys(text for text in (title, settings.title, settings.goal) if text)))
