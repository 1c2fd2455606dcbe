"""The typed values of a roadmap, all frozen: counts of tasks, items, the roadmap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from milemark.foundation.dates import PartialDate, days_late
from milemark.foundation.diagnostics import Span
from milemark.foundation.layout import PRIVATE
from milemark.markdown.document import Document, Task
from milemark.roadmap.content_paths import FileNames, NamedFile
from milemark.roadmap.settings import CLOSED, Collection, Role, Settings, Stage

K = TypeVar("K")

Value = str | bool | Decimal | PartialDate | tuple["Value", ...] | Mapping[str, "Value"]
NO_VALUES: Mapping[str, Value] = MappingProxyType({})


def text_of(value: Value) -> str:
    """Return a value as text in one line: `2025-Q1`, `true`, `Redis, Kafka`, `start: 8:00, end: 9:30`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(text_of, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text_of(part)}" for key, part in value.items())
    return str(value)


@dataclass(frozen=True, slots=True)
class Counts:
    """Tasks done and tasks in all, without dropped ones."""

    done: int = 0
    total: int = 0

    @property
    def share(self) -> Decimal | None:
        """Tasks done in percent, or None without tasks."""
        return Decimal(100) * self.done / self.total if self.total else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.done + other.done, self.total + other.total)


def sum_tasks(root: K, counts: Callable[[K], Counts], parts: Callable[[K], Iterable[K]]) -> Counts:
    """Count the tasks of an item and of all parts below it; `K` is an item or its id."""
    total, queue = Counts(), [root]
    while queue:
        each = queue.pop()
        total += counts(each)
        queue += parts(each)
    return total


@dataclass(frozen=True, slots=True)
class Item:
    """One Markdown file of a collection, or a heading of one, as a typed row.

    Its role tells whether it is planned work, a track, a milestone or another record.

    `values` has each field with a value, by name; the properties below are core fields. References are ids. `counts`
    are the tasks of its own body.
    """

    id: str
    title: str
    collection: Collection
    document: Document
    stage: Stage | None = None
    counts: Counts = Counts()
    values: Mapping[str, Value] = field(default_factory=lambda: NO_VALUES)
    spans: Mapping[str, Span] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file, relative to content/."""
        return self.document.path

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The checkboxes of the body."""
        return self.document.tasks

    @property
    def role(self) -> Role:
        """The role of its collection."""
        return self.collection.role

    # Typed readers of one mapping, not an attribute for each field: declared and core fields look the same to tables,
    # pages and queries.
    def text(self, name: str) -> str:
        """Return a field as text, empty where it has no value."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else text_of(value)

    def number(self, name: str) -> Decimal | None:
        """Return a number field, or None."""
        value = self.values.get(name)
        return value if isinstance(value, Decimal) else None

    def date(self, name: str) -> PartialDate | None:
        """Return a date field, or None."""
        value = self.values.get(name)
        return value if isinstance(value, PartialDate) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the entries of a list field as texts, empty where it has no value."""
        value = self.values.get(name, ())
        return tuple(map(text_of, value)) if isinstance(value, tuple) else ()

    def mapping(self, name: str) -> Mapping[str, str]:
        """Return an object field with its values as texts, empty where it has no value."""
        value = self.values.get(name)
        return {key: text_of(part) for key, part in value.items()} if isinstance(value, Mapping) else {}

    @property
    def track(self) -> str:
        """The id of the track, or an empty text."""
        return self.text("track")

    @property
    def parent(self) -> str:
        """The id of the item that it is a part of, or an empty text."""
        return self.text("parent")

    @property
    def assignees(self) -> tuple[str, ...]:
        """The people who work on it: ids, or names as written if no collection has the role `person`."""
        return self.texts("assignee") or tuple(filter(None, (self.text("assignee"),)))

    @property
    def is_closed(self) -> bool:
        """Whether its stage is done or dropped. An item without a status is open."""
        return self.stage in CLOSED

    @property
    def has_open_tasks(self) -> bool:
        """Whether it is open and has a task of its own to do."""
        return not self.is_closed and self.counts.done < self.counts.total

    @property
    def start(self) -> PartialDate | None:
        """The start date; work begins on its first day."""
        return self.date("start")

    @property
    def due(self) -> PartialDate | None:
        """The due date as written; `due_day` is the day that counts."""
        return self.date("due")

    @property
    def due_day(self) -> dt.date | None:
        """The last day of the due date: `due: 2025-Q1` is due on 2025-03-31."""
        return self.due.last if self.due else None

    @property
    def finished(self) -> PartialDate | None:
        """The finish date as written; `finished_day` gives the day that counts."""
        return self.date("finished")

    def finished_day(self, as_of: dt.date) -> dt.date | None:
        """Return the day of the finish, as far as it is known by the roadmap's day.

        `finished: 2025-03` gives March 31, or the roadmap's day during March: the item cannot have been finished
        later than that. Only a finish date that lies in the future as a whole gives a day after `as_of`.
        """
        return self.finished.latest_by(as_of) if self.finished else None

    @property
    def end_field(self) -> str:
        """The field that says when its work ends: `finished` for a done item that has it, else `due`."""
        return "finished" if self.stage is Stage.DONE and self.finished else "due"

    @property
    def end(self) -> PartialDate | None:
        """The date of `end_field` as written: a done item ends when it was finished, not when it was due."""
        return self.date(self.end_field)

    def end_day(self, as_of: dt.date) -> dt.date | None:
        """Return the day of `end` that counts."""
        return self.finished_day(as_of) if self.end_field == "finished" else self.due_day

    def days_late(self, day: dt.date) -> int:
        """Return how many days an open item is past its due day; 0 if it is closed, not due yet or has no due date."""
        return days_late(self.due_day, day) if self.due_day and not self.is_closed else 0

    def span(self, name: str) -> Span:
        """Return the place of a field's value, or that of the item if the field is not written."""
        return self.spans.get(name, self.document.span)


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """An item of another repository, as its public export has it."""

    id: str
    title: str
    stage: str = ""
    status: str = ""
    start: PartialDate | None = None
    due: PartialDate | None = None
    finished: PartialDate | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class OtherRepository:
    """The public items of another repository by the key of their ids, and their day; `problem` says why it has none."""

    items: Mapping[str, ForeignItem] = field(default_factory=dict)
    day: dt.date | None = None
    problem: str = ""


@dataclass(frozen=True)
class Roadmap:
    """The items and pages of content/ with resolved references. Items are sorted by collection, order and path.

    References are stored in one direction, on the items; their reverse is derived here, once. `audience` is empty until
    one is chosen; `private` are the paths of files that only the owner sees. `progress_overrides` maps the
    id of a track, or an empty text for the whole roadmap, to a progress that includes private items. `commits` are the
    numbers of commits in each of the last 52 weeks, if a measure of success counts them. `sources` are the other
    repositories that were read, by name.
    """

    settings: Settings
    items: tuple[Item, ...]
    pages: tuple[Document, ...]
    as_of: dt.date
    audience: str = ""
    private: frozenset[str] = frozenset()
    progress_overrides: Mapping[str, Decimal | None] = field(default_factory=dict)
    commits: tuple[int, ...] = ()
    sources: Mapping[str, OtherRepository] = field(default_factory=dict)

    @property
    def is_of_owner(self) -> bool:
        """Whether its owner reads it."""
        return self.audience == PRIVATE

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """Every file of a collection by its id."""
        return {item.id: item for item in self.items}

    @cached_property
    def file_names(self) -> FileNames:
        """The files by every name that texts may give them."""
        named = (NamedFile(item.path, item.id, item.texts("aliases"), item.title) for item in self.items)
        return FileNames(named, (page.path for page in self.pages))

    @property
    def names(self) -> Mapping[str, str]:
        """The id behind every id and alias; the keys are those of `key_of`."""
        return self.file_names.ids

    @cached_property
    def _by_role(self) -> Mapping[Role, tuple[Item, ...]]:
        return _grouped((item.role, item) for item in self.items)

    @cached_property
    def _by_collection(self) -> Mapping[str, tuple[Item, ...]]:
        return _grouped((item.collection.name, item) for item in self.items)

    @cached_property
    def _by_track(self) -> Mapping[str, tuple[Item, ...]]:
        return _grouped((item.track, item) for item in self.items)

    @cached_property
    def _by_parent(self) -> Mapping[str, tuple[Item, ...]]:
        return _grouped((item.parent, item) for item in self.items if item.parent)

    @cached_property
    def _by_dependency(self) -> Mapping[str, tuple[Item, ...]]:
        return _grouped((needed, item) for item in self.items for needed in item.texts("depends_on"))

    def find(self, name: str, path: str = "") -> Item | None:
        """Return the item that a name in the file `path` means, or None: an id, an alias or a path, see `FileNames`."""
        found = self.file_names.items(name, path)
        return self.by_id[found[0]] if len(found) == 1 else None

    def of_role(self, role: Role) -> tuple[Item, ...]:
        """Return the files whose collections have this role, in order."""
        return self._by_role.get(role, ())

    def in_collection(self, name: str) -> tuple[Item, ...]:
        """Return the files of one collection, in order."""
        return self._by_collection.get(name, ())

    def in_track(self, track: str, role: Role | None = Role.ITEM) -> tuple[Item, ...]:
        """Return the planned work of one track (or its milestones, or records; None: all its items), in order."""
        return tuple(item for item in self._by_track.get(track, ()) if role is None or item.role is role)

    def track_of(self, item: Item) -> Item | None:
        """Return the track of an item, or of the nearest parent that has one, or None."""
        each: Item | None = item
        while each:
            track = self.by_id.get(each.track)
            if track and track.role is Role.TRACK:
                return track
            each = self.by_id.get(each.parent)
        return None

    @cached_property
    def _by_person(self) -> Mapping[str, tuple[Item, ...]]:
        return _grouped((person, item) for item in self.items for person in item.assignees)

    def assigned(self, person: Item) -> tuple[Item, ...]:
        """Return the items that a person works on, in order."""
        return self._by_person.get(person.id, ())

    def called(self, person: str) -> str:
        """Return the name of an assignee: the title of a person, or the name as written."""
        return self.by_id[person].title if self.settings.has_people else person

    def children(self, item: Item) -> tuple[Item, ...]:
        """Return the items whose parent this is, in order."""
        return self._by_parent.get(item.id, ())

    def parts(self, item: Item) -> tuple[Item, ...]:
        """Return the children that count in the item: those that are not dropped."""
        return tuple(child for child in self.children(item) if child.stage is not Stage.DROPPED)

    def dependents(self, item: Item) -> tuple[Item, ...]:
        """Return the items that depend on this one, in order."""
        return self._by_dependency.get(item.id, ())


def _grouped(pairs: Iterable[tuple[K, Item]]) -> Mapping[K, tuple[Item, ...]]:
    groups: dict[K, list[Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return {key: tuple(items) for key, items in groups.items()}
