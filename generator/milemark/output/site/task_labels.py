"""The marks of tools behind a task as small labels: `📅 2025-03-01` is shown as `due March 1, 2025`.

Of an open task, it is `overdue March 1, 2025` after that day.
"""

from __future__ import annotations

from collections.abc import Mapping

from milemark.foundation.dates import parse_date
from milemark.foundation.escaping import html_text
from milemark.foundation.i18n import Language, _
from milemark.markdown.task_marks import DUE, TaskMark, read_labels
from milemark.roadmap.model import Roadmap

_WORDS: Mapping[str, str] = {
    DUE: _("due"),
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
_SIGNS: Mapping[str, str] = {
    "🔺": _("highest"),
    "⏫": _("high"),
    "🔼": _("medium"),
    "🔽": _("low"),
    "⏬": _("lowest"),
}
_LEVELS = {**_SIGNS, **{word: word for word in _SIGNS.values()}}  # Dataview has words: `[priority:: high]`


def task_labels(language: Language, roadmap: Roadmap, text: str, mark: str) -> tuple[str, str] | None:
    """Return the end of a task's text without the marks of tools, and its labels as HTML; None if it has none.

    `mark` is that of its box.
    """
    marked = read_labels(text)
    if not marked.marks:
        return None
    is_open = not roadmap.settings.is_closed(mark)
    return marked.text, " ".join(_label(language, roadmap, each, is_open=is_open) for each in marked.marks)


def _label(language: Language, roadmap: Roadmap, mark: TaskMark, *, is_open: bool) -> str:
    day = parse_date(mark.value.strip("[] "))
    is_late = is_open and mark.name == DUE and day is not None and day.last < roadmap.as_of
    name = language.gettext(_("overdue") if is_late else _WORDS[mark.name]) if mark.name in _WORDS else mark.name
    level = _LEVELS.get(mark.value)
    value = language.date(day) if day else language.gettext(level) if level else mark.value
    return f'<span class="{"mm-mark" if is_late else "mm-task-label"}">{html_text(f"{name} {value}".strip())}</span>'
