"""The days that the bar of an item covers on the timeline: as planned, as finished, and late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from milemark.foundation.dates import PartialDate
from milemark.roadmap.metrics.critical_path import first_day, last_day
from milemark.roadmap.model import Item
from milemark.roadmap.settings import Role, Stage

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BarDays:
    """The days of bars on the roadmap's day; `finished` are the finish days that the history knows, by id."""

    as_of: date
    finished: Mapping[str, date]

    def first(self, item: Item) -> date:
        """Return the first day; work that was finished before it was due to start begins with its last day."""
        first = first_day(item)
        return min(first, self._last(item)) if item.stage is Stage.DONE else first

    def last(self, item: Item) -> date:
        """Return the last day: when it was finished, else when it is due, or today if that is past."""
        return max(self._last(item), self.first(item))

    def late_from(self, item: Item) -> date | None:
        """Return the first day after the due day if the bar goes on after it."""
        is_late = item.due_day and item.role is not Role.MILESTONE and self.last(item) > item.due_day
        return item.due_day + _DAY if is_late and item.due_day else None

    def ended(self, item: Item) -> PartialDate | None:
        """Return the finish day of a done item without `finished`, if the history knows it."""
        day = self.finished.get(item.id) if item.stage is Stage.DONE and not item.finished else None
        return PartialDate.containing(day, "day") if day and day <= self.as_of else None

    def _last(self, item: Item) -> date:
        if ended := self.ended(item):
            return ended.last
        planned = last_day(item, self.as_of)
        if item.stage is Stage.DONE and not item.finished:
            return min(planned, self.as_of)  # it did not end in the future
        is_overdue = item.role is not Role.MILESTONE and item.days_late(self.as_of)
        return self.as_of if is_overdue else planned
