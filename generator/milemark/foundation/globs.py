"""Patterns of paths as in .gitignore: `Templates/`, `/Daily/**`, `*.canvas`, `!Notes/plan.md`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from milemark.foundation.identifiers import key_of


@lru_cache(maxsize=16)
def matcher(patterns: tuple[str, ...], *, is_exact: bool = False) -> Callable[[str], bool]:
    """Return a function that tells whether a path matches; letter case and Unicode form count only if `is_exact`."""
    if not patterns:
        return lambda _path: False
    from pathspec import GitIgnoreSpec  # most roadmaps have no patterns of their own

    key = str if is_exact else key_of
    spec = GitIgnoreSpec.from_lines(map(key, patterns))
    return lambda path: spec.match_file(key(path))


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern of paths."""
    from pathspec.patterns.gitignore import GitIgnorePatternError

    try:
        matcher((text,))
    except GitIgnorePatternError:
        return False
    return True
