"""Changes of a plan to try out: items dropped, done first or added, another scope, other hours, days away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import _


class Added(NamedTuple):
    """An item that does not exist yet, and its tasks."""

    title: str
    tasks: int


class WhatIf(NamedTuple):
    """Changes of a plan: ids to drop and to do first, items to add, first and last days away.

    `scope` is the open work in percent more, `hours` are those of a week more, and `active` is how many items are under
    way at once.
    """

    drop: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    add: tuple[Added, ...] = ()
    scope: float = 0
    hours: float = 0
    away: tuple[tuple[date, date], ...] = ()
    active: int | None = None


UNCHANGED = WhatIf()
OPTIONS: Mapping[str, str] = {
    "drop": "ID",
    "first": "ID",
    "add": "TITLE=TASKS",
    "scope": "-20%",
    "hours": "+5",
    "away": "DAY..DAY",
    "active": "NUMBER",
}
REPEATED = ("drop", "first", "add", "away")
_HOW: Mapping[str, str] = {
    "add": _("write a title and a number of tasks, such as New shop=6"),
    "scope": _("write a share, such as -20%"),
    "hours": _("write a number of hours, such as +5"),
    "away": _("write two days, such as 2025-02-10..2025-02-23"),
    "active": _("write a number, such as 1"),
}
_MOST_TASKS = 1_000
_LONGEST = 5 * 366  # days away: no forecast reaches further
_NUMBER = re.compile(r"[+-]?\d{1,4}(?:\.\d{1,2})?")


class WhatIfError(UserError):
    """A change that cannot be read: its option and value, and how to write it."""

    def __init__(self, name: str, text: str, how: str) -> None:
        super().__init__(f"--{name} {text}: {how}")
        self.name, self.text, self.how = name, text, how


def what_if_of(pairs: Sequence[tuple[str, str]], find: Callable[[str], str]) -> WhatIf:
    """Return changes from the names and values of options."""
    values: dict[str, list[str]] = {name: [] for name in OPTIONS}
    for name, value in pairs:
        values[name].append(value)
    return WhatIf(
        drop=tuple(map(find, values["drop"])),
        first=tuple(map(find, values["first"])),
        add=tuple(map(_added, values["add"])),
        scope=sum(_number("scope", each.removesuffix("%"), -99) for each in values["scope"]),
        hours=sum(_number("hours", each.removesuffix("h"), -168) for each in values["hours"]),
        away=tuple(map(_days_away, values["away"])),
        active=int(_number("active", values["active"][-1], 1)) if values["active"] else None,
    )


def _added(text: str) -> Added:
    title, _equals, tasks = text.rpartition("=")
    if not title.strip() or not tasks.isdecimal() or not 0 < int(tasks) <= _MOST_TASKS:
        raise WhatIfError("add", text, _HOW["add"])
    return Added(title.strip(), int(tasks))


def _number(name: str, text: str, least: float) -> float:
    if not _NUMBER.fullmatch(text) or float(text) < least:
        raise WhatIfError(name, text, _HOW[name])
    return float(text)


def _days_away(text: str) -> tuple[date, date]:
    first, _dots, last = text.partition("..")
    days = parse_date(first), parse_date(last or first)
    if days[0] is None or days[1] is None or not 0 <= (days[1].last - days[0].first).days <= _LONGEST:
        raise WhatIfError("away", text, _HOW["away"])
    return days[0].first, days[1].last
