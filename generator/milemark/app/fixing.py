"""The corrections of a project's findings as a write, without those that would bring another finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from milemark.app.folders import Part
from milemark.app.project import Project
from milemark.app.write_plan import Planner, WriteChanges, WritePlan
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.fixes import Fix, apart, fix_of
from milemark.markdown.byte_tree import ByteLines
from milemark.markdown.edit import spliced
from milemark.markdown.edits import Splice
from milemark.markdown.encoding import readable

_ROUNDS = 5  # a name that is corrected lets its value be read, which may need a correction of its own
_OF_PLAN = "MM4"
_Lines = frozenset[tuple[str, int]]


def fix_planner(part: Part, *, is_suggested: bool) -> Planner:
    """Return the planner that corrects the findings of a part; without `is_suggested`, only where that is certain."""

    def planner(project: Project) -> WriteChanges:
        fixing = _Fixing(project, part, is_suggested)
        kept: _Lines = frozenset()
        while True:
            planned = fixing.planned(kept)
            worse = _made_worse(WritePlan.of(project, planned))
            if worse <= kept:
                lost = {each for each, _line in worse}
                return WriteChanges({path: data for path, data in planned.items() if path not in lost})
            kept |= worse

    return planner


@dataclass(frozen=True, slots=True)
class _Fixing:
    project: Project
    part: Part
    is_suggested: bool

    def planned(self, kept: _Lines) -> dict[str, bytes | None]:
        """Return the corrected files; some lines are kept as they are."""
        planned: dict[str, bytes | None] = {}
        project = self.project
        for _round in range(_ROUNDS):
            step = self._step(project, kept)
            if not step:
                break
            planned |= step
            project = WritePlan.of(self.project, planned).after
        return planned

    def _step(self, project: Project, kept: _Lines) -> Mapping[str, bytes | None]:
        found: dict[str, list[Diagnostic]] = {}
        for each in project.diagnostics:
            if self.part.holds(each.span.path) and (each.span.path, each.span.line) not in kept:
                found.setdefault(each.span.path, []).append(each)
        files = {path: project.content.files[path] for path in found if path in project.content.files}
        fixes = {path: [*self._chosen(found[path], data)] for path, data in files.items()}
        return {path: corrected(files[path], each) for path, each in fixes.items() if each}

    def _chosen(self, findings: Iterable[Diagnostic], data: bytes) -> Iterable[Fix]:
        return (fix for _each, fix in fixes_in(findings, data) if self.is_suggested or fix.is_certain)


def fixes_in(findings: Iterable[Diagnostic], data: bytes) -> list[tuple[Diagnostic, Fix]]:
    """Return the findings about one file that have a correction."""
    lines = readable(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = ((each, fix_of(each, lines)) for each in findings)
    return [(each, fix) for each, fix in found if fix]


def corrected(data: bytes, fixes: Iterable[Fix]) -> bytes:
    """Return the bytes of a file with corrections."""
    lines = ByteLines(data)
    splices = []
    for span, text, _is_certain in apart(fixes):
        end = lines.offset(span.line, span.column + span.width)
        splices.append(Splice(lines.offset(span.line, span.column), end, text.encode()))
    return spliced(data, tuple(splices))


def _made_worse(plan: WritePlan) -> _Lines:
    """Return the lines at which corrections bring findings of a kind that their file did not have.

    Findings about the plan do not count: a value that is read at last may well show that an item is late.
    """
    known = {(each.span.path, each.rule.code) for each in plan.project.diagnostics}
    found = (each for each in plan.findings if not each.rule.code.startswith(_OF_PLAN))
    return frozenset(each.span[:2] for each in found if (each.span.path, each.rule.code) not in known)
