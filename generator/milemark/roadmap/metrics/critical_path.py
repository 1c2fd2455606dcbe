"""The days that items take, and the critical path through their dependencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from milemark.roadmap.model import Item
from milemark.roadmap.settings import Role


def first_day(item: Item) -> date:
    """Return the first day of an item's bar; without a start it is the first day of the end date's period."""
    is_milestone = item.role is Role.MILESTONE  # the end date alone counts
    dates = [each.first for each in ((item.end, item.start) if is_milestone else (item.start, item.end)) if each]
    return dates[0]


def last_day(item: Item, as_of: date = date.max) -> date:
    """Return the last day of an item's bar; without an end date it is the last day of the start's period.

    `as_of` is the roadmap's day: a finish date that is a period counts until then.
    """
    last = item.end_day(as_of) or (item.start.last if item.start else date.min)
    return max(last, first_day(item))


def days_of(item: Item) -> int:
    """Return how many days the bar of an item covers."""
    return (last_day(item) - first_day(item)).days + 1


def critical_path(items: Sequence[Item]) -> tuple[str, ...]:
    """Return the ids of the chain of open dependent items that takes the most days, in order.

    A chain has at least two items. Circular dependencies, which `check` reports, are left out.
    """
    open_items = {item.id: item for item in items if not item.is_closed}
    days: dict[str, int] = {}
    before: dict[str, str] = {}
    for id_ in _in_order(open_items):
        needed = [each for each in open_items[id_].texts("depends_on") if each in days]
        if needed:
            before[id_] = max(needed, key=lambda each: days[each])
        days[id_] = days_of(open_items[id_]) + (days[before[id_]] if needed else 0)
    if not before:
        return ()
    chain = [max(before, key=lambda each: days[each])]
    while chain[-1] in before:
        chain.append(before[chain[-1]])
    return tuple(reversed(chain))


def _in_order(items: Mapping[str, Item]) -> Iterator[str]:
    """Yield ids with dependencies first (Kahn 1962); a circle and the items that depend on it are left out."""
    missing = {id_: {each for each in item.texts("depends_on") if each in items} for id_, item in items.items()}
    dependents: dict[str, list[str]] = {}
    for id_, needed in missing.items():
        for each in needed:
            dependents.setdefault(each, []).append(id_)
    ready = [id_ for id_, needed in missing.items() if not needed]
    for id_ in ready:
        yield id_
        for dependent in dependents.get(id_, ()):
            missing[dependent].discard(id_)
            if not missing[dependent]:
                ready.append(dependent)
