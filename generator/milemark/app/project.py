"""One roadmap project on the disk: content/, from which build/docs and site/ are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from milemark.app.config_findings import config_findings, navigation_of
from milemark.app.counted_commits import commits_of
from milemark.app.kept_files import KeptFiles
from milemark.app.kept_views import KeptViews, ViewMemory
from milemark.app.options import PUBLISHED, ReadOptions
from milemark.app.sources import read_sources
from milemark.app.terminal_language import terminal_language
from milemark.foundation.content_folder import ContentFolder, content_of
from milemark.foundation.diagnostics import Diagnostic, in_order
from milemark.foundation.disk import Content, read_content
from milemark.foundation.i18n import Language
from milemark.foundation.layout import CONFIG_FILE, PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.history.blobs import ProgressCallback
from milemark.history.git import NoHistoryError, UnreadableError, commit_of, open_content
from milemark.history.model import History
from milemark.history.private_past import Present
from milemark.history.read import read_history
from milemark.markdown.sanitize import is_passive
from milemark.privacy.attachments import AttachmentFiles, attachment_files, attachment_findings, left_out
from milemark.privacy.audience import doubtful_files, for_audience, hidden_in, public_text
from milemark.privacy.guard import guard_of
from milemark.privacy.hidden import NOTHING, Hidden
from milemark.privacy.output_search import OutputSearch
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap.dead_links import dead_links_of
from milemark.roadmap.elsewhere import looked_up
from milemark.roadmap.load import Loaded, Reading, with_excluded, without_ignored
from milemark.roadmap.model import OtherRepository, Roadmap
from milemark.roadmap.unreachable import unreachable_pages_of

_WRITING = ("locale", "output", "query")  # folders of the package whose words stand in outputs


@dataclass(frozen=True)
class Project:
    """A folder with content/, mkdocs.yml and, where it overrides templates, templates/.

    `loaded` is the roadmap as its audience may see it, `everything` the whole roadmap. A portfolio
    is made in memory from a dataset, so git knows nothing of it.
    """

    root: Path
    content: Content
    loaded: Loaded
    today: date
    everything: Loaded
    hidden: Hidden | None  # the content that its audience may not see; None for the owner
    is_portfolio: bool = False
    page_findings: list[Diagnostic] = field(default_factory=list)  # of the last `generate`

    @property
    def folder(self) -> ContentFolder:
        """The folder of its files."""
        return content_of(self.root)

    @property
    def audience(self) -> str:
        """The audience it was read for."""
        return self.loaded.roadmap.audience

    @cached_property
    def public(self) -> Roadmap:
        """The roadmap as the public site has it."""
        return self.loaded.roadmap if self.audience == PUBLIC else for_audience(self.everything, PUBLIC).roadmap

    @cached_property
    def doubtful_files(self) -> Mapping[str, str]:
        """The files that are hidden although nothing says for certain that they are private, with the reason."""
        return doubtful_files(self.everything, self.hidden) if self.hidden else {}

    @cached_property
    def present(self) -> Present | None:
        """Today's private and public parts, by which its audience may not see the past; None for the owner."""
        return Present.of(self.everything, self.hidden) if self.hidden is not None else None

    @cached_property
    def search(self) -> OutputSearch:
        """The last search of everything that is made for its audience; it finds nothing for the owner."""
        config = self.root / CONFIG_FILE
        sources = {CONFIG_FILE: config.read_text("utf-8-sig", "replace")} if config.is_file() else {}
        return OutputSearch(guard_of(self.hidden or NOTHING), _program_texts, sources)

    @property
    def search_findings(self) -> tuple[Diagnostic, ...]:
        """The findings of the last search, unless roadmap.yml ignores them; the names are blanked either way."""
        return without_ignored(self.loaded.roadmap.settings, self.search.findings)

    def text_of(self, path: str) -> bytes:
        """Return the bytes of a file that its audience may read, on their lines."""
        if not self.hidden:
            return self.content.files.get(path, b"")
        return public_text(self.loaded, path)

    @cached_property
    def attachments(self) -> tuple[str, ...]:
        """The paths of the attachments that its audience may see."""
        is_owner = self.audience == PRIVATE
        return tuple(path for path in self._files.paths if is_owner or path not in self.left_out)

    @cached_property
    def _files(self) -> AttachmentFiles:
        return attachment_files(self.folder, self.content.assets, self.everything.roadmap.settings)

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """The attachments that the public may not see, with the reason for each."""
        if self.hidden is not None:
            return left_out(self._files, self.loaded, self.hidden)
        return left_out(self._files, for_audience(self.everything, PUBLIC), hidden_in(self.everything))

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings that its audience may read, dead links included."""
        of_project = config_findings(self.folder, self.audience, self.content.files.get(ROADMAP_FILE))
        absent = () if self.audience == PRIVATE else self.left_out
        dead = dead_links_of(self.loaded, self.attachments, absent)
        lost = unreachable_pages_of(self.loaded, self.attachments, navigation_of(self.folder))
        of_files = attachment_findings(self.everything, self.loaded, self.attachments)
        roadmap = self.loaded.roadmap
        of_files_and_sources = looked_up(roadmap.settings, self.loaded.diagnostics, roadmap.sources)
        return in_order([*of_files_and_sources, *dead, *lost, *of_project, *of_files])

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error."""
        return any(each.is_error for each in self.diagnostics)

    @property
    def language(self) -> Language:
        """The language of the site and of files."""
        return Language(self.loaded.roadmap.settings.locale)

    @property
    def spoken(self) -> Language:
        """The language of the terminal."""
        return terminal_language(self.loaded.roadmap.settings.locale)

    @property
    def skipped_files(self) -> tuple[str, ...]:
        """The attachments that an untrusted project does not publish, since a browser could run them."""
        is_untrusted = self.loaded.roadmap.settings.untrusted
        return tuple(path for path in self.attachments if is_untrusted and not is_passive(path))

    @property
    def schema_errors(self) -> tuple[Diagnostic, ...]:
        """The errors in roadmap.yml. A site built despite them would use defaults that the author did not choose."""
        return schema_errors_of(self.everything)


def read_project(  # noqa: PLR0913, PLR0917  each is needed
    root: Path,
    today: date,
    as_of: date | None = None,
    reading: Reading | None = None,
    read_options: ReadOptions = PUBLISHED,
    views: ViewMemory | None = None,
) -> Project:
    """Read a project from the disk for an audience. Raises NoContentError if there is no content/."""
    return project_of_content(root, read_folder(root), today, as_of, reading, read_options, views)


def project_of_content(  # noqa: PLR0913, PLR0917  they are those of `read_project`
    root: Path,
    content: Content,
    today: date,
    as_of: date | None = None,
    reading: Reading | None = None,
    read_options: ReadOptions = PUBLISHED,
    views: ViewMemory | None = None,
) -> Project:
    """Return the project of files that were read, which need not be as they are on the disk."""
    folder = content_of(root).path
    everything = load_everything(content, today, as_of, reading or KeptFiles(folder))
    everything = _untrusted(everything) if read_options.is_untrusted else everything
    hidden = None if read_options.audience == PRIVATE else hidden_in(everything)
    seeing = (views or ViewMemory()).through(KeptViews(folder, content.files))
    loaded = checked_for_audience(everything, read_options.audience, seeing=seeing, hidden=hidden)
    commits = commits_of(root, everything.roadmap)
    sources = read_sources(root, everything.roadmap.settings, today)
    with_others = partial(_with_others, commits=commits, sources=sources)
    return Project(root, content, with_others(loaded), today, with_others(everything), hidden)


def _with_others(loaded: Loaded, commits: tuple[int, ...], sources: Mapping[str, OtherRepository]) -> Loaded:
    """Return a roadmap with what was read outside of content/."""
    if not commits and not sources:
        return loaded
    return replace(loaded, roadmap=replace(loaded.roadmap, commits=commits, sources=sources))


def read_folder(root: Path) -> Content:
    """Read the files of a project. Raises NoContentError if there is no folder of them."""
    return read_content(content_of(root))


def load_everything(content: Content, today: date, as_of: date | None = None, reading: Reading | None = None) -> Loaded:
    """Load the whole roadmap of files, for no audience."""
    read = load_with_bases(content.files, today, as_of, reading, content.diagnostics)
    return with_excluded(read, content.assets)


def schema_errors_of(everything: Loaded) -> tuple[Diagnostic, ...]:
    """Return the errors in roadmap.yml."""
    return tuple(each for each in everything.diagnostics if each.is_error and each.span.path == ROADMAP_FILE)


def _untrusted(loaded: Loaded) -> Loaded:
    settings = replace(loaded.roadmap.settings, untrusted=True)
    return replace(loaded, roadmap=replace(loaded.roadmap, settings=settings))


def _program_texts() -> Iterator[str]:
    from milemark.output.site.renderer import packaged_templates  # only a name in an output needs it
    from milemark.publish.programs import program_texts

    return program_texts([packaged_templates(), *(Path(str(files("milemark") / name)) for name in _WRITING)])


class ProgressListener(NamedTuple):
    """Callbacks while the history is read: the numbers of files read and of all files, and a note on failure."""

    progress: ProgressCallback | None = None
    note: Callable[[str], object] = str


SILENT = ProgressListener()


def history_of(project: Project, listener: ProgressListener = SILENT, *, is_eager: bool = False) -> History | None:
    """Return the history of a project, or None if git has none. An eager run reuses the last one of this process."""
    if project.is_portfolio:
        return None
    try:
        if not is_eager:
            return read_history(project.root, project.today, listener.progress, project.present)
        head = commit_of(open_content(project.root), "HEAD")
        return _history_at(project.root, project.today, head, project.present)
    except UnreadableError as error:
        listener.note(f"history skipped: {error}")
    except NoHistoryError:
        pass
    return None


@lru_cache(maxsize=1)
def _history_at(root: Path, today: date, _head: str, present: Present | None) -> History:
    return read_history(root, today, present=present)
