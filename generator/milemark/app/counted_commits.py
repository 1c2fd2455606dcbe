"""The commits that a measure of success counts: of the project's repository, and of others that roadmap.yml names."""

from __future__ import annotations

from pathlib import Path

from milemark.roadmap.metrics.health import counts_commits
from milemark.roadmap.model import Roadmap


def commits_of(root: Path, roadmap: Roadmap) -> tuple[int, ...]:
    """Return the numbers of commits in each of the last 52 weeks; none if no measure counts them.

    Untrusted authors cannot name other repositories.
    """
    if not any(counts_commits(roadmap.settings, item) for item in roadmap.items):
        return ()
    from milemark.history.commit_days import commit_days  # few roadmaps need it
    from milemark.history.commit_weeks import commit_weeks

    others = () if roadmap.settings.untrusted else roadmap.settings.repositories
    folders = dict.fromkeys((root / path).resolve() for path in (".", *others))
    return commit_weeks((day for folder in folders for day in commit_days(folder)), roadmap.as_of)
