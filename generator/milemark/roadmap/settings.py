"""What roadmap.yml declares, as frozen values: stages and roles, fields and collections, policies, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from milemark.foundation.i18n import _


class Stage(StrEnum):
    """What a status means. Users choose their own words; code asks for the stage."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAUSED = "paused"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_closed(self) -> bool:
        """Whether no work is left: done or dropped."""
        return self in CLOSED


CLOSED: frozenset[str] = frozenset({Stage.DONE, Stage.DROPPED})  # equal to their texts, which the history keeps


class Role(StrEnum):
    """What the files of a collection are: only items are counted."""

    ITEM = "item"
    TRACK = "track"
    MILESTONE = "milestone"
    RECORD = "record"


STAGE_NAMES = (_("planned"), _("active"), _("paused"), _("done"), _("dropped"))
TASK_MARKS: Mapping[str, Stage] = {" ": Stage.PLANNED, "x": Stage.DONE, "X": Stage.DONE}


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field. `type` is a JSON Schema type name, `date`, `reference` or `url`.

    In roadmap.yml: `priority: {label: 우선순위, choices: [높음, 낮음]}`.
    """

    name: str
    type: str = "string"
    label: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str = ""
    item_type: str = "string"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder with declared fields: the table of a database whose rows are files; `private` fields are the owner's."""

    name: str
    label: str
    role: Role = Role.ITEM
    description: str = ""
    group: str = ""
    columns: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    private: tuple[str, ...] = ()
    is_private: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns of its table: as declared, else the title and each field but objects."""
        names = [each.name for each in self.fields.values() if each.type != "object"]
        return self.columns or tuple(dict.fromkeys(["title", *(names or ["status", "track", "due"])]))


@dataclass(frozen=True, slots=True)
class Policies:
    """The plan's own rules. None means that a rule is not set.

    `active_limit`: how many items may be active at once; `stale_days`: how long an active item may be past its due;
    `evidence`: the collection whose done records must stand in the `stack` of an item; `count_private`: whether what is
    private counts in the progress of tracks and of the whole that everybody sees.
    """

    active_limit: int | None = None
    stale_days: int | None = None
    evidence: str = ""
    count_private: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What roadmap.yml says. `statuses` maps the user's words to stages, `marks` further marks of tasks.

    `untrusted` tells that strangers may have written content/. `is_adopted` tells that there is no roadmap.yml,
    `is_broken` that it could not be read: in both cases nothing is declared, so that nothing is unknown.
    """

    title: str = ""
    goal: str = ""
    locale: str = "en"
    as_of: date | None = None
    statuses: Mapping[str, Stage] = field(default_factory=dict)
    collections: Mapping[str, Collection] = field(default_factory=dict)
    marks: Mapping[str, Stage] = field(default_factory=dict)
    policies: Policies = Policies()
    ignore: tuple[str, ...] = ()
    untrusted: bool = False
    is_adopted: bool = False
    is_broken: bool = False

    @property
    def is_undeclared(self) -> bool:
        """Whether nothing is known of the words and folders of the roadmap."""
        return self.is_adopted or self.is_broken

    def task_stage(self, mark: str) -> Stage | None:
        """Return what the mark of a task means, or None where it is not declared."""
        return TASK_MARKS.get(mark) or self.marks.get(mark)

    def is_closed(self, mark: str) -> bool:
        """Whether the mark of a task leaves no work; a task with an undeclared mark is not counted, and so closed."""
        stage = self.task_stage(mark)
        return stage is None or stage.is_closed
