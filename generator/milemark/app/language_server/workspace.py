"""One project as an editor shows it: open buffers lie over the files of the disk, and one worker relates them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

from lsprotocol import types as lsp

from milemark.app.kept_files import KeptFiles
from milemark.app.options import Options, ReadOptions
from milemark.app.project import Project, project_of_content, read_folder
from milemark.editor.diagnostics import as_diagnostic
from milemark.editor.view import FileView, Texts, lines_of
from milemark.foundation.content_folder import content_of
from milemark.foundation.diagnostics import Diagnostic, in_order
from milemark.foundation.disk import Content
from milemark.foundation.i18n import Language
from milemark.foundation.layout import BASE_ENDING, PRIVATE, ROADMAP_FILE
from milemark.foundation.pool import give_back_memory
from milemark.query.check import check_queries
from milemark.roadmap.load import File, Loaded, Memory, load, read_file, read_files, without_ignored
from milemark.roadmap.settings import Settings
from milemark.roadmap.settings_file import parse_settings

_MANY = 50  # files that are new to the memory: so many are read on all cores, and from the cache
_EMPTY = Content({}, (), ())
Published = dict[str, list[lsp.Diagnostic]]


class Workspace:
    """The state of one project. Only `relate` may run in another thread than the others."""

    def __init__(self, root: Path, encoding: lsp.PositionEncodingKind) -> None:
        self.root, self.encoding = root, encoding
        self.folder = content_of(root)
        self.closed = Event()  # the editor has closed its folder, or the server ends
        self.disk = _EMPTY
        self.opened: dict[str, bytes] = {}
        self.version = 0
        self.project: Project | None = None
        self.published: Published = {}
        self._memory = Memory(self._read)

    @property
    def today(self) -> date:
        """The day of the roadmap, unless it pins one."""
        return Options().today

    def path_of(self, file: Path) -> str:
        """Return the path of a file below the content folder, or an empty text if it is none of the project."""
        if file == self.folder.roadmap:
            return ROADMAP_FILE
        if not file.is_relative_to(self.folder.path):
            return ""
        path = file.relative_to(self.folder.path).as_posix()
        is_hidden = any(part.startswith(".") for part in path.split("/"))
        is_output = any(path == each or path.startswith(f"{each}/") for each in self.folder.skipped)
        return path if path.endswith((".md", BASE_ENDING)) and not is_hidden and not is_output else ""

    def read_disk(self) -> None:
        """Read the files of the disk."""
        self.disk = read_folder(self.root)

    def content(self) -> Content:
        """Return the files as the editor shows them."""
        return replace(self.disk, files=dict(sorted({**self.disk.files, **self.opened}.items())))

    def relate(self, content: Content) -> tuple[Project, Published]:
        """Read and relate files; return the project with the findings of each file."""
        project = project_of_content(
            self.root, content, self.today, reading=self._memory, read_options=ReadOptions(PRIVATE)
        )
        texts, found = Texts(self.folder, content.files, self.encoding), Published()
        for each in project.diagnostics:
            found.setdefault(each.span.path, []).append(as_diagnostic(texts, each, project.spoken))
        give_back_memory()
        return project, found

    def related(self) -> Project:
        """Return the files as the editor shows them now, related: the last ones if nothing has changed since."""
        content, last = self.content(), self.project
        return last if last and last.content.files == content.files else self.relate(content)[0]

    def _read(self, settings: Settings, files: Mapping[str, bytes]) -> Sequence[File]:
        return KeptFiles(self.folder.path)(settings, files) if len(files) > _MANY else read_files(settings, files)

    def view(self, path: str) -> FileView:
        """Return a file with the roadmap around it; until that is related, it is the file alone."""
        files = {**self.disk.files, **self.opened}
        texts = Texts(self.folder, files, self.encoding)
        if self.project is None:
            alone = _alone(self, path)
            return FileView(alone, texts, path, self._language(alone))
        loaded = self.project.loaded
        found = [each for each in self.project.diagnostics if each.span.path == path]
        is_same = self.project.content.files.get(path) == files.get(path, b"")
        findings = found if is_same else self.findings_at_once(path)
        related = self.project.content.files
        changed = frozenset(
            each for each, data in self.opened.items() if each.endswith(".md") and related.get(each) != data
        )
        assets, every = self.project.content.assets, self.project.diagnostics
        return FileView(loaded, texts, path, self.project.spoken, findings, assets, changed, every)

    @staticmethod
    def _language(loaded: Loaded) -> Language:
        return Language(loaded.roadmap.settings.locale)

    def diagnostics_at_once(self, path: str) -> list[lsp.Diagnostic]:
        """Return the findings of a file that can be known without the others."""
        texts = Texts(self.folder, {**self.disk.files, **self.opened}, self.encoding)
        spoken = self.project.spoken if self.project else Language("en")
        return [as_diagnostic(texts, each, spoken) for each in self.findings_at_once(path)]

    def findings_at_once(self, path: str) -> Sequence[Diagnostic]:
        """Return the findings of a file alone, and those of the whole roadmap at lines that have not changed since."""
        data = self.opened.get(path, self.disk.files.get(path, b""))
        roadmap = self.opened.get(ROADMAP_FILE, self.disk.files.get(ROADMAP_FILE))
        settings, wrong = parse_settings(roadmap)
        if path == ROADMAP_FILE:
            return in_order(wrong)
        if settings.is_excluded(path) or not path.endswith(".md"):
            return ()
        found = _own_findings(settings, path, data)
        return without_ignored(settings, [*found, *self._still_there(settings, path, data)])

    def _still_there(self, settings: Settings, path: str, data: bytes) -> Iterable[Diagnostic]:
        if self.project is None:
            return
        old = self.project.content.files.get(path, b"")
        own = {(each.span, each.rule.code) for each in _own_findings(settings, path, old)}
        before, now = lines_of(old), lines_of(data)
        for each in self.project.diagnostics:
            row = each.span.line - 1
            is_there = each.span.path == path and row < min(len(before), len(now)) and before[row] == now[row]
            if is_there and (each.span, each.rule.code) not in own:
                yield each


def _own_findings(settings: Settings, path: str, data: bytes) -> list[Diagnostic]:
    file = read_file(settings, path, data)
    found = [each for part in (file, *file.parts) for each in part.diagnostics]
    return [*found, *check_queries(settings, file.document)[0]]


def _alone(workspace: Workspace, path: str) -> Loaded:
    """Return a roadmap of one file."""
    names = {path, ROADMAP_FILE} & {*workspace.opened, *workspace.disk.files}
    files = {name: workspace.opened.get(name, workspace.disk.files.get(name, b"")) for name in names}
    return load(files, workspace.today)
