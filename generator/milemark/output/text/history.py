"""A history as text with a line for each commit, as CSV with a row for each figure, and as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from milemark.foundation.escaping import csv_cell, visible
from milemark.foundation.i18n import Language, _
from milemark.history.lifecycle import Lifecycle, lifecycles
from milemark.history.model import (
    NO_STAGE,
    STAGES,
    Figures,
    History,
    ItemSnapshot,
    Snapshot,
    notes,
    plain_figures,
    stage_totals,
)
from milemark.output.text.envelope import envelope
from milemark.roadmap.metrics.progress import percent_text

WHOLE, TRACK, ITEM = "roadmap", "track", "item"
_COLUMNS = ("commit", "time", "day", "is_main", "kind", "id", "progress", "tasks_done", "tasks", *STAGES)
_UNCOMMITTED = _("not committed")


def as_json(history: History, language: Language) -> str:
    """Return a history as JSON. `items` of a commit are the items that differ from its first parent."""
    days = {point.snapshot.commit: point.day for point in history.line}
    found = lifecycles(history)
    values = {
        "partial": list(notes(history, language)),
        "commits": [_snapshot(snapshot, days.get(snapshot.commit)) for snapshot in history.snapshots],
        "items": [_lifecycle(each) for each in found.items],
        "tasks": [{**_lifecycle(each), "text": each.id.text} for each in found.tasks],
    }
    return envelope("history", values, 1)


def _snapshot(snapshot: Snapshot, day: date | None) -> dict[str, Any]:
    return {
        "commit": snapshot.commit or None,
        "parents": list(snapshot.parents),
        "time": snapshot.when.isoformat(),
        "day": day.isoformat() if day else None,
        "is_main": day is not None,
        **_figures(snapshot.whole),
        "tracks": {id_: _figures(each) for id_, each in snapshot.tracks.items()},
        "items": {id_: _item(each) if each else None for id_, each in snapshot.items.items()},
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {**plain_figures(figures), "stages": stage_totals(figures)}


def _item(item: ItemSnapshot) -> dict[str, Any]:
    return {"title": item.title, "track": item.track, "stage": item.stage or None, **plain_figures(item)}


def _lifecycle(lifecycle: Lifecycle) -> dict[str, Any]:
    days = {name: getattr(lifecycle, name) for name in ("added", "started", "finished", "removed")}
    return {
        "id": lifecycle.id.item,
        "title": lifecycle.title,
        "track": lifecycle.track,
        "is_done": lifecycle.is_done,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def as_csv(history: History) -> str:
    """Return a row for the roadmap, each track and each changed item at each commit."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    days = {point.snapshot.commit: point.day for point in history.line}
    for snapshot in history.snapshots:
        day = days.get(snapshot.commit)
        start = (
            snapshot.commit,
            snapshot.when.isoformat(),
            day.isoformat() if day else "",
            str(day is not None).lower(),
        )
        writer.writerows([*start, *row] for row in _rows(snapshot))
    return written.getvalue()


def _rows(snapshot: Snapshot) -> Iterator[list[Any]]:
    yield [WHOLE, "", *_numbers(snapshot.whole)]
    for id_, figures in snapshot.tracks.items():
        yield [TRACK, csv_cell(id_), *_numbers(figures)]
    for id_, item in snapshot.items.items():
        stages: Mapping[str, int] = {item.stage or NO_STAGE: 1} if item else {}
        numbers = Figures(item.progress, item.done, item.total, stages) if item else Figures(None, 0, 0, {})
        yield [ITEM, csv_cell(id_), *_numbers(numbers)]


def _numbers(figures: Figures) -> list[Any]:
    return [
        "" if figures.progress is None else figures.progress,
        figures.done,
        figures.total,
        *stage_totals(figures).values(),
    ]


def as_text(history: History, language: Language) -> str:
    """Return a line for each commit on the line of first parents whose figures differ from the one before."""
    labels = (_("Day"), _("Commit"), _("Progress"), _("Tasks"), _("Items"))
    rows = [tuple(map(language.gettext, labels))]
    before: Figures | None = None
    for point in history.line:
        if point.snapshot.whole != before:
            rows.append(tuple(_line(point.snapshot, point.day, language)))
        before = point.snapshot.whole
    return "\n".join(_aligned(rows))


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows as lines with aligned columns, for wide characters too; figures are aligned to the right."""
    from rich.cells import cell_len  # only a terminal needs it; rich's own tables take a second

    lengths = [list(map(cell_len, row)) for row in rows]
    widths = list(map(max, zip(*lengths, strict=True)))
    for row, own in zip(rows, lengths, strict=True):
        blanks = [" " * (width - length) for width, length in zip(widths, own, strict=True)]
        day, commit, progress, tasks, items = row
        yield f"{day}{blanks[0]}  {commit}{blanks[1]}  {blanks[2]}{progress}  {blanks[3]}{tasks}  {items}"


def _line(snapshot: Snapshot, day: date, language: Language) -> Iterator[str]:
    figures = snapshot.whole
    stages = (f"{figures.stages[stage]} {language.gettext(stage)}" for stage in STAGES if figures.stages.get(stage))
    yield day.isoformat()
    yield snapshot.commit[:7] or visible(language.gettext(_UNCOMMITTED))
    yield percent_text(figures.progress)
    yield f"{figures.done} / {figures.total}"
    yield ", ".join(stages)
