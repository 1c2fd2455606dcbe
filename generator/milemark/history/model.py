"""The past of a roadmap as values: what it said at each commit, in order, and on which day that was."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import NamedTuple

from milemark.foundation.i18n import Language, _

_CLOCKS = _("commits whose clock runs backwards, or ahead of today, and is not believed: {count}")


_HUNDRED, _CENT, _NOISE = Decimal(100), Decimal("0.01"), Decimal("1e-9")


class Figures(NamedTuple):
    """The numbers of the whole or of a track: progress in percent, tasks, and how many items are at each stage."""

    progress: Decimal | None
    done: int
    total: int
    stages: Mapping[str, int]


class ItemSnapshot(NamedTuple):
    """One item as it was. `tasks` are its own boxes with their stages, `done` and `total` count its parts', too.

    `due` is the due day as an ISO text, `finished` a date as written; both are empty if the item has none.
    """

    title: str
    track: str
    milestone: str
    stage: str
    progress: Decimal | None
    done: int
    total: int
    weight: Decimal
    due: str
    finished: str
    tasks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The roadmap at one commit, and of its items only those that were different at its first parent.

    None stands for an item that is gone. What was not committed yet is a moment without a commit. Milestones are told
    the same way, beside the items, since they are no work.
    """

    commit: str
    parents: tuple[str, ...]
    when: datetime
    whole: Figures
    tracks: Mapping[str, Figures]
    items: Mapping[str, ItemSnapshot | None]
    # Rejected: one mapping with a role in each item, since every count would have to filter by it.
    milestones: Mapping[str, ItemSnapshot | None] = field(default_factory=dict)


class Point(NamedTuple):
    """A moment of the line that the roadmap came along, and the day that counts for it.

    `merged` are the moments beside the line that a merge brought in, oldest first.
    """

    moment: Snapshot
    day: date
    merged: tuple[Snapshot, ...] = ()


@dataclass(frozen=True)
class History:
    """Every moment up to now, each after its parents. `partial` says in words what the figures cannot tell.

    `today` bounds the days: a clock that ran ahead is not believed. `is_cut` tells that older commits are not here, so
    that nothing of the first moment is known to be new in it.
    """

    moments: tuple[Snapshot, ...]
    today: date
    partial: tuple[str, ...] = ()
    is_cut: bool = False

    # First parents of git's simplified history (see `git.commits`): progress never jumps between branches, and no task
    # counts twice. Rejected: all commits by time, in which branches alternate, and first parents of the whole history,
    # in which a `git pull` that merges hides a week.
    @cached_property
    def line(self) -> tuple[Point, ...]:
        """The moments from first to last along first parents: each state followed from the one before it."""
        known = {moment.commit: moment for moment in self.moments}
        line: list[Snapshot] = []
        at: Snapshot | None = self.moments[-1] if self.moments else None
        while at:
            line.append(at)
            at = known.get(at.parents[0]) if at.parents else None
        line.reverse()
        days = ordered_days([moment.when.date() for moment in line], self.today)
        merged = _merged(line, known)
        return tuple(Point(*each) for each in zip(line, days, merged, strict=True))

    @property
    def wrong_clocks(self) -> int:
        """How many moments of the line say a day that cannot be, before that of an earlier one or after today."""
        return sum(point.day != point.moment.when.date() for point in self.line)

    def until(self, day: date) -> History:
        """Return the history as it was at the end of a day."""
        if day >= self.today:
            return self
        kept = [point.moment for point in self.line if point.day <= day]
        last = kept[-1].commit if kept else None
        end = next((n for n, each in enumerate(self.moments, 1) if each.commit == last), 0)
        return History(self.moments[:end], day, self.partial, self.is_cut)

    def state(self) -> dict[str, ItemSnapshot]:
        """Return every item as it is at the end of the line."""
        return _applied(point.moment.items for point in self.line)

    def milestones(self) -> dict[str, ItemSnapshot]:
        """Return every milestone as it is at the end of the line."""
        return _applied(point.moment.milestones for point in self.line)


def _applied(changes: Iterable[Mapping[str, ItemSnapshot | None]]) -> dict[str, ItemSnapshot]:
    found: dict[str, ItemSnapshot] = {}
    for changed in changes:
        apply(found, changed)
    return found


def apply(state: dict[str, ItemSnapshot], changed: Mapping[str, ItemSnapshot | None]) -> None:
    """Bring a state to the next moment, by what is different there."""
    for id_, item in changed.items():
        if item is None:
            state.pop(id_, None)
        else:
            state[id_] = item


# For the public history: the day of a commit that changes private content only would reveal that work.
def changed_snapshots(moments: Iterable[Snapshot]) -> Iterator[Snapshot]:
    """Yield the moments in which anything became different; the others are passed over, as if they were not there."""
    kept: dict[str, Snapshot] = {}
    passed: dict[str, tuple[str, ...]] = {}
    for each in moments:
        parents = tuple(dict.fromkeys(way for parent in each.parents for way in passed.get(parent, (parent,))))
        before = kept.get(parents[0]) if parents else None
        is_empty = not parents and not each.tracks and not each.whole.total
        is_same = before is not None and (each.whole, each.tracks) == (before.whole, before.tracks)
        if not each.items and len(parents) <= 1 and (is_same or is_empty):
            passed[each.commit] = parents
            continue
        kept[each.commit] = replace(each, parents=parents)
        yield kept[each.commit]


def _merged(line: Sequence[Snapshot], known: Mapping[str, Snapshot]) -> Iterator[tuple[Snapshot, ...]]:
    """Yield, for each moment of the line, those beside it that it was the first to bring in."""
    seen = {moment.commit for moment in line}
    order = {commit: number for number, commit in enumerate(known)}
    for moment in line:
        found: list[Snapshot] = []
        waiting = list(moment.parents[1:])
        while waiting:
            commit = waiting.pop()
            if commit not in seen and commit in known:
                seen.add(commit)
                found.append(known[commit])
                waiting += known[commit].parents
        yield tuple(sorted(found, key=lambda each: order[each.commit]))


def ordered_days(days: Sequence[date], today: date) -> list[date]:
    """Return days that never run backwards, changing as few as possible.

    The order of commits is known, their clocks may be wrong: the longest run of days in order is believed, and any
    other day is that of the believed one before it, or at the beginning after it.
    """
    believed = _longest_run([min(day, today) if day <= today else None for day in days])
    first = next((days[number] for number in sorted(believed)), today)
    found: list[date] = []
    for number, day in enumerate(days):
        found.append(day if number in believed else found[-1] if found else first)
    return found


def _longest_run(days: Sequence[date | None]) -> set[int]:
    """Return the places of the longest subsequence that never decreases (patience sorting)."""
    ends: list[date] = []
    places: list[int] = []
    before: dict[int, int | None] = {}
    for number, day in enumerate(days):
        if day is None:
            continue
        length = bisect_right(ends, day)
        before[number] = places[length - 1] if length else None
        ends[length:] = [day, *ends[length + 1 :]]
        places[length:] = [number, *places[length + 1 :]]
    found: set[int] = set()
    at: int | None = places[-1] if places else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found


def exact(value: Decimal | None) -> Decimal | None:
    """Return a progress with two places, rounded down: only what is finished reads 100, only what is not begun 0."""
    if value is None or not 0 < value < _HUNDRED:
        return value if value is None else value.quantize(_CENT, ROUND_HALF_EVEN)
    whole = value.quantize(_NOISE, ROUND_HALF_EVEN)  # a mean of thirds is a hair off
    return max(min(whole.quantize(_CENT, ROUND_DOWN), _HUNDRED - _CENT), _CENT)


def notes(history: History, language: Language) -> Iterator[str]:
    """Yield in words what the figures of a history cannot tell."""
    yield from map(language.gettext, history.partial)
    if history.wrong_clocks:
        yield language.gettext(_CLOCKS).format(count=history.wrong_clocks)
