"""Checks of one file and of a roadmap as a whole.

A check is a function that yields diagnostics. A new one is a line in `FILE_CHECKS` (one file by itself) or in `CHECKS`
(files that contradict each other, or a policy).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from milemark.foundation import rules
from milemark.foundation.dates import days_late, parse_date
from milemark.foundation.diagnostics import Diagnostic, correction
from milemark.foundation.escaping import json_text
from milemark.foundation.i18n import _
from milemark.foundation.layout import ROADMAP_FILE
from milemark.foundation.suggestions import meant
from milemark.markdown.document import Document, Mapping, Scalar, Sequence
from milemark.markdown.outline import plain_text
from milemark.markdown.private_sections import read_sections
from milemark.markdown.private_words import is_label
from milemark.roadmap.metrics.progress import percent
from milemark.roadmap.metrics.skills import skill_keys, stack_keys
from milemark.roadmap.model import Item
from milemark.roadmap.references import References
from milemark.roadmap.schema import PUBLICATION_FIELDS, in_own_names, is_misspelt, title_heading
from milemark.roadmap.settings import COMMITS, Role, Settings, Stage
from milemark.roadmap.site_paths import HOME_PAGE, OWN_HOME, is_introduction
from milemark.roadmap.statuses import LIKELY_MARKS

_HOME = "home"  # the field of content/index.md
_JOINED = "[^\x00-\x7f가-힣]"  # joiners have a meaning within Persian, Indic and emoji, and none elsewhere
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    f"|(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})"
)
_SLUG = re.compile(r"[a-z0-9._-]*")
_TICKS = "✓✔☑✅√×✗✘✖❌○●⭕"


def check_file(settings: Settings, item: Item) -> list[Diagnostic]:
    """Return the findings of every check of one file."""
    return in_own_names(item.collection, (found for each in FILE_CHECKS for found in each(settings, item)))


def check_page(settings: Settings, page: Document) -> list[Diagnostic]:
    """Return the findings about a file that is not an item."""
    found = [*_public_headings(page)]
    status = page.fields.get("status")
    is_meant = status is not None and not (isinstance(status, Scalar) and status.is_empty)
    if status and is_meant and is_introduction(page.path, settings.collections):
        found.append(Diagnostic(rules.INTRODUCTION, status.span))
    return [*found, *_home_words(page)]


def _home_words(page: Document) -> Iterator[Diagnostic]:
    """Report a `home` in the home page's file that is not `own`, and an `own` whose field is misspelt."""
    if page.path != HOME_PAGE:
        return
    for key, node in page.fields.entries:
        word = node.text.strip() if isinstance(node, Scalar) else "[…]"
        if key.text == _HOME and word.casefold() not in {"", OWN_HOME}:
            hint, near = meant(word, (OWN_HOME,))
            values = {"field": _HOME, "value": word, "known": OWN_HOME, **near}
            yield Diagnostic(rules.UNKNOWN_CHOICE, node.span, values, hint)
        elif key.text != _HOME and word == OWN_HOME:
            hint, near = meant(key.text, (_HOME,))
            yield from [Diagnostic(rules.UNKNOWN_FIELD, key.span, {"field": key.text, **near}, hint)] if hint else ()


def check(settings: Settings, references: References, as_of: date) -> list[Diagnostic]:
    """Return the findings of every check of files together."""
    return [found for each in CHECKS for found in each(settings, references, as_of)]


def ends_before_start(_: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report an item that is due before it starts."""
    if item.start and item.due and item.due.last < item.start.first:
        values = {"due": item.due.text, "start": item.start.text}
        yield Diagnostic(rules.ENDS_BEFORE_START, item.span("due"), values)


def done_with_open_tasks(settings: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report an item that is done but has open tasks."""
    count = item.counts.total - item.counts.done
    if item.stage is Stage.DONE and item.role is Role.ITEM and count:
        first = next(task for task in item.tasks if not settings.is_closed(task.mark))
        yield Diagnostic(rules.DONE_WITH_OPEN_TASKS, first.span, {"open": str(count)})


def untitled(settings: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report an item without a title: no field, no heading `# …`, no file name in words such as `Kitchen shelf.md`."""
    is_written = isinstance(item.document.fields.get("title"), Sequence | Mapping)  # reported as such
    title = item.collection.fields.get("title")
    is_reported = is_written or item.document.is_broken or (title is not None and title.required)
    is_titled = item.text("title") or title_heading(item.document) or not _SLUG.fullmatch(item.title)
    if is_reported or settings.is_undeclared or is_titled:
        return
    if not is_misspelt(item.collection, item.document, "title"):
        yield Diagnostic(rules.NO_TITLE, item.span("title"), {}, _title_hint(item.document))


def _title_hint(document: Document) -> str:
    if document.fields.get("title"):
        return _("write a title after `title:`, or a heading `# …` at the top of the body")
    if document.front:
        return ""
    return (
        _("begin the file with a heading, `# …`")
        if document.body.strip()
        else _("write `# …` with a title, or delete the empty file")
    )


_DECLARE_MARK = _("declare it in roadmap.yml, for example `{line}`; until then, the task is not counted")


def unknown_marks(settings: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report tasks whose mark is not declared."""
    for task in () if settings.is_broken else item.tasks:
        if settings.task_stage(task.mark) is None:
            is_tick = task.mark in _TICKS
            hint = rules.DID_YOU_MEAN_BOX if is_tick else _DECLARE_MARK
            line = f"marks: {{{json_text(task.mark)}: {LIKELY_MARKS.get(task.mark, Stage.PLANNED)}}}"
            values = {"mark": f"[{task.mark}]", "meant": "[x]", "line": line}
            values |= correction(values["mark"], values["meant"]) if is_tick else {}
            yield Diagnostic(rules.UNKNOWN_MARK, task.span, values, hint)


def invisible(_: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report invisible characters in ids and titles."""
    for name, text in (("id", item.id), ("title", item.title)):
        is_ours = item.document.is_broken and name not in item.spans  # of a file that could not be read
        if not is_ours and (found := _INVISIBLE.search(text)):
            values = {"field": name, "name": unicodedata.name(found[0], f"U+{ord(found[0]):04X}")}
            yield Diagnostic(rules.INVISIBLE, item.span(name), values)


def counts_of_nothing(settings: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report measures of success that count an undeclared collection."""
    known = (*settings.collections, COMMITS)
    for name in item.texts("counts"):
        if name not in known and not settings.is_undeclared:
            hint, near = meant(name, known)
            values = {"field": "counts", "value": name, "known": ", ".join(known), **near}
            yield Diagnostic(rules.UNKNOWN_CHOICE, item.span("counts"), values, hint)


def public_headings(_: Settings, item: Item) -> Iterator[Diagnostic]:
    """Report headings that only say "private", which hides nothing."""
    return iter(()) if item.collection.is_private else _public_headings(item.document)


def _public_headings(document: Document) -> Iterator[Diagnostic]:
    found = [each for each in document.headings if is_label(plain_text(each.text))]
    if not found or not {"audience", *PUBLICATION_FIELDS}.isdisjoint(
        key.text for key, _node in document.fields.entries
    ):
        return
    hidden = read_sections("", document.body, document.body_line).lines(document.body)
    for each in found:
        if each.span.line - document.body_line not in hidden:
            yield Diagnostic(rules.PUBLIC_HEADING, each.span, {"found": plain_text(each.text)})


FILE_CHECKS: tuple[Callable[[Settings, Item], Iterator[Diagnostic]], ...] = (
    ends_before_start,
    done_with_open_tasks,
    untitled,
    unknown_marks,
    invisible,
    counts_of_nothing,
    public_headings,
)


def claim_differs(_: Settings, references: References, __: date) -> Iterator[Diagnostic]:
    """Report a claimed progress that differs from the measured one."""
    for id_, entry in references.entries.items():
        counts = references.task_counts(id_) if entry.claimed and entry.stage != Stage.DONE else None
        if counts is None or counts.share is None:
            continue
        share = percent(counts.share)
        if share != percent(Decimal(entry.claimed)):
            values = {"claimed": entry.claimed, "measured": str(share)}
            values |= {"done": str(counts.done), "total": str(counts.total)}
            yield Diagnostic(rules.CLAIM_DIFFERS, entry.span("progress"), values)


def too_many_active(settings: Settings, references: References, _: date) -> Iterator[Diagnostic]:
    """Report active items beyond the limit; a part counts through its parent."""
    limit = settings.policies.active_limit
    if limit is None:
        return
    every = references.entries.items()
    active = {id_: entry for id_, entry in every if entry.role == Role.ITEM and entry.stage == Stage.ACTIVE}
    roots = [id_ for id_ in active if references.parents.get(id_) not in active]
    if len(roots) > limit:
        values = {"count": str(len(roots)), "limit": str(limit), "items": ", ".join(roots[:10])}
        yield from (Diagnostic(rules.TOO_MANY_ACTIVE, active[id_].span("status"), values) for id_ in roots[limit:])


def too_much_work(_: Settings, references: References, __: date) -> Iterator[Diagnostic]:
    """Report people with more active items than their capacity; a part counts through its parent."""
    every = references.entries.items()
    limits = {id_: Decimal(each.capacity) for id_, each in every if each.role == Role.PERSON and each.capacity}
    active = {id_: each for id_, each in every if limits and each.role == Role.ITEM and each.stage == Stage.ACTIVE}
    work: dict[str, list[str]] = {}
    for id_, entry in active.items():
        for person in references.assignees(entry):
            work.setdefault(person, []).append(id_)
    for person, limit in limits.items():
        found = work.get(person, ())
        roots = [id_ for id_ in found if references.parents.get(id_) not in found]
        if len(roots) > limit:
            entry = references.entries[person]
            values = {"count": str(len(roots)), "limit": entry.capacity, "items": ", ".join(roots[:10])}
            yield Diagnostic(rules.TOO_MUCH_WORK, entry.span("capacity"), {**values, "person": entry.title})


def stale(settings: Settings, references: References, as_of: date) -> Iterator[Diagnostic]:
    """Report active items that are late by more than `stale_days`."""
    limit = settings.policies.stale_days
    for entry in references.entries.values():
        if limit is None or entry.stage != Stage.ACTIVE or not entry.due:
            continue
        days = days_late(date.fromisoformat(entry.due), as_of)
        if days > limit:
            yield Diagnostic(rules.STALE, entry.span("due"), {"due": entry.due, "days": str(days)})


def finished_later(_: Settings, references: References, as_of: date) -> Iterator[Diagnostic]:
    """Report a finish in the future. A period that has begun is not reported: the work may be done already."""
    for entry in references.entries.values():
        finished = parse_date(entry.finished)
        if finished and finished.latest_by(as_of) > as_of:
            values = {"finished": entry.finished, "as_of": as_of.isoformat()}
            yield Diagnostic(rules.FINISHED_LATER, entry.span("finished"), values)


def no_evidence(settings: Settings, references: References, _: date) -> Iterator[Diagnostic]:
    """Report claimed skills that no item names in its `stack`."""
    skills = settings.policies.evidence
    if not skills:
        return
    shown = (
        entry for entry in references.entries.values() if entry.stage != Stage.DROPPED and entry.collection != skills
    )
    used = {word for entry in shown for word in stack_keys(entry.stack)}
    for entry in references.entries.values():
        if entry.collection != skills or entry.stage != Stage.DONE:
            continue
        is_unproven = "evidence" not in entry.places  # evidence of its own
        if is_unproven and used.isdisjoint(skill_keys(entry.title, entry.id, entry.aliases)):
            yield Diagnostic(rules.NO_EVIDENCE, entry.span("status"), {"skill": entry.title})


def without_consequences(settings: Settings, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the findings without those that only follow from a missing or unreadable roadmap.yml.

    Without collections, files without a `status` are no items, so that references to them seem to dangle.
    """
    is_unread = any(each.rule is rules.UNREADABLE and each.span.path == ROADMAP_FILE for each in diagnostics)
    is_broken = settings.is_broken or is_unread
    findings = [each for each in diagnostics if not (is_unread and each.rule is rules.NO_ROADMAP)]
    if not settings.is_undeclared:
        return findings
    return [
        each for each in findings if each.rule is not rules.UNKNOWN_REFERENCE or not (is_broken or _is_of_schema(each))
    ]


def _is_of_schema(finding: Diagnostic) -> bool:
    return finding.values["field"] in {"track", "milestone"}  # their targets are in collections that are not declared


CHECKS: tuple[Callable[[Settings, References, date], Iterator[Diagnostic]], ...] = (
    claim_differs,
    too_many_active,
    too_much_work,
    stale,
    finished_later,
    no_evidence,
)
