"""The interface in the user's language: words from catalogues, dates and numbers from Babel."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from milemark.dates import PartialDate
from milemark.messages import _

_SKELETONS = {"year": "y", "quarter": "yQQQ", "month": "yMMMM"}
_TICKS = {"year": "y", "quarter": "QQQ", "month": "LLL"}


_WEEK = _("week {week} of {year}")


class Language:
    """One locale of the interface, for example `Language("ko").date(parse_date("2025-Q1"))` is `2025년 1분기`."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.translations = _catalogue(locale)

    @property
    def gettext(self) -> Callable[[str], str]:
        """The translation of one message."""
        return self.translations.gettext

    @property
    def ngettext(self) -> Callable[[str, str, int], str]:
        """The translation of a message with a number: singular, plural, number."""
        return self.translations.ngettext

    def date(self, when: PartialDate | date) -> str:
        """Return a date in words, as precise as it was written."""
        from babel.dates import format_date, format_skeleton  # noqa: PLC0415  heavy, and only pages need it

        if isinstance(when, date):
            return format_date(when, "long", locale=self.locale)
        if when.precision == "day":
            return format_date(when.first, "long", locale=self.locale)
        if when.precision == "week":
            year, week, _day = when.first.isocalendar()
            return self.gettext(_WEEK).format(week=week, year=year)
        return format_skeleton(_SKELETONS[when.precision], when.first, locale=self.locale)

    def tick(self, when: PartialDate) -> str:
        """Return the short name of a year, a quarter or a month within what it is a part of: `1월`."""
        from babel.dates import format_date, format_skeleton  # noqa: PLC0415  heavy, and only pages need it

        if when.precision == "year":
            return format_skeleton(_TICKS["year"], when.first, locale=self.locale)
        return format_date(when.first, _TICKS[when.precision], locale=self.locale)

    def number(self, value: Decimal) -> str:
        """Return a number with the separators of the locale."""
        from babel.numbers import format_decimal  # noqa: PLC0415  heavy, and only pages need it

        return format_decimal(value, locale=self.locale)


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    """Read the catalogue of a locale; English stands in the source and needs none."""
    source = resources.files("milemark") / "locale" / f"{locale}.po"
    if not source.is_file():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415  heavy, and English needs none
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=locale))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
