"""Formats dates of formulas: Moment.js patterns such as `YYYY-MM-DD`, relative dates, durations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from milemark.foundation.i18n import Language, _
from milemark.query.bases.formulas.values import DateValue, Duration

MAX_FORM = 200
_TOKEN = re.compile(
    r"\[([^\]]*)\]|(YYYY|YY|MMMM|MMM|MM|Mo|M|DDDD|DDD|DD|Do|D|dddd|ddd|dd|d|E|Qo|Q|GGGG|gggg|WW|Wo|W|ww|wo|w|HH|H|hh|h"
    r"|mm|m|ss|s|SSS|SS|S|A|a|X|x|LLLL|LLL|LL|LTS|LT|L|llll|lll|ll|l|Z+|z+)"
)
_TODAY, _DAY, _NOON = _("today"), timedelta(days=1), 12


def _words(pattern: str) -> Callable[[datetime, Language], str]:
    """Return a function that formats a date in a language, by a Unicode (CLDR) pattern."""

    def read(when: datetime, language: Language) -> str:
        from babel.dates import format_date  # heavy, and only pages need it

        return format_date(when.date(), pattern, locale=language.locale)

    return read


def _hour(when: datetime) -> int:
    return (when.hour + _NOON - 1) % _NOON + 1


_TOKENS: Mapping[str, Callable[[datetime, Language], str]] = {
    "YYYY": lambda when, _l: f"{when.year:04d}",
    "YY": lambda when, _l: f"{when.year % 100:02d}",
    "MMMM": _words("LLLL"),
    "MMM": _words("LLL"),
    "MM": lambda when, _l: f"{when.month:02d}",
    "M": lambda when, _l: str(when.month),
    "DDDD": lambda when, _l: f"{when.timetuple().tm_yday:03d}",
    "DDD": lambda when, _l: str(when.timetuple().tm_yday),
    "DD": lambda when, _l: f"{when.day:02d}",
    "D": lambda when, _l: str(when.day),
    "dddd": _words("EEEE"),
    "ddd": _words("EEE"),
    "dd": _words("EEEEEE"),
    "d": lambda when, _l: str(when.isoweekday() % 7),
    "E": lambda when, _l: str(when.isoweekday()),
    "Q": lambda when, _l: str((when.month + 2) // 3),
    "GGGG": lambda when, _l: str(when.isocalendar().year),
    "WW": lambda when, _l: f"{when.isocalendar().week:02d}",
    "W": lambda when, _l: str(when.isocalendar().week),
    "HH": lambda when, _l: f"{when.hour:02d}",
    "H": lambda when, _l: str(when.hour),
    "hh": lambda when, _l: f"{_hour(when):02d}",
    "h": lambda when, _l: str(_hour(when)),
    "mm": lambda when, _l: f"{when.minute:02d}",
    "m": lambda when, _l: str(when.minute),
    "ss": lambda when, _l: f"{when.second:02d}",
    "s": lambda when, _l: str(when.second),
    "SSS": lambda when, _l: f"{when.microsecond // 1000:03d}",
    "A": lambda when, _l: "AM" if when.hour < _NOON else "PM",
    "a": lambda when, _l: "am" if when.hour < _NOON else "pm",
    "LL": _words("long"),
    "ll": _words("medium"),
}


def formatted(when: DateValue, form: str, language: Language) -> str | None:
    """Format a date by a Moment.js pattern: `YYYY-MM-DD`, `D MMMM`, `[week] W`. Unknown parts stay as they are."""
    if len(form) > MAX_FORM:
        return None

    def part(found: re.Match[str]) -> str:
        token = _TOKENS.get(found[2] or "")
        return found[1] if found[1] is not None else token(when.first, language) if token else found[0]

    return _TOKEN.sub(part, form)


def unknown_parts(form: str) -> list[str]:
    """Return the parts of a pattern that only Moment.js supports: names of time zones, ordinals."""
    return [found[2] for found in _TOKEN.finditer(form) if found[2] and found[2] not in _TOKENS]


def relative(when: DateValue, now: datetime, language: Language) -> str:
    """Return the distance to a date in words: `3 days ago`, `in 2 weeks`."""
    distance = when.first - now
    if abs(distance) < _DAY:
        return language.gettext(_TODAY)
    return _delta(distance, language, is_directed=True)


def in_words(length: Duration, language: Language) -> str:
    """Return a duration in words: `3 days`."""
    try:
        return _delta(timedelta(milliseconds=float(length.number)), language, is_directed=False)
    except OverflowError:
        return ""


def _delta(distance: timedelta, language: Language, *, is_directed: bool) -> str:
    from babel.dates import format_timedelta  # heavy, and only pages need it

    return format_timedelta(distance, threshold=1.2, add_direction=is_directed, locale=language.locale)
