"""Addresses of pages on the web, and stable ids for other programs."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from milemark.foundation.escaping import url_part
from milemark.roadmap.site_paths import url_path


@dataclass(frozen=True, slots=True)
class Addresses:
    """The `site_url` of mkdocs.yml and the form of its page addresses. Without `site_url`, pages have no address."""

    site_url: str = ""
    is_directory: bool = True

    @property
    def root(self) -> str:
        """The address of the site with a slash at its end, or an empty text."""
        is_web = self.site_url.startswith(("http://", "https://")) and urlsplit(self.site_url).netloc
        return f"{self.site_url.rstrip('/')}/" if is_web else ""

    def page(self, path: str) -> str:
        """Return the address of a page, or an empty text: `a/b.md` is `https://…/a/b/`."""
        return self.root and self.root + url_part(url_path(path, is_directory=self.is_directory))

    def html_file(self, path: str) -> str:
        """Return the file of a page in the site: `a/b/index.html`, or `a/b.html` without directories."""
        address = url_path(path, is_directory=self.is_directory)
        return f"{address}index.html" if not address or address.endswith("/") else address

    def markdown_file(self, path: str) -> str:
        """Return the file with the text of a page, which lies beside its HTML."""
        return f"{self.html_file(path).removesuffix('.html')}.md"

    def file(self, name: str) -> str:
        """Return the address of another file of the site, or an empty text."""
        return self.root and self.root + url_part(name)


# Neither file, title nor dates of an item count, so that a feed reader or a calendar recognises an entry that changed.
def stable_id(roadmap: str, *parts: str) -> str:
    """Return an id that depends on the roadmap's address (or title) and the parts, and on nothing else."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((roadmap, *parts))))


@dataclass(frozen=True, slots=True)
class RepositoryUrls:
    """The `repo_url` and `edit_uri` of mkdocs.yml. Without both, files have no address."""

    url: str = ""
    edit_uri: str = ""

    @property
    def is_web(self) -> bool:
        """Whether the repository has an address on the web."""
        return re.match(r"https?://[\w.-]+(?::\d+)?/[^/\s]", self.url) is not None

    def edit(self, path: str) -> str:
        """Return the address to edit a file, or an empty text: `https://…/edit/main/content/a.md`."""
        if not self.url or not self.edit_uri:
            return ""
        base = urljoin(self.url.rstrip("/") + "/", self.edit_uri)
        address = (base if base.endswith(("/", "=")) else base + "/") + url_part(path)
        return address if urlsplit(address).scheme in {"http", "https"} else ""

    def source(self, path: str, line: int = 0) -> str:
        """Return the address to read a file at one of its lines; for unknown hosts, the address to edit it."""
        address = self.edit(path)
        is_known = "/edit/" in address
        return address.replace("/edit/", "/blob/", 1) + (f"#L{line}" if line > 1 and is_known else "")


NO_REPOSITORY = RepositoryUrls()
