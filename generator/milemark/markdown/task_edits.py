"""Edits of tasks as splices: the mark of a box, and a date of completion in the form that the file uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from milemark.markdown.byte_tree import Source
from milemark.markdown.document import Task
from milemark.markdown.edits import EditRefusedError, Splice, Splices
from milemark.markdown.task_marks import DONE, read_marks

_DAY = r"(?P<day>\d{4}-\d{2}-\d{2})"
_NAME = r"(?:completion|completed|finished|done)"
# A date of completion with the blanks before it, in the forms of Obsidian Tasks, Dataview and TaskPaper.
_DONE = re.compile(
    rf"[ \t]*(?:✅\ufe0f?[ ]*{_DAY}(?![T\d])|\[{_NAME}::[ ]*{_DAY.replace('day', 'day2')}[ ]*\]"
    rf"|\({_NAME}::[ ]*{_DAY.replace('day', 'day3')}[ ]*\)|@{_NAME}\({_DAY.replace('day', 'day4')}\))"
)
_BLOCK_ID = re.compile(r"[ \t]+\^[\w-]+[ \t]*$")
_REPEATS = {"repeat", "recurrence", "recur", "rec"}


@dataclass(frozen=True, slots=True)
class SetMark:
    """Write a mark into the box of the task on a line of the file.

    With a `day`, a date of completion follows if the task's neighbours have one; without one, its own is removed.
    """

    line: int
    mark: str
    day: date | None = None


def mark_splices(source: Source, edit: SetMark) -> Splices:
    """Return the splices of an edit; none if the box has the mark already. Raises EditRefusedError."""
    task = task_at(source, edit.line)
    if task.mark == edit.mark or {task.mark, edit.mark} == {"x", "X"}:
        return ()
    start = source.lines.offset(task.span.line, task.span.column) + 1
    end = start + len(task.mark.encode())
    if source.data[start - 1 : end + 1] != f"[{task.mark}]".encode():
        raise EditRefusedError(task.span, "the box of this task cannot be found: edit it by hand")
    return (Splice(start, end, edit.mark.encode()), *_date_splices(source, task, edit.day))


def task_at(source: Source, line: int) -> Task:
    """Return the task on a line. Raises EditRefusedError if there is none."""
    found = next((each for each in source.document.tasks if each.span.line == line), None)
    if found is None:
        place = source.lines.span(source.document.path, source.lines.start(line))
        raise EditRefusedError(place, "there is no task on this line")
    return found


def repeats(task: Task) -> bool:
    """Whether a tool creates the task again once it is done: `🔁 every week`."""
    return any(mark.name in _REPEATS for mark in read_marks(" ".join(task.text.split())).marks)


def _date_splices(source: Source, task: Task, day: date | None) -> Iterator[Splice]:
    line = source.lines.text(task.span.line)
    start = source.lines.start(task.span.line)
    own = _DONE.search(line)
    if own and day is None:
        yield Splice(start + _size(line[: own.start()]), start + _size(line[: own.end()]), b"")
    if not own and day and (form := _form(source, task)):
        block_id = _BLOCK_ID.search(line)
        place = start + _size(line[: block_id.start()] if block_id else line.rstrip(" \t"))
        yield Splice(place, place, form.replace("0000-00-00", day.isoformat()).encode())


def _size(text: str) -> int:
    return len(text.encode())


def _form(source: Source, task: Task) -> str:
    """Return the form in which the nearest other task has its date of completion, with 0000-00-00 as date."""
    if read_marks(" ".join(task.text.split())).day(DONE):
        return ""
    others = sorted(source.document.tasks, key=lambda each: (each.heading != task.heading, _distance(each, task)))
    for each in others:
        line = source.lines.text(each.span.line)
        if found := _DONE.search(line):
            day = next(filter(None, (found["day"], found["day2"], found["day3"], found["day4"])))
            form = found[0].replace(day, "0000-00-00")
            return form if form[0] in " \t" else f" {form}"
    return ""


def _distance(one: Task, other: Task) -> int:
    return abs(one.span.line - other.span.line)
