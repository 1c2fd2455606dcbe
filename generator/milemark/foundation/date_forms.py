"""Dates in forms that are not accepted, and the accepted form that their writer probably meant.

`March 2027` is `2027-03`, `Q1 2027` is `2027-Q1`, `12/31/2026` is `2026-12-31`, and `3/4/2027` may be two days.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

from milemark.foundation import rules
from milemark.foundation.dates import parse_date
from milemark.foundation.diagnostics import correction
from milemark.foundation.i18n import _

_TWO_DAYS = _('did you mean "{nearest}" or "{other}"?')
_DAYS = _("{month} has {days} days")
_MONTHS = _("months are 01 to 12")
_WEEKS = _("{year} has {weeks} weeks")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_NAMED = "january february march april may june july august september october november december"
_MONTH_OF = {name[:length]: n for n, name in enumerate(_NAMED.split(), 1) for length in range(3, len(name) + 1)}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
_IGNORED = {
    *("st", "nd", "rd", "th", "of", "the", "due", "by", "until", "년", "월", "일", "주", "분기", "까지"),
    *(name[:length] for name in _WEEKDAYS.split() for length in range(3, len(name) + 1)),
    *(f"{day}{rest}" for day in "월화수목금토일" for rest in ("요일", "")),
}
_QUARTER = {"q", "qtr", "quarter", "분기"}
_WEEK = {"w", "wk", "kw", "week", "주"}
_LONGEST = 40  # characters of a date
_YEAR = 4  # digits
_TRIPLE = 3  # numbers of a day
_MONTHS_A_YEAR = 12


def suggest_date(text: str) -> str | None:
    """Return the accepted form of a date written another way; None if there is none, or more than one."""
    found = _existing(_forms(text))
    return found[0] if len(found) == 1 else None


def date_hint(text: str) -> tuple[str, Mapping[str, str]]:
    """Return the hint for a text that is not a date, and the values of the hint; the hint may be empty."""
    forms = _forms(text)
    found = _existing(forms)
    if len(found) > 1:
        return _TWO_DAYS, {"nearest": found[0], "other": found[1]}
    if found:
        return rules.DID_YOU_MEAN, {"nearest": found[0], **correction(text, found[0])}
    return next(filter(None, map(_impossible, forms)), ("", {}))


def _existing(forms: Sequence[str]) -> list[str]:
    return [form for form in forms if parse_date(form)]


def _forms(text: str) -> list[str]:
    """Return the accepted forms that a text may mean, the likeliest first; not all exist in the calendar."""
    tokens = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()) if len(text) <= _LONGEST else []
    words = {token for token in tokens if not token.isdecimal()}
    numbers = [token for token in tokens if token.isdecimal()]
    months = [_MONTH_OF[word] for word in words if word in _MONTH_OF]
    if words - _IGNORED - _MONTH_OF.keys() - _QUARTER - _WEEK or len(months) > 1 or not numbers:
        return []
    for sign, names in (("Q", _QUARTER), ("W", _WEEK)):
        if words & names:
            return _numbered(sign, numbers) if not months else []
    return _named(months[0], numbers) if months else _numeric(numbers, is_slashed="/" in text)


def _numbered(sign: str, numbers: Sequence[str]) -> list[str]:
    """Return a quarter or a week of a year, which is the larger of two numbers; only a quarter's may be short: 1Q27."""
    *rest, number, year = sorted(numbers, key=int) if len(numbers) > 1 else ("", "", "")
    if rest or len(number) > 2 or (len(year) < _YEAR and sign == "W"):  # noqa: PLR2004
        return []
    return [f"{_full(year)}-{sign}{int(number):0{1 if sign == 'Q' else 2}d}"]


def _full(year: str) -> str:
    return year if len(year) == _YEAR else f"20{year:>02}"


def _named(month: int, numbers: Sequence[str]) -> list[str]:
    """Return a month or a day of it, from the other numbers."""
    years = [number for number in numbers if len(number) == _YEAR]
    days = [number for number in numbers if len(number) < _TRIPLE]
    if len(years) != 1 or len(days) > 1 or len(years) + len(days) != len(numbers):
        return []
    return ["-".join([years[0], f"{month:02d}", *(f"{int(day):02d}" for day in days)])]


def _numeric(numbers: Sequence[str], *, is_slashed: bool) -> list[str]:
    """Return the days or the month of a text of numbers, in the order of its writer."""
    if len(numbers) == 1 and len(numbers[0]) == len("20250214"):
        return ["-".join((numbers[0][:4], numbers[0][4:6], numbers[0][6:]))]
    if len(numbers) not in {2, _TRIPLE} or any(len(number) not in {1, 2, _YEAR} for number in numbers):
        return []
    year_first = _either_way(numbers[0], numbers[1:])
    year_last = _either_way(numbers[-1], numbers[:-1])
    if len(numbers[0]) == _YEAR:
        return _existing(year_first)[:1] or year_first
    if len(numbers[-1]) == _YEAR:
        return year_last
    is_last = is_slashed and int(numbers[0]) <= _MONTHS_A_YEAR  # 3/4/27, but 27/03/04
    return [] if len(numbers) < _TRIPLE else year_last if is_last else _existing(year_first)[:1] or year_last


def _either_way(year: str, parts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((_day(_full(year), *parts), _day(_full(year), *reversed(parts)))))


def _day(year: str, *parts: str) -> str:
    return "-".join([year, *(f"{int(part):02d}" for part in parts)])


def _impossible(form: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the hint for a form that is in no calendar, such as February 30."""
    year, *parts = form.split("-")
    if not parts or parse_date(year) is None or parts[0].startswith("Q"):
        return None
    if parts[0].startswith("W"):
        return _WEEKS, {"year": year, "weeks": str(date(int(year), 12, 28).isocalendar()[1])}
    month = int(parts[0])
    if not 1 <= month <= _MONTHS_A_YEAR:
        return _MONTHS, {}
    return _DAYS, {"month": f"{year}-{month:02d}", "days": str(monthrange(int(year), month)[1])}
