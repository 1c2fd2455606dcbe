"""The field names of other tools, for `like: tasknotes` in roadmap.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from milemark.foundation.identifiers import key_of
from milemark.roadmap.settings import Collection, Field, Match, Role, Stage


@dataclass(frozen=True, slots=True)
class Preset:
    """The way in which another tool writes its files.

    `names` are its names for fields of milemark, `fields` its own fields. `match` recognises its items, `statuses` are
    its words. `collections` and `exclude` are those of a folder that is the tool's as a whole. `prefix` is that of
    `Collection`.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    match: Match | None = None
    statuses: Mapping[str, Stage] = field(default_factory=dict)
    collections: tuple[Collection, ...] = ()
    exclude: tuple[str, ...] = ()
    is_inline: bool = False
    prefix: str = ""

    def statuses_beside(self, own: Mapping[str, Stage]) -> Mapping[str, Stage]:
        """Return the statuses of roadmap.yml, and its own that are none of them in another case."""
        words = {key_of(word) for word in own}
        return {**own, **{word: stage for word, stage in self.statuses.items() if key_of(word) not in words}}

    @property
    def private(self) -> Mapping[str, Collection]:
        """Its private collections by name, which stand beside any collection with its files."""
        return {each.name: each for each in self.collections if each.is_private}

    @property
    def declared(self) -> Mapping[str, Field]:
        """Its own fields by name."""
        return {each.name: each for each in self.fields}


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _days(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "date") for name in names)


def _lists(*names: str, item_type: str = "string") -> tuple[Field, ...]:
    return tuple(Field(name, "array", item_type=item_type) for name in names)


# TaskNotes 4 and 5: https://github.com/callumalpass/tasknotes
_TASKNOTES = Preset(
    names={"start": "scheduled", "finished": "completedDate", "depends_on": "blockedBy"},
    fields=(
        *_days("dateCreated", "dateModified"),
        *_lists("contexts", "projects", "reminders", "icsEventId", "complete_instances", "skipped_instances"),
        Field("timeEstimate", "number"),
        *_lists("timeEntries", item_type="object"),
        *_texts("recurrence", "recurrence_anchor"),
    ),
    match=Match(tags=("task",)),
    statuses={
        "none": Stage.PLANNED,
        "open": Stage.PLANNED,
        "in-progress": Stage.ACTIVE,
        "done": Stage.DONE,
    },
)
# Backlog.md 1: https://github.com/MrLesk/Backlog.md
_BACKLOG = Preset(
    names={
        "depends_on": "dependencies",
        "parent": "parent_task_id",
        "due": "due_date",
        "finished": "completed_date",
        "tags": "labels",
        "order": "ordinal",
    },
    fields=(
        *_days("created_date", "updated_date"),
        *_lists("assignee", "references", "documentation", "modified_files", "subtasks"),
        *_texts("reporter", "type"),
    ),
    match=Match(folders=("tasks", "completed")),
    statuses={
        "Draft": Stage.PLANNED,
        "To Do": Stage.PLANNED,
        "In Progress": Stage.ACTIVE,
        "Done": Stage.DONE,
    },
    exclude=("/archive/tasks/", "/archive/drafts/"),
    prefix="task-",  # of ids before a project chose another one, such as BACK-
)
_MILESTONES = Collection(
    "milestones", "Milestones", Role.MILESTONE, match=Match(folders=("milestones", "archive/milestones"))
)
# A decision is accepted, not done: it is no part of the progress.
_DECISIONS = Collection("decisions", "Decisions", Role.RECORD, match=Match(folders=("decisions",)))
# A draft is promoted to a task by moving its file: until then it is private, as is a file with `draft: true`.
_DRAFTS = Collection(
    "drafts",
    "Drafts",
    fields=_BACKLOG.declared,
    is_private=True,
    match=Match(folders=("drafts",)),
    names=_BACKLOG.names,
)
# Dataview: fields are also written in the text, as `due:: 2025-03-01`
_DATAVIEW = Preset(is_inline=True)


def _whole(preset: Preset, *others: Collection) -> Preset:
    """Return a preset with the collections of a folder that is the tool's as a whole."""
    tasks = Collection(
        "tasks", "Tasks", fields=preset.declared, match=preset.match, names=preset.names, prefix=preset.prefix
    )
    return replace(preset, collections=(tasks, *others))


PRESETS: Mapping[str, Preset] = {
    "tasknotes": _whole(_TASKNOTES),
    "backlog": _whole(_BACKLOG, _DRAFTS, _MILESTONES, _DECISIONS),
    "dataview": _DATAVIEW,
}
