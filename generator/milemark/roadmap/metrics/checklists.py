"""All tasks of a roadmap: the next ones, those with dates, then the tasks of each item by track, open ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from milemark.foundation.identifiers import composed
from milemark.markdown.document import Task
from milemark.markdown.outline import plain_text
from milemark.markdown.task_marks import DUE, NO_PRIORITY, read_marks
from milemark.roadmap.metrics.progress import counted_work
from milemark.roadmap.metrics.tags import Tag, tags
from milemark.roadmap.model import Counts, Item, Roadmap
from milemark.roadmap.page_titles import page_titles
from milemark.roadmap.schema import count_tasks
from milemark.roadmap.settings import Role, Settings, Stage

_ORDER = (Stage.ACTIVE, Stage.PLANNED, None, Stage.PAUSED, Stage.DONE, Stage.DROPPED)
_NEXT = 7  # tasks: more are no longer "next"
_TAGS = 200  # choices of a filter


@dataclass(frozen=True, slots=True)
class Checklist:
    """The tasks of one item, open ones first; `tags` are the keys of its tags and of its stack.

    `is_counted` if they count in the progress of the roadmap: those of dropped items and of milestones do not.
    """

    item: Item
    tasks: tuple[Task, ...]
    tags: tuple[str, ...]
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class ChecklistGroup:
    """The checklists of one track, or of the items without a track."""

    track: Item | None
    lists: tuple[Checklist, ...]

    @property
    def counts(self) -> Counts:
        """The tasks of the group that count."""
        return sum((each.item.counts for each in self.lists if each.is_counted), Counts())


@dataclass(frozen=True, slots=True)
class PageChecklist:
    """The tasks of a page that is no item, open ones first. They count in no progress."""

    path: str
    title: str
    tasks: tuple[Task, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class NextTask:
    """One task to do now, and its item."""

    task: Task
    item: Item


class Person(NamedTuple):
    """A person as a choice of a filter: an id, or a name as written, and the text to show."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Checklists:
    """The checklists of a roadmap; `stages`, `tags` and `people` are those that occur, for the filters of the page.

    Of very many tags, `tags` holds those that occur most often.
    """

    next_up: tuple[NextTask, ...]
    groups: tuple[ChecklistGroup, ...]
    stages: tuple[Stage, ...]
    tags: tuple[Tag, ...]
    people: tuple[Person, ...] = ()
    pages: tuple[PageChecklist, ...] = ()

    @property
    def counts(self) -> Counts:
        """The tasks of all groups that count."""
        return sum((group.counts for group in self.groups), Counts())

    @property
    def others(self) -> int:
        """The number of tasks that do not count: those of dropped items, milestones, records and pages."""
        lists = (each for group in self.groups for each in group.lists)
        of_items = sum(each.item.counts.total for each in lists if not each.is_counted)
        return of_items + sum(each.counts.total for each in self.pages)


def checklists(roadmap: Roadmap) -> Checklists:
    """Order the tasks of all files: those of items by track and item, and then those of other pages."""
    items = [item for item in roadmap.items if item.tasks]
    found = {item.stage for item in items}
    return Checklists(
        tuple(_next_up(roadmap, items)),
        tuple(_groups(roadmap, items)),
        tuple(stage for stage in Stage if stage in found),
        _frequent(tags(items)),
        tuple(_people(roadmap, items)),
        tuple(_pages(roadmap)),
    )


def _people(roadmap: Roadmap, items: Sequence[Item]) -> Iterator[Person]:
    for key in sorted({person for item in items for person in item.assignees}):
        yield Person(key, roadmap.called(key))


def _pages(roadmap: Roadmap) -> Iterator[PageChecklist]:
    titles = page_titles(roadmap)
    for page in roadmap.pages:
        if page.tasks:
            tasks = open_first(roadmap.settings, page.tasks)
            yield PageChecklist(page.path, titles[composed(page.path)], tasks, count_tasks(roadmap.settings, page))


def _frequent(found: tuple[Tag, ...]) -> tuple[Tag, ...]:
    chosen = {tag.key for tag in sorted(found, key=lambda tag: -len(tag.items))[:_TAGS]}
    return tuple(tag for tag in found if tag.key in chosen)


def _groups(roadmap: Roadmap, items: Sequence[Item]) -> Iterator[ChecklistGroup]:
    lists: dict[str, list[Checklist]] = {track.id: [] for track in roadmap.of_role(Role.TRACK)}
    lists[""] = []
    counted = counted_work(roadmap)
    for item in sorted(items, key=lambda item: (not item.has_open_tasks, _ORDER.index(item.stage))):
        track = roadmap.track_of(item)
        keys = tuple(tag.key for tag in tags([item]))
        checklist = Checklist(item, open_first(roadmap.settings, item.tasks), keys, item.id in counted)
        lists[track.id if track else ""].append(checklist)
    return (ChecklistGroup(roadmap.by_id.get(id_), tuple(found)) for id_, found in lists.items() if found)


def open_first(settings: Settings, tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return tasks with the open ones first; nested tasks stay under their task."""
    branches: list[list[Task]] = []
    for task in tasks:
        if task.depth and branches:
            branches[-1].append(task)
        else:
            branches.append([task])
    branches.sort(key=lambda branch: all(settings.is_closed(task.mark) for task in branch))
    return tuple(task for branch in branches for task in branch)


def _next_up(roadmap: Roadmap, items: Sequence[Item]) -> Iterator[NextTask]:
    """Yield the first open task of each active, then of each planned item, the nearest due date first."""
    wanted = [item for item in items if item.stage in {Stage.ACTIVE, Stage.PLANNED}]
    wanted.sort(key=lambda item: (item.stage is not Stage.ACTIVE, item.due_day or date.max))
    found = ((task, item) for item in wanted if (task := first_open(roadmap.settings, item.tasks)))
    return (NextTask(task, item) for (task, item), _ in zip(found, range(_NEXT), strict=False))


def dated_tasks(roadmap: Roadmap) -> tuple[NextTask, ...]:
    """Return the open tasks with a due day or a priority among their marks: by day, then the most urgent first."""
    found: list[tuple[date, int, NextTask]] = []
    for item in roadmap.items:
        for task in () if item.is_closed else item.tasks:
            if not roadmap.settings.is_closed(task.mark):
                marked = read_marks(plain_text(task.text))
                found.append((marked.day(DUE) or date.max, marked.priority, NextTask(task, item)))
    wanted = (each for each in found if each[:2] != (date.max, NO_PRIORITY))
    return tuple(task for _day, _priority, task in sorted(wanted, key=lambda each: each[:2]))


def first_open(settings: Settings, tasks: Sequence[Task]) -> Task | None:
    """Return the first of `open_tasks`, or None."""
    return next(open_tasks(settings, tasks), None)


def open_tasks(settings: Settings, tasks: Sequence[Task]) -> Iterator[Task]:
    """Yield the open tasks that have no open task nested in them."""
    last: Task | None = None
    for task in tasks:
        if last and task.depth <= last.depth:
            yield last
            last = None
        if not settings.is_closed(task.mark):
            last = task
    if last:
        yield last
