"""Where pages stand on the web, and ids that other programs keep."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from milemark.foundation.escaping import url_part
from milemark.roadmap.site_paths import url_path


@dataclass(frozen=True, slots=True)
class Addresses:
    """The `site_url` of mkdocs.yml and how its pages are addressed. Without one, nothing has an address."""

    site_url: str = ""
    is_directory: bool = True

    @property
    def root(self) -> str:
        """Return the site's address, which ends with a slash, or an empty text."""
        is_web = self.site_url.startswith(("http://", "https://")) and urlsplit(self.site_url).netloc
        return f"{self.site_url.rstrip('/')}/" if is_web else ""

    def page(self, path: str) -> str:
        """Return the address of a page, or an empty text: `a/b.md` is `https://…/a/b/`."""
        return self.root and self.root + url_part(url_path(path, is_directory=self.is_directory))

    def file(self, name: str) -> str:
        """Return the address of another file of the site, or an empty text."""
        return self.root and self.root + url_part(name)


def stable_id(roadmap: str, *parts: str) -> str:
    """Return an id that stays as long as the roadmap's address (or title) and the parts do, whatever else changes."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((roadmap, *parts))))
