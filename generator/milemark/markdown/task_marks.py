"""The marks that tools append to the text of a task: dates, priorities, ids and tags.

It reads the signs of Obsidian Tasks (`✅ 2025-03-01`), inline fields of Dataview (`[due:: 2025-03-01]`), tags of
TaskPaper (`@done(2025-03-01)`), values of todo.txt (`due:2025-03-01`), dates of Kanban boards (`@{2025-03-01}`),
`#tags`, `(#12)`, `^block-ids`, and the comments in which tools keep ids: `%%[id:: 7]%%`, `<!-- id: 7 -->`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from milemark.foundation.dates import parse_date

DONE, DUE = "done", "due"
NO_PRIORITY = 4
_PRIORITIES = {
    **dict(zip("🔺⏫🔼🔽⏬", (1, 2, 3, 5, 6), strict=True)),
    **dict(zip(("highest", "high", "medium", "low", "lowest"), (1, 2, 3, 5, 6), strict=True)),
}
_SIGNS = {
    **dict.fromkeys("📅📆🗓", DUE),
    **dict.fromkeys("⏳⌛", "scheduled"),
    "🛫": "start",
    "➕": "created",
    "✅": DONE,
    "❌": "cancelled",
    "⏰": "reminder",
    "🔁": "repeat",
    "🆔": "id",
    "⛔": "depends_on",
    "🏁": "on_completion",
    **dict.fromkeys("🔺⏫🔼🔽⏬", "priority"),
}
_NAMES = {"completion": DONE, "completed": DONE, "finished": DONE}
_DATE = r"\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2})?"
# A mark with a value of its own, such as a field, is a mark anywhere; a sign or a tag is one at an end of the text.
_MARK = re.compile(
    rf"""
      (?P<comment>%%.*?%% | <!--.*?-->)
    | (?P<sign>[📅📆🗓⏳⌛🛫➕✅❌⏰])\ufe0f?(?:\s*(?P<day>{_DATE}))?
    | (?P<level>[🔺⏫🔼🔽⏬])\ufe0f?
    | (?P<repeat>🔁)\ufe0f?(?P<rule>(?:\ *+[\w,!]++(?!:))*)
    | (?P<other>[🆔⛔🏁])\ufe0f?\s*(?P<ids>[\w-]++(?!:)(?:\s*,\s*[\w-]++(?!:))*)
    | \[(?P<key>[^\[\]():\n]+)::(?P<value>(?:[^\[\]]|\[\[[^\[\]]*\]\])*)\]
    | \((?P<key2>[^\[\]():\n]+)::(?P<value2>[^()]*)\)
    | (?<!\S)@(?P<tag>\w[\w-]*)\((?P<argument>[^()]*)\)
    | (?<!\S)(?P<word>[A-Za-z][\w-]*):(?P<text>[^\s:/]+)(?!\S)
    | (?<!\S)(?P<label>[\#@][^\s!@\#$%^&*(),.?":{{}}|<>\[\]]+)(?!\S)
    | (?<!\S)(?P<id>\(\#\d+\) | \^[\w-]+ | @@?\{{[^{{}}]*\}} | \(@[^()]*\))(?!\S)
    """,
    re.VERBOSE,
)
_MAY_MARK = re.compile(r"[📅📆🗓⏳⌛🛫➕✅❌⏰🔺⏫🔼🔽⏬🔁🆔⛔🏁#@^]|::|\w:\S|%%|<!--")
_GROUPS = (("key", "value"), ("key2", "value2"), ("tag", "argument"), ("word", "text"))


class TaskMark(NamedTuple):
    """One mark: `due` and `2025-03-01`; a tag, an id or a reference has an empty name, and its text as value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class MarkedText:
    """The text of a task without its marks, and the marks in their order."""

    text: str
    marks: tuple[TaskMark, ...] = ()

    def day(self, name: str) -> date | None:
        """Return the day of the last mark with this name that is a date: the `done` day of `✅ 2025-03-01`."""
        written = (parse_date(mark.value.strip("[] ")) for mark in reversed(self.marks) if mark.name == name)
        return next((found.first for found in written if found and found.precision == "day"), None)

    @property
    def priority(self) -> int:
        """The rank of the last priority among the marks, from 1 for the highest to 6; 4 without one, as in Tasks."""
        written = (_PRIORITIES.get(mark.value.casefold()) for mark in reversed(self.marks) if mark.name == "priority")
        return next((rank for rank in written if rank), NO_PRIORITY)


@lru_cache(maxsize=16_384)
def read_marks(text: str) -> MarkedText:
    """Split the plain text of a task, in one line, from its marks.

    `Pay rent 📅 2025-03-01 #home` is `Pay rent` with a due date and a tag. Signs and tags within the text belong to it.
    """
    if not _MAY_MARK.search(text):
        return MarkedText(text)
    found = [*_MARK.finditer(text)]
    first, last = _leading(text, found), _trailing(text, found)
    marks = [each for n, each in enumerate(found) if n < first or n >= last or _has_value(each)]
    return MarkedText(" ".join("".join(_between(text, marks)).split()), tuple(map(_mark, marks)))


def read_labels(text: str) -> MarkedText:
    """Split the end of a task's text from the marks to show as labels: signs and fields, not tags, ids and words.

    ` rent #home 📅 2025-03-01` is ` rent #home` with a due date.
    """
    found = [*_MARK.finditer(text)] if _MAY_MARK.search(text) else []
    last = _trailing(text, found)
    wanted = [each for n, each in enumerate(found) if (n >= last or _has_value(each)) and _is_label(each)]
    return MarkedText(_without(text, wanted), tuple(map(_mark, wanted)))


def field_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the name and the place of each mark with a name and a value: `due:2025-03-01`, `@done(2025-03-01)`."""
    for found in _MARK.finditer(text) if _MAY_MARK.search(text) else ():
        name = next((found[key] for key, _value in _GROUPS if found[key]), "")
        if name:
            yield name, found.start(), found.end()


def _is_label(found: re.Match[str]) -> bool:
    return not any(found[name] is not None for name in ("word", "label", "id", "comment"))


def _without(text: str, marks: Sequence[re.Match[str]]) -> str:
    """Return a text without marks and the blanks before them."""
    end, parts = 0, []
    for each in marks:
        parts.append(text[end : each.start()].rstrip())
        end = each.end()
    return "".join([*parts, text[end:]]).rstrip() if marks else text


def _leading(text: str, found: Sequence[re.Match[str]]) -> int:
    """Return the number of labels that the text begins with."""
    end = 0
    for number, each in enumerate(found):
        if not each["label"] or text[end : each.start()].strip():
            return number
        end = each.end()
    return len(found)


def _trailing(text: str, found: Sequence[re.Match[str]]) -> int:
    """Return the place of the first mark of those that the text ends with."""
    start = len(text)
    for number in range(len(found) - 1, -1, -1):
        if text[found[number].end() : start].strip():
            return number + 1
        start = found[number].start()
    return 0


def _has_value(found: re.Match[str]) -> bool:
    return any(found[name] is not None for name in ("comment", "day", "key", "key2", "tag"))


def _between(text: str, marks: Sequence[re.Match[str]]) -> Iterator[str]:
    end = 0
    for each in marks:
        yield text[end : each.start()]
        yield " "
        end = each.end()
    yield text[end:]


def _mark(found: re.Match[str]) -> TaskMark:
    for name, value in _GROUPS:
        if found[name] is not None:
            word = found[name].strip().casefold()
            return TaskMark(_NAMES.get(word, word), found[value].strip())
    if label := found["label"] or found["id"] or found["comment"]:
        return TaskMark("", label)
    sign = found["sign"] or found["level"] or found["repeat"] or found["other"]
    value = found["day"] or found["rule"] or found["ids"] or ("" if found["sign"] or found["repeat"] else sign)
    return TaskMark(_SIGNS[sign], value.strip())
