"""The hours for each weekday that `capacity` in roadmap.yml gives to the work."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from milemark.foundation.i18n import _
from milemark.markdown.document import Mapping as Written
from milemark.markdown.document import Scalar
from milemark.roadmap.names_file import Reports

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EXAMPLE = "capacity: {mon: 2, sat: 6}"
_LONGEST = 24


def capacity_of(root: Written, reports: Reports) -> tuple[float, ...]:
    """Read the hours from Monday to Sunday, `capacity: {mon: 2, sat: 6}`; empty if there are none."""
    written = root.get("capacity")
    if written is None or (isinstance(written, Scalar) and written.is_empty):
        return ()
    if not isinstance(written, Written):
        reports.bad(written, _("hours for each weekday"), example=_EXAMPLE)
        return ()
    hours = dict.fromkeys(WEEKDAYS, 0.0)
    for key, node in written.entries:
        day, value = key.text.strip().casefold()[:3], hours_of(node.text) if isinstance(node, Scalar) else None
        if day not in hours:
            reports.unknown(key, WEEKDAYS, _("weekday"))
        elif value is None:
            reports.bad(node, _("hours of a day, from 0 to 24"), example=f"{key.text}: 2")
        else:
            hours[day] = value
    return tuple(hours.values()) if any(hours.values()) else ()


def hours_of(text: str) -> float | None:
    """Return the hours of a day that a text says, such as `2` or `1.5h`; None if it says none."""
    try:
        value = Decimal(text.strip().removesuffix("h"))
    except InvalidOperation:
        return None
    return float(value) if value.is_finite() and 0 <= value <= _LONGEST else None
