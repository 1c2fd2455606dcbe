"""The history as tables, for CSV files and a database. Items that are no longer in the roadmap are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from milemark.query.tables.table import Column, Row, Table
from milemark.roadmap.model import Roadmap
from milemark.roadmap.settings import Role, Stage

if TYPE_CHECKING:  # a query of other tables needs no history
    from milemark.history.lifecycle import Lifecycle, Lifecycles
    from milemark.history.model import Figures, History, Point
    from milemark.history.plan_forecast import Forecaster

_LINE = "the figures at each commit, the oldest first"


def history_tables(
    read: Callable[[], History | None], forecaster: Callable[[Roadmap], Forecaster | None] | None = None
) -> tuple[Table, ...]:
    """Return the history tables; they are empty without a git history.

    They call `read` only when they need rows. `forecaster` makes the forecasts, if the caller has one.
    """
    rows = _HistoryRows(read, forecaster)
    return (
        Table("history", _LINE, _HISTORY, rows.line),
        Table("track_history", "the figures of each track at each commit", _TRACKS, rows.tracks),
        Table("item_history", "the dates of each item and milestone", _ITEMS, rows.items),
        Table("task_history", "the dates of each task", _TASKS, rows.tasks),
        Table("forecasts", "when each open item or milestone will land at your pace", _FORECASTS, rows.forecasts),
    )


_FIGURES = (
    Column("progress", "real", "0 to 100; empty without a measure"),
    Column("tasks_done", "integer", "tasks done"),
    Column("tasks_total", "integer", "all tasks except dropped ones"),
    *(Column(stage.value, "integer", f"the number of items at stage {stage.value}") for stage in Stage),
    Column("unstaged", "integer", "the number of items without a status, or with an undeclared one"),
)
_HISTORY = (
    Column("position", "integer", "its position, from 1", is_key=True),
    Column("commit_id", "text", "the commit; empty for uncommitted changes"),
    Column("day", "text", "the day of the commit, corrected so that days never decrease", is_day=True),
    Column("time", "text", "the author's time, with its zone"),
    *_FIGURES,
)
_TRACKS = (
    Column("position", "integer", "the position of the commit", "history"),
    Column("commit_id", "text", "the commit; empty for uncommitted changes"),
    Column("day", "text", "the day of the commit", is_day=True),
    Column("track", "text", "the track", "tracks"),
    *_FIGURES,
)
_ADDED = (
    Column("added", "text", "the day it was added; empty if it is older than the history", is_day=True),
    Column("started", "text", "the day it was started; empty if unknown", is_day=True),
)
_REMOVED = Column("removed", "text", "the day it was deleted, or dropped", is_day=True)
_ITEMS = (
    Column("item", "text", "the item or milestone", "items", is_key=True),
    *_ADDED,
    Column("finished", "text", "the day it was done; `finished` in the front matter wins", is_day=True),
    _REMOVED,
)
_TASKS = (
    Column("item", "text", "the item whose body contains it", "items"),
    Column("position", "integer", "its position in the item, from 1, as in `tasks`"),
    Column("text", "text", "the text, without markup"),
    *_ADDED,
    Column("finished", "text", "the day it was done; a day in the text (`✅ 2025-03-01`) wins", is_day=True),
    _REMOVED,
)
_FORECASTS = (
    Column("item", "text", "the item or milestone", "items", is_key=True),
    Column("forecast_p50", "text", "the day by which it is done with a chance of 50 %; empty without one", is_day=True),
    Column("forecast_p85", "text", "the day by which it is done with a chance of 85 %; empty without one", is_day=True),
    Column("chance", "integer", "the chance in percent that it is done by its due day"),
    Column("before", "integer", "the number of items that are done before it"),
    Column("reason", "text", "why it has no day"),
)


class _HistoryRows:
    """The rows of a history, up to the day of a roadmap."""

    def __init__(
        self, read: Callable[[], History | None], forecaster: Callable[[Roadmap], Forecaster | None] | None
    ) -> None:
        self.read, self.forecaster = read, forecaster

    @lru_cache(maxsize=1)  # noqa: B019  it lives as long as its tables
    def _until(self, day: date) -> tuple[tuple[Point, ...], Lifecycles]:
        from milemark.history.lifecycle import Lifecycles, lifecycles

        history = self.read()
        until = history.until(day) if history else None
        return (until.line, lifecycles(until)) if until else ((), Lifecycles((), ()))

    def line(self, roadmap: Roadmap) -> Iterator[Row]:
        for number, (snapshot, day, _) in enumerate(self._until(roadmap.as_of)[0], 1):
            start = (number, snapshot.commit or None, day.isoformat(), snapshot.when.isoformat())
            yield (*start, *_figures(snapshot.whole))

    def tracks(self, roadmap: Roadmap) -> Iterator[Row]:
        known = {track.id for track in roadmap.of_role(Role.TRACK)}
        for number, (snapshot, day, _) in enumerate(self._until(roadmap.as_of)[0], 1):
            for id_ in (id_ for id_ in snapshot.tracks if id_ in known):
                yield (number, snapshot.commit or None, day.isoformat(), id_, *_figures(snapshot.tracks[id_]))

    def forecasts(self, roadmap: Roadmap) -> Iterator[Row]:
        from milemark.history.landings import PlanForecast  # only these rows need it
        from milemark.history.plan_forecast import forecaster_for

        forecaster = self.forecaster(roadmap) if self.forecaster else forecaster_for(roadmap, self.read())
        found = forecaster.forecast() if forecaster else None
        for each in found.landings if isinstance(found, PlanForecast) else ():
            days = (day.isoformat() if day else None for day in (each.p50, each.p85))
            yield (each.id, *days, each.chance, each.before, each.reason(str) or None)

    def items(self, roadmap: Roadmap) -> Iterator[Row]:
        found = self._until(roadmap.as_of)[1]
        for role, lifecycles_ in ((Role.ITEM, found.items), (Role.MILESTONE, found.milestones)):
            known = {each.id.item: each for each in lifecycles_}
            yield from ((item.id, *_days(known[item.id])) for item in roadmap.of_role(role) if item.id in known)

    def tasks(self, roadmap: Roadmap) -> Iterator[Row]:
        from milemark.history.matching import placed_tasks

        known = {each.id: each for each in self._until(roadmap.as_of)[1].tasks}
        for item in roadmap.items:
            for position, _task, what in placed_tasks(roadmap.settings, item):
                if what in known:
                    yield (item.id, position, what.text, *_days(known[what]))


def _figures(figures: Figures) -> Row:
    from milemark.history.model import plain_figures, stage_totals

    return (*plain_figures(figures).values(), *stage_totals(figures).values())


def _days(lifecycle: Lifecycle) -> Row:
    days = (lifecycle.added, lifecycle.started, lifecycle.finished, lifecycle.removed)
    return tuple(day.isoformat() if day else None for day in days)
