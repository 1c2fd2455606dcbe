"""Where the files of content/ stand on the web: in the repository that mkdocs.yml names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from milemark.foundation.escaping import url_part


@dataclass(frozen=True, slots=True)
class Repository:
    """The `repo_url` and `edit_uri` of mkdocs.yml. Without both, files have no address."""

    url: str = ""
    edit_uri: str = ""

    def edit(self, path: str) -> str:
        """Return where a file is edited, or an empty text: `https://…/edit/main/content/a.md`."""
        if not self.url or not self.edit_uri:
            return ""
        base = urljoin(self.url.rstrip("/") + "/", self.edit_uri)
        address = (base if base.endswith(("/", "=")) else base + "/") + url_part(path)
        return address if urlsplit(address).scheme in {"http", "https"} else ""

    def source(self, path: str, line: int = 0) -> str:
        """Return where a file is read, at one of its lines; hosts that have no other page show the one to edit."""
        address = self.edit(path)
        is_known = "/edit/" in address
        return address.replace("/edit/", "/blob/", 1) + (f"#L{line}" if line > 1 and is_known else "")


NO_REPOSITORY = Repository()
