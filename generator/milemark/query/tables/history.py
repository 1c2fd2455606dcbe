"""The past as relations, for CSV files and a database. Of what is no longer in the roadmap, nothing is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from milemark.history.lifecycle import Lifecycle, Lifecycles, lifecycles
from milemark.history.matching import TaskId, task_ids
from milemark.history.model import Figures, History, Point, plain_figures, stage_totals
from milemark.markdown.outline import plain_text
from milemark.query.tables.table import Column, Row, Table
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_LINE = "the roadmap at each commit of its line, the first one first"


def history_tables(read: Callable[[], History | None]) -> tuple[Table, ...]:
    """Return what git tells of the roadmap; the relations are there and empty where it tells nothing.

    `read` is called when their rows are asked for.
    """
    past = _HistoryRows(read)
    return (
        Table("history", _LINE, _HISTORY, past.line),
        Table("track_history", "each track at each of these commits", _TRACKS, past.tracks),
        Table("item_history", "what became of each item and milestone", _ITEMS, past.items),
        Table("task_history", "what became of each task", _TASKS, past.tasks),
    )


_FIGURES = (
    Column("progress", "real", "0 to 100; nothing where nothing measured it"),
    Column("tasks_done", "integer", "tasks done"),
    Column("tasks_total", "integer", "tasks in all, without those that are dropped"),
    *(Column(stage.value, "integer", f"how many items are at the stage {stage.value}") for stage in Stage),
    Column("unstaged", "integer", "how many items have no status, or one that was not declared"),
)
_HISTORY = (
    Column("position", "integer", "its place in the line, from 1", is_key=True),
    Column("commit_id", "text", "the commit; nothing for what is not committed yet"),
    Column("day", "text", "the day that counts for it; days never run backwards", is_day=True),
    Column("time", "text", "the time by the author's clock, with its zone"),
    *_FIGURES,
)
_TRACKS = (
    Column("position", "integer", "the place of the commit in the line", "history"),
    Column("commit_id", "text", "the commit; nothing for what is not committed yet"),
    Column("day", "text", "the day that counts for it", is_day=True),
    Column("track", "text", "the track", "tracks"),
    *_FIGURES,
)
_DAYS = (
    Column("added", "text", "the day it came up; nothing where that is older than the history", is_day=True),
    Column("started", "text", "the day it was begun; nothing where nobody knows it", is_day=True),
    Column("finished", "text", "the day it was done; `finished` in the front matter wins", is_day=True),
    Column("removed", "text", "the day from which it was no longer to be done", is_day=True),
)
_ITEMS = (Column("item", "text", "the item or milestone", "items", is_key=True), *_DAYS)
_TASKS = (
    Column("item", "text", "the item in whose body it stands", "items"),
    Column("position", "integer", "its place in the item, from 1, as in `tasks`"),
    Column("text", "text", "what is to be done, without markup"),
    *_DAYS,
)


class _HistoryRows:
    """The rows that a history gives, up to the day of a roadmap."""

    def __init__(self, read: Callable[[], History | None]) -> None:
        self.read = read

    @lru_cache(maxsize=1)  # noqa: B019  it lives as long as its relations
    def _until(self, day: date) -> tuple[tuple[Point, ...], Lifecycles]:
        history = self.read()
        past = history.until(day) if history else None
        return (past.line, lifecycles(past)) if past else ((), Lifecycles((), ()))

    def line(self, roadmap: Roadmap) -> Iterator[Row]:
        for number, (moment, day, _) in enumerate(self._until(roadmap.as_of)[0], 1):
            start = (number, moment.commit or None, day.isoformat(), moment.when.isoformat())
            yield (*start, *_figures(moment.whole))

    def tracks(self, roadmap: Roadmap) -> Iterator[Row]:
        known = {track.id for track in roadmap.of_role(Role.TRACK)}
        for number, (moment, day, _) in enumerate(self._until(roadmap.as_of)[0], 1):
            for id_ in (id_ for id_ in moment.tracks if id_ in known):
                yield (number, moment.commit or None, day.isoformat(), id_, *_figures(moment.tracks[id_]))

    def items(self, roadmap: Roadmap) -> Iterator[Row]:
        found = self._until(roadmap.as_of)[1]
        for role, journeys_ in ((Role.ITEM, found.items), (Role.MILESTONE, found.milestones)):
            known = {each.what.item: each for each in journeys_}
            yield from ((item.id, *_days(known[item.id])) for item in roadmap.of_role(role) if item.id in known)

    def tasks(self, roadmap: Roadmap) -> Iterator[Row]:
        known = {each.what: each for each in self._until(roadmap.as_of)[1].tasks}
        for item in roadmap.items:
            for position, what in _task_positions(roadmap, item):
                if what in known:
                    yield (item.id, position, what.text, *_days(known[what]))


def _figures(figures: Figures) -> Row:
    return (*plain_figures(figures).values(), *stage_totals(figures).values())


def _task_positions(roadmap: Roadmap, item: Item) -> Iterator[tuple[int, TaskId]]:
    """Yield the position and the id of each task of an item that has a stage."""
    staged = {n: task for n, task in enumerate(item.tasks, 1) if roadmap.settings.task_stage(task.mark)}
    return zip(staged, task_ids(item.id, (plain_text(task.text) for task in staged.values())), strict=True)


def _days(journey: Lifecycle) -> Row:
    days = (journey.added, journey.started, journey.finished, journey.removed)
    return tuple(day.isoformat() if day else None for day in days)
