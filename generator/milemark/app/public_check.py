"""The findings about a folder that its public audience may read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from milemark.app.check_summary import Checked, Summary, summary_of
from milemark.app.config_findings import navigation_of
from milemark.app.kept_files import KeptFiles
from milemark.app.kept_views import KeptViews
from milemark.foundation.content_folder import ContentFolder, as_content
from milemark.foundation.diagnostics import in_order
from milemark.foundation.disk import read_content
from milemark.foundation.errors import UserError
from milemark.foundation.i18n import _
from milemark.foundation.layout import PUBLIC, ROADMAP_FILE
from milemark.history.blobs import ProgressCallback
from milemark.privacy.attachments import attachment_files, attachment_findings, left_out
from milemark.privacy.audience import doubtful_files, hidden_in, owned_files, public_text
from milemark.query.load import checked_for_audience, load_with_bases
from milemark.roadmap.dead_links import dead_links_of
from milemark.roadmap.load import Loaded, with_excluded
from milemark.roadmap.metrics.progress import whole
from milemark.roadmap.model import Counts
from milemark.roadmap.unreachable import unreachable_pages_of


class UntrustedSettingsError(UserError):
    """roadmap.yml has errors, so it does not say which content is private."""


class PublicCheck:
    """The public view of a folder, checked. `left_out` are the files that are not public, with the reason for each.

    `on_progress` gets the numbers of files that are read and to read. Raises UntrustedSettingsError if roadmap.yml has
    errors.
    """

    def __init__(
        self,
        folder: Path | ContentFolder,
        today: date,
        as_of: date | None,
        on_progress: ProgressCallback = lambda _done, _total: None,
        *,
        use_index: bool = True,
    ) -> None:
        place, content = as_content(folder), read_content(folder)
        reading = KeptFiles(place.path, on_progress, use_index=use_index)
        read = load_with_bases(content.files, today, as_of, reading, content.diagnostics)
        everything = with_excluded(read, content.assets)
        if any(each.is_error and each.span.path == ROADMAP_FILE for each in everything.diagnostics):
            raise UntrustedSettingsError(
                f"{ROADMAP_FILE} has errors (see `milemark check`), so milemark cannot tell what is private"
            )
        hidden = hidden_in(everything)
        self._files = {} if hidden else content.files
        seeing = KeptViews(place.path, content.files, use_index=use_index)
        self._public = checked_for_audience(everything, PUBLIC, seeing=seeing, hidden=hidden)
        files = attachment_files(place, content.assets, everything.roadmap.settings)
        private = (*hidden.paths & content.files.keys(), *everything.unread)
        excluded = filter(everything.roadmap.settings.is_excluded, everything.unread)
        unnamed = [path for path in private if not everything.roadmap.settings.is_published(path)]
        self.left_out = {**left_out(files, self._public, hidden), **dict.fromkeys(private, _("it is private"))}
        self.left_out.update(dict.fromkeys(unnamed, _("`publish` in roadmap.yml does not name it")))
        self.left_out.update(dict.fromkeys(excluded, _("roadmap.yml excludes it")))
        self.left_out.update(owned_files(everything, hidden))
        self.left_out.update(doubtful_files(everything, hidden))
        published = [path for path in files.paths if path not in self.left_out]
        dead = dead_links_of(self._public, published, self.left_out)
        lost = unreachable_pages_of(self._public, published, navigation_of(place))
        of_files = attachment_findings(everything, self._public, published)
        self.checked = Checked(
            in_order([*self._public.diagnostics, *dead, *lost, *of_files]), _summary_of(self._public)
        )

    def text_of(self, path: str) -> bytes:
        """Return the public text of a file, on its lines."""
        return self._files.get(path) or public_text(self._public, path)


def _summary_of(loaded: Loaded) -> Summary:
    roadmap = loaded.roadmap
    tasks = sum((file.counts for file in loaded.files), Counts())
    items = [(item.role, item.text("status")) for item in roadmap.items]
    return summary_of(roadmap.settings, items, len(roadmap.pages), whole(roadmap).counts, tasks)
