"""The reasons why a history allows no forecast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from milemark.foundation.i18n import _

# A bad week such as one in six shows in eight weeks with 77 %; in fewer, the slow weeks that make a date late are
# likely to be missing, and so is their effect.
FEWEST_WEEKS = 8
FEWEST_BUSY = 4  # weeks with a finished task; fewer are no sample

TOO_FEW_WEEKS = _("a forecast needs {needed} whole weeks of history; so far: {weeks}")
TOO_FEW_BUSY = _("a forecast needs {needed} weeks with a finished task; such weeks among the last {weeks}: {busy}")
NOTHING_OPEN = _("nothing is open")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why there is no forecast: a message and the values of its placeholders."""

    message: str
    values: tuple[tuple[str, int], ...] = ()

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the translated reason."""
        return translate(self.message).format(**dict(self.values))
