"""A report of changes: as Markdown for GitHub, as JSON, and as text for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from milemark.foundation.content_folder import shown_in
from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.escaping import github_text, visible, without_breaks
from milemark.foundation.i18n import Language, _
from milemark.history.changes import Changes, FigureChange, NamedItem, NamedTask, ScopeChange
from milemark.history.landings import Landing, PlanForecast
from milemark.history.model import Figures, plain_figures
from milemark.history.refusal import Refusal
from milemark.history.slippage import DueMove
from milemark.output.forecast_words import end_of, line_of, tested_of
from milemark.output.text.envelope import envelope
from milemark.output.text.forecast import values as forecast_values
from milemark.roadmap.metrics.progress import percent_text
from milemark.roadmap.settings import Role

AnyForecast = PlanForecast | Refusal | None  # None if the audience sees no forecasts
LONGEST = 65_536  # characters of a comment; a step summary may have 1 MiB, which no such text reaches
_ROWS = 50  # of each section
_MORE = _("and {count} more")
_CUT = _("The rest is left out: GitHub shows no more than {limit} characters.")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The period of a report: `since` as the user wrote it, its commit and its days; `notes` name gaps in the data."""

    since: str
    commit: str
    first: date
    last: date
    notes: tuple[str, ...] = ()
    content: str = ""  # the folder of the files, as roadmap.yml names it


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section of a report: a table, or a list if it has no columns. The heading of a list shows its length."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_counted: bool = True

    @property
    def count(self) -> str:
        """The number of rows, as shown after the title of a list."""
        return f" ({len(self.rows)})" if self.is_counted and not self.columns else ""


def sections(
    changes: Changes, period: ReportPeriod, forecast: AnyForecast, language: Language
) -> Iterator[ReportSection]:
    """Yield the sections of a report that have rows."""
    say = language.gettext
    columns = tuple(map(say, (_("Track"), _("Then"), _("Now"), _("Tasks"))))
    rows = [_figures_row(change, language) for change in (changes.whole, *changes.tracks)]
    yield ReportSection(say(_("Progress")), columns, tuple(rows))
    lists: list[tuple[str, Iterable[tuple[str, ...]]]] = [
        (_("Items finished"), map(_named, changes.items.finished)),
        (_("Tasks finished"), map(_task_row, changes.tasks.finished)),
        (_("Items started"), map(_named, changes.items.started)),
        (_("Items reopened"), map(_named, changes.items.reopened)),
        (_("Items added"), map(_named, changes.items.added)),
        (_("Tasks added"), map(_task_row, changes.tasks.added)),
        (_("Items dropped"), map(_named, changes.items.dropped)),
        (_("Items removed"), map(_named, changes.items.removed)),
        (_("Tasks removed"), map(_task_row, changes.tasks.removed)),
        (_("Scope"), (_scope_row(each, language) for each in changes.scope)),
        (_("Moved due dates"), (_due_move_row(item, move, language) for item, move in changes.due_moves)),
        (_("New problems"), (_problem_row(each, period, language) for each in changes.problems)),
    ]
    ahead = _forecast_rows(forecast, language) if forecast else ()
    found = [ReportSection(say(title), (), tuple(each)) for title, each in lists]
    found.append(ReportSection(say(_("Next tasks")), (), tuple(map(_task_row, changes.next_up)), is_counted=False))
    found.append(ReportSection(say(_("Forecast")), (), tuple(ahead), is_counted=False))
    yield from (section for section in found if section.rows)


def _figures_row(change: FigureChange, language: Language) -> tuple[str, ...]:
    title = change.item.title if change.item.id else language.gettext(_("Overall"))
    tasks = " → ".join(_tasks(each) for each in (change.before, change.after))
    return title, _percent(change.before), _percent(change.after), tasks


def _percent(figures: Figures | None) -> str:
    return percent_text(figures.progress if figures else None)


def _tasks(figures: Figures | None) -> str:
    return f"{figures.done} / {figures.total}" if figures else "–"


def _named(item: NamedItem) -> tuple[str, ...]:
    return (item.title, item.track) if item.track else (item.title,)


def _task_row(task: NamedTask) -> tuple[str, ...]:
    return task.text, task.item.title


def _scope_row(each: ScopeChange, language: Language) -> tuple[str, ...]:
    found = [each.item.title]
    if each.tasks[0] != each.tasks[1]:
        found.append(language.gettext(_("tasks: {before} → {after}")).format(before=each.tasks[0], after=each.tasks[1]))
    if each.weight[0] != each.weight[1]:
        before, after = map(language.number, each.weight)
        found.append(language.gettext(_("weight: {before} → {after}")).format(before=before, after=after))
    return tuple(found)


def _due_move_row(item: NamedItem, move: DueMove, language: Language) -> tuple[str, ...]:
    days = f"{move.days:+d}"
    moved = language.ngettext("{days} day", "{days} days", abs(move.days)).format(days=days)
    return item.title, f"{move.before} → {move.after}", moved


def _problem_row(each: Diagnostic, period: ReportPeriod, language: Language) -> tuple[str, ...]:
    return shown_in(period.content, str(each.span)), f"{each.rule.code}: {each.message_in(language.gettext)}"


def _forecast_rows(found: PlanForecast | Refusal, language: Language) -> Iterator[tuple[str, ...]]:
    yield (end_of(found, language),)
    if isinstance(found, PlanForecast):
        for each in _milestones(found):
            in_time = language.gettext(_("{chance}% in time")).format(chance=each.chance)
            yield each.title, line_of(each, found.today, language), *([in_time] if each.chance is not None else ())
        yield from ((each,) for each in tested_of(found, language))


def _milestones(found: PlanForecast) -> tuple[Landing, ...]:
    return tuple(each for each in found.landings if each.item and each.item.role is Role.MILESTONE)


def as_markdown(changes: Changes, period: ReportPeriod, forecast: AnyForecast, language: Language) -> str:
    """Return a report for a step summary or a comment on GitHub: texts are escaped, and the length is limited."""
    lines = [f"## {github_text(_heading(changes, period, language))}", ""]
    for section in sections(changes, period, forecast, language):
        lines += [*_markdown_section(section, language), ""]
    lines += [f"> {github_text(note)}" for note in period.notes]
    return _cut(lines, language.gettext(_CUT).format(limit=f"{LONGEST:,}"))


def _heading(changes: Changes, period: ReportPeriod, language: Language) -> str:
    title = changes.title or language.gettext(_("Roadmap"))
    return f"{title}: {period.first.isoformat()} – {period.last.isoformat()}"


def _markdown_section(section: ReportSection, language: Language) -> Iterator[str]:
    yield f"### {github_text(section.title)}{section.count}"
    yield ""
    if section.columns:
        yield _row(section.columns)
        yield _row("---" for _column in section.columns)
    for row in section.rows[:_ROWS]:
        cells = [github_text(cell) for cell in row]
        yield _row(cells) if section.columns else f"- {' · '.join(cells)}"
    if rest := _rest(section, language):
        yield f"\n{github_text(rest)}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rest(section: ReportSection, language: Language) -> str:
    more = len(section.rows) - _ROWS
    return language.gettext(_MORE).format(count=more) if more > 0 else ""


def _cut(lines: Sequence[str], note: str) -> str:
    """Return as many whole lines as fit, then a note."""
    text = "\n".join(lines).rstrip("\n") + "\n"
    if len(text) <= LONGEST:
        return text
    kept = text[: LONGEST - len(note) - 3]
    return f"{kept[: kept.rindex(chr(10))]}\n\n{note}\n"


def as_text(changes: Changes, period: ReportPeriod, forecast: AnyForecast, language: Language, width: int) -> str:
    """Return a report for a terminal, with columns aligned for wide characters too."""
    from rich.console import Console  # heavy, and only a terminal needs it
    from rich.table import Table
    from rich.text import Text

    written = io.StringIO()
    console = Console(file=written, width=width, color_system=None)
    console.print(Text(visible(without_breaks(_heading(changes, period, language)))))
    for section in sections(changes, period, forecast, language):
        console.print(Text(f"\n{section.title}{section.count}"))
        table = Table.grid(padding=(0, 2))
        for row in (*((section.columns,) if section.columns else ()), *section.rows[:_ROWS]):
            table.add_row("", *(Text(visible(without_breaks(cell)), overflow="fold") for cell in row))
        console.print(table)
        if rest := _rest(section, language):
            console.print(Text(f"  {rest}"))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def as_json(changes: Changes, period: ReportPeriod, forecast: AnyForecast, language: Language) -> str:
    """Return a report as JSON; every key is always present."""
    values = {
        "title": changes.title,
        "since": {
            "asked": period.since,
            "commit": period.commit or None,
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
        },
        "notes": list(period.notes),
        "progress": _json_change(changes.whole),
        "tracks": [{"id": each.item.id, "title": each.item.title, **_json_change(each)} for each in changes.tracks],
        "items": {name: [each._asdict() for each in found] for name, found in changes.items._asdict().items()},
        "tasks": {name: [_json_task(each) for each in found] for name, found in changes.tasks._asdict().items()},
        "rescoped": [
            {**each.item._asdict(), "weight": list(map(float, each.weight)), "tasks": list(each.tasks)}
            for each in changes.scope
        ],
        "slipped": [
            {**item._asdict(), "from": str(move.before), "to": str(move.after), "days": move.days}
            for item, move in changes.due_moves
        ],
        "problems": {
            "new": [_json_problem(each, period, language) for each in changes.problems],
            "solved": changes.solved,
        },
        "next": [_json_task(each) for each in changes.next_up],
        "forecast": _json_forecast(forecast, language) if forecast else None,
    }
    return envelope("report", values)


def _json_change(change: FigureChange) -> dict[str, Any]:
    return {"then": _json_figures(change.before), "now": _json_figures(change.after)}


def _json_figures(figures: Figures | None) -> dict[str, Any] | None:
    return {**plain_figures(figures), "stages": dict(figures.stages)} if figures else None


def _json_task(task: NamedTask) -> dict[str, Any]:
    return {"text": task.text, "item": task.item._asdict()}


def _json_problem(each: Diagnostic, period: ReportPeriod, language: Language) -> dict[str, Any]:
    span = each.span
    place = {"path": shown_in(period.content, span.path), "line": span.line, "column": span.column}
    return {
        "rule": each.rule.code,
        "severity": each.rule.severity,
        **place,
        "message": each.message_in(language.gettext),
    }


def _json_forecast(found: PlanForecast | Refusal, language: Language) -> dict[str, Any]:
    rows = _milestones(found) if isinstance(found, PlanForecast) else ()
    return forecast_values(found, rows, language)
