"""The page for missing addresses, in the language of the site and with a way home."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from milemark.foundation.escaping import html_text

MISSING_PAGE = "404.html"
_HEADING = re.compile(r"(<h1[^>]*>).*?</h1>", re.DOTALL)


class MissingPage(NamedTuple):
    """The words of the page: its heading, and its link to the home page. Without words, a page stays as it is."""

    title: str = ""
    link: str = ""

    def of(self, html: str, site_url: str) -> str:
        """Return the page of a theme with these words."""
        if not self.link:
            return html
        home = html_text(urlsplit(site_url).path or "/")
        way = f'<p class="mm-home"><a class="md-button" href="{home}">{html_text(self.link)}</a></p>'
        return _HEADING.sub(lambda head: f"{head[1]}{html_text(self.title)}</h1>{way}", html, count=1)

    def write(self, site: Path, site_url: str) -> None:
        """Put these words into the page of a finished site, if it has one."""
        page = site / MISSING_PAGE
        if self.link and page.is_file():
            page.write_text(self.of(page.read_text("utf-8"), site_url), "utf-8")


NO_WORDS = MissingPage()
