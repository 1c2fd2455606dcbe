"""An item as plain values for JSON and tables: its fields as written, and the figures derived from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from milemark.foundation.dates import PartialDate
from milemark.markdown.document import Task
from milemark.roadmap.metrics.progress import Progress, Rollup, progress_of, track_rollup
from milemark.roadmap.model import Counts, Item, Roadmap, Value
from milemark.roadmap.settings import Role, Settings


def item_values(roadmap: Roadmap, item: Item) -> dict[str, Any]:
    """Return the fields of an item, its progress and its tasks; references are ids."""
    return {
        "id": item.id,
        "title": item.title,
        "path": roadmap.settings.shown(item.document.source),
        "collection": item.collection.name,
        "role": str(item.role),
        "stage": item.stage,
        "fields": {item.collection.own_name(name): plain(value) for name, value in item.values.items()},
        "progress": progress_values(progress_of_any(roadmap, item)),
        "tasks": task_values(roadmap.settings, item.tasks),
    }


def progress_of_any(roadmap: Roadmap, item: Item) -> Progress | Rollup:
    """Return the progress of an item by itself, or of a track by its items."""
    if item.role is Role.TRACK:
        return track_rollup(roadmap, item)
    return progress_of(roadmap, item)


def progress_values(progress: Progress | Rollup) -> dict[str, Any]:
    """Return a progress (0 to 100, or None) with its basis, the progress its author claims, and its task counts."""
    values = {"value": plain(progress.value), "basis": "items", "claimed": None, **count_values(progress.counts)}
    if isinstance(progress, Progress):
        values |= {"basis": str(progress.basis), "claimed": plain(progress.claimed)}
    return values


def count_values(counts: Counts) -> dict[str, int]:
    """Return the number of tasks done, and of all tasks."""
    return {"done": counts.done, "total": counts.total}


def task_values(settings: Settings, tasks: Iterable[Task]) -> list[dict[str, Any]]:
    """Return the tasks of a body, in their order."""
    return [
        {
            "text": task.text,
            "mark": task.mark,
            "stage": settings.task_stage(task.mark),
            "depth": task.depth,
            "line": task.span.line,
        }
        for task in tasks
    ]


def plain(value: Value | None) -> Any:
    """Return a value as JSON represents it; a date is its text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    return str(value) if isinstance(value, PartialDate) else value
