"""The plan of a write: the files that it changes, its findings, and all that it would show to the public."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

from milemark.app.kept_files import KeptFiles
from milemark.app.project import Project, load_everything
from milemark.foundation.cache import digest
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.errors import UserError
from milemark.foundation.layout import PRIVATE, PUBLIC, ROADMAP_FILE
from milemark.markdown.edit import Edit, EditRefusedError, edit_bytes
from milemark.privacy.audience import for_audience, public_text
from milemark.query.load import checked_for_audience
from milemark.roadmap.heading_edits import edit_heading
from milemark.roadmap.load import File, Loaded, read_files
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Settings


class WriteChanges(NamedTuple):
    """New bytes of files by path, None to remove one; places to look at by hand, and a proof of the whole change.

    The proof takes the project as it is and as it will be, and raises UserError to refuse the change.
    """

    files: Mapping[str, bytes | None]
    notes: tuple[str, ...] = ()
    prove: Callable[[Project, Project], None] | None = None


_MANY = 50  # changed files: so many are read on all cores, and from the cache
Planner = Callable[[Project], WriteChanges]


class PlannedFile(NamedTuple):
    """A file of a plan by its path below the content folder, and its bytes; None where there is no file."""

    path: str
    before: bytes | None
    after: bytes | None

    @property
    def revision_before(self) -> str:
        """The revision of the file as it is, empty if there is none."""
        return revision_of(self.before)

    @property
    def revision_after(self) -> str:
        """The revision of the file as it will be, empty if there is none."""
        return revision_of(self.after)


def revision_of(data: bytes | None) -> str:
    """Return the revision of a file: a digest of its bytes."""
    return "" if data is None else digest(data)


@dataclass(frozen=True)
class WritePlan:
    """The files that change, in a project as it was read."""

    project: Project
    files: tuple[PlannedFile, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, project: Project, planned: Mapping[str, bytes | None], notes: tuple[str, ...] = ()) -> WritePlan:
        """Return the plan of new bytes by path, without the files that stay as they are."""
        before = project.content.files
        files = (PlannedFile(path, before.get(path), after) for path, after in planned.items())
        return cls(project, tuple(each for each in files if each.before != each.after), notes)

    @cached_property
    def after(self) -> Project:
        """The project as it will be."""
        content = self.project.content
        files = {**content.files, **{each.path: each.after for each in self.files}}
        kept = {path: data for path, data in sorted(files.items()) if data is not None}
        changed = replace(content, files=kept)
        day = self.project.loaded.roadmap.as_of
        everything = load_everything(changed, self.project.today, day, partial(_read_changed, self.project))
        loaded = checked_for_audience(everything, PRIVATE)
        return Project(self.project.root, changed, loaded, self.project.today, everything, None)

    @cached_property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The findings that the change brings."""
        known = {_identity(each, self._new_place) for each in self.project.diagnostics}
        return tuple(each for each in self.after.diagnostics if _identity(each) not in known)

    @property
    def _new_place(self) -> Mapping[str, str]:
        """The new path of a file that gets another one."""
        new = [each.path for each in self.files if each.before is None]
        return dict(zip(self._gone, new, strict=True)) if len(self._gone) == len(new) == 1 else {}

    @cached_property
    def becomes_public(self) -> tuple[str, ...]:
        """The files, and the lines of files, that the public will see and does not see yet."""
        before, after = (for_audience(each.everything, PUBLIC) for each in (self.project, self.after))
        shown = _paths(before)
        was_private = any(each.after is None and each.path not in shown for each in self.files)
        new = set() if was_private else {each.path for each in self.files if each.before is None}
        files = sorted(_paths(after) - shown - new)
        moved = [each for each in self.files if each.path in _paths(after) and each.path not in files]
        lines = [line for each in moved for line in self._lines(before, after, each)]
        return (*(self.project.folder.shown(path) for path in files), *lines, *self._fields())

    def _fields(self) -> Iterator[str]:
        """Yield the fields that a file has and that only its old collection hides."""
        old = next(
            (item for path in self._gone for item in self.project.everything.roadmap.items if item.path == path), None
        )
        for item in self.after.everything.roadmap.items if old else ():
            if old and any(each.path == item.path and each.before is None for each in self.files):
                names = (name for name in old.collection.private if name not in item.collection.private)
                yield from (f"{self.project.folder.shown(item.path)}: {name}" for name in names if name in item.values)

    @property
    def _gone(self) -> tuple[str, ...]:
        return tuple(each.path for each in self.files if each.after is None)

    def _lines(self, before: Loaded, after: Loaded, file: PlannedFile) -> Iterator[str]:
        """Yield the lines of a file that were private and will be public."""
        sources = [file] if file.before is not None else [each for each in self.files if each.after is None]
        written = {line.strip() for each in sources for line in (each.before or b"").splitlines()}
        shown = {line.strip() for each in sources for line in public_text(before, each.path).splitlines()}
        for number, line in enumerate(public_text(after, file.path).splitlines(), 1):
            if line.strip() in written - shown:
                text = line.strip().decode("utf-8", "replace")
                yield f"{self.project.folder.shown(file.path)}:{number}: {text}"


def _read_changed(project: Project, settings: Settings, files: Mapping[str, bytes]) -> Sequence[File]:
    """Return files as a project has read them, and read those that differ; with other settings, all do."""
    everything, known = project.everything, dict[str, File]()
    if everything.roadmap.settings == settings:
        held = {file.document.source for file in everything.files if file.document.within}
        known = {path: file for file in everything.files if (path := file.document.path) not in held}
    before = project.content.files
    changed = {path: data for path, data in files.items() if path not in known or before.get(path) != data}
    reading = KeptFiles(project.folder.path) if len(changed) > _MANY else read_files
    read = dict(zip(changed, reading(settings, changed), strict=True))
    return [read.get(path) or known[path] for path in files]


def _paths(loaded: Loaded) -> set[str]:
    return {each.document.path for each in loaded.files}


def _identity(finding: Diagnostic, places: Mapping[str, str] | None = None) -> tuple[object, ...]:
    values = {name: value for name, value in finding.values.items() if name != "line"}
    path = (places or {}).get(finding.span.path, finding.span.path)
    return finding.rule.code, path, tuple(sorted(values.items()))


def plan_of(project: Project, planner: Planner) -> WritePlan:
    """Return the plan of a planner, without the files that stay as they are. Raises UserError."""
    try:
        planned = planner(project)
    except EditRefusedError as refused:
        place = f"{project.folder.shown(refused.span.path)}:{refused.span.line}:{refused.span.column}"
        raise UserError(f"{place}: {refused}") from None
    plan = WritePlan.of(project, planned.files, planned.notes)
    if planned.prove and plan.files:
        planned.prove(project, plan.after)
    return plan


def edited_item(project: Project, item: Item, edits: Sequence[Edit], data: bytes | None = None) -> bytes:
    """Return the bytes of an item's file, or `data`, with edits. Raises EditRefusedError."""
    source, settings = item.document.source, project.loaded.roadmap.settings
    data = project.content.files[source] if data is None else data
    if item.document.within:
        return edit_heading(settings, item, data, edits)
    return edit_bytes(source, data, edits, "".join(settings.marks))


def check_revision(project: Project, path: str, revision: str) -> None:
    """Raise UserError if a file does not have a revision."""
    found = revision_of(project.content.files.get(path))
    if found != revision:
        shown = project.folder.shown(path)
        raise UserError(f"{shown} has changed: its revision is {found}, not {revision}; nothing was written")


def place_on_disk(project: Project, path: str) -> Path:
    """Return the place of a file of the content folder."""
    folder = project.folder
    return folder.roadmap if path == ROADMAP_FILE else folder.path / path
