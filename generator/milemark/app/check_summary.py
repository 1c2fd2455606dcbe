"""The last lines of `milemark check`: counts of files and findings, and a roadmap.yml for a folder without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milemark.foundation.diagnostics import Diagnostic, Severity
from milemark.foundation.escaping import yaml_text
from milemark.foundation.i18n import counted

if TYPE_CHECKING:
    from milemark.roadmap.model import Counts  # slow to import, and an unchanged folder does not need it
    from milemark.roadmap.settings import Settings

_SHOWN = 12
_PLURALS = {"person": "people"}


def summary_text(checked: Checked, path: str = "") -> str:
    """Return the counts of a check; for a folder without roadmap.yml, also a roadmap.yml to start with.

    `path` names the file or folder below content/ whose findings were printed, and is empty for the whole folder.
    """
    summary = checked.summary
    if path:
        return f"{path}: {_findings(checked)}"
    line = f"{_content(summary)}: {_findings(checked)}"
    if not summary.items and not summary.pages:
        return f"{line}\nno Markdown files here: `milemark init` starts a roadmap"
    return f"{line}\n{_advice(summary)}" if summary.is_adopted else line


def _content(summary: Summary) -> str:
    counts = [counted(summary.items, "item")]
    counts += [counted(number, role, _PLURALS.get(role, "")) for role, number in summary.others.items() if number]
    counts.append(counted(summary.pages, "page"))
    if summary.tasks or summary.other_tasks:
        more = f"; not counted: {summary.other_tasks} of pages, records or dropped items" if summary.other_tasks else ""
        counts.append(f"{counted(summary.tasks, 'task')} ({summary.tasks_done} done{more})")
    return ", ".join(counts)


def _findings(checked: Checked) -> str:
    found = Counter(each.rule.severity for each in checked.diagnostics)
    notes = f", {counted(found[Severity.NOTE], 'note')}" if found[Severity.NOTE] else ""
    return f"{counted(found[Severity.ERROR], 'error')}, {counted(found[Severity.WARNING], 'warning')}{notes}"


def _advice(summary: Summary) -> str:
    head = "\nA roadmap.yml makes these files a database: `milemark adopt` proposes one for a folder."
    return f"{head} Give each status its stage:\n\n{proposal(summary, _SHOWN)}" if summary.statuses else head


def proposal(summary: Summary, limit: int | None = None) -> str:
    """Return a roadmap.yml to start with: the words used in `status`, with the stages they probably mean."""
    from milemark.roadmap.statuses import likely_stage  # only undeclared folders need it

    words = [
        f"  {yaml_text(word)}: {likely_stage(word)}  # {counted(number, 'item')}"
        for word, number in list(summary.statuses.items())[:limit]
    ]
    rest = len(summary.statuses) - len(words)
    more = [f"  # and {counted(rest, 'word')} more"] if rest else []
    return "\n".join(["statuses:  # planned, active, paused, done or dropped", *words, *more])


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a folder. `statuses` counts the words used in `status`, the most frequent first.

    `others` are the numbers of tracks, milestones and records. `tasks` are those that count in the progress of the
    roadmap; those of pages, milestones, records and dropped items are `other_tasks`. Without a roadmap.yml, all count.
    """

    items: int
    others: Mapping[str, int]
    pages: int
    tasks_done: int
    tasks: int
    other_tasks: int
    statuses: Mapping[str, int]
    is_adopted: bool
    locale: str


def summary_of(
    settings: Settings, items: Sequence[tuple[str, str]], pages: int, work: Counts, tasks: Counts
) -> Summary:
    """Return the summary of a folder from the role and the status of each item, the tasks that count, and all tasks."""
    from milemark.roadmap.settings import Role

    found = Counter(role for role, _status in items)
    others = {role.value: found[role.value] for role in Role if role is not Role.ITEM}
    progress = tasks if settings.is_adopted else work
    words = sorted(Counter(status for _role, status in items if status).items(), key=lambda pair: (-pair[1], pair[0]))
    return Summary(
        found[Role.ITEM.value],
        others,
        pages,
        progress.done,
        progress.total,
        tasks.total - progress.total,
        dict(words),
        settings.is_adopted,
        settings.locale,
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings about a folder, sorted by place, and its counts."""

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary
