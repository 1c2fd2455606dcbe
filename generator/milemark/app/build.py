"""Write the page tree of a project, and build its site."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import version as version_of
from pathlib import Path

from milemark.app.cards import card_paths, drawer, drawn_cards
from milemark.app.input_key import is_as_read, tree_key
from milemark.app.kept_rows import KeptRows
from milemark.app.plain_pages import is_written, with_plain_link, write_plain_pages
from milemark.app.project import SILENT, ProgressListener, Project, history_of
from milemark.app.site_search import clean_site
from milemark.foundation.cache import digest, version
from milemark.foundation.i18n import _
from milemark.foundation.identifiers import composed
from milemark.foundation.layout import PUBLIC, TEMPLATES
from milemark.history.model import History
from milemark.output.site.navigation import navigation
from milemark.output.site.page import Page, SiteInputs
from milemark.output.site.pages import SitePages
from milemark.output.site.renderer import Renderer, packaged_templates
from milemark.output.site.share_tags import ShareTags
from milemark.output.urls import Addresses, RepositoryUrls
from milemark.publish.build import BuiltSite, SiteOptions, publish
from milemark.publish.frames import Finish, unchanged
from milemark.publish.missing_page import MissingPage
from milemark.publish.mkdocs_config import PublisherSettings, read_publisher_settings
from milemark.publish.publishers import Publisher
from milemark.publish.tree import Tree, WriteCounts, write_tree


class PrivateNameError(Exception):
    """A strict build would publish a place where the name of a private file stood."""


class FailedPagesError(Exception):
    """A strict build would publish pages without items that their templates failed on."""


_NOT_IN_PORTFOLIO = ("checklists.md", "progress.md")  # tasks stay in the roadmaps, the home page has all progress
_RENDERERS = ("Jinja2", "MarkupSafe", "Babel", "latex2mathml")  # libraries whose versions decide the bytes of a page


class Making:
    """The inputs of a project's pages besides its history. `settings` are those of mkdocs.yml."""

    def __init__(self, project: Project, settings: PublisherSettings, rows: KeptRows | None = None) -> None:
        self.project, self.settings = project, settings
        self.folders = _own_templates(project)
        self.renderer = Renderer(self.folders, project.language, is_directory=settings.use_directory_urls)
        self.repository = RepositoryUrls(settings.repo_url, settings.edit_uri)
        self.tree = Tree(project.root / settings.docs_dir)
        self.rows = rows or KeptRows(project.folder.path, project.audience)

    @property
    def key(self) -> str:
        """The key of the whole page tree."""
        options = (*_versions(), drawer(), self.repository, self.renderer.is_directory)
        return tree_key(self.project, self.renderer.folders, options)

    def pages(self, history: History | None) -> SitePages:
        """Return the pages of the site."""
        project = self.project
        left_out = {} if project.hidden else project.left_out
        shared = _shared_key(project, self.renderer, self.repository)
        bases, attachments = project.loaded.bases, project.attachments
        inputs = SiteInputs(shared, self.tree.text, history, bases, attachments, left_out, self.rows)
        return SitePages(project.loaded.roadmap, self.renderer, project.language, self.repository, inputs)

    def searched(self, page: Page) -> Page:
        """Return a page without private names; one that had any loses its key, so that it is reported each time."""
        if self.tree.has(page.path, page.key):
            return page
        place = f"{self.settings.docs_dir}/{page.path}"
        text = self.project.search.clean(place, page.text.encode()).decode()
        return page if page.text == text else Page(page.path, text)


def generate(
    project: Project,
    listener: ProgressListener = SILENT,
    settings: PublisherSettings | None = None,
    rows: KeptRows | None = None,
    on_page: Callable[[], object] = lambda: None,
) -> WriteCounts:
    """Write the page tree to the `docs_dir` of settings, by default those of mkdocs.yml.

    If the last run made it from the same files, nothing is rendered. `rows` are those that this process has rendered.
    `on_page` is called before each page, and may raise.
    """
    settings = settings or read_publisher_settings(project.root, project.audience)
    making = Making(project, settings, rows)
    tree, whole = making.tree, making.key
    project.page_findings.clear()
    if whole and tree.is_complete(whole):
        return WriteCounts(0, 0, len(tree.manifest))
    rendered: list[Page] = []
    pages = making.pages(history_of(project, listener, is_eager=rows is not None))
    spread = partial(making.rows.spread, items=len(project.loaded.roadmap.items)) if rows is None else None
    for written in pages.all(spread):
        on_page()
        project.page_findings.extend(written.findings)
        rendered.append(making.searched(written))
    making.rows.keep()
    files = {page.path: page.text.encode() for page in rendered}
    for path in sorted({*project.attachments} - {*project.skipped_files}):
        files[composed(path)] = (project.folder.path / path).read_bytes()
    found = _theme_assets(making.folders).items()
    cards = drawn_cards(project.loaded.roadmap, project.search.clean) if project.audience == PUBLIC else {}
    for path, card in cards.items():
        files[path] = tree.data(path, card.key) or card.png()
    assets = {path: project.search.clean(f"{settings.docs_dir}/{path}", data) for path, data in found}
    files = assets | files
    if project.page_findings or project.search.findings or not is_as_read(project):
        whole = ""
    keys = {each.path: each.key or whole for each in rendered} | {path: card.key for path, card in cards.items()}
    return write_tree(tree.folder, files, dict.fromkeys(files, whole) | keys)


def _own_templates(project: Project) -> tuple[Path, ...]:
    own, packaged = project.root / TEMPLATES, packaged_templates()
    found = (own,) if own.is_dir() and not own.samefile(packaged) else ()
    return (*found, packaged / "portfolio") if project.is_portfolio else found


def _shared_key(project: Project, renderer: Renderer, repository: RepositoryUrls) -> str:
    """Return the digest of everything that all pages show; empty where a project has templates of its own."""
    *own, packaged = renderer.folders
    if any(next(folder.rglob("*.jinja"), None) for folder in own):
        return ""
    roadmap = project.loaded.roadmap
    templates = [(path.name, path.read_bytes()) for path in sorted(packaged.rglob("*.jinja"))]
    hidden = project.hidden.key if project.hidden else ""
    audience = (roadmap.audience, sorted(roadmap.progress_overrides.items()), hidden)
    return digest(
        audience,
        roadmap.settings,
        roadmap.as_of,
        roadmap.commits,
        sorted(roadmap.sources.items()),
        repository,
        renderer.is_directory,
        templates,
        _versions(),
    )


def _versions() -> list[str]:
    return [version(), *map(version_of, _RENDERERS)]


def _theme_assets(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """Return the styles and scripts of generated pages; a project's own file replaces a packaged one by name."""
    assets: dict[str, bytes] = {}
    for folder in (packaged_templates(), *folders):
        for path in sorted((folder / "assets").glob("*")):
            assets[f"assets/{path.name}"] = path.read_bytes()
    return assets


def build(
    project: Project,
    publisher: Publisher,
    *,
    is_strict: bool,
    is_full: bool = False,
    listener: ProgressListener = SILENT,
) -> BuiltSite:
    """Write the page tree and publish it. If full, the publisher builds every page.

    Raises PrivateNameError in a strict build whose pages, or whose site, would hold names of private files; the last
    site is then kept.
    """
    generate(project, listener=listener)
    if is_strict and project.page_findings:
        raise FailedPagesError

    def inspect(site: Path, target: Path) -> None:
        if project.audience == PUBLIC and is_written():
            write_plain_pages(project, site, target)
        clean_site(project, site, os.path.relpath(target, project.root))
        if is_strict and project.search_findings:
            raise PrivateNameError

    options = replace(site_options(project), inspect=inspect, finish=_finish(project))
    return publish(project.root, publisher, options, is_strict=is_strict, is_full=is_full)


def _finish(project: Project) -> Finish:
    """Return the function that adds the tags for shared links, and for agents, to a page; the private site has none."""
    if project.audience != PUBLIC:
        return unchanged
    settings, roadmap = read_publisher_settings(project.root), project.loaded.roadmap
    addresses = Addresses(settings.site_url, settings.use_directory_urls)
    tags = ShareTags(roadmap, project.language, addresses, card_paths(roadmap))
    if not is_written():
        return tags.added_to
    return lambda file, html: with_plain_link(file, tags.added_to(file, html)) if file in tags.pages else html


def site_options(project: Project) -> SiteOptions:
    """Return the options of a project's site for its publisher."""
    roadmap = project.loaded.roadmap
    is_shown = project.hidden.has_page if project.hidden else None
    return SiteOptions(
        roadmap.settings.locale,
        roadmap.as_of,
        roadmap.audience,
        is_shown,
        nav=navigation(roadmap, project.language, _NOT_IN_PORTFOLIO if project.is_portfolio else ()),
        title=roadmap.settings.title,
        description=roadmap.settings.goal,
        missing=MissingPage(*map(project.language.gettext, (_("Page not found"), _("To the home page")))),
    )
