"""The hours of work for each weekday: `capacity` in roadmap.yml, else the entries of the schedule that say how many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from milemark.roadmap.capacity import WEEKDAYS, hours_of
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_SCHEDULE = "schedule"  # a collection by convention
_KOREAN = "월화수목금토일"
_GROUPS = {"weekday": range(5), "주중": range(5), "평일": range(5), "weekend": range(5, 7), "주말": range(5, 7)}
_GROUPS |= {"daily": range(7), "every day": range(7), "매일": range(7)}
_DAY = rf"(?:(?:{'|'.join(WEEKDAYS)})[a-z]*|[{_KOREAN}](?:요일)?)"
_NAMED = re.compile(rf"(?P<group>{'|'.join(_GROUPS)})|(?<!\w)(?P<first>{_DAY})(?:\s*[-–~]\s*(?P<last>{_DAY}))?(?!\w)")


class WeekHours(NamedTuple):
    """The hours of work from Monday to Sunday, empty if unknown, and the entries that are not understood."""

    hours: tuple[float, ...] = ()
    unread: tuple[Item, ...] = ()


def week_hours(roadmap: Roadmap) -> WeekHours:
    """Return the hours of `capacity`, else those of all records of `schedule` with `hours` on their `days`."""
    if roadmap.settings.capacity:
        return WeekHours(roadmap.settings.capacity)
    sums, unread = [0.0] * len(WEEKDAYS), list[Item]()
    for item in _entries(roadmap):
        days, hours = days_in(item.text("days")), hours_of(item.text("hours"))
        unread += [item] if not days or hours is None else []
        for day in days:
            sums[day] += hours or 0
    return WeekHours(tuple(sums) if any(sums) else (), tuple(unread))


def days_in(text: str) -> frozenset[int]:
    """Return the weekdays that a text names, from 0 for Monday: `Mon-Fri`, `sat, sun`, `주중 (월-금)`, `weekends`."""
    return frozenset(day for found in _NAMED.finditer(text.casefold()) for day in _days(found))


def _entries(roadmap: Roadmap) -> Iterator[Item]:
    for item in roadmap.of_role(Role.RECORD):
        is_counted = item.collection.name == _SCHEDULE and item.stage not in {Stage.PAUSED, Stage.DROPPED}
        if is_counted and item.text("hours"):
            yield item


def _days(found: re.Match[str]) -> Iterator[int]:
    if found["group"]:
        yield from _GROUPS[found["group"]]
        return
    first = _place(found["first"])
    last = _place(found["last"]) if found["last"] else first
    yield from (day % 7 for day in range(first, last + 1 + (7 if last < first else 0)))


def _place(day: str) -> int:
    return _KOREAN.find(day[0]) if day[0] in _KOREAN else WEEKDAYS.index(day[:3])
