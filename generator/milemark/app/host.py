"""A roadmap within a documentation site: its pages in a folder of the site's documents."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from milemark.app.build import generate
from milemark.app.project import SILENT, ProgressListener, Project
from milemark.foundation.content_folder import content_of
from milemark.foundation.errors import UserError
from milemark.foundation.escaping import head_text, url_part
from milemark.foundation.layout import BUILD, CONFIG_FILE, PRIVATE, PRIVATE_SUFFIX, TEMPLATES
from milemark.output.site.renderer import packaged_templates
from milemark.publish.host import HOME, HostForm, host_files
from milemark.publish.mkdocs_config import PublisherSettings, host_settings
from milemark.publish.tree import Tree
from milemark.roadmap.site_paths import PAGE_TITLES

_OWN = (TEMPLATES, BUILD, ".git", ".github")  # folders of a project that hold no pages of a host
_STYLES = "host.css"
_INCLUDED = "parts/"  # the folder of the pages that pages of the host include


@dataclass(frozen=True, slots=True)
class Host:
    """A folder of a documentation site, the mkdocs.yml of that site, if it has one, and the pages to write."""

    folder: Path
    config: Path | None
    content: str
    is_one_page: bool

    @property
    def settings(self) -> PublisherSettings:
        """The settings of the site. Its pages are edited in the folder `content`, not in its documents."""
        settings = host_settings(self.config) if self.config else PublisherSettings()
        return replace(settings, edit_uri=_edit_uri(settings, self.content))

    @property
    def address(self) -> str:
        """The path of the folder on the web, or an empty text without `site_url`."""
        site, docs = urlsplit(self.settings.site_url), self.config and self.config.parent / self.settings.docs_dir
        if not site.netloc or not docs or not self.folder.is_relative_to(docs.resolve()):
            return ""
        return f"{site.path.rstrip('/')}/{url_part(self.folder.relative_to(docs.resolve()).as_posix())}/"


def _edit_uri(settings: PublisherSettings, content: str) -> str:
    start, folder, _rest = settings.edit_uri.rpartition(settings.docs_dir)
    return f"{start}{content}/" if folder else ""


def host_of(root: Path, folder: Path, *, is_one_page: bool = False) -> Host:
    """Return the host of a folder for the pages of a project. Raises UserError for a folder of the project's own."""
    place, shown = folder.resolve(), os.path.relpath(folder)
    content = content_of(root)
    own = [(root / name).resolve() for name in _OWN]
    if not content.name:  # in a folder that roadmap.yml names, outputs are not read
        own.append(content.path.resolve())
    if taken := next((each for each in own if place.is_relative_to(each)), None):
        raise UserError(f"{shown} is in {taken.name}/: name a folder of the site's documents, such as docs/roadmap")
    if any(each.resolve().is_relative_to(place) for each in (root, content.path)):
        raise UserError(f"{shown} holds the project itself: name a folder for the pages alone, such as docs/roadmap")
    config = next((each / CONFIG_FILE for each in place.parents if (each / CONFIG_FILE).is_file()), None)
    return Host(place, config, content.shown("."), is_one_page)


def host_pages(project: Project, host: Host, listener: ProgressListener = SILENT) -> Mapping[str, bytes]:
    """Return the files of a roadmap for a host, by path below its folder."""
    settings = host.settings
    name = f"{BUILD}/host{PRIVATE_SUFFIX if project.audience == PRIVATE else ''}"
    generate(project, listener, settings=replace(settings, docs_dir=name))
    tree = Tree(project.root / name)
    files = {path: (tree.folder / path).read_bytes() for path in tree.manifest}
    files[HOME] = _titled(files[HOME].decode(), project).encode()
    form = HostForm(
        settings.use_directory_urls,
        host.is_one_page,
        (packaged_templates() / _STYLES).read_text("utf-8"),
        _is_searched,
        frozenset(page.path for page in project.loaded.roadmap.pages if page.path.startswith(_INCLUDED)),
        host.address,
    )
    return host_files(files, form)


def _titled(page: str, project: Project) -> str:
    """Return the home page with the title of the roadmap, unless it has its own: the site has another home page."""
    generic, title = project.language.gettext(PAGE_TITLES[HOME]), project.loaded.roadmap.settings.title
    return page.replace(f"title: {head_text(generic)}\n", f"title: {head_text(title)}\n", 1)


def _is_searched(path: str) -> bool:
    """Whether the host's search finds a page; the pages of items would bury the documentation."""
    return path in PAGE_TITLES or path.endswith("/index.md")
