"""A page of the site, and the inputs of all pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from milemark.foundation.diagnostics import Diagnostic
from milemark.history.model import History
from milemark.output.site.rows import FindRow
from milemark.query.bases.ast import Base


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the tree: its path, its Markdown text, and the key that identifies this text.

    `findings` are about the items that its template failed on. `rest` are the pages of its long groups.
    """

    path: str
    text: str
    key: str = ""
    findings: tuple[Diagnostic, ...] = ()
    rest: tuple[Page, ...] = ()

    @property
    def all(self) -> tuple[Page, ...]:
        """The page and its pages of the rest."""
        return (self, *self.rest)


@dataclass(frozen=True, slots=True)
class SiteInputs:
    """The inputs of a site, except its roadmap: the history of its git repository, if any, and its .base files by path.

    `left_out` are the attachments that the public site lacks, with the reason for each, for its owner. `text` finds a
    page of an earlier run by path and key, `row` a row by key, or renders it; `shared` is a part of every key.
    """

    shared: str
    text: Callable[[str, str], str | None]
    history: History | None = None
    bases: Mapping[str, Base] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    row: FindRow = lambda _key, render: render()


NO_INPUTS = SiteInputs("", lambda _path, _key: None)
