"""The interface in the user's language: messages from catalogues, dates and numbers from Babel."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # most modules only mark messages
    from decimal import Decimal
    from gettext import NullTranslations

    from milemark.foundation.dates import PartialDate


def _(message: str) -> str:
    """Mark a message for the catalogue; the code that prints it translates it."""
    return message


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun in the language of the code: `1 file`, `3 files`.

    For texts that are translated, `Language.ngettext` does this.
    """
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"


LOCALES = ("en", "ko")  # the first one is the language of the code
_SKELETONS = {"year": "y", "quarter": "yQQQ", "month": "yMMMM"}
_SHORT = {"year": "y", "quarter": "yQQQ", "month": "yMMM", "day": "yMMMd"}
_TICKS = {"year": "y", "quarter": "QQQ", "month": "LLL"}

_MOST_DIGITS = 20  # of a number in full: Babel rounds to at most 28 digits, decimals included
_KEPT = 10_000  # formatted dates and numbers: a site repeats few of them often

_WEEK, _FROM, _UNTIL = _("week {week} of {year}"), _("from {date}"), _("until {date}")


@dataclass(frozen=True)
class Language:
    """One locale of the interface: `Language("ko").date(parse_date("2025-Q1"))` returns `2025년 1분기`."""

    locale: str

    @property
    def translations(self) -> NullTranslations:
        """The catalogue of the locale."""
        return _catalogue(self.locale)

    @property
    def gettext(self) -> Callable[[str], str]:
        """The function that translates a message."""
        return self.translations.gettext

    @property
    def ngettext(self) -> Callable[[str, str, int], str]:
        """The function that translates a message with a number: `ngettext(singular, plural, number)`."""
        return self.translations.ngettext

    @lru_cache(maxsize=_KEPT)  # noqa: B019  kept by the locale
    def date(self, when: PartialDate | date) -> str:
        """Return a date in words, as precise as it was written."""
        from babel.dates import format_date, format_skeleton  # only pages need it, and it loads slowly

        if isinstance(when, date):
            return format_date(when, "long", locale=self.locale)
        if when.precision == "day":
            return format_date(when.first, "long", locale=self.locale)
        if when.precision == "week":
            year, week, _day = when.first.isocalendar()
            return self.gettext(_WEEK).format(week=week, year=year)
        return format_skeleton(_SKELETONS[when.precision], when.first, locale=self.locale)

    @lru_cache(maxsize=_KEPT)  # noqa: B019  kept by the locale
    def period(self, start: PartialDate | None, due: PartialDate | None) -> str:
        """Return the time between two dates in short form; common parts appear once: `Feb – Mar 2025`."""
        from babel.dates import format_interval  # only pages need it, and it loads slowly

        if not start or not due:
            known, text = (start, _FROM) if start else (due, _UNTIL)
            return self.gettext(text).format(date=self.short(known)) if known else ""
        if start.text == due.text:
            return self.short(due)
        if start.precision == due.precision and start.precision in {"day", "month"} and start.first <= due.first:
            return format_interval(start.first, due.first, _SHORT[due.precision], locale=self.locale)
        return f"{self.short(start)} – {self.short(due)}"

    def short(self, when: PartialDate) -> str:
        """Return a date in short form, as precise as it was written: `Feb 2025`."""
        from babel.dates import format_skeleton  # only pages need it, and it loads slowly

        if when.precision == "week":
            return self.date(when)
        return format_skeleton(_SHORT[when.precision], when.first, locale=self.locale)

    def tick(self, when: PartialDate) -> str:
        """Return the short name of a year, quarter or month on an axis: `1월`."""
        from babel.dates import format_date, format_skeleton  # only pages need it, and it loads slowly

        if when.precision == "year":
            return format_skeleton(_TICKS["year"], when.first, locale=self.locale)
        return format_date(when.first, _TICKS[when.precision], locale=self.locale)

    def weekday(self, number: int) -> str:
        """Return the short name of a day of the week, from 0 for Monday."""
        from babel.dates import get_day_names  # only pages need it, and it loads slowly

        return str(get_day_names("abbreviated", "stand-alone", self.locale)[number])

    @lru_cache(maxsize=_KEPT)  # noqa: B019  kept by the locale
    def number(self, value: Decimal) -> str:
        """Return a number with the separators of the locale; a very large one in scientific notation."""
        from babel.numbers import format_decimal, format_scientific  # only pages need it, and it loads slowly

        is_huge = value.is_finite() and value.adjusted() > _MOST_DIGITS
        return (format_scientific if is_huge else format_decimal)(value, locale=self.locale)


# The .po file is the source and is compiled here: a .mo file next to it could disagree with it.
@cache
def _catalogue(locale: str) -> NullTranslations:
    """Return the catalogue of a locale; an empty one for English, whose messages are in the source."""
    from gettext import GNUTranslations, NullTranslations  # marking messages needs none
    from importlib import resources

    source = resources.files("milemark") / "locale" / f"{locale}.po"
    if not source.is_file():
        return NullTranslations()
    from babel.messages.mofile import write_mo  # English needs none, and it loads slowly
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=locale))
    compiled.seek(0)
    return GNUTranslations(compiled)
