"""The planned work by stage, as columns of a board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from milemark.roadmap.metrics.health import roots
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_ALWAYS = (Stage.PLANNED, Stage.ACTIVE, Stage.PAUSED, Stage.DONE)


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The items of one stage (None: without a status), the nearest end date first; or of the group named `title`.

    `limit` is the maximum number of items, `counted` the current number; a part counts with its parent.
    """

    stage: Stage | None
    items: tuple[Item, ...]
    counted: int
    limit: int | None = None
    title: str = ""

    @property
    def is_over(self) -> bool:
        """Whether there are more than the limit allows."""
        return self.limit is not None and self.counted > self.limit


def board(roadmap: Roadmap, items: Sequence[Item] | None = None) -> tuple[BoardColumn, ...]:
    """Return a column for each stage; those of dropped items and of items without a status only if there are any.

    `items` are the planned work to show, by default all of it.
    """
    items = roadmap.of_role(Role.ITEM) if items is None else items
    groups = {stage: [item for item in items if item.stage is stage] for stage in (*Stage, None)}
    return tuple(_column(roadmap, stage, found) for stage, found in groups.items() if found or stage in _ALWAYS)


def _column(roadmap: Roadmap, stage: Stage | None, items: Sequence[Item]) -> BoardColumn:
    limit = roadmap.settings.policies.active_limit if stage is Stage.ACTIVE else None
    ordered = sorted(items, key=lambda item: item.end_day(roadmap.as_of) or date.max)
    return BoardColumn(stage, tuple(ordered), len(roots(items)), limit)
