"""Progress of items, of tracks and of the whole roadmap, with the basis of each number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

from milemark.roadmap.model import Counts, Item, Roadmap, sum_tasks
from milemark.roadmap.settings import Role, Stage

_HUNDRED = Decimal(100)


class Basis(StrEnum):
    """The source of an item's progress."""

    DONE = "done"
    CLAIMED = "claimed"
    MEASURED = "measured"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one item (0 to 100, or None if nothing measures it) and its basis."""

    item: Item
    value: Decimal | None
    basis: Basis
    claimed: Decimal | None
    counts: Counts

    @property
    def differs(self) -> bool:
        """Whether the claimed progress differs from the measured one; for a done item the status decides."""
        share = self.counts.share
        is_open = self.basis is Basis.CLAIMED and self.claimed is not None
        return is_open and share is not None and percent(share) != percent(self.claimed or Decimal(0))


@dataclass(frozen=True, slots=True)
class Rollup:
    """The weighted mean over several items; `parts` are the items counted, with their weights.

    `is_overridden` means that private items may count in the value; `parts` and `counts` leave them out.
    """

    value: Decimal | None
    parts: tuple[tuple[Progress, Decimal], ...]
    counts: Counts
    is_overridden: bool = False

    @property
    def weight(self) -> Decimal:
        """The sum of the weights."""
        return sum((weight for _, weight in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """A track, its allocation (its share of the whole in percent, or None) and its rollup."""

    track: Item
    allocation: Decimal | None
    rollup: Rollup


@dataclass(frozen=True)  # without slots: a cached property
class Whole:
    """The progress of the roadmap: its tracks weighted by their allocation, and the items without a track."""

    value: Decimal | None
    tracks: tuple[TrackProgress, ...]
    trackless: Rollup
    counts: Counts
    is_overridden: bool = False

    @cached_property
    def by_track(self) -> Mapping[str, TrackProgress]:
        """The progress of the tracks by their ids."""
        return {each.track.id: each for each in self.tracks}


def percent(value: Decimal) -> int:
    """Round to a whole percent, halves up; only exactly 100 gives 100, and only exactly 0 gives 0."""
    rounded = int(value.quantize(Decimal(1), ROUND_HALF_UP))
    if rounded == 100 and value < _HUNDRED:  # noqa: PLR2004  percent
        return 99
    return 1 if rounded == 0 and value > 0 else rounded


def percent_text(value: Decimal | None) -> str:
    """Return a progress as readers see it, `40%`; a dash without a measure."""
    return "–" if value is None else f"{percent(value)}%"


def task_counts(roadmap: Roadmap, item: Item) -> Counts:
    """Count the tasks of an item and of its parts that are not dropped."""
    return sum_tasks(item, lambda each: each.counts, roadmap.parts) if roadmap.children(item) else item.counts


def progress_of(roadmap: Roadmap, item: Item) -> Progress:
    """Return an item's progress: done is 100; else what its author claims; else its tasks; else none."""
    counts, claimed = task_counts(roadmap, item), item.number("progress")
    if item.stage is Stage.DONE:
        return Progress(item, _HUNDRED, Basis.DONE, claimed, counts)
    if claimed is not None:
        return Progress(item, claimed, Basis.CLAIMED, claimed, counts)
    basis = Basis.NONE if counts.share is None else Basis.MEASURED
    return Progress(item, counts.share, basis, None, counts)


# Without the 0, a track of seven finished analyses and four untouched candidates would read 100 %. And if parts counted
# alongside their parents, a project and its phases would count the same work twice.
def rollup(roadmap: Roadmap, items: Iterable[Item]) -> Rollup:
    """Return the weighted mean over items that are not dropped; a part counts through its parent.

    An unmeasured item counts as 0: nothing shows that it has begun.
    """
    counted = [item for item in items if item.stage is not Stage.DROPPED and not _is_part(roadmap, item)]
    parts = tuple((progress_of(roadmap, item), weight_of(item)) for item in counted)
    total = sum((weight for _, weight in parts), Decimal(0))
    value = sum(((each.value or 0) * weight for each, weight in parts), Decimal(0)) / total if total else None
    return Rollup(value, parts, sum((each.counts for each, _ in parts), Counts()))


def weight_of(item: Item) -> Decimal:
    """Return the `weight` of an item, by default 1."""
    weight = item.number("weight")
    return Decimal(1) if weight is None else weight


def whole(roadmap: Roadmap) -> Whole:
    """Return overall progress. Tracks count by `allocation`, or equally if no track has one."""
    tracks = tuple(_track(roadmap, track) for track in roadmap.of_role(Role.TRACK))
    trackless = rollup(roadmap, (item for item in roadmap.of_role(Role.ITEM) if not _has_track(roadmap, item)))
    counts = sum((each.rollup.counts for each in tracks), trackless.counts)
    if "" in roadmap.progress_overrides:
        return Whole(roadmap.progress_overrides[""], tracks, trackless, counts, is_overridden=True)
    return Whole(_weighted(tracks) if tracks else trackless.value, tracks, trackless, counts)


def track_rollup(roadmap: Roadmap, track: Item) -> Rollup:
    """Return the progress of a track: that of its items, or its override."""
    found = rollup(roadmap, roadmap.in_track(track.id))
    is_overridden = track.id in roadmap.progress_overrides
    return replace(found, value=roadmap.progress_overrides[track.id], is_overridden=True) if is_overridden else found


def _is_part(roadmap: Roadmap, item: Item) -> bool:
    """Whether an item counts through its parent: the parent is an item that is not dropped, in any track."""
    parent = roadmap.by_id.get(item.parent)
    return parent is not None and parent.role is Role.ITEM and parent.stage is not Stage.DROPPED


def _has_track(roadmap: Roadmap, item: Item) -> bool:
    track = roadmap.by_id.get(item.track)
    return track is not None and track.role is Role.TRACK


def counted_work(roadmap: Roadmap) -> frozenset[str]:
    """Return the ids of the items whose tasks count in `whole`: planned work that is not dropped, and its parts.

    Their own tasks add up to the tasks of the whole: every number of tasks on the site and in the terminal is this one.
    """
    work = [item for item in roadmap.of_role(Role.ITEM) if item.stage is not Stage.DROPPED]
    roots = (item for item in work if not _is_part(roadmap, item))
    return frozenset(item.id for item in with_parts(roadmap, roots))


def with_parts(roadmap: Roadmap, items: Iterable[Item]) -> Iterator[Item]:
    """Yield items and the parts of each that are not dropped, at any depth."""
    waiting = [*items]
    while waiting:
        item = waiting.pop()
        yield item
        waiting += roadmap.parts(item)


def _track(roadmap: Roadmap, track: Item) -> TrackProgress:
    return TrackProgress(track, track.number("allocation"), track_rollup(roadmap, track))


def _weighted(tracks: tuple[TrackProgress, ...]) -> Decimal | None:
    has_allocation = any(each.allocation is not None for each in tracks)
    pairs = [
        (each.rollup.value, (each.allocation or Decimal(0)) if has_allocation else Decimal(1))
        for each in tracks
        if each.rollup.value is not None
    ]
    total = sum((weight for _, weight in pairs), Decimal(0))
    return sum((value * weight for value, weight in pairs), Decimal(0)) / total if total else None


def stage_counts(items: Iterable[Item]) -> Mapping[Stage | None, int]:
    """Count items by stage, in the order of the stages; None stands for items without a status."""
    counts = dict.fromkeys((*Stage, None), 0)
    for item in items:
        counts[item.stage] += 1
    return counts
