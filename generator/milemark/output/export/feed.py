"""Finished items, newest first, as Atom (RFC 4287) and JSON Feed 1.1.

ElementTree and json write them. Rejected: feedgen, which has had no release since 2023 and requires lxml.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from milemark.foundation.escaping import json_text, one_line
from milemark.foundation.i18n import Language, _
from milemark.history.lifecycle import Lifecycles, lifecycles
from milemark.history.model import History
from milemark.output.cells import Viewer
from milemark.output.urls import Addresses, stable_id
from milemark.roadmap.model import Item, Roadmap
from milemark.roadmap.settings import Role, Stage

ATOM, JSON = "feed.xml", "feed.json"
_LONGEST = 50  # entries: feed readers keep older ones themselves


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One finished item. `url` is empty without a site address."""

    id: str
    title: str
    day: date
    url: str
    about: str
    tags: tuple[str, ...]

    @property
    def timestamp(self) -> str:
        """The day as a time, which feeds require."""
        return f"{self.day.isoformat()}T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, independent of its format."""

    id: str
    title: str
    author: str
    language: str
    day: date
    addresses: Addresses
    entries: tuple[FeedEntry, ...]


def finished_days(roadmap: Roadmap, history: History | None = None) -> Mapping[str, date]:
    """Return the day on which each done item was finished, by id: its `finished` date, else the day in git.

    A `finished` date in the future is a mistake, and git's day counts until then.
    """
    items = (*roadmap.of_role(Role.ITEM), *roadmap.of_role(Role.MILESTONE))
    done = [item for item in items if item.stage is Stage.DONE]
    days = {item.id: item.finished_day(roadmap.as_of) for item in done}
    written = {id_: day for id_, day in days.items() if day and day <= roadmap.as_of}
    followed = lifecycles(history.until(roadmap.as_of)) if history else Lifecycles((), ())
    committed = {each.id.item: each.finished for each in (*followed.items, *followed.milestones) if each.finished}
    return {item.id: committed[item.id] for item in done if item.id in committed} | written


def feeds(roadmap: Roadmap, language: Language, addresses: Addresses, days: Mapping[str, date]) -> Mapping[str, bytes]:
    """Return both feeds. `days` is the finish day of items by id."""
    title = roadmap.settings.title
    source = addresses.root or title
    viewer = Viewer(roadmap, language)
    newest = sorted(days.items(), key=lambda pair: (-pair[1].toordinal(), pair[0]))[:_LONGEST]
    entries = tuple(_entry(viewer, addresses, source, roadmap.by_id[id_], day) for id_, day in newest)
    named = one_line(" · ".join(filter(None, (title, language.gettext(_("Finished"))))))
    day = entries[0].day if entries else roadmap.as_of
    author = one_line(title) or named
    feed = Feed(f"urn:uuid:{stable_id(source)}", named, author, language.locale, day, addresses, entries)
    return {ATOM: as_atom(feed), JSON: as_json_feed(feed)}


def _entry(viewer: Viewer, addresses: Addresses, source: str, item: Item, day: date) -> FeedEntry:
    id_ = f"urn:uuid:{stable_id(source, 'finished', item.id)}"
    tags = tuple(dict.fromkeys(one_line(tag) for tag in item.texts("tags")))
    about = one_line(viewer.description(item))
    return FeedEntry(id_, one_line(item.title), day, addresses.page(item.path), about, tags)


def as_atom(feed: Feed) -> bytes:
    """Return a feed as Atom."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": feed.language})
    _add(root, id=feed.id, title=feed.title, updated=f"{feed.day.isoformat()}T00:00:00Z")
    _add(ET.SubElement(root, "author"), name=feed.author)
    _link(root, "self", feed.addresses.file(ATOM))
    _link(root, "alternate", feed.addresses.root)
    for entry in feed.entries:
        entry_element = ET.SubElement(root, "entry")
        _add(entry_element, id=entry.id, title=entry.title, updated=entry.timestamp, published=entry.timestamp)
        _link(entry_element, "alternate", entry.url)
        for tag in entry.tags:
            ET.SubElement(entry_element, "category", {"term": tag})
        _add(entry_element, content=entry.about)
    ET.indent(root)
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _add(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text


def _link(parent: ET.Element, relation: str, address: str) -> None:
    if address:
        ET.SubElement(parent, "link", {"rel": relation, "href": address})


def as_json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON Feed."""
    addresses = {"home_page_url": feed.addresses.root, "feed_url": feed.addresses.file(JSON)}
    exported = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **{name: address for name, address in addresses.items() if address},
        "language": feed.language,
        "items": [_json(entry) for entry in feed.entries],
    }
    return (json_text(exported, 2) + "\n").encode()


def _json(entry: FeedEntry) -> dict[str, object]:
    exported: dict[str, object] = {"id": entry.id, "title": entry.title, "content_text": entry.about}
    if entry.url:
        exported["url"] = entry.url
    if entry.tags:
        exported["tags"] = list(entry.tags)
    return {**exported, "date_published": entry.timestamp}
