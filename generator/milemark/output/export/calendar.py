"""The calendar of a roadmap (iCalendar, RFC 5545): an all-day event for each milestone and item with a due date.

icalendar writes it, since the folding and escaping of its lines are easy to get wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from milemark.foundation.dates import PartialDate
from milemark.foundation.escaping import one_line
from milemark.foundation.i18n import Language, _
from milemark.output.cells import Viewer
from milemark.output.urls import Addresses, stable_id
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

if TYPE_CHECKING:
    from icalendar import Event

_NOTE = _("due {date}: a calendar shows its last day")
_FINISHED = _("finished {date}")


def calendar(roadmap: Roadmap, language: Language, addresses: Addresses) -> bytes:
    """Return the calendar. It leaves dropped items out; a period counts by its last day, done work by its finish."""
    from icalendar import Calendar  # heavy, and only this needs it

    result = Calendar()
    result.add("prodid", "-//milemark//roadmap//EN")
    result.add("version", "2.0")
    result.add("x-wr-calname", one_line(roadmap.settings.title or "milemark"))
    maker = _Maker(roadmap, language, addresses)
    for item in (*roadmap.of_role(Role.MILESTONE), *roadmap.of_role(Role.ITEM)):
        for event in maker.events(item):
            result.add_component(event)
    return bytes(result.to_ical())


class _Maker:
    """Makes events with their common properties."""

    def __init__(self, roadmap: Roadmap, language: Language, addresses: Addresses) -> None:
        self.language, self.addresses, self.as_of = language, addresses, roadmap.as_of
        self.viewer = Viewer(roadmap, language)
        self.source = addresses.root or roadmap.settings.title
        self.stamp = datetime.combine(
            roadmap.as_of, time(), UTC
        )  # of the roadmap's day, so equal input gives equal bytes

    def events(self, item: Item) -> Iterator[Event]:
        """Yield the event of an item on the day it ends; a milestone without a due date is on its start."""
        from icalendar import Event  # heavy, and only this needs it

        when = item.due or (item.start if item.role is Role.MILESTONE else None)
        if when is None or item.stage is Stage.DROPPED:
            return
        end = item.end or when
        event = Event()
        event.add("uid", stable_id(self.source, "due", item.id))
        event.add("dtstamp", self.stamp)
        # A day without an end is a whole day, and 9999-12-31 has no next one.
        event.add("dtstart", item.end_day(self.as_of) or when.last)
        event.add("summary", one_line(item.title))
        event.add("description", "\n".join(self._lines(item, end)))
        event.add("transp", "TRANSPARENT")  # a due date does not block the day
        if item.collection.label:
            event.add("categories", [one_line(item.collection.label)])
        if address := self.addresses.page(item.path):
            event.add("url", address)
        yield event

    def _lines(self, item: Item, when: PartialDate) -> Iterator[str]:
        if item.text("status"):
            yield one_line(f"{self.viewer.label(item.collection, 'status')}: {item.text('status')}")
        if when.precision != "day":
            note = _FINISHED if item.end_field == "finished" else _NOTE
            yield self.language.gettext(note).format(date=self.language.date(when))
        if (about := one_line(self.viewer.description(item))) != one_line(item.title):
            yield about
