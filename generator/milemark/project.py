"""One roadmap project on the disk: content/ to build/docs to site/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milemark.derivation import Explainer, as_lines
from milemark.diagnostic import in_order
from milemark.disk import Content, read_content
from milemark.fields import nearest
from milemark.graph import key_of
from milemark.language import Language
from milemark.load import Loaded, load
from milemark.metrics import whole
from milemark.pages import pages
from milemark.problem import ProblemError
from milemark.publish import publish, read_publisher_settings
from milemark.render import Renderer, packaged_templates
from milemark.repository import Repository
from milemark.rules import RULES
from milemark.site import Written, write_tree

CONTENT, TEMPLATES = "content", "templates"
WHOLE = "roadmap"


class NoContentError(ProblemError):
    """There is no content/ to read; the message says where."""


class UnknownItemError(ProblemError):
    """Somebody asked for an item that does not exist; the message says which."""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that holds content/, mkdocs.yml and, where it overrides any, templates/."""

    root: Path
    content: Content
    loaded: Loaded

    @property
    def language(self) -> Language:
        """The language of the interface."""
        return Language(self.loaded.roadmap.settings.locale)


def read_project(root: Path, today: date, as_of: date | None = None) -> Project:
    """Read a project from the disk. Raises NoContentError where there is none."""
    folder = root / CONTENT
    if not folder.is_dir():
        raise NoContentError(f"there is no folder {CONTENT}/ in {root}: `milemark init` writes one")
    content = read_content(folder)
    loaded = load(content.files, today, as_of)
    return Project(root, content, Loaded(loaded.roadmap, in_order([*content.diagnostics, *loaded.diagnostics])))


def generate(project: Project) -> Written:
    """Write the page tree to the folder that mkdocs.yml names as `docs_dir`."""
    settings = read_publisher_settings(project.root)
    own = project.root / TEMPLATES
    folders = (own,) if own.is_dir() else ()
    renderer = Renderer(folders, project.language, is_directory=settings.use_directory_urls)
    repository = Repository(settings.repo_url, settings.edit_uri)
    made = pages(project.loaded.roadmap, renderer, project.language, repository)
    files = {page.path: page.text.encode() for page in made}
    for asset in project.content.assets:
        files[asset] = (project.root / CONTENT / asset).read_bytes()
    return write_tree(project.root / settings.docs_dir, _theme_assets(folders) | files)


def _theme_assets(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """Return the style of generated pages; a project's own file of the same name comes first."""
    found: dict[str, bytes] = {}
    for folder in (packaged_templates(), *folders):
        for path in sorted((folder / "assets").glob("*")):
            found[f"assets/{path.name}"] = path.read_bytes()
    return found


def build(project: Project, *, is_strict: bool) -> Path:
    """Write the tree and publish it; return the folder of the site."""
    generate(project)
    roadmap = project.loaded.roadmap
    return publish(project.root, roadmap.settings.locale, roadmap.as_of, is_strict=is_strict)


def explain_number(project: Project, subject: str) -> list[str]:
    """Return the derivation of an item's, a track's or the roadmap's progress as lines with their places."""
    roadmap = project.loaded.roadmap
    explainer, everything = Explainer(roadmap, project.language), whole(roadmap)
    if subject == WHOLE:
        return list(as_lines(explainer.whole(everything)))
    names = {key_of(name): item for item in roadmap.items for name in (*item.texts("aliases"), item.id)}
    item = names.get(key_of(subject))
    if item is None:
        near = nearest(subject, (*names, WHOLE, *(rule.name for rule in RULES)))
        raise UnknownItemError(f'there is no item "{subject}"' + (f': did you mean "{near}"?' if near else ""))
    return list(as_lines(explainer.any(item, everything)))
