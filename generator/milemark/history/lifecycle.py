"""The dates of each item and task: when it was added, started, finished and removed, replayed snapshot by snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from milemark.foundation.dates import parse_date
from milemark.history.matching import TaskId, matched_tasks, renamed_items, staged_tasks
from milemark.history.model import History, ItemSnapshot, Snapshot, apply
from milemark.markdown.task_marks import DONE, read_marks
from milemark.roadmap.settings import CLOSED

_DONE, _DROPPED, _WAITING = "done", "dropped", {"planned", ""}
_WEEK = timedelta(days=7)


class Plan(NamedTuple):
    """The stage and the due date of an item or a milestone from a day on.

    `stage` is None for a deleted item and empty for an item without a status.
    """

    day: date
    stage: str | None
    due: date | None

    @property
    def is_open(self) -> bool:
        """Whether the item exists and is neither done nor dropped."""
        return self.stage is not None and self.stage not in CLOSED


class Lifecycle(NamedTuple):
    """The dates of one task, item or milestone. None stands for an event that did not happen or whose day is unknown.

    `plans` holds one plan for each day on which the item changed its stage or its due date. `seen` and `ticked` are the
    days of the commits that added and finished it; `added` and `finished` prefer a day in the text or the fields.
    """

    id: TaskId
    title: str
    track: str
    added: date | None
    started: date | None = None
    finished: date | None = None
    removed: date | None = None
    is_started: bool = False
    is_done: bool = False
    plans: tuple[Plan, ...] = ()
    seen: date | None = None
    ticked: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it exists and is not done."""
        return not self.is_done and self.removed is None

    def plan(self, day: date) -> Plan | None:
        """Return the plan at the end of a day, or None before the item was added."""
        return next((plan for plan in reversed(self.plans) if plan.day <= day), None)


@dataclass(frozen=True, slots=True)
class Lifecycles:
    """The lifecycles of every item, task and milestone, sorted by id. An item without tasks counts as one task.

    Milestones are separate, since they do not count as work.
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
    """Replay the line of a history."""
    items, tasks = _replayed(history, lambda snapshot: snapshot.items, _item_stage, task_stages)
    (milestones,) = _replayed(history, lambda snapshot: snapshot.milestones, _item_stage)
    return Lifecycles(items, tasks, milestones)


def finish_days(history: History) -> Mapping[str, date]:
    """Return the days on which the items and milestones of a history were finished, by id."""
    (items,) = _replayed(history, lambda snapshot: snapshot.items, _item_stage)
    (milestones,) = _replayed(history, lambda snapshot: snapshot.milestones, _item_stage)
    return {each.id.item: each.finished for each in (*items, *milestones) if each.finished}


def _replayed(
    history: History,
    of: Callable[[Snapshot], Mapping[str, ItemSnapshot | None]],
    *stages: Callable[[str, ItemSnapshot], _Stages],
) -> Iterator[tuple[Lifecycle, ...]]:
    replays = [_Replay(each) for each in stages]
    for step in _steps(history, of):
        for replay in replays:
            replay.take(step)
    return (replay.sorted() for replay in replays)


def _steps(history: History, of: Callable[[Snapshot], Mapping[str, ItemSnapshot | None]]) -> Iterator[_Step]:
    """Yield each point of the line with its changes; `of` selects the items or the milestones of a snapshot."""
    items: dict[str, ItemSnapshot] = {}
    for number, point in enumerate(history.line):
        changed = of(point.snapshot)
        before = {id_: items[id_] for id_ in changed if id_ in items}
        after = {id_: item for id_, item in changed.items() if item}
        merged = tuple((snapshot.when.date(), of(snapshot)) for snapshot in point.merged)
        is_known = number > 0 or not history.is_cut
        yield _Step(
            point.day, history.today, before, after, merged, renamed_items(before, after), number == 0, is_known
        )
        apply(items, changed)


def _item_stage(id_: str, item: ItemSnapshot) -> _Stages:
    return {TaskId(id_): item.stage} if item.stage != _DROPPED else {}


def task_stages(id_: str, item: ItemSnapshot) -> _Stages:
    """Return the stage of each task of an item that counts as work; an item without tasks is a task itself.

    Dropped tasks, and open tasks of an item that is done or dropped, do not count.
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
    """One point of the line: the changed items before and after it; `ids` maps old ids of renamed items to new ones.

    `merged` holds the changes that a merge brought in, with the days of their commits. If the history is cut, the items
    of the first step are not known to be new. A finish in a period that still runs counts as finished by `today`.
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
    """The lifecycles so far; `stages` gives the ids and stages of an item or of its tasks."""

    def __init__(self, stages: Callable[[str, ItemSnapshot], _Stages]) -> None:
        self.stages = stages
        self.lifecycles: dict[TaskId, Lifecycle] = {}

    def sorted(self) -> tuple[Lifecycle, ...]:
        return tuple(self.lifecycles[task] for task in sorted(self.lifecycles))

    def take(self, step: _Step) -> None:
        """Apply one step. Stages in the first step may be older than the history, so that their days are unknown."""
        old, new = self._stages(step.before), self._stages(step.after)
        for one, other in matched_tasks(old, new, step.ids).items():
            if other not in self.lifecycles:
                self.lifecycles[other] = self.lifecycles.pop(one)
                old[other] = old.pop(one)
        for task in old.keys() - new.keys():
            known = self.lifecycles[task]
            self.lifecycles[task] = known._replace(
                removed=step.day, plans=_with_plan(known, Plan(step.day, None, None))
            )
        for task, stage in new.items():
            item = step.after[task.item]
            known = self.lifecycles.get(task) or self._new(task, item, step)
            plans = known.plans if task.text else _with_plan(known, _plan(step.day, item))
            known = known._replace(id=task, title=item.title, track=item.track, removed=None, plans=plans)
            self.lifecycles[task] = self._reached(known, stage, item, step)

    def _stages(self, items: Mapping[str, ItemSnapshot]) -> dict[TaskId, str]:
        return {task: stage for id_, item in items.items() for task, stage in self.stages(id_, item).items()}

    def _new(self, task: TaskId, item: ItemSnapshot, step: _Step) -> Lifecycle:
        seen = self._day(task, step, lambda stage: stage is not None) if step.is_known else None
        return Lifecycle(task, item.title, item.track, seen, seen=seen)

    def _reached(self, known: Lifecycle, stage: str, item: ItemSnapshot, step: _Step) -> Lifecycle:
        """Return a lifecycle after its task or item reached a stage."""
        is_done = stage == _DONE
        if stage not in _WAITING and not known.is_started:
            started = None if step.is_first else self._day(known.id, step, lambda at: at not in {*_WAITING, None})
            known = known._replace(started=started, is_started=True)
        ticked = known.ticked if is_done else None
        if is_done and not known.is_done and not step.is_first:
            ticked = max(self._day(known.id, step, lambda at: at == _DONE), known.seen or date.min)
        written = _written_finish(known.id, item, step.today) if is_done else None
        known = known._replace(is_done=is_done, ticked=ticked, finished=written or ticked, added=known.seen)
        return _in_order(known) if written and known.id.text else known

    def _day(self, task: TaskId, step: _Step, is_reached: Callable[[str | None], bool]) -> date:
        """Return the day of the step; if a merge brought the stage in, the day of the merged commit."""
        for day, changed in step.merged:
            item = changed.get(task.item)
            if item and is_reached(self.stages(task.item, item).get(task)):
                return min(day, step.day)
        return step.day


def _written_finish(task: TaskId, item: ItemSnapshot, today: date) -> date | None:
    """Return the day of the finish by the front matter, or by the text of a task: `✅ 2025-03-01`.

    One in the future is a mistake: the commit's day counts.
    """
    if task.text:
        day = read_marks(task.text).day(DONE)
    else:
        finished = parse_date(item.finished)
        day = finished.latest_by(today) if finished else None
    return day if day and day <= today else None


def _in_order(known: Lifecycle) -> Lifecycle:
    """Return a task that was added and started by the day on which it was finished, whenever it was committed."""
    added, started = (day and known.finished and min(day, known.finished) for day in (known.added, known.started))
    return known._replace(added=added, started=started)


def _plan(day: date, item: ItemSnapshot) -> Plan:
    return Plan(day, item.stage, date.fromisoformat(item.due) if item.due else None)


def _with_plan(known: Lifecycle, plan: Plan) -> tuple[Plan, ...]:
    """Return the plans with one more: the last one of each day, and only plans that differ from the one before."""
    before = known.plans[:-1] if known.plans and known.plans[-1].day == plan.day else known.plans
    return before if before and before[-1][1:] == plan[1:] else (*before, plan)


def weeks(found: Iterable[Lifecycle], first: date, today: date) -> tuple[Week, ...]:
    """Return every whole week, Monday to Sunday, between two days, without the weeks of both days."""
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
