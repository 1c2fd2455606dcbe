"""The history of a roadmap: its figures and changed items at each commit, in order, each with its day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from milemark.foundation.i18n import Language, _
from milemark.history.git_log import Commit
from milemark.privacy.hidden import NOTHING, Hidden
from milemark.roadmap.settings import Stage

_CLOCKS = _("commits with a wrong clock, counted on a corrected day: {count}")

NO_STAGE = "none"
STAGES = (*(stage.value for stage in Stage), NO_STAGE)
_HUNDRED, _CENT, _NOISE = Decimal(100), Decimal("0.01"), Decimal("1e-9")


class Figures(NamedTuple):
    """The figures of the roadmap or of a track: progress in percent, tasks, and the number of items at each stage."""

    progress: Decimal | None
    done: int
    total: int
    stages: Mapping[str, int]


class ItemSnapshot(NamedTuple):
    """One item at one commit.

    `tasks` are its own tasks with their stages; `done` and `total` include the tasks of its parts. `due` is the due day
    as an ISO text, `finished` a date as written; both are empty if the item has none.
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
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The roadmap at one commit: its figures, and the items and milestones that differ from the first parent.

    None stands for a deleted item. The snapshot of uncommitted changes has an empty `commit`. Milestones are separate,
    since they do not count as work.
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
    """A snapshot on the line of first parents, and the day that counts for it.

    `merged` are the snapshots that its merge commit brought in from another branch, oldest first.
    """

    snapshot: Snapshot
    day: date
    merged: tuple[Snapshot, ...] = ()


def _nothing(_commit: str) -> Hidden:
    return NOTHING


@dataclass(frozen=True)
class History:
    """Every snapshot, each after its parents. `partial` holds messages about data that is missing.

    `today` is the last possible day: a clock that runs ahead is ignored. `is_cut` is true if older commits are missing
    (a shallow clone), so that the items of the first snapshot may be older than it. `commits` are those of
    git. For a public history, `hidden_at` returns the things that it hides at one of them, and `equals` has the commit
    of the snapshot that stands for each.
    """

    snapshots: tuple[Snapshot, ...]
    today: date
    partial: tuple[str, ...] = ()
    is_cut: bool = False
    commits: tuple[Commit, ...] = field(default=(), compare=False, repr=False)
    hidden_at: Callable[[str], Hidden] = field(default=_nothing, compare=False, repr=False)
    equals: Mapping[str, str | None] = field(default_factory=dict, compare=False, repr=False)

    # First parents of git's simplified history (see `git.commits`): progress never jumps between branches, and no task
    # counts twice. Rejected: all commits by time, in which branches alternate, and first parents of the whole history,
    # in which a `git pull` that merges hides a week.
    @cached_property
    def line(self) -> tuple[Point, ...]:
        """The snapshots along first parents, the oldest first."""
        known = {snapshot.commit: snapshot for snapshot in self.snapshots}
        line: list[Snapshot] = []
        at: Snapshot | None = self.snapshots[-1] if self.snapshots else None
        while at:
            line.append(at)
            at = known.get(at.parents[0]) if at.parents else None
        line.reverse()
        days = ordered_days([snapshot.when.date() for snapshot in line], self.today)
        merged = _merged(line, known)
        return tuple(Point(*each) for each in zip(line, days, merged, strict=True))

    @property
    def wrong_clocks(self) -> int:
        """The number of points whose clock is before an earlier point or after today."""
        return sum(point.day != point.snapshot.when.date() for point in self.line)

    def until(self, day: date) -> History:
        """Return the history up to the end of a day."""
        if day >= self.today:
            return self
        kept = [point.snapshot for point in self.line if point.day <= day]
        last = kept[-1].commit if kept else None
        end = next((n for n, each in enumerate(self.snapshots, 1) if each.commit == last), 0)
        return replace(self, snapshots=self.snapshots[:end], today=day)

    def items(self) -> dict[str, ItemSnapshot]:
        """Return every item at the end of the line, by id."""
        return _applied(point.snapshot.items for point in self.line)

    def milestones(self) -> dict[str, ItemSnapshot]:
        """Return every milestone at the end of the line, by id."""
        return _applied(point.snapshot.milestones for point in self.line)


def _applied(changes: Iterable[Mapping[str, ItemSnapshot | None]]) -> dict[str, ItemSnapshot]:
    found: dict[str, ItemSnapshot] = {}
    for changed in changes:
        apply(found, changed)
    return found


def apply(items: dict[str, ItemSnapshot], changed: Mapping[str, ItemSnapshot | None]) -> None:
    """Update items in place with the changes of the next snapshot."""
    for id_, item in changed.items():
        if item is None:
            items.pop(id_, None)
        else:
            items[id_] = item


def _merged(line: Sequence[Snapshot], known: Mapping[str, Snapshot]) -> Iterator[tuple[Snapshot, ...]]:
    """Yield, for each snapshot of the line, the snapshots of other branches that it is the first to include."""
    seen = {snapshot.commit for snapshot in line}
    order = {commit: number for number, commit in enumerate(known)}
    for snapshot in line:
        found: list[Snapshot] = []
        waiting = list(snapshot.parents[1:])
        while waiting:
            commit = waiting.pop()
            if commit not in seen and commit in known:
                seen.add(commit)
                found.append(known[commit])
                waiting += known[commit].parents
        yield tuple(sorted(found, key=lambda each: order[each.commit]))


def ordered_days(days: Sequence[date], today: date) -> list[date]:
    """Return days that never decrease, changing as few as possible.

    The order of commits is known, but their clocks may be wrong. The longest run of days in order is kept; every other
    day becomes the kept day before it, or at the beginning the kept day after it.
    """
    kept = _longest_run([min(day, today) if day <= today else None for day in days])
    first = next((days[number] for number in sorted(kept)), today)
    found: list[date] = []
    for number, day in enumerate(days):
        found.append(day if number in kept else found[-1] if found else first)
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
    """Return a progress with two decimals, rounded down; only finished work reads 100, only work without progress 0."""
    if value is None or not 0 < value < _HUNDRED:
        return value if value is None else value.quantize(_CENT, ROUND_HALF_EVEN)
    whole = value.quantize(_NOISE, ROUND_HALF_EVEN)  # a mean of thirds is a hair off
    return max(min(whole.quantize(_CENT, ROUND_DOWN), _HUNDRED - _CENT), _CENT)


def plain_figures(figures: Figures | ItemSnapshot) -> dict[str, Any]:
    """Return the progress (0 to 100, or None), the tasks done and all tasks, as JSON values."""
    progress = None if figures.progress is None else float(figures.progress)
    return {"progress": progress, "tasks_done": figures.done, "tasks": figures.total}


def stage_totals(figures: Figures) -> dict[str, int]:
    """Return the number of items at each stage, 0 included, in the order of `STAGES`."""
    return {stage: figures.stages.get(stage, 0) for stage in STAGES}


def gaps(history: History, language: Language) -> Iterator[str]:
    """Yield the messages about data that is missing in a history, which its readers need."""
    yield from map(language.gettext, history.partial)


def notes(history: History, language: Language) -> Iterator[str]:
    """Yield the messages about data that is missing or corrected in a history, for the owner."""
    yield from gaps(history, language)
    if history.wrong_clocks:
        yield language.gettext(_CLOCKS).format(count=history.wrong_clocks)
