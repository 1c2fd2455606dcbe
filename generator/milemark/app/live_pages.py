"""The pages of a project as it was read, each made when a browser asks for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from milemark.app.build import Making
from milemark.app.kept_rows import KeptRows
from milemark.app.project import Project, history_of
from milemark.output.site.pages import SitePages
from milemark.publish.mkdocs_config import read_publisher_settings

# The database of query blocks belongs to the thread that opened it.
_WORKER = ThreadPoolExecutor(1, thread_name_prefix="pages")


class LivePages:
    """The pages of a project. `rows` are those that this process has rendered."""

    def __init__(self, project: Project, rows: KeptRows) -> None:
        self._making = Making(project, read_publisher_settings(project.root, project.audience), rows)

    def text(self, path: str) -> str | None:
        """Return the text of a page by its path in the page tree, or None if there is no such page."""
        return _WORKER.submit(self._text, path).result()

    def _text(self, path: str) -> str | None:
        page = self._pages.find(path)
        return self._making.searched(page).text if page else None

    @cached_property
    def _pages(self) -> SitePages:
        return self._making.pages(history_of(self._making.project, is_eager=True))
