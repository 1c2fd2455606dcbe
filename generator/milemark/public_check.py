"""A check whose findings everybody may read: of nothing that is private, and without a line that holds any of it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from milemark.foundation.disk import read_content
from milemark.foundation.errors import ProblemError
from milemark.foundation.layout import PUBLIC, ROADMAP_FILE
from milemark.privacy.audience import for_audience, hidden_in, readable
from milemark.roadmap.load import Loaded, load
from milemark.scan import Checked, Summary


class UntrustedSettingsError(ProblemError):
    """What is private cannot be told, since roadmap.yml has errors."""


class PublicCheck:
    """A folder as everybody may see it, checked. Raises UntrustedSettingsError where nobody can tell what that is."""

    def __init__(self, folder: Path, today: date, as_of: date | None) -> None:
        content = read_content(folder)
        everything = load(content.files, today, as_of, beside=content.diagnostics)
        if any(each.is_error and each.span.path == ROADMAP_FILE for each in everything.diagnostics):
            raise UntrustedSettingsError(
                f"{ROADMAP_FILE} has errors and says what is private: `milemark check` tells them"
            )
        self._files = {} if hidden_in(everything) else content.files
        self._public = for_audience(everything, PUBLIC)
        self.checked = Checked(self._public.diagnostics, _summary(self._public))

    def text_of(self, path: str) -> bytes:
        """Return what everybody may read of a file, in its lines."""
        return self._files.get(path) or readable(self._public, path)


def _summary(found: Loaded) -> Summary:
    settings, counts = found.roadmap.settings, [file.counts for file in found.files]
    words = Counter(item.text("status") for item in found.roadmap.items if item.text("status"))
    items, pages = len(found.roadmap.items), len(found.roadmap.pages)
    tasks = sum(each.done for each in counts), sum(each.total for each in counts)
    return Summary(items, pages, *tasks, dict(words.most_common()), settings.is_adopted, settings.locale)
