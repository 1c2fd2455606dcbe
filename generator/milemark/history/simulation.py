"""Simulate a plan week by week from random past weeks: after how many weeks each work is done, in many runs.

The clock of a queue is work, not time: the place of an item is the work that is done when it is done, whatever weeks
come. Places are computed once for each draw of sizes, and looked up in the weeks of each run.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import chain, repeat

from milemark.foundation.cache import digest

RUNS = 1_000
FARTHEST = 260  # weeks: work that takes more than five years gets no date
NEVER = FARTHEST + 1
_SIZE_DRAWS = 100  # each serves ten runs: the weeks matter more than the sizes, and cost less
# Past weeks are drawn in rows of neighbours, four on average: a pause or a burst lasts longer than a week.
_ROW = 4
_LEAST = 0.5  # of the open work that is left in a week, however much of it was removed


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do: its work in tasks, or the sizes to draw from, and the ids of the works before it.

    Works of a stream are done one after another at its pace. A work without a stream, such as a milestone, is done as
    soon as the works that it needs are.
    """

    id: str
    sizes: tuple[float, ...] = (0,)
    needs: tuple[str, ...] = ()
    stream: str | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """Past weeks of a stream: the work done and the work added in each, by the age of the plan in weeks.

    `done[week][age]` counts only items that were known `age` weeks before that week. `scope` is the open work, to which
    `added` is compared. `share` is the part of these weeks that the stream has.
    """

    done: tuple[tuple[float, ...], ...]
    added: tuple[tuple[float, ...], ...]
    scope: float
    share: float = 1


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """Works, each after those that it needs, the pace of each stream, and how many items it does at once.

    `idle` maps the number of a coming week, from 0, to the part of it in which no work is done. `factor` scales the
    work of a week.
    """

    works: tuple[Work, ...]
    paces: Mapping[str, Pace]
    limit: int = 1
    idle: Mapping[int, float] = field(default_factory=dict)
    factor: float = 1


def simulate(plan: WorkPlan, runs: int = RUNS) -> dict[str, list[float]]:
    """Return, for each work, after how many weeks it is done in each run, sorted; `NEVER` if not within five years.

    Equal paces draw equal weeks and equal works equal sizes, so that two plans differ by their differences only.
    """
    reached = _reached_places(plan, runs)
    draws = min(_SIZE_DRAWS, runs) if any(len(set(work.sizes)) > 1 for work in plan.works) else 1
    places = _places(plan, draws)
    late = _late_works(plan.works)
    found: dict[str, list[float]] = {work.id: [] for work in plan.works}
    for run in range(runs):
        ends: dict[str, float] = {}
        for name, placed in places[run % draws].items():
            ends |= _ends(placed, reached[name][run])
        for work in late:
            ends[work.id] = max(ends.get(work.id, 0), max(map(ends.__getitem__, work.needs), default=0))
        for id_, end in ends.items():
            found[id_].append(end)
    return {id_: sorted(ends) for id_, ends in found.items()}


def _ends(placed: Iterable[tuple[str, float]], reached: Sequence[float]) -> dict[str, float]:
    """Return after how many weeks each place is reached; within a week, the work goes on evenly. Places ascend."""
    ends: dict[str, float] = {}
    week, last = 0, reached[-1]
    for id_, place in placed:
        if place > last:
            ends[id_] = NEVER
            continue
        week = bisect_left(reached, place, week)
        before = reached[week - 1] if week else 0.0
        ends[id_] = week + ((place - before) / (reached[week] - before) if place else 0)
    return ends


def week_of(ends: Sequence[float], percent: int) -> float | None:
    """Return after how many weeks a share of the runs is done; None if not within five years."""
    found = ends[-(-percent * len(ends) // 100) - 1]
    return found if found <= FARTHEST else None


def _late_works(works: Sequence[Work]) -> list[Work]:
    """Return the works that may end later than their place in a stream says: they need works that are not before it."""
    streams = {work.id: work.stream for work in works}
    late: set[str] = set()
    for work in works:
        if work.stream is None or any(streams[need] != work.stream or need in late for need in work.needs):
            late.add(work.id)
    return [work for work in works if work.id in late]


def _places(plan: WorkPlan, draws: int) -> list[dict[str, list[tuple[str, float]]]]:
    """Return, for each draw of sizes, the places of the works of each stream."""
    found: dict[str, list[list[tuple[str, float]]]] = {}
    for name in plan.paces:
        works = [work for work in plan.works if work.stream == name]
        sizes = {work.id: _drawn_sizes(work, draws) for work in works}
        count = draws if any(len(set(work.sizes)) > 1 for work in works) else 1  # equal sizes have equal places
        once = [_placed(works, {id_: each[draw] for id_, each in sizes.items()}, plan.limit) for draw in range(count)]
        found[name] = once if count == draws else once * draws
    return [{name: each[draw] for name, each in found.items()} for draw in range(draws)]


def _drawn_sizes(work: Work, draws: int) -> Sequence[float]:
    if len(set(work.sizes)) == 1:
        return [work.sizes[0]] * draws
    return _chance(work.id, work.sizes).choices(work.sizes, k=draws)


def _chance(*of: object) -> random.Random:
    return random.Random(int(digest(repr(of).encode(), size=8), 16))  # noqa: S311  no secret


def _placed(works: Sequence[Work], sizes: Mapping[str, float], limit: int) -> list[tuple[str, float]]:
    """Return the place of each work: the work that its stream has done when it is done.

    The first works that are ready, up to the limit, are under way and share the work that is done equally.
    """
    ranks = {work.id: rank for rank, work in enumerate(works)}
    needs = [[ranks[need] for need in work.needs if need in ranks] for work in works]
    after: list[list[int]] = [[] for _ in works]
    for rank, needed in enumerate(needs):
        for each in needed:
            after[each].append(rank)
    missing = [len(needed) for needed in needs]
    ready = [rank for rank, count in enumerate(missing) if not count]
    heapify(ready)
    under_way: list[tuple[float, int]] = []
    each_done = place = 0.0  # each work under way has got `each_done` since the beginning
    placed: list[tuple[str, float]] = []
    while ready or under_way:
        while ready and len(under_way) < limit:
            rank = heappop(ready)
            heappush(under_way, (each_done + sizes[works[rank].id], rank))
        ends, rank = heappop(under_way)
        place += (ends - each_done) * (len(under_way) + 1)
        each_done = ends
        placed.append((works[rank].id, place))
        for other in after[rank]:
            missing[other] -= 1
            if not missing[other]:
                heappush(ready, other)
    return placed


def _reached_places(plan: WorkPlan, runs: int) -> dict[str, list[list[float]]]:
    """Return, for each stream and run, the place that is reached after each week.

    All streams draw the same past weeks, since a busy week in one is often a slow one in another.
    """
    paces = [pace for pace in plan.paces.values() if pace.done]
    count = min((len(pace.done) for pace in paces), default=0)
    chance = _chance([(pace.done, pace.added) for pace in paces])
    drawn = [_drawn_weeks(chance, count) for _ in range(runs)]
    return {name: _reached_by(plan, pace, drawn) for name, pace in plan.paces.items()}


# The known weeks are one sample of many that this person could have had: with 26 of them, the pace itself is uncertain.
# Rejected: drawing from the known weeks at once, by which 85 % of the runs held for 70 % of bursty histories.
def _drawn_weeks(chance: random.Random, count: int) -> list[int]:
    """Draw the past that a run believes in from the known weeks, and the coming weeks from that."""
    believed = _rows(chance, count, count)
    return [believed[week] for week in _rows(chance, count, FARTHEST)]


def _rows(chance: random.Random, count: int, length: int) -> list[int]:
    """Draw past weeks in rows of neighbours; the first week follows the last."""
    draw, weeks, at = chance.random, [], 0
    for number in range(length):
        at = int(draw() * count) if not number or draw() * _ROW < 1 else (at + 1) % count
        weeks.append(at)
    return weeks


def _reached_by(plan: WorkPlan, pace: Pace, drawn: Sequence[Sequence[int]]) -> list[list[float]]:
    """Return the places reached after each of the drawn weeks of each run."""
    part, ages = pace.share * plan.factor, range(len(pace.done[0]))
    done = [[week[age] * part for week in pace.done] for age in ages]
    added = [[week[age] * pace.share for week in pace.added] for age in ages]
    return [_reached(plan, max(pace.scope, 1), (done, added), weeks) for weeks in drawn]


def _reached(
    plan: WorkPlan,
    scope: float,
    work: tuple[Sequence[Sequence[float]], Sequence[Sequence[float]]],
    weeks: Sequence[int],
) -> list[float]:
    """Return the place reached after each week. Work that is added makes all open work grow in proportion.

    `work` is the work done and added in each past week, for each age of the plan.
    """
    (all_done, all_added), idle = work, plan.idle
    left, grown, place, reached = scope, 1.0, 0.0, list[float]()
    ages = chain(zip(all_done, all_added, strict=True), repeat((all_done[-1], all_added[-1])))
    for number, (week, (done_in, added_in)) in enumerate(zip(weeks, ages, strict=False)):
        done = done_in[week] * (1 - idle[number]) if number in idle else done_in[week]
        place += done / grown
        left -= done
        if left > 0:
            more = max(left + added_in[week], left * _LEAST)
            left, grown = more, grown * more / left
        reached.append(place)
    return reached
