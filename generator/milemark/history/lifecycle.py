"""The dates of each item and task: when it was added, started, finished and removed, replayed snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.history.matching import TaskId, matched_tasks, renamed_items, staged_tasks
from milemark.history.model import History, ItemSnapshot, Snapshot, apply
from milemark.roadmap.settings import CLOSED

_DONE, _DROPPED, _WAITING = "done", "dropped", {"planned", ""}
_WEEK = timedelta(days=7)


class Plan(NamedTuple):
    """What an item or a milestone says from a day on: its stage, and its due date, if it has one.

    What is gone has no stage; one that never had a status is at none.
    """

    day: date
    stage: str | None
    due: date | None

    @property
    def is_open(self) -> bool:
        """Whether it is there, and still to be done."""
        return self.stage is not None and self.stage not in CLOSED


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What became of one task, item or milestone. None stands for what did not happen, or nobody knows when.

    `plans` are what an item said of itself, one for each day on which that changed.
    """

    what: TaskId
    title: str
    track: str
    added: date | None
    started: date | None = None
    finished: date | None = None
    removed: date | None = None
    is_started: bool = False
    is_done: bool = False
    plans: tuple[Plan, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return not self.is_done and self.removed is None

    def plan(self, day: date) -> Plan | None:
        """Return what it said at the end of a day, or None before it was there."""
        return next((plan for plan in reversed(self.plans) if plan.day <= day), None)


@dataclass(frozen=True, slots=True)
class Lifecycles:
    """Every item's and every task's journey, by id and text. An item without tasks is itself counted as one.

    Those of milestones stand by themselves: they are no work.
    """

    items: tuple[Lifecycle, ...]
    tasks: tuple[Lifecycle, ...]
    milestones: tuple[Lifecycle, ...] = ()


class Week(NamedTuple):
    """One whole week from its Monday: tasks finished, added, and removed unfinished."""

    monday: date
    finished: int
    added: int
    removed: int


_Stages = Mapping[TaskId, str]


def lifecycles(history: History) -> Lifecycles:
    """Return what became of everything, by the line of the history."""
    items, tasks, milestones = _Replay(_item_stage), _Replay(units), _Replay(_item_stage)
    for step in _steps(history, lambda moment: moment.items):
        items.take(step)
        tasks.take(step)
    for step in _steps(history, lambda moment: moment.milestones):
        milestones.take(step)
    return Lifecycles(items.sorted(), tasks.sorted(), milestones.sorted())


def _steps(history: History, of: Callable[[Snapshot], Mapping[str, ItemSnapshot | None]]) -> Iterator[_Step]:
    """Yield each point of the line, with what is different there; `of` tells what of a moment is looked at."""
    state: dict[str, ItemSnapshot] = {}
    for number, point in enumerate(history.line):
        changed = of(point.moment)
        before = {id_: state[id_] for id_ in changed if id_ in state}
        after = {id_: item for id_, item in changed.items() if item}
        merged = tuple((moment.when.date(), of(moment)) for moment in point.merged)
        is_known = number > 0 or not history.is_cut
        yield _Step(
            point.day, history.today, before, after, merged, renamed_items(before, after), number == 0, is_known
        )
        apply(state, changed)


def _item_stage(id_: str, item: ItemSnapshot) -> _Stages:
    return {TaskId(id_): item.stage} if item.stage != _DROPPED else {}


def units(id_: str, item: ItemSnapshot) -> _Stages:
    """Return the tasks of an item with their stages, as far as they are work: an item without any is one itself.

    What stands open in an item that is done or dropped is no longer to be done, and so is none.
    """
    found: dict[TaskId, str] = {}
    for task, stage in staged_tasks(id_, item):
        is_over = item.stage in CLOSED and stage != _DONE
        if stage != _DROPPED and not is_over:
            found[task] = stage
    if not item.tasks and not item.total and item.stage != _DROPPED:
        found[TaskId(id_)] = item.stage
    return found


class _Step(NamedTuple):
    """A day of the line, and what is different then, before and after; `ids` were renamed.

    `merged` is what a merge brought in, with the days of those commits. What is new in the first step of a history that
    is cut is not known to be new. What its author says to be finished in a period that still runs is so by `today`.
    """

    day: date
    today: date
    before: Mapping[str, ItemSnapshot]
    after: Mapping[str, ItemSnapshot]
    merged: tuple[tuple[date, Mapping[str, ItemSnapshot | None]], ...]
    ids: Mapping[str, str]
    is_first: bool
    is_known: bool


class _Replay:
    """The journeys so far of what `stages` finds in an item."""

    def __init__(self, stages: Callable[[str, ItemSnapshot], _Stages]) -> None:
        self.stages = stages
        self.found: dict[TaskId, Lifecycle] = {}

    def sorted(self) -> tuple[Lifecycle, ...]:
        return tuple(self.found[what] for what in sorted(self.found))

    def take(self, step: _Step) -> None:
        """Go on to the next moment; of the first one nobody knows since when it had been so."""
        old, new = self._stages(step.before), self._stages(step.after)
        for one, other in matched_tasks(old.keys() - new.keys(), new.keys() - old.keys(), step.ids).items():
            if other not in self.found:
                self.found[other] = self.found.pop(one)
                old[other] = old.pop(one)
        for what in old.keys() - new.keys():
            known = self.found[what]
            self.found[what] = replace(known, removed=step.day, plans=_planned(known, Plan(step.day, None, None)))
        for what, stage in new.items():
            item = step.after[what.item]
            known = self.found.get(what) or Lifecycle(what, item.title, item.track, self._added(what, step))
            plans = known.plans if what.text else _planned(known, _plan(step.day, item))
            known = replace(known, what=what, title=item.title, track=item.track, removed=None, plans=plans)
            self.found[what] = self._reached(known, stage, item, step)

    def _stages(self, items: Mapping[str, ItemSnapshot]) -> dict[TaskId, str]:
        return {what: stage for id_, item in items.items() for what, stage in self.stages(id_, item).items()}

    def _added(self, what: TaskId, step: _Step) -> date | None:
        return self._day(what, step, lambda stage: stage is not None) if step.is_known else None

    def _reached(self, known: Lifecycle, stage: str, item: ItemSnapshot, step: _Step) -> Lifecycle:
        """Return a journey that has come to a stage."""
        is_done = stage == _DONE
        written = _written_finish(item, step.today) if is_done and not known.what.text else None
        if stage not in _WAITING and not known.is_started:
            started = None if step.is_first else self._day(known.what, step, lambda at: at not in {*_WAITING, None})
            known = replace(known, started=started, is_started=True)
        finished = known.finished
        if is_done and not known.is_done:
            done = self._day(known.what, step, lambda at: at == _DONE)
            finished = None if step.is_first else max(done, known.added or date.min)
        return replace(known, is_done=is_done, finished=written or finished if is_done else None)

    def _day(self, what: TaskId, step: _Step, is_so: Callable[[str | None], bool]) -> date:
        """Return the day on which something was so: of what a merge brought in, that of the commit that did it."""
        for day, changed in step.merged:
            item = changed.get(what.item)
            if item and is_so(self.stages(what.item, item).get(what)):
                return min(day, step.day)
        return step.day


def _written_finish(item: ItemSnapshot, today: date) -> date | None:
    """Return the day of the finish by the front matter. One in the future is a mistake: the commit's day counts."""
    finished = parse_date(item.finished)
    day = finished.latest_by(today) if finished else None
    return day if day and day <= today else None


def _plan(day: date, item: ItemSnapshot) -> Plan:
    return Plan(day, item.stage, date.fromisoformat(item.due) if item.due else None)


def _planned(known: Lifecycle, plan: Plan) -> tuple[Plan, ...]:
    """Return the plans with one more: of each day the last, and only where it says something new."""
    before = known.plans[:-1] if known.plans and known.plans[-1].day == plan.day else known.plans
    return before if before and before[-1][1:] == plan[1:] else (*before, plan)


def weeks(found: Iterable[Lifecycle], first: date, today: date) -> tuple[Week, ...]:
    """Return every whole week, Monday to Sunday, between a first day and today, both of them left out."""
    monday = first + timedelta(days=7 - first.weekday())
    count = max((today - monday).days // 7, 0)
    finished, added, removed = ([0] * count for _ in range(3))
    for each in found:
        for day, counts in ((each.finished, finished), (each.added, added)):
            _count(counts, monday, day)
        _count(removed, monday, None if each.is_done else each.removed)
    mondays = [monday + number * _WEEK for number in range(count)]
    return tuple(map(Week, mondays, finished, added, removed))


def _count(counts: list[int], monday: date, day: date | None) -> None:
    place = (day - monday).days // 7 if day else -1
    if 0 <= place < len(counts):
        counts[place] += 1
