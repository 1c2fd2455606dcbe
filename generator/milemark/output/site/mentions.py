"""Mentions in bodies, linked to the repository: issues, people and commits, by GitHub's rules."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from milemark.foundation.escaping import page_attribute, page_text
from milemark.output.urls import RepositoryUrls

_MENTION = re.compile(
    r"""
      (?P<project>[\w-]+/[\w.-]+)?\#(?P<issue>\d{1,10})
    | (?P<other>[\w-]+/[\w.-]+)@(?P<their_commit>[0-9a-f]{7,40})
    | @(?P<name>[a-z\d](?:-?[a-z\d]){0,38})
    | (?P<commit>(?=[0-9]*[a-f])[0-9a-f]{7,40})
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


class Mentions:
    """The addresses of mentions on the host of a repository; a host of GitLab has its own form of address."""

    def __init__(self, repository: RepositoryUrls) -> None:
        self.project = repository.url.rstrip("/").removesuffix(".git")
        self.host = urljoin(self.project, "/")
        is_gitlab = "gitlab" in urlsplit(self.host).netloc.lower() or repository.edit_uri.lstrip("/").startswith("-/")
        self.infix = "-/" if is_gitlab else ""

    def link(self, word: str) -> str | None:
        """Return a mention as a link, or None for another word: `#12`, `octo/site#12`, `@ann`, `1f2e3d4`.

        Like GitHub, it shortens the id of a commit to seven characters.
        """
        found = _MENTION.fullmatch(word)
        if found is None:
            return None
        commit = found["commit"] or found["their_commit"] or ""
        shown = word.removesuffix(commit) + commit[:7]
        return f'<a href="{page_attribute(self._address(found, commit))}">{page_text(shown)}</a>'

    def _address(self, found: re.Match[str], commit: str) -> str:
        if found["name"]:
            return self.host + found["name"]
        other = found["project"] or found["other"]
        project = self.host + other if other else self.project
        place = f"commit/{commit}" if commit else f"issues/{found['issue']}"
        return f"{project}/{self.infix}{place}"


def mentions_of(repository: RepositoryUrls, *, is_wanted: bool) -> Mentions | None:
    """Return the mentions of a project that wants them linked, and whose mkdocs.yml has the address of a repository."""
    return Mentions(repository) if is_wanted and repository.is_web else None
