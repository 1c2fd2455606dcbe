"""The words of forecasts, the same in the terminal, on the site and in files: days, sentences and derivations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from milemark.foundation.dates import PartialDate
from milemark.foundation.i18n import Language, _
from milemark.history.landings import Landing, PlanForecast
from milemark.history.queue import Stuck
from milemark.history.refusal import Refusal
from milemark.history.simulation import RUNS
from milemark.history.what_if import WhatIf
from milemark.roadmap.metrics.explain import DerivationStep
from milemark.roadmap.model import Roadmap

_NEAR = 183  # days: a landing beyond half a year has no month, only a quarter
_WHOLE = _("This plan would end in {likely}, and with a chance of 85% by {sure}.")
_NO_END = _("This plan has no likely end: {reason}.")
_REFUSED = _("No forecast: {reason}")
_EXPLAINED = _("A 50% chance: it may as well be later. An 85% chance: of seven such items, about one will be later.")
_CHANGED = _("Compared with the plan as it is: {changes}.")
_DASH = _("Without a day: {reason}.")
_TESTED = _(
    "Test: items whose 85% day has passed, by forecasts made eight weeks ago or earlier: {count}; "
    "done by that day: {kept}."
)
_MILESTONES = _("Milestones in this test: {count}; done by that day: {kept}.")
_UNTESTED = _("No earlier forecast could be tested yet.")
_HALF_ONLY = _("50% chance by {likely}")
_LINE = _("50% chance by {likely}, 85% by {sure}")
_HALF = _("in half of the runs it is done by")
_SURE = _("in 85 of 100 runs it is done by")
_IN_TIME = _("of 100 runs, done by the due date {day}")
_LEFT = _("open tasks")
_DRAWN = _("open tasks, guessed from the sizes of finished items")
_BEFORE = _("items that are done before it")
_WAITS = _("waits for")
_MADE = _("the plan was acted out {runs} times with past weeks")


def period_of(day: date | None, today: date) -> PartialDate | None:
    """Return the month of a landing, or its quarter if it is more than half a year ahead."""
    if day is None:
        return None
    return PartialDate.containing(day, "month" if (day - today).days <= _NEAR else "quarter")


def in_front(each: Landing, language: Language) -> str:
    """Return the work in front of an item: that it is stuck, the items that it waits for, or how many come first."""
    if isinstance(each.why, Stuck):
        return each.reason(language.gettext)
    if each.needs:
        return ", ".join(need.title for need in each.needs)
    return _counted_items(each.before, language) if each.before else ""


def _counted_items(count: int, language: Language) -> str:
    return language.ngettext("{count} item", "{count} items", count).format(count=count)


def changes_of(what_if: WhatIf, roadmap: Roadmap, language: Language) -> str:
    """Return the sentence on what a plan changes; empty if nothing."""
    said = list(_changes(what_if, roadmap, language))
    return language.gettext(_CHANGED).format(changes="; ".join(said)) if said else ""


def _changes(what_if: WhatIf, roadmap: Roadmap, language: Language) -> Iterator[str]:
    say, titles = language.gettext, {item.id: item.title for item in roadmap.items}
    yield from (say(_("without {item}")).format(item=titles[id_]) for id_ in what_if.drop)
    yield from (say(_("{item} first")).format(item=titles[id_]) for id_ in what_if.first)
    for title, tasks in what_if.add:
        text = language.ngettext("{item} added, {count} task", "{item} added, {count} tasks", tasks)
        yield text.format(item=title, count=tasks)
    if what_if.scope:
        yield say(_("open work {scope}%")).format(scope=f"{what_if.scope:+g}")
    if what_if.hours:
        yield say(_("{hours} hours a week")).format(hours=f"{what_if.hours:+g}")
    for first, last in what_if.away:
        yield say(_("away from {first} to {last}")).format(first=first.isoformat(), last=last.isoformat())
    if what_if.active:
        yield say(_("{count} at a time")).format(count=what_if.active)


def line_of(each: Landing, today: date, language: Language) -> str:
    """Return both days of a landing in one line, or the reason why it has none."""
    likely, sure = (period_of(day, today) for day in (each.p50, each.p85))
    if not likely:
        return each.reason(language.gettext)
    text = language.gettext(_LINE if sure else _HALF_ONLY)
    return text.format(likely=language.date(likely), sure=language.date(sure) if sure else "")


def end_of(found: PlanForecast | Refusal, language: Language) -> str:
    """Return the sentence on the end of the whole plan."""
    if isinstance(found, Refusal):
        return language.gettext(_REFUSED).format(reason=found.text(language.gettext))
    likely, sure = (period_of(day, found.today) for day in (found.whole.p50, found.whole.p85))
    if not likely or not sure:
        return language.gettext(_NO_END).format(reason=found.whole.reason(language.gettext))
    return language.gettext(_WHOLE).format(likely=language.date(likely), sure=language.date(sure))


def notes_of(found: PlanForecast, language: Language) -> Iterator[str]:
    """Yield the sentences below a forecast: how to read it, its assumptions, and its test."""
    say = language.gettext
    yield say(_EXPLAINED)
    reasons = (each.reason(say) for each in found.landings if not isinstance(each.why, Stuck))
    yield from (say(_DASH).format(reason=reason) for reason in dict.fromkeys(filter(None, reasons)))
    yield from (each.text(say) for each in found.assumptions)
    yield from tested_of(found, language)


def tested_of(found: PlanForecast, language: Language) -> Iterator[str]:
    """Yield how earlier forecasts came true."""
    tested, say = found.tested, language.gettext
    yield say(_TESTED).format(count=tested.count, kept=tested.kept) if tested.count else say(_UNTESTED)
    if tested.milestones:
        yield say(_MILESTONES).format(count=tested.milestones, kept=tested.milestones_kept)


def shift_of(before: Landing | None, after: Landing | None, language: Language) -> str:
    """Return by how many weeks the 50 % day moves; empty if there is none before or after."""
    if not before or not after or not before.p50 or not after.p50:
        return ""
    return language.gettext(_("{weeks} weeks")).format(weeks=f"{(after.p50 - before.p50).days / 7:+.1f}")


def derivation_of(found: PlanForecast, each: Landing, language: Language) -> DerivationStep:
    """Return how the days and the chance of a landing follow."""
    say = language.gettext
    title = each.title if each.id else say(_("Overall"))
    assumed = tuple(DerivationStep(sentence) for sentence in notes_of(found, language))
    made = DerivationStep(say(_MADE).format(runs=f"{RUNS:,}"), parts=assumed)
    parts = (*_steps(each, language), made)
    span = each.item.document.span if each.item else None
    return DerivationStep(title, line_of(each, found.today, language), span, each.item, parts)


def _steps(each: Landing, language: Language) -> Iterator[DerivationStep]:
    say = language.gettext
    if reason := each.reason(say):
        yield DerivationStep(reason)
    for text, day in ((_HALF, each.p50), (_SURE, each.p85)):
        if day:
            yield DerivationStep(say(text), day.isoformat())
    if each.due and each.chance is not None:
        span = each.item.span("due") if each.item else None
        yield DerivationStep(say(_IN_TIME).format(day=each.due.isoformat()), str(each.chance), span)
    if any(each.sizes):
        least, most = (
            language.number(Decimal(f"{size:.1f}").normalize()) for size in (min(each.sizes), max(each.sizes))
        )
        is_drawn = least != most
        yield DerivationStep(say(_DRAWN if is_drawn else _LEFT), f"{least} – {most}" if is_drawn else least)
    if each.before:
        yield DerivationStep(say(_BEFORE), str(each.before))
    for need in each.needs:
        yield DerivationStep(say(_WAITS), need.title, need.document.span, need)
