"""The language of the terminal: its own, where milemark speaks it, else that of the roadmap."""

from __future__ import annotations

import os

from milemark.foundation.i18n import LOCALES, Language

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first one that is set counts, as in POSIX


def terminal_language(locale: str) -> Language:
    """Return the language in which to speak to the user of a roadmap of this locale."""
    written = next((text for name in _VARIABLES if (text := os.environ.get(name))), "")
    own = written.partition(".")[0].partition("_")[0].lower()
    return Language(own if own in LOCALES else locale)
