"""A report as people and programs read it: Markdown for GitHub, JSON, and text for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from milemark.foundation.diagnostics import Diagnostic
from milemark.foundation.escaping import github_text, json_text, visible
from milemark.foundation.i18n import Language, _
from milemark.foundation.layout import CONTENT
from milemark.history.changes import Box, NamedItem, Pair, Report, Rescoped
from milemark.history.forecast import LEVELS, Forecast, RoadmapForecast, TargetForecast
from milemark.history.model import Figures, plain_figures
from milemark.history.slippage import DueMove
from milemark.roadmap.metrics.progress import percent

FORMAT = 1  # grows where a reader of an older one would fail; keys may be added without
LONGEST = 65_536  # characters of a comment; a step summary may have 1 MiB, which no such text reaches
_ROWS = 50  # of each section
_MORE = _("and {count} more")
_CUT = _("The rest is left out: GitHub shows no more than {limit} characters.")


@dataclass(frozen=True, slots=True)
class Since:
    """What a report looks back to, as it was asked for and as it was found; `notes` say what it cannot tell."""

    asked: str
    commit: str
    first: date
    last: date
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of a report: a table, or without names of columns a list, whose title says how long it is."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_counted: bool = True

    @property
    def count(self) -> str:
        """How many rows there are, as it stands behind the title."""
        return f" ({len(self.rows)})" if self.is_counted and not self.columns else ""


def sections(report: Report, outlook: RoadmapForecast | None, language: Language) -> Iterator[ReportSection]:
    """Yield the parts of a report, without those that are empty."""
    say = language.gettext
    columns = tuple(map(say, (_("Track"), _("Then"), _("Now"), _("Tasks"))))
    rows = [_pair_row(pair, language) for pair in (report.whole, *report.tracks)]
    yield ReportSection(say(_("Progress")), columns, tuple(rows))
    lists: list[tuple[str, Iterable[tuple[str, ...]]]] = [
        (_("Items finished"), map(_named, report.items.finished)),
        (_("Tasks finished"), map(_box, report.tasks.finished)),
        (_("Items started"), map(_named, report.items.started)),
        (_("Items reopened"), map(_named, report.items.reopened)),
        (_("Items added"), map(_named, report.items.added)),
        (_("Tasks added"), map(_box, report.tasks.added)),
        (_("Items dropped"), map(_named, report.items.dropped)),
        (_("Items removed"), map(_named, report.items.removed)),
        (_("Tasks removed"), map(_box, report.tasks.removed)),
        (_("Scope"), (_scope_row(each, language) for each in report.rescoped)),
        (_("Dates that moved"), (_due_move_row(item, move, language) for item, move in report.due_moves)),
        (_("New problems"), (_problem_row(each, language) for each in report.problems)),
    ]
    ahead = _forecast_rows(outlook, language) if outlook else ()
    found = [ReportSection(say(title), (), tuple(each)) for title, each in lists]
    found.append(ReportSection(say(_("What is next")), (), tuple(map(_box, report.next_up)), is_counted=False))
    found.append(ReportSection(say(_("Forecast")), (), tuple(ahead), is_counted=False))
    yield from (section for section in found if section.rows)


def _pair_row(pair: Pair, language: Language) -> tuple[str, ...]:
    title = pair.what.title if pair.what.id else language.gettext(_("Whole"))
    tasks = " → ".join(_tasks(each) for each in (pair.before, pair.after))
    return title, _percent(pair.before), _percent(pair.after), tasks


def _percent(figures: Figures | None) -> str:
    return "–" if figures is None or figures.progress is None else f"{percent(figures.progress)}%"


def _tasks(figures: Figures | None) -> str:
    return f"{figures.done} / {figures.total}" if figures else "–"


def _named(item: NamedItem) -> tuple[str, ...]:
    return (item.title, item.track) if item.track else (item.title,)


def _box(box: Box) -> tuple[str, ...]:
    return box.text, box.item.title


def _scope_row(each: Rescoped, language: Language) -> tuple[str, ...]:
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


def _problem_row(each: Diagnostic, language: Language) -> tuple[str, ...]:
    return f"{CONTENT}/{each.span}", f"{each.rule.code}: {each.message_in(language.gettext)}"


def _forecast_rows(outlook: RoadmapForecast, language: Language) -> Iterator[tuple[str, ...]]:
    for target in outlook.targets:
        yield _target(target, language), _forecast(target, language)
    tested = outlook.tested
    if tested.asked:
        text = _("of {asked} earlier forecasts at 85%, {share}% came true")
        yield (language.gettext(text).format(asked=tested.asked, share=tested.share(85)),)


def _target(target: TargetForecast, language: Language) -> str:
    return target.item.title if target.item else language.gettext(_("Whole"))


def _forecast(target: TargetForecast, language: Language) -> str:
    found = target.found
    if not isinstance(found, Forecast):
        return found.told(language.gettext)
    never = language.gettext(_("not within five years"))
    pairs = zip(LEVELS, found.days, strict=True)
    return ", ".join(f"{level}%: {day.isoformat() if day else never}" for level, day in pairs)


def as_markdown(report: Report, since: Since, outlook: RoadmapForecast | None, language: Language) -> str:
    """Return a report for a step summary or a comment: every text stays a text, and GitHub takes all of it."""
    lines = [f"## {github_text(_heading(report, since, language))}", ""]
    for section in sections(report, outlook, language):
        lines += [*_markdown_section(section, language), ""]
    lines += [f"> {github_text(note)}" for note in since.notes]
    return _cut(lines, language.gettext(_CUT).format(limit=f"{LONGEST:,}"))


def _heading(report: Report, since: Since, language: Language) -> str:
    title = report.title or language.gettext(_("Roadmap"))
    return f"{title}: {since.first.isoformat()} – {since.last.isoformat()}"


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
    """Return the lines as far as they fit, whole ones only."""
    text = "\n".join(lines).rstrip("\n") + "\n"
    if len(text) <= LONGEST:
        return text
    kept = text[: LONGEST - len(note) - 3]
    return f"{kept[: kept.rindex(chr(10))]}\n\n{note}\n"


def as_text(report: Report, since: Since, outlook: RoadmapForecast | None, language: Language, width: int) -> str:
    """Return a report for a terminal: columns stand below each other, wide letters or not."""
    from rich.console import Console  # noqa: PLC0415  heavy, and only a terminal needs it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    written = io.StringIO()
    console = Console(file=written, width=width, color_system=None)
    console.print(Text(visible(_heading(report, since, language))))
    for section in sections(report, outlook, language):
        console.print(Text(f"\n{section.title}{section.count}"))
        table = Table.grid(padding=(0, 2))
        for row in (*((section.columns,) if section.columns else ()), *section.rows[:_ROWS]):
            table.add_row("", *(Text(visible(cell), overflow="fold") for cell in row))
        console.print(table)
        if rest := _rest(section, language):
            console.print(Text(f"  {rest}"))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def as_json(report: Report, since: Since, outlook: RoadmapForecast | None, language: Language) -> str:
    """Return a report as JSON; keys stay, and each is there whether or not there is anything to say."""
    told = {
        "format": FORMAT,
        "title": report.title,
        "since": {
            "asked": since.asked,
            "commit": since.commit or None,
            "from": since.first.isoformat(),
            "to": since.last.isoformat(),
        },
        "notes": list(since.notes),
        "progress": _json_pair(report.whole),
        "tracks": [{"id": each.what.id, "title": each.what.title, **_json_pair(each)} for each in report.tracks],
        "items": {name: [each._asdict() for each in found] for name, found in report.items._asdict().items()},
        "tasks": {name: [_json_box(each) for each in found] for name, found in report.tasks._asdict().items()},
        "rescoped": [
            {**each.item._asdict(), "weight": list(map(float, each.weight)), "tasks": list(each.tasks)}
            for each in report.rescoped
        ],
        "slipped": [
            {**item._asdict(), "from": str(move.before), "to": str(move.after), "days": move.days}
            for item, move in report.due_moves
        ],
        "problems": {"new": [_json_problem(each, language) for each in report.problems], "solved": report.solved},
        "next": [_json_box(each) for each in report.next_up],
        "forecast": _json_outlook(outlook, language) if outlook else None,
    }
    return json_text(told, 2)


def _json_pair(pair: Pair) -> dict[str, Any]:
    return {"then": _json_figures(pair.before), "now": _json_figures(pair.after)}


def _json_figures(figures: Figures | None) -> dict[str, Any] | None:
    return {**plain_figures(figures), "stages": dict(figures.stages)} if figures else None


def _json_box(box: Box) -> dict[str, Any]:
    return {"text": box.text, "item": box.item._asdict()}


def _json_problem(each: Diagnostic, language: Language) -> dict[str, Any]:
    span = each.span
    place = {"path": f"{CONTENT}/{span.path}", "line": span.line, "column": span.column}
    return {
        "rule": each.rule.code,
        "severity": each.rule.severity,
        **place,
        "message": each.message_in(language.gettext),
    }


def _json_outlook(outlook: RoadmapForecast, language: Language) -> dict[str, Any]:
    tested = outlook.tested
    return {
        "targets": [_json_target(each, language) for each in outlook.targets],
        "backtest": {"asked": tested.asked, "tasks": tested.size, **{f"p{n}": tested.share(n) for n in LEVELS}},
    }


def _json_target(target: TargetForecast, language: Language) -> dict[str, Any]:
    found, name = target.found, target.item.id if target.item else None
    if not isinstance(found, Forecast):
        return {"milestone": name, "refused": _forecast(target, language)}
    days = {f"p{level}": day and day.isoformat() for level, day in zip(LEVELS, found.days, strict=True)}
    return {"milestone": name, "remaining": found.remaining, **days}
