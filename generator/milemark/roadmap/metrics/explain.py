"""Derivations of numbers: their steps down to files and lines, the same in the terminal and on the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from milemark.foundation.diagnostics import Span
from milemark.foundation.i18n import Language, _
from milemark.foundation.layout import PUBLIC
from milemark.markdown.outline import plain_text
from milemark.roadmap.metrics.health import (
    counted_items,
    counts_commits,
    has_number,
    is_measure,
    measure_commits,
    measure_counts,
    measured_number,
    with_unit,
)
from milemark.roadmap.metrics.progress import (
    Basis,
    Progress,
    Rollup,
    Whole,
    percent,
    progress_of,
    task_counts,
    whole,
    with_parts,
)
from milemark.roadmap.model import Counts, Item, Roadmap
from milemark.roadmap.settings import Settings

_DEEPEST = 5  # levels of parts whose tasks are listed one by one


@dataclass(frozen=True, slots=True)
class DerivationStep:
    """One line of a derivation: its text, its value, its place in a file, and the steps it is made of."""

    text: str
    value: str = ""
    span: Span | None = None
    item: Item | None = None
    parts: tuple[DerivationStep, ...] = ()

    @property
    def is_worth_words(self) -> bool:
        """Whether its parts say more than its place does: they are items or reasons, and no tasks one by one."""
        return not any(part.item is None and part.span and part.value.startswith("[") for part in self.parts)

    @property
    def line(self) -> str:
        """Text and value in one line."""
        return f"{self.text}: {self.value}" if self.value else self.text

    def place(self, settings: Settings) -> str:
        """Return file, line and column, as editors open them; empty without a place."""
        return settings.shown(str(self.span)) if self.span else ""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Derives the numbers of a roadmap in one language.

    With `public`, which returns the roadmap as the public site has it, a number with private items says what that site
    shows instead.
    """

    roadmap: Roadmap
    language: Language
    public: Callable[[], Roadmap] | None = None

    def any(self, item: Item, whole: Whole) -> DerivationStep:
        """Return the derivation of the number of a track, a measure of success or an item."""
        track = whole.by_track.get(item.id)
        if track:
            return self.track(item, track.rollup)
        return self.measure(item) if is_measure(item) else self.item(item)

    def item(self, item: Item) -> DerivationStep:
        """Return the derivation of an item's progress: its status, its claim, its tasks and those of its parts."""
        found = progress_of(self.roadmap, item)
        value = "–" if found.value is None else f"{percent(found.value)}%"
        parts = (*self._reasons(found), *self._compared(item.id, self.roadmap.parts(item)))
        return DerivationStep(item.title, value, item.document.span, item, parts)

    def _reasons(self, found: Progress) -> Iterator[DerivationStep]:
        item, translate = found.item, self.language.gettext
        if found.basis is Basis.DONE:
            text = translate(_("finished, because its status is “{status}”")).format(status=item.text("status"))
            yield DerivationStep(text, "100%", item.span("status"))
        if found.claimed is not None and found.basis is not Basis.DONE:
            yield DerivationStep(
                translate(_("as its author states it")), f"{percent(found.claimed)}%", item.span("progress")
            )
        if found.counts.total and (found.basis is not Basis.CLAIMED or self._shows_all):
            yield self._tasks(item, found.counts)  # that a claim differs from the tasks is a finding, for the owner
        if found.basis is Basis.NONE:
            yield DerivationStep(translate(_("not measured: no claim and no tasks")))

    @property
    def _shows_all(self) -> bool:
        return self.roadmap.audience != PUBLIC or self.roadmap.settings.derivations == "files"

    def _tasks(self, item: Item, counts: Counts, depth: int = 0) -> DerivationStep:
        own = tuple(DerivationStep(plain_text(task.text), f"[{task.mark}]", task.span) for task in item.tasks)
        nested = tuple(self._part(part, depth + 1) for part in self.roadmap.parts(item))
        text = self.language.gettext(_("ticked tasks"))
        return DerivationStep(text, self._share(counts), parts=own + tuple(step for step in nested if step))

    def _part(self, part: Item, depth: int) -> DerivationStep | None:
        """Return the tasks of a part; a deeply nested part has its numbers only, since it has a page of its own."""
        counts = task_counts(self.roadmap, part)
        if not counts.total:
            return None
        tasks = self._tasks(part, counts, depth).parts if depth < _DEEPEST else ()
        return DerivationStep(part.title, f"{counts.done} / {counts.total}", part.document.span, part, tasks)

    def _share(self, counts: Counts) -> str:
        share = f" = {percent(counts.share)}%" if counts.share is not None else ""
        return f"{counts.done} / {counts.total}{share}"

    def track(self, track: Item, rollup: Rollup) -> DerivationStep:
        """Return the derivation of a track's progress: its items, each with its weight."""
        parts = (*self._weighed(rollup), *self._compared(track.id, [each.item for each, _ in rollup.parts]))
        return DerivationStep(track.title, self._exact(rollup.value), track.document.span, track, parts)

    def outside(self, rollup: Rollup) -> DerivationStep:
        """Return the derivation of the progress of items without a track."""
        text = self.language.gettext(_("No track"))
        return DerivationStep(text, self._exact(rollup.value), parts=tuple(self._weighed(rollup)))

    def measure(self, measure: Item) -> DerivationStep:
        """Return the items that a measure of success counts, each with its status, or its own numbers."""
        if has_number(measure):
            return self._number(measure)
        counts = measure_counts(self.roadmap, measure)
        parts = tuple(
            DerivationStep(item.title, item.text("status") or "–", item.span("status"), item)
            for item in counted_items(self.roadmap, measure)
        )
        parts += tuple(self._compared(measure.id, counted_items(self.roadmap, measure)))
        value, commits = f"{counts.done} / {counts.total}", measure_commits(self.roadmap, measure)
        if counts_commits(self.roadmap.settings, measure):
            text = self.language.gettext(_("commits in the last 52 weeks, by git"))
            parts += (DerivationStep(text, str(sum(commits))),)
            value = value if counts.total else str(sum(commits))
        return DerivationStep(measure.title, value, measure.span("counts"), measure, parts)

    def _number(self, measure: Item) -> DerivationStep:
        translate = self.language.gettext
        steps = ((translate(_("as its author states it")), "current"), (translate(_("target")), "target"))
        parts = tuple(
            DerivationStep(text, with_unit(measure, name, self.language), measure.span(name))
            for text, name in steps
            if measure.number(name) is not None
        )
        value = measured_number(measure, self.language)
        return DerivationStep(measure.title, value, measure.document.span, measure, parts)

    def _weighed(self, rollup: Rollup) -> Iterator[DerivationStep]:
        for part, weight in rollup.parts:
            value = self._exact(part.value or Decimal(0))
            yield DerivationStep(
                part.item.title, f"{value} × {self.language.number(weight)}", part.item.document.span, part.item
            )
        if rollup.is_overridden:
            yield self._private()

    def _private(self) -> DerivationStep:
        """Return the line about private items, which stands there whether or not any exist."""
        return DerivationStep(self.language.gettext(_("and private items")))

    def _compared(self, id_: str, items: Iterable[Item]) -> Iterator[DerivationStep]:
        """Yield the line about the private items in a number, and the number of the public site.

        An empty id stands for the whole roadmap.
        """
        private = sum(item.path in self.roadmap.private for item in with_parts(self.roadmap, items))
        if not private or self.public is None:
            return
        public = self.public()
        if not id_ or id_ in public.by_id:
            shown = Explainer(public, self.language)
            step = shown.any(public.by_id[id_], whole(public)) if id_ else shown.whole(whole(public))
            text = self.language.ngettext(
                "with {count} private item; the public site shows {value}",
                "with {count} private items; the public site shows {value}",
                private,
            )
            yield DerivationStep(text.format(count=private, value=step.value))

    def of_public(self, whole: Whole) -> Iterator[DerivationStep]:
        """Yield the line about the private items in overall progress, if there are any."""
        rollups = [each.rollup for each in whole.tracks] or [whole.trackless]
        yield from self._compared("", [part.item for rollup in rollups for part, _ in rollup.parts])

    def whole(self, whole: Whole) -> DerivationStep:
        """Return the derivation of overall progress: the tracks, each with its allocation."""
        text = self.language.gettext(_("Overall progress"))
        private = (*((self._private(),) if whole.is_overridden else ()), *self.of_public(whole))
        if not whole.tracks:
            return DerivationStep(text, self._exact(whole.value), parts=(*self._weighed(whole.trackless), *private))
        parts = [self._allocated(each.track, each.rollup) for each in whole.tracks]
        if whole.trackless.parts:
            trackless = self.language.gettext(_("No track, so not part of overall progress"))
            parts.append(DerivationStep(trackless, self._exact(whole.trackless.value)))
        return DerivationStep(text, self._exact(whole.value), parts=(*parts, *private))

    def _allocated(self, track: Item, rollup: Rollup) -> DerivationStep:
        allocation = track.number("allocation")
        weight = f" × {percent(allocation)}%" if allocation is not None else ""
        return DerivationStep(track.title, self._exact(rollup.value) + weight, track.span("allocation"), track)

    def _exact(self, value: Decimal | None) -> str:
        """Return a number in percent with one decimal: enough to check the sum by hand."""
        return "–" if value is None else f"{self.language.number(round(value, 1))}%"


def as_values(step: DerivationStep, settings: Settings) -> dict[str, Any]:
    """Return a derivation as plain values, each step with its place and its own steps."""
    return {
        "text": step.text,
        "value": step.value or None,
        "id": step.item.id if step.item else None,
        "place": step.place(settings) or None,
        "steps": [as_values(part, settings) for part in step.parts],
    }


def as_lines(step: DerivationStep, settings: Settings, depth: int = 0) -> Iterator[str]:
    """Yield a derivation as indented lines, each with its place."""
    place = f"  {step.place(settings)}" if step.span else ""
    yield f"{'  ' * depth}{step.line}{place}"
    for part in step.parts:
        yield from as_lines(part, settings, depth + 1)
