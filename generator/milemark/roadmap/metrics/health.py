"""The health of a roadmap: active, paused, blocked and late items, and measures of success."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from milemark.foundation.i18n import Language, _
from milemark.roadmap.metrics.progress import Progress, Rollup, progress_of
from milemark.roadmap.model import Counts, Item, Roadmap
from milemark.roadmap.settings import COMMITS, Collection, Role, Settings, Stage


@dataclass(frozen=True, slots=True)
class Blocked:
    """An item, and the items it depends on that are not done."""

    item: Item
    needs: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """An open item past its due day. `is_stale` means that it is active and late by more than `stale_days`."""

    item: Item
    days: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Health:
    """The open items by their condition. `over` are the active items beyond `active_limit`."""

    active: tuple[Item, ...]
    paused: tuple[Item, ...]
    blocked: tuple[Blocked, ...]
    late: tuple[Late, ...]
    limit: int | None
    over: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of success: a file whose `counts` names collections, and how many of their items are done.

    `commits` are those of each week, if it counts them. A record that counts nothing is a measure if it has a number of
    its own, `current` or `target`.
    """

    item: Item
    counts: Counts
    commits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RollupLine:
    """One item of a rollup; a part has no weight, since it counts through its parent.

    `collection` is that of the item, or for a part that of the item it counts through.
    """

    collection: Collection
    progress: Progress
    weight: Decimal | None
    depth: int = 0


def health(roadmap: Roadmap) -> Health:
    """Return the open items of a roadmap by their condition."""
    items = roadmap.of_role(Role.ITEM)
    active = tuple(item for item in items if item.stage is Stage.ACTIVE)
    limit = roadmap.settings.policies.active_limit
    return Health(
        active,
        tuple(item for item in items if item.stage is Stage.PAUSED),
        tuple(_blocked(roadmap, items)),
        tuple(sorted(_late(roadmap, items), key=lambda late: -late.days)),
        limit,
        roots(active)[limit:] if limit is not None else (),
    )


def roots(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the items whose parent is not among them: a part counts through its parent."""
    ids = {item.id for item in items}
    return tuple(item for item in items if item.parent not in ids)


def _blocked(roadmap: Roadmap, items: Iterable[Item]) -> Iterator[Blocked]:
    for item in items:
        needs = unmet(roadmap, item)
        if needs:
            yield Blocked(item, needs)


def unmet(roadmap: Roadmap, item: Item) -> tuple[Item, ...]:
    """Return the items that an open item depends on and that are not done."""
    if item.is_closed:
        return ()
    needed = (roadmap.by_id[id_] for id_ in item.texts("depends_on"))
    return tuple(each for each in needed if each.stage is not Stage.DONE)


def _late(roadmap: Roadmap, items: Iterable[Item]) -> Iterator[Late]:
    limit = roadmap.settings.policies.stale_days
    for item in items:
        if days := item.days_late(roadmap.as_of):
            yield Late(item, days, item.stage is Stage.ACTIVE and limit is not None and days > limit)


def measures(roadmap: Roadmap) -> tuple[Measure, ...]:
    """Return the measures of success, in order, without those of commits where there are none."""
    found = (item for item in roadmap.items if is_measure(item))
    counted = (Measure(item, measure_counts(roadmap, item), measure_commits(roadmap, item)) for item in found)
    return tuple(
        each
        for each in counted
        if each.counts.total or any(each.commits) or not counts_commits(roadmap.settings, each.item)
    )


def is_measure(item: Item) -> bool:
    """Whether an item is a measure of success: it counts collections, or has a number of its own."""
    return bool(item.texts("counts")) or has_number(item)


def has_number(item: Item) -> bool:
    """Whether an item is a record that counts nothing and has a number of its own, `current` or `target`."""
    is_numbered = item.number("current") is not None or item.number("target") is not None
    return is_numbered and item.role is Role.RECORD and not item.texts("counts")


def measured_number(item: Item, language: Language) -> str:
    """Return the numbers of a measure as text: `320 ms, target: 200 ms`."""
    current, target = (with_unit(item, name, language) for name in ("current", "target"))
    if not target:
        return current
    text = _("{current}, target: {target}") if current else _("target: {target}")
    return language.gettext(text).format(current=current, target=target)


def with_unit(item: Item, name: str, language: Language) -> str:
    """Return a number of an item with its unit, `320 ms` or `40%`; empty if it has none."""
    number, unit = item.number(name), item.text("unit")
    if number is None:
        return ""
    is_word = unit[:1].isascii() and unit[:1].isalpha()
    return f"{language.number(number)}{' ' if is_word else ''}{unit}"


def measure_commits(roadmap: Roadmap, measure: Item) -> tuple[int, ...]:
    """Return the numbers of commits in each of the last 52 weeks; none for a measure that does not count them."""
    return roadmap.commits if counts_commits(roadmap.settings, measure) else ()


def counts_commits(settings: Settings, measure: Item) -> bool:
    """Whether a measure counts commits: `counts: commits`, unless that is a collection."""
    return COMMITS in measure.texts("counts") and COMMITS not in settings.collections


def counted_items(roadmap: Roadmap, measure: Item) -> tuple[Item, ...]:
    """Return the items that a measure counts: those of its collections that are not dropped."""
    found = (item for name in dict.fromkeys(measure.texts("counts")) for item in roadmap.in_collection(name))
    return tuple(item for item in found if item.stage is not Stage.DROPPED)


def measure_counts(roadmap: Roadmap, measure: Item) -> Counts:
    """Return how many of the items that a measure counts are done."""
    items = counted_items(roadmap, measure)
    return Counts(sum(item.stage is Stage.DONE for item in items), len(items))


def rollup_lines(roadmap: Roadmap, rollup: Rollup) -> tuple[RollupLine, ...]:
    """Return the items of a rollup by collection, each followed by its parts."""
    groups: dict[str, list[RollupLine]] = {}
    for progress, weight in rollup.parts:
        collection = progress.item.collection
        groups.setdefault(collection.name, []).extend(_with_parts(roadmap, RollupLine(collection, progress, weight)))
    return tuple(line for lines in groups.values() for line in lines)


def _with_parts(roadmap: Roadmap, line: RollupLine) -> Iterator[RollupLine]:
    waiting = [line]
    while waiting:
        each = waiting.pop()
        yield each
        parts = reversed(roadmap.parts(each.progress.item))
        waiting += [RollupLine(each.collection, progress_of(roadmap, part), None, each.depth + 1) for part in parts]
