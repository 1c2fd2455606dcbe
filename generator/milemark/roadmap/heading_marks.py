"""The marks with which headings tell a status or a date: `✅ Offline`, `[x] Sync`, `Search (Q2 2025, in progress)`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from milemark.foundation.date_forms import suggest_date
from milemark.foundation.dates import parse_date
from milemark.foundation.suggestions import declared_word
from milemark.roadmap.settings import Settings, Stage
from milemark.roadmap.statuses import group_stage, known_stage

_SIGNS: Mapping[str, Stage] = {
    **dict.fromkeys("✅☑✔✓", Stage.DONE),
    **dict.fromkeys("🚧🏗🔨⏳🔄", Stage.ACTIVE),
    **dict.fromkeys("🔜⬜", Stage.PLANNED),
    "⏸": Stage.PAUSED,
    **dict.fromkeys("❌🚫", Stage.DROPPED),
}
_SIGN = rf"(?P<sign>[{''.join(_SIGNS)}])\ufe0f?"
_FIRST = re.compile(rf"\s*(?:{_SIGN}|\\?\[(?P<mark>[^\]\n])\\?\](?=\s))\s*")
_LAST = re.compile(rf"\s*{_SIGN}\s*(?P<word>[^\W\d_]+(?: [^\W\d_]+)?)?\s*$")
_STRUCK = re.compile(r"\s*~~(.+)~~\s*")
_IN_BRACKETS = re.compile(r"\s*[(（\[](?P<words>[^()（）\[\]]+)[)）\]]\s*$")
_BEHIND = re.compile(r"(?:^|\s+[—–-]\s+|:\s+)(?P<words>[^:—–]+?)\s*$")
_TOLD = ("status", "due")
_COMMA = re.compile(r"\s*[,;·/]\s*")


class Marked(NamedTuple):
    """A text without its marks, and the fields that they tell, `status` and `due`."""

    text: str
    fields: Mapping[str, str]


def read_marks(settings: Settings, text: str, *, is_whole: bool = False) -> Marked:
    """Part the marks at both ends of a heading from its words.

    With `is_whole`, the whole text may be a date or a status: `Q2 2025` above the items of a quarter.
    """
    reader = _MarkReader(settings, text, is_whole=is_whole)
    while reader.step():
        pass
    return Marked(reader.text.strip(), {name: reader.fields[name] for name in _TOLD if name in reader.fields})


def word_of(settings: Settings, stage: Stage) -> str:
    """Return the user's word for a stage: the first one that roadmap.yml declares."""
    return next((word for word, each in settings.statuses.items() if each == stage), stage.value)


class _MarkReader:
    def __init__(self, settings: Settings, text: str, *, is_whole: bool) -> None:
        self.settings, self.text, self.is_whole = settings, text, is_whole
        self.fields: dict[str, str] = {}

    def step(self) -> bool:
        """Take one mark away; false if there is none."""
        return self._first() or self._struck() or self._last() or self._words(_IN_BRACKETS) or self._words(_BEHIND)

    def _first(self) -> bool:
        found = _FIRST.match(self.text)
        stage = found and (_SIGNS[found["sign"]] if found["sign"] else self.settings.task_stage(found["mark"]))
        if not found or not stage:
            return False
        self._take(self.text[found.end() :], status=word_of(self.settings, stage))
        return True

    def _last(self) -> bool:
        """Take a sign at the end, with a status behind it: `✅ COMPLETE`."""
        found = _LAST.search(self.text)
        if not found or (found["word"] and not self._status(found["word"])):
            return False
        status = self._status(found["word"] or "") or word_of(self.settings, _SIGNS[found["sign"]])
        self._take(self.text[: found.start()], status=status)
        return True

    def _struck(self) -> bool:
        found = _STRUCK.fullmatch(self.text)
        if found:
            self._take(found[1], status=word_of(self.settings, Stage.DROPPED))
        return found is not None

    def _words(self, pattern: re.Pattern[str]) -> bool:
        """Take dates and statuses at the end of the text away, if there is nothing else between the brackets."""
        found = pattern.search(self.text)
        rest = self.text[: found.start()] if found else ""
        fields = self._fields(found["words"]) if found and (rest.strip() or self.is_whole) else None
        if fields is None:
            return False
        self._take(rest, **fields)
        return True

    def _fields(self, text: str) -> dict[str, str] | None:
        """Return the fields of words that are dates and statuses only; None for other words."""
        fields: dict[str, str] = {}
        for word in (text, *()) if _date(text) else _COMMA.split(text):
            due, status = _date(word), self._status(word)
            if not due and not status:
                return None
            fields |= {"due": due} if due else {"status": status}
        return fields

    def _take(self, rest: str, **fields: str) -> None:
        """Keep a text without a mark. The first mark of a field stands."""
        self.text, self.fields = rest, {**fields, **self.fields}

    def _status(self, word: str) -> str:
        """Return a word if it is a status, as roadmap.yml writes it; a usual word becomes the user's own."""
        if declared := declared_word(word, self.settings.statuses):
            return declared
        stage = known_stage(word)
        if not stage and self.is_whole:
            told = group_stage(word)
            words = self.settings.statuses  # an undeclared status would be an error
            stage = told if not words or told in words.values() else None
        return word_of(self.settings, stage) if stage else ""


def _date(text: str) -> str:
    return text.strip() if parse_date(text.strip()) else suggest_date(text) or ""
