"""The public graph of snapshots: what git's history of content/ would be if it had public content only.

Commits that change private content only, and the side of a merge that brought in nothing else, would reveal that work:
the days of it, and the merge day of public work on the other side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from milemark.history.ancestry import Ancestry
from milemark.history.model import Figures, Snapshot

_Content = tuple[int, Figures, Mapping[str, Figures]]


def simplified(snapshots: Sequence[Snapshot], kept: Mapping[str, str | None]) -> tuple[Snapshot, ...]:
    """Return the snapshots that differ from their parents, each after its parents, which are of these only.

    `kept` is the result of `equals`. As in git, a merge that equals a parent stands for that parent alone. The order
    depends on the parents alone, since git's depends on the commits that are left out.
    """
    if not snapshots:
        return ()
    known = {each.commit: each for each in snapshots}
    graph = {
        each.commit: tuple(dict.fromkeys(found for parent in each.parents if (found := kept.get(parent)) is not None))
        for each in snapshots
        if kept[each.commit] == each.commit
    }
    order = _parents_first(graph, kept[snapshots[-1].commit])
    return tuple(replace(known[commit], parents=_without_ancestors(graph, graph[commit])) for commit in order)


def equals(snapshots: Sequence[Snapshot]) -> Mapping[str, str | None]:
    """Return for each snapshot the oldest one from which nothing changed up to it; None stands for no content.

    Of several parents with equal content, it follows the one that is not older than another, else the first: the sides
    that git follows depend on private content.
    """
    contents: dict[str, _Content] = {}
    ancestry, found = Ancestry(), dict[str, str | None]()
    for each, digest in zip(snapshots, _digests(snapshots), strict=True):
        content = contents[each.commit] = digest, each.whole, each.tracks
        parents = [parent for parent in each.parents if parent in contents]
        equal = {parent: found[parent] for parent in parents if contents[parent] == content}
        ancestry.add(each.commit, parents)
        is_empty = not (digest or each.tracks or each.whole.total or parents)
        found[each.commit] = equal[ancestry.newest(equal)] if equal else None if is_empty else each.commit
    return found


def _digests(snapshots: Sequence[Snapshot]) -> Iterator[int]:
    """Yield a digest of the items and milestones at each snapshot: a sum of hashes, whatever their order."""
    uses = Counter(parent for each in snapshots for parent in each.parents[:1])
    states: dict[str, tuple[int, dict[tuple[str, str], int]]] = {}
    for each in snapshots:
        total, known = states.get(each.parents[0], (0, {})) if each.parents else (0, {})
        uses.subtract(each.parents[:1])
        state = dict(known) if each.parents and uses[each.parents[0]] else known
        for kind, changed in (("item", each.items), ("milestone", each.milestones)):
            for id_, item in changed.items():
                new = hash((kind, id_, item)) if item else 0
                total += new - state.get((kind, id_), 0)
                state[kind, id_] = new
        states[each.commit] = total, state
        yield total


def _parents_first(graph: Mapping[str, tuple[str, ...]], head: str | None) -> list[str]:
    """Return the ancestors of a commit and the commit itself, each after its parents."""
    order: dict[str, None] = {}
    waiting = [head] if head is not None else []
    while waiting:
        missing = [parent for parent in graph[waiting[-1]] if parent not in order]
        if missing:
            waiting.append(missing[0])
        else:
            order.setdefault(waiting.pop())
    return [*order]


def _without_ancestors(graph: Mapping[str, tuple[str, ...]], parents: tuple[str, ...]) -> tuple[str, ...]:
    """Return parents without those that are ancestors of another."""
    if len(parents) < 2:  # noqa: PLR2004
        return parents
    others = {parent: {*_parents_first(graph, parent)} - {parent} for parent in parents}
    return tuple(each for each in parents if not any(each in found for found in others.values()))
