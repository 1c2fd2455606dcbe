"""The work of each person: the items assigned to them, by condition, and whether they are too many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from milemark.roadmap.metrics.health import roots
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage


@dataclass(frozen=True, slots=True)
class Workload:
    """The planned work of one person. `open` are the items that are neither done nor dropped, the nearest end first.

    `active` counts a part through its parent; `capacity` is how many active items are enough.
    """

    person: Item
    open: tuple[Item, ...]
    closed: tuple[Item, ...]
    active: int
    late: tuple[Item, ...]
    tasks: int
    capacity: Decimal | None

    @property
    def is_over(self) -> bool:
        """Whether there are more active items than the capacity."""
        return self.capacity is not None and self.active > self.capacity


def workloads(roadmap: Roadmap) -> Mapping[str, Workload]:
    """Return the work of each person by id, in order."""
    return {person.id: _workload(roadmap, person) for person in roadmap.of_role(Role.PERSON)}


def _workload(roadmap: Roadmap, person: Item) -> Workload:
    items = [item for item in roadmap.assigned(person) if item.role is Role.ITEM]
    items.sort(key=lambda item: item.end_day(roadmap.as_of) or date.max)
    active = roots([item for item in items if item.stage is Stage.ACTIVE])
    return Workload(
        person,
        tuple(item for item in items if not item.is_closed),
        tuple(item for item in items if item.is_closed),
        len(active),
        tuple(item for item in items if item.days_late(roadmap.as_of)),
        sum(item.counts.total - item.counts.done for item in items if not item.is_closed),
        person.number("capacity"),
    )
