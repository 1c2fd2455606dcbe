"""Items whose data a template cannot handle: a page is made without them, so that they do not end the build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from milemark.foundation import rules
from milemark.foundation.diagnostics import Diagnostic
from milemark.output.site.renderer import TemplateDataError, TemplateError
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.references import relate

T = TypeVar("T")

_ATTEMPTS = 150  # of making a page: enough for a few items among thousands


class _GivenUpError(Exception):
    """Too many items make a page fail."""


def is_template_broken(error: Exception) -> bool:
    """Whether an error is one of a template, whatever the data: such an error ends the build."""
    return isinstance(error, TemplateError) and not isinstance(error, TemplateDataError)


def _is_own(error: Exception) -> bool:
    return isinstance(error, TemplateDataError) and error.is_own


def made_without(make: Callable[[Roadmap], T], roadmap: Roadmap, error: Exception) -> tuple[T, tuple[Item, ...]]:
    """Return the result for a roadmap without the items that make it fail, and these items.

    Raises TemplateError if a template is broken, if the result fails without any item or because of too many, or if a
    template of the project fails on every item.
    """
    search = _Search(make, roadmap)
    if not is_template_broken(error) and not search.fails(()):
        with suppress(_GivenUpError):
            search.add(roadmap.items)
            if not search.kept and _is_own(error):
                raise error
            return make(_with(roadmap, search.kept)), tuple(search.culprits)
    raise error if isinstance(error, TemplateError) else TemplateError(reason_of(error)) from error


class _Search:
    """Keeps as many items as possible without a failure, by halves."""

    def __init__(self, make: Callable[[Roadmap], object], roadmap: Roadmap) -> None:
        self.make, self.roadmap, self.left = make, roadmap, _ATTEMPTS
        self.kept: tuple[Item, ...] = ()
        self.culprits: list[Item] = []

    def fails(self, items: tuple[Item, ...]) -> bool:
        if not self.left:
            raise _GivenUpError
        self.left -= 1
        try:
            self.make(_with(self.roadmap, items))
        except Exception:  # noqa: BLE001  a template may raise anything
            return True
        return False

    def add(self, items: tuple[Item, ...]) -> None:
        middle = len(items) // 2
        if not self.fails((*self.kept, *items)):
            self.kept += items
        elif not middle:
            self.culprits += items
        else:
            self.add(items[:middle])
            self.add(items[middle:])


def _with(roadmap: Roadmap, items: Sequence[Item]) -> Roadmap:
    related, _references = relate(tuple(items), with_findings=False)
    return replace(roadmap, items=related)


class ItemFailures:
    """The templates of the project that failed on item pages, by collection.

    One that failed on every item of a collection is broken, whatever the data.
    """

    def __init__(self) -> None:
        self._made: set[str] = set()
        self._failed: dict[str, TemplateDataError] = {}

    def made(self, item: Item) -> None:
        """Count an item whose page was made."""
        self._made.add(item.collection.name)

    def failed(self, item: Item, error: Exception) -> None:
        """Count an item whose page was not made. Raises the error of a template that is broken in itself."""
        if is_template_broken(error):
            raise error
        if isinstance(error, TemplateDataError) and _is_own(error):
            self._failed.setdefault(item.collection.name, error)

    def raise_whole(self) -> None:
        """Raise the error of a template that failed on every item of a collection."""
        for name, error in self._failed.items():
            if name not in self._made:
                raise error


def findings_of(path: str, culprits: Sequence[Item], error: Exception) -> tuple[Diagnostic, ...]:
    """Return a finding for each item that a page is made without."""
    place = error.place if isinstance(error, TemplateDataError) else "milemark"
    values = {"page": path, "reason": reason_of(error), "place": place}
    return tuple(Diagnostic(rules.TEMPLATE_FAILED, item.span("title"), values) for item in culprits)


def reason_of(error: Exception) -> str:
    """Return the reason of an error in one line."""
    return error.reason if isinstance(error, TemplateDataError) else f"{type(error).__name__}: {error}".strip()
