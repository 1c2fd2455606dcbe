"""The marks of tools behind a task as small labels: `📅 2025-03-01` is shown as `due March 1, 2025`."""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import html_text
from milemark.foundation.i18n import Language, _
from milemark.markdown.task_marks import TaskMark, read_labels

_WORDS: Mapping[str, str] = {
    "due": _("due"),
    "done": _("finished"),
    "start": _("start"),
    "scheduled": _("scheduled"),
    "created": _("created"),
    "cancelled": _("cancelled"),
    "reminder": _("reminder"),
    "repeat": _("repeats"),
    "priority": _("priority"),
    "id": _("id"),
    "depends_on": _("needs"),
    "on_completion": _("when done"),
}
_LEVELS: Mapping[str, str] = {
    "🔺": _("highest"),
    "⏫": _("high"),
    "🔼": _("medium"),
    "🔽": _("low"),
    "⏬": _("lowest"),
}


def task_labels(language: Language, text: str) -> tuple[str, str] | None:
    """Return the end of a task's text without the marks of tools, and its labels as HTML; None if it has none."""
    marked = read_labels(text)
    if not marked.marks:
        return None
    labels = (f'<span class="mm-task-label">{html_text(_shown(language, mark))}</span>' for mark in marked.marks)
    return marked.text, " ".join(labels)


def _shown(language: Language, mark: TaskMark) -> str:
    name = language.gettext(_WORDS[mark.name]) if mark.name in _WORDS else mark.name
    day = parse_date(mark.value.strip("[] "))
    level = _LEVELS.get(mark.value)
    value = language.date(day) if day else language.gettext(level) if level else mark.value
    return f"{name} {value}".strip()
