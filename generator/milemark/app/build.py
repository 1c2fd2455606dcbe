"""The pages of a project: the tree for a publisher, and the site."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version as version_of
from pathlib import Path

from milemark.app.project import SILENT, ProgressListener, Project, history_of
from milemark.foundation.cache import digest, version
from milemark.foundation.layout import CONTENT, TEMPLATES
from milemark.output.site.pages import Page, SiteInputs, pages
from milemark.output.site.renderer import Renderer, packaged_templates
from milemark.output.urls import RepositoryUrls
from milemark.publish.build import SiteOptions, publish
from milemark.publish.mkdocs_config import read_publisher_settings
from milemark.publish.publishers import Publisher
from milemark.publish.tree import Tree, Written, update_tree, write_tree

_MAKERS = ("Jinja2", "MarkupSafe", "Babel")  # what makes pages, besides what reads files


def generate(
    project: Project,
    instead: Mapping[str, bytes] | None = None,
    *,
    is_eager: bool = False,
    listener: ProgressListener = SILENT,
) -> Written:
    """Write the page tree to the folder that mkdocs.yml names as `docs_dir`.

    `instead` holds files that take the place of others. An eager run writes pages of items as soon as they are made,
    since what shows everything takes longer.
    """
    settings = read_publisher_settings(project.root, project.audience)
    own = project.root / TEMPLATES
    folders = (own,) if own.is_dir() and not own.samefile(packaged_templates()) else ()
    renderer = Renderer(folders, project.language, is_directory=settings.use_directory_urls)
    repository = RepositoryUrls(settings.repo_url, settings.edit_uri)
    folder = project.root / settings.docs_dir
    tree = Tree(folder)
    history = history_of(project, listener, is_eager=is_eager)
    inputs = SiteInputs(_shared(project, renderer, repository), tree.text, history, project.loaded.bases)
    made: list[Page] = []
    for page in pages(project.loaded.roadmap, renderer, project.language, repository, inputs):
        made.append(page)
        if is_eager and page.key and not tree.has(page.path, page.key):
            update_tree(folder, {page.path: page.text.encode()})
    files = {page.path: page.text.encode() for page in made}
    for asset in (path for path in project.attachments if path not in project.left_out):
        files[asset] = (project.root / CONTENT / asset).read_bytes()
    everything = _theme_assets(folders) | files | dict(instead or {})
    return write_tree(folder, everything, {page.path: page.key for page in made})


def _shared(project: Project, renderer: Renderer, repository: RepositoryUrls) -> str:
    """Return the digest of what all pages show; empty where a project's own templates may show anything."""
    *own, packaged = renderer.folders
    if any(next(folder.rglob("*.jinja"), None) for folder in own):
        return ""
    roadmap = project.loaded.roadmap
    templates = [(path.name, path.read_bytes()) for path in sorted(packaged.rglob("*.jinja"))]
    versions = [version(), *map(version_of, _MAKERS)]
    whom = (roadmap.audience, sorted(roadmap.progress_overrides.items()))
    return digest(whom, roadmap.settings, roadmap.as_of, repository, renderer.is_directory, templates, versions)


def _theme_assets(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """Return the style of generated pages; a project's own file of the same name comes first."""
    found: dict[str, bytes] = {}
    for folder in (packaged_templates(), *folders):
        for path in sorted((folder / "assets").glob("*")):
            found[f"assets/{path.name}"] = path.read_bytes()
    return found


def build(project: Project, publisher: Publisher, *, is_strict: bool, listener: ProgressListener = SILENT) -> Path:
    """Write the tree and publish it; return the folder of the site."""
    generate(project, listener=listener)
    return publish(project.root, publisher, edition_of(project), is_strict=is_strict)


def edition_of(project: Project) -> SiteOptions:
    """Return what a site of a project is made for."""
    roadmap = project.loaded.roadmap
    return SiteOptions(
        roadmap.settings.locale, roadmap.as_of, roadmap.audience, project.hidden.has_page if project.hidden else None
    )
