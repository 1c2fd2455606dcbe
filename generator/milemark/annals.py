"""The past as relations, for CSV files and a database. Of what is no longer in the roadmap, nothing is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from milemark.history import Figures, History
from milemark.journeys import Journey, Journeys, Task, journeys
from milemark.model import Item, Roadmap, Role, Stage
from milemark.outline import plain_text
from milemark.relations import Cell, Column, Relation
from milemark.states import NO_STAGE

_LINE = "the roadmap at each commit of its line, the first one first"


def annals(roadmap: Roadmap, history: History | None) -> tuple[Relation, ...]:
    """Return what git tells of the roadmap; the relations are there and empty where it tells nothing."""
    past = history.until(roadmap.as_of) if history else None
    found = journeys(past) if past else Journeys((), ())
    return (
        Relation("history", _LINE, _HISTORY, tuple(_line(past))),
        Relation("track_history", "each track at each of these commits", _TRACKS, tuple(_tracks(roadmap, past))),
        Relation("item_history", "what became of each item and milestone", _ITEMS, tuple(_items(roadmap, found))),
        Relation("task_history", "what became of each task", _TASKS, tuple(_tasks(roadmap, found))),
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
    Column("day", "text", "the day that counts for it; days never run backwards"),
    Column("time", "text", "the time by the author's clock, with its zone"),
    *_FIGURES,
)
_TRACKS = (
    Column("position", "integer", "the place of the commit in the line", "history"),
    Column("commit_id", "text", "the commit; nothing for what is not committed yet"),
    Column("day", "text", "the day that counts for it"),
    Column("track", "text", "the track", "tracks"),
    *_FIGURES,
)
_DAYS = (
    Column("added", "text", "the day it came up; nothing where that is older than the history"),
    Column("started", "text", "the day it was begun; nothing where nobody knows it"),
    Column("finished", "text", "the day it was done; `finished` in the front matter wins"),
    Column("removed", "text", "the day from which it was no longer to be done"),
)
_ITEMS = (Column("item", "text", "the item or milestone", "items", is_key=True), *_DAYS)
_TASKS = (
    Column("item", "text", "the item in whose body it stands", "items"),
    Column("position", "integer", "its place in the item, from 1, as in `tasks`"),
    Column("text", "text", "what is to be done, without markup"),
    *_DAYS,
)


def _line(history: History | None) -> Iterator[tuple[Cell, ...]]:
    for number, (moment, day, _) in enumerate(history.line if history else (), 1):
        start = (number, moment.commit or None, day.isoformat(), moment.when.isoformat())
        yield (*start, *_figures(moment.whole))


def _tracks(roadmap: Roadmap, history: History | None) -> Iterator[tuple[Cell, ...]]:
    known = {track.id for track in roadmap.of_role(Role.TRACK)}
    for number, (moment, day, _) in enumerate(history.line if history else (), 1):
        for id_, figures in moment.tracks.items():
            if id_ in known:
                yield (number, moment.commit or None, day.isoformat(), id_, *_figures(figures))


def _figures(figures: Figures) -> tuple[Cell, ...]:
    progress = None if figures.progress is None else float(figures.progress)
    stages = (figures.stages.get(stage, 0) for stage in (*(stage.value for stage in Stage), NO_STAGE))
    return (progress, figures.done, figures.total, *stages)


def _items(roadmap: Roadmap, found: Journeys) -> Iterator[tuple[Cell, ...]]:
    for role, journeys_ in ((Role.ITEM, found.items), (Role.MILESTONE, found.milestones)):
        known = {each.what.item: each for each in journeys_}
        yield from ((item.id, *_days(known[item.id])) for item in roadmap.of_role(role) if item.id in known)


def _tasks(roadmap: Roadmap, found: Journeys) -> Iterator[tuple[Cell, ...]]:
    known = {each.what: each for each in found.tasks}
    for item in roadmap.items:
        for position, what in _named(roadmap, item):
            if what in known:
                yield (item.id, position, what.text, *_days(known[what]))


def _named(roadmap: Roadmap, item: Item) -> Iterator[tuple[int, Task]]:
    """Yield the place of each task of an item, and how its past is told."""
    seen: Counter[str] = Counter()
    for position, task in enumerate(item.tasks, 1):
        text = plain_text(task.text)
        if roadmap.settings.task_stage(task.mark):
            yield position, Task(item.id, text, seen[text])
            seen[text] += 1


def _days(journey: Journey) -> tuple[Cell, ...]:
    days = (journey.added, journey.started, journey.finished, journey.removed)
    return tuple(day.isoformat() if day else None for day in days)
