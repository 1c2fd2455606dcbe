"""The last lines of `milemark check`: what was checked, in numbers, and what to do with an undeclared folder."""

from __future__ import annotations

import json
import re

from milemark.scan import Checked, Summary

_STAGES = ("planned", "active", "paused", "done", "dropped")
_SHOWN = 12
_PLAIN = re.compile(r"(?!null$)[^\W\d_][\w'-]*(?: [\w'-]+)*")  # what YAML reads as it stands


def in_words(checked: Checked) -> str:
    """Return how much was checked and how much is wrong; for a folder without roadmap.yml, how to begin with one."""
    errors = sum(each.is_error for each in checked.diagnostics)
    warnings = len(checked.diagnostics) - errors
    summary = checked.summary
    counted = [_count(summary.items, "item"), _count(summary.pages, "page")]
    if summary.tasks:
        counted.append(f"{_count(summary.tasks, 'task')} ({summary.tasks_done} done)")
    line = f"{', '.join(counted)}: {_count(errors, 'error')}, {_count(warnings, 'warning')}"
    return f"{line}\n{_advice(summary)}" if summary.is_adopted and summary.statuses else line


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _advice(summary: Summary) -> str:
    """Return a roadmap.yml to begin with: the words found in `status`, with the stages they seem to mean."""
    from milemark.config import DEFAULT_STATUSES  # noqa: PLC0415  only undeclared folders need it

    words = [
        f"  {_key(word)}: {DEFAULT_STATUSES.get(word, _STAGES[0])}  # {_count(number, 'item')}"
        for word, number in list(summary.statuses.items())[:_SHOWN]
    ]
    head = "\nA roadmap.yml beside these files makes them a database. To begin with, give each status its stage:\n"
    return "\n".join([head, "statuses:  # planned, active, paused, done or dropped", *words])


def _key(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)
