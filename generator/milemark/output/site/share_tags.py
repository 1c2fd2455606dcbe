"""The tags in the head of a page that show it where its address is shared: Open Graph, Twitter and JSON-LD.

They are written into the finished HTML, since no publisher has a setting for them, and so they are the same however a
page was built. Titles and descriptions are those that the page has already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from milemark.foundation.escaping import html_text, script_value
from milemark.foundation.i18n import Language, _
from milemark.foundation.identifiers import composed
from milemark.output.urls import Addresses
from milemark.roadmap.metrics.skills import skills
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.page_titles import page_titles
from milemark.roadmap.settings import NO_OWNER

HOME = "index.md"
CARD_SIZE = (1200, 630)
_STATIC_CARD = "assets/card.png"
_SCHEMA = "https://schema.org"
_LOCALES = {"ko": "ko_KR", "en": "en_US"}
_END = re.compile(r"</head>", re.IGNORECASE)
_DESCRIPTION = re.compile(r"""<meta\s+name=["']?description["']?\s+content=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_CANONICAL = re.compile(r"""<link\s[^>]*rel=["']?canonical""", re.IGNORECASE)
_OWN_TAGS = re.compile(r"""<meta\s[^>]*property=["']?og:title""", re.IGNORECASE)


class ShareTags:
    """The tags of the pages of a public site. `cards` are the pictures of pages, by the path of the page."""

    def __init__(self, roadmap: Roadmap, language: Language, addresses: Addresses, cards: Mapping[str, str]) -> None:
        self.roadmap, self.language, self.addresses, self.cards = roadmap, language, addresses, cards
        self.owner = roadmap.settings.owner or NO_OWNER
        self.items = {composed(item.path): item for item in roadmap.items}
        self.titles = {**page_titles(roadmap), **{path: item.title for path, item in self.items.items()}}
        self.pages = {addresses.html_file(path): path for path in self.titles}

    def added_to(self, file: str, html: str) -> str:
        """Return the HTML of a file of the site with its tags; a page that has such tags already keeps them."""
        path = self.pages.get(file)
        if path is None or _OWN_TAGS.search(html):
            return html
        tags = "".join(f"{each}\n" for each in self._tags(path, html))
        return _END.sub(lambda end: tags + end[0], html, count=1)

    def _tags(self, path: str, html: str) -> Iterator[str]:
        address, title = self.addresses.page(path), self._title(path)
        found = _DESCRIPTION.search(html)
        about = unescape(found[1] or found[2] or "") if found else ""
        about = self.owner.headline or about if path == HOME else about
        if address and not _CANONICAL.search(html):
            yield f'<link rel="canonical" href="{html_text(address)}">'
        yield from (
            f'<meta {"name" if name.startswith("twitter") else "property"}="{name}" content="{html_text(content)}">'
            for name, content in self._pairs(path, title, about, address)
            if content
        )
        for data in self._data(path, title, about, address):
            yield f'<script type="application/ld+json">{script_value({"@context": _SCHEMA, **data})}</script>'

    def _title(self, path: str) -> str:
        if path == HOME:
            return " · ".join(filter(None, (self.owner.name, self.owner.role))) or self.roadmap.settings.title
        return self.titles[path]

    def _pairs(self, path: str, title: str, about: str, address: str) -> Iterator[tuple[str, str]]:
        settings, is_person = self.roadmap.settings, path == HOME and bool(self.owner.name)
        yield "og:type", "profile" if is_person else "article" if path in self.items else "website"
        yield "og:title", title
        yield "og:description", about
        yield "og:url", address
        yield "og:site_name", settings.title
        yield "og:locale", _LOCALES.get(settings.locale, "")
        picture = self.addresses.file(self.cards.get(path, _STATIC_CARD))
        if picture:
            yield "og:image", picture
            yield from zip(("og:image:width", "og:image:height"), map(str, CARD_SIZE), strict=True)
            yield "og:image:alt", title
        yield "twitter:card", "summary_large_image" if picture else "summary"

    def _data(self, path: str, title: str, about: str, address: str) -> Iterator[dict[str, Any]]:
        item = self.items.get(path)
        if path == HOME:
            yield self._home(title, about, address)
        elif item and item.values.get("featured") is True:
            yield self._work(item, about, address)
        if address and path != HOME:
            yield _known({"@type": "BreadcrumbList", "itemListElement": [*self._crumbs(path, title)]})

    def _home(self, title: str, about: str, address: str) -> dict[str, Any]:
        if not self.owner.name:
            return _known({"@type": "WebSite", "name": title, "description": about, "url": address})
        modified = self.roadmap.as_of.isoformat()
        person = self._person()
        return _known({"@type": "ProfilePage", "url": address, "dateModified": modified, "mainEntity": person})

    def _person(self) -> dict[str, Any]:
        owner = self.owner
        proven = [each.item.title for each in skills(self.roadmap) if each.is_proven]
        return _known(
            {
                "@type": "Person",
                "name": owner.name,
                "jobTitle": owner.role,
                "description": owner.headline,
                "email": owner.email,
                "url": self.addresses.page(HOME),
                "image": self.addresses.file(composed(owner.photo)) if owner.photo else "",
                "address": owner.location,
                "knowsLanguage": [*owner.languages],
                "knowsAbout": proven,
                "sameAs": [*_web(owner.links.values())],
            }
        )

    def _work(self, item: Item, about: str, address: str) -> dict[str, Any]:
        day = item.finished_day(self.roadmap.as_of)
        author = _known({"@type": "Person", "name": self.owner.name, "url": self.addresses.page(HOME)})
        return _known(
            {
                "@type": "CreativeWork",
                "name": item.title,
                "headline": item.text("result"),
                "description": item.text("summary") or about,
                "url": address,
                "dateCreated": item.start.first.isoformat() if item.start else "",
                "datePublished": day.isoformat() if day else "",
                "keywords": [*item.texts("stack")],
                "sameAs": [*_web(item.mapping("links").values())],
                "author": author if self.owner.name else None,
            }
        )

    def _crumbs(self, path: str, title: str) -> Iterator[dict[str, Any]]:
        item = self.items.get(path)
        index = f"{item.collection.name}/index.md" if item and item.collection.name else ""
        steps = [(HOME, self.language.gettext(_("Home"))), (path, title)]
        if index in self.titles:
            steps.insert(1, (index, self.titles[index]))
        for number, (place, name) in enumerate(steps, 1):
            yield {"@type": "ListItem", "position": number, "name": name, "item": self.addresses.page(place)}


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that have a value."""
    return {name: value for name, value in data.items() if value}


def _web(addresses: Iterable[str]) -> Iterator[str]:
    return (each for each in addresses if each.startswith(("https://", "http://")))
