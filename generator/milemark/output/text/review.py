"""A weekly review as a Markdown page: done, slipped, stalled, next, and three questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from posixpath import dirname, relpath

from milemark.foundation.escaping import url_part, written_text, yaml_text
from milemark.foundation.i18n import Language, _
from milemark.history.changes import Changes
from milemark.history.lifecycle import Lifecycles
from milemark.output.text.report import ReportPeriod
from milemark.roadmap.metrics.health import health
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

_STALLED = 14  # days without finished work, from which on an active item is stalled
_MOST = 50  # lines of a section
_MORE = _("and {count} more")
_QUESTIONS = _("Questions")
QUESTIONS = (
    _("Which result of this week mattered most, and why?"),
    _("Which slipped or stalled item will be dropped, made smaller or done first?"),
    _("Which one thing will be done by the next review?"),
)


@dataclass(frozen=True, slots=True)
class Review:
    """The inputs of a review: the roadmap, its changes in a period, its history, and the sentence on its end."""

    roadmap: Roadmap
    changes: Changes
    period: ReportPeriod
    found: Lifecycles
    end: str


def review_page(path: str, review: Review, language: Language) -> str:
    """Return the review as a page at a path below the content folder; it is private."""
    say, period = language.gettext, review.period
    title = say(_("Review {day}")).format(day=period.last.isoformat())
    links = _Links(path, review.roadmap)
    sections = (
        (_("Done"), _done(review, links)),
        (_("Slipped"), _slipped(review, links, language)),
        (_("Stalled"), _stalled_lines(review, links, language)),
        (_("Next tasks"), _next(review, links)),
    )
    lines = ["---", f"title: {yaml_text(title)}", "audience: private", "---", ""]
    lines += [f"{period.first.isoformat()} – {period.last.isoformat()}", ""]
    for name, found in sections:
        shown = [f"- {line}" for line in found]
        rest = [f"- {say(_MORE).format(count=len(shown) - _MOST)}"] if len(shown) > _MOST else []
        lines += [f"## {say(name)}", "", *(shown[:_MOST] or [say(_("Nothing."))]), *rest, ""]
    lines += [f"## {say(_QUESTIONS)}", ""]
    for number, question in enumerate(QUESTIONS, 1):
        lines += [f"{number}. {say(question)}", ""]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Links:
    """Writes links to the files of items, from a page."""

    path: str
    roadmap: Roadmap

    def to(self, id_: str, title: str) -> str:
        """Return a link to an item, or its title if it has no file any more."""
        item = self.roadmap.by_id.get(id_)
        if item is None or item.document.within:
            return written_text(title)
        return f"[{written_text(title)}]({url_part(relpath(item.path, dirname(self.path)))})"

    def of(self, item: Item) -> str:
        return self.to(item.id, item.title)


def _done(review: Review, links: _Links) -> Iterator[str]:
    for item in review.changes.items.finished:
        yield links.to(item.id, item.title)
    for task in review.changes.tasks.finished:
        yield f"{written_text(task.text)} · {links.to(task.item.id, task.item.title)}"


def _slipped(review: Review, links: _Links, language: Language) -> Iterator[str]:
    for item, move in review.changes.due_moves:
        if move.days > 0:
            yield f"{links.to(item.id, item.title)}: {move.before} → {move.after}"
    for late in health(review.roadmap).late:
        days = language.ngettext("{days} day", "{days} days", late.days).format(days=f"+{late.days}")
        yield f"{links.of(late.item)}: {late.item.text('due') or late.item.due_day}, {days}"


def _stalled_lines(review: Review, links: _Links, language: Language) -> Iterator[str]:
    for item, days in stalled(review.roadmap, review.found, review.period.last):
        text = language.ngettext("nothing done for {days} day", "nothing done for {days} days", days)
        yield f"{links.of(item)}: {text.format(days=days)}"


def stalled(roadmap: Roadmap, found: Lifecycles, today: date) -> Iterator[tuple[Item, int]]:
    """Yield the active items on which nothing was done for two weeks, with the days since then."""
    last = _last_days(found)
    for item in roadmap.of_role(Role.ITEM):
        day = last.get(item.id)
        if item.stage is Stage.ACTIVE and day and (today - day).days >= _STALLED:
            yield item, (today - day).days


def _last_days(found: Lifecycles) -> Mapping[str, date]:
    """Return the last day on which each item was added or started, or a task of it was finished."""
    days: dict[str, date] = {}
    for each in found.items:
        known: Iterable[date | None] = (each.added, each.started)
        days[each.id.item] = max((day for day in known if day), default=date.min)
    for task in found.tasks:
        if task.finished and task.is_done:
            days[task.id.item] = max(days.get(task.id.item, date.min), task.finished)
    return {id_: day for id_, day in days.items() if day > date.min}


def _next(review: Review, links: _Links) -> Iterator[str]:
    for task in review.changes.next_up:
        yield f"{written_text(task.text)} · {links.to(task.item.id, task.item.title)}"
    if review.end:
        yield review.end
