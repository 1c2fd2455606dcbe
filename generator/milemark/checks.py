"""What is doubtful about a roadmap as a whole. A check is a function; a new one is a line in `CHECKS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from milemark import rules
from milemark.diagnostic import Diagnostic
from milemark.metrics import measured, percent
from milemark.model import Item, Roadmap, Role, Stage


def check(roadmap: Roadmap) -> list[Diagnostic]:
    """Return the findings of every check, in no order."""
    return [found for each in CHECKS for item in roadmap.items for found in each(roadmap, item)]


def ends_before_start(_: Roadmap, item: Item) -> Iterator[Diagnostic]:
    """Report an item that is due before it starts."""
    if item.start and item.due and item.due.last < item.start.first:
        values = {"due": item.due.text, "start": item.start.text}
        yield Diagnostic(rules.ENDS_BEFORE_START, item.span("due"), values)


def claim_differs(roadmap: Roadmap, item: Item) -> Iterator[Diagnostic]:
    """Report progress typed by hand that is not what the tasks say."""
    claimed, counts = item.number("progress"), measured(roadmap, item)
    if claimed is None or counts.share is None or item.stage is Stage.DONE:
        return
    share = percent(counts.share)
    if share != percent(claimed):
        values = {
            "claimed": f"{claimed:f}",
            "measured": str(share),
            "done": str(counts.done),
            "total": str(counts.total),
        }
        yield Diagnostic(rules.CLAIM_DIFFERS, item.span("progress"), values)


def done_with_open_tasks(_: Roadmap, item: Item) -> Iterator[Diagnostic]:
    """Report an item that is done, yet has open boxes."""
    still_open = [task for task in item.tasks if not task.is_done]
    if item.stage is Stage.DONE and item.role is Role.ITEM and still_open:
        values = {"open": str(len(still_open))}
        yield Diagnostic(rules.DONE_WITH_OPEN_TASKS, still_open[0].span, values)


def untitled(_: Roadmap, item: Item) -> Iterator[Diagnostic]:
    """Report an item that has neither a title nor a heading."""
    if not item.text("title") and not item.document.headings and not item.document.is_broken:
        yield Diagnostic(rules.NO_TITLE, item.span("title"))


CHECKS: tuple[Callable[[Roadmap, Item], Iterator[Diagnostic]], ...] = (
    ends_before_start,
    claim_differs,
    done_with_open_tasks,
    untitled,
)
