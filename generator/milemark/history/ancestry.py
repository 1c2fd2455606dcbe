"""Which commits are ancestors of which, in a list that has each commit after its parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Ancestry:
    """The parents of commits, added one by one, each after its parents."""

    def __init__(self) -> None:
        self._parents: dict[str, Sequence[str]] = {}
        self._places: dict[str, int] = {}

    def add(self, commit: str, parents: Sequence[str]) -> None:
        """Add a commit."""
        self._parents[commit] = [parent for parent in parents if parent in self._places]
        self._places[commit] = len(self._places)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether a commit is another one or an ancestor of it. Only commits added after the old one are visited."""
        first, waiting, seen = self._places[old], [new], {new}
        while waiting:
            commit = waiting.pop()
            if commit == old:
                return True
            further = [each for each in self._parents[commit] if self._places[each] >= first and each not in seen]
            seen.update(further)
            waiting += further
        return False

    def newest(self, stands_for: Mapping[str, str | None]) -> str:
        """Return the first of some commits whose representative is no ancestor of another one of them.

        `stands_for` has the representative of each, an ancestor of it; None is an ancestor of all.
        """
        commits = [*stands_for]
        left = (one for one in commits if not any(self._is_older(stands_for, one, other) for other in commits))
        return next(left, commits[0])

    def _is_older(self, stands_for: Mapping[str, str | None], one: str, other: str) -> bool:
        old = stands_for[one]
        return old != stands_for[other] and (old is None or self.is_ancestor(old, other))
