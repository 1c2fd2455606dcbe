"""The result of a write as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.escaping import visible
from milemark.output.text.diagnostics import FormatContext, plain_findings
from milemark.output.text.diff import changed_lines, diff_of
from milemark.output.text.envelope import envelope


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that changes, by its path from the project's root; None where there is no file."""

    path: str
    before: bytes | None
    after: bytes | None
    revision_before: str
    revision_after: str

    @property
    def diff(self) -> str:
        """The change as a diff that `git apply` takes."""
        return diff_of(self.path, self.before, self.after)


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The changes of a command, with what they show to the public and the findings that they bring."""

    command: str
    is_written: bool
    changes: Sequence[FileChange]
    becomes_public: Sequence[str]
    findings: Sequence[Diagnostic]
    notes: Sequence[str] = ()


def as_text(result: WriteResult) -> str:
    """Return each changed file with the lines that it loses and gains."""
    return "\n".join(line for each in result.changes for line in _lines(each)) or "nothing to change"


def _lines(change: FileChange) -> Iterator[str]:
    kind = "new: " if change.before is None else "removed: " if change.after is None else ""
    yield f"{kind}{visible(change.path)}"
    if change.after is not None:
        yield from (f"  {visible(line)}" for line in changed_lines(change.before, change.after))


def as_diff(result: WriteResult) -> str:
    """Return all changes as one diff."""
    return "".join(each.diff for each in result.changes)


def as_json(result: WriteResult, context: FormatContext) -> str:
    """Return the result as JSON; write.schema.json describes it."""
    values = {
        "command": result.command,
        "written": result.is_written,
        "changes": [
            {
                "path": each.path,
                "revision_before": each.revision_before or None,
                "revision_after": each.revision_after or None,
                "diff": each.diff,
            }
            for each in result.changes
        ],
        "becomes_public": list(result.becomes_public),
        "notes": list(result.notes),
        "diagnostics": plain_findings(result.findings, context),
    }
    return envelope("write", values)
